/* Words -> codes: the best five, and why. */
#include "handlers/handler.h"
#include "handlers/page.h"

static bool looks_for_a_code(const struct question *question) {
    for (size_t i = 0; i < question->intent_count; i++) {
        enum intent intent = question->intents[i];
        if (intent == INTENT_FIND_CODE || intent == INTENT_MEANING || intent == INTENT_CROSSWALK)
            return true;
    }
    return question->intent_count == 0;
}

/* Words beside a code that nobody here knows do not find another one. */
static bool claims(const struct question *question) {
    if (question->intent_count > 0 && question->intents[0] == INTENT_NOT_CODING)
        return false;
    for (size_t i = 0; i < question->code_count; i++)
        if (question->codes[i].role == ROLE_ASKED)
            return false;
    return question->words.len > 0 && looks_for_a_code(question);
}

/* The one that may be named the best: what it is, and what it means. */
static int add_best(struct page *page, const struct kb_code *best, struct template_row *ret, struct why *why) {
    struct page_code found;
    struct template_rows rows = {0};
    struct template_row *row = template_rows_add(&rows, page->arena);
    int failed = page_find(page, best->system, best->key, &found, why);
    if (!failed)
        failed = page_status(page, &found, row, why);
    if (failed)
        return failed;
    template_list(ret, "best", rows);
    template_markup(ret, "sections", page_sections(page, &found, &(struct page_view){.set = SECTION_BIT(SECTION_PLAIN)}));
    return 0;
}

static void add_flags(const struct page_hits *found, struct template_row *ret) {
    bool procedures = false, without_descriptor = false;
    for (size_t i = 0; i < found->hits.count; i++) {
        const struct kb_code *code = &found->hits.items[i].code;
        procedures = procedures || page_is_procedure(code->system);
        without_descriptor = without_descriptor || (code->system == SYSTEM_CPT && !code->title_official);
    }
    template_flag(ret, "procedures", procedures);
    template_flag(ret, "without_descriptor", without_descriptor);
}

static int answer(const struct question *question, struct kb *kb, struct draft *draft, struct why *why) {
    struct page page = page_begin(kb, question_date(question), date_is_set(question->date_of_service), draft->arena);
    struct template_row row = template_row_new(draft->arena);
    struct page_hits found;
    int failed = page_find_hits(&page, question, HITS_GOOD, &found, why);
    if (failed == FAIL_EMPTY)
        return handler_unknown.answer(question, kb, draft, why);
    if (!failed && found.clear)
        failed = add_best(&page, &found.hits.items[0].code, &row, why);
    if (failed)
        return failed;
    page_list_hits(&page, &found, &row);
    add_flags(&found, &row);
    page_add_wishes(question, &row);
    page_write(&page, "find_code", &row, draft);
    draft->action = ACTION_ANSWER;
    draft->reason = found.clear ? "a code found for the words" : "several codes fit the words";
    return 0;
}

const struct handler handler_find_code = {.name = "find_code", .claims = claims, .answer = answer};
