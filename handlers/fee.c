/* What is paid for a procedure: of its figures those that are asked, for the place and the locality that are named. */
#include "handlers/rules/fee.h"

#include <string.h>

#include "handlers/handler.h"
#include "handlers/understand/inquiry.h"
#include "kb/figures.h"

enum { CODES_IN_DETAIL = 12, CODES_IN_A_SENTENCE = 4, CODES_UNFIT = 2 };

static const unsigned priced = 1u << SYSTEM_CPT | 1u << SYSTEM_HCPCS | 1u << SYSTEM_DRG;

static bool claims(const struct question *question, const struct inquiry *inquiry) {
    (void)question;
    return inquiry->intent == INTENT_FEE && (inquiry_holding(inquiry, priced) > 0 || fee_is_general(inquiry));
}

static bool is_same(const struct asked_code *a, const struct asked_code *b) {
    return a->system == b->system && span_equal(span_of(a->key), span_of(b->key));
}

static bool holds(const struct asked_code *code) { return code->status == STATUS_VALID || code->has_figures; }

/* Those that hold before the others, each in their order. */
static void bring_forward(struct page *page, struct page_asked *codes, size_t count) {
    struct page_asked *ordered = arena_array(page->arena, count, sizeof *ordered);
    size_t at = 0;
    for (int turn = 0; turn < 2; turn++)
        for (size_t i = 0; i < count; i++)
            if (holds(codes[i].asked) == (turn == 0))
                ordered[at++] = codes[i];
    memcpy(codes, ordered, count * sizeof *codes);
}

/* Those that have a price, each once; of more than fit in a table those that hold come first. */
static int find_priced(struct page *page, const struct inquiry *inquiry, struct page_asked **ret, size_t *count, struct why *why) {
    struct page_asked *all;
    int failed = page_find_asked(page, inquiry, &all, why);
    *count = 0;
    *ret = all;
    for (size_t i = 0; !failed && i < inquiry->code_count; i++) {
        bool again = !(priced & 1u << all[i].asked->system);
        for (size_t k = 0; k < *count; k++)
            again = again || is_same(all[k].asked, all[i].asked);
        if (!again)
            all[(*count)++] = all[i];
    }
    if (!failed && *count > CODES_IN_DETAIL)
        bring_forward(page, all, *count);
    return failed;
}

static void add_wishes(const struct fee_asked *asked, struct template_row *ret) {
    template_flag(ret, "asks_amount", asked->wishes & WISH_AMOUNT);
    template_flag(ret, "asks_rvu", asked->wishes & WISH_RVU);
    template_flag(ret, "asks_global", asked->wishes & WISH_GLOBAL);
    template_flag(ret, "asks_hospital", asked->wishes & WISH_HOSPITAL);
    template_flag(ret, "asks_factor", asked->wishes & WISH_FACTOR);
    template_flag(ret, "asks_status", asked->wishes & WISH_STATUS);
    template_flag(ret, "asks_parts", asked->wishes & WISH_PARTS);
    template_flag(ret, "asks_work", asked->work);
    template_flag(ret, "asks_total", asked->total);
    template_text(ret, "total_label", asked->facility ? "in a facility" : asked->office ? "non-facility" : "non-facility / facility");
}

static int add_codes(struct page *page, const struct fee_asked *asked, const struct page_asked *codes, size_t count,
                     struct template_row *ret, struct why *why) {
    struct template_rows rows = {0};
    int failed = page_add_asked(page, codes, count, &rows, why);
    for (size_t i = 0; !failed && i < count; i++)
        failed = fee_add_code(page, asked, &codes[i], &rows.items[i], why);
    template_list(ret, "codes", rows);
    return failed;
}

/* What a pricing indicator tells is no fee. */
static bool is_any_told(const struct page_asked *codes, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (page_facts(&codes[i].found, SECTION_FEE).count > (page_fact(&codes[i].found, SECTION_FEE, FEE_PRICING) ? 1u : 0))
            return true;
    return false;
}

/* Something to fill a table with. */
static bool is_any_valued(const struct page_asked *codes, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (page_fact(&codes[i].found, SECTION_FEE, name_text(figure_labels, FIGURE_TOTAL)))
            return true;
    return false;
}

/* Figures of different years are not to be compared. */
static bool is_of_one_year(const struct page_asked *codes, size_t count) {
    const struct kb_fact *first = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct kb_fact *fact = page_fact(&codes[i].found, SECTION_FEE, name_text(figure_labels, FIGURE_TOTAL));
        if (fact && first && date_compare(fact->valid_to, first->valid_to) != 0)
            return false;
        first = fact ? fact : first;
    }
    return true;
}

/* Of which something can be said: what the others are is told before. */
static size_t count_holding(const struct page_asked *codes, size_t count) {
    size_t ret = 0;
    for (size_t i = 0; i < count; i++)
        ret += holds(codes[i].asked);
    return ret;
}

/* Many of them are named, not told one by one. */
static const char *list_unfit(struct page *page, const struct page_asked *codes, size_t count) {
    const char *ret = NULL;
    for (size_t i = 0; i < count; i++)
        if (!holds(codes[i].asked))
            ret = ret ? arena_printf(page->arena, "%s, %s", ret, codes[i].found.code.display) : codes[i].found.code.display;
    return ret;
}

static void add_counts(struct page *page, const struct fee_asked *asked, const struct page_asked *codes, size_t count, size_t shown,
                       struct template_row *ret) {
    bool valued = is_any_valued(codes, shown);
    template_flag(ret, "has_amounts", valued && (asked->wishes & WISH_AMOUNT));
    size_t holding = count_holding(codes, shown);
    template_flag(ret, "single", holding == 1);
    template_text(ret, "date", page->date.iso);
    template_flag(ret, "date_named", page->date_named);
    template_text(ret, "unfit_list", shown - holding > CODES_UNFIT ? list_unfit(page, codes, shown) : NULL);
    template_flag(ret, "few", holding > 1 && count <= CODES_IN_A_SENTENCE);
    template_flag(ret, "several", holding > 1);
    template_flag(ret, "has_figures", valued);
    template_flag(ret, "one_locality", page->localities->count == 1);
    template_flag(ret, "locality_idle", !(asked->wishes & WISH_AMOUNT) && (page->localities->count > 0 || page->question->locality));
    template_text(ret, "more_codes", count > shown ? arena_printf(page->arena, "%zu", count - shown) : NULL);
}

/* Why no payment group has a weight here: told once for all. */
static void add_groups(struct page *page, const struct page_asked *codes, size_t count, struct template_row *ret) {
    const struct kb_fact *missing = NULL;
    bool procedures = false;
    for (size_t i = 0; i < count; i++) {
        bool group = codes[i].asked->system == SYSTEM_DRG;
        procedures = procedures || !group;
        if (group && !missing && page_facts(&codes[i].found, SECTION_FEE).count == 0)
            missing = page_fact(&codes[i].found, SECTION_GUIDELINES, FEE_GROUP_MISSING);
    }
    template_flag(ret, "has_procedures", procedures);
    template_text(ret, "groups_missing", missing ? missing->text : NULL);
    template_text(ret, "groups_mark", missing ? page_cite(page, missing->source) : NULL);
}

static bool has_visit(const struct page_asked *codes, size_t count) {
    bool ret = false;
    for (size_t i = 0; i < count; i++)
        ret = ret || fee_is_visit(codes[i].asked);
    return ret;
}

static int answer(struct page *page, const struct inquiry *inquiry, struct part *ret, struct why *why) {
    struct template_row row = template_row_new(page->arena);
    struct fee_asked asked = fee_asked_read(inquiry), columns = asked;
    struct page_asked *codes;
    size_t count;
    if (fee_is_general(inquiry))
        return fee_answer_general(page, inquiry, ret, why);
    int failed = find_priced(page, inquiry, &codes, &count, why);
    if (failed)
        return failed;
    if (asked.after && has_visit(codes, count)) {
        count = fee_leave_visits_out(codes, count);
        asked.visits = columns.visits = true;
        if (fee_is_visit(codes[0].asked))
            return fee_answer_visit(page, &codes[0], ret, why);
        asked.wishes = columns.wishes = WISH_GLOBAL;
    }
    size_t shown = count < CODES_IN_DETAIL ? count : CODES_IN_DETAIL;
    if (count_holding(codes, shown) > 1) /* the table has them all */
        columns.wishes |= WISH_AMOUNT | WISH_RVU | WISH_GLOBAL;
    failed = page_add_places(page, &row, why);
    if (!failed)
        failed = add_codes(page, &columns, codes, shown, &row, why);
    if (!failed)
        failed = fee_add_place(page, inquiry, &row, why);
    if (failed)
        return failed;
    if (asked.ranks && (asked.wishes & (WISH_RVU | WISH_AMOUNT)) && is_of_one_year(codes, shown))
        fee_add_ranks(page, &asked, codes, shown, &row);
    add_wishes(&asked, &row);
    add_counts(page, &asked, codes, count, shown, &row);
    add_groups(page, codes, shown, &row);
    *ret =
        (struct part){.about = arena_printf(page->arena, "Fee of %s%s", codes[0].found.code.display, count > 1 ? " and others" : ""),
                      .action = ACTION_ANSWER,
                      .reason = page->localities->count == 1 ? "the fee of the codes asked, in a locality" : "the fee of the codes asked",
                      .confidence = is_any_told(codes, shown) ? CONFIDENCE_VERDICT : CONFIDENCE_PARTLY};
    part_write(page, "fee", &row, ret);
    return 0;
}

const struct handler handler_fee = {.name = "fee", .claims = claims, .answer = answer};
