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

/* With action BOUNCE_NONE the rest is empty. Texts are never NULL, printable ASCII, one line. */
struct bounce {
    enum bounce_action action;
    const char *status;      /* RFC 3463: "5.1.1"; "" when not told */
    const char *diagnostic;  /* what the other server said, at most 200 bytes; "" when not told */
    const char **message_ids; /* by which the mail may be known: those of the returned header, then In-Reply-To and References */
    size_t message_id_count;
    const char **recipients; /* to whom this action applies; of a report that names none, the To of the returned header */
    size_t recipient_count;
};

/* raw and whole: what message_read made the message of. */
void bounce_read(struct span raw, bool whole, const struct message *, const struct message_limits *, struct arena *, struct bounce *ret);

struct bounce bounce_copy(const struct bounce *, struct arena *);

#endif
