/* fit.h - does a code cover what was asked, or does it merely share words with it? A search finds the nearest there is, and the right code
 * may not be there at all. */
#ifndef HANDLERS_FIT_H
#define HANDLERS_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include "handlers/question.h"
#include "kb/kb.h"

/* What the asker excludes ("skin tags, not warts") is no word of the matter: the text without it, for a search, and whether it is another. */
struct span fit_without_excluded(struct span words, struct arena *, bool *ret_other);

/* Left, right, initial ...: says nothing of the matter but tells one code from its neighbour. */
bool fit_is_variant(struct span word);

/* How it is asked ("what", "bill", "instead"), not what. */
bool fit_is_asking(struct span word);

/* "left", "right" of a body; behind is the next word. */
bool fit_tells_side(struct span word, struct span behind);

/* What is asked, read once for all the codes that may fit it. */
struct fit_wanted {
    struct span words;    /* without what the asker excludes */
    struct span *telling; /* those of them that say something of the matter; of a short text also those that the knowledge base does not know */
    size_t telling_count;
    unsigned operations; /* operations.h */
    bool procedure;      /* something is to be done: a procedure is asked, no diagnosis */
};
struct fit_wanted fit_read(struct kb *, struct span words, struct arena *);

struct fit {
    size_t telling; /* how many telling words were asked */
    size_t covered; /* those of them that the code holds */
    size_t extra;   /* words of its title that nobody asked for */
    bool more;      /* it speaks of a further operation, besides those asked */
    bool against;   /* it speaks of another operation than the asker, of another type ("type 1"), or of the other side */
};

/* plain: the description in our own words, where there is one: what it says of other codes is not of this one. May be NULL. */
struct fit fit_of(struct kb *, const struct fit_wanted *, const struct kb_hit *, const char *plain);

/* How many of the asker's telling words this text holds. */
size_t fit_count(struct span words, struct span text, struct arena *);

/* Is a side told, or are both? */
bool fit_tells_any_side(struct span words);

/* Every telling word is there; of a longer text, all but a few. */
bool fit_covers(const struct fit *);

/* Enough of them to be worth a look. Of procedures, most of which are not described here, nearly all: what lacks a word is another one. */
bool fit_shares(const struct fit *, enum code_system);

/* The words name something that is done, and not what came of it: a procedure is wanted. */
bool fit_asks_procedure(struct span words);

/* A short text that asks for a code by that word or by the name of a system. */
bool fit_asks_code(struct span words);

#endif
