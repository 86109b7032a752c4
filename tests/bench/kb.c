/* bench-kb FILE - how long one question to a knowledge base takes: opening the file, a code, its facts, a pair, a search. Codes, pairs and
 * search words are drawn from the file itself, always the same for the same file. One JSON object a line, times in milliseconds. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "kb/kb.h"

enum { SAMPLES = 4000, OPENINGS = 50, SEARCHES = 1500, ARENA_BYTES = 256 << 20, WORDS_BYTES = 256, HITS = 10 };

struct bench {
    const char *path;
    sqlite3 *db;
    struct kb *kb;
    struct arena *arena;
    struct date day;
    double times[SAMPLES];
    size_t count;
};

static double now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print(struct bench *on, const char *what) {
    if (!on->count)
        return;
    qsort(on->times, on->count, sizeof *on->times, compare);
    printf("{\"what\": \"%s\", \"samples\": %zu, \"median_ms\": %.4f, \"p99_ms\": %.4f, \"worst_ms\": %.4f}\n", what, on->count,
           on->times[on->count / 2], on->times[on->count * 99 / 100], on->times[on->count - 1]);
    on->count = 0;
}

static void keep(struct bench *on, double begin) {
    if (on->count < SAMPLES)
        on->times[on->count++] = now_ms() - begin;
    arena_clear(on->arena);
}

static void stop(const char *what) {
    fprintf(stderr, "bench-kb: %s\n", what);
    exit(EXIT_FAILURE);
}

static sqlite3_stmt *query(struct bench *on, const char *sql) {
    sqlite3_stmt *stmt;
    if (sqlite3_prepare_v2(on->db, sql, -1, &stmt, NULL) != SQLITE_OK)
        stop(sqlite3_errmsg(on->db));
    return stmt;
}

/* A spread that does not follow the code order. */
#define SPREAD(column) "(" column " * 2654435761 & 4294967295)"

static void bench_open(struct bench *on) {
    struct why why;
    for (int i = 0; i < OPENINGS; i++) {
        struct kb *kb;
        double begin = now_ms();
        if (kb_open(on->path, &kb, &why))
            stop(why.text);
        keep(on, begin);
        kb_close(kb);
    }
    print(on, "open");
}

static void bench_codes(struct bench *on, bool facts) {
    sqlite3_stmt *stmt = query(on, "SELECT code FROM versions ORDER BY " SPREAD("code") " LIMIT 4000");
    enum code_system system;
    char key[CODE_BYTES];
    struct kb_code code;
    struct kb_facts page;
    struct why why;
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        if (!system_of_id(sqlite3_column_int64(stmt, 0), &system, key))
            stop("a number that is no code");
        double begin = now_ms();
        int failed = facts ? kb_facts(on->kb, system, key, on->day, on->arena, &page, &why)
                           : kb_lookup(on->kb, system, key, on->day, on->arena, &code, &why);
        if (failed && failed != FAIL_EMPTY)
            stop(why.text);
        keep(on, begin);
    }
    sqlite3_finalize(stmt);
    print(on, facts ? "facts of a code, first time" : "look-up of a code");
}

/* Pairs that have an edit, and pairs of the same codes that have none. */
static void bench_pairs(struct bench *on) {
    sqlite3_stmt *stmt = query(on, "SELECT column1, column2 FROM pairs ORDER BY " SPREAD("column1 + column2") " LIMIT 2000");
    enum code_system first_system, second_system;
    char first[CODE_BYTES], second[CODE_BYTES], before[CODE_BYTES] = "99213";
    struct kb_fact fact;
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        if (!system_of_id(sqlite3_column_int64(stmt, 0), &first_system, first) ||
            !system_of_id(sqlite3_column_int64(stmt, 1), &second_system, second))
            stop("a number that is no code");
        double begin = now_ms();
        kb_edit(on->kb, first_system, first, second_system, second, on->day, on->arena, &fact, NULL);
        keep(on, begin);
        begin = now_ms();
        kb_edit(on->kb, SYSTEM_CPT, before, second_system, second, on->day, on->arena, &fact, NULL);
        keep(on, begin);
        memcpy(before, first_system == SYSTEM_CPT ? first : "99213", first_system == SYSTEM_CPT ? CODE_BYTES : 6);
    }
    sqlite3_finalize(stmt);
    print(on, "pair of codes");
}

/* Two to five words of a title, as somebody might remember it; every tenth search the commonest words there are. */
static const char *some_words(struct bench *on, const char *title, unsigned turn) {
    static const char *const common[] = {"left initial encounter unspecified", "other unspecified right initial encounter for closed fracture",
                                         "open approach right left", "subsequent encounter fracture left routine healing"};
    struct span rest = span_of(title), word;
    size_t wanted = 2 + turn % 4, skip = turn % 3;
    char *ret = arena_alloc(on->arena, WORDS_BYTES);
    if (turn % 10 == 0)
        return common[turn / 10 % (sizeof common / sizeof *common)];
    while (wanted && span_cut(&rest, ' ', &word))
        if (word.len > 2 && (skip ? skip-- == 0 : true) && strlen(ret) + word.len + 2 < WORDS_BYTES) {
            size_t len = strlen(ret);
            snprintf(ret + len, WORDS_BYTES - len, "%s%.*s", len ? " " : "", SPAN_ARG(word));
            wanted--;
        }
    return ret;
}

static void bench_search(struct bench *on) {
    sqlite3_stmt *stmt = query(on, "SELECT title FROM versions WHERE title IS NOT NULL ORDER BY " SPREAD("code") " LIMIT 1500");
    struct kb_hits hits;
    struct why why;
    double first = now_ms();
    if (kb_search(on->kb, SPAN("first search"), KB_ALL_SYSTEMS, on->day, HITS, on->arena, &hits, &why))
        stop(why.text);
    keep(on, first);
    print(on, "first search after opening");
    for (unsigned turn = 0; turn < SEARCHES && sqlite3_step(stmt) == SQLITE_ROW; turn++) {
        const char *words = some_words(on, (const char *)sqlite3_column_text(stmt, 0), turn);
        double begin = now_ms();
        if (kb_search(on->kb, span_of(words), KB_ALL_SYSTEMS, on->day, HITS, on->arena, &hits, &why))
            stop(why.text);
        keep(on, begin);
    }
    sqlite3_finalize(stmt);
    print(on, "search");
}

int main(int argc, char **argv) {
    static struct bench bench;
    struct why why;
    if (argc != 2)
        stop("usage: bench-kb FILE");
    bench = (struct bench){.path = argv[1], .arena = arena_new(ARENA_BYTES), .day = {"2026-06-01"}};
    if (sqlite3_open_v2(argv[1], &bench.db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK || kb_open(argv[1], &bench.kb, &why))
        stop("the file can not be opened");
    bench_open(&bench);
    bench_codes(&bench, false);
    bench_codes(&bench, true);
    bench_pairs(&bench);
    bench_search(&bench);
    kb_close(bench.kb);
    sqlite3_close(bench.db);
    arena_free(bench.arena);
    return 0;
}
