#include "handlers/handler.h"
#include "handlers/page.h"

static bool asks_for_a_code(const struct question *question) {
    for (size_t i = 0; i < question->code_count; i++)
        if (question->codes[i].role == ROLE_ASKED)
            return true;
    return false;
}

static bool claims(const struct question *question) {
    if (question->intent_count == 0 || asks_for_a_code(question))
        return false;
    enum intent first = question->intents[0];
    return first == INTENT_HELP || first == INTENT_REGISTER || first == INTENT_UNSUBSCRIBE;
}

static int answer(const struct question *question, struct kb *kb, struct draft *draft, struct why *why) {
    (void)why;
    struct page page = page_begin(kb, question_date(question), false, draft->arena);
    struct template_row row = template_row_new(draft->arena);
    page_add_wishes(question, &row);
    page_write(&page, "help", &row, draft);
    draft->action = ACTION_SERVICE;
    draft->reason = "asks about the service itself";
    return 0;
}

const struct handler handler_help = {.name = "help", .claims = claims, .answer = answer};
