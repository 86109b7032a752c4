/* The figures in which two or three procedures are not the same. */
#include <string.h>

#include "handlers/rules/difference.h"
#include "kb/figures.h"

enum { YEAR_LEN = 4 };

static const struct kb_fact *fact_of(const struct compared *one, enum kb_section section, const char *label) {
    return page_is_procedure(one->asked->system) ? page_fact(&one->found, section, label) : NULL;
}

/* The year that the figures of all codes are of, where none newer is loaded; it is told once, above them. Not set: they differ. */
static struct date common_end(const struct comparison *all) {
    struct date ret = {""};
    for (size_t i = 0; i < all->count; i++) {
        const struct kb_fact *fact = fact_of(&all->items[i], SECTION_FEE, name_text(figure_labels, FIGURE_STATUS));
        if (!fact || !fact->ended || (i && date_compare(fact->valid_to, ret) != 0))
            return (struct date){""};
        ret = fact->valid_to;
    }
    return ret;
}

static const char *cell(struct page *page, const struct kb_fact *fact, struct date above) {
    const char *value = page_figure(fact);
    bool told = !fact->ended || date_compare(fact->valid_to, above) == 0;
    return told ? value : arena_printf(page->arena, "%s (%.*s)", value, YEAR_LEN, fact->valid_to.iso);
}

/* Only where it is known of all, and not the same. */
static bool differs(const struct comparison *all, enum kb_section section, const char *label, const struct kb_fact **facts) {
    bool ret = false;
    for (size_t i = 0; i < all->count; i++) {
        facts[i] = fact_of(&all->items[i], section, label);
        if (!facts[i] || !facts[i]->value)
            return false;
        ret = ret || strcmp(page_figure(facts[i]), page_figure(facts[0])) != 0;
    }
    return ret;
}

static void add_row(struct page *page, const struct comparison *all, enum kb_section section, const char *label,
                    struct template_rows *ret) {
    const struct kb_fact *facts[COMPARED_CLOSELY];
    struct template_rows cells = {0};
    if (!differs(all, section, label, facts))
        return;
    for (size_t i = 0; i < all->count; i++)
        template_text(template_rows_add(&cells, page->arena), "cell", cell(page, facts[i], common_end(all)));
    struct template_row *row = template_rows_add(ret, page->arena);
    template_text(row, "label", page_capitalised(label, page->arena));
    template_text(row, "edition", section == SECTION_UNITS ? facts[0]->source->edition : NULL);
    template_text(row, "mark", page_cite(page, facts[0]->source));
    template_list(row, "cells", cells);
}

void compare_add_figures(struct page *page, const struct comparison *all, struct template_row *ret) {
    static const enum figure figures[] = {FIGURE_GLOBAL,    FIGURE_WORK,      FIGURE_TOTAL,     FIGURE_TOTAL_FACILITY, FIGURE_STATUS,
                                          FIGURE_BILATERAL, FIGURE_ASSISTANT, FIGURE_COSURGEON, FIGURE_COMPONENTS};
    struct template_rows rows = {0};
    if (all->count > COMPARED_CLOSELY)
        return;
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        add_row(page, all, SECTION_FEE, name_text(figure_labels, figures[i]), &rows);
    add_row(page, all, SECTION_UNITS, "MUE", &rows);
    struct date end = common_end(all);
    template_text(ret, "figures_of", date_is_set(end) ? arena_copy(page->arena, span_slice(span_of(end.iso), 0, YEAR_LEN)) : NULL);
    template_list(ret, "figures", rows);
}
