/* trust.h - what the daemon looks at before it believes a note that came from its reader. The reader has parsed hostile bytes, so it may
 * be hostile itself: whatever it says, nothing but a reply as the desk writes them may leave, and to nobody but who is named in the
 * question's own header. */
#ifndef READER_TRUST_H
#define READER_TRUST_H

#include "reader/note.h"

/* May the reader ask about this sender? raw: the question. FAIL_INPUT, here and below: not to be used; why says what is wrong, in words
 * that hold nothing of what came. */
int trust_view(const struct sender_view *, struct span raw, const struct reader_desk *, struct why *why);

/* asked: who the reader asked about, and told: the answer to that; both NULL when it did not ask: then there can be no reply. */
int trust_note(const struct reading_note *, const struct sender_view *asked, const struct sender_memory *told, const struct reader_desk *,
               struct why *why);

#endif
