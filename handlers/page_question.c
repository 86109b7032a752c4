/* The parts of an answer that come from the question: what was asked, and what its words may mean. */
#include "handlers/handler.h"
#include "handlers/page.h"

enum { HITS_MAX = 5, LONG_WORD = 4, WORDS_OF_A_SEARCH = 2, QUERY_BYTES = 2048 };

void page_add_wishes(const struct question *question, struct template_row *ret) {
    static const enum intent wishes[] = {INTENT_HELP, INTENT_REGISTER, INTENT_UNSUBSCRIBE};
    for (size_t w = 0; w < sizeof wishes / sizeof *wishes; w++) {
        bool wanted = false;
        for (size_t i = 0; i < question->intent_count; i++)
            wanted = wanted || question->intents[i] == wishes[w];
        template_flag(ret, name_text(intent_names, (int)wishes[w]), wanted);
    }
}

int page_add_asked(struct page *page, const struct question *question, struct template_row *ret, struct why *why) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < question->code_count; i++) {
        const struct asked_code *asked = &question->codes[i];
        struct page_code found;
        if (asked->role != ROLE_ASKED)
            continue;
        int failed = page_find(page, asked->system, asked->key, &found, why);
        if (!failed)
            failed = page_status(page, &found, template_rows_add(&rows, page->arena), why);
        if (failed)
            return failed;
    }
    template_list(ret, "codes", rows);
    return 0;
}

/* ---- words -> codes ---- */

/* The asker's keywords as a query: greetings and the story around would only find codes that have "first" and "two" in common. */
static struct span keyword_query(const struct question *question, struct arena *arena) {
    struct buf buf;
    buf_init(&buf, QUERY_BYTES);
    for (size_t i = 0; i < question->keyword_count; i++)
        buf_printf(&buf, "%s%s", i ? " " : "", question->keywords[i]);
    const char *ret = buf_keep(&buf, arena);
    buf_free(&buf);
    return span_of(ret);
}

static size_t count_parts(struct span text, char separator) {
    struct span part;
    size_t count = 0;
    while (text.len > 0 && span_cut(&text, separator, &part))
        count++;
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

static size_t count_shared(const struct kb_hit *hit) { return count_parts(span_of(hit->because), ','); }

/* Two keywords at least, and enough of what was written: in a long story some words always fit some code. */
static bool is_good(const struct question *question, size_t keywords, size_t shared) {
    size_t words = count_long_words(question->words);
    if (keywords == 1 && shared == 1)
        return words <= WORDS_OF_A_SEARCH;
    return shared >= 2 && shared * 3 >= keywords && shared * 5 >= words;
}

/* What qualifies a service is offered only to those who ask for it. */
static unsigned systems_to_search(struct span words) {
    static const struct name asked_by[] = {
        {SYSTEM_MOD, "modifier"},
        {SYSTEM_POS, "place of service"},
        {SYSTEM_NUCC, "taxonomy"},
        {SYSTEM_NUCC, "specialty"},
        {SYSTEM_REV, "revenue code"},
        {SYSTEM_DRG, "DRG"},
        {0, NULL},
    };
    unsigned ret = 1u << SYSTEM_CPT | 1u << SYSTEM_HCPCS | 1u << SYSTEM_ICD10CM | 1u << SYSTEM_ICD10PCS;
    for (const struct name *row = asked_by; row->text; row++)
        if (span_find_same(words, span_of(row->text)) != SPAN_NONE)
            ret |= 1u << row->value;
    return ret;
}

static void add_hit(struct page *page, const struct kb_hit *hit, struct template_rows *ret) {
    struct template_row *row = template_rows_add(ret, page->arena);
    template_text(row, "hit_system", page_capitalised(name_text(system_titles, (int)hit->code.system), page->arena));
    template_text(row, "hit", hit->code.display);
    template_text(row, "hit_title", hit->code.title);
    template_text(row, "hit_mark", page_cite(page, hit->code.source));
    template_text(row, "because", hit->because);
}

int page_add_hits(struct page *page, const struct question *question, enum page_hits bar, struct template_row *ret,
                  struct kb_code *ret_best, struct why *why) {
    struct span query = keyword_query(question, page->arena);
    struct kb_hits hits = {0};
    struct template_rows rows = {0};
    int failed = kb_search(page->kb, query, systems_to_search(question->words), page->date, HITS_MAX, page->arena, &hits, why);
    if (failed)
        return failed;
    if (bar == HITS_GOOD && (hits.count == 0 || !is_good(question, count_parts(query, ' '), count_shared(&hits.items[0]))))
        return FAIL_EMPTY;
    for (size_t i = 0; i < hits.count; i++)
        if (count_shared(&hits.items[i]) * 2 >= count_shared(&hits.items[0]))
            add_hit(page, &hits.items[i], &rows);
    if (rows.count == 0)
        return FAIL_EMPTY;
    *ret_best = hits.items[0].code;
    template_list(ret, "hits", rows);
    return 0;
}

void page_write(struct page *page, const char *template_name, struct template_row *row, struct draft *ret) {
    page_end(page, row);
    template_render(template_name, row, ret->commonmark);
}
