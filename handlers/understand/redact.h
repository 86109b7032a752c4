/* redact.h - finds in a question what may tell who the patient is, and writes the question without it: "[DOB]" says what was there.
 * Told by form (a social security number), by the words around (a number behind "chart"), and by the names that names.h marked. Kinds follow
 * the identifiers of 45 CFR 164.514(b)(2): names, birth dates and ages over 89, social security, record, account, member, claim and other
 * numbers, phones, addresses, e-mail addresses, links that bear a number. So are tokens of the desk's own mails, which open something. Dates of service, doses, money, payers, and whatever was taken for
 * a code stay: the answer needs them.
 * Order: context_read, codes_find, redact_mark, then whatever reads words (they leave masked ones out), redact_write. Pure. */
#ifndef HANDLERS_REDACT_H
#define HANDLERS_REDACT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/date.h"
#include "handlers/understand/context.h"
#include "kb/kb.h"

/* The kept text ends at a word before the first, what is kept of quoted text before the second. */
enum { REDACT_TEXT_BYTES = 16 << 10, REDACT_QUOTED_BYTES = 2 << 10 };

/* Sets token.mask in all kinds of text. The knowledge base tells words from names. */
void redact_mark(struct context *, struct kb *, struct date today);

/* subject: as the mail has it. Of the text what is new, without its closing lines; behind it, with "> " before each line, the beginning of
 * what is quoted where the new text points there. */
void redact_write(const struct context *, const char *subject, bool with_quoted, struct arena *, struct redacted *ret);

#endif
