#include "kb/relevance.h"

#include <stdint.h>
#include <string.h>

#include "kb/finder.h"
#include "kb/handle.h"
#include "kb/words.h"

enum { SHORTEST_WORD = 2 };

static size_t place_of(const struct kb_terms *terms, const struct stem *stem) {
    size_t at = 0;
    while (at < terms->count && (terms->items[at].len != stem->len || memcmp(terms->items[at].text, stem->text, stem->len) != 0))
        at++;
    return at;
}

int kb_terms(struct kb *kb, struct span words, struct arena *arena, struct kb_terms *ret, struct why *why) {
    struct finder *finder = finder_of(kb, why);
    struct stem *items = arena_array(arena, KB_TERMS_MAX, sizeof *items), stem;
    struct span word;
    if (!finder)
        return FAIL_SYSTEM;
    *ret = (struct kb_terms){.kb = kb, .items = items};
    while (ret->count < KB_TERMS_MAX && words_next_whole(&words, &word))
        if (word.len >= SHORTEST_WORD && !words_common(word) && stemmer_stem(&finder->stemmer, word, &stem) &&
            place_of(ret, &stem) == ret->count)
            items[ret->count++] = stem;
    return 0;
}

size_t kb_terms_found(const struct kb_terms *terms, const char *text) {
    struct span rest = span_of(text), word;
    uint64_t found = 0;
    struct stem stem;
    size_t ret = 0;
    while (terms->count > 0 && words_next_whole(&rest, &word))
        if (word.len >= SHORTEST_WORD && !words_common(word) && stemmer_stem(&terms->kb->finder->stemmer, word, &stem)) {
            size_t at = place_of(terms, &stem);
            found |= at < terms->count ? UINT64_C(1) << at : 0;
        }
    for (; found; found &= found - 1)
        ret++;
    return ret;
}
