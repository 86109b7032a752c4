/* Nobody else can answer: a person gets what is known. */
#include "handlers/handler.h"

static bool claims(const struct question *question, const struct inquiry *inquiry) {
    (void)question, (void)inquiry;
    return true;
}

static bool is_about_coding(const struct inquiry *inquiry) { return inquiry->intent != INTENT_NOT_CODING && inquiry->intent != INTENT_JOBS; }

static const char *reason_of(const struct inquiry *inquiry, bool hits) {
    if (inquiry->code_count > 0)
        return "no data for the codes asked";
    return hits ? "no code, and the words fit none well enough" : "no code, and no words that the knowledge base knows";
}

static int answer(struct page *page, const struct inquiry *inquiry, struct part *ret, struct why *why) {
    struct template_row row = template_row_new(page->arena);
    struct page_hits hits;
    struct page_asked *asked;
    struct template_rows codes = {0};
    int failed = page_find_asked(page, inquiry, &asked, why);
    if (!failed)
        failed = page_add_asked(page, asked, inquiry->code_count, &codes, why);
    if (failed)
        return failed;
    template_list(&row, "codes", codes);
    int found = is_about_coding(inquiry) ? page_find_hits(page, inquiry, page_systems_wanted(inquiry->words), HITS_ANY, &hits, why) : FAIL_EMPTY;
    if (found && found != FAIL_EMPTY)
        return found;
    if (!found)
        page_list_hits(page, &hits, 0, &row);
    template_flag(&row, "nothing", found == FAIL_EMPTY && inquiry->code_count == 0);
    *ret = (struct part){.about = "For a person",
                         .action = ACTION_HUMAN,
                         .reason = reason_of(inquiry, found == 0),
                         .handler = handler_unknown.name,
                         .confidence = CONFIDENCE_NONE};
    part_write(page, "unknown", &row, ret);
    return 0;
}

const struct handler handler_unknown = {.name = "unknown", .claims = claims, .answer = answer};
