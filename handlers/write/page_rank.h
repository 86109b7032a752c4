/* page_rank.h - of the facts of the codes asked those that bear on the asker's words, best first, no text twice.
 * Order: page_rank_begin, page_rank_add for each code, page_rank_sort, then page_rank_rows. Everything lies in the page's arena. */
#ifndef HANDLERS_PAGE_RANK_H
#define HANDLERS_PAGE_RANK_H

#include "handlers/write/page.h"
#include "handlers/write/page_notes.h"
#include "kb/relevance.h"

enum { RANK_FACTS = 256, RANK_CODES = 8 };

/* From this score on a fact may open an answer: two words shared, or one matter that it is about. */
enum { RANK_BEARS = 20 };

/* What a question may be about, bits of page_ranking.matters. */
enum { MATTER_RECORD = 1u << 0, MATTER_ORDER = 1u << 1, MATTER_SEVENTH = 1u << 2, MATTER_TIME = 1u << 3, MATTER_MORE = 1u << 4 };

struct page_ranked {
    const struct kb_fact *fact;
    const struct page_code *of[RANK_CODES]; /* who has it */
    size_t of_count;
    int score;
};

struct page_ranking {
    struct page *page;
    const struct inquiry *inquiry;
    struct kb_terms terms;
    unsigned matters; /* what the words ask for: the record, the order, time, ... (page_rank.c) */
    struct page_ranked *items;
    size_t count;
};

int page_rank_begin(struct page *, const struct inquiry *, struct page_ranking *ret, struct why *why);

/* The facts of these sections (SECTION_BIT). Notes that hold for a whole block or chapter of ICD-10-CM are left out; a note that only
 * heads those behind it ("code to identify:") becomes one fact with them. */
void page_rank_add(struct page_ranking *, const struct page_code *, unsigned sections);

/* A note of ICD-10-CM about a code that nobody asked for: what it excludes, or what it adds that no word of the asker's speaks of but
 * those in the titles of the codes asked. Noise. */
bool page_rank_is_idle(const struct page_ranking *, const struct page_ranked *, const char *titles);

/* Best first; facts of one score stay in their order. */
void page_rank_sort(struct page_ranking *);

/* Does the text hold one of the words of this list? Whole words, ignores case; NULL is an empty list. */
bool page_rank_any(struct span text, const char *list);

/* "What documentation does Medicare want for it?" reads as coverage, but asks for the record, not for pay. */
bool page_rank_asks_record(const struct inquiry *);

/* After sorting: neighbours of one label, source and code become one fact: "Includes: a; b; c", of at most so many bytes. */
void page_rank_join(struct page_ranking *, size_t most);

/* Rows for the wording "fact", of the facts from one place on, at most so many. Cites. with_codes: the label tells whose fact it is. */
struct template_rows page_rank_rows(struct page_ranking *, size_t from, size_t most, bool with_codes);

#endif
