/* notice.h - a mail that the desk writes of its own accord, to its administrator: plain text, RFC 5322, and RFC 3834's auto-generated.
 * Pure. */
#ifndef MAIL_NOTICE_H
#define MAIL_NOTICE_H

#include "mail/reply.h"

/* subject and text are UTF-8. *ret: the whole mail, in the arena. FAIL_INPUT: the recipient can not be used; FAIL_CONFIG: the desk's
 * address can not. */
int notice_write(const char *recipient, const char *subject, struct span text, const struct reply_marks *, const struct reply_desk *,
                 time_t now, struct arena *, struct span *ret, struct why *why);

#endif
