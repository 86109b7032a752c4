/* spelling.h - what a word that nobody knows may have meant.
 * Every known word of about its length is compared: their letters rule nearly all of them out before anything else
 * is looked at.
 * (Looking them up by their trigrams was considered: a word of four letters with one wrong shares none with the right one.) */
#ifndef KB_SPELLING_H
#define KB_SPELLING_H

#include "base/arena.h"
#include "kb/lexicon.h"
#include "kb/vocabulary.h"

enum { SPELLING_MOST = 6 };

struct spelling; /* the known words, in the arena that they were collected in */

struct spelling *spelling_new(const struct vocabulary *, const struct lexicon *, struct arena *);

struct proposal {
    struct span word;
    double weight; /* 1 would be the word itself */
};

/* Best first. An insertion, a deletion, a wrong letter or two letters swapped are one mistake; short words may have one, longer ones
 * two. Words that begin with it count, too ("lacerat"), and those whose vowels it leaves out ("fngr"). */
size_t spelling_propose(struct spelling *, struct span word, struct proposal ret[static SPELLING_MOST]);

/* How many mistakes lie between two words in lower case; more than most is most + 1. */
unsigned spelling_distance(struct span a, struct span b, unsigned most);

#endif
