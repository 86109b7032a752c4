/* bounce.h - what a mail system reports of a mail that was sent: which one, to whom, and what became of it. RFC 3464, 6522, 6533; and
 * the manners of those who do not follow them: qmail, Exim and sendmail in plain text, Exchange.
 * Pure. All of it is what a stranger wrote: whoever acts on it first finds one of message_ids among those he made himself, and one of
 * recipients as the person he wrote to. */
#ifndef MAIL_BOUNCE_H
#define MAIL_BOUNCE_H

#include "mail/message.h"

/* The worst first. */
enum bounce_action {
    BOUNCE_NONE,      /* the mail is no such report */
    BOUNCE_FAILED,    /* it came back */
    BOUNCE_DELAYED,   /* it is tried further */
    BOUNCE_DELIVERED, /* delivered, relayed or expanded */
};

/* Flat, so that it can come from another process. Texts are never NULL, printable ASCII, one line unless said otherwise. */
struct bounce {
    enum bounce_action action;
    const char *status;      /* RFC 3463: "5.1.1"; "" when not told */
    const char *diagnostic;  /* what the other server said, at most 200 bytes; "" when not told */
    const char *message_ids; /* one a line, at most 50: those of the returned header, then In-Reply-To and References */
    const char *recipients;  /* one a line, at most 50: to whom this action applies; where none is named, the To of the returned header */
};

/* raw and whole: what message_read made the message of. */
void bounce_read(struct span raw, bool whole, const struct message *, const struct message_limits *, struct arena *, struct bounce *ret);

struct bounce bounce_copy(const struct bounce *, struct arena *);

#endif
