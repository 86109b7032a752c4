/* thread.h - what a question that names no code of its own takes over from the mail before it.
 * The journal's memory of the exchange comes first, else what the mail quotes. Never the subject alone, and never another person's
 * exchange: struct thread_memory holds only what this sender was told. A question that names a code of its own takes over none. */
#ifndef HANDLERS_THREAD_H
#define HANDLERS_THREAD_H

#include <stdbool.h>

#include "handlers/context.h"
#include "handlers/extract.h"
#include "handlers/question.h"

/* Ask the codes that the new text points at: "and its modifiers?", "both", "the second one", "does it need a 59?".
 * Sets codes and from_thread of *ret; intents must have been read. true when something was taken over. */
bool thread_take_over(const struct question_text *, const struct context *, const struct mentions *, struct arena *, struct question *ret);

/* The number of codes with role asked: they stand first. */
size_t thread_asked_count(const struct question *);

#endif
