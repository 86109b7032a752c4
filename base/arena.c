#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sanitized.h"

/* AddressSanitizer sees what leaves a piece only where the arena tells it: pieces lie apart then, and what is between them may not be touched. */
#if SANITIZED
#include <sanitizer/asan_interface.h>
enum { APART_BYTES = 16 };
__attribute__((noinline)) static void forbid(void *from, size_t bytes) { __asan_poison_memory_region(from, bytes); }
static void allow(void *from, size_t bytes) { __asan_unpoison_memory_region(from, bytes); }
#else
enum { APART_BYTES = 0 };
static void forbid(void *from, size_t bytes) { (void)from, (void)bytes; }
static void allow(void *from, size_t bytes) { (void)from, (void)bytes; }
#endif

enum { BLOCK_BYTES = 64 * 1024, GROW_FIRST = 8 };

struct block {
    struct block *next;
    size_t size, used;
    alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct block *blocks; /* the one that is filled now comes first */
    size_t cap, used;
};

static void give_up(const char *what, size_t bytes) {
    fprintf(stderr, "codingdesk: %s (%zu bytes asked for)\n", what, bytes);
    abort();
}

struct arena *arena_new(size_t cap_bytes) {
    struct arena *arena = calloc(1, sizeof *arena);
    if (!arena)
        give_up("out of memory", sizeof *arena);
    arena->cap = cap_bytes;
    return arena;
}

static void free_blocks(struct block *block) {
    while (block) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
}

void arena_clear(struct arena *arena) {
    struct block *keep = NULL;
    for (struct block *block = arena->blocks, *next; block; block = next) {
        next = block->next;
        if (!keep && block->size == BLOCK_BYTES)
            keep = block;
        else
            free(block);
    }
    if (keep) {
        keep->next = NULL;
        keep->used = 0;
        forbid(keep->bytes, keep->size);
    }
    arena->blocks = keep;
    arena->used = 0;
}

void arena_free(struct arena *arena) {
    if (!arena)
        return;
    free_blocks(arena->blocks);
    free(arena);
}

size_t arena_used(const struct arena *arena) { return arena->used; }

static struct block *add_block(struct arena *arena, size_t bytes) {
    size_t size = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
    struct block *block = malloc(sizeof *block + size);
    if (!block)
        give_up("out of memory", bytes);
    block->next = arena->blocks;
    block->size = size;
    block->used = 0;
    forbid(block->bytes, size);
    arena->blocks = block;
    return block;
}

void *arena_alloc(struct arena *arena, size_t bytes) {
    size_t step = alignof(max_align_t);
    if (bytes > arena->cap || arena->used > arena->cap - bytes)
        give_up("an exchange needs more memory than its cap", bytes);
    size_t whole = (bytes + step - 1) / step * step, taken = whole + APART_BYTES;
    struct block *block = arena->blocks;
    if (!block || block->size - block->used < taken)
        block = add_block(arena, taken);
    void *ret = block->bytes + block->used;
    block->used += taken;
    arena->used += whole;
    allow(ret, bytes);
    return memset(ret, 0, bytes);
}

void *arena_array(struct arena *arena, size_t count, size_t item_bytes) {
    if (item_bytes && count > SIZE_MAX / item_bytes)
        give_up("an array is too long", count);
    return arena_alloc(arena, count * item_bytes);
}

char *arena_copy(struct arena *arena, struct span text) {
    char *ret = arena_alloc(arena, text.len + 1);
    if (text.len)
        memcpy(ret, text.ptr, text.len);
    return ret;
}

char *arena_printf(struct arena *arena, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *ret = arena_alloc(arena, (size_t)(len < 0 ? 0 : len) + 1);
    if (len > 0)
        vsnprintf(ret, (size_t)len + 1, format, again);
    va_end(again);
    return ret;
}

/* The room doubles whenever the count reaches a power of two, so no capacity need be stored. */
void *arena_grow(struct arena *arena, void *items, size_t count, size_t item_bytes) {
    if (count == 0)
        return arena_array(arena, GROW_FIRST, item_bytes);
    if (count < GROW_FIRST || (count & (count - 1)) != 0)
        return items;
    void *ret = arena_array(arena, count * 2, item_bytes);
    return memcpy(ret, items, count * item_bytes);
}
