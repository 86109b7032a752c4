/* passages.h - a mail's text, cut into what is new, what is quoted and what is signature. Heuristics by lines; docs/DEVIATIONS.md
 * lists them. Where nothing new would remain, what was forwarded is split again, and at last everything is new. */
#ifndef MAIL_PASSAGES_H
#define MAIL_PASSAGES_H

#include <stddef.h>

#include "base/arena.h"
#include "base/passage.h"
#include "base/span.h"

/* text: UTF-8 with LF. The passages are slices of it, trimmed of blank lines. */
struct passage *passages_split(struct span text, struct arena *, size_t *ret_count);

#endif
