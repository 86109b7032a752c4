/* "A visit some days after 11750": within the global days of the procedure, or behind them. */
#include "handlers/rules/bundling.h"

#include "kb/figures.h"

bool bundling_days(struct page *page, const struct inquiry *inquiry, const struct page_asked *code, struct template_row *ret) {
    const struct kb_fact *global = page_fact(&code->found, SECTION_FEE, name_text(figure_labels, FIGURE_GLOBAL));
    long days;
    if (!bundling_asks_later_visit(inquiry) || !global || !global->value || !span_to_long(span_of(global->value), 0, 90, &days))
        return false;
    template_text(ret, "code", code->found.code.display);
    template_text(ret, "global_days", days ? arena_printf(page->arena, "%ld", days) : NULL);
    template_text(ret, "free_from", arena_printf(page->arena, "%ld", days + 1));
    template_text(ret, "global_mark", page_cite(page, global->source));
    return true;
}
