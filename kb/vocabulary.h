/* vocabulary.h - the terms of the search index in memory: their stems, in how many documents they stand, and their spellings.
 * 20,000 stems are read in some milliseconds and found in nanoseconds. */
#ifndef KB_VOCABULARY_H
#define KB_VOCABULARY_H

#include <sqlite3.h>

#include "base/arena.h"
#include "kb/dictionary.h"
#include "kb/stemmer.h"

enum { VOCABULARY_TERMS_MAX = 1 << 20, VOCABULARY_BYTES_MAX = 64 << 20 };

struct vocabulary {
    struct dictionary stems; /* -> number of the term */
    struct span words;       /* a line a term: see kb/index.h */
    uint32_t *counts;        /* of documents, by term */
    struct span *spans;      /* stems, by term */
    size_t count;
};

/* A part of the index, copied into the arena. FAIL_SYSTEM when the file is damaged. */
int vocabulary_part(sqlite3 *, const char *name, struct arena *, struct span *ret);

/* Everything but the dictionary lies in the arena. FAIL_SYSTEM when the file is damaged. */
int vocabulary_load(sqlite3 *, struct arena *, struct vocabulary *ret);
void vocabulary_free(struct vocabulary *);

bool vocabulary_find(const struct vocabulary *, const struct stem *, uint32_t *ret);

#endif
