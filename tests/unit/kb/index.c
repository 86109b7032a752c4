/* The search tables: which documents there are, and what they hold. */
#include "tests/unit/kb/small.h"

#include <sqlite3.h>

#include "kb/index.h"
#include "kb/packing.h"
#include "kb/schema.h"

static sqlite3 *open_empty(void) {
    sqlite3 *db;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, schema_sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db,
                     "PRAGMA foreign_keys = OFF; INSERT INTO sources (id, name, kind, title, publisher, edition, valid_from, valid_to, released, ends, complete_to, whole, "
                     "rows, imported) VALUES (1, 'h', 'house', 'h', 'h', 'h', 0, 0, 0, 1, 0, 0, 0, 0)",
                     NULL, NULL, NULL),
        SQLITE_OK);
    return db;
}

static void add(sqlite3 *db, const char *key, int billable, const char *title) {
    char *sql = sqlite3_mprintf("INSERT INTO versions (code, valid_from, valid_to, billable, official, title, source) "
                                "VALUES (%lld, 20260101, 99991231, %d, 1, %Q, 1)",
                                (long long)system_id(SYSTEM_ICD10CM, key), billable, title);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_free(sql);
}

static int64_t number(sqlite3 *db, const char *sql) {
    sqlite3_stmt *stmt;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    int64_t ret = sqlite3_step(stmt) == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : -1;
    sqlite3_finalize(stmt);
    return ret;
}

static void an_empty_file_has_empty_tables(void **state) {
    (void)state;
    sqlite3 *db = open_empty();
    for (int i = 0; i < 2; i++) {
        assert_int_equal(index_build(db, NULL), 0);
        assert_int_equal(number(db, "SELECT count(*) FROM search_documents"), 0);
        assert_int_equal(number(db, "SELECT count(*) FROM search_parts"), 3);
    }
    sqlite3_close(db);
}

static void encounters_are_one_document(void **state) {
    (void)state;
    sqlite3 *db = open_empty();
    add(db, "S10", 0, "Bump");
    add(db, "S10101A", 1, "Bump of nose, initial encounter");
    add(db, "S10101D", 1, "Bump of nose, subsequent encounter");
    add(db, "S10102", 1, "Bump of ear");
    assert_int_equal(index_build(db, NULL), 0);
    assert_int_equal(number(db, "SELECT count(*) FROM search_documents"), 3);
    assert_int_equal(number(db, "SELECT code FROM search_documents WHERE id = 1"), system_id(SYSTEM_ICD10CM, "S10101"));
    assert_int_equal(number(db, "SELECT last FROM search_documents WHERE id = 1"), system_id_last(SYSTEM_ICD10CM, "S10101"));
    assert_int_equal(number(db, "SELECT documents FROM search_terms WHERE id = 0"), 3); /* bump */
    sqlite3_close(db);
}

static void numbers_come_back_as_they_went(void **state) {
    (void)state;
    static const uint32_t rows[] = {0, 1, 127, 128, 300, 16383, 16384, 1u << 28, UINT32_MAX};
    struct packing packing = {NULL, 0, 0};
    for (size_t i = 0; i < COUNT(rows); i++)
        packing_put(&packing, rows[i]);
    struct packed packed = {packing.ptr, packing.ptr + packing.len}, cut = {packing.ptr + packing.len - 1, packing.ptr + packing.len - 1};
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(packed_next(&packed), rows[i]);
    assert_false(packed_left(&packed));
    assert_int_equal(packed_next(&cut), 0);
    packing_free(&packing);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_file_has_empty_tables),
        cmocka_unit_test(encounters_are_one_document),
        cmocka_unit_test(numbers_come_back_as_they_went),
    };
    return cmocka_run_group_tests_name("kb.index", tests, NULL, NULL);
}
