/* fixture.h - a file of FIXTURES (or any path) as a span, and a message read from it. */
#ifndef TESTS_UNIT_MAIL_FIXTURE_H
#define TESTS_UNIT_MAIL_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "mail/message.h"

enum { ARENA_BYTES = 64 << 20, FILE_BYTES = 16 << 20 };

static inline struct span file_text(const char *path, struct arena *arena) {
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("%s can not be opened", path);
    struct buf all;
    buf_init(&all, FILE_BYTES);
    char some[4096];
    for (size_t got; (got = fread(some, 1, sizeof some, file)) > 0;)
        buf_add(&all, (struct span){some, got});
    fclose(file);
    if (buf_full(&all))
        fail_msg("%s is too big", path);
    struct span ret = {buf_keep(&all, arena), all.len};
    buf_free(&all);
    return ret;
}

static inline struct span fixture_text(const char *name, struct arena *arena) {
    return file_text(arena_printf(arena, FIXTURES "/%s.eml", name), arena);
}

static inline struct message fixture_message(const char *name, struct arena *arena) {
    struct message message;
    struct why why;
    if (message_read(fixture_text(name, arena), true, &message_default_limits, arena, &message, &why))
        fail_msg("%s: %s", name, why.text);
    return message;
}

#endif
