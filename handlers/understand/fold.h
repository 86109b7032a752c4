/* fold.h - a text as a typewriter would have written it, so that rules about form need to know one spelling of each character.
 * Digits of any script and full-width letters become ASCII, dashes '-', quotes ' and ", spaces ' ', bullets '|', currency signs '$';
 * accents are dropped; soft hyphens, zero-width and direction marks and trademark signs vanish; pictures become spaces. Other letters stay
 * as they are (UTF-8). Lines end in LF. */
#ifndef HANDLERS_FOLD_H
#define HANDLERS_FOLD_H

#include "base/buf.h"
#include "base/span.h"

/* Append the folded text, at most max bytes of it; a character is never cut. Broken UTF-8 becomes '?'. */
void fold_text(struct buf *, struct span text, size_t max);

#endif
