/* What the facts of one code asked say of another one: "With 20680 only when ...". */
#include <string.h>

#include "handlers/rules/pairs.h"

enum { PAIR_FACTS_MAX = 5 };

/* What decides most comes first: a rule that names both, then what the relation is, then a modifier that stands there, then 59. */
enum rank { RANK_GUIDELINE, RANK_RELATED, RANK_ATTACHED, RANK_DISTINCT, RANK_OTHER, RANK_NONE };

static bool is_attached(const struct page_asked *of, const char *modifier) {
    return pairs_has_modifier(of->asked, modifier);
}

static enum rank rank_of(const struct kb_fact *fact, const struct page_asked *of, const struct page_asked *other) {
    const char *code = other->found.code.display;
    switch (fact->section) {
    case SECTION_GUIDELINES: return pairs_names(fact->text, code) ? RANK_GUIDELINE : RANK_NONE;
    case SECTION_RELATED:
        return fact->text && fact->has_related && fact->related_system == other->found.code.system && strcmp(fact->related_display, code) == 0
                   ? RANK_RELATED
                   : RANK_NONE;
    case SECTION_MODIFIERS:
        if (!fact->has_related || !pairs_names(fact->text, code))
            return RANK_NONE;
        if (is_attached(of, fact->related_display))
            return RANK_ATTACHED;
        return strcmp(fact->related_display, "59") == 0 ? RANK_DISTINCT : RANK_OTHER;
    default: return RANK_NONE;
    }
}

static bool is_there(const struct pair_facts *facts, const struct kb_fact *fact) {
    for (size_t i = 0; i < facts->count; i++)
        if (strcmp(facts->items[i].fact->text, fact->text) == 0)
            return true;
    return false;
}

static void add_ranked(const struct page_asked *asked, size_t count, enum rank rank, unsigned sections, struct pair_facts *ret) {
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++)
            for (size_t f = 0; i != k && page_is_procedure(asked[k].found.code.system) && f < asked[i].found.facts.count; f++) {
                const struct kb_fact *fact = &asked[i].found.facts.items[f];
                if (ret->count < PAIR_FACTS_MAX && SECTION_BIT(fact->section) & sections && rank_of(fact, &asked[i], &asked[k]) == rank &&
                    !is_there(ret, fact))
                    ret->items[ret->count++] = (struct pair_fact){&asked[i], &asked[k], fact};
            }
}

void pairs_facts(struct page *page, const struct page_asked *asked, size_t count, unsigned sections, struct pair_facts *ret) {
    count = count < PAIRS_CODES ? count : PAIRS_CODES;
    *ret = (struct pair_facts){.items = arena_array(page->arena, PAIR_FACTS_MAX, sizeof *ret->items)};
    for (enum rank rank = RANK_GUIDELINE; rank < RANK_NONE; rank++)
        if (rank != RANK_OTHER || ret->count == 0)
            add_ranked(asked, count, rank, sections, ret);
}

void pairs_list_facts(struct page *page, const struct pair_facts *facts, struct template_row *ret) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < facts->count; i++) {
        const struct pair_fact *item = &facts->items[i];
        struct template_row *row = template_rows_add(&rows, page->arena);
        bool modifier = item->fact->section == SECTION_MODIFIERS;
        template_text(row, "pair_of", item->of->found.code.display);
        template_text(row, "pair_modifier", modifier ? item->fact->related_display : NULL);
        template_text(row, "pair_with", modifier ? NULL : item->other->found.code.display);
        template_text(row, "pair_text", item->fact->text);
        template_text(row, "pair_mark", page_cite(page, item->fact->source));
    }
    template_list(ret, "pairs", rows);
}
