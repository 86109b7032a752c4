/* small.h - a knowledge base made of fixtures/small.json in a folder of its own, for one test program. */
#ifndef TESTS_KB_SMALL_H
#define TESTS_KB_SMALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "kb/build.h"
#include "kb/kb.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

struct small {
    char folder[64], path[96];
    struct arena *arena;
    struct kb *kb;
};

static inline struct date day(const char *iso) {
    struct date ret;
    if (!date_parse(span_of(iso), &ret))
        fail_msg("no day: %s", iso);
    return ret;
}

static inline void build_small(const char *path) {
    const char *files[] = {FIXTURES "/small.json"};
    struct buf problems;
    struct why why;
    buf_init(&problems, 1 << 16);
    if (kb_build(path, files, 1, &problems, &why))
        fail_msg("%s\n%s", why.text, buf_span(&problems).ptr);
    buf_free(&problems);
}

static inline int open_small(void **state) {
    struct small *small = calloc(1, sizeof *small);
    struct why why;
    assert_non_null(small);
    snprintf(small->folder, sizeof small->folder, "/tmp/unit-kb-XXXXXX");
    assert_non_null(mkdtemp(small->folder));
    snprintf(small->path, sizeof small->path, "%s/kb.sqlite", small->folder);
    build_small(small->path);
    small->arena = arena_new(16 << 20);
    if (kb_open(small->path, &small->kb, &why))
        fail_msg("%s", why.text);
    *state = small;
    return 0;
}

static inline int close_small(void **state) {
    struct small *small = *state;
    kb_close(small->kb);
    arena_free(small->arena);
    unlink(small->path);
    int left = rmdir(small->folder);
    free(small);
    return left;
}

#endif
