/* arena.h - memory of one exchange: all that it points to lives and dies with it.
 * Allocation never returns NULL: whoever sizes the input sizes the cap, and going over it (or out of memory) ends the
 * process with a line on stderr. The exchange that was under way is in the journal and its attempt is counted there. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/span.h"

struct arena;

struct arena *arena_new(size_t cap_bytes);
void arena_clear(struct arena *); /* forget everything, keep one block for the next exchange */
void arena_free(struct arena *);  /* NULL is fine */
size_t arena_used(const struct arena *);

void *arena_alloc(struct arena *, size_t bytes);                    /* zeroed, aligned for any type */
void *arena_array(struct arena *, size_t count, size_t item_bytes); /* zeroed, the product is checked */
char *arena_copy(struct arena *, struct span);                      /* NUL-terminated */
__attribute__((format(printf, 2, 3))) char *arena_printf(struct arena *, const char *format, ...);

/* Room for one more item in an array that grows by doubling inside the arena: returns items, moved if need be.
 * items may be NULL while count is 0. */
void *arena_grow(struct arena *, void *items, size_t count, size_t item_bytes);

#endif
