/* Any bytes may stand in the configuration file: they are taken or refused with a report, never more. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "config/config.h"

enum { ARENA_BYTES = 64 << 20, REPORT_BYTES = 64 << 10 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static char path[] = "/tmp/codingdesk-fuzz.XXXXXX";
    static FILE *file;
    if (!file)
        file = fdopen(mkstemp(path), "w+");
    rewind(file);
    if (ftruncate(fileno(file), 0) || fwrite(bytes, 1, size, file) != size || fflush(file))
        abort();
    struct arena *arena = arena_new(ARENA_BYTES);
    struct config config;
    struct buf report;
    buf_init(&report, REPORT_BYTES);
    int failed = config_load(path, arena, &config, &report);
    if (failed && failed != FAIL_CONFIG && failed != FAIL_SYSTEM)
        abort();
    if (failed && report.len == 0)
        abort();
    buf_free(&report);
    arena_free(arena);
    return 0;
}
