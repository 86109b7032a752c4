/* encode.h - text as a mail may carry it: 7 bits, CRLF, lines of at most 78. RFC 2045 section 6.7 (quoted-printable), RFC 2047
 * (encoded words), RFC 5322 section 2.2.3 (folding). Text is UTF-8; control characters never reach a header. */
#ifndef MAIL_ENCODE_H
#define MAIL_ENCODE_H

#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"

/* One line fit for a header: valid UTF-8, runs of white space and controls are one space, cut after max_bytes. */
struct span encode_one_line(struct span text, size_t max_bytes, struct arena *);

/* "Name: text", folded, encoded where plain text would not come back the same; ends in CRLF. text: of encode_one_line. */
void encode_text_field(struct buf *, const char *name, struct span text);

/* "Name: display <mailbox>". display may be empty, and is of encode_one_line; mailbox is usable (address_usable). */
void encode_mailbox_field(struct buf *, const char *name, struct span display, const char *mailbox);

/* "Date: Sat, 21 Nov 2026 09:00:00 +0000". */
void encode_date_field(struct buf *, time_t);

/* "Name: id id id", one a line. */
void encode_ids_field(struct buf *, const char *name, const char *const *ids, size_t count);

/* Content-Transfer-Encoding, an empty line and the text, which ends in CRLF. "=_" is never among what is written, whatever the text:
 * a boundary that begins so ends the body and nothing else does. */
void encode_body(struct buf *, struct span text);

#endif
