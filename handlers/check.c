/* A set of codes that is to stand on one claim: may it go out as it is? */
#include "handlers/rules/check.h"

#include <string.h>

#include "handlers/handler.h"

enum { NUMBERS_AS_WORDS = 9 };

/* ---- is a check asked ---- */

static bool says_any(struct span words, const char *list) {
    struct span word;
    while (span_cut(&words, ' ', &word))
        if (span_is_among(word, list))
            return true;
    return false;
}

/* "x2" */
static bool is_times(struct span word) {
    for (size_t i = 1; i < word.len; i++)
        if (!char_is_digit(word.ptr[i]))
            return false;
    return word.len > 1 && char_lower(word.ptr[0]) == 'x';
}

/* Nothing is written but codes, and what goes with them on a claim. */
static bool is_bare(struct span words) {
    static const char with_codes[] = "dos date of service on ok okay cpt hcpcs icd icd10 dx code codes mod mods modifier with and plus for "
                                     "claim line lines unit units hi hello please thanks thank you pt patient fyi x";
    struct span word;
    while (span_cut(&words, ' ', &word))
        if (word.len > 0 && !span_is_among(word, with_codes) && !is_times(word))
            return false;
    return true;
}

struct claim_like {
    size_t codes, procedures, modified, diagnoses; /* modified: procedures with modifiers */
};

static struct claim_like look_at(const struct inquiry *inquiry) {
    struct claim_like ret = {0};
    for (size_t i = 0; i < inquiry->code_count; i++) {
        const struct asked_code *code = &inquiry->codes[i];
        bool procedure = page_is_procedure(code->system);
        ret.codes += code->system != SYSTEM_MOD;
        ret.procedures += procedure;
        ret.modified += procedure && code->modifier_count > 0;
        ret.diagnoses += code->system == SYSTEM_ICD10CM;
    }
    return ret;
}

static bool asks_check(struct span words, struct claim_like like) {
    static const char looks[] = "check checked checking verify review", sets[] = "claim claims set codes lines these submit submitting submission";
    static const char denials[] = "denied denies deny denial denials rejected rejects refused inclusive";
    bool claim = says_any(words, "claim claims") && !says_any(words, denials);
    return says_any(words, "scrub scrubbed scrubber scrubbing") || (says_any(words, looks) && says_any(words, sets)) ||
           (claim && says_any(words, "ok okay clean right correct good fine pass valid error wrong mistake")) ||
           (says_any(words, "clean valid billable payable") && says_any(words, "together set") && like.diagnoses > 0);
}

/* All codes that are asked, whatever else the sentences of one inquiry name. */
static struct inquiry whole_of(const struct question *question, const struct inquiry *inquiry) {
    struct inquiry ret = *inquiry;
    ret.codes = question->codes;
    ret.code_count = 0;
    while (ret.code_count < question->code_count && question->codes[ret.code_count].role == ROLE_ASKED)
        ret.code_count++;
    return ret;
}

static bool has_intent(const struct question *question, unsigned intents) {
    for (size_t i = 0; i < question->intent_count; i++)
        if (intents & 1u << question->intents[i])
            return true;
    return false;
}

static bool claims(const struct question *question, const struct inquiry *inquiry) {
    static const unsigned told = 1u << INTENT_MEANING | 1u << INTENT_BUNDLING | 1u << INTENT_MODIFIER | 1u << INTENT_UNITS | 1u << INTENT_FIND_CODE;
    const struct inquiry whole = whole_of(question, inquiry);
    struct claim_like like = look_at(&whole);
    struct span words = question->words;
    if (like.codes < 2 || inquiry_holding(&whole, PROCEDURE_SYSTEMS) == 0 || !(told & 1u << inquiry->intent))
        return false;
    if (asks_check(words, like))
        return true;
    if (has_intent(question, ~told))
        return false;
    bool lines = like.diagnoses > 0 && like.modified > 0, wonders = says_any(words, "which what why when who how modifier modifiers mod");
    if (is_bare(words))
        return like.diagnoses > 0 || question->intents[0] == INTENT_MEANING || like.modified > 1;
    return lines && !wonders;
}

/* ---- the answer ---- */

static const char *number_word(size_t number, struct arena *arena) {
    static const char *const words[] = {"", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"};
    return number == 0 ? NULL : number <= NUMBERS_AS_WORDS ? words[number] : arena_printf(arena, "%zu", number);
}

static void add_counts(struct page *page, const struct findings *findings, struct template_row *ret) {
    size_t errors = findings->of[SEVERITY_ERROR], warnings = findings->of[SEVERITY_WARNING];
    template_text(ret, "errors", page_capitalised(number_word(errors, page->arena), page->arena));
    template_flag(ret, "one_error", errors == 1);
    template_text(ret, "warnings", number_word(warnings, page->arena));
    template_text(ret, "warnings_capital", page_capitalised(number_word(warnings, page->arena), page->arena));
    template_flag(ret, "one_warning", warnings == 1);
    template_flag(ret, "not_whole", !findings->whole);
    template_text(ret, "untold", findings->untold ? arena_printf(page->arena, "%zu", findings->untold) : NULL);
}

static void add_findings(struct page *page, const struct findings *findings, struct template_row *ret) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < findings->count; i++) {
        struct template_row *row = template_rows_add(&rows, page->arena);
        template_flag(row, "finding_is_error", findings->items[i].severity == SEVERITY_ERROR);
        template_flag(row, "finding_is_warning", findings->items[i].severity == SEVERITY_WARNING);
        template_flag(row, "finding_is_note", findings->items[i].severity == SEVERITY_NOTE);
        template_markup(row, "finding", findings->items[i].text);
    }
    template_list(ret, "findings", rows);
}

/* NULL: none. */
static const char *joined(struct page *page, const char **items, size_t count) {
    const char *ret = count ? items[0] : NULL;
    for (size_t i = 1; i < count; i++)
        ret = arena_printf(page->arena, "%s, %s", ret, items[i]);
    return ret;
}

static const char *places_of(struct page *page, const struct inquiry *inquiry) {
    const char **places = arena_array(page->arena, inquiry->code_count + 1, sizeof *places);
    size_t count = 0;
    for (size_t i = 0; i < inquiry->code_count; i++)
        if (inquiry->codes[i].system == SYSTEM_POS)
            places[count++] = inquiry->codes[i].display;
    return joined(page, places, count);
}

/* "99213-25; 17110 x2; B07.9" */
static const char *read_as(const struct inquiry *inquiry, struct arena *arena) {
    const char *ret = "";
    for (size_t i = 0; i < inquiry->code_count; i++) {
        const struct asked_code *code = &inquiry->codes[i];
        const char *system = code->system == SYSTEM_POS ? "POS " : code->system == SYSTEM_MOD ? "modifier " : "";
        ret = arena_printf(arena, "%s%s%s%s", ret, i ? "; " : "", system, code->display);
        for (size_t k = 0; k < code->modifier_count; k++)
            ret = arena_printf(arena, "%s-%s", ret, code->modifiers[k]);
        if (code->units > 1)
            ret = arena_printf(arena, "%s x%d", ret, code->units);
    }
    return ret;
}

static void add_files(struct page *page, const struct inquiry *inquiry, const struct findings *findings, struct template_row *ret) {
    const struct pairs *pairs = &findings->pairs;
    bool looked = pairs->count > 0;
    template_text(ret, "date", page->date.iso);
    template_flag(ret, "date_named", page->date_named);
    template_text(ret, "edition", looked ? pairs->edition : NULL);
    template_text(ret, "edition_mark", looked ? page_cite(page, pairs->items[0].source) : NULL);
    template_flag(ret, "edition_old", looked && pairs->old);
    template_flag(ret, "edits_not_loaded", findings->edits_not_loaded);
    template_text(ret, "left_out", pairs->left_out ? arena_printf(page->arena, "%zu", pairs->left_out) : NULL);
    template_text(ret, "not_known", joined(page, findings->not_known, findings->not_known_count));
    template_text(ret, "places", places_of(page, inquiry));
}

static int fill(struct page *page, const struct inquiry *inquiry, struct findings *findings, struct template_row *ret, struct why *why) {
    struct page_asked *asked;
    int failed = page_find_asked(page, inquiry, &asked, why);
    if (!failed)
        failed = claim_check(page, inquiry, asked, findings, why);
    if (failed)
        return failed;
    page->procedures = true;
    add_counts(page, findings, ret);
    add_findings(page, findings, ret);
    add_files(page, inquiry, findings, ret);
    return 0;
}

static int answer(struct page *page, const struct inquiry *inquiry, struct part *ret, struct why *why) {
    struct template_row row = template_row_new(page->arena);
    const struct inquiry whole = whole_of(page->question, inquiry);
    struct findings findings;
    int failed = fill(page, &whole, &findings, &row, why);
    if (failed)
        return failed;
    *ret = (struct part){.about = "Check of the claim",
                         .action = ACTION_ANSWER,
                         .reason = "the check of the codes as one claim",
                         .confidence = findings.pairs.not_loaded ? CONFIDENCE_FACTS : CONFIDENCE_VERDICT};
    part_write(page, "check", &row, ret);
    return 0;
}

int check_page(struct kb *kb, const struct question *question, struct arena *arena, const char **ret_commonmark, struct findings *ret,
               struct why *why) {
    struct page page = page_begin(kb, question, arena);
    struct template_row row = template_row_new(arena);
    struct findings findings;
    struct part part = {0};
    int failed = fill(&page, &question->inquiries[0], &findings, &row, why);
    if (failed)
        return failed;
    template_text(&row, "read_as", read_as(&question->inquiries[0], arena));
    template_flag(&row, "own_words", page.own_words);
    page_end(&page, &row);
    part_write(&page, "check-page", &row, &part);
    *ret_commonmark = part.commonmark ? part.commonmark : "";
    findings.sources = page.sources;
    findings.source_count = page.source_count;
    *ret = findings;
    return 0;
}

const struct handler handler_check = {.name = "check", .claims = claims, .answer = answer, .once = true};
