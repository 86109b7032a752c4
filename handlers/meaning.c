/* What a code is, and whether it holds on the day: short for one code, a line each for several. */
#include "handlers/rules/meaning.h"

#include <string.h>

#include "handlers/handler.h"
enum { CODES_WITH_WORDS = 9, FACTS_OF_A_SECTION = 8 };

/* Also a code of which nothing is known: what there is in its place is found out here, and a person gets the rest. */
static bool claims(const struct question *question, const struct inquiry *inquiry) {
    (void)question;
    return inquiry->code_count > 0 && inquiry->intent != INTENT_NOT_CODING && inquiry->intent != INTENT_JOBS;
}

/* "Is it still valid?" wants a yes; to "valid or deleted?" there is none. */
static bool asks_whether_valid(struct span words) {
    return page_rank_any(words, "valid exist exists real active current billable") && !page_rank_any(words, "deleted gone retired invented invalid ended");
}

/* What was asked for, where no other handler could say it of this code: the weight of a DRG, the units of a supply. */
static unsigned sections_for(enum intent intent) {
    switch (intent) {
    case INTENT_FEE: return SECTION_BIT(SECTION_FEE);
    case INTENT_UNITS: return SECTION_BIT(SECTION_UNITS);
    case INTENT_MODIFIER: return SECTION_BIT(SECTION_MODIFIERS);
    default: return 0;
    }
}

/* ---- the modifiers behind a code ---- */

static const struct kb_fact *fact_about_modifier(const struct page_code *found, const char *modifier) {
    struct page_facts facts = page_facts(found, SECTION_MODIFIERS);
    for (size_t i = 0; i < facts.count; i++)
        if (facts.items[i].has_related && strcmp(facts.items[i].related_display, modifier) == 0)
            return &facts.items[i];
    return NULL;
}

/* 11 behind a code: an office, put where it does not belong. */
static int add_place(struct page *page, const char *key, struct template_row *ret, struct why *why) {
    struct kb_code place;
    if (!system_fits(SYSTEM_POS, span_of(key)))
        return 0;
    int failed = kb_lookup(page->kb, SYSTEM_POS, key, page->date, page->arena, &place, why);
    if (!failed && place.status == STATUS_VALID)
        template_text(ret, "modifier_place", place.title);
    return failed;
}

static int add_modifiers(struct page *page, const struct page_asked *asked, struct template_row *ret, struct why *why) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < asked->asked->modifier_count; i++) {
        struct kb_code modifier;
        const char *key = asked->asked->modifiers[i];
        int failed = kb_lookup(page->kb, SYSTEM_MOD, key, page->date, page->arena, &modifier, why);
        if (failed)
            return failed;
        const struct kb_fact *fact = fact_about_modifier(&asked->found, key);
        struct template_row *row = template_rows_add(&rows, page->arena);
        template_text(row, "modifier", key);
        template_text(row, "modifier_title", modifier.title);
        template_text(row, "modifier_fits", fact ? fact->text : NULL);
        bool unknown = modifier.status == STATUS_UNKNOWN || modifier.status == STATUS_NO_DATA;
        if (unknown && (failed = add_place(page, key, row, why)))
            return failed;
        template_flag(row, "modifier_unknown", unknown);
        template_flag(row, "modifier_not_listed", !fact && (asked->found.known & SECTION_BIT(SECTION_MODIFIERS)));
        template_text(row, "modifier_mark", page_cite(page, fact ? fact->source : modifier.source));
    }
    template_list(ret, "asked_modifiers", rows);
    return 0;
}

/* ---- one code, and several ---- */

struct meaning {
    struct page_asked *asked;
    struct template_rows rows;
    size_t holding; /* that are valid on the day */
    bool told;      /* something can be said of at least one */
    struct group {
        const char *names; /* "47562, 47563" */
        size_t count;
    } described, figured, doubtful;
};

static void add_to_group(struct page *page, struct group *group, const char *code) {
    group->names = group->count++ ? arena_printf(page->arena, "%s, %s", group->names, code) : code;
}

static void add_group(const struct page *page, const struct group *group, const char *name, struct template_row *ret) {
    template_text(ret, name, group->count > CODES_WITH_WORDS ? arena_printf(page->arena, "%zu codes", group->count) : group->names);
}

static int add_alone(struct page *page, const struct inquiry *inquiry, const struct page_asked *asked, struct template_row *row, struct why *why) {
    unsigned wanted = sections_for(inquiry->intent);
    unsigned shown = wanted | SECTION_BIT(SECTION_PLAIN) | SECTION_BIT(SECTION_CLINICAL) | SECTION_BIT(SECTION_RELATED);
    const struct page_code *found = &asked->found;
    const struct page_view view = {.set = wanted, .most = FACTS_OF_A_SECTION, .words = inquiry->words, .brief = true};
    if (found->code.system == SYSTEM_ICD10CM)
        shown |= SECTION_BIT(SECTION_GUIDELINES);
    int failed = add_modifiers(page, asked, row, why);
    if (!failed && found->code.status != STATUS_NO_DATA) /* else its figures are told */
        failed = meaning_add_details(page, inquiry, asked, row, why);
    if (failed)
        return failed;
    template_markup(row, "sections", page_sections(page, found, &view));
    page_list_sections(page, found->known & ~shown, row, "also");
    return 0;
}

static int add_code(struct page *page, const struct inquiry *inquiry, struct page_asked *asked, struct meaning *ret, struct why *why) {
    struct template_row *row = template_rows_add(&ret->rows, page->arena);
    bool alone = inquiry->code_count == 1, valid = asked->found.code.status == STATUS_VALID;
    enum unfit unfit;
    int failed = page_status(page, &asked->found, row, why);
    if (!failed)
        failed = meaning_add_unfit(page, inquiry, asked, row, &unfit, why);
    if (failed)
        return failed;
    ret->told = ret->told || unfit != UNFIT_UNTOLD;
    ret->holding += valid;
    add_to_group(page, valid ? &ret->described : unfit == UNFIT_FIGURES ? &ret->figured : &ret->doubtful, asked->found.code.display);
    template_flag(row, "figured", unfit == UNFIT_FIGURES);
    template_flag(row, "other_set", asked->found.code.system > SYSTEM_ICD10PCS); /* 11 may be anything */
    template_flag(row, "yes", alone && asks_whether_valid(inquiry->words));
    if (inquiry->code_count <= CODES_WITH_WORDS)
        meaning_add_plain(page, inquiry, asked, !alone, row);
    return alone ? add_alone(page, inquiry, asked, row, why) : add_modifiers(page, asked, row, why);
}

/* The edition that the days are judged by, where its term has ended: of all codes the first. */
static const char *old_edition(const struct meaning *meaning) {
    for (size_t i = 0; i < meaning->rows.count; i++)
        if (meaning->asked[i].found.code.status == STATUS_VALID && meaning->asked[i].found.code.edition_ended)
            return meaning->asked[i].found.code.edition;
    return NULL;
}

static int add_codes(struct page *page, const struct inquiry *inquiry, struct meaning *ret, struct why *why) {
    int failed = page_find_asked(page, inquiry, &ret->asked, why);
    for (size_t i = 0; i < inquiry->code_count && !failed; i++)
        failed = add_code(page, inquiry, &ret->asked[i], ret, why);
    return failed;
}

/* The question was another one, but nobody had an answer to it. */
static int confidence_of(const struct inquiry *inquiry, const struct meaning *meaning) {
    bool asked = inquiry->intent == INTENT_MEANING || inquiry->intent == INTENT_FIND_CODE || inquiry->intent == INTENT_DIFFERENCE;
    if (meaning->holding < inquiry->code_count)
        return CONFIDENCE_FACTS;
    return asked ? CONFIDENCE_VERDICT : CONFIDENCE_PARTLY;
}

static const char *heading(const struct page *page, const struct inquiry *inquiry) {
    const char *first = inquiry->codes[0].display;
    if (inquiry->code_count == 1)
        return arena_printf(page->arena, "What %s is", first);
    if (inquiry->code_count == 2)
        return arena_printf(page->arena, "What %s and %s are", first, inquiry->codes[1].display);
    return arena_printf(page->arena, "What %s and %zu more are", first, inquiry->code_count - 1);
}

static int answer(struct page *page, const struct inquiry *inquiry, struct part *ret, struct why *why) {
    struct template_row row = template_row_new(page->arena);
    struct meaning meaning = {.holding = 0};
    int failed = add_codes(page, inquiry, &meaning, why);
    if (failed)
        return failed;
    if (!meaning.told)
        return handler_unknown.answer(page, inquiry, ret, why);
    if (inquiry->code_count <= CODES_WITH_WORDS)
        page_add_verdicts(page, meaning.asked, inquiry->code_count, &row);
    template_flag(&row, "single", inquiry->code_count == 1);
    template_flag(&row, "all_hold", meaning.holding == inquiry->code_count);
    template_flag(&row, "two", inquiry->code_count == 2);
    template_text(&row, "old_edition", old_edition(&meaning));
    add_group(page, &meaning.described, "described", &row);
    add_group(page, &meaning.figured, "figured_codes", &row);
    add_group(page, &meaning.doubtful, "doubtful", &row);
    template_flag(&row, "dispute", page_rank_any(inquiry->words, "dispute disputing contest appeal"));
    template_text(&row, "count", arena_printf(page->arena, "%zu", inquiry->code_count));
    template_text(&row, "date", page->date.iso);
    template_flag(&row, "date_named", page->date_named);
    template_list(&row, "codes", meaning.rows);
    *ret = (struct part){.about = heading(page, inquiry),
                         .action = ACTION_ANSWER,
                         .reason = "the codes asked are known",
                         .confidence = confidence_of(inquiry, &meaning)};
    part_write(page, "meaning", &row, ret);
    return 0;
}

const struct handler handler_meaning = {.name = "meaning", .claims = claims, .answer = answer};
