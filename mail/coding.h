/* coding.h - Content-Transfer-Encoding (RFC 2045 section 6), leniently. Decoded bytes lie in the arena, never longer than the input.
 * libetpan's decoders are not used: theirs writes NULs for a broken "=" and decodes a list's footer below the padding. */
#ifndef MAIL_CODING_H
#define MAIL_CODING_H

#include "base/arena.h"
#include "base/span.h"

enum coding { CODING_NONE, CODING_BASE64, CODING_QUOTED_PRINTABLE };

enum coding coding_named(struct span name); /* CODING_NONE for what is not known */
struct span coding_decode(enum coding, struct span text, struct arena *);
struct span coding_word(char letter, struct span text, struct arena *); /* RFC 2047: 'B' or 'Q' */
int coding_hex_digit(char);                                             /* -1 for what is none */

#endif
