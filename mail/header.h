/* header.h - a header block cut into fields, and what single fields hold: parameters and message-ids.
 * The scanner is ours because libetpan's ends at the first line that is no field and so hides what stands below it; its
 * Content-Type parser drops all parameters behind a blank in an unquoted value and does not join RFC 2231 pieces. */
#ifndef MAIL_HEADER_H
#define MAIL_HEADER_H

#include "mail/message.h"

struct header_block {
    struct header *fields;
    size_t count;
    struct span body; /* what follows the block */
    bool closed;      /* the blank line was seen */
};

enum header_kind {
    HEADER_OUTER, /* blank lines and junk before the first field are skipped */
    HEADER_PART,  /* the first blank line ends it, and so does a line that begins with "--"; Content-* fields alone are kept */
};

/* Take the next line off *rest, without its end: CRLF, LF, a lone CR, and CRCRLF as one. False at the end. */
bool header_line(struct span *rest, struct span *line);

/* FAIL_LIMIT: too many fields. A block without any field is no failure here. */
int header_scan(struct span raw, enum header_kind, const struct message_limits *, struct arena *, struct header_block *ret, struct why *);

struct span header_find(const struct header *, size_t count, const char *name); /* the first one's value, or an empty span */

/* The parameter of a structured field (RFC 2045, RFC 2231: pieces are joined in the order they stand in, escapes decoded, the
 * charset dropped). ptr is NULL when there is none. */
struct span header_parameter(struct span value, const char *name, struct arena *);
/* The first token, lower case: "text/plain" of "Text/Plain; charset=x". */
struct span header_token(struct span value, struct arena *);

/* All "<left@right>" in a field, in order. */
const char **header_message_ids(struct span value, struct arena *, size_t *ret_count);

#endif
