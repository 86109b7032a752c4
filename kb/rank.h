/* rank.h - the candidates of a query put in order, by reading their texts.
 * What counts: how much of the query is there; how little else the fitting text and the title say; that the title says nothing else where
 * only one can be right (left, right); and which code of several a coder takes when nothing was said (initial encounter, closed). */
#ifndef KB_RANK_H
#define KB_RANK_H

#include "kb/match.h"

/* What is looked at for every word of every text: worked out when a term is first met. */
struct term_sense {
    double weight;  /* how rare it is */
    unsigned marks; /* enum lexicon_mark */
    unsigned set;   /* of words of which a title can hold only one, */
    uint8_t bit;    /* and which of them it is; 0: of none */
    bool known;
};

struct ranking {
    const struct query *query;
    const struct speech *speech;
    struct term_sense *senses; /* by term, in the speech's arena */
    struct match *match;
    sqlite3_stmt *entries;  /* document -> code, last, entries */
    sqlite3_stmt *versions; /* first code, last code, day -> code, billable, title */
    sqlite3_stmt *titles;   /* first code, last code -> title */
    sqlite3_stmt *refers;   /* code, section -> a row when its publisher refers to another code */
};

/* FAIL_SYSTEM when the file is damaged, here as below. */
int rank_open(sqlite3 *, const struct speech *, struct match *, struct ranking *ret);
void rank_close(struct ranking *);

struct ranked {
    uint32_t document;
    int64_t code, last;
    double score;
    bool written; /* its title is the query, word for word */
};

/* Best first; equal ones in code order. */
int rank_candidates(struct ranking *, const struct candidate *, size_t count, const double shares[static SYSTEM_COUNT],
                    struct ranked ret[static CANDIDATES_MAX]);

/* The codes of a document that were there on the day or before, most fitting first. Returns how many, at most max. */
size_t rank_codes(struct ranking *, const struct ranked *, int64_t day, int64_t *ret, size_t max);

/* By which alternative each group matched the document or a header of it; NULL: not at all, or in its plain description alone. */
void rank_reasons(struct ranking *, uint32_t document, const struct alternative *ret[static QUERY_GROUPS]);

#endif
