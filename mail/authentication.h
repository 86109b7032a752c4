/* authentication.h - what our own mail server found out about the sender: Authentication-Results, RFC 8601, with DMARC's (RFC 7489) idea
 * of a domain that is aligned with From's.
 *
 * Anybody can write such a field, so of a field only its place and its name tell whose it is. Believed is
 * - a pass: of the topmost field that bears exactly our authserv-id, and of no other. Mail servers put their fields on top, so what ours
 *   wrote stands above all that came from outside; a field further down may be forged, even where it looks as if it went on from ours.
 *   Where the server adds its fields one by one (SPF, DKIM, DMARC), the last one added is the topmost; DMARC's ought to be that.
 *   A server that leaves mail without a field of its own must remove foreign ones with its id (RFC 8601 section 5), or a forged one
 *   would be the topmost.
 * - dmarc=fail: of any field with our authserv-id. Nobody gains by adding that to mail of his own.
 * Fields of other servers count for nothing, nor does what ARC (RFC 8617) hands on of them. Pure. */
#ifndef MAIL_AUTHENTICATION_H
#define MAIL_AUTHENTICATION_H

#include "mail/message.h"

enum sender_trust {
    SENDER_UNVERIFIED, /* nothing was said that could be believed */
    SENDER_VERIFIED,   /* the mail comes from the domain of its From: dmarc=pass, or an aligned dkim=pass or spf=pass */
    SENDER_REFUTED,    /* dmarc=fail: it says to come from a domain that disowns it */
};
extern const char *const sender_trust_texts[]; /* "unverified", "verified", "refuted" */

/* authserv_id: as our server writes it, compared ignoring case; NULL: nothing can be verified. A mail with several From is never verified.
 */
enum sender_trust authentication_judge(const struct message *, const char *authserv_id);

#endif
