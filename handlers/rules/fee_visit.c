/* "Wound check three weeks after the hip replacement, can we bill 99213?": of a visit's payment the operation's global days decide. */
#include "handlers/handler.h"
#include "handlers/rules/fee.h"

enum { MINOR_DAYS = 10, MAJOR_DAYS = 90, VISITS_FROM = 99202, VISITS_TO = 99499 };

bool fee_is_visit(const struct asked_code *code) {
    long number;
    return code->system == SYSTEM_CPT && span_to_long(span_of(code->key), VISITS_FROM, VISITS_TO, &number);
}

size_t fee_leave_visits_out(struct page_asked *codes, size_t count) {
    size_t kept = 0, others = 0;
    for (size_t i = 0; i < count; i++)
        others += !fee_is_visit(codes[i].asked);
    for (size_t i = 0; others > 0 && i < count; i++)
        if (!fee_is_visit(codes[i].asked))
            codes[kept++] = codes[i];
    return others > 0 ? kept : count;
}

/* The day told against the two lengths that there are; not where months leave it open. */
static void add_day(struct page *page, struct template_row *ret) {
    long least = page->question->days_after, most = page->question->days_after_most;
    bool minor = most <= MINOR_DAYS, major = least > MINOR_DAYS && most <= MAJOR_DAYS, behind = least > MAJOR_DAYS;
    if (least <= 0 || !(minor || major || behind))
        return;
    template_flag(ret, "within_all", minor);
    template_flag(ret, "within_most", major);
    template_flag(ret, "behind_all", behind);
    template_text(ret, "day_asked", least == most ? arena_printf(page->arena, "%ld", least) : arena_printf(page->arena, "%ld-%ld", least, most));
}

int fee_answer_visit(struct page *page, const struct page_asked *visit, struct part *ret, struct why *why) {
    static const char *const openers[] = {"24", "25", "57"}; /* those that stand on visits */
    struct template_row row = template_row_new(page->arena);
    int failed = page_status(page, &visit->found, &row, why);
    if (!failed)
        failed = fee_add_openers(page, &visit->found, openers, sizeof openers / sizeof *openers, &row, why);
    if (failed)
        return failed;
    add_day(page, &row);
    *ret = (struct part){.about = arena_printf(page->arena, "%s after an operation", visit->found.code.display),
                         .action = ACTION_ANSWER,
                         .reason = "a visit after an operation without a code: its global days decide",
                         .confidence = CONFIDENCE_PARTLY};
    part_write(page, "fee-visit", &row, ret);
    return 0;
}
