/* Modifiers that are asked without a procedure: what each is for, and where it goes. */
#include "handlers/rules/modifier.h"

enum { ALONE_MAX = 10 };

int modifier_add_place(struct page *page, const char *key, struct template_row *row, struct why *why) {
    struct kb_code place;
    if (!system_fits(SYSTEM_POS, span_of(key)))
        return 0;
    int failed = kb_lookup(page->kb, SYSTEM_POS, key, page->date, page->arena, &place, why);
    if (!failed && place.status == STATUS_VALID)
        template_text(row, "place_of_service", place.title);
    return failed == FAIL_EMPTY ? 0 : failed;
}

/* On which line, as a field of the wording. */
static const char *goes(const char *key) {
    static const struct {
        const char *modifiers, *flag;
    } rows[] = {
        {"24 25 57 AI FS FT", "on_visit"},
        {"59 XE XP XS XU", "on_column_2"},
        {"P1 P2 P3 P4 P5 P6 AA AD QK QX QY QZ QS G8 G9 23", "on_anesthesia"},
        {"22 50 51 52 53 54 55 56 58 62 63 66 76 77 78 79 80 81 82 AS", "on_procedure"},
        {"91 90 92 QW", "on_test"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (modifier_is_one_of(key, rows[i].modifiers))
            return rows[i].flag;
    return "on_line";
}

/* Those asked, else those that the words mean. */
static int find_all(struct page *page, const struct inquiry *inquiry, struct modifier *ret, size_t *ret_count, struct why *why) {
    struct span topic = span_of(modifier_alone_topic(inquiry->words)), key;
    int failed = 0;
    *ret_count = 0;
    for (size_t i = 0; i < inquiry->code_count && *ret_count < ALONE_MAX && !failed; i++)
        if (inquiry->codes[i].system == SYSTEM_MOD)
            failed = modifier_find(page, inquiry->codes[i].key, &ret[(*ret_count)++], why);
    bool asked = *ret_count > 0;
    while (!asked && topic.len > 0 && !failed && *ret_count < ALONE_MAX && span_cut(&topic, ' ', &key))
        failed = modifier_find(page, arena_copy(page->arena, key), &ret[(*ret_count)++], why);
    return failed;
}

static int add_one(struct page *page, const struct modifier *modifier, struct template_row *row, struct why *why) {
    bool known = modifier->found.code.status == STATUS_VALID;
    template_text(row, "modifier", modifier->key);
    template_text(row, "modifier_title", modifier->found.code.title);
    template_text(row, "modifier_plain", modifier->plain);
    template_flag(row, "no_such", !known);
    template_flag(row, goes(modifier->key), true);
    template_text(row, "modifier_mark", page_cite(page, modifier->source));
    return known ? 0 : modifier_add_place(page, modifier->key, row, why);
}

int modifier_add_alone(struct page *page, const struct inquiry *inquiry, struct template_row *ret, struct why *why) {
    struct modifier *modifiers = arena_array(page->arena, ALONE_MAX, sizeof *modifiers);
    const struct modifier *asked[ALONE_MAX];
    struct template_rows rows = {0}, chosen_rows = {0};
    bool distinct = true;
    size_t count;
    int failed = find_all(page, inquiry, modifiers, &count, why);
    for (size_t i = 0; i < count; i++) {
        asked[i] = &modifiers[i];
        distinct = distinct && modifier_is_distinct(asked[i]->key);
    }
    size_t chosen = modifier_choose(asked, count, inquiry->words);
    for (size_t i = 0; i < count && !failed; i++)
        failed = add_one(page, asked[i], template_rows_add(i == chosen ? &chosen_rows : &rows, page->arena), why);
    template_list(ret, count == 1 && chosen == count ? "alone" : "alones", rows);
    template_list(ret, "chosen_alone", chosen_rows);
    template_flag(ret, "undecided", chosen == count);
    template_flag(ret, "distinct", distinct && count > 1);
    return failed;
}
