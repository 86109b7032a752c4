/* message.h - bytes of a mail -> headers, text and what of the text is new. RFC 5322, 2045-2047, 2231, 3676; leniencies in
 * docs/DEVIATIONS.md.
 * Order: message_read once; the rest reads what it left. Everything lies in the arena or in the bytes given: both must outlive the message.
 * An arena of 48 MiB and five times the message is enough for any message within the limits.
 * Pure: no clock, no network, no file. Bounded: limits are checked before anything is handed to a parser. */
#ifndef MAIL_MESSAGE_H
#define MAIL_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fail.h"
#include "base/passage.h"
#include "base/span.h"

struct message_limits {
    size_t depth;        /* nested multiparts and message/rfc822; 50 */
    size_t parts;        /* 500 */
    size_t headers;      /* fields of the outermost header; 1000 */
    size_t header_bytes; /* of one unfolded field; 64 KiB; longer ones are cut */
    size_t text_bytes;   /* of the text after decoding; 512 KiB; longer ones are cut */
};
extern const struct message_limits message_default_limits;

struct header {
    struct span name;  /* as written, without white space */
    struct span value; /* unfolded (folds become one space), trimmed; raw otherwise: encoded words are not decoded */
};

struct address {
    const char *mailbox; /* "local@domain", printable ASCII without white space, at most 254 bytes; never NULL */
    const char *name;    /* display name, decoded, one line; "" when there is none */
};

struct addresses {
    struct address *items;
    size_t count;
};

struct message {
    struct header *headers; /* the outermost header in order, repeated fields repeated */
    size_t header_count;

    struct addresses from, sender, reply_to, to, cc; /* addresses that can not be used are left out */
    const char *subject;     /* decoded, one line, "" when there is none */
    const char *message_id;  /* "<left@right>", printable ASCII, at most 998 bytes; NULL when missing or unusable */
    const char **references; /* message-ids of References, else of In-Reply-To; oldest first */
    size_t reference_count;
    const char **in_reply_to;
    size_t in_reply_to_count;

    const char *content_type; /* of the whole: "text/plain", lower case; the default when missing or unusable */
    const char *report_type;  /* its report-type parameter, lower case, or NULL */
    bool has_report_part;     /* a message/delivery-status, message/feedback-report, message/disposition-notification or
                                 text/rfc822-headers part lies somewhere inside, attached messages not looked into */
    const char *calendar_method; /* of the first text/calendar part: "request", "reply", ... lower case, or NULL */

    struct span text;         /* the part a person reads: text/plain, else text/html rendered to text. UTF-8, LF, no NUL, signature included.
                                 A message attached to it follows as one that was forwarded inline would */
    bool text_from_html;
    bool text_complete;       /* false: the bytes given end inside this part (or before it begins): fetch the whole and read again */
    struct passage *passages; /* text, cut; in order; together they cover the text but for white space */
    size_t passage_count;
};

/* raw: the message, or its first bytes; whole says which. Bare CR and LF line ends, a leading "From " line and junk lines in the
 * header are survived. FAIL_INPUT: not a mail (no header field at all). FAIL_LIMIT: too deep, too many parts or fields. */
int message_read(struct span raw, bool whole, const struct message_limits *, struct arena *, struct message *ret, struct why *why);

/* The next field of this name (any case) after *at, or NULL. Start with *at = 0. */
const struct header *message_header(const struct message *, const char *name, size_t *at);
/* The first one's value, or an empty span. */
struct span message_field(const struct message *, const char *name);

/* "local@domain" that may stand in an SMTP command: RFC 5321 dot-string or quoted-string without CR, LF, controls or 8-bit; <= 254 bytes. */
bool address_usable(struct span mailbox);

#endif
