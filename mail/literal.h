/* literal.h - watches the bytes of an IMAP server for announced literals ("{1234}" at a line's end), RFC 3501 section 4.3.
 * libetpan allocates what is announced, so whoever feeds it must look first. Bytes inside a literal are skipped: a mail may
 * hold anything. Human-readable text (after OK, NO, BAD, BYE, PREAUTH, a tag or "+") announces none. Pure. */
#ifndef MAIL_LITERAL_H
#define MAIL_LITERAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

enum { LITERAL_HEAD_BYTES = 8, LITERAL_TAIL_BYTES = 24 };

struct literal_watch {
    size_t inside; /* bytes of a literal that are still to come */
    size_t line_bytes;
    bool continued; /* this line goes on after a literal */
    bool textual;   /* the line that a literal interrupted announces none */
    char head[LITERAL_HEAD_BYTES], tail[LITERAL_TAIL_BYTES];
};

/* The next bytes. False: a literal larger than max bytes was announced. Start with a zeroed watch. */
bool literal_watch(struct literal_watch *, struct span bytes, size_t max);

#endif
