/* One procedure on the left and on the right side: one line with 50, or two lines. */
#include "handlers/rules/pairs.h"

#include <string.h>

#include "handlers/rules/modifier.h"
#include "kb/figures.h"

static bool is_same_code(const struct page_asked *one, const struct page_asked *two) {
    return one->found.code.system == two->found.code.system && strcmp(one->found.code.key, two->found.code.key) == 0;
}

long pairs_units(const struct page_asked *line) {
    long told = line->asked->units ? line->asked->units : 1;
    bool sides = pairs_has_modifier(line->asked, "LT") && pairs_has_modifier(line->asked, "RT");
    return sides && told < 2 ? 2 : told;
}

/* A limit of the line alone (MAI 1) is not looked at: each side is a line. */
static void look_at_limit(const struct page_asked *line, struct both_sides *ret) {
    const struct kb_fact *limit = page_fact(&line->found, SECTION_UNITS, "MUE"), *kind = page_fact(&line->found, SECTION_UNITS, "MAI");
    long most;
    ret->over = limit && limit->value && kind && kind->value && modifier_is_one_of(kind->value, "2 3") &&
                span_to_long(span_of(limit->value), 0, 1000000, &most) && ret->units > most;
    ret->limit = ret->over ? limit : NULL;
    ret->kind = ret->over ? kind : NULL;
}

static int find_rule(struct page *page, struct both_sides *ret, struct why *why) {
    struct page_code found;
    int failed = page_find(page, SYSTEM_MOD, "50", &found, why);
    struct page_facts facts = failed ? (struct page_facts){0} : page_facts(&found, SECTION_GUIDELINES);
    ret->rule = facts.count ? &facts.items[0] : NULL;
    return failed;
}

int both_sides_find(struct page *page, const struct page_asked *codes, size_t count, size_t at, struct both_sides *ret, struct why *why) {
    const struct page_asked *line = &codes[at];
    bool left = false, right = false, once = false;
    *ret = (struct both_sides){.of = line};
    for (size_t i = 0; i < count; i++) {
        if (!is_same_code(&codes[i], line))
            continue;
        if (i < at)
            return FAIL_EMPTY;
        left = left || pairs_has_modifier(codes[i].asked, "LT");
        right = right || pairs_has_modifier(codes[i].asked, "RT");
        once = once || pairs_has_modifier(codes[i].asked, "50");
        ret->units += pairs_units(&codes[i]);
    }
    if (!left || !right || once || !pairs_can(line))
        return FAIL_EMPTY;
    const char *global = pairs_global(&line->found);
    ret->indicator = page_fact(&line->found, SECTION_FEE, name_text(figure_labels, FIGURE_BILATERAL));
    ret->one_line = ret->indicator && ret->indicator->value && strcmp(ret->indicator->value, "1") == 0 && global &&
                    modifier_is_one_of(global, "000 010 090");
    look_at_limit(line, ret);
    return ret->one_line ? find_rule(page, ret, why) : 0;
}

void both_sides_add_fields(struct page *page, const struct both_sides *sides, struct template_row *ret) {
    template_text(ret, "sides_of", sides->of->found.code.display);
    template_flag(ret, "one_line", sides->one_line);
    template_text(ret, "bilateral", sides->indicator ? sides->indicator->value : NULL);
    template_text(ret, "bilateral_text", sides->indicator ? sides->indicator->text : NULL);
    template_text(ret, "bilateral_mark", sides->indicator ? page_cite(page, sides->indicator->source) : NULL);
    template_text(ret, "sides_units", sides->over ? arena_printf(page->arena, "%ld", sides->units) : NULL);
    template_text(ret, "sides_most", sides->over ? sides->limit->value : NULL);
    template_text(ret, "sides_kind", sides->over ? sides->kind->value : NULL);
    template_text(ret, "sides_file", sides->over ? sides->limit->source->edition : NULL);
    template_text(ret, "sides_limit_mark", sides->over ? page_cite(page, sides->limit->source) : NULL);
    template_text(ret, "sides_rule", sides->rule ? sides->rule->text : NULL);
    template_text(ret, "sides_rule_mark", sides->rule ? page_cite(page, sides->rule->source) : NULL);
}
