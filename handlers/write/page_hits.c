/* Words -> codes: what is searched for, which hits are shown, and whether one of them is clearly the best. */
#include <stdint.h>
#include <string.h>

#include "handlers/rules/fit.h"
#include "handlers/understand/keywords.h"
#include "handlers/write/page.h"

enum { SEARCHED = 24, SEARCHED_FOR_CAUSE = 100, SHORT_WORDS = 32, QUERY_BYTES = 4096, BECAUSE_BYTES = 2048 };

/* In percent of the best score. The second hit must stay below AHEAD for the first to be named the best, and the best score must not lie
 * below BEST_LEAST, or BEST_LEAST_WHOLE where no word is missing. What lies below FAR is not shown. A billable code from NEAR on takes the
 * place of the header above it. */
enum { AHEAD_PERCENT = 90, NEAR_PERCENT = 80, FAR_PERCENT = 60 };
static const double BEST_LEAST = 0.7, BEST_LEAST_WHOLE = 0.5;

/* ---- the query ---- */

static bool tells_apart(struct span word, struct span behind) {
    return span_is_among(word, "right left") ? fit_tells_side(word, behind) : fit_is_variant(word) || span_is_among(word, "no not without");
}

static bool is_keyword(const struct inquiry *inquiry, struct span word) {
    for (size_t i = 0; i < inquiry->keyword_count; i++) {
        struct span rest = span_of(inquiry->keywords[i]), one;
        while (span_cut(&rest, ' ', &one))
            if (span_same(one, word))
                return true;
    }
    return false;
}

static size_t count_words(struct span text) {
    size_t count = 0;
    for (struct span word; text.len > 0 && span_cut(&text, ' ', &word);)
        count++;
    return count;
}

/* "for a shot", but "hepatitis a". */
static bool is_article(struct span word, struct span before) {
    return span_is_among(word, "a an the") && (before.len == 0 || span_is_among(before, "for of from with to is in on and or was under"));
}

static struct span word_ahead(struct span rest) {
    struct span word;
    return rest.len > 0 && span_cut(&rest, ' ', &word) ? word : span_of("");
}

/* A short text as it stands: the search knows phrases and misspelled words. Of a story only what the knowledge base knows, and what tells
 * codes apart: the rest would only find codes that have "two" and "other" in common. */
static struct span query_of(const struct inquiry *inquiry, struct span wanted, struct arena *arena) {
    struct buf query;
    struct span rest = wanted, word, before = span_of("");
    bool whole = count_words(wanted) <= SHORT_WORDS, cause = fit_asks_cause(wanted);
    buf_init(&query, QUERY_BYTES);
    for (; rest.len > 0 && span_cut(&rest, ' ', &word); before = word) {
        struct span behind = word_ahead(rest);
        if (span_is_among(word, "right left") ? !tells_apart(word, behind)
                                              : fit_is_asking(word) || span_is_among(before, "icd") || is_article(word, before) ||
                                                    (cause && span_is_among(word, "external cause causes")))
            continue;
        if (whole || is_keyword(inquiry, word) || tells_apart(word, behind))
            buf_printf(&query, "%s%.*s", query.len ? " " : "", SPAN_ARG(word));
    }
    const char *ret = query.len ? buf_keep(&query, arena) : "";
    buf_free(&query);
    return span_of(ret);
}

/* Only diagnoses have such a seventh character. */
static bool tells_encounter(struct span words) {
    return page_has_words(words, SPAN("initial encounter")) || page_has_words(words, SPAN("subsequent encounter")) ||
           page_has_words(words, SPAN("sequela"));
}

/* The systems that the text names; where it names none, those that stand on a line by themselves: what qualifies a service is offered only
 * to those who ask for it. */
unsigned page_systems_wanted(struct span words) {
    static const struct name named_by[] = {
        {SYSTEM_CPT, "cpt cpts"},
        {SYSTEM_HCPCS, "hcpcs"},
        {SYSTEM_ICD10CM, "dx icd icd10 icd9 icd10cm diagnosis diagnoses"},
        {SYSTEM_ICD10PCS, "pcs icd10pcs inpatient"},
        {SYSTEM_MOD, "modifier modifiers"},
        {SYSTEM_POS, "pos"},
        {SYSTEM_NUCC, "taxonomy taxonomies specialty"},
        {SYSTEM_REV, "revenue rev"},
        {SYSTEM_DRG, "drg drgs"},
        {0, NULL},
    };
    unsigned ret = span_find_same(words, SPAN("place of service")) == SPAN_NONE ? 0 : 1u << SYSTEM_POS;
    if (span_find_same(words, SPAN("j code")) != SPAN_NONE)
        ret |= 1u << SYSTEM_HCPCS;
    for (struct span rest = words, word; span_cut(&rest, ' ', &word);)
        for (const struct name *row = named_by; row->text; row++)
            if (span_is_among(word, row->text))
                ret |= 1u << row->value;
    if (ret & 1u << SYSTEM_ICD10PCS)
        ret &= ~(1u << SYSTEM_ICD10CM);
    if (!ret && (tells_encounter(words) || fit_asks_cause(words)))
        return 1u << SYSTEM_ICD10CM;
    return ret ? ret : 1u << SYSTEM_CPT | 1u << SYSTEM_HCPCS | 1u << SYSTEM_ICD10CM;
}

/* ---- the hits ---- */

static bool is_below(const struct kb_code *code, const struct kb_code *header) {
    return code->system == header->system && strncmp(code->key, header->key, strlen(header->key)) == 0;
}

static void prefer_billable(struct kb_hits *hits) {
    struct kb_hit *items = hits->items, header = items[0];
    size_t at = 1;
    while (at < hits->count && (items[at].code.status != STATUS_VALID || !is_below(&items[at].code, &header.code)))
        at++;
    if (header.code.status != STATUS_HEADER || at == hits->count || items[at].score * 100 < header.score * NEAR_PERCENT)
        return;
    struct kb_hit billable = items[at];
    memmove(&items[1], &items[0], at * sizeof *items);
    items[0] = billable;
}

/* Procedures are described in our own words, and those speak of their neighbours, too. Read once for each code, for those alone that fit
 * without: what a description says of others takes a word away, and never adds one. */
static int find_plain(struct page *page, struct page_found *found, size_t at, struct why *why) {
    const struct kb_code *code = &found->hits.items[at].code;
    struct page_code known = {0};
    if (found->plain_read[at] || code->system != SYSTEM_CPT)
        return 0;
    int failed = page_find(page, code->system, code->key, &known, why);
    if (failed)
        return failed;
    struct page_facts plain = page_facts(&known, SECTION_PLAIN);
    found->plains[at] = plain.count ? plain.items[0].text : NULL;
    found->plain_read[at] = true;
    return 0;
}

static size_t missing(const struct fit *fit) { return fit->telling - fit->covered; }

static bool may_show(enum page_hits_bar bar, const struct fit *fit, enum code_system system) {
    return fit_shares(fit, system) || (bar == HITS_ANY && !fit->against && fit->covered * 3 >= fit->telling);
}

/* The code that Medicare wants in another's place is the one, however its title tells what is done. */
static void admit_wanted(const struct fit_wanted *wanted, const struct page_found *found, struct fit *ret) {
    for (size_t i = 0; i < found->hits.count; i++) {
        struct span sentence = fit_medicare_wants(wanted, span_of(found->hits.items[i].code.title), found->plains[i]);
        for (size_t k = 0; sentence.len > 0 && k < found->hits.count; k++)
            if (span_find(sentence, span_of(found->hits.items[k].code.display)) != SPAN_NONE)
                ret[k].against = false;
    }
}

/* How each fits. */
static int judge(struct page *page, const struct fit_wanted *wanted, struct page_found *found, enum page_hits_bar bar, struct fit *ret,
                 struct why *why) {
    for (size_t i = 0; i < found->hits.count; i++) {
        const struct kb_hit *hit = &found->hits.items[i];
        ret[i] = fit_of(page->kb, wanted, hit, NULL);
        if (hit->code.system != SYSTEM_CPT || !(may_show(bar, &ret[i], hit->code.system) || fit_covers(&ret[i])))
            continue;
        int failed = find_plain(page, found, i, why);
        if (failed)
            return failed;
        if (found->plains[i])
            ret[i] = fit_of(page->kb, wanted, hit, found->plains[i]);
    }
    admit_wanted(wanted, found, ret);
    return 0;
}

/* Beside a code that may stand on a claim, the headers above it say nothing. */
static void drop_headers(struct kb_hits *hits, struct fit *fits) {
    size_t kept = 0;
    for (size_t i = 0; i < hits->count; i++)
        if (hits->items[i].code.status != STATUS_HEADER || hits->items[0].code.status == STATUS_HEADER ||
            !is_below(&hits->items[0].code, &hits->items[i].code)) {
            hits->items[kept] = hits->items[i];
            fits[kept++] = fits[i];
        }
    hits->count = kept;
}

/* What was asked comes before what is that and more. */
static void drop_more(struct kb_hits *hits, struct fit *fits) {
    size_t kept = 0;
    bool plain = false;
    for (size_t i = 0; i < hits->count; i++)
        plain = plain || (fit_covers(&fits[i]) && !fits[i].more && !fits[i].on_top);
    for (size_t i = 0; i < hits->count; i++)
        if (!plain || (!fits[i].more && !fits[i].on_top)) {
            hits->items[kept] = hits->items[i];
            fits[kept++] = fits[i];
        }
    hits->count = kept;
}

/* The fewest words missing in a hit that covers the others; SIZE_MAX: none does. */
static size_t least_missing(const struct fit *fits, size_t count) {
    size_t ret = SIZE_MAX;
    for (size_t i = 0; i < count; i++)
        if (fit_covers(&fits[i]) && missing(&fits[i]) < ret)
            ret = missing(&fits[i]);
    return ret;
}

/* Those that fit, in their order; where one covers what was asked, only such. A person may look at those that merely share words. */
static void keep_fitting(enum page_hits_bar bar, struct kb_hits *hits, struct fit *fits) {
    double best = 0;
    size_t kept = 0, least = least_missing(fits, hits->count);
    for (size_t i = 0; i < hits->count && kept < PAGE_HITS; i++) {
        struct kb_hit hit = hits->items[i];
        struct fit fit = fits[i];
        bool shares = may_show(bar, &fit, hit.code.system);
        bool fitting = least == SIZE_MAX ? shares && bar != HITS_PART : fit_covers(&fit) && missing(&fit) == least;
        if (!fitting || fit.covered == 0 || hit.score * 100 < best * FAR_PERCENT)
            continue;
        best = best > 0 ? best : hit.score;
        hits->items[kept] = hit;
        fits[kept++] = fit;
    }
    hits->count = kept;
}

static bool is_side(struct span word) { return span_is_among(word, "right left bilateral unspecified both"); }

static bool next_but_side(struct span *rest, struct span *ret) {
    while (rest->len > 0 && span_cut(rest, ' ', ret))
        if (!is_side(*ret))
            return true;
    return false;
}

static bool is_plural(struct span one, struct span many) {
    return many.len == one.len + 1 && span_starts_same(many, one) && char_lower(many.ptr[one.len]) == 's';
}

/* Titles that are the same but for "right", "left". */
static bool differ_in_side(const struct kb_code *a, const struct kb_code *b) {
    struct span left = span_of(a->title), right = span_of(b->title), x, y;
    if (a->system != b->system || !a->title || !b->title)
        return false;
    for (;;) {
        bool more = next_but_side(&left, &x), too = next_but_side(&right, &y);
        if (!more || !too)
            return more == too;
        if (!span_same(x, y) && !is_plural(x, y) && !is_plural(y, x))
            return false;
    }
}

static size_t count_sides(const struct kb_hits *hits) {
    size_t ret = 1;
    while (ret < hits->count && differ_in_side(&hits->items[0].code, &hits->items[ret].code))
        ret++;
    return ret;
}

static bool is_near(const struct kb_hits *hits, size_t of) {
    return of < hits->count && hits->items[of].score * 100 > hits->items[0].score * AHEAD_PERCENT;
}

/* One that lacks a word, while a code of another kind holds as many. */
static bool is_rivalled(const struct kb_hits *hits, const struct fit *fits) {
    for (size_t i = 1; missing(&fits[0]) > 0 && i < hits->count; i++)
        if (hits->items[i].code.system != hits->items[0].code.system && fits[i].covered >= fits[0].covered &&
            hits->items[i].score * 100 > hits->items[0].score * NEAR_PERCENT)
            return true;
    return false;
}

/* Far from those behind it, or its title says less beside what was asked than theirs. */
static bool is_ahead(const struct kb_hits *hits, const struct fit *fits, size_t of) {
    for (size_t i = of; is_near(hits, i); i++)
        if (fits[i].extra <= fits[0].extra && fits[i].side >= fits[0].side)
            return false;
    return !is_rivalled(hits, fits);
}

/* A diagnosis that says much more than was asked is one of many that hold these words. */
static bool says_much_more(const struct kb_hit *hit, const struct fit *fit) {
    enum { MORE_WORDS = 2 };
    return hit->code.system == SYSTEM_ICD10CM && fit->covered > 1 && fit->extra > 2 * fit->covered + MORE_WORDS;
}

/* The score is that of all the words, so of a part of them it says nothing. */
static bool is_sure(const struct kb_hit *hit, const struct fit *fit, enum page_hits_bar bar) {
    double least = bar == HITS_PART ? 0 : missing(fit) ? BEST_LEAST : BEST_LEAST_WHOLE;
    return !says_much_more(hit, fit) && fit_covers(fit) && !fit->more && !fit->beside && hit->score >= least;
}

/* A title that says what was asked and nothing else comes before those that say more, where the search saw no great difference. */
static void prefer_plain(struct kb_hits *hits, struct fit *fits) {
    size_t at = 0;
    while (is_near(hits, at) && fits[at].extra > 0)
        at++;
    if (at == 0 || !is_near(hits, at) || !fit_covers(&fits[at]))
        return;
    struct kb_hit hit = hits->items[at];
    struct fit fit = fits[at];
    memmove(&hits->items[1], &hits->items[0], at * sizeof hit);
    memmove(&fits[1], &fits[0], at * sizeof fit);
    hits->items[0] = hit;
    fits[0] = fit;
    hits->items[0].score = hits->items[1].score;
}

/* What the search put first, but for those that are something else, is it here, too. */
static bool agrees(const struct kb_hits *hits, const char *first) { return first && strcmp(hits->items[0].code.key, first) == 0; }

static const char *first_of(const struct kb_hits *hits, const struct fit *fits) {
    for (size_t i = 0; i < hits->count; i++)
        if (!fits[i].against)
            return hits->items[i].code.key;
    return NULL;
}

static void settle(struct span words, enum page_hits_bar bar, struct kb_hits *hits, struct fit *fits, const char *first,
                   struct page_hits *ret) {
    bool sure = agrees(hits, first) && is_sure(&hits->items[0], &fits[0], bar), told = fit_tells_any_side(words);
    if (!sure) {
        prefer_plain(hits, fits);
        sure = fits[0].extra == 0 && is_sure(&hits->items[0], &fits[0], bar);
    }
    size_t sides = count_sides(hits);
    *ret = (struct page_hits){.hits = *hits, .covers = sure, .clear = sure && is_ahead(hits, fits, told ? sides : 1)};
    ret->sides = sure && !told && sides > 1 && !ret->clear && is_ahead(hits, fits, sides);
    if (ret->sides)
        ret->hits.count = sides;
    prefer_billable(&ret->hits);
}

int page_search(struct page *page, const struct inquiry *inquiry, unsigned systems, struct page_found *ret, struct why *why) {
    bool other, cause = fit_asks_cause(inquiry->words);
    struct span query = query_of(inquiry, fit_without_excluded(inquiry->words, page->arena, &other), page->arena);
    *ret = (struct page_found){0};
    int failed = kb_search(page->kb, query, systems, page->date, cause ? SEARCHED_FOR_CAUSE : SEARCHED, page->arena, &ret->hits, why);
    ret->plains = arena_array(page->arena, ret->hits.count + 1, sizeof *ret->plains);
    ret->plain_read = arena_array(page->arena, ret->hits.count + 1, sizeof *ret->plain_read);
    return failed;
}

int page_judge(struct page *page, const struct fit_wanted *wanted, struct page_found *found, enum page_hits_bar bar, struct page_hits *ret,
               struct why *why) {
    size_t count = found->hits.count;
    struct kb_hits hits = {arena_array(page->arena, count + 1, sizeof *hits.items), count};
    struct fit *fits = arena_array(page->arena, count + 1, sizeof *fits);
    for (size_t i = 0; i < count; i++)
        hits.items[i] = found->hits.items[i];
    int failed = judge(page, wanted, found, bar, fits, why);
    if (failed)
        return failed;
    drop_more(&hits, fits);
    const char *first = first_of(&hits, fits);
    keep_fitting(bar, &hits, fits);
    if (hits.count == 0)
        return FAIL_EMPTY;
    drop_headers(&hits, fits);
    settle(wanted->words, bar, &hits, fits, first, ret);
    return 0;
}

int page_find_hits(struct page *page, const struct inquiry *inquiry, unsigned systems, enum page_hits_bar bar, struct page_hits *ret,
                   struct why *why) {
    struct page_found found;
    int failed = page_search(page, inquiry, systems, &found, why);
    if (failed)
        return failed;
    const struct fit_wanted wanted = fit_read(page->kb, inquiry->words, page->arena);
    return page_judge(page, &wanted, &found, bar, ret, why);
}

/* ---- the list ---- */

static bool may_be_said(struct page *page, struct span words) {
    const char *unsaid = page->question && page->question->unsaid ? page->question->unsaid : "";
    for (struct span word; words.len > 0 && span_cut(&words, ' ', &word);)
        if (span_is_among(word, unsaid) || (word.len > 1 && !keywords_is_common(word) && !kb_knows_word(page->kb, word)))
            return false;
    return true;
}

/* A word that the knowledge base does not know, or that stands where a name does, may be somebody's: what it was taken for is told, not the word. */
static const char *reason_to_show(struct page *page, const char *because) {
    struct buf shown;
    struct span rest = span_of(because), item;
    buf_init(&shown, BECAUSE_BYTES);
    while (rest.len > 0 && span_cut(&rest, ',', &item)) {
        size_t taken_for = span_find(item, SPAN(" = "));
        struct span asked = span_trim(span_slice(item, 0, taken_for == SPAN_NONE ? item.len : taken_for));
        if (!may_be_said(page, asked))
            item = taken_for == SPAN_NONE ? span_of("") : span_slice(item, taken_for + 3, item.len);
        item = span_trim(item);
        if (item.len > 1)
            buf_printf(&shown, "%s%.*s", shown.len ? ", " : "", SPAN_ARG(item));
    }
    const char *ret = shown.len ? buf_keep(&shown, page->arena) : NULL;
    buf_free(&shown);
    return ret;
}

static void add_hit(struct page *page, const struct kb_hit *hit, struct template_rows *ret) {
    struct template_row *row = template_rows_add(ret, page->arena);
    template_text(row, "hit_system", page_capitalised(name_text(system_titles, (int)hit->code.system), page->arena));
    template_text(row, "hit", hit->code.display);
    template_text(row, "hit_title", hit->code.title);
    template_flag(row, "hit_header", hit->code.status == STATUS_HEADER);
    template_text(row, "hit_mark", page_cite(page, hit->code.source));
    template_text(row, "because", reason_to_show(page, hit->because));
}

void page_list_hits(struct page *page, const struct page_hits *found, size_t from, struct template_row *ret) {
    struct template_rows rows = {0};
    for (size_t i = from; i < found->hits.count; i++)
        add_hit(page, &found->hits.items[i], &rows);
    template_list(ret, "hits", rows);
}
