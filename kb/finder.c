#include "kb/finder.h"

#include <stdlib.h>

#include "kb/handle.h"

enum { FINDER_BYTES = 256 << 20 };

static int load(struct finder *finder, struct kb *kb, struct why *why) {
    int failed = stemmer_open(kb->db, &finder->stemmer, why);
    if (failed)
        return failed;
    if (vocabulary_load(kb->db, finder->arena, &finder->vocabulary) || match_open(kb->db, finder->arena, &finder->match))
        return handle_damaged(kb, why);
    finder->lexicon = lexicon_new(lexicon_text, &finder->stemmer);
    finder->speech = (struct speech){&finder->stemmer, finder->lexicon, &finder->vocabulary, finder->match.count, finder->arena, NULL};
    return rank_open(kb->db, &finder->speech, &finder->match, &finder->ranking) ? handle_damaged(kb, why) : 0;
}

struct finder *finder_of(struct kb *kb, struct why *why) {
    if (kb->finder)
        return kb->finder;
    struct finder *finder = calloc(1, sizeof *finder);
    if (!finder) {
        why_set(why, FAIL_SYSTEM, "out of memory");
        return NULL;
    }
    finder->arena = arena_new(FINDER_BYTES);
    if (load(finder, kb, why)) {
        finder_free(finder);
        return NULL;
    }
    return kb->finder = finder;
}

void finder_free(struct finder *finder) {
    if (!finder)
        return;
    rank_close(&finder->ranking);
    match_close(&finder->match);
    vocabulary_free(&finder->vocabulary);
    lexicon_free(finder->lexicon);
    stemmer_close(&finder->stemmer);
    arena_free(finder->arena);
    free(finder);
}
