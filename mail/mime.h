/* mime.h - a body cut into its parts, RFC 2046. One pass over the lines with a stack of boundaries: linear in bytes, whatever the nesting.
 * libetpan's mailmime_parse is not used: it recurses (30,000 levels end the process), is quadratic in depth, and parses attached
 * messages that nobody reads here. message/rfc822 is a leaf: what somebody attached is not what he asks. */
#ifndef MAIL_MIME_H
#define MAIL_MIME_H

#include "mail/coding.h"
#include "mail/header.h"

enum { MIME_ROOT = 0 };

struct mime_part {
    struct span type;         /* "text/plain", lower case */
    struct span content_type; /* the field, for parameters */
    struct span body;         /* as written; of a multipart: empty */
    size_t parent, depth;     /* index; the root is its own parent */
    enum coding coding;
    bool multipart;
    bool attachment; /* Content-Disposition says so */
    bool named;      /* it has a file name */
    bool closed;     /* its end was seen */
};

struct mime {
    struct mime_part *parts; /* in order, parents before children; the first one is the whole */
    size_t count;
};

/* FAIL_LIMIT: deeper or more parts than the limits allow. whole: the end of body is the end of the message. */
int mime_scan(const struct header_block *, bool whole, const struct message_limits *, struct arena *, struct mime *ret, struct why *);

/* The bytes of a part without its transfer encoding, made from at most max_bytes of the body. */
struct span mime_decoded(const struct mime_part *, size_t max_bytes, struct arena *);

bool mime_is(const struct mime_part *, const char *type);

#endif
