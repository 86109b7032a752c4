/* vocabulary.h - the stems that the search index knows, in memory, and the stemmer that made them. */
#ifndef KB_VOCABULARY_H
#define KB_VOCABULARY_H

#include <stdbool.h>

#include "base/fail.h"
#include "base/span.h"

struct kb;
struct vocabulary;

enum { STEM_BYTES = 64 };

struct stem {
    char text[STEM_BYTES];
    size_t len;
};

/* The vocabulary of an open file, read when first asked for; it lives as long as the file is open. NULL on failure. */
struct vocabulary *vocabulary_of(struct kb *, struct why *why);
void vocabulary_free(struct vocabulary *); /* NULL is fine */

/* The stem of one word; false when the word is too long or becomes none or several in the index. */
bool vocabulary_stem(struct vocabulary *, struct span word, struct stem *ret);
bool vocabulary_knows(const struct vocabulary *, const struct stem *);

#endif
