/* utf8.h - RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"

/* Decode the character at *at (which must lie inside the text) and move *at behind it. A byte that starts no valid
 * character counts as one character, U+FFFD. */
uint32_t utf8_next(struct span text, size_t *at);
bool utf8_valid(struct span text);
void utf8_put(struct buf *, uint32_t character);

/* The first bytes of a text, at most max, that end with a whole character. */
struct span utf8_cut(struct span text, size_t max);

/* A copy that is valid UTF-8 without NUL: what is not becomes U+FFFD. */
struct span utf8_clean(struct arena *, struct span text);

#endif
