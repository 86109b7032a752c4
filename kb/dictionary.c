#include "kb/dictionary.h"

#include <stdlib.h>

enum { SLOTS_LEAST = 64 };

/* FNV-1a, 64 bits. */
static uint64_t hash(struct span text) {
    uint64_t ret = 0xcbf29ce484222325u;
    for (size_t i = 0; i < text.len; i++)
        ret = (ret ^ (unsigned char)text.ptr[i]) * 0x100000001b3u;
    return ret ^ ret >> 32;
}

static struct dictionary_slot *new_slots(size_t count) {
    struct dictionary_slot *ret = calloc(count, sizeof *ret);
    if (!ret) {
        fputs("out of memory\n", stderr);
        abort();
    }
    return ret;
}

void dictionary_init(struct dictionary *dictionary, size_t count) {
    size_t room = SLOTS_LEAST;
    while (room < count * 2)
        room *= 2;
    *dictionary = (struct dictionary){new_slots(room), room - 1, 0};
}

void dictionary_free(struct dictionary *dictionary) {
    free(dictionary->slots);
    *dictionary = (struct dictionary){NULL, 0, 0};
}

static struct dictionary_slot *slot_of(const struct dictionary *dictionary, struct span key) {
    size_t at = (size_t)hash(key) & dictionary->mask;
    while (dictionary->slots[at].ptr) {
        struct dictionary_slot *slot = &dictionary->slots[at];
        if (span_equal((struct span){slot->ptr, slot->len}, key))
            break;
        at = (at + 1) & dictionary->mask;
    }
    return &dictionary->slots[at];
}

bool dictionary_get(const struct dictionary *dictionary, struct span key, uint32_t *ret) {
    const struct dictionary_slot *slot = slot_of(dictionary, key);
    if (slot->ptr)
        *ret = slot->value;
    return slot->ptr != NULL;
}

static void grow(struct dictionary *dictionary) {
    struct dictionary larger = {new_slots((dictionary->mask + 1) * 2), dictionary->mask * 2 + 1, dictionary->count};
    for (size_t i = 0; i <= dictionary->mask; i++) {
        const struct dictionary_slot *slot = &dictionary->slots[i];
        if (slot->ptr)
            *slot_of(&larger, (struct span){slot->ptr, slot->len}) = *slot;
    }
    free(dictionary->slots);
    *dictionary = larger;
}

void dictionary_put(struct dictionary *dictionary, struct span key, uint32_t value) {
    struct dictionary_slot *slot = slot_of(dictionary, key);
    if (!slot->ptr && ++dictionary->count * 2 > dictionary->mask) {
        grow(dictionary);
        slot = slot_of(dictionary, key);
    }
    *slot = (struct dictionary_slot){key.ptr, (uint32_t)key.len, value};
}
