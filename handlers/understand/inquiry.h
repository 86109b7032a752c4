/* inquiry.h - a question -> the things that it asks, each to be answered by itself, in the order of the text.
 *
 * A sentence or clause (sentences.h) that asks is an inquiry of its own when it names codes of its own or its intent is clear
 * (INTENT_CLEAR) and another one. In doubt it goes with the one before: an unwanted part costs the reader more than it gives.
 *   - A sentence that asks nothing lends its codes and words to the inquiry behind it; the last ones to the one before.
 *   - A sentence without codes is about those of the inquiry before, else about all.
 *   - What an answer to one tells anyhow about the same codes is not asked a second time: who learns how two codes differ learns what they
 *     are.
 *   - Every asked code is in some inquiry.
 *
 * confidence is the smaller of two:
 *   intent  INQUIRY_FALLBACK when no cue fired (codes without a question). Else from 70 at INTENT_ENOUGH points to 100 at twice as many,
 *           less up to 15 as the next intent's points come near.
 *   codes   of the code that is named least plainly: 100 from five points of evidence on (five digits that are known), 10 less for each
 *           point that is missing, at least 70. Codes of earlier or quoted mail: 80. 100 where no code is asked. */
#ifndef HANDLERS_INQUIRY_H
#define HANDLERS_INQUIRY_H

#include "base/arena.h"
#include "handlers/question.h"
#include "kb/kb.h"

struct context;
struct cues_fired;
struct mentions;
struct sentence_list;

enum { INQUIRY_FALLBACK = 65 };

/* How a text was read. Borrowed. */
struct reading_of_text {
    const struct context *context;
    const struct mentions *mentions;
    const struct sentence_list *sentences;
    const struct cues_fired *fired;
};

/* Fills inquiries and inquiry_count from the rest of the question; never none. Inquiries about all codes point to the question's own.
 * intents becomes what the inquiries ask and what else is strong; asks_advice is set. */
void inquiries_find(const struct reading_of_text *, struct kb *, struct arena *, struct question *);

/* How many of its codes, of these systems (bits 1u << SYSTEM_CPT), something can be said of: they hold on the day, or have figures. */
size_t inquiry_holding(const struct inquiry *, unsigned systems);

#endif
