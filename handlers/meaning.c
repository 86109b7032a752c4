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

static size_t count_asked(const struct question *question) {
    size_t count = 0;
    for (size_t i = 0; i < question->code_count; i++)
        count += question->codes[i].role == ROLE_ASKED;
    return count;
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

static int add_code(struct page *page, const struct asked_code *asked, struct page_view view, bool in_detail, struct template_row *ret,
                    struct why *why) {
    struct page_code found;
    int failed = page_find(page, asked->system, asked->key, &found, why);
    if (!failed)
        failed = page_status(page, &found, ret, why);
    if (!failed)
        failed = add_modifiers(page, asked, &found, ret, why);
    if (failed)
        return failed;
    view.brief = view.brief || view.others || asked->modifier_count > 0;
    if (in_detail)
        add_sections(page, &found, view, ret);
    return 0;
}

/* ---- all of them ---- */

static int add_codes(struct page *page, const struct question *question, struct template_row *ret, struct why *why) {
    const struct page_codes all = {question->codes, question->code_count};
    size_t asked = count_asked(question), done = 0;
    enum intent first = question->intent_count > 0 ? question->intents[0] : INTENT_MEANING;
    const struct page_view view = {.set = sections_wanted(question, asked),
                                   .first = sections_for(first),
                                   .brief = question->intent_count > 1,
                                   .others = asked > 1 ? &all : NULL,
                                   .most = FACTS_OF_A_SECTION};
    struct template_rows rows = {0};
    for (size_t i = 0; i < question->code_count; i++) {
        if (question->codes[i].role != ROLE_ASKED)
            continue;
        struct template_row *row = template_rows_add(&rows, page->arena);
        int failed = add_code(page, &question->codes[i], view, done++ < CODES_IN_DETAIL, row, why);
        if (failed)
            return failed;
    }
    template_flag(ret, "single", asked == 1);
    template_list(ret, "codes", rows);
    return 0;
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

static int answer(const struct question *question, struct kb *kb, struct draft *draft, struct why *why) {
    struct page page = page_begin(kb, question_date(question), date_is_set(question->date_of_service), draft->arena);
    struct template_row row = template_row_new(draft->arena);
    int failed = add_codes(&page, question, &row, why);
    if (!failed)
        failed = page_add_edits(&page, question, &row, why);
    if (!failed && wants(question, INTENT_FIND_CODE))
        failed = add_hits(&page, question, &row, why);
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
