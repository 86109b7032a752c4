/* address.h - address lists of a header field, leniently. Groups are opened, comments dropped (the last one names an address
 * that has no name), routes and "mailto:" cut off. What can not be used in an SMTP command is left out.
 * libetpan's parser is not used: it turns <"a b"@x> into "ab"@x, which is somebody else, and stops at the first comment or semicolon. */
#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

#include "mail/message.h"

struct addresses address_list(struct span value, struct arena *);

struct span address_local(struct span mailbox);  /* left of the last "@" */
struct span address_domain(struct span mailbox); /* right of it */

/* Do they differ in case or +detail alone? */
bool address_same_mailbox(struct span, struct span);

/* Is this domain the other one, or below it? Nothing is below a name without a dot. */
bool address_domain_within(struct span domain, struct span parent);

#endif
