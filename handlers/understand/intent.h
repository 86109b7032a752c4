/* intent.h - what the asker wants to know: the points of the cues that fired (cues.h), added up by intent. */
#ifndef HANDLERS_INTENT_H
#define HANDLERS_INTENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "handlers/understand/context.h"
#include "handlers/understand/cues.h"
#include "handlers/question.h"

/* An intent is asked from INTENT_ENOUGH points on; INTENT_CLEAR of them leave little doubt. */
enum { INTENT_ENOUGH = 4, INTENT_CLEAR = 7 };

/* Points of what a cue speaks for (enum intent, CUE_ADVICE, ...) in these sentences. */
int intent_points(const struct cues_fired *, int aim, uint64_t sentences);

/* The strongest intent of these sentences: its points, and those of the next one. has_codes: what asks about a code is coding. */
struct intent_lead {
    enum intent intent;
    int points, next;
};
struct intent_lead intent_lead(const struct cues_fired *, uint64_t sentences, bool has_codes);

/* Do these sentences ask how to treat somebody, rather than how to code it? */
bool intent_is_advice(const struct cues_fired *, uint64_t sentences);

/* Intents of the whole text, most important first, never none: a question about codes that fires no cue asks for their meaning, a text
 * without either is not coding. asked: how many codes are asked; thread: the earlier exchange, whose intents go on in a short text
 * ("and 20692?"), or NULL.
 * ret holds INTENT_COUNT. evidence: the cues that fired, strongest intent first. */
void intent_find(const struct cues_fired *, size_t asked, const struct thread_memory *thread, struct arena *, enum intent *ret,
                 size_t *ret_count, const char **evidence);

/* Does the new text ask anything: a question mark, or a cue of coding? */
bool intent_is_asking(const enum intent *intents, size_t count, const struct context *context);

#endif
