/* One or several codes are asked: what they are, and the sections that fit what is wanted of them. */
#include "handlers/handler.h"
#include "handlers/page.h"

#include <string.h>

enum { CODES_IN_DETAIL = 12, INTENTS_IN_DETAIL = 3, FACTS_OF_A_SECTION = 25 };

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

static unsigned sections_wanted(const struct question *question, size_t asked) {
    unsigned ret = question->intent_count == 0 ? sections_for(INTENT_MEANING) : 0;
    for (size_t i = 0; i < question->intent_count && i < INTENTS_IN_DETAIL; i++)
        ret |= sections_for(question->intents[i]);
    if (asked > 1) /* the work around each of several is too much, and the edits between them stand in one table */
        ret &= ~(SECTION_BIT(SECTION_CLINICAL) | SECTION_BIT(SECTION_NCCI));
    return ret;
}

/* What has no modifiers and no fee is asked for its meaning, whatever the words. */
static unsigned sections_of(enum code_system system, unsigned wanted) {
    if (page_is_procedure(system))
        return wanted;
    return wanted | SECTION_BIT(SECTION_PLAIN) | SECTION_BIT(SECTION_GUIDELINES);
}

static bool claims(const struct question *question) {
    if (question->intent_count > 0 && (question->intents[0] == INTENT_NOT_CODING || question->intents[0] == INTENT_JOBS))
        return false;
    for (size_t i = 0; i < question->code_count; i++)
        if (question->codes[i].role == ROLE_ASKED && question->codes[i].status != STATUS_NO_DATA)
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

static int add_statuses(struct page *page, const struct question *question, struct asked_pages *ret, struct why *why) {
    *ret = (struct asked_pages){.items = arena_array(page->arena, QUESTION_CODES, sizeof *ret->items)};
    for (size_t i = 0; i < question->code_count && ret->rows.count < QUESTION_CODES; i++) {
        struct asked_page *item = &ret->items[ret->rows.count];
        item->asked = &question->codes[i];
        if (item->asked->role != ROLE_ASKED)
            continue;
        int failed = page_find(page, item->asked->system, item->asked->key, &item->found, why);
        if (!failed)
            failed = page_status(page, &item->found, template_rows_add(&ret->rows, page->arena), why);
        if (failed)
            return failed;
    }
    return 0;
}

static int add_all_details(struct page *page, const struct question *question, struct asked_pages *pages, struct why *why) {
    const struct page_codes all = {question->codes, question->code_count};
    size_t asked = pages->rows.count;
    enum intent first = question->intent_count > 0 ? question->intents[0] : INTENT_MEANING;
    const struct page_view view = {.set = sections_wanted(question, asked),
                                   .first = sections_for(first),
                                   .brief = question->intent_count > 1,
                                   .others = asked > 1 ? &all : NULL,
                                   .words = question->words,
                                   .most = FACTS_OF_A_SECTION};
    int failed = 0;
    for (size_t i = 0; i < asked && !failed; i++) {
        struct page_view own = view;
        own.set = i < CODES_IN_DETAIL ? view.set : 0;
        failed = add_details(page, pages->items[i].asked, &pages->items[i].found, own, &pages->rows.items[i], why);
    }
    return failed;
}

static bool wants(const struct question *question, enum intent intent) {
    for (size_t i = 0; i < question->intent_count; i++)
        if (question->intents[i] == intent)
            return true;
    return false;
}

static bool asks_for(const struct question *question, unsigned systems) {
    for (size_t i = 0; i < question->code_count; i++)
        if (question->codes[i].role == ROLE_ASKED && (systems & (1u << question->codes[i].system)))
            return true;
    return false;
}

static int add_hits(struct page *page, const struct question *question, struct template_row *ret, struct why *why) {
    struct page_hits hits;
    int failed = page_find_hits(page, question, HITS_GOOD, &hits, why);
    if (!failed)
        page_list_hits(page, &hits, ret);
    return failed == FAIL_EMPTY ? 0 : failed;
}

/* What stands between several codes: their edits, and what is known of them together. */
static int add_between(struct page *page, const struct question *question, struct template_row *ret, struct why *why) {
    static const enum intent shows_related[] = {INTENT_MEANING, INTENT_FIND_CODE, INTENT_DIFFERENCE};
    int failed = page_add_edits(page, question, ret, why);
    bool related_too = true;
    for (size_t i = 0; i < sizeof shows_related / sizeof *shows_related; i++)
        related_too = related_too && !wants(question, shows_related[i]);
    if (failed || (!wants(question, INTENT_BUNDLING) && !wants(question, INTENT_MODIFIER)))
        return failed;
    return page_add_pairs(page, question, related_too, ret, why);
}

static int add_parts(struct page *page, const struct question *question, struct template_row *ret, struct why *why) {
    struct asked_pages pages;
    int failed = add_statuses(page, question, &pages, why);
    if (!failed)
        failed = add_between(page, question, ret, why);
    if (!failed && wants(question, INTENT_FIND_CODE))
        failed = add_hits(page, question, ret, why);
    if (!failed && wants(question, INTENT_FEE))
        failed = page_add_places(page, question, ret, why);
    if (!failed)
        failed = add_all_details(page, question, &pages, why);
    template_flag(ret, "single", pages.rows.count == 1);
    template_list(ret, "codes", pages.rows);
    return failed;
}

static int answer(const struct question *question, struct kb *kb, struct draft *draft, struct why *why) {
    struct page page = page_begin(kb, question_date(question), date_is_set(question->date_of_service), draft->arena);
    struct template_row row = template_row_new(draft->arena);
    int failed = add_parts(&page, question, &row, why);
    if (failed)
        return failed;
    page_add_wishes(question, &row);
    template_flag(&row, "without_descriptor", asks_for(question, 1u << SYSTEM_CPT));
    template_flag(&row, "procedures", asks_for(question, 1u << SYSTEM_CPT | 1u << SYSTEM_HCPCS));
    page_write(&page, "meaning", &row, draft);
    draft->action = ACTION_ANSWER;
    draft->reason = "the codes asked are known";
    return 0;
}

const struct handler handler_meaning = {.name = "meaning", .claims = claims, .answer = answer};
