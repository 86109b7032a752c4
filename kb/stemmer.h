/* stemmer.h - the stem of a word: FTS5's porter over unicode61, so that "fractures", "Fractured" and "fracture" are one.
 * Order: stemmer_open, stemmer_stem*, stemmer_close. */
#ifndef KB_STEMMER_H
#define KB_STEMMER_H

#include <sqlite3.h>
#include <stdbool.h>

#include "base/fail.h"
#include "base/span.h"

enum { STEM_BYTES = 64 };

struct stem {
    char text[STEM_BYTES];
    size_t len;
};

struct stemmer {
    fts5_tokenizer methods;
    Fts5Tokenizer *tokenizer;
};

/* FAIL_SYSTEM when this SQLite has no FTS5. The connection must outlive the stemmer. */
int stemmer_open(sqlite3 *, struct stemmer *ret, struct why *why);
void stemmer_close(struct stemmer *);

/* Lower case, without diacritics, without its ending. False when the word is too long, or is none, or several. */
bool stemmer_stem(struct stemmer *, struct span word, struct stem *ret);

#endif
