/* from_seed.h - a knowledge base made of seed data that a test writes down itself. */
#ifndef TESTS_KB_FROM_SEED_H
#define TESTS_KB_FROM_SEED_H

#include "tests/unit/kb/importing.h"

#include "kb/build.h"

static inline void build_from_seed(struct importing *on, const char *seed) {
    const char *path = arena_printf(on->arena, "%s/seed.json", on->folder), *files[] = {path};
    struct buf problems;
    struct why why = {""};
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs(seed, file) >= 0);
    assert_int_equal(fclose(file), 0);
    buf_init(&problems, 1 << 16);
    if (kb_build(on->kb, files, 1, &problems, &why))
        fail_msg("%s\n%s", why.text, buf_span(&problems).ptr);
    buf_free(&problems);
    unlink(path);
}

#endif
