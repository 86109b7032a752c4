/* Words -> codes: the best five, and why. */
#include "handlers/handler.h"
#include "handlers/page.h"

/* Words beside a code that nobody here knows do not find another one. */
static bool claims(const struct question *question, const struct inquiry *inquiry) {
    (void)question;
    enum intent intent = inquiry->intent;
    return inquiry->code_count == 0 && inquiry->words.len > 0 &&
           (intent == INTENT_FIND_CODE || intent == INTENT_MEANING || intent == INTENT_CROSSWALK);
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

static int answer(struct page *page, const struct inquiry *inquiry, struct part *ret, struct why *why) {
    struct template_row row = template_row_new(page->arena);
    struct page_hits found;
    int failed = page_find_hits(page, inquiry, HITS_GOOD, &found, why);
    if (failed == FAIL_EMPTY)
        return handler_unknown.answer(page, inquiry, ret, why);
    if (!failed && found.clear)
        failed = add_best(page, &found.hits.items[0].code, &row, why);
    if (failed)
        return failed;
    page_list_hits(page, &found, &row);
    *ret = (struct part){.about = "A code for your words",
                         .action = ACTION_ANSWER,
                         .reason = found.clear ? "a code found for the words" : "several codes fit the words",
                         .confidence = found.clear ? CONFIDENCE_VERDICT : CONFIDENCE_PARTLY,
                         .named = found.clear ? &found.hits.items[0].code : NULL};
    part_write(page, "find_code", &row, ret);
    return 0;
}

const struct handler handler_find_code = {.name = "find_code", .claims = claims, .answer = answer};
