/* What Medicare takes off when several procedures are done at one session: by the multiple procedure indicators of the fee schedule. */
#include "handlers/rules/bundling.h"

#include <string.h>

#include "handlers/rules/modifier.h"
#include "kb/figures.h"

static const struct kb_fact *indicator_of(const struct page_asked *code) {
    return page_fact(&code->found, SECTION_FEE, name_text(figure_labels, FIGURE_MULTIPLE));
}

static const struct kb_fact *family_rule_of(const struct page_asked *code) {
    return page_fact(&code->found, SECTION_GUIDELINES, "multiple endoscopy rule");
}

struct ranked {
    size_t procedures, told, ranked, endoscopies, family_rules;
    const struct kb_fact *rule;
    bool families_differ;
};

static void look_at(const struct page_asked *code, struct ranked *ret) {
    const struct kb_fact *fact = indicator_of(code), *rule = family_rule_of(code);
    ret->procedures++;
    if (!fact || !fact->value)
        return;
    ret->told++;
    ret->ranked += modifier_is_one_of(fact->value, "2 3");
    if (strcmp(fact->value, "3") != 0)
        return;
    ret->endoscopies++;
    if (!rule)
        return;
    ret->family_rules++;
    ret->families_differ = ret->families_differ || (ret->rule && strcmp(ret->rule->text, rule->text) != 0);
    ret->rule = rule;
}

static bool is_first(const struct page_asked *asked, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (asked[i].found.code.system == asked[at].found.code.system && strcmp(asked[i].found.code.key, asked[at].found.code.key) == 0)
            return false;
    return pairs_can(&asked[at]);
}

void bundling_reduction(struct page *page, const struct page_asked *asked, size_t count, struct template_row *ret) {
    struct template_rows rows = {0};
    struct ranked ranked = {0};
    for (size_t i = 0; i < count; i++) {
        if (!is_first(asked, i))
            continue;
        const struct kb_fact *fact = indicator_of(&asked[i]);
        struct template_row *row = template_rows_add(&rows, page->arena);
        look_at(&asked[i], &ranked);
        template_text(row, "reduced", asked[i].found.code.display);
        template_text(row, "reduction", fact ? fact->value : NULL);
        template_text(row, "reduction_text", fact ? fact->text : NULL);
        template_text(row, "reduction_mark", fact ? page_cite(page, fact->source) : NULL);
    }
    bool families = ranked.endoscopies > 1 && ranked.family_rules == ranked.endoscopies;
    bool same = families && !ranked.families_differ;
    template_list(ret, "reductions", rows);
    template_flag(ret, "reduction_unknown", ranked.told < ranked.procedures);
    template_flag(ret, "reduction_ranked", ranked.told == ranked.procedures && ranked.ranked > 1);
    template_flag(ret, "reduction_none", ranked.told == ranked.procedures && ranked.ranked < 2);
    template_flag(ret, "families_differ", families && ranked.families_differ);
    template_flag(ret, "families_unsaid", ranked.endoscopies > 1 && !families);
    template_text(ret, "family_rule", same ? ranked.rule->text : NULL);
    template_text(ret, "family_rule_mark", same ? page_cite(page, ranked.rule->source) : NULL);
}
