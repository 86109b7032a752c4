/* walk.h - a walk without the process that reads: for tests of what follows the reading. walk_close ends it. */
#ifndef TESTS_UNIT_DAEMON_WALK_H
#define TESTS_UNIT_DAEMON_WALK_H

#include <stdlib.h>

#include "daemon/hand.h"

static inline struct walk *walk_of(const struct walk_parts *parts) {
    struct walk *walk = calloc(1, sizeof *walk);
    if (!walk)
        abort();
    walk->parts = *parts;
    walk->batch_arena = arena_new(BATCH_ARENA_BYTES);
    walk->reading_arena = arena_new(READING_ARENA_BYTES);
    walk->own_arena = arena_new(OWN_ARENA_BYTES);
    return walk;
}

#endif
