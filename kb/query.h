/* query.h - the words of a search, and what each of them may be called in the index.
 * A group is a word, or words that belong together ("collar bone"), with its alternatives: any of them will do, and an alternative of
 * several terms ("obstructive sleep apnea" for OSA) wants them all. */
#ifndef KB_QUERY_H
#define KB_QUERY_H

#include "base/arena.h"
#include "kb/lexicon.h"
#include "kb/ranges.h"
#include "kb/spelling.h"
#include "kb/system.h"
#include "kb/vocabulary.h"

enum {
    QUERY_WORDS = 64,  /* what stands behind them is not searched for */
    QUERY_GROUPS = 16, /* the most telling ones; the rest of a long text is left out */
    GROUP_ALTERNATIVES = 12,
    ALTERNATIVE_TERMS = 7,
    QUERY_USES = QUERY_GROUPS * GROUP_ALTERNATIVES * ALTERNATIVE_TERMS,
    USED_WORDS = 64,
};

#define UNKNOWN_TERM UINT32_MAX

struct alternative {
    uint32_t terms[ALTERNATIVE_TERMS];
    uint8_t count;
    bool negates; /* holds a "without" of its own */
    double weight;
    struct span text; /* as the lexicon has it; empty: the asker's own words */
};

struct group {
    struct span asked; /* the asker's words */
    struct alternative alternatives[GROUP_ALTERNATIVES];
    size_t count;
    double weight; /* how much it tells */
    bool negated;  /* "no cor pulmonale" */
};

/* A term of the query: which alternative of which group it belongs to, and its place there. */
struct use {
    uint32_t term;
    uint8_t group, alternative, place;
};

struct query {
    struct group groups[QUERY_GROUPS];
    size_t count;
    double total;                /* weight of all, with what nobody knows */
    struct use uses[QUERY_USES]; /* by term */
    size_t use_count;
    uint64_t used[USED_WORDS]; /* a bit for each term of the uses, by its lowest bits: most terms of a text are in none */
    unsigned named;                /* systems that the text names, a bit each */
    unsigned votes[SYSTEM_COUNT];  /* words that speak for a system */
    uint8_t apart[LEXICON_SETS];   /* asked words of each set of which a title can hold only one */
    uint32_t written[QUERY_WORDS]; /* the terms of the text as it stands, as the index cuts a title; UNKNOWN_TERM: of no text */
    size_t written_count;
    struct range ranges[RANGES_MAX];
    size_t range_count;
};

/* What is needed to understand words. spelling: made when first needed, in the arena. */
struct speech {
    struct stemmer *stemmer;
    const struct lexicon *lexicon;
    const struct vocabulary *vocabulary;
    size_t documents;
    struct arena *arena;
    struct spelling *spelling;
};

/* The text must outlive the query. */
void query_read(struct speech *, struct span text, struct query *ret);

/* The uses of a term: the first, and how many there are. */
const struct use *query_uses(const struct query *, uint32_t term, size_t *ret_count);

#endif
