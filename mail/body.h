/* body.h - which of the parts is the text a person reads, and that text as UTF-8 lines. */
#ifndef MAIL_BODY_H
#define MAIL_BODY_H

#include "mail/mime.h"

struct body {
    struct span text; /* UTF-8, LF, no NUL */
    bool from_html;
    bool complete; /* the parts it was made of are closed */
};

/* multipart/alternative: plain unless it is blank or a stub, else HTML. multipart/mixed: all inline texts. An attached
 * message follows below a "Forwarded message" mark; other attachments are not read. */
struct body body_text(const struct mime *, const struct message_limits *, struct arena *);

#endif
