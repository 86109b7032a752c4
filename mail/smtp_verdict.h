/* smtp_verdict.h - what a refusing answer of a submission server means for the letter: is it refused, or only put off, and is the letter
 * at fault or are we? RFC 5321 section 4.2, RFC 4954 section 6; enhanced codes: RFC 3463 and IANA's registry (RFC 5248). Pure. */
#ifndef MAIL_SMTP_VERDICT_H
#define MAIL_SMTP_VERDICT_H

#include "base/span.h"
#include "mail/outbox.h"

/* In the order in which they are said. */
enum smtp_command { SAY_RSET, SAY_MAIL, SAY_RCPT, SAY_DATA, SAY_LETTER };

struct smtp_verdict {
    enum outbox_result result;
    enum outbox_blame blame;
};

/* code: 400 to 599, or one that does not belong there; text: the answer without it, "5.7.1 relay access denied".
 * Before RCPT nothing was said of the letter, only of us; there 530, 535 and 538 ask for TLS or a login, and no other letter will fare
 * better. From RCPT on the enhanced code tells whose fault it is. */
struct smtp_verdict smtp_verdict(enum smtp_command, int code, struct span text);

#endif
