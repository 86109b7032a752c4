/* bench-explain KB CODINGDESK MAIL... - how long it takes to understand and answer one mail: in a process that goes on (as the daemon), and as
 * `codingdesk explain MAIL`, a process each. One JSON object a line, times in milliseconds. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "reader/recall.h"

enum { ROUNDS = 20, PROCESS_ROUNDS = 3, MAIL_BYTES = 4 << 20, ARENA_BYTES = 512 << 20 };

static const time_t CLOCK = 1795251600; /* 2026-11-21 09:00:00 UTC */
extern char **environ;

struct bench {
    const char *kb_file, *codingdesk;
    char **mails;
    size_t mail_count, count, slowest;
    double *times;
};

static double now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void stop(const char *what) {
    fprintf(stderr, "bench-explain: %s\n", what);
    exit(EXIT_FAILURE);
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void keep(struct bench *on, double begin, size_t mail) {
    double took = now_ms() - begin;
    if (on->count == 0 || took > on->times[0]) { /* the largest stands first until they are sorted */
        on->slowest = mail;
        on->times[on->count] = on->count ? on->times[0] : took;
        on->times[0] = took;
    } else
        on->times[on->count] = took;
    on->count++;
}

static void print(struct bench *on, const char *what) {
    qsort(on->times, on->count, sizeof *on->times, compare);
    printf("{\"what\": \"%s\", \"mails\": %zu, \"samples\": %zu, \"median_ms\": %.3f, \"p99_ms\": %.3f, \"worst_ms\": %.3f, \"slowest\": \"%s\"}\n",
           what, on->mail_count, on->count, on->times[on->count / 2], on->times[on->count * 99 / 100], on->times[on->count - 1],
           on->mails[on->slowest]);
    on->count = 0;
}

static struct span slurp(const char *path) {
    static char bytes[MAIL_BYTES];
    FILE *file = fopen(path, "re");
    if (!file)
        stop(path);
    struct span ret = {bytes, fread(bytes, 1, sizeof bytes, file)};
    fclose(file);
    return ret;
}

static void read_all(struct bench *on) {
    static const char *const addresses[] = {"ask@codemail.example"};
    struct recall memory = {.identity = {.account = "default", .domain = "codemail.example"}};
    const struct reader_desk desk = {
        .acknowledge = true,
        .least_confidence = ANSWER_LEAST_CONFIDENCE,
        .gate = {.addresses = addresses, .address_count = 1, .max_hops = 25},
        .reply = {.from_address = addresses[0], .from_name = ""},
        .recall = recall_sender,
        .recall_context = &memory,
        .limits = message_default_limits,
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    struct kb *kb;
    struct why why;
    if (kb_open(on->kb_file, &kb, &why))
        stop(why.text);
    for (size_t round = 0; round <= ROUNDS; round++) {
        for (size_t i = 0; i < on->mail_count; i++) {
            struct reading reading;
            struct span raw = slurp(on->mails[i]);
            double begin = now_ms();
            arena_clear(arena);
            int failed = reader_read(raw, true, &desk, kb, CLOCK, arena, &reading, &why);
            if (failed && failed != FAIL_INPUT && failed != FAIL_LIMIT)
                stop(why.text);
            keep(on, begin, i);
        }
        if (round == 0)
            print(on, "in one process, each mail the first time");
    }
    print(on, "in one process, again");
    kb_close(kb);
    arena_free(arena);
}

static void run(char *const *argv) {
    posix_spawn_file_actions_t actions;
    pid_t child;
    int status;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (posix_spawn(&child, argv[0], &actions, NULL, argv, environ) || waitpid(child, &status, 0) != child || status)
        stop("codingdesk explain did not end well");
    posix_spawn_file_actions_destroy(&actions);
}

static void run_all(struct bench *on) {
    for (size_t round = 0; round < PROCESS_ROUNDS; round++)
        for (size_t i = 0; i < on->mail_count; i++) {
            char *const argv[] = {(char *)on->codingdesk, "--kb", (char *)on->kb_file, "explain", "--json", "--address", "ask@codemail.example",
                                  on->mails[i],           NULL};
            double begin = now_ms();
            run(argv);
            keep(on, begin, i);
        }
    print(on, "a process each");
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: bench-explain KB CODINGDESK MAIL...\n");
        return 2;
    }
    struct bench bench = {.kb_file = argv[1], .codingdesk = argv[2], .mails = argv + 3, .mail_count = (size_t)argc - 3};
    bench.times = calloc(bench.mail_count * (ROUNDS + 1), sizeof *bench.times);
    if (!bench.times)
        stop("out of memory");
    read_all(&bench);
    run_all(&bench);
    free(bench.times);
    return 0;
}
