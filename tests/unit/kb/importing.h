/* importing.h - import a text as an official file into a knowledge base in a folder of its own, and look at the tables. */
#ifndef TESTS_KB_IMPORTING_H
#define TESTS_KB_IMPORTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "kb/import/import.h"
#include "kb/kb.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

struct importing {
    char folder[64], kb[96];
    struct arena *arena;
};

static inline int open_importing(void **state) {
    struct importing *on = calloc(1, sizeof *on);
    assert_non_null(on);
    snprintf(on->folder, sizeof on->folder, "/tmp/unit-kb-XXXXXX");
    assert_non_null(mkdtemp(on->folder));
    snprintf(on->kb, sizeof on->kb, "%s/kb.sqlite", on->folder);
    on->arena = arena_new(64 << 20);
    *state = on;
    return 0;
}

static inline int close_importing(void **state) {
    struct importing *on = *state;
    unlink(on->kb);
    arena_free(on->arena);
    int left = rmdir(on->folder);
    free(on);
    return left;
}

/* Begin with an empty knowledge base again. */
static inline void forget(struct importing *on) { unlink(on->kb); }

/* kind and effective may be NULL. What came of it in *ret, also of a failure as far as it got. */
static inline int import_as(struct importing *on, const char *name, const char *kind, struct span text, const char *effective,
                            enum import_extent extent, struct import_result *ret, struct why *why) {
    char *path = arena_printf(on->arena, "%s/%s", on->folder, name);
    const char *files[] = {path};
    struct import_order order = {.path = on->kb, .kind = kind, .files = files, .file_count = 1, .extent = extent};
    struct import_results results;
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(text.ptr, 1, text.len, file), text.len);
    assert_int_equal(fclose(file), 0);
    order.from = access(on->kb, F_OK) == 0 ? on->kb : NULL;
    if (effective && !date_parse(span_of(effective), &order.effective))
        fail_msg("no day: %s", effective);
    assert_true(date_parse(SPAN("2026-11-21"), &order.today));
    int code = kb_import(&order, on->arena, &results, why);
    unlink(path);
    *ret = results.count ? results.items[0] : (struct import_result){0};
    return code;
}

/* The rows of a query as text: columns behind |, rows behind a line end. */
static inline const char *ask(struct importing *on, const char *sql) {
    sqlite3 *db;
    sqlite3_stmt *stmt;
    struct buf rows;
    buf_init(&rows, 1 << 20);
    assert_int_equal(sqlite3_open_v2(on->kb, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        buf_text(&rows, rows.len ? "\n" : "");
        for (int i = 0; i < sqlite3_column_count(stmt); i++)
            buf_printf(&rows, "%s%s", i ? "|" : "", sqlite3_column_text(stmt, i) ? (const char *)sqlite3_column_text(stmt, i) : "-");
    }
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    const char *ret = rows.len ? buf_keep(&rows, on->arena) : "";
    buf_free(&rows);
    return ret;
}

/* The facts of a code's section in their order. */
static inline const char *facts_in(struct importing *on, enum code_system system, const char *key, enum kb_section section) {
    return ask(on, arena_printf(on->arena,
                                "SELECT label, value, text, valid_from, valid_to FROM facts WHERE code = %lld AND section = %d "
                                "ORDER BY valid_from, position",
                                (long long)system_id(system, key), (int)section));
}

static inline void expect_text(const char *row, const char *what, const char *got, const char *wanted) {
    if (strcmp(got, wanted) != 0)
        fail_msg("%s: %s is\n%s\ninstead of\n%s", row, what, got, wanted);
}

static inline void expect_within(const char *row, const char *text, const char *wanted) {
    if (!strstr(text, wanted))
        fail_msg("%s: \"%s\" is not in\n%s", row, wanted, text);
}

/* A file that can not be used, whatever its kind: each has to end in an error, none may leave a knowledge base. */
struct unusable {
    const char *name, *file;
    struct span text;
    const char *error;
};

static inline void expect_unusable(struct importing *on, const char *kind, const struct unusable *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct import_result result;
        struct why why = {""};
        int code = import_as(on, rows[i].file, kind, rows[i].text, NULL, IMPORT_GUESS, &result, &why);
        if (!code)
            fail_msg("%s: imported", rows[i].name);
        expect_within(rows[i].name, why.text, rows[i].error);
        if (access(on->kb, F_OK) == 0)
            fail_msg("%s: left a knowledge base behind", rows[i].name);
    }
}

#endif
