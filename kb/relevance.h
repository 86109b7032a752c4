/* relevance.h - does a text bear on a question? How many of the question's words it holds, by their stems: "documented" finds
 * "documentation". Words that every question of coders has ("code", "the") count for nothing.
 * Order: kb_terms once a question, then kb_terms_found for as many texts as wanted. */
#ifndef KB_RELEVANCE_H
#define KB_RELEVANCE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/fail.h"
#include "base/span.h"

struct kb;
struct stem;

enum { KB_TERMS_MAX = 64 };

/* The words of a question, each stem once; what comes behind KB_TERMS_MAX of them is left out. */
struct kb_terms {
    struct kb *kb;
    const struct stem *items;
    size_t count;
};

int kb_terms(struct kb *, struct span words, struct arena *, struct kb_terms *ret, struct why *why); /* FAIL_SYSTEM */

/* How many of the terms the text holds. NULL holds none. */
size_t kb_terms_found(const struct kb_terms *, const char *text);

#endif
