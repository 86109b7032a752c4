/* match.h - which documents hold the words of a query, and how well: a cell of one byte for each document and group.
 * All postings of all terms are read: the most common 16 terms take less than a millisecond, so nothing has to be guessed beforehand.
 * Order: match_open, match_run*, match_close. */
#ifndef KB_MATCH_H
#define KB_MATCH_H

#include <sqlite3.h>

#include "kb/query.h"

enum { CELL_FULL = 250, CANDIDATES_MAX = 300 };

struct document {
    uint32_t parent; /* distance to the document of its header; 0: none */
    uint8_t system, header, title_words;
};

struct match {
    sqlite3_stmt *postings; /* term -> postings */
    struct document *documents;
    size_t count;
    uint8_t (*cells)[QUERY_GROUPS]; /* of the last query, by document */
    uint16_t *seen;                 /* by document: how many terms of the alternative at hand, and which that was */
    unsigned turn;
};

/* The arena keeps 26 bytes a document. FAIL_SYSTEM when the file is damaged, here as below. */
int match_open(sqlite3 *, struct arena *, struct match *ret);
void match_close(struct match *);

struct candidate {
    uint32_t document;
    double score;
};

/* The documents of the systems (a bit each) that match best, in no order. shares: what a system's score is multiplied with.
 * A document takes over what its header matches. */
int match_run(struct match *, const struct query *, unsigned systems, const double shares[static SYSTEM_COUNT],
              struct candidate ret[static CANDIDATES_MAX], size_t *ret_count);

/* What an alternative is worth with so many of its terms there, of 1. */
double match_share(const struct alternative *, unsigned seen);

#endif
