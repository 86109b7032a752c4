#include "desk/answering.h"

#include "base/utf8.h"
#include "desk/account.h"
#include "handlers/understand/wish.h"
#include "handlers/write/render.h"

/* In a conversation, a line about no code that reads like no question: most likely it goes on from the one before. */
static bool is_lost(const struct answering *how, const struct question *question, const struct answer *answer) {
    return how->thread && answer->action == ACTION_HUMAN && question->code_count == 0 && question->intents[0] == INTENT_NOT_CODING &&
           !question->asks_advice && !wish_for_person(question->words);
}

static void show(struct desk *desk, const struct answering *how, const struct question *question, const struct answer *answer) {
    const struct account account = {.id = how->id, .action = answer->action, .reason = answer->reason, .question = question, .answer = answer,
                                    .replies = answer->action == ACTION_ANSWER || answer->action == ACTION_SERVICE};
    if (how->json)
        desk_print_json(account_json(desk, &account));
    else if (answer->action == ACTION_SILENT)
        printf("No answer is needed: %s.\n", answer->reason);
    else if (is_lost(how, question, answer))
        printf("This was not understood as going on from the question before. Ask it in full, with the code, such as %s.\n",
               how->thread->codes[0].display);
    else
        printf("%s", render_text(answer->draft ? answer->draft : answer->commonmark, desk->width, desk->arena));
}

int answering_say(struct desk *desk, struct span text, const struct answering *how, struct question *question, struct answer *answer) {
    struct why why;
    const struct passage passage = {PASSAGE_NEW, utf8_clean(desk->arena, text)};
    const struct question_text asked = {.subject = "", .passages = &passage, .passage_count = 1, .thread = how->thread};
    int failed = question_read(&asked, desk->kb, how->today, desk->arena, question, &why);
    if (failed == FAIL_EMPTY)
        return desk_complain(FAIL_INPUT, "there is no question in that");
    question->in_terminal = true;
    if (!failed)
        failed = answer_question(question, desk->kb, desk->config.answer_confidence, desk->arena, answer, &why);
    if (failed)
        return desk_complain(failed, "%s", why.text);
    show(desk, how, question, answer);
    return answer->action == ACTION_HUMAN ? FAIL_EMPTY : 0;
}
