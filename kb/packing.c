#include "kb/packing.h"

#include <stdlib.h>

enum { NUMBER_BYTES = 5, ROOM_FIRST = 16 };

void packing_put(struct packing *packing, uint32_t number) {
    if (packing->room - packing->len < NUMBER_BYTES) {
        size_t room = packing->room ? packing->room + packing->room / 2 : ROOM_FIRST;
        uint8_t *larger = realloc(packing->ptr, room);
        if (!larger) {
            fputs("out of memory\n", stderr);
            abort();
        }
        packing->ptr = larger;
        packing->room = room;
    }
    for (; number >= 0x80; number >>= 7)
        packing->ptr[packing->len++] = (uint8_t)(number | 0x80);
    packing->ptr[packing->len++] = (uint8_t)number;
}

void packing_free(struct packing *packing) {
    free(packing->ptr);
    *packing = (struct packing){NULL, 0, 0};
}
