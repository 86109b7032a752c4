/* intent.h - what the asker wants to know: cues that fire, added up by intent. The cues are data: cues_intent.def. */
#ifndef HANDLERS_INTENT_H
#define HANDLERS_INTENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "handlers/context.h"
#include "handlers/extract.h"
#include "handlers/question.h"

/* Intents, most important first, never none: a question about codes that fires no cue asks for their meaning, a text
 * without either is not coding. asked: how many codes are asked; thread: the earlier exchange, whose intents go on in a short text
 * ("and 20692?"), or NULL; from_thread: the codes come from it.
 * ret holds INTENT_COUNT. evidence: the cues that fired, strongest intent first. */
void intent_find(const struct context *, const struct mentions *, size_t asked, const struct thread_memory *thread, bool from_thread,
                 struct arena *, enum intent *ret, size_t *ret_count, const char **evidence);

/* Does the new text ask anything: a question mark, or a cue of coding? */
bool intent_is_asking(const enum intent *intents, size_t count, const struct context *);

#endif
