/* What no file of codes can answer, and who does not want a machine's answer: to a person, with what is known of the codes as a draft. */
#include "handlers/rules/fit.h"
#include "handlers/handler.h"
#include "handlers/understand/wish.h"

static bool is_not_coding(const struct inquiry *inquiry) {
    if (inquiry->intent == INTENT_JOBS)
        return true;
    return inquiry->intent == INTENT_NOT_CODING && (inquiry->code_count > 0 || !fit_asks_code(inquiry->words));
}

static bool claims(const struct question *question, const struct inquiry *inquiry) {
    return question->asks_advice || wish_for_person(question->words) || is_not_coding(inquiry);
}

static const struct handler *another(const struct question *question, const struct inquiry *inquiry) {
    size_t at = 0;
    while (handlers[at + 1] && (handlers[at] == &handler_not_coding || !handlers[at]->claims(question, inquiry)))
        at++;
    return handlers[at];
}

static int answer(struct page *page, const struct inquiry *inquiry, struct part *ret, struct why *why) {
    const struct question *question = page->question;
    bool person = wish_for_person(question->words);
    int failed = another(question, inquiry)->answer(page, inquiry, ret, why);
    if (failed)
        return failed;
    ret->handler = handler_not_coding.name;
    ret->action = ACTION_HUMAN;
    ret->confidence = CONFIDENCE_NONE;
    ret->named = NULL;
    ret->handover = person ? HANDOVER_PERSON : question->asks_advice ? HANDOVER_ADVICE : HANDOVER_NOT_CODING;
    ret->reason = person                  ? "a person is asked for"
                  : question->asks_advice ? "advice on a patient is asked"
                                          : "not a coding question";
    return 0;
}

const struct handler handler_not_coding = {.name = "not_coding", .claims = claims, .answer = answer};
