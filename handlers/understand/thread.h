/* thread.h - what a question that names no code of its own takes over from the mail before it.
 * The journal's memory of the exchange comes first, else what the mail quotes. Never the subject alone, and never another person's
 * exchange: struct thread_memory holds only what this sender was told. A question that names a code of its own takes over none, unless it
 * sets the two side by side ("can it be billed with 20693?"). */
#ifndef HANDLERS_THREAD_H
#define HANDLERS_THREAD_H

#include <stdbool.h>

#include "handlers/understand/context.h"
#include "handlers/understand/extract.h"
#include "handlers/question.h"

/* Ask the codes that the new text points at: "and its modifiers?", "both", "the second one", "does it need a 59?".
 * Sets codes and from_thread of *ret; intents must have been read. true when something was taken over. */
bool thread_take_over(const struct question_text *, const struct context *, const struct mentions *, struct arena *, struct question *ret);

/* "no, I meant the left side": the last question once more, with one thing of it changed. */
bool thread_corrects(const struct context *);

/* Of the codes taken over by a correction that names a side: those of the other side are put in their place, and RT and LT change. */
int thread_take_side(const struct context *, struct kb *, struct arena *, struct question *, struct why *);

/* The number of codes with role asked: they stand first. */
size_t thread_asked_count(const struct question *);

#endif
