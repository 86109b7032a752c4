/* Nobody else can answer: a person gets what is known. */
#include "handlers/handler.h"
#include "handlers/page.h"

static bool claims(const struct question *question) {
    (void)question;
    return true;
}

static bool is_about_coding(const struct question *question) {
    return question->intent_count == 0 || question->intents[0] != INTENT_NOT_CODING;
}

static const char *reason_of(const struct question *question, bool hits) {
    if (!is_about_coding(question))
        return "not a coding question";
    if (question->code_count > 0)
        return "no data for the codes asked";
    return hits ? "no code, and the words fit none well enough" : "no code, and no words that the knowledge base knows";
}

static int answer(const struct question *question, struct kb *kb, struct draft *draft, struct why *why) {
    struct page page = page_begin(kb, question_date(question), date_is_set(question->date_of_service), draft->arena);
    struct template_row row = template_row_new(draft->arena);
    struct page_hits hits;
    int failed = page_add_asked(&page, question, &row, why);
    if (failed)
        return failed;
    int found = is_about_coding(question) ? page_find_hits(&page, question, HITS_ANY, &hits, why) : FAIL_EMPTY;
    if (found && found != FAIL_EMPTY)
        return found;
    if (!found)
        page_list_hits(&page, &hits, &row);
    template_flag(&row, "nothing", found == FAIL_EMPTY && question->code_count == 0);
    page_write(&page, "unknown", &row, draft);
    draft->handler = handler_unknown.name;
    draft->action = ACTION_HUMAN;
    draft->reason = reason_of(question, found == 0);
    return 0;
}

const struct handler handler_unknown = {.name = "unknown", .claims = claims, .answer = answer};
