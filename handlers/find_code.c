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

static void add_best(struct page *page, const struct kb_code *best, struct template_row *ret) {
    struct template_rows rows = {0};
    struct template_row *row = template_rows_add(&rows, page->arena);
    template_text(row, "hit_system", name_text(system_titles, (int)best->system));
    template_text(row, "hit", best->display);
    template_text(row, "hit_title", best->title);
    template_text(row, "date", page->date.iso);
    template_flag(row, "date_named", page->date_named);
    template_list(ret, "best", rows);
    template_flag(ret, "procedures", page_is_procedure(best->system));
    template_flag(ret, "without_descriptor", best->system == SYSTEM_CPT && !best->title_official);
}

static int add_details(struct page *page, const struct kb_code *best, struct template_row *ret, struct why *why) {
    struct page_code found;
    int failed = page_find(page, best->system, best->key, &found, why);
    if (!failed)
        template_markup(ret, "sections", page_sections(page, &found, &(struct page_view){.set = SECTION_BIT(SECTION_PLAIN)}));
    return failed;
}

static int answer(const struct question *question, struct kb *kb, struct draft *draft, struct why *why) {
    struct page page = page_begin(kb, question_date(question), date_is_set(question->date_of_service), draft->arena);
    struct template_row row = template_row_new(draft->arena);
    struct kb_code best;
    int failed = page_add_hits(&page, question, HITS_GOOD, &row, &best, why);
    if (failed == FAIL_EMPTY)
        return handler_unknown.answer(question, kb, draft, why);
    if (!failed)
        failed = add_details(&page, &best, &row, why);
    if (failed)
        return failed;
    add_best(&page, &best, &row);
    page_add_wishes(question, &row);
    page_write(&page, "find_code", &row, draft);
    draft->action = ACTION_ANSWER;
    draft->reason = "codes found for the words";
    return 0;
}

const struct handler handler_find_code = {.name = "find_code", .claims = claims, .answer = answer};
