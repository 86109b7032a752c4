/* codingdesk ask: a question from the command line. */
#include "base/buf.h"
#include "desk/answering.h"
#include "desk/command.h"

enum { QUESTION_BYTES = 256 * 1024 };

static struct span join(struct desk *desk, const struct invocation *invocation) {
    struct buf text;
    buf_init(&text, QUESTION_BYTES);
    for (size_t i = 0; i < invocation->operand_count; i++)
        buf_printf(&text, "%s%s", i ? " " : "", invocation->operands[i]);
    struct span ret = span_of(text.len ? buf_keep(&text, desk->arena) : "");
    buf_free(&text);
    return ret;
}

int ask_run(struct desk *desk, const struct invocation *invocation) {
    struct question question;
    struct answer answer;
    struct answering how = {.id = "ask", .json = option_given(invocation, "--json")};
    int failed = desk_date(desk, option_value(invocation, "--date"), &how.today);
    if (!failed)
        failed = desk_open_kb(desk);
    return failed ? failed : answering_say(desk, join(desk, invocation), &how, &question, &answer);
}
