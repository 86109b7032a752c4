/* note.h - what the journal gets to know of a reading. Inside daemon/ and the exchange tests only. */
#ifndef DAEMON_NOTE_H
#define DAEMON_NOTE_H

#include "base/arena.h"
#include "reader/reader.h"
#include "store/journal.h"

/* Fill action, reason, asker, handler, intents, codes, keywords, the draft, and the reply's id and text; everything is copied into the
 * arena. */
void note_reading(const struct reading *, struct arena *, struct exchange_row *ret);

/* "CPT seed 2026-11, ICD10CM FY2026": what answers are made from just now. */
const char *note_editions(struct kb *, struct arena *);

#endif
