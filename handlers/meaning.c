/* One or several codes are asked: what they are, and the sections that fit what is wanted of them. */
#include "handlers/handler.h"
#include "handlers/page.h"

#include <string.h>

enum { CODES_IN_DETAIL = 12, FACTS_OF_A_SECTION = 25 };

/* What an answer shows of a code; the rest is named at its end and can be asked for. */
static unsigned sections_for(enum intent intent) {
    static const unsigned meaning = SECTION_BIT(SECTION_PLAIN) | SECTION_BIT(SECTION_CLINICAL) | SECTION_BIT(SECTION_RELATED);
    switch (intent) {
    case INTENT_FIND_CODE:
    case INTENT_DIFFERENCE: return SECTION_BIT(SECTION_PLAIN) | SECTION_BIT(SECTION_RELATED);
    case INTENT_MODIFIER: return SECTION_BIT(SECTION_MODIFIERS);
    case INTENT_BUNDLING: return SECTION_BIT(SECTION_NCCI) | SECTION_BIT(SECTION_GUIDELINES);
    case INTENT_CROSSWALK: return SECTION_BIT(SECTION_DIAGNOSES);
    case INTENT_COVERAGE: return SECTION_BIT(SECTION_COVERAGE);
    case INTENT_FEE: return SECTION_BIT(SECTION_FEE);
    case INTENT_GUIDELINE: return SECTION_BIT(SECTION_GUIDELINES) | SECTION_BIT(SECTION_CLINICAL);
    case INTENT_UNITS: return SECTION_BIT(SECTION_UNITS);
    default: return meaning;
    }
}

static unsigned sections_wanted(const struct inquiry *inquiry) {
    unsigned ret = sections_for(inquiry->intent);
    if (inquiry->code_count > 1) /* the work around each of several is too much, and the edits between them stand in one table */
        ret &= ~(SECTION_BIT(SECTION_CLINICAL) | SECTION_BIT(SECTION_NCCI));
    return ret;
}

/* What has no modifiers and no fee is asked for its meaning, whatever the words. */
static unsigned sections_of(enum code_system system, unsigned wanted) {
    if (page_is_procedure(system))
        return wanted;
    return wanted | SECTION_BIT(SECTION_PLAIN) | SECTION_BIT(SECTION_GUIDELINES);
}

static bool claims(const struct question *question, const struct inquiry *inquiry) {
    (void)question;
    if (inquiry->intent == INTENT_NOT_CODING || inquiry->intent == INTENT_JOBS)
        return false;
    for (size_t i = 0; i < inquiry->code_count; i++)
        if (inquiry->codes[i].status != STATUS_NO_DATA || inquiry->codes[i].has_figures)
            return true;
    return false;
}

/* ---- one code ---- */

static const struct kb_fact *fact_about_modifier(const struct page_code *found, const char *modifier) {
    for (size_t i = 0; i < found->facts.count; i++) {
        const struct kb_fact *fact = &found->facts.items[i];
        if (fact->section == SECTION_MODIFIERS && fact->has_related && strcmp(fact->related_display, modifier) == 0)
            return fact;
    }
    return NULL;
}

static int add_modifiers(struct page *page, const struct asked_code *asked, const struct page_code *found, struct template_row *ret,
                         struct why *why) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < asked->modifier_count; i++) {
        struct kb_code modifier;
        int failed = kb_lookup(page->kb, SYSTEM_MOD, asked->modifiers[i], page->date, page->arena, &modifier, why);
        if (failed)
            return failed;
        const struct kb_fact *fact = fact_about_modifier(found, asked->modifiers[i]);
        struct template_row *row = template_rows_add(&rows, page->arena);
        template_text(row, "modifier", asked->modifiers[i]);
        template_text(row, "modifier_title", modifier.title);
        template_text(row, "modifier_fits", fact ? fact->text : NULL);
        template_flag(row, "modifier_unknown", modifier.status == STATUS_UNKNOWN || modifier.status == STATUS_NO_DATA);
        template_flag(row, "modifier_not_listed", !fact && (found->known & SECTION_BIT(SECTION_MODIFIERS)));
        template_text(row, "modifier_mark", page_cite(page, fact ? fact->source : modifier.source));
    }
    template_list(ret, "asked_modifiers", rows);
    return 0;
}

static bool has_rows(const struct template_row *row, const char *name) {
    for (size_t i = 0; i < row->count; i++)
        if (span_equal(row->fields[i].name, span_of(name)))
            return row->fields[i].rows.count > 0;
    return false;
}

/* A code that stands alone has all its parts; one of several only a part of its own where there is something to say. */
static bool has_details(const struct template_row *row, bool alone) {
    return alone || has_rows(row, "children") || has_rows(row, "neighbours") || has_rows(row, "asked_modifiers") || has_rows(row, "absent");
}

static void add_sections(struct page *page, const struct page_code *found, struct page_view view, struct template_row *ret) {
    enum code_system system = found->code.system;
    view.set = sections_of(system, view.set);
    unsigned expected = page_expected(&found->code);
    const char *sections = page_sections(page, found, &view);
    unsigned absent = view.set & expected & ~found->known & ~(view.others ? SECTION_BIT(SECTION_RELATED) : 0);
    template_markup(ret, "sections", sections);
    page_list_sections(page, absent, ret, "absent");
    page_list_sections(page, view.others ? 0 : found->known & ~view.set, ret, "also");
    template_flag(ret, "details", *sections || has_details(ret, !view.others));
}

static int add_details(struct page *page, const struct asked_code *asked, const struct page_code *found, struct page_view view,
                       struct template_row *ret, struct why *why) {
    int failed = add_modifiers(page, asked, found, ret, why);
    view.brief = view.brief || view.others || asked->modifier_count > 0;
    if (!failed && view.set)
        add_sections(page, found, view, ret);
    return failed;
}

/* ---- all of them. Sources are numbered as they are cited, so what is read first is made first ---- */

struct asked_page {
    const struct asked_code *asked;
    struct page_code found;
};

struct asked_pages {
    struct asked_page *items;
    struct template_rows rows; /* one each */
};

static int add_statuses(struct page *page, const struct inquiry *inquiry, struct asked_pages *ret, struct why *why) {
    *ret = (struct asked_pages){.items = arena_array(page->arena, QUESTION_CODES, sizeof *ret->items)};
    for (size_t i = 0; i < inquiry->code_count; i++) {
        struct asked_page *item = &ret->items[i];
        item->asked = &inquiry->codes[i];
        int failed = page_find(page, item->asked->system, item->asked->key, &item->found, why);
        if (!failed)
            failed = page_status(page, &item->found, template_rows_add(&ret->rows, page->arena), why);
        if (failed)
            return failed;
    }
    return 0;
}

static int add_all_details(struct page *page, const struct inquiry *inquiry, struct asked_pages *pages, struct why *why) {
    const struct page_codes all = {inquiry->codes, inquiry->code_count};
    size_t asked = pages->rows.count;
    const struct page_view view = {.set = sections_wanted(inquiry),
                                   .first = sections_for(inquiry->intent),
                                   .others = asked > 1 ? &all : NULL,
                                   .words = inquiry->words,
                                   .most = FACTS_OF_A_SECTION};
    int failed = 0;
    for (size_t i = 0; i < asked && !failed; i++) {
        struct page_view own = view;
        own.set = i < CODES_IN_DETAIL ? view.set : 0;
        failed = add_details(page, pages->items[i].asked, &pages->items[i].found, own, &pages->rows.items[i], why);
    }
    return failed;
}

/* What stands between several codes: their edits, and what is known of them together. */
static int add_between(struct page *page, const struct inquiry *inquiry, struct template_row *ret, struct why *why) {
    int failed = page_add_edits(page, inquiry, ret, why);
    if (failed || (inquiry->intent != INTENT_BUNDLING && inquiry->intent != INTENT_MODIFIER))
        return failed;
    return page_add_pairs(page, inquiry, true, ret, why);
}

static int answer(struct page *page, const struct inquiry *inquiry, struct part *ret, struct why *why) {
    struct template_row row = template_row_new(page->arena);
    struct asked_pages pages;
    int failed = add_statuses(page, inquiry, &pages, why);
    if (!failed)
        failed = add_between(page, inquiry, &row, why);
    if (!failed)
        failed = add_all_details(page, inquiry, &pages, why);
    if (failed)
        return failed;
    template_flag(&row, "single", pages.rows.count == 1);
    template_list(&row, "codes", pages.rows);
    *ret = (struct part){.about = "What the codes are",
                         .action = ACTION_ANSWER,
                         .reason = "the codes asked are known",
                         .confidence = CONFIDENCE_VERDICT};
    part_write(page, "meaning", &row, ret);
    return 0;
}

const struct handler handler_meaning = {.name = "meaning", .claims = claims, .answer = answer};
