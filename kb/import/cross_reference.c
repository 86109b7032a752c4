#include "kb/import/cross_reference.h"

#include <string.h>

enum { SLOTS = 1 << 18 };

/* Paths are told apart by their hash alone: two of 100,000 agree once in a few billion files, and then a word leads astray. */
struct term {
    uint64_t hash; /* 0: free */
    int64_t ids[CROSS_CODES_MAX];
};

struct waiting {
    const char *words;
    uint64_t target;
};

struct cross_references {
    struct arena *arena;
    uint32_t *slots; /* places in terms, from 1 */
    struct term *terms;
    size_t term_count;
    struct waiting *waiting;
    size_t waiting_count;
};

struct cross_references *cross_references_new(struct arena *arena) {
    struct cross_references *ret = arena_alloc(arena, sizeof *ret);
    *ret = (struct cross_references){.arena = arena, .slots = arena_array(arena, SLOTS, sizeof *ret->slots)};
    return ret;
}

static uint64_t hash_more(uint64_t hash, char c) { return (hash ^ (unsigned char)c) * 0x100000001b3u; }

/* FNV-1a of the words in lower case: blanks and commas differ between a term and what points at it. */
static uint64_t hash_of(struct span path) {
    uint64_t ret = 0xcbf29ce484222325u;
    for (size_t i = 0; i < path.len; i++) {
        if (!char_is_alnum(path.ptr[i]))
            continue;
        if (i && !char_is_alnum(path.ptr[i - 1]))
            ret = hash_more(ret, ' ');
        ret = hash_more(ret, char_lower(path.ptr[i]));
    }
    return ret ? ret : 1;
}

static uint32_t *slot_of(const struct cross_references *on, uint64_t hash) {
    size_t at = (size_t)hash % SLOTS;
    while (on->slots[at] && on->terms[on->slots[at] - 1].hash != hash)
        at = (at + 1) % SLOTS;
    return &on->slots[at];
}

void cross_term(struct cross_references *on, struct span path, const char *key) {
    uint64_t hash = hash_of(path);
    uint32_t *slot = slot_of(on, hash);
    if (!*slot) {
        if (on->term_count == CROSS_TERMS_MAX)
            return;
        on->terms = arena_grow(on->arena, on->terms, on->term_count, sizeof *on->terms);
        on->terms[on->term_count++] = (struct term){.hash = hash};
        *slot = (uint32_t)on->term_count;
    }
    struct term *term = &on->terms[*slot - 1];
    for (size_t i = 0; i < CROSS_CODES_MAX; i++)
        if (!term->ids[i]) {
            term->ids[i] = system_id(SYSTEM_ICD10CM, key);
            return;
        }
}

void cross_see(struct cross_references *on, struct span words, struct span target) {
    if (on->waiting_count == CROSS_WAITING_MAX)
        return;
    on->waiting = arena_grow(on->arena, on->waiting, on->waiting_count, sizeof *on->waiting);
    on->waiting[on->waiting_count++] = (struct waiting){arena_copy(on->arena, words), hash_of(target)};
}

size_t cross_resolve(struct cross_references *on, struct import *import) {
    size_t left = 0;
    for (size_t i = 0; i < on->waiting_count; i++) {
        uint32_t place = *slot_of(on, on->waiting[i].target);
        char key[CODE_BYTES];
        enum code_system system;
        left += !place;
        for (size_t j = 0; place && j < CROSS_CODES_MAX; j++)
            if (system_of_id(on->terms[place - 1].ids[j], &system, key))
                import_words(import, system, key, span_of(on->waiting[i].words));
    }
    return left;
}
