/* What Medicare pays for a code, above the figures of the fee schedule. */
#include <string.h>

#include "handlers/write/page.h"

enum { YEAR_LEN = 4, PLACES_MAX = 6 };

/* NULL is the code itself. */
static const char *const parts[] = {NULL, "26", "TC", "53"};

static bool same_amount(const struct kb_payment *payment) {
    const char *office = payment->office.dollars, *facility = payment->facility.dollars;
    return office && facility && span_equal(span_of(office), span_of(facility));
}

static void add_amounts(struct page *page, const struct kb_payment *payment, const struct kb_locality *locality, struct template_row *row) {
    struct span year = span_slice(span_of(payment->of.iso), 0, YEAR_LEN);
    template_flag(row, "both", same_amount(payment));
    template_text(row, "office", payment->office.dollars);
    template_text(row, "office_formula", payment->office.formula);
    template_text(row, "facility", payment->facility.dollars);
    template_text(row, "facility_formula", payment->facility.formula);
    template_text(row, "figures_of", payment->ended ? arena_copy(page->arena, year) : NULL);
    template_text(row, "mark", locality ? page_cite(page, locality->source) : NULL);
}

/* That nothing is paid is told to who asked for a place; for all others the status stands among the figures. */
static void add_payment(struct page *page, const struct kb_code *code, const char *part, const struct kb_locality *locality,
                        struct template_rows *ret) {
    struct kb_payment payment;
    struct why why;
    int failed = kb_payment(page->kb, code->system, code->key, part, locality, page->date, page->arena, &payment, &why);
    bool paid = !failed && !payment.unpaid;
    if ((failed && failed != FAIL_EMPTY) || (!paid && (!locality || part))) /* page_find has read the same facts before */
        return;
    struct template_row *row = template_rows_add(ret, page->arena);
    template_text(row, "part", part);
    template_text(row, "where", locality ? kb_locality_title(locality, page->arena) : NULL);
    template_flag(row, "paid", paid); /* what is set to nothing hides the code's own */
    template_text(row, "unpaid", paid ? NULL : failed ? page_capitalised(why.text, page->arena) : payment.unpaid);
    template_text(row, "condition", paid ? payment.condition : NULL);
    if (paid)
        add_amounts(page, &payment, locality, row);
}

struct template_rows page_amounts(struct page *page, const struct kb_code *code) {
    struct template_rows ret = {0};
    size_t places = page->localities && page_is_procedure(code->system) ? page->localities->count : 0;
    for (size_t i = 0; page_is_procedure(code->system) && i <= places && i <= PLACES_MAX; i++)
        for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
            add_payment(page, code, parts[k], i < places ? &page->localities->items[i] : NULL, &ret);
    return ret;
}

/* ---- the place ---- */

enum { PLACE_LEAST = 4 };

bool page_has_words(struct span text, struct span words) {
    for (size_t i = 0; i + words.len <= text.len; i++)
        if ((i == 0 || !char_is_alnum(text.ptr[i - 1])) && (i + words.len == text.len || !char_is_alnum(text.ptr[i + words.len])) &&
            span_same(span_slice(text, i, i + words.len), words))
            return true;
    return false;
}

/* The next place that a locality's name names: "LOS ANGELES-LONG BEACH (LOS ANGELES CNTY)" names three. What only says which kind of
 * place it is, is left out. */
static bool next_place(struct span *rest, struct span *place) {
    static const char *const before[] = {"METROPOLITAN ", "GREATER "}, *const behind[] = {" CNTY", " CNTYS", " SUBURBS"};
    size_t end = 0;
    if (!rest->len)
        return false;
    while (end < rest->len && !strchr("-/(),+", rest->ptr[end]))
        end++;
    *place = span_trim(span_slice(*rest, 0, end));
    *rest = span_slice(*rest, end + 1, rest->len);
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        if (span_starts_same(*place, span_of(before[i])))
            *place = span_slice(*place, strlen(before[i]), place->len);
    for (size_t i = 0; i < sizeof behind / sizeof *behind; i++)
        if (span_ends_same(*place, span_of(behind[i])))
            *place = span_slice(*place, 0, place->len - strlen(behind[i]));
    return true;
}

static bool is_named(const struct kb_locality *locality, struct span text) {
    struct span rest = span_of(locality->name), place;
    while (next_place(&rest, &place))
        if (place.len >= PLACE_LEAST && page_has_words(text, place))
            return true;
    return false;
}

static struct kb_localities named_in(struct span text, const struct kb_localities *all, struct arena *arena) {
    struct kb_localities ret = {0};
    for (size_t i = 0; i < all->count; i++)
        if (is_named(&all->items[i], text)) {
            ret.items = arena_grow(arena, ret.items, ret.count, sizeof *ret.items);
            ret.items[ret.count++] = all->items[i];
        }
    return ret;
}

static void list_places(struct page *page, const struct kb_localities *found, struct template_row *ret) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < found->count && i < PLACES_MAX; i++)
        template_text(template_rows_add(&rows, page->arena), "place_name", kb_locality_title(&found->items[i], page->arena));
    template_list(ret, "places", rows);
}

int page_add_places(struct page *page, struct template_row *ret, struct why *why) {
    const struct question *question = page->question;
    struct kb_localities all, *found = arena_alloc(page->arena, sizeof *found);
    const char *nearest = NULL;
    int failed = kb_localities(page->kb, page->date, page->arena, &all, why);
    if (failed)
        return failed;
    if (question->locality)
        kb_localities_named(&all, span_of(question->locality), page->arena, found, &nearest);
    else
        *found = named_in(question->words, &all, page->arena);
    page->localities = found;
    list_places(page, found, ret);
    template_text(ret, "locality", question->locality);
    template_flag(ret, "no_locality_file", all.count == 0);
    template_flag(ret, "locality_unknown", question->locality && all.count && !found->count);
    template_flag(ret, "locality_several", found->count > 1);
    template_flag(ret, "locality_none", all.count && !question->locality && !found->count);
    return 0;
}
