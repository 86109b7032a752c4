/* Which rules hold for the codes asked: what the record must show, which code comes first, what a note says of another one. */
#include "handlers/handler.h"
#include "handlers/write/page.h"
#include "handlers/write/page_rank.h"

#include <string.h>

#include "handlers/understand/inquiry.h"

enum { FACTS_SHOWN = 5, CODES_READ = 12, MINUTES_SHOWN = 4, LEFT_OUT = -1000 };

static bool claims(const struct question *question, const struct inquiry *inquiry) {
    (void)question;
    return (inquiry->intent == INTENT_GUIDELINE || page_rank_asks_record(inquiry)) && inquiry_holding(inquiry, KB_ALL_SYSTEMS) > 0;
}

/* ---- the facts ---- */

static unsigned sections_of(const struct page_code *found) {
    static const unsigned rules = SECTION_BIT(SECTION_GUIDELINES) | SECTION_BIT(SECTION_CLINICAL) | SECTION_BIT(SECTION_PLAIN);
    return page_is_procedure(found->code.system) ? rules | SECTION_BIT(SECTION_UNITS) | SECTION_BIT(SECTION_COVERAGE) : rules;
}

/* What is said of the modifiers that are asked about with a procedure: "22 when ..." */
static bool is_asked_modifier(const struct inquiry *inquiry, const struct kb_fact *fact) {
    for (size_t i = 0; i < inquiry->code_count; i++) {
        const struct asked_code *code = &inquiry->codes[i];
        if (code->system == SYSTEM_MOD && fact->has_related && strcmp(code->display, fact->related_display) == 0)
            return true;
        for (size_t k = 0; k < code->modifier_count; k++)
            if (fact->has_related && strcmp(code->modifiers[k], fact->related_display) == 0)
                return true;
    }
    return false;
}

static bool any_modifier_asked(const struct inquiry *inquiry, const struct page_code *found) {
    struct page_facts facts = page_facts(found, SECTION_MODIFIERS);
    for (size_t i = 0; i < facts.count; i++)
        if (is_asked_modifier(inquiry, &facts.items[i]))
            return true;
    return false;
}

static void rank(struct page_ranking *ranking, const struct page_asked *asked, size_t count) {
    for (size_t i = 0; i < count; i++) {
        unsigned sections = sections_of(&asked[i].found);
        if (any_modifier_asked(ranking->inquiry, &asked[i].found))
            sections |= SECTION_BIT(SECTION_MODIFIERS);
        page_rank_add(ranking, &asked[i].found, sections);
    }
    for (size_t i = 0; i < ranking->count; i++) {
        struct page_ranked *item = &ranking->items[i];
        if (item->fact->section == SECTION_MODIFIERS)
            item->score = is_asked_modifier(ranking->inquiry, item->fact) ? item->score + RANK_BEARS : LEFT_OUT;
    }
    page_rank_sort(ranking);
    while (ranking->count > 0 && ranking->items[ranking->count - 1].score == LEFT_OUT)
        ranking->count--;
}

static const char *titles_of(const struct page *page, const struct page_asked *asked, size_t count) {
    const char *ret = "";
    for (size_t i = 0; i < count; i++)
        ret = arena_printf(page->arena, "%s %s", ret, asked[i].found.code.title ? asked[i].found.code.title : "");
    return ret;
}

/* What a verdict or the minutes told already; and of several codes the notes about others than these. */
static void leave_out(struct page_ranking *ranking, const struct page_verdicts *verdicts, const struct page_asked *asked, size_t count,
                      bool timed) {
    const char *titles = titles_of(ranking->page, asked, count);
    size_t kept = 0;
    for (size_t i = 0; i < ranking->count; i++) {
        const struct page_ranked *item = &ranking->items[i];
        bool told = (item->fact->text && page_verdict_tells(verdicts, item->fact)) || (timed && item->fact->section == SECTION_PLAIN);
        if (!told && !(count > 1 && page_rank_is_idle(ranking, item, titles)))
            ranking->items[kept++] = *item;
    }
    ranking->count = kept;
}

/* ---- the minutes ---- */

static bool is_sentence_end(const char *text) { return text[0] == '.' && (!text[1] || (text[1] == ' ' && text[2] >= 'A' && text[2] <= 'Z')); }

/* Of the plain words the sentence that tells a number of minutes; NULL: none does. */
static const char *minutes_in(const char *text, struct arena *arena) {
    for (const char *from = text; *from;) {
        size_t len = 0;
        while (from[len] && !is_sentence_end(from + len))
            len++;
        struct span sentence = span_trim((struct span){from, from[len] ? len + 1 : len});
        bool figure = false;
        for (size_t i = 0; i < sentence.len; i++)
            figure = figure || char_is_digit(sentence.ptr[i]);
        if (figure && page_rank_any(sentence, "minutes"))
            return arena_copy(arena, sentence);
        from += from[len] ? len + 1 : len;
    }
    return NULL;
}

/* How long it has to take, of each code that tells it: asked for the time, that comes first. */
static size_t add_minutes(struct page *page, const struct page_asked *asked, size_t count, struct template_row *ret) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < count && rows.count < MINUTES_SHOWN; i++) {
        struct page_facts plain = page_facts(&asked[i].found, SECTION_PLAIN);
        const char *text = plain.count > 0 && plain.items[0].text ? minutes_in(plain.items[0].text, page->arena) : NULL;
        if (!text)
            continue;
        struct template_row *row = template_rows_add(&rows, page->arena);
        template_text(row, "of", asked[i].found.code.display);
        template_text(row, "minutes_text", text);
        template_text(row, "mark", page_cite(page, plain.items[0].source));
    }
    template_list(ret, "minutes", rows);
    return rows.count;
}

/* What bears on the words; and where that is little, what shares at least something with them. */
static size_t count_shown(const struct page_ranking *ranking) {
    enum { LEAST = 2 };
    size_t ret = 0;
    while (ret < ranking->count && ret < FACTS_SHOWN && ranking->items[ret].score >= (ret < LEAST ? 1 : RANK_BEARS))
        ret++;
    return ret > 0 || ranking->count == 0 ? ret : 1;
}

/* A note of a whole chapter stands behind a rule of the code itself. */
static bool has_near_verdict(const struct page_verdicts *verdicts) { return verdicts->count > 0 && !page_note_is_wide(verdicts->notes[0]); }

/* Does a note say which of those asked comes first? */
static bool sets_order(const struct page_verdicts *verdicts) {
    for (size_t i = 0; i < verdicts->count; i++)
        if (!span_starts_same(span_of(verdicts->notes[i]->label), SPAN("Excludes")))
            return true;
    return false;
}

static bool two_diagnoses(const struct page_asked *asked, size_t count) {
    size_t ret = 0;
    for (size_t i = 0; i < count; i++)
        ret += asked[i].found.code.system == SYSTEM_ICD10CM && asked[i].found.code.status == STATUS_VALID;
    return ret > 1;
}

static int confidence_of(const struct page_verdicts *verdicts, const struct page_ranking *ranking) {
    if (verdicts->count > 0 || (ranking->count > 0 && ranking->items[0].score >= RANK_BEARS))
        return CONFIDENCE_FACTS;
    if (ranking->count == 0)
        return CONFIDENCE_NONE;
    return ranking->items[0].score > 0 ? CONFIDENCE_PARTLY : CONFIDENCE_GUESS;
}

/* Those that hold: the others are told by themselves. */
static struct template_rows list_fit(const struct page *page, const struct template_rows *codes, const struct page_asked *asked) {
    struct template_rows ret = {0};
    for (size_t i = 0; i < codes->count; i++)
        if (asked[i].found.code.status == STATUS_VALID)
            *template_rows_add(&ret, page->arena) = codes->items[i];
    return ret;
}

/* The letters, for the first diagnosis. */
static int add_seventh(struct page *page, const struct page_asked *asked, size_t count, struct template_row *ret, struct why *why) {
    for (size_t i = 0; i < count; i++)
        if (asked[i].found.code.system == SYSTEM_ICD10CM)
            return page_add_seventh(page, &asked[i].found.code, ret, why);
    return 0;
}

static int write(struct page *page, const struct page_asked *asked, size_t count, struct page_ranking *ranking, struct template_row *row,
                 struct part *ret, struct why *why) {
    struct page_verdicts verdicts = page_add_verdicts(page, asked, count, row);
    size_t timed = ranking->matters & MATTER_TIME ? add_minutes(page, asked, count, row) : 0;
    leave_out(ranking, &verdicts, asked, count, timed > 0);
    bool bears = ranking->count > 0 && ranking->items[0].score >= RANK_BEARS;
    bool opens = bears && timed == 0 && !has_near_verdict(&verdicts);
    bool no_order = (ranking->matters & MATTER_ORDER) && two_diagnoses(asked, count) && !bears && !sets_order(&verdicts);
    template_flag(row, "no_order", no_order);
    size_t shown = count_shown(ranking);
    template_list(row, "opening", page_rank_rows(ranking, 0, opens ? 1 : 0, true));
    template_flag(row, "no_rule", !bears && !no_order && timed == 0 && verdicts.count == 0 && ranking->count > 0);
    template_list(row, "rules", page_rank_rows(ranking, opens, shown - opens, count > 1));
    template_flag(row, "nothing", ranking->count == 0 && verdicts.count == 0 && !no_order && timed == 0);
    ret->confidence = timed > 0 ? CONFIDENCE_FACTS : no_order ? CONFIDENCE_PARTLY : confidence_of(&verdicts, ranking);
    return ranking->matters & MATTER_SEVENTH ? add_seventh(page, asked, count, row, why) : 0;
}

static int answer(struct page *page, const struct inquiry *inquiry, struct part *ret, struct why *why) {
    struct template_row row = template_row_new(page->arena);
    struct template_rows codes = {0};
    struct page_ranking ranking;
    struct page_asked *asked;
    size_t count = inquiry->code_count < CODES_READ ? inquiry->code_count : CODES_READ;
    int failed = page_find_asked(page, inquiry, &asked, why);
    if (!failed)
        failed = page_add_asked(page, asked, count, &codes, why);
    if (!failed)
        failed = page_rank_begin(page, inquiry, &ranking, why);
    if (failed)
        return failed;
    rank(&ranking, asked, count);
    template_list(&row, "codes", codes);
    template_list(&row, "fit", list_fit(page, &codes, asked));
    template_flag(&row, "for_payer", page_rank_asks_record(inquiry));
    template_text(&row, "date", page->date.iso);
    template_flag(&row, "date_named", page->date_named);
    *ret = (struct part){.about = arena_printf(page->arena, "Rules for %s", asked[0].found.code.display),
                         .action = ACTION_ANSWER,
                         .reason = "the rules known of the codes asked"};
    failed = write(page, asked, count, &ranking, &row, ret, why);
    if (!failed)
        part_write(page, "guideline", &row, ret);
    return failed;
}

const struct handler handler_guideline = {.name = "guideline", .claims = claims, .answer = answer};
