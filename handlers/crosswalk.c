/* From a procedure to the diagnoses it is billed with and back, and from one system of procedures to another. */
#include "handlers/handler.h"
#include "handlers/rules/listing.h"
#include "handlers/write/page.h"
#include "handlers/write/page_rank.h"

#include <string.h>

#include "kb/words.h"

enum { CODES_READ = 12, PAIRS_MAX = 8, DIAGNOSES_SHOWN = 8, LISTED_FOR = 3, REVERSE_READ = 64, REVERSE_SHOWN = 8, TIES_SHOWN = 8, CATEGORY = 3 };

static bool claims(const struct question *question, const struct inquiry *inquiry) {
    (void)question;
    bool ret = false;
    for (size_t i = 0; i < inquiry->code_count; i++) {
        const struct asked_code *code = &inquiry->codes[i];
        bool known = code->status == STATUS_VALID || code->status == STATUS_HEADER || code->has_figures;
        ret = ret || (known && (page_is_procedure(code->system) || code->system == SYSTEM_ICD10CM || code->system == SYSTEM_ICD10PCS));
    }
    return ret && inquiry->intent == INTENT_CROSSWALK;
}

/* The codes asked by what they are. */
struct sides {
    const struct page_asked *procedures[CODES_READ], *diagnoses[CODES_READ], *hospital[CODES_READ];
    size_t procedure_count, diagnosis_count, hospital_count;
};

static bool is_known(const struct page_asked *asked) {
    return asked->found.code.status != STATUS_UNKNOWN && (asked->found.code.status != STATUS_NO_DATA || asked->found.facts.count > 0);
}

static struct sides sides_of(const struct page_asked *asked, size_t count) {
    struct sides ret = {.procedure_count = 0};
    for (size_t i = 0; i < count; i++) {
        enum code_system system = asked[i].found.code.system;
        if (!is_known(&asked[i]))
            continue;
        if (page_is_procedure(system))
            ret.procedures[ret.procedure_count++] = &asked[i];
        else if (system == SYSTEM_ICD10CM)
            ret.diagnoses[ret.diagnosis_count++] = &asked[i];
        else if (system == SYSTEM_ICD10PCS)
            ret.hospital[ret.hospital_count++] = &asked[i];
    }
    return ret;
}

static bool asks_diagnoses(const struct inquiry *inquiry) {
    static const char *const words[] = {"dx", "icd", "icd10", "icd-10", "diagnosis", "diagnoses", "diagnostic", "condition", "conditions", "indications"};
    struct span rest = inquiry->words, word;
    while (words_next(&rest, &word))
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (span_same(word, span_of(words[i])))
                return true;
    return false;
}

/* ---- a procedure's diagnoses ---- */

static void add_listings(struct page *page, const struct sides *sides, struct template_row *ret) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < sides->procedure_count; i++)
        for (size_t k = 0; k < sides->diagnosis_count && rows.count < PAIRS_MAX; k++)
            listing_write(page, &sides->procedures[i]->found, &sides->diagnoses[k]->found.code, template_rows_add(&rows, page->arena));
    template_list(ret, "listings", rows);
}

static int add_diagnoses_of(struct page *page, const struct inquiry *inquiry, const struct page_code *found, struct template_row *ret, struct why *why) {
    struct page_ranking ranking;
    int failed = page_rank_begin(page, inquiry, &ranking, why);
    if (failed)
        return failed;
    page_rank_add(&ranking, found, SECTION_BIT(SECTION_DIAGNOSES));
    page_rank_sort(&ranking);
    size_t more = ranking.count > DIAGNOSES_SHOWN ? ranking.count - DIAGNOSES_SHOWN : 0;
    template_text(ret, "procedure", found->code.display);
    template_text(ret, "procedure_title", found->code.title);
    template_text(ret, "count", ranking.count ? arena_printf(page->arena, "%zu", ranking.count) : NULL);
    template_flag(ret, "one", ranking.count == 1);
    template_list(ret, "facts", page_rank_rows(&ranking, 0, DIAGNOSES_SHOWN, false));
    template_text(ret, "more", more ? arena_printf(page->arena, "%zu", more) : NULL);
    return 0;
}

static int add_diagnoses(struct page *page, const struct inquiry *inquiry, const struct sides *sides, struct template_row *ret, struct why *why) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < sides->procedure_count && i < LISTED_FOR; i++) {
        int failed = add_diagnoses_of(page, inquiry, &sides->procedures[i]->found, template_rows_add(&rows, page->arena), why);
        if (failed)
            return failed;
    }
    template_list(ret, "listed", rows);
    return 0;
}

/* ---- and back: the procedures that list a diagnosis ---- */

/* The codes named that are the diagnosis itself, one below it, or the same on the other side. */
static size_t keep_close(struct kb_namers *namers, const struct page *page, const struct kb_code *diagnosis) {
    size_t kept = 0;
    for (size_t i = 0; i < namers->count; i++) {
        struct kb_code named;
        char key[CODE_BYTES];
        system_key(SYSTEM_ICD10CM, span_of(namers->items[i].fact.related_display), key);
        if (kb_lookup(page->kb, SYSTEM_ICD10CM, key, page->date, page->arena, &named, NULL) == 0 &&
            listing_same_but_side(named.title, diagnosis->title))
            namers->items[kept++] = namers->items[i];
    }
    return kept;
}

static struct template_rows list_namers(struct page *page, const struct kb_namers *namers, bool tell_named, size_t *more) {
    struct template_rows ret = {0};
    const char *last = "";
    *more = 0;
    for (size_t i = 0; i < namers->count; i++) {
        const struct kb_namer *namer = &namers->items[i];
        if (strcmp(last, namer->display) == 0)
            continue;
        last = namer->display;
        if (ret.count == REVERSE_SHOWN) {
            ++*more;
            continue;
        }
        struct template_row *row = template_rows_add(&ret, page->arena);
        template_text(row, "namer", namer->display);
        template_text(row, "namer_title", namer->title);
        template_text(row, "namer_text", namer->fact.text);
        template_text(row, "names", tell_named ? namer->fact.related_display : NULL);
        template_text(row, "mark", page_cite(page, namer->fact.source));
    }
    return ret;
}

static int add_procedures_of(struct page *page, const struct kb_code *diagnosis, struct template_row *ret, struct why *why) {
    struct kb_namers namers;
    char category[CODE_BYTES] = "";
    size_t more;
    int failed = kb_named_by(page->kb, SYSTEM_ICD10CM, diagnosis->key, SECTION_DIAGNOSES, page->date, REVERSE_READ, page->arena, &namers, why);
    bool itself = !failed && namers.count > 0;
    if (!failed && !itself) {
        memcpy(category, diagnosis->key, CATEGORY);
        failed = kb_named_by(page->kb, SYSTEM_ICD10CM, category, SECTION_DIAGNOSES, page->date, REVERSE_READ, page->arena, &namers, why);
        namers.count = failed ? 0 : keep_close(&namers, page, diagnosis);
    }
    if (failed)
        return failed;
    template_text(ret, "diagnosis", diagnosis->display);
    template_text(ret, "diagnosis_title", diagnosis->title);
    template_flag(ret, "itself", itself);
    template_flag(ret, "other_side", !itself && namers.count > 0);
    template_flag(ret, "nowhere", namers.count == 0);
    template_list(ret, "namers", list_namers(page, &namers, !itself || diagnosis->status == STATUS_HEADER, &more));
    template_text(ret, "more", more ? arena_printf(page->arena, "%zu", more) : NULL);
    return 0;
}

static int add_procedures(struct page *page, const struct sides *sides, struct template_row *ret, struct why *why) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < sides->diagnosis_count && i < LISTED_FOR; i++) {
        int failed = add_procedures_of(page, &sides->diagnoses[i]->found.code, template_rows_add(&rows, page->arena), why);
        if (failed)
            return failed;
    }
    template_list(ret, "listed_for", rows);
    return 0;
}

/* ---- from one system of procedures to another ---- */

static bool is_asked(const struct inquiry *inquiry, const struct kb_fact *fact) {
    for (size_t i = 0; i < inquiry->code_count; i++)
        if (inquiry->codes[i].system == fact->related_system && strcmp(inquiry->codes[i].display, fact->related_display) == 0)
            return true;
    return false;
}

/* Does the fact lead from the code to one of another system, or to another code asked? */
static bool ties(const struct inquiry *inquiry, const struct page_code *found, const struct kb_fact *fact) {
    bool procedure = page_is_procedure(fact->related_system) || fact->related_system == SYSTEM_ICD10PCS;
    return fact->section == SECTION_RELATED && fact->has_related && procedure &&
           (fact->related_system != found->code.system || is_asked(inquiry, fact));
}

static void add_tie(struct page *page, const struct page_code *found, const struct kb_fact *fact, struct template_rows *ret) {
    struct template_row *row = template_rows_add(ret, page->arena);
    template_text(row, "from_code", found->code.display);
    template_text(row, "to_code", fact->related_display);
    template_text(row, "to_title", fact->related_title);
    template_text(row, "relation", fact->label);
    template_text(row, "tie_text", fact->text);
    template_text(row, "mark", page_cite(page, fact->source));
}

/* Those that lead to another system; where there are none, those between the codes asked. */
static size_t add_ties(struct page *page, const struct inquiry *inquiry, const struct page_asked *asked, size_t count, struct template_row *ret) {
    struct template_rows rows = {0};
    for (int turn = 0; turn < 2 && rows.count == 0; turn++)
        for (size_t i = 0; i < count; i++) {
            struct page_facts facts = page_facts(&asked[i].found, SECTION_RELATED);
            for (size_t k = 0; k < facts.count && rows.count < TIES_SHOWN; k++)
                if (ties(inquiry, &asked[i].found, &facts.items[k]) && (facts.items[k].related_system != asked[i].found.code.system) == (turn == 0))
                    add_tie(page, &asked[i].found, &facts.items[k], &rows);
        }
    template_list(ret, "ties", rows);
    return rows.count;
}

/* What the hospital's codes are called: whoever asks for a partner has to see that the right one was read. */
static void add_hospital(struct page *page, const struct sides *sides, struct template_row *ret) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < sides->hospital_count; i++) {
        const struct kb_code *code = &sides->hospital[i]->found.code;
        if (!code->title)
            continue;
        struct template_row *row = template_rows_add(&rows, page->arena);
        template_text(row, "of", code->display);
        template_text(row, "of_title", code->title);
        template_text(row, "mark", page_cite(page, code->source));
    }
    template_list(ret, "hospital_codes", rows);
}

/* What the rules of one code say of the others. */
static int add_rules(struct page *page, const struct inquiry *inquiry, const struct page_asked *asked, size_t count, unsigned sections,
                     struct template_row *ret, struct why *why) {
    enum { RULES_SHOWN = 3 };
    struct page_ranking ranking;
    int failed = page_rank_begin(page, inquiry, &ranking, why);
    if (failed)
        return failed;
    for (size_t i = 0; i < count; i++)
        if (asked[i].found.code.system != SYSTEM_ICD10CM)
            page_rank_add(&ranking, &asked[i].found, sections);
    page_rank_sort(&ranking);
    size_t shown = 0;
    while (shown < ranking.count && shown < RULES_SHOWN && ranking.items[shown].score >= RANK_BEARS)
        shown++;
    template_list(ret, "rules", page_rank_rows(&ranking, 0, shown, true));
    return 0;
}

/* ---- all of it ---- */

static int write(struct page *page, const struct inquiry *inquiry, const struct page_asked *asked, size_t count, struct template_row *row,
                 struct part *ret, struct why *why) {
    struct sides sides = sides_of(asked, count);
    bool both = sides.procedure_count > 0 && sides.diagnosis_count > 0;
    bool to_diagnoses = sides.procedure_count > 0 && (both || asks_diagnoses(inquiry) || sides.procedure_count + sides.hospital_count == 1);
    int failed = 0;
    template_flag(row, "hospital", sides.hospital_count > 0);
    add_hospital(page, &sides, row);
    if (both)
        add_listings(page, &sides, row);
    else if (sides.diagnosis_count > 0)
        failed = add_procedures(page, &sides, row, why);
    if (!failed && to_diagnoses && sides.hospital_count == 0)
        failed = add_diagnoses(page, inquiry, &sides, row, why);
    if (failed || (sides.diagnosis_count > 0 && sides.hospital_count == 0) || (to_diagnoses && sides.hospital_count == 0)) {
        ret->confidence = both ? CONFIDENCE_VERDICT : CONFIDENCE_FACTS;
        return failed;
    }
    size_t tied = add_ties(page, inquiry, asked, count, row);
    template_flag(row, "untied", tied == 0);
    ret->confidence = tied > 0 ? CONFIDENCE_FACTS : CONFIDENCE_PARTLY;
    unsigned words = tied > 0 ? 0 : SECTION_BIT(SECTION_PLAIN); /* the relations say it better */
    return add_rules(page, inquiry, asked, count, SECTION_BIT(SECTION_GUIDELINES) | words, row, why);
}

static int answer(struct page *page, const struct inquiry *inquiry, struct part *ret, struct why *why) {
    struct template_row row = template_row_new(page->arena);
    struct template_rows codes = {0};
    struct page_asked *asked;
    size_t count = inquiry->code_count < CODES_READ ? inquiry->code_count : CODES_READ;
    int failed = page_find_asked(page, inquiry, &asked, why);
    if (failed)
        return failed;
    *ret = (struct part){.about = arena_printf(page->arena, "What goes with %s", asked[0].found.code.display),
                         .action = ACTION_ANSWER,
                         .reason = "what the codes asked are listed with"};
    failed = write(page, inquiry, asked, count, &row, ret, why);
    if (!failed)
        failed = page_add_asked(page, asked, count, &codes, why);
    if (failed)
        return failed;
    template_list(&row, "codes", codes);
    part_write(page, "crosswalk", &row, ret);
    return 0;
}

const struct handler handler_crosswalk = {.name = "crosswalk", .claims = claims, .answer = answer};
