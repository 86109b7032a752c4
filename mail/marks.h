/* marks.h - lines by which people and programs mark quotes and signatures, in several languages. Lines come without white space at
 * their ends. Each function is pure and looks at lines alone; passages.c decides what follows from them. */
#ifndef MAIL_MARKS_H
#define MAIL_MARKS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

enum { MARKS_AHEAD = 10 }; /* lines a mark may reach over */

/* How many of these lines are "On ... Jane wrote:"; 0: they do not begin with it. */
size_t marks_attribution(const struct span *lines, size_t count);
/* How many of these lines are a block "From: / Sent: / To: / Subject:". */
size_t marks_header_block(const struct span *lines, size_t count);

bool marks_separator(struct span line);  /* "-----Original Message-----", "Begin forwarded message:" */
bool marks_rule(struct span line);       /* "________", as Outlook draws above a header block */
bool marks_device(struct span line);     /* "Sent from my iPhone" */
bool marks_disclaimer(struct span line); /* "This e-mail and any attachments are confidential ..." begins here */
bool marks_sign_off(struct span line);   /* "Kind regards," alone on its line */
bool marks_contact(struct span line);    /* a telephone number, a postal, mail or web address */

#endif
