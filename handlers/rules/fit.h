/* fit.h - does a code cover what was asked, or does it merely share words with it? A search finds the nearest there is, and the right code
 * may not be there at all. */
#ifndef HANDLERS_FIT_H
#define HANDLERS_FIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
    struct span *all;     /* the same, word by word */
    size_t all_count;
    struct span *telling; /* those that say something of the matter; of a short text also those that the knowledge base does not know */
    size_t telling_count;
    unsigned operations; /* operations.h */
    bool procedure;      /* something is to be done: a procedure is asked, no diagnosis */
    bool done;           /* likewise, by words that diagnoses use, too: "battery change" */
    bool applied;        /* a cast or the like is put on or taken off: its supplies are not asked */
    bool add_on;         /* what comes on top of another service is asked */
    bool part;           /* of words that ask for more */
    unsigned sides;      /* a bit each: left, right */
    enum { FIT_ANY, FIT_CAUSE, FIT_INJURY } cause; /* what it came from is asked, or what came of it beside that */
};
struct fit_wanted fit_read(struct kb *, struct span words, struct arena *);

/* A part of the words, which asks for a code of its own: what the others say is not missing in it, but must not be against it. */
struct fit_wanted fit_read_part(struct kb *, struct span words, struct span part, struct arena *);

struct fit {
    size_t telling; /* how many telling words were asked */
    size_t covered; /* those of them that the code holds */
    uint32_t words; /* which of the first 32: bit 0 is the first */
    size_t extra;   /* words of its title that nobody asked for */
    bool more;      /* it speaks of a further operation, besides those asked */
    bool on_top;    /* an add-on, where nobody asked for one */
    bool side;      /* it holds the side that was told */
    bool beside;    /* an encounter, where a service was asked, or pictures without contrast, where with and without was: never the one */
    bool against;   /* it speaks of another operation than the asker, of another type ("type 1"), or of the other side, or Medicare,
                       which is asked, wants another code in its place */
};

/* plain: the description in our own words, where there is one: what it says of other codes is not of this one. May be NULL. */
struct fit fit_of(struct kb *, const struct fit_wanted *, const struct kb_hit *, const char *plain);

/* "Medicare wants G0008 in its place for flu vaccine": that sentence of a description, where Medicare is asked, and of what was asked the
 * sentence has something that the title has not; else empty. */
struct span fit_medicare_wants(const struct fit_wanted *, struct span title, const char *plain);

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

/* The external cause of an injury is asked. */
bool fit_asks_cause(struct span words);

/* A short text that asks for a code by that word or by the name of a system. */
bool fit_asks_code(struct span words);

#endif
