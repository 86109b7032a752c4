/* page.h - what the knowledge base holds of a code, made ready for the wording: the parts that handlers put together.
 * Order: page_begin, then for each code page_find and the parts wanted, page_end last (it lists the sources that the parts cited). */
#ifndef HANDLERS_PAGE_H
#define HANDLERS_PAGE_H

#include "base/arena.h"
#include "base/fail.h"
#include "handlers/question.h"
#include "handlers/write/template.h"
#include "kb/kb.h"
#include "kb/payment.h"

enum { PAGE_CAP_BYTES = 512 * 1024, PAGE_CHILDREN = 12, PAGE_NEIGHBOURS = 5 };

#define SECTION_BIT(section) (1u << (section))
enum { SECTIONS_ALL = (1u << SECTION_COUNT) - 1 };

/* What all parts of one answer share. */
struct page {
    struct kb *kb;
    const struct question *question;
    struct date date; /* that of service, else today */
    bool date_named;  /* the asker gave it */
    struct arena *arena;
    bool own_words;   /* set by page_status: a CPT code was described in our own words */
    bool procedures;  /* set by page_status: a code was one that can be asked for modifiers and edits */
    const struct kb_localities *localities; /* those to tell amounts for beside the national ones; NULL: none */
    const struct kb_source **sources; /* cited so far; the first is [1] */
    size_t source_count;
};

struct page_code {
    struct kb_code code;
    struct kb_facts facts;
    unsigned known; /* sections that hold facts, a SECTION_BIT each */
};

struct page page_begin(struct kb *, const struct question *, struct arena *); /* the question is borrowed */
int page_find(struct page *, enum code_system, const char *key, struct page_code *ret, struct why *why);

/* Fields that say what the code is and whether it holds: system, code, title, a flag for its status, date, children, neighbours... */
int page_status(struct page *, const struct page_code *, struct template_row *ret, struct why *why);

/* Which sections of a code to show, as CommonMark. */
struct page_codes {
    const struct asked_code *items;
    size_t count;
};
struct page_view {
    unsigned set, first;             /* the sections, and those of them that come before the others */
    bool brief;                      /* modifiers by name alone */
    const struct page_codes *others; /* not NULL: of the related codes only these */
    size_t most;                     /* facts of a section; 0: all */
    struct span words;               /* the asker's: figures whose label they hold come first */
};
const char *page_sections(struct page *, const struct page_code *, const struct page_view *);

/* What Medicare pays for a procedure, as rows for the wording "amount". Cites. */
struct template_rows page_amounts(struct page *, const struct kb_code *);

/* The localities that the question names, into page->localities, and what is to be said of them: the fields of the wording "fee-place". */
int page_add_places(struct page *, struct template_row *ret, struct why *why);

/* What stands between the procedures asked: the fields edits and no_edits, or edits_not_loaded; the day as date and date_named. */
int page_add_edits(struct page *, const struct inquiry *, struct template_row *ret, struct why *why);

/* CPT and HCPCS Level II: what has modifiers, edits and fees. */
bool page_is_procedure(enum code_system);

/* Do these words stand in the text, whole and in this order? Ignores case; any other characters around them end a word. */
bool page_has_words(struct span text, struct span words);

/* A figure as it may be shown: "NA" for one that the fee schedule prints although it marks it as not applicable. */
const char *page_figure(const struct kb_fact *);

/* "modifier" -> "Modifier", for the start of a sentence. NULL stays NULL. */
const char *page_capitalised(const char *text, struct arena *);

/* The codes of an inquiry with what is known of each: as many as it has, in its order. */
struct page_asked {
    const struct asked_code *asked;
    struct page_code found;
};
int page_find_asked(struct page *, const struct inquiry *, struct page_asked **ret, struct why *why);

/* Those as rows of the field codes, each with what page_status says; more may be added to a row. The wordings "named" (number and
 * title), "short" (a sentence with its status) and "unfit" (the sentences of those that do not hold on the day) are made for them. */
int page_add_asked(struct page *, const struct page_asked *, size_t count, struct template_rows *ret, struct why *why);

/* Of one section the facts, and the first with this label; NULL: there is none. */
struct page_facts {
    const struct kb_fact *items;
    size_t count;
};
struct page_facts page_facts(const struct page_code *, enum kb_section);
const struct kb_fact *page_fact(const struct page_code *, enum kb_section, const char *label);

/* Codes that fit the asker's words, best first. FAIL_EMPTY: none. */
enum { PAGE_HITS = 5 };
enum page_hits_bar {
    HITS_GOOD, /* only when they can be shown to the asker */
    HITS_ANY,  /* for a person, who judges */
    HITS_PART, /* a part of the words, all of which must be there */
};
struct page_hits {
    struct kb_hits hits; /* at most PAGE_HITS */
    bool covers;         /* the first has all that was asked */
    bool clear;          /* and better than the second: it may be named */
    bool sides;          /* all of them do, and differ only in the side, which was not told */
};

/* The same in two steps, where one search is judged by several parts of the words. page_judge: FAIL_EMPTY when none fits. */
struct page_found {
    struct kb_hits hits;
    const char **plains; /* our description of each procedure that was judged, or NULL */
    bool *plain_read;
};
struct fit_wanted;
int page_search(struct page *, const struct inquiry *, unsigned systems, struct page_found *ret, struct why *why);
int page_judge(struct page *, const struct fit_wanted *, struct page_found *, enum page_hits_bar, struct page_hits *ret, struct why *why);

int page_find_hits(struct page *, const struct inquiry *, unsigned systems, enum page_hits_bar, struct page_hits *ret, struct why *why);
void page_list_hits(struct page *, const struct page_hits *, size_t from, struct template_row *ret); /* the field hits; cites */

/* The systems that the words name, a bit each; where they name none, those that stand on a line by themselves. */
unsigned page_systems_wanted(struct span words);

/* The sections that one can expect of a code: nobody misses the fee of a diagnosis, or anything of a code that does not hold. */
unsigned page_expected(const struct kb_code *);

/* A list of section names as field `name`, for "no data for" and "also known". */
void page_list_sections(struct page *, unsigned set, struct template_row *ret, const char *name);

/* The field for a mark like [1]: the source's number as text. */
const char *page_cite(struct page *, const struct kb_source *);

/* The text with its marks numbered in the order in which they stand, and their sources cited by `cited`: a page whose own begin as none. */
const char *page_recite(const struct page *written, const char *commonmark, struct page *cited);

/* The fields sources and notices. */
void page_end(struct page *, struct template_row *ret);

#endif
