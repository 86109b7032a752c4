/* imap_guard.h - looks at an IMAP server's bytes before libetpan 1.9.4 does. Refused is what would break it: a literal announced
 * ("{1234}" at a line's end, RFC 3501 section 4.3) larger than allowed, which it allocates unseen, and parentheses deeper than
 * anything we ask for, through which it recurses. Made unknown to it, by their last letter, are words of which a malformed use
 * makes it crash and which we have no use for.
 * Bytes inside a literal pass: a mail may hold anything. Human-readable text (after OK, NO, BAD, BYE, PREAUTH, a tag or "+")
 * announces no literal. Pure. */
#ifndef MAIL_IMAP_GUARD_H
#define MAIL_IMAP_GUARD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

enum { GUARD_HEAD_BYTES = 8, GUARD_TAIL_BYTES = 24, GUARD_DEPTH = 32, GUARD_WORDS = 5 };

struct imap_guard {
    size_t inside;               /* bytes of a literal that are still to come */
    size_t line_bytes;           /* since the line began or the literal ended */
    size_t depth;                /* of parentheses */
    size_t matched[GUARD_WORDS]; /* letters of each of the words */
    bool quoted, escaped;
    bool continued; /* this line goes on after a literal */
    bool textual;   /* of the line before the literal */
    char head[GUARD_HEAD_BYTES], tail[GUARD_TAIL_BYTES];
};

/* The next bytes. False: they must not go on. Start with a zeroed guard. */
bool imap_guard_pass(struct imap_guard *, char *bytes, size_t count, size_t max_literal_bytes);

#endif
