/* phrases.h - is a text one of many? Lists are arrays of C strings; comparisons ignore the case of ASCII. */
#ifndef MAIL_PHRASES_H
#define MAIL_PHRASES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

#define PHRASES(array) array, sizeof(array) / sizeof *(array)

bool phrase_is(struct span text, const char *const *phrases, size_t count);
bool phrase_starts(struct span text, const char *const *phrases, size_t count);
bool phrase_ends(struct span text, const char *const *phrases, size_t count);
bool phrase_within(struct span text, const char *const *phrases, size_t count);

/* Bytes of the text that the phrase takes at its beginning; 0 when it does not begin so. */
size_t phrase_at_start(struct span text, const char *phrase);

/* The text is one of these, or begins with one of them, then one of the marks (ASCII, or a wide colon). */
bool phrase_heads(struct span text, const char *marks, const char *const *heads, size_t count);

/* A sentence or line in the first bytes of the text begins with one of these. */
enum { PHRASE_EARLY_BYTES = 400 };
bool phrase_said_early(struct span text, const char *const *phrases, size_t count);

#endif
