/* packing.h - numbers as bytes in the search tables: seven bits a byte, the lowest first, the eighth bit says that more follow.
 * A reader never runs over its end: what is cut off reads as 0, and packed_left is false from then on. */
#ifndef KB_PACKING_H
#define KB_PACKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that grow. Out of memory ends the process, as an arena does. */
struct packing {
    uint8_t *ptr;
    size_t len, room;
};

void packing_put(struct packing *, uint32_t number);
void packing_free(struct packing *);

struct packed {
    const uint8_t *at, *end;
};

static inline bool packed_left(const struct packed *packed) { return packed->at < packed->end; }

static inline uint32_t packed_next(struct packed *packed) {
    uint32_t ret = 0;
    for (unsigned shift = 0; packed->at < packed->end && shift < 32; shift += 7) {
        uint8_t byte = *packed->at++;
        ret |= (uint32_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return ret;
    }
    packed->at = packed->end;
    return 0;
}

#endif
