/* codingdesk-kb-build OUT JSON...: the knowledge base that is shipped, made of the seed files. */
#include <stdio.h>

#include "kb/build.h"

enum { PROBLEMS_BYTES = 1 << 20 };

int main(int argc, char **argv) {
    struct buf problems;
    struct why why;
    if (argc < 3) {
        fprintf(stderr, "usage: codingdesk-kb-build OUT JSON...\n");
        return fail_exit_status(FAIL_INPUT);
    }
    buf_init(&problems, PROBLEMS_BYTES);
    int code = kb_build(argv[1], (const char *const *)argv + 2, (size_t)argc - 2, &problems, &why);
    if (code)
        fprintf(stderr, "%scodingdesk-kb-build: %s\n", buf_span(&problems).ptr, why.text);
    buf_free(&problems);
    return fail_exit_status(code);
}
