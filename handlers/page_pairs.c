/* What the facts of one code asked say of another one: "With 20680 only when ...". */
#include <string.h>

#include "handlers/page.h"

enum { CODES_COMPARED = 10, PAIRS_MAX = 8 };

/* The code as a word of its own. */
static bool mentions(const char *text, const char *code) {
    size_t len = strlen(code);
    for (const char *at = text; at && (at = strstr(at, code)); at++)
        if ((at == text || !char_is_alnum(at[-1])) && !char_is_alnum(at[len]))
            return true;
    return false;
}

static bool is_about(const struct kb_fact *fact, const struct asked_code *other, bool related_too) {
    if (fact->section == SECTION_MODIFIERS)
        return fact->has_related && mentions(fact->text, other->display);
    return related_too && fact->section == SECTION_RELATED && fact->text && fact->has_related && fact->related_system == other->system &&
           strcmp(fact->related_display, other->display) == 0;
}

static bool is_about_any(const struct kb_fact *fact, const struct inquiry *inquiry, const struct asked_code *of, bool related_too) {
    for (size_t i = 0; i < inquiry->code_count; i++) {
        const struct asked_code *other = &inquiry->codes[i];
        if (other != of && page_is_procedure(other->system) && is_about(fact, other, related_too))
            return true;
    }
    return false;
}

static void add_fact(struct page *page, const struct asked_code *of, const struct kb_fact *fact, struct template_rows *ret) {
    struct template_row *row = template_rows_add(ret, page->arena);
    bool modifier = fact->section == SECTION_MODIFIERS;
    template_text(row, "pair_of", of->display);
    template_text(row, "pair_modifier", modifier ? fact->related_display : NULL);
    template_text(row, "pair_with", modifier ? NULL : fact->related_display);
    template_text(row, "pair_text", fact->text);
    template_text(row, "pair_mark", page_cite(page, fact->source));
}

int page_add_pairs(struct page *page, const struct inquiry *inquiry, bool related_too, struct template_row *ret, struct why *why) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < inquiry->code_count && i < CODES_COMPARED; i++) {
        const struct asked_code *of = &inquiry->codes[i];
        struct page_code found;
        if (!page_is_procedure(of->system))
            continue;
        int failed = page_find(page, of->system, of->key, &found, why);
        if (failed)
            return failed;
        for (size_t k = 0; k < found.facts.count && rows.count < PAIRS_MAX; k++)
            if (is_about_any(&found.facts.items[k], inquiry, of, related_too))
                add_fact(page, of, &found.facts.items[k], &rows);
    }
    template_list(ret, "pairs", rows);
    return 0;
}
