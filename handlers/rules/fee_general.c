/* What is asked of the fee schedule without a code: its conversion factor, and the indices (GPCI) of a state or place. */
#include <string.h>

#include "handlers/rules/fee.h"
#include "handlers/handler.h"
#include "kb/figures.h"
#include "kb/payment.h"

enum { YEAR_LEN = 4, LOCALITIES_MAX = 8 };

/* Other conversion factors have other files. */
static bool asks_factor(struct span words) {
    static const char *const others[] = {"anesthesia", "anaesthesia", "opps", "asc", "hospital", "center", "workers", "medicaid"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (page_has_words(words, span_of(others[i])))
            return false;
    return page_has_words(words, SPAN("conversion factor")) || page_has_words(words, SPAN("conversion factors"));
}

static bool asks_indices(struct span words) {
    static const char *const names[] = {"gpci", "gpcis", "geographic", "locality", "localities"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (page_has_words(words, span_of(names[i])))
            return true;
    return false;
}

bool fee_is_general(const struct inquiry *inquiry) {
    return inquiry->code_count == 0 && (asks_factor(inquiry->words) || asks_indices(inquiry->words));
}

/* The last day that a figure is of, as its year. */
static const char *year_of(struct date from, struct date to, struct arena *arena) {
    return arena_copy(arena, span_slice(span_of(date_compare(to, DATE_FOREVER) < 0 ? to.iso : from.iso), 0, YEAR_LEN));
}

/* It stands with every procedure that has a price: the first of these that has one tells it. */
static int add_factor(struct page *page, struct template_row *ret, bool *found, struct why *why) {
    static const char *const priced[] = {"99213", "99203", "20610", "20690", "27447"};
    for (size_t i = 0; i < sizeof priced / sizeof *priced; i++) {
        struct page_code *code = arena_alloc(page->arena, sizeof *code);
        int failed = page_find(page, SYSTEM_CPT, priced[i], code, why);
        const struct kb_fact *fact = failed ? NULL : page_fact(code, SECTION_FEE, name_text(figure_labels, FIGURE_FACTOR));
        if (failed)
            return failed;
        if (!fact || !fact->value)
            continue;
        const char *year = year_of(fact->valid_from, fact->valid_to, page->arena);
        template_text(ret, "factor", fact->value);
        template_text(ret, "factor_text", fact->text);
        template_text(ret, "factor_year", fact->ended ? arena_printf(page->arena, "%s, the newest on file", year) : year);
        template_text(ret, "factor_mark", page_cite(page, fact->source));
        *found = true;
        return 0;
    }
    return 0;
}

/* "REST OF TEXAS" and "TEXAS" tell the state's name. */
static struct span state_name(const struct kb_locality *locality) {
    struct span ret = span_of(locality->name);
    return span_starts_same(ret, SPAN("REST OF ")) ? span_slice(ret, strlen("REST OF "), ret.len) : ret;
}

/* The state that the words name, the longest such name ("West Virginia"): as the file writes it, or NULL. */
static const char *find_state(const struct kb_localities *all, struct span words) {
    const char *ret = NULL;
    size_t longest = 0;
    for (size_t i = 0; i < all->count; i++) {
        struct span name = state_name(&all->items[i]);
        if (name.len > longest && page_has_words(words, name)) {
            longest = name.len;
            ret = all->items[i].state;
        }
    }
    return ret;
}

static void add_locality(struct page *page, const struct kb_locality *locality, struct template_rows *rows) {
    struct template_row *row = template_rows_add(rows, page->arena);
    template_text(row, "place_name", kb_locality_title(locality, page->arena));
    template_text(row, "work", locality->work);
    template_text(row, "practice", locality->practice);
    template_text(row, "malpractice", locality->malpractice);
    template_text(row, "year", year_of(locality->valid_from, locality->valid_to, page->arena));
    template_text(row, "mark", page_cite(page, locality->source));
}

/* Of the places that are named, else of the state's. */
static int add_indices(struct page *page, const struct inquiry *inquiry, struct template_row *ret, bool *found, struct why *why) {
    struct kb_localities all;
    struct template_rows rows = {0};
    size_t count = 0;
    int failed = kb_localities(page->kb, page->date, page->arena, &all, why);
    if (!failed)
        failed = page_add_places(page, ret, why);
    if (failed)
        return failed;
    const char *state = page->question->locality ? NULL : find_state(&all, inquiry->words);
    const struct kb_localities *among = state ? &all : page->localities;
    for (size_t i = 0; i < among->count; i++)
        if ((!state || strcmp(among->items[i].state, state) == 0) && count++ < LOCALITIES_MAX)
            add_locality(page, &among->items[i], &rows);
    template_list(ret, "localities", rows);
    template_text(ret, "more_localities", count > LOCALITIES_MAX ? arena_printf(page->arena, "%zu", count - LOCALITIES_MAX) : NULL);
    *found = *found || count > 0;
    return 0;
}

int fee_answer_general(struct page *page, const struct inquiry *inquiry, struct part *ret, struct why *why) {
    struct template_row row = template_row_new(page->arena);
    bool factor = asks_factor(inquiry->words), found = false;
    int failed = factor ? add_factor(page, &row, &found, why) : 0;
    if (!failed && asks_indices(inquiry->words))
        failed = add_indices(page, inquiry, &row, &found, why);
    if (failed)
        return failed;
    *ret = (struct part){.about = factor ? "The conversion factor" : "Locality indices (GPCI)",
                         .action = found ? ACTION_ANSWER : ACTION_HUMAN,
                         .reason = factor ? "the conversion factor" : "the indices of the localities named",
                         .handler = handler_fee.name,
                         .confidence = found ? CONFIDENCE_VERDICT : CONFIDENCE_NONE};
    part_write(page, "fee-general", &row, ret);
    return 0;
}
