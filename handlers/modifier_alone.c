/* Modifiers that are asked without a procedure: what each is for, and where it goes. */
#include "handlers/modifier.h"

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

int modifier_add_alone(struct page *page, const struct inquiry *inquiry, struct template_row *ret, struct why *why) {
    struct template_rows rows = {0};
    bool distinct = true;
    for (size_t i = 0; i < inquiry->code_count && rows.count < ALONE_MAX; i++) {
        struct modifier modifier;
        const struct asked_code *asked = &inquiry->codes[i];
        if (asked->system != SYSTEM_MOD)
            continue;
        int failed = modifier_find(page, asked->key, &modifier, why);
        struct template_row *row = template_rows_add(&rows, page->arena);
        bool known = modifier.found.code.status == STATUS_VALID;
        if (!failed && !known)
            failed = modifier_add_place(page, modifier.key, row, why);
        if (failed)
            return failed;
        distinct = distinct && modifier_is_distinct(asked->key);
        template_text(row, "modifier", asked->display);
        template_text(row, "modifier_title", modifier.found.code.title);
        template_text(row, "modifier_plain", modifier.plain);
        template_flag(row, "no_such", !known);
        template_flag(row, goes(asked->key), true);
        template_text(row, "modifier_mark", page_cite(page, modifier.source));
    }
    template_list(ret, rows.count == 1 ? "alone" : "alones", rows);
    template_flag(ret, "distinct", distinct && rows.count > 1);
    return 0;
}
