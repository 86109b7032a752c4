/* codingdesk ask: a question from the command line. */
#include "base/buf.h"
#include "base/utf8.h"
#include "desk/account.h"
#include "desk/command.h"

enum { QUESTION_BYTES = 256 * 1024 };

static struct span join(struct desk *desk, const struct invocation *invocation) {
    struct buf text;
    buf_init(&text, QUESTION_BYTES);
    for (size_t i = 0; i < invocation->operand_count; i++)
        buf_printf(&text, "%s%s", i ? " " : "", invocation->operands[i]);
    struct span ret = utf8_clean(desk->arena, buf_span(&text));
    buf_free(&text);
    return ret;
}

static int answer(struct desk *desk, struct span text, struct date today, struct question *question, struct answer *ret) {
    struct why why;
    const struct passage passage = {PASSAGE_NEW, text};
    const struct question_text asked = {.subject = "", .passages = &passage, .passage_count = 1};
    int failed = question_read(&asked, desk->kb, today, desk->arena, question, &why);
    if (failed == FAIL_EMPTY)
        return desk_complain(FAIL_INPUT, "there is no question in that");
    question->in_terminal = true;
    if (!failed)
        failed = answer_question(question, desk->kb, desk->config.answer_confidence, desk->arena, ret, &why);
    return failed ? desk_complain(failed, "%s", why.text) : 0;
}

int ask_run(struct desk *desk, const struct invocation *invocation) {
    struct question question;
    struct answer reply;
    struct date today;
    int failed = desk_date(desk, option_value(invocation, "--date"), &today);
    if (!failed)
        failed = desk_open_kb(desk);
    if (!failed)
        failed = answer(desk, join(desk, invocation), today, &question, &reply);
    if (failed)
        return failed;
    const struct account account = {.id = "ask", .action = reply.action, .reason = reply.reason, .question = &question, .answer = &reply,
                                    .replies = reply.action == ACTION_ANSWER || reply.action == ACTION_SERVICE};
    if (option_given(invocation, "--json"))
        desk_print_json(account_json(desk, &account));
    else if (reply.action == ACTION_SILENT)
        printf("No answer is needed: %s.\n", reply.reason);
    else
        printf("%s", answer_render_text(reply.draft ? reply.draft : reply.commonmark, desk->arena));
    return reply.action == ACTION_HUMAN ? FAIL_EMPTY : 0;
}
