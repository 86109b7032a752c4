/* inquiry.h - a question -> the things that it asks, each to be answered by itself.
 * What an answer to one tells anyhow is not asked a second time: who learns how two codes differ learns what they are. */
#ifndef HANDLERS_INQUIRY_H
#define HANDLERS_INQUIRY_H

#include "base/arena.h"
#include "handlers/question.h"

/* Fills inquiries and inquiry_count from the rest of the question, whose codes and keywords they point to. Never none. */
void inquiries_find(struct question *, struct arena *);

/* How many of its codes, of these systems (bits 1u << SYSTEM_CPT), something can be said of: they hold on the day, or have figures. */
size_t inquiry_holding(const struct inquiry *, unsigned systems);

#endif
