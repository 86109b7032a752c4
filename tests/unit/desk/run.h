/* run.h - the command line in a process of its own, as a shell would start it. */
#ifndef TESTS_DESK_RUN_H
#define TESTS_DESK_RUN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "desk/command.h"

enum { WORDS = 16, OUTPUT_BYTES = 256 * 1024 };

/* What the last run wrote. */
static char out[OUTPUT_BYTES], err[OUTPUT_BYTES];

static inline void take_output(FILE *file, char ret[static OUTPUT_BYTES]) {
    rewind(file);
    ret[fread(ret, 1, OUTPUT_BYTES - 1, file)] = '\0';
    fclose(file);
}

/* words ends with NULL. The exit status; -1 when it was killed. */
static inline int run(const char *const *words) {
    FILE *to = tmpfile(), *complaints = tmpfile();
    char *argv[WORDS + 2] = {"codingdesk"};
    int argc = 1, status;
    assert_non_null(to);
    assert_non_null(complaints);
    for (; words[argc - 1]; argc++)
        argv[argc] = strdup(words[argc - 1]);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(fileno(to), STDOUT_FILENO);
        dup2(fileno(complaints), STDERR_FILENO);
        _exit(command_main(argc, argv));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    for (int i = 1; i < argc; i++)
        free(argv[i]);
    take_output(to, out);
    take_output(complaints, err);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#endif
