/* cues.h - the words that tell: which intent a phrase speaks for, and what kind of number follows a word.
 * Data, read by the build: cues/intents.txt and cues/numbers.txt. */
#ifndef HANDLERS_CUES_H
#define HANDLERS_CUES_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "handlers/understand/extract.h"
#include "handlers/question.h"
#include "handlers/understand/sentences.h"

/* What a phrase speaks for beside the intents. */
enum {
    CUE_ADVICE = INTENT_COUNT, /* how to treat somebody */
    CUE_ASKING,                /* its sentence asks, with a question mark or without */
    CUE_CODING,                /* its sentence is about coding or paying: no advice is sought in it */
    CUE_PERSON,                /* its sentence asks what no file of codes tells: a dispute, a refund, what this service costs */
    CUE_ASIDE,                 /* its sentence tells of the asker's habits and tools: no word of it describes the case */
    CUE_AIMS
};

/* A phrase that speaks for something. The pattern is words in lower case without accents, one blank between:
 *   a|b  one of these      abc*  a word beginning so      ..  up to four words, none of them a sentence's end
 *   ...  any words (for patterns that begin with <none>, <one>, <many> or <thread>: two gaps of that kind would be slow)
 * and these for what is no word: <code> (of any system but modifiers) <px> (CPT, HCPCS) <dx> (ICD-10-CM) <pcs> <mod> (a modifier that
 * stands alone) <with> (behind a code that has modifiers) <n> (another number) <times> ("x2") ? . + = $, <begin> before a sentence and
 * <start> before that at the beginning of subject and text, <end> behind all. Before the text stand: <none>, <one> or <many> for the codes asked, <thread>
 * when they were taken from earlier mail. */
struct intent_cue {
    int aim; /* enum intent, or one of the above */
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
extern const struct number_cue number_cues[]; /* sorted by word */
extern const size_t number_cue_count;

/* NULL when the word tells nothing. */
const struct number_cue *cue_before_number(struct span lower);

/* Sets of sentences: bit i is sentences->items[i]. */
#define SENTENCE(i) ((uint64_t)1 << (i))
#define ALL_SENTENCES UINT64_MAX

/* Which cues fired, and where. A cue counts once in a set of sentences, however often it stands there. */
struct cues_fired {
    const uint64_t *sentences; /* of each cue */
    uint64_t aimed[CUE_AIMS];  /* where any cue speaks for an aim */
    size_t word_count;         /* of the whole text */
};

/* asked: how many codes are; from_thread: they come from earlier mail. */
void cues_fire(const struct context *, const struct mentions *, const struct sentence_list *, size_t asked, bool from_thread,
               struct arena *, struct cues_fired *ret);

#endif
