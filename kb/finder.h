/* finder.h - all that a search keeps between two of them: made when first needed, and as long as the file is open. */
#ifndef KB_FINDER_H
#define KB_FINDER_H

#include "kb/rank.h"

struct kb;

struct finder {
    struct arena *arena;
    struct stemmer stemmer;
    struct lexicon *lexicon;
    struct vocabulary vocabulary;
    struct speech speech;
    struct match match;
    struct ranking ranking;
};

/* FAIL_SYSTEM; NULL then. */
struct finder *finder_of(struct kb *, struct why *why);
void finder_free(struct finder *); /* NULL is fine */

#endif
