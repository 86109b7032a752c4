/* The parts of an answer that come from the question: what was asked, and what its words may mean. */
#include "handlers/handler.h"
#include "handlers/page.h"

enum { HITS_MAX = 5, GOOD_WORDS = 2 };

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

static size_t count_words(const char *because) {
    struct span rest = span_of(because), word;
    size_t count = 0;
    while (span_cut(&rest, ',', &word))
        count += span_trim(word).len > 0;
    return count;
}

/* One word in common is chance, unless the question has no more words to offer. */
static bool is_good(const struct kb_hit *hit, const struct question *question) {
    size_t words = count_words(hit->because);
    return words >= GOOD_WORDS || (words == 1 && question->keyword_count <= 1);
}

static void add_hit(struct page *page, const struct kb_hit *hit, struct template_rows *ret) {
    struct template_row *row = template_rows_add(ret, page->arena);
    template_text(row, "hit_system", page_capitalised(name_text(system_titles, (int)hit->code.system), page->arena));
    template_text(row, "hit", hit->code.display);
    template_text(row, "hit_title", hit->code.title);
    template_text(row, "hit_mark", page_cite(page, hit->code.source));
    template_text(row, "because", hit->because);
}

int page_add_hits(struct page *page, const struct question *question, struct template_row *ret, struct kb_code *ret_best,
                  struct why *why) {
    struct kb_hits hits = {0};
    struct template_rows rows = {0};
    int failed = kb_search(page->kb, question->words, KB_ALL_SYSTEMS, page->date, HITS_MAX, page->arena, &hits, why);
    if (failed)
        return failed;
    for (size_t i = 0; i < hits.count; i++)
        if (is_good(&hits.items[i], question)) {
            if (rows.count == 0)
                *ret_best = hits.items[i].code;
            add_hit(page, &hits.items[i], &rows);
        }
    if (rows.count == 0)
        return FAIL_EMPTY;
    template_list(ret, "hits", rows);
    return 0;
}

void page_write(struct page *page, const char *template_name, struct template_row *row, struct draft *ret) {
    page_end(page, row);
    template_render(template_name, row, ret->commonmark);
}
