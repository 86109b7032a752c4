/* hostile.h - a mail that means harm goes the whole way of the reader, and all of holds.h must hold of what comes out. */
#ifndef TESTS_FUZZ_HOSTILE_H
#define TESTS_FUZZ_HOSTILE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "tests/fuzz/holds.h"

enum { ARENA_BYTES = 512 << 20, KIB = 1024, MIB = 1024 * KIB };

#define WHO "From: Asa <asker@clinic.example>\r\nTo: desk@desk.example\r\nMessage-ID: <q1@clinic.example>\r\n"
#define ASKS "What is CPT 20693?\r\n"

static const time_t CLOCK = 1795251600; /* 2026-11-21 */
static struct kb *kb;

static inline struct reader_desk desk_of(struct overheard *overheard) {
    static const char *const addresses[] = {"desk@desk.example"};
    static const struct sign_key key = {"a key that everybody knows"};
    overheard->recall = (struct recall){.now = CLOCK, .identity = {.account = "hostile", .domain = "desk.example", .key = &key}};
    return (struct reader_desk){
        .gate = {.addresses = addresses, .address_count = 1, .max_hops = 25},
        .reply = {.from_address = "desk@desk.example", .from_name = "Coding desk"},
        .recall = overhear,
        .recall_context = overheard,
        .acknowledge = true,
        .least_confidence = ANSWER_LEAST_CONFIDENCE,
        .limits = message_default_limits,
    };
}

/* What came of a mail. */
struct outcome {
    int failed;
    struct reading reading;
};

/* All must hold of it, whatever it is. */
static inline struct outcome read_mail(const char *name, struct span raw, bool whole, struct arena *arena, struct why *why) {
    struct overheard *overheard = arena_alloc(arena, sizeof *overheard);
    const struct reader_desk desk = desk_of(overheard);
    struct outcome ret = {.failed = reader_read(raw, whole, &desk, kb, CLOCK, arena, &ret.reading, why)};
    const char *breach = ret.failed ? NULL : breach_of_reading(&ret.reading, raw, &desk, arena);
    if (breach)
        fail_msg("%s: does not hold: %s", name, breach);
    return ret;
}

static inline int open_kb(void **state) {
    struct why why;
    (void)state;
    return kb_open(KB_FILE, &kb, &why);
}

static inline int close_kb(void **state) {
    (void)state;
    kb_close(kb);
    return 0;
}

#endif
