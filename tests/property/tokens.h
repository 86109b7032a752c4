/* tokens.h - the words of a text that hold a digit: codes, figures, dates. They are what an answer must not invent.
 * A token is letters and digits, with a dot between two of them (S82.251A, 12.87), or a day (2026-03-01); compared in lower case. */
#ifndef PROPERTY_TOKENS_H
#define PROPERTY_TOKENS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"

struct tokens {
    struct arena *arena;
    const char **slots; /* open addressing; NULL is free */
    size_t room, count;
};

struct tokens tokens_new(struct arena *);
void tokens_add(struct tokens *, struct span text); /* all of the text's */
bool tokens_hold(const struct tokens *, struct span token);

/* The next token with a digit in *rest, which moves behind it. False at the end. */
bool tokens_next(struct span *rest, struct span *token);

#endif
