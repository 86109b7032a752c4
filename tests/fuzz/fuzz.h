/* fuzz.h - a fuzz target: it takes any bytes, and ends the process with a sentence where something does not hold.
 * With libFuzzer (preset "fuzz") a fuzzer makes the bytes; in all other builds replay.c reads them from the files that it is given. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/span.h"
#include "kb/kb.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static inline void must(bool holds, const char *what) {
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
}

/* breach: of holds.h. */
static inline void must_hold(const char *breach) { must(!breach, breach); }

static inline struct span span_of_bytes(const uint8_t *bytes, size_t size) { return (struct span){(const char *)bytes, size}; }

/* Takes the last byte off, 0 where there is none: by it a target chooses, and any file is a seed. */
static inline uint8_t take_byte(struct span *bytes) {
    uint8_t ret = bytes->len > 0 ? (uint8_t)bytes->ptr[bytes->len - 1] : 0;
    *bytes = span_slice(*bytes, 0, bytes->len ? bytes->len - 1 : 0);
    return ret;
}

/* The knowledge base of the build, opened once. */
static inline struct kb *fuzz_kb(void) {
    static struct kb *kb;
    struct why why;
    if (!kb && kb_open(KB_FILE, &kb, &why))
        must(false, why.text);
    return kb;
}

#endif
