/* Is it covered, and on what terms: what the files and the desk's notes say of Medicare; never a promise, and no rule of another payer. */
#include "handlers/handler.h"
#include "handlers/understand/inquiry.h"
#include "handlers/rules/listing.h"
#include "handlers/write/page.h"
#include "handlers/write/page_rank.h"

#include <string.h>

#include "kb/words.h"

enum { CODES_READ = 12, VERDICTS_MAX = 6, FACTS_SHOWN = 6, PAIRS_MAX = 4 };

static bool claims(const struct question *question, const struct inquiry *inquiry) {
    (void)question;
    static const unsigned systems = 1u << SYSTEM_CPT | 1u << SYSTEM_HCPCS | 1u << SYSTEM_MOD | 1u << SYSTEM_ICD10CM;
    return inquiry->intent == INTENT_COVERAGE && !page_rank_asks_record(inquiry) && inquiry_holding(inquiry, systems) > 0;
}

/* ---- payers whose rules are not here ---- */

static const struct {
    const char *words, *name; /* the words stand behind each other in the text */
} payers[] = {
    {"aetna", "Aetna"},           {"blue cross", "Blue Cross Blue Shield"}, {"blue shield", "Blue Cross Blue Shield"},
    {"bcbs", "Blue Cross Blue Shield"}, {"anthem", "Anthem"},               {"cigna", "Cigna"},
    {"humana", "Humana"},         {"uhc", "UnitedHealthcare"},              {"united healthcare", "UnitedHealthcare"},
    {"unitedhealthcare", "UnitedHealthcare"}, {"kaiser", "Kaiser"},         {"tricare", "TRICARE"},
    {"medicaid", "Medicaid"},     {"medi cal", "Medi-Cal"},                 {"molina", "Molina"},
    {"workers comp", "workers' compensation"}, {"workers compensation", "workers' compensation"},
    {"medicare advantage", "the Medicare Advantage plan"},
};

static bool holds_phrase(struct span text, const char *phrase) {
    struct span word, rest, wanted;
    while (text.len > 0) {
        struct span behind = text;
        rest = span_of(phrase);
        bool same = true;
        while (same && words_next(&rest, &wanted))
            same = words_next(&behind, &word) && span_same(word, wanted);
        if (same)
            return true;
        if (!words_next(&text, &word))
            return false;
    }
    return false;
}

static struct template_rows list_payers(const struct page *page, struct span words) {
    struct template_rows ret = {0};
    const char *last = "";
    for (size_t i = 0; i < sizeof payers / sizeof *payers; i++)
        if (holds_phrase(words, payers[i].words) && strcmp(last, payers[i].name) != 0)
            template_text(template_rows_add(&ret, page->arena), "payer", last = payers[i].name);
    return ret;
}

/* ---- what decides for a code ---- */

/* The first fact that decides, by what weighs most: a note on Medicare, a national or local determination, the fee schedule's status,
 * the coverage code of HCPCS. */
static const struct kb_fact *note_on_medicare(const struct page_code *found) {
    struct page_facts facts = page_facts(found, SECTION_COVERAGE);
    static const char *const starts[] = {"Medicare", "NCD", "LCD", "article"};
    for (size_t k = 0; k < sizeof starts / sizeof *starts; k++)
        for (size_t i = 0; i < facts.count; i++) {
            const struct kb_fact *fact = &facts.items[i];
            bool code_alone = fact->label && strcmp(fact->label, "Medicare coverage code") == 0;
            if (fact->label && fact->text && !code_alone && span_starts_same(span_of(fact->label), span_of(starts[k])))
                return fact;
        }
    return NULL;
}

static bool speaks_of_medicare(const char *text) {
    return strstr(text, "Medicare") || strstr(text, "Part B") || span_starts_same(span_of(text), SPAN("Once "));
}

/* A determination that a note names without a label of its own, or how often it is paid. */
static const struct kb_fact *unlabelled_note(const struct page_code *found) {
    struct page_facts facts = page_facts(found, SECTION_COVERAGE);
    for (size_t i = 0; i < facts.count; i++)
        if (!facts.items[i].label && facts.items[i].text && speaks_of_medicare(facts.items[i].text))
            return &facts.items[i];
    return NULL;
}

struct deciding {
    const struct kb_fact *note, *status, *code, *hospital;
};

static struct deciding deciding_of(const struct page_code *found) {
    struct deciding ret = {.note = note_on_medicare(found),
                           .status = page_fact(found, SECTION_FEE, "status"),
                           .code = page_fact(found, SECTION_COVERAGE, "Medicare coverage code"),
                           .hospital = page_fact(found, SECTION_FEE, "hospital outpatient status indicator")};
    if (!ret.note)
        ret.note = unlabelled_note(found);
    if (ret.code && ret.status && ret.status->value && (strcmp(ret.status->value, "E") == 0 || strcmp(ret.status->value, "X") == 0))
        ret.status = NULL; /* paid by another schedule: what HCPCS says of it tells more */
    return ret;
}

/* Does the status alone say that Medicare does not pay it? E and X only send to another schedule. */
static bool status_refuses(const struct kb_fact *status) {
    static const char refusing[] = "IN";
    return status && status->value && status->value[0] && !status->value[1] && strchr(refusing, status->value[0]);
}

static void add_fact(struct page *page, const struct kb_fact *fact, const char *value, const char *text, const char *mark, struct template_row *ret) {
    template_text(ret, value, fact ? fact->value : NULL);
    template_text(ret, text, fact ? fact->text : NULL);
    template_text(ret, mark, fact ? page_cite(page, fact->source) : NULL);
}

static bool decides(const struct deciding *deciding) { return deciding->note || deciding->status || deciding->code; }

static bool asks_facility(struct span words) { return page_rank_any(words, "hospital facility outpatient inpatient asc opps center"); }

static bool asks_inpatient_only(struct span words) { return page_rank_any(words, "inpatient") && page_rank_any(words, "only list ipo"); }

static void add_verdict(struct page *page, const struct page_code *found, struct span words, struct template_rows *ret) {
    struct template_row *row = template_rows_add(ret, page->arena);
    struct deciding deciding = deciding_of(found);
    bool inpatient = deciding.hospital && deciding.hospital->value && strcmp(deciding.hospital->value, "C") == 0;
    template_text(row, "of", found->code.display);
    template_text(row, "of_title", found->code.title);
    add_fact(page, deciding.note, "note_value", "note", "note_mark", row);
    add_fact(page, deciding.note ? NULL : deciding.status, "status", "status_text", "status_mark", row);
    template_text(row, "status_of", deciding.status && deciding.status->ended ? deciding.status->valid_to.iso : NULL);
    template_flag(row, "active", deciding.status && deciding.status->value && strcmp(deciding.status->value, "A") == 0);
    add_fact(page, deciding.note || deciding.status ? NULL : deciding.code, "coverage_code", "coverage_text", "coverage_mark", row);
    template_flag(row, "inpatient_only", inpatient && asks_inpatient_only(words));
    template_flag(row, "outpatient_too", deciding.hospital && !inpatient && asks_inpatient_only(words));
    template_flag(row, "undecided", !decides(&deciding));
    add_fact(page, asks_facility(words) || inpatient ? deciding.hospital : NULL, "hospital_status", "hospital_text", "hospital_mark", row);
}

/* ---- the rest ---- */

static bool can_be_covered(const struct page_asked *asked) {
    return page_is_procedure(asked->found.code.system) && asked->found.code.status != STATUS_UNKNOWN;
}

static void add_listings(struct page *page, const struct page_asked *asked, size_t count, struct template_row *ret) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count && rows.count < PAIRS_MAX; k++)
            if (can_be_covered(&asked[i]) && asked[k].found.code.system == SYSTEM_ICD10CM && asked[k].found.code.status == STATUS_VALID)
                listing_write(page, &asked[i].found, &asked[k].found.code, template_rows_add(&rows, page->arena));
    template_list(ret, "listings", rows);
}

static bool told_already(const struct page_asked *asked, size_t count, const struct kb_fact *fact) {
    for (size_t i = 0; i < count; i++) {
        struct deciding deciding = deciding_of(&asked[i].found);
        if (fact == deciding.note || (fact == deciding.code && !deciding.note && !deciding.status))
            return true;
    }
    return false;
}

/* References of old manuals help nobody who asks today, and the code for coverage says less than what decided. */
static bool is_reference(const struct kb_fact *fact) {
    return fact->section == SECTION_COVERAGE && (!fact->text || (fact->label && strcmp(fact->label, "Medicare coverage code") == 0));
}

/* Two codes that are asked name each other for other reasons than coverage. */
static bool leads_to_asked(const struct inquiry *inquiry, const struct kb_fact *fact) {
    for (size_t i = 0; fact->section == SECTION_RELATED && fact->has_related && i < inquiry->code_count; i++)
        if (strcmp(inquiry->codes[i].display, fact->related_display) == 0)
            return true;
    return false;
}

static bool is_asked_modifier(const struct inquiry *inquiry, const struct kb_fact *fact) {
    for (size_t i = 0; fact->section == SECTION_MODIFIERS && fact->has_related && i < inquiry->code_count; i++)
        if (inquiry->codes[i].system == SYSTEM_MOD && strcmp(inquiry->codes[i].display, fact->related_display) == 0)
            return true;
    return false;
}

enum { PER_COVERAGE = 15, LEAST_SCORE = 15 };

/* What is asked for a modifier's meaning; a code's terms and its indications stand nearer to coverage than its rules. */
static int extra_score(const struct kb_fact *fact, bool of_modifier) {
    bool indication = fact->section == SECTION_CLINICAL && fact->label && strcmp(fact->label, "when it is done") == 0;
    if (fact->section == SECTION_PLAIN && of_modifier)
        return 2 * RANK_BEARS;
    return indication || fact->section == SECTION_COVERAGE || fact->section == SECTION_MODIFIERS ? PER_COVERAGE : 0;
}

static bool is_wanted(const struct page_ranking *ranking, const struct page_asked *asked, size_t count, const struct page_ranked *item) {
    const struct kb_fact *fact = item->fact;
    if (told_already(asked, count, fact) || is_reference(fact) || leads_to_asked(ranking->inquiry, fact) ||
        (fact->section == SECTION_MODIFIERS && !is_asked_modifier(ranking->inquiry, fact)))
        return false;
    if (fact->section == SECTION_RELATED)
        return item->score >= RANK_BEARS + PER_COVERAGE;
    return item->score >= (fact->section == SECTION_PLAIN ? RANK_BEARS : LEAST_SCORE);
}

static void rank(struct page_ranking *ranking, const struct page_asked *asked, size_t count) {
    static const unsigned sections = SECTION_BIT(SECTION_COVERAGE) | SECTION_BIT(SECTION_GUIDELINES) | SECTION_BIT(SECTION_CLINICAL) |
                                     SECTION_BIT(SECTION_MODIFIERS) | SECTION_BIT(SECTION_RELATED) | SECTION_BIT(SECTION_PLAIN);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        page_rank_add(ranking, &asked[i].found, sections);
    for (size_t i = 0; i < ranking->count; i++) {
        struct page_ranked item = ranking->items[i];
        item.score += extra_score(item.fact, item.of[0]->code.system == SYSTEM_MOD);
        if (is_wanted(ranking, asked, count, &item))
            ranking->items[kept++] = item;
    }
    ranking->count = kept;
    page_rank_sort(ranking);
}

/* The heading names what is paid, not its modifier. */
static const char *heading_code(const struct page_asked *asked, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (can_be_covered(&asked[i]))
            return asked[i].found.code.display;
    return asked[0].found.code.display;
}

/* ---- what is asked beside coverage ---- */

static const struct {
    const char *words, *name;
} topics[] = {
    {"incident supervision supervise supervising", "incident-to billing and who has to supervise"},
    {"np aprn crnp", "what a nurse practitioner is paid"},
    {"abn", "the advance beneficiary notice (ABN)"},
    {"copay copays copayment coinsurance deductible", "what the patient owes"},
    {"authorization preauthorization precert precertification preauth", "prior authorization"},
};

static bool is_told(const struct page_ranking *ranking, const struct page_asked *asked, size_t count, const char *words) {
    for (size_t i = 0; i < ranking->count && i < FACTS_SHOWN; i++)
        if (page_rank_any(span_of(ranking->items[i].fact->text), words))
            return true;
    for (size_t i = 0; i < count; i++) {
        struct deciding deciding = deciding_of(&asked[i].found);
        if (page_rank_any(span_of(asked[i].found.code.title), words) || (deciding.note && page_rank_any(span_of(deciding.note->text), words)))
            return true;
    }
    return false;
}

/* What the asker wants to know and no fact that is told speaks of. */
static struct template_rows list_untold(const struct page_ranking *ranking, const struct page_asked *asked, size_t count) {
    struct template_rows ret = {0};
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
        if (page_rank_any(ranking->inquiry->words, topics[i].words) && !is_told(ranking, asked, count, topics[i].words))
            template_text(template_rows_add(&ret, ranking->page->arena), "topic", topics[i].name);
    return ret;
}

static bool is_decided(const struct page_asked *asked, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct deciding deciding = deciding_of(&asked[i].found);
        if (can_be_covered(&asked[i]) && (deciding.note || status_refuses(deciding.status)))
            return true;
    }
    return false;
}

static int confidence_of(const struct page_asked *asked, size_t count, const struct page_ranking *ranking) {
    int ret = ranking->count > 0 ? CONFIDENCE_PARTLY : CONFIDENCE_NONE;
    if (is_decided(asked, count))
        return CONFIDENCE_FACTS;
    for (size_t i = 0; i < count; i++) {
        struct deciding deciding = deciding_of(&asked[i].found);
        if (can_be_covered(&asked[i]) && decides(&deciding))
            ret = CONFIDENCE_PARTLY;
    }
    return ret;
}

static int answer(struct page *page, const struct inquiry *inquiry, struct part *ret, struct why *why) {
    struct template_row row = template_row_new(page->arena);
    struct template_rows codes = {0}, verdicts = {0};
    struct page_ranking ranking;
    struct page_asked *asked;
    size_t count = inquiry->code_count < CODES_READ ? inquiry->code_count : CODES_READ;
    int failed = page_find_asked(page, inquiry, &asked, why);
    if (!failed)
        failed = page_rank_begin(page, inquiry, &ranking, why);
    if (failed)
        return failed;
    for (size_t i = 0; i < count && verdicts.count < VERDICTS_MAX; i++)
        if (can_be_covered(&asked[i]))
            add_verdict(page, &asked[i].found, inquiry->words, &verdicts);
    template_list(&row, "payers", list_payers(page, inquiry->words));
    template_list(&row, "verdicts", verdicts);
    add_listings(page, asked, count, &row);
    rank(&ranking, asked, count);
    template_list(&row, "facts", page_rank_rows(&ranking, 0, FACTS_SHOWN, count > 1));
    failed = page_add_asked(page, asked, count, &codes, why);
    if (failed)
        return failed;
    template_list(&row, "codes", codes);
    template_flag(&row, "no_procedure", verdicts.count == 0);
    struct template_rows untold = list_untold(&ranking, asked, count);
    bool decided = is_decided(asked, count);
    int confidence = confidence_of(asked, count, &ranking), most = decided ? CONFIDENCE_PARTLY : CONFIDENCE_GUESS;
    template_list(&row, decided ? "untold_too" : "untold", untold);
    *ret = (struct part){.about = arena_printf(page->arena, "Coverage of %s", heading_code(asked, count)),
                         .action = ACTION_ANSWER,
                         .reason = "what is known of the coverage of the codes asked",
                         .confidence = untold.count > 0 && confidence > most ? most : confidence};
    part_write(page, "coverage", &row, ret);
    return 0;
}

const struct handler handler_coverage = {.name = "coverage", .claims = claims, .answer = answer};
