/* NCCI edits between the codes of one inquiry, for answers that tell them beside something else. */
#include "handlers/rules/pairs.h"

static void add_pair(struct page *page, const struct pair *pair, struct template_rows *edits, struct template_rows *none) {
    struct template_row *row = template_rows_add(pair->state == PAIR_NONE ? none : edits, page->arena);
    pairs_add_fields(page, pair, row);
}

int page_add_edits(struct page *page, const struct inquiry *inquiry, struct template_row *ret, struct why *why) {
    struct template_rows edits = {0}, none = {0};
    struct page_asked *asked;
    struct pairs pairs;
    int failed = page_find_asked(page, inquiry, &asked, why);
    if (!failed)
        failed = pairs_find(page, asked, inquiry->code_count, &pairs, why);
    if (failed)
        return failed;
    for (size_t i = 0; i < pairs.count; i++)
        add_pair(page, &pairs.items[i], &edits, &none);
    template_text(ret, "date", page->date.iso);
    template_flag(ret, "date_named", page->date_named);
    template_flag(ret, "edits_not_loaded", pairs.not_loaded && inquiry_holding(inquiry, PROCEDURE_SYSTEMS) > 1);
    template_list(ret, "edits", edits);
    template_list(ret, "no_edits", none);
    return 0;
}
