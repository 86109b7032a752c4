/* fuzz-NAME FILE|FOLDER... - a fuzz target over files, without a fuzzer. Names each file before it is tried, on stderr, so that a failure has a name. */
#define _XOPEN_SOURCE 700
#include <ftw.h>
#include <string.h>

#include "base/buf.h"
#include "tests/fuzz/fuzz.h"

enum { FILE_BYTES = 64 << 20, FOLDERS_OPEN = 16 };

static size_t tried;

static int try_file(const char *path, const struct stat *stat, int kind, struct FTW *ftw) {
    (void)stat, (void)ftw;
    if (kind != FTW_F)
        return 0;
    FILE *file = fopen(path, "re");
    char some[4096];
    struct buf bytes;
    must(file, path);
    buf_init(&bytes, FILE_BYTES);
    for (size_t got; (got = fread(some, 1, sizeof some, file)) > 0;)
        buf_add(&bytes, (struct span){some, got});
    fclose(file);
    must(!buf_full(&bytes), "a seed is small");
    fprintf(stderr, "%s\n", path);
    /* A copy of exactly its size: what reads behind it is seen. */
    uint8_t *copy = malloc(bytes.len + 1);
    must(copy, "memory");
    memmove(copy, bytes.ptr ? bytes.ptr : "", bytes.len);
    copy = realloc(copy, bytes.len ? bytes.len : 1);
    LLVMFuzzerTestOneInput(copy, bytes.len);
    free(copy);
    buf_free(&bytes);
    tried++;
    return 0;
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        must(nftw(argv[i], try_file, FOLDERS_OPEN, FTW_PHYS) == 0, argv[i]);
    must(tried > 0, "there is a file to try");
    printf("%zu files\n", tried);
    return 0;
}
