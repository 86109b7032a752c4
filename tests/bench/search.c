/* bench-search times KB QUERIES - opening the file, the first search, and how long each query takes; then queries of nothing but common
 * words. bench-search bm25 KB QUERIES [SYSTEM] - what SQLite's full-text search alone finds: one table of titles, words and plain
 * descriptions, stemmed, any of the words, best bm25 first. QUERIES: JSON lines {"id", "query"}. Prints JSON lines: figures in
 * milliseconds, or {"id", "results"}. */
#include <jansson.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "kb/kb.h"
#include "kb/system.h"

enum { QUERIES_MAX = 20000, ROUNDS = 5, HITS = 10, ARENA_BYTES = 256 << 20, MATCH_BYTES = 64 << 10 };

static const char *const common_queries[] = {
    "left initial encounter unspecified",
    "other unspecified right left bilateral initial subsequent sequela encounter for closed fracture with routine healing",
    "bone open approach percutaneous endoscopic device substitute right left upper lower artery vein",
    "injection per mg not otherwise specified each",
    "unspecified",
};

struct queries {
    json_t *lines[QUERIES_MAX];
    size_t count;
};

static void stop(const char *what) {
    fprintf(stderr, "bench-search: %s\n", what);
    exit(EXIT_FAILURE);
}

static double now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void read_queries(const char *path, struct queries *ret) {
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    json_error_t error;
    if (!file)
        stop(path);
    while (ret->count < QUERIES_MAX && getline(&line, &room, file) > 0) {
        json_t *object = json_loads(line, 0, &error);
        if (!json_is_string(json_object_get(object, "query")))
            stop(line);
        ret->lines[ret->count++] = object;
    }
    free(line);
    fclose(file);
}

static const char *query_text(const struct queries *queries, size_t i) {
    return json_string_value(json_object_get(queries->lines[i], "query"));
}

/* ---- times ---- */

struct times {
    double items[QUERIES_MAX * ROUNDS];
    size_t count;
};

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_times(struct times *times, const char *what) {
    qsort(times->items, times->count, sizeof *times->items, compare);
    printf("{\"what\": \"%s\", \"samples\": %zu, \"median_ms\": %.3f, \"p99_ms\": %.3f, \"worst_ms\": %.3f}\n", what, times->count,
           times->items[times->count / 2], times->items[times->count * 99 / 100], times->items[times->count - 1]);
    times->count = 0;
}

static double search_ms(struct kb *kb, const char *words, struct date day) {
    struct arena *arena = arena_new(ARENA_BYTES);
    struct kb_hits hits;
    struct why why;
    double begin = now_ms();
    if (kb_search(kb, span_of(words), KB_ALL_SYSTEMS, day, HITS, arena, &hits, &why))
        stop(why.text);
    double ret = now_ms() - begin;
    arena_free(arena);
    return ret;
}

static void time_searches(const char *path, const struct queries *queries) {
    static struct times times;
    struct kb *kb;
    struct why why;
    struct date day;
    struct rusage usage;
    double begin = now_ms();
    if (queries->count == 0 || !date_parse(SPAN("2026-06-01"), &day))
        stop("no queries");
    if (kb_open(path, &kb, &why))
        stop(why.text);
    printf("{\"what\": \"open\", \"ms\": %.3f}\n", now_ms() - begin);
    printf("{\"what\": \"first search\", \"ms\": %.3f}\n", search_ms(kb, query_text(queries, 0), day));
    for (size_t round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < queries->count; i++)
            times.items[times.count++] = search_ms(kb, query_text(queries, i), day);
    print_times(&times, "search");
    for (size_t round = 0; round < ROUNDS * 4; round++)
        for (size_t i = 0; i < sizeof common_queries / sizeof *common_queries; i++)
            times.items[times.count++] = search_ms(kb, common_queries[i], day);
    print_times(&times, "search for common words");
    kb_close(kb);
    if (getrusage(RUSAGE_SELF, &usage) == 0)
        printf("{\"what\": \"peak of memory\", \"mib\": %.1f}\n", (double)usage.ru_maxrss / 1024);
}

/* ---- bm25 ---- */

static const char build_sql[] =
    "CREATE VIRTUAL TABLE temp.plain USING fts5 (title, words, description, content = '', tokenize = 'porter unicode61 remove_diacritics 2');"
    "INSERT INTO temp.plain (rowid, title, words, description) SELECT v.code, v.title, "
    "  (SELECT group_concat(w.text, char(10)) FROM words w WHERE w.code = v.code), "
    "  (SELECT group_concat(f.text, char(10)) FROM facts f WHERE f.code = v.code AND f.section = 0) "
    "  FROM versions v WHERE v.valid_to >= 20260601 AND v.valid_from = (SELECT max(n.valid_from) FROM versions n WHERE n.code = v.code);";

static const char find_sql[] =
    "SELECT rowid FROM temp.plain WHERE plain MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY bm25(plain, 8.0, 6.0, 1.0) LIMIT 10";

static void put_match(struct buf *match, const char *text) {
    bool inside = false;
    for (; *text; text++) {
        bool letter = char_is_alnum(*text);
        if (letter != inside)
            buf_text(match, inside ? "\"" : match->len ? " OR \"" : "\"");
        if (letter)
            buf_char(match, *text);
        inside = letter;
    }
    buf_text(match, inside ? "\"" : "");
}

static json_t *find_plain(sqlite3_stmt *stmt, const char *text, int64_t first, int64_t last) {
    json_t *ret = json_array();
    struct buf match;
    buf_init(&match, MATCH_BYTES);
    put_match(&match, text);
    sqlite3_bind_text(stmt, 1, buf_span(&match).ptr, -1, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 2, first);
    sqlite3_bind_int64(stmt, 3, last);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        enum code_system system;
        char key[CODE_BYTES], display[CODE_BYTES];
        if (!system_of_id(sqlite3_column_int64(stmt, 0), &system, key))
            continue;
        system_display(system, key, display);
        json_array_append_new(ret, json_pack("{s:s, s:s}", "system", name_text(system_names, (int)system), "code", display));
    }
    sqlite3_reset(stmt);
    buf_free(&match);
    return ret;
}

static void print_plain(const char *path, const struct queries *queries, int system) {
    static struct times times;
    sqlite3 *db;
    sqlite3_stmt *stmt;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) || sqlite3_exec(db, build_sql, NULL, NULL, NULL) ||
        sqlite3_prepare_v2(db, find_sql, -1, &stmt, NULL))
        stop(sqlite3_errmsg(db));
    int64_t first = system == SYSTEM_COUNT ? 0 : system_id((enum code_system)system, ""), last = INT64_MAX;
    if (system != SYSTEM_COUNT)
        last = system_id_last((enum code_system)system, "");
    for (size_t i = 0; i < queries->count; i++) {
        double begin = now_ms();
        json_t *line = json_pack("{s:O, s:o}", "id", json_object_get(queries->lines[i], "id"), "results",
                                 find_plain(stmt, query_text(queries, i), first, last));
        times.items[times.count++] = now_ms() - begin;
        json_dumpf(line, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(line);
    }
    qsort(times.items, times.count, sizeof *times.items, compare);
    fprintf(stderr, "{\"what\": \"plain bm25\", \"median_ms\": %.3f, \"p99_ms\": %.3f}\n", times.items[times.count / 2],
            times.items[times.count * 99 / 100]);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
}

int main(int argc, char **argv) {
    static struct queries queries;
    int system = SYSTEM_COUNT;
    bool times = argc == 4 && strcmp(argv[1], "times") == 0, plain = (argc == 4 || argc == 5) && strcmp(argv[1], "bm25") == 0;
    if ((!times && !plain) || (argc == 5 && !name_value(system_names, span_of(argv[4]), &system)))
        stop("times KB QUERIES, or bm25 KB QUERIES [SYSTEM]");
    read_queries(argv[3], &queries);
    if (times)
        time_searches(argv[2], &queries);
    else
        print_plain(argv[2], &queries, system);
    for (size_t i = 0; i < queries.count; i++)
        json_decref(queries.lines[i]);
    return EXIT_SUCCESS;
}
