/* agree.h - do two texts speak of the same thing? For kb/verify.c alone: words are compared by their beginnings, so that endings and
 * spellings do not matter (orthopedics, orthopaedic surgeons). Nothing here knows codes. */
#ifndef KB_AGREE_H
#define KB_AGREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

enum { AGREE_WORDS_MAX = 64 };

/* The words of a text that mean something: of three letters at least, no common ones. */
struct agree_words {
    struct span items[AGREE_WORDS_MAX];
    size_t count;
};

void agree_read(struct span text, struct agree_words *ret);
bool agree_has(const struct agree_words *, struct span word);

/* How many of the first one's words the second one has, in percent; 100 when the first one has none. */
unsigned agree_percent(const struct agree_words *, const struct agree_words *);

/* Two titles that differ in one word alone, left and right of it the same: the words. False for all others. */
bool agree_differ_in_one(struct span title, struct span other, struct span *word, struct span *other_word);

/* The same text but for case, white space and punctuation. */
bool agree_same(struct span, struct span);

#endif
