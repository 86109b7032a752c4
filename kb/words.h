/* words.h - a text as words for the search: the same cut for the index and for a question. */
#ifndef KB_WORDS_H
#define KB_WORDS_H

#include <stdbool.h>

#include "base/span.h"

/* Take the next run of letters, digits and bytes above ASCII off *rest. False at the end. */
bool words_next(struct span *rest, struct span *word);

/* Too common to search for, in English or in the talk of coders. Ignores case. */
bool words_common(struct span word);

/* words_next, without the s of "skier's". */
bool words_next_whole(struct span *rest, struct span *word);

/* A word that no text is told by ("the", "of"): neither indexed nor searched for. Ignores case. */
bool words_silent(struct span word);

/* "and", "or": what stands before and behind it belongs together. Ignores case. */
bool words_joins(struct span word);

/* May this be a keyword at all? Letters alone, so no number of anybody, and at least two. */
bool words_plain(struct span word);

#endif
