/* cues.h - the words that tell: which intent a phrase speaks for, and what kind of number follows a word.
 * Data, one cue a line: cues_intent.def and cues_number.def. */
#ifndef HANDLERS_CUES_H
#define HANDLERS_CUES_H

#include <stddef.h>

#include "base/span.h"
#include "handlers/extract.h"
#include "handlers/question.h"

/* A phrase that speaks for an intent. The pattern is words in lower case without accents, one blank between:
 *   a|b  one of these      abc*  a word beginning so      ..  up to four words, none of them a sentence's end
 *   ...  any words (for patterns that begin with <none>, <one>, <many> or <thread>: two gaps of that kind would be slow)
 * and these for what is no word: <code> (of any system but modifiers) <px> (CPT, HCPCS) <dx> (ICD-10-CM) <pcs> <mod> (a modifier that
 * stands alone) <with> (behind a code that has modifiers) <n> (another number) <times> ("x2") ? . + = and <start> at the beginning of
 * subject and text. Before the text stand: <none>, <one> or <many> for the codes asked, <thread> when they were taken from earlier mail. */
struct intent_cue {
    enum intent intent;
    int points;
    const char *pattern;
};
extern const struct intent_cue intent_cues[];
extern const size_t intent_cue_count;

/* A word before a number: the number's system, or what else it is the number of. */
struct number_cue {
    const char *word;
    enum evidence evidence;
    unsigned systems; /* that the word names; 0: none in particular */
};

/* NULL when the word tells nothing. */
const struct number_cue *cue_before_number(struct span lower);

#endif
