/* Any bytes may stand in the configuration file: they are taken or refused with a report that can be shown, never more. */
#include "config/config.h"

#include <unistd.h>

#include "base/utf8.h"
#include "tests/fuzz/fuzz.h"

enum { ARENA_BYTES = 64 << 20, REPORT_BYTES = 64 << 10 };

static void write_file(FILE *file, const uint8_t *bytes, size_t size) {
    rewind(file);
    must(ftruncate(fileno(file), 0) == 0 && fwrite(bytes, 1, size, file) == size && fflush(file) == 0, "room for the file");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static FILE *file;
    static char path[64];
    if (!file) {
        file = tmpfile();
        must(file, "a file");
        snprintf(path, sizeof path, "/proc/self/fd/%d", fileno(file));
    }
    write_file(file, bytes, size);
    struct arena *arena = arena_new(ARENA_BYTES);
    struct config config;
    struct buf report;
    buf_init(&report, REPORT_BYTES);
    int failed = config_load(path, arena, &config, &report);
    must(!failed || failed == FAIL_CONFIG || failed == FAIL_SYSTEM, "only the administrator has to change something");
    must(!failed == (report.len == 0), "a report where it failed, and only there");
    must(utf8_valid(buf_span(&report)), "a report is UTF-8");
    buf_free(&report);
    arena_free(arena);
    return 0;
}
