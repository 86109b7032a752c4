/* dictionary.h - texts to numbers: an open hash table. The texts stay the caller's and must outlive it. */
#ifndef KB_DICTIONARY_H
#define KB_DICTIONARY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct dictionary {
    struct dictionary_slot {
        const char *ptr; /* NULL: free */
        uint32_t len, value;
    } * slots;
    size_t mask, count;
};

/* Room for this many without growing. Out of memory ends the process, as an arena does. */
void dictionary_init(struct dictionary *, size_t count);
void dictionary_free(struct dictionary *);

bool dictionary_get(const struct dictionary *, struct span key, uint32_t *ret);
void dictionary_put(struct dictionary *, struct span key, uint32_t value); /* replaces */

#endif
