/* recall.h - what an earlier exchange with the same person was about, out of the journal. A reader_recall_fn; context is the journal. */
#ifndef READER_RECALL_H
#define READER_RECALL_H

#include "reader/reader.h"

int recall_exchange(void *context, const char *const *message_ids, size_t count, const char *asker, struct arena *,
                    struct thread_memory *ret, struct why *why);

#endif
