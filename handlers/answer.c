#include "handlers/answer.h"

#include "base/buf.h"
#include "handlers/handler.h"
#include "handlers/render.h"

enum { ANSWER_CAP_BYTES = 512 * 1024 };

const struct name action_names[] = {
    {ACTION_ANSWER, "answer"}, {ACTION_SERVICE, "service"}, {ACTION_HUMAN, "human"}, {ACTION_SILENT, "silent"}, {0, NULL},
};

/* Parts that had nothing to say leave empty lines behind: one between paragraphs is enough. */
static const char *without_gaps(struct span text, struct arena *arena) {
    char *ret = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    text = span_trim(text);
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != '\n' || len < 2 || ret[len - 1] != '\n' || ret[len - 2] != '\n')
            ret[len++] = text.ptr[i];
    if (len > 0)
        ret[len++] = '\n';
    return ret;
}

static const struct handler *handler_for(const struct question *question) {
    size_t at = 0;
    while (handlers[at + 1] && !handlers[at]->claims(question))
        at++;
    return handlers[at];
}

static void finish(const struct draft *draft, struct answer *ret) {
    struct rendering rendering;
    bool too_long = buf_full(draft->commonmark);
    const char *commonmark = without_gaps(buf_span(draft->commonmark), draft->arena);
    render_both(commonmark, draft->arena, &rendering);
    *ret = (struct answer){.action = too_long ? ACTION_HUMAN : draft->action,
                           .reason = too_long ? "the answer is too long for a mail" : draft->reason,
                           .handler = draft->handler,
                           .commonmark = commonmark,
                           .text = rendering.text,
                           .html = rendering.html};
}

int answer_question(const struct question *question, struct kb *kb, struct arena *arena, struct answer *ret, struct why *why) {
    const struct handler *handler = handler_for(question);
    struct buf commonmark;
    buf_init(&commonmark, ANSWER_CAP_BYTES);
    struct draft draft = {.commonmark = &commonmark, .action = ACTION_HUMAN, .handler = handler->name, .arena = arena};
    int failed = handler->answer(question, kb, &draft, why);
    if (!failed)
        finish(&draft, ret);
    buf_free(&commonmark);
    return failed;
}
