/* reply.h - an answer becomes the bytes of a mail: RFC 5322, 2045-2047, 3834, 5322 3.6.4 (threading).
 * 7-bit (quoted-printable where needed), CRLF, no line over 78, one recipient, multipart/alternative.
 * Nothing of the input reaches a header unescaped: what can not be written safely is left out or encoded. Pure. */
#ifndef MAIL_REPLY_H
#define MAIL_REPLY_H

#include <stddef.h>
#include <time.h>

#include "base/arena.h"
#include "base/fail.h"
#include "base/span.h"
#include "mail/message.h"

/* Who we are. Borrowed. */
struct reply_desk {
    const char *from_address;
    const char *from_name; /* may be "" */
};

#define REPLY_LOOP_FIELD "Codingdesk-Loop"

/* By what it is known when it comes back (identity.h). Borrowed. */
struct reply_marks {
    const char *message_id;
    const char *loop; /* NULL: without that field */
};

struct reply {
    const char *recipient;
    const char *subject;    /* decoded, with one "Re: " */
    const char *message_id; /* "<...>" */
    struct span bytes;      /* the whole mail, ends in CRLF */
};

/* "Re: " once, however many and in whatever language the question's subject has; a question without a subject gets fallback. */
const char *reply_subject(const char *question_subject, const char *fallback, struct arena *);

/* text and html are UTF-8; now is the Date field. FAIL_INPUT: the recipient or a mark is unusable. */
int reply_write(const struct message *question, const char *recipient, const struct reply_marks *, struct span text, struct span html,
                const struct reply_desk *, time_t now, struct arena *, struct reply *ret, struct why *why);

#endif
