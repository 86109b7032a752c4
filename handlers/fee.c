/* What is paid for a procedure: its figures, global days and amounts, for a locality where the question names one. */
#include "handlers/handler.h"
#include "handlers/page.h"

enum { FACTS_OF_A_SECTION = 25, CODES_IN_DETAIL = 12 };

static bool claims(const struct question *question, const struct inquiry *inquiry) {
    (void)question;
    bool known = false;
    for (size_t i = 0; i < inquiry->code_count; i++) {
        if (!page_is_procedure(inquiry->codes[i].system))
            return false;
        known = known || inquiry->codes[i].status != STATUS_NO_DATA;
    }
    return known && inquiry->intent == INTENT_FEE;
}

static int add_code(struct page *page, const struct inquiry *inquiry, const struct asked_code *asked, struct template_row *row,
                    struct why *why) {
    struct page_code found;
    struct page_view view = {.set = SECTION_BIT(SECTION_FEE), .most = FACTS_OF_A_SECTION, .words = inquiry->words};
    int failed = page_find(page, asked->system, asked->key, &found, why);
    if (!failed)
        failed = page_status(page, &found, row, why);
    if (failed)
        return failed;
    template_markup(row, "sections", page_sections(page, &found, &view));
    page_list_sections(page, view.set & page_expected(&found.code) & ~found.known, row, "absent");
    return 0;
}

static int add_codes(struct page *page, const struct inquiry *inquiry, struct template_row *ret, struct why *why) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < inquiry->code_count && rows.count < CODES_IN_DETAIL; i++) {
        int failed = add_code(page, inquiry, &inquiry->codes[i], template_rows_add(&rows, page->arena), why);
        if (failed)
            return failed;
    }
    template_list(ret, "codes", rows);
    return 0;
}

static int answer(struct page *page, const struct inquiry *inquiry, struct part *ret, struct why *why) {
    struct template_row row = template_row_new(page->arena);
    int failed = page_add_places(page, &row, why);
    if (!failed)
        failed = add_codes(page, inquiry, &row, why);
    if (failed)
        return failed;
    *ret = (struct part){.about = "Fee",
                         .action = ACTION_ANSWER,
                         .reason = page->localities->count == 1 ? "the fee of the codes asked, in a locality" : "the fee of the codes asked",
                         .confidence = CONFIDENCE_VERDICT};
    part_write(page, "fee", &row, ret);
    return 0;
}

const struct handler handler_fee = {.name = "fee", .claims = claims, .answer = answer};
