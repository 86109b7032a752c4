/* Words -> codes: what is searched for, which hits are shown, and whether one of them is clearly the best. */
#include <string.h>

#include "handlers/keywords.h"
#include "handlers/page.h"

enum { HITS_MAX = 5, LONG_WORD = 4, WORDS_OF_A_SEARCH = 2, QUERY_BYTES = 2048 };

/* In percent of the best score. The second hit must stay below AHEAD for the first to be named the best, and the best score must not lie
 * below BEST_LEAST: of 80 phrases of coders and 600 short titles of diagnoses a third to two thirds pass, and 97 of 100 of those are
 * right. A billable code from NEAR on takes the place of the header above it. */
enum { AHEAD_PERCENT = 90, NEAR_PERCENT = 80 };
static const double BEST_LEAST = 0.7;

/* ---- the query ---- */

static bool is_one_of(struct span word, const char *list) {
    struct span rest = span_of(list), one;
    while (span_cut(&rest, ' ', &one))
        if (span_same(word, one))
            return true;
    return false;
}

/* Words that say nothing of the matter but tell one code from its neighbour. */
static bool is_variant(struct span word) {
    return is_one_of(word, "left right both bilateral unilateral first initial subsequent sequela encounter visit");
}

/* behind: the next word; "the right code", "left in place" are no sides. */
static bool tells_apart(struct span word, struct span behind) {
    if (is_one_of(word, "right"))
        return !is_one_of(behind, "code codes one ones answer way now away thing cpt icd dx diagnosis modifier place");
    if (is_one_of(word, "left"))
        return !is_one_of(behind, "in out over behind by off for the");
    return is_variant(word);
}

static bool holds_word(struct span text, struct span word) {
    struct span one;
    while (span_cut(&text, ' ', &one))
        if (span_same(one, word))
            return true;
    return false;
}

static void add_word(struct buf *query, struct span word) {
    if (holds_word(buf_span(query), word))
        return;
    buf_text(query, query->len > 0 ? " " : "");
    buf_add(query, word);
}

/* The asker's keywords: greetings and the story around would only find codes that have "two" and "other" in common. */
static struct span query_of(const struct inquiry *inquiry, struct arena *arena) {
    struct buf query;
    struct span rest = inquiry->words, word, next;
    buf_init(&query, QUERY_BYTES);
    for (size_t i = 0; i < inquiry->keyword_count; i++)
        buf_printf(&query, "%s%s", i ? " " : "", inquiry->keywords[i]);
    while (query.len > 0 && span_cut(&rest, ' ', &word)) {
        struct span ahead = rest;
        next = span_cut(&ahead, ' ', &next) ? next : span_of("");
        if (tells_apart(word, next))
            add_word(&query, word);
    }
    const char *ret = buf_keep(&query, arena);
    buf_free(&query);
    return span_of(ret);
}

/* The systems that the text names; where it names none, those that stand on a line by themselves: what qualifies a service is offered only
 * to those who ask for it. */
static unsigned systems_to_search(struct span words) {
    static const struct name named_by[] = {
        {SYSTEM_CPT, "cpt cpts"},
        {SYSTEM_HCPCS, "hcpcs"},
        {SYSTEM_ICD10CM, "dx icd icd10 icd9 icd10cm diagnosis diagnoses"},
        {SYSTEM_ICD10PCS, "pcs icd10pcs"},
        {SYSTEM_MOD, "modifier modifiers"},
        {SYSTEM_POS, "pos"},
        {SYSTEM_NUCC, "taxonomy taxonomies specialty"},
        {SYSTEM_REV, "revenue"},
        {SYSTEM_DRG, "drg drgs"},
        {0, NULL},
    };
    unsigned ret = span_find_same(words, SPAN("place of service")) == SPAN_NONE ? 0 : 1u << SYSTEM_POS;
    for (struct span word; span_cut(&words, ' ', &word);)
        for (const struct name *row = named_by; row->text; row++)
            if (is_one_of(word, row->text))
                ret |= 1u << row->value;
    if (ret & 1u << SYSTEM_ICD10PCS)
        ret &= ~(1u << SYSTEM_ICD10CM);
    return ret ? ret : 1u << SYSTEM_CPT | 1u << SYSTEM_HCPCS | 1u << SYSTEM_ICD10CM | 1u << SYSTEM_ICD10PCS;
}

/* ---- the hits ---- */

/* Variants left out: a side alone fits thousands of codes. */
static size_t count_words(struct span text) {
    struct span word;
    size_t count = 0;
    while (text.len > 0 && span_cut(&text, ' ', &word))
        count += !is_variant(word);
    return count;
}

/* Words long enough to mean something, known to us or not. */
static size_t count_long_words(struct span text) {
    size_t count = 0, letters = 0;
    for (size_t i = 0; i <= text.len; i++) {
        bool letter = i < text.len && (char_is_alpha(text.ptr[i]) || (unsigned char)text.ptr[i] >= 0x80);
        count += !letter && letters >= LONG_WORD;
        letters = letter ? letters + 1 : 0;
    }
    return count;
}

/* The asker's words in "collar bone = clavicle, left, fx = fracture". */
static size_t count_shared(const struct kb_hit *hit) {
    struct span rest = span_of(hit->because), item;
    size_t count = 0;
    while (rest.len > 0 && span_cut(&rest, ',', &item)) {
        size_t taken_for = span_find(item, SPAN(" = "));
        count += count_words(span_trim(span_slice(item, 0, taken_for == SPAN_NONE ? item.len : taken_for)));
    }
    return count;
}

/* Two keywords at least, and enough of what was written: in a long story some words always fit some code. */
static bool is_good(const struct inquiry *inquiry, size_t keywords, size_t shared) {
    size_t words = count_long_words(inquiry->words);
    if (keywords == 1 && shared == 1)
        return words <= WORDS_OF_A_SEARCH;
    return shared >= 2 && shared * 3 >= keywords && shared * 5 >= words;
}

static bool is_below(const struct kb_code *code, const struct kb_code *header) {
    return code->system == header->system && strncmp(code->key, header->key, strlen(header->key)) == 0;
}

static void keep_fitting(struct kb_hits *hits) {
    size_t kept = 0, most = count_shared(&hits->items[0]);
    for (size_t i = 0; i < hits->count; i++)
        if (count_shared(&hits->items[i]) * 2 >= most)
            hits->items[kept++] = hits->items[i];
    hits->count = kept;
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

/* A search finds what is there; what the asker excludes, it finds, too. */
static bool excludes(struct span words) {
    for (struct span word; span_cut(&words, ' ', &word);)
        if (is_one_of(word, "without no not never except excluding nor"))
            return true;
    return false;
}

static struct span lower_case(struct span word, struct arena *arena) {
    char *ret = arena_copy(arena, word);
    for (size_t i = 0; i < word.len; i++)
        ret[i] = char_lower(ret[i]);
    return span_of(ret);
}

/* Words that say something of the matter, known to us or not. */
static size_t count_telling_words(struct span text, struct arena *arena) {
    size_t count = 0;
    for (struct span word; span_cut(&text, ' ', &word);)
        count += word.len >= LONG_WORD && !is_variant(word) && !keywords_is_common(lower_case(word, arena));
    return count;
}

/* Far from the next one, and with three quarters of what was written in it. */
static bool is_clear(const struct inquiry *inquiry, const struct kb_hits *hits, struct arena *arena) {
    bool ahead = hits->count == 1 || hits->items[1].score * 100 <= hits->items[0].score * AHEAD_PERCENT;
    return ahead && hits->items[0].score >= BEST_LEAST && count_shared(&hits->items[0]) * 4 >= count_telling_words(inquiry->words, arena) * 3 && !excludes(inquiry->words);
}

int page_find_hits(struct page *page, const struct inquiry *inquiry, enum page_hits_bar bar, struct page_hits *ret, struct why *why) {
    struct span query = query_of(inquiry, page->arena);
    struct kb_hits hits = {0};
    int failed = kb_search(page->kb, query, systems_to_search(inquiry->words), page->date, HITS_MAX, page->arena, &hits, why);
    if (failed)
        return failed;
    if (hits.count == 0)
        return FAIL_EMPTY;
    bool good = is_good(inquiry, count_words(query), count_shared(&hits.items[0]));
    if (bar == HITS_GOOD && !good)
        return FAIL_EMPTY;
    bool clear = good && is_clear(inquiry, &hits, page->arena);
    keep_fitting(&hits);
    prefer_billable(&hits);
    *ret = (struct page_hits){hits, clear};
    return 0;
}

static void add_hit(struct page *page, const struct kb_hit *hit, struct template_rows *ret) {
    struct template_row *row = template_rows_add(ret, page->arena);
    template_text(row, "hit_system", page_capitalised(name_text(system_titles, (int)hit->code.system), page->arena));
    template_text(row, "hit", hit->code.display);
    template_text(row, "hit_title", hit->code.title);
    template_flag(row, "hit_header", hit->code.status == STATUS_HEADER);
    template_text(row, "hit_mark", page_cite(page, hit->code.source));
    template_text(row, "because", hit->because);
}

void page_list_hits(struct page *page, const struct page_hits *found, struct template_row *ret) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < found->hits.count; i++)
        add_hit(page, &found->hits.items[i], &rows);
    template_list(ret, "hits", rows);
}
