#include "kb/index.h"

#include <string.h>

#include "base/buf.h"
#include "kb/system.h"
#include "kb/words.h"

enum { STEMS_BYTES = 16 << 20 };

/* The newest title is the one that is searched. */
static const char fill_sql[] =
    "DROP TABLE IF EXISTS search; DROP TABLE IF EXISTS vocabulary;"
    "CREATE VIRTUAL TABLE search USING fts5 (code, title, words, plain, content = '', "
    "    tokenize = 'porter unicode61 remove_diacritics 2');"
    "CREATE TABLE vocabulary (stems TEXT NOT NULL) STRICT;"
    "INSERT INTO search (rowid, code, title, words, plain) SELECT v.code, display(v.code), v.title, "
    "    (SELECT group_concat(w.text, char(10)) FROM words w WHERE w.code = v.code), "
    "    (SELECT group_concat(f.text, char(10)) FROM facts f WHERE f.code = v.code AND f.section = 0) "
    "  FROM versions v WHERE v.valid_from = (SELECT max(n.valid_from) FROM versions n WHERE n.code = v.code);"
    "INSERT INTO search (search) VALUES ('optimize');"
    "CREATE VIRTUAL TABLE temp.terms USING fts5vocab('main', 'search', 'row')";

static void display(sqlite3_context *context, int count, sqlite3_value **values) {
    enum code_system system;
    char key[CODE_BYTES], text[CODE_BYTES];
    (void)count;
    if (!system_of_id(sqlite3_value_int64(values[0]), &system, key))
        return;
    system_display(system, key, text);
    sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

static int write_vocabulary(sqlite3 *db) {
    struct buf stems;
    sqlite3_stmt *stmt = NULL;
    buf_init(&stems, STEMS_BYTES);
    int error = sqlite3_prepare_v2(db, "SELECT term FROM temp.terms", -1, &stmt, NULL);
    while (!error && sqlite3_step(stmt) == SQLITE_ROW) {
        struct span term = span_of((const char *)sqlite3_column_text(stmt, 0));
        if (words_plain(term))
            buf_printf(&stems, "%.*s\n", SPAN_ARG(term));
    }
    sqlite3_finalize(stmt);
    if (!error)
        error = sqlite3_prepare_v2(db, "INSERT INTO vocabulary VALUES (?)", -1, &stmt, NULL);
    if (!error) {
        sqlite3_bind_text(stmt, 1, buf_span(&stems).ptr, -1, SQLITE_STATIC);
        error = sqlite3_step(stmt) == SQLITE_DONE ? SQLITE_OK : SQLITE_ERROR;
        sqlite3_finalize(stmt);
    }
    buf_free(&stems);
    return error ? error : sqlite3_exec(db, "DROP TABLE temp.terms", NULL, NULL, NULL);
}

int index_build(sqlite3 *db, struct why *why) {
    int error = sqlite3_create_function_v2(db, "display", 1, SQLITE_UTF8, NULL, display, NULL, NULL, NULL);
    if (!error)
        error = sqlite3_exec(db, fill_sql, NULL, NULL, NULL);
    if (!error)
        error = write_vocabulary(db);
    return error ? why_set(why, FAIL_SYSTEM, "can not make the search index: %s", sqlite3_errmsg(db)) : 0;
}
