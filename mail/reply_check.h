/* reply_check.h - is this the mail that reply_write makes? For whoever sends what another process wrote. Pure. */
#ifndef MAIL_REPLY_CHECK_H
#define MAIL_REPLY_CHECK_H

#include "mail/reply.h"

/* 7-bit, CRLF alone, no line too long; a header of the fields that a reply has, none twice; from the desk to this recipient alone, marked
 * as an automatic reply, with these marks. FAIL_INPUT: it is not; why says what is wrong, in words that hold nothing of it. */
int reply_check(struct span bytes, const char *recipient, const struct reply_marks *, const struct reply_desk *, struct why *why);

#endif
