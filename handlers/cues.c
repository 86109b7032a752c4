#include "handlers/cues.h"

#include <string.h>

const struct intent_cue intent_cues[] = {
#define CUE(intent, points, pattern) {INTENT_##intent, points, pattern},
#include "handlers/cues_intent.def"
#undef CUE
};
const size_t intent_cue_count = sizeof intent_cues / sizeof *intent_cues;

#define PROCEDURES (1u << SYSTEM_CPT | 1u << SYSTEM_HCPCS)
#define DIAGNOSES (1u << SYSTEM_ICD10CM)
#define PCS (1u << SYSTEM_ICD10PCS)
#define TAXONOMIES (1u << SYSTEM_NUCC)

/* Sorted by word. */
static const struct number_cue number_cues[] = {
#define CUE(word, evidence, systems) {word, EVIDENCE_##evidence, systems},
#include "handlers/cues_number.def"
#undef CUE
};

static int compare(const void *key, const void *row) {
    const struct span *word = key;
    const char *text = ((const struct number_cue *)row)->word;
    size_t len = strlen(text);
    int order = memcmp(word->ptr, text, word->len < len ? word->len : len);
    return order ? order : (word->len > len) - (word->len < len);
}

const struct number_cue *cue_before_number(struct span lower) {
    return bsearch(&lower, number_cues, sizeof number_cues / sizeof *number_cues, sizeof *number_cues, compare);
}
