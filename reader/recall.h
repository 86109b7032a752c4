/* recall.h - what is known of a sender out of the journal: what an earlier exchange with the same person was about. A reader_recall_fn; context is the journal. */
#ifndef READER_RECALL_H
#define READER_RECALL_H

#include "reader/reader.h"

int recall_sender(void *context, const struct sender_view *, struct arena *, struct sender_memory *ret, struct why *why);

#endif
