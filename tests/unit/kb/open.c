/* The file itself: replaced under a reader, damaged, missing. */
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "tests/unit/kb/small.h"

static size_t count_facts(struct small *small) {
    struct kb_facts facts;
    arena_clear(small->arena);
    if (kb_facts(small->kb, SYSTEM_CPT, "20693", day("2026-07-01"), small->arena, &facts, NULL))
        return 0;
    return facts.count;
}

/* The same contents with one fact less. */
static void build_smaller(const char *path) {
    sqlite3 *db;
    build_small(path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "DELETE FROM facts WHERE section = 0", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void another_file_renamed_over_it_is_noticed(void **state) {
    struct small *small = *state;
    char other[128];
    struct why why;
    size_t before = count_facts(small);
    snprintf(other, sizeof other, "%s/other.sqlite", small->folder);
    build_smaller(other);
    assert_int_equal(kb_refresh(small->kb, &why), 0);
    assert_int_equal(count_facts(small), before);
    assert_int_equal(rename(other, small->path), 0);
    assert_int_equal(count_facts(small), before);
    assert_int_equal(kb_refresh(small->kb, &why), 0);
    assert_int_equal(count_facts(small), before - 1);
    assert_true(kb_knows_word(small->kb, SPAN("frame")));
}

static void a_bad_file_renamed_over_it_leaves_the_old_one(void **state) {
    struct small *small = *state;
    char other[128];
    struct why why;
    size_t before = count_facts(small);
    snprintf(other, sizeof other, "%s/other.sqlite", small->folder);
    FILE *file = fopen(other, "we");
    assert_non_null(file);
    fputs("this is no database", file);
    fclose(file);
    assert_int_equal(rename(other, small->path), 0);
    assert_int_equal(kb_refresh(small->kb, &why), FAIL_SYSTEM);
    assert_int_equal(count_facts(small), before);
    build_small(small->path);
    assert_int_equal(kb_refresh(small->kb, &why), 0);
    assert_int_equal(count_facts(small), before);
}

static void what_is_returned_outlives_the_file(void **state) {
    struct small *small = *state;
    struct kb_code code;
    struct kb_facts facts;
    struct why why;
    assert_int_equal(kb_lookup(small->kb, SYSTEM_CPT, "20693", day("2026-07-01"), small->arena, &code, &why), 0);
    assert_int_equal(kb_facts(small->kb, SYSTEM_CPT, "20693", day("2026-07-01"), small->arena, &facts, &why), 0);
    kb_close(small->kb);
    assert_int_equal(kb_open(small->path, &small->kb, &why), 0);
    assert_string_equal(code.source->id, "house");
    assert_string_equal(code.title, "Revise a frame");
    for (size_t i = 0; i < facts.count; i++)
        assert_true(span_of(facts.items[i].source->title).len > 0);
}

/* A file as the row wants it, made of a good one. */
enum damage { MISSING, FOLDER, EMPTY, TEXT, OTHER_DATABASE, OTHER_VERSION, CUT, NO_VERSIONS, NO_SEARCH, NO_SOURCE, SHREDDED };

static void run(const char *path, const char *sql) {
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* All but the first two pages, which hold the schema. */
static void shred(const char *path) {
    struct stat info;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &info), 0);
    for (off_t at = 2 * 4096; at < info.st_size; at += 7)
        assert_int_equal(pwrite(fd, "\xa5\x5a\xff", 3, at), 3);
    assert_int_equal(ftruncate(fd, info.st_size), 0);
    close(fd);
}

static void make(const char *path, enum damage damage) {
    FILE *file;
    if (damage == MISSING)
        return;
    if (damage == FOLDER) {
        assert_int_equal(mkdir(path, 0700), 0);
        return;
    }
    if (damage == EMPTY || damage == TEXT) {
        assert_non_null(file = fopen(path, "we"));
        fputs(damage == TEXT ? "this is a text, and no knowledge base at all" : "", file);
        fclose(file);
        return;
    }
    if (damage != OTHER_DATABASE)
        build_small(path);
    switch (damage) {
    case OTHER_DATABASE: run(path, "CREATE TABLE x (y)"); break;
    case OTHER_VERSION: run(path, "PRAGMA user_version = 99"); break;
    case CUT: assert_int_equal(truncate(path, 3 * 4096), 0); break;
    case NO_VERSIONS: run(path, "DROP TABLE versions"); break;
    case NO_SEARCH: run(path, "DROP TABLE search_parts"); break;
    case NO_SOURCE: run(path, "UPDATE facts SET source = 77; UPDATE versions SET source = 77"); break;
    case SHREDDED: shred(path); break;
    default: break;
    }
}

static int use(const char *path, struct arena *arena, struct why *why) {
    struct kb *kb = NULL;
    struct kb_code found;
    struct kb_facts facts;
    struct kb_hits hits;
    int code = kb_open(path, &kb, why);
    if (!code)
        code = kb_lookup(kb, SYSTEM_CPT, "20693", day("2026-07-01"), arena, &found, why);
    if (!code)
        code = kb_facts(kb, SYSTEM_CPT, "20693", day("2026-07-01"), arena, &facts, why);
    if (!code)
        code = kb_search(kb, SPAN("frame"), KB_ALL_SYSTEMS, day("2026-07-01"), 5, arena, &hits, why);
    kb_close(kb);
    return code;
}

static void a_damaged_file_is_a_system_failure_that_names_it(void **state) {
    struct small *small = *state;
    static const struct {
        const char *name;
        enum damage damage;
        const char *says;
    } rows[] = {
        {"missing", MISSING, "No such file"},
        {"a folder", FOLDER, "not a file"},
        {"empty", EMPTY, "is no knowledge base"},
        {"text", TEXT, "is no knowledge base"},
        {"another database", OTHER_DATABASE, "is no knowledge base"},
        {"another version", OTHER_VERSION, "another version"},
        {"cut short", CUT, "or damaged"},
        {"a table is missing", NO_VERSIONS, "is damaged"},
        {"the search is missing", NO_SEARCH, "is damaged"},
        {"a source is missing", NO_SOURCE, "is damaged"},
        {"overwritten", SHREDDED, "is damaged"},
    };
    char path[128];
    snprintf(path, sizeof path, "%s/bad ?#%%41.sqlite", small->folder);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct why why = {""};
        make(path, rows[i].damage);
        int code = use(path, small->arena, &why);
        if (code != FAIL_SYSTEM || span_find(span_of(why.text), span_of(rows[i].says)) == SPAN_NONE ||
            span_find(span_of(why.text), span_of(path)) == SPAN_NONE)
            fail_msg("%s: %d %s", rows[i].name, code, why.text);
        remove(path);
    }
}

static void a_name_with_odd_characters_opens(void **state) {
    struct small *small = *state;
    char path[128];
    struct why why;
    snprintf(path, sizeof path, "%s/odd ?#%%41&mode=rw.sqlite", small->folder);
    build_small(path);
    if (use(path, small->arena, &why))
        fail_msg("%s", why.text);
    unlink(path);
}

static void reading_changes_nothing(void **state) {
    struct small *small = *state;
    char journal[128];
    struct why why;
    assert_int_equal(chmod(small->path, 0444), 0);
    if (use(small->path, small->arena, &why))
        fail_msg("%s", why.text);
    snprintf(journal, sizeof journal, "%s-journal", small->path);
    assert_int_not_equal(access(journal, F_OK), 0);
}

static void the_default_lies_beside_the_program(void **state) {
    struct small *small = *state;
    assert_string_equal(kb_default_path(small->arena), KB_FILE);
}

static void the_shipped_file_opens_and_holds_codes(void **state) {
    struct small *small = *state;
    struct kb *kb;
    struct kb_editions editions;
    struct why why;
    if (kb_open(KB_FILE, &kb, &why) || kb_editions(kb, small->arena, &editions, &why))
        fail_msg("%s", why.text);
    assert_true(editions.count > 0);
    kb_close(kb);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(another_file_renamed_over_it_is_noticed, open_small, close_small),
        cmocka_unit_test_setup_teardown(a_bad_file_renamed_over_it_leaves_the_old_one, open_small, close_small),
        cmocka_unit_test_setup_teardown(what_is_returned_outlives_the_file, open_small, close_small),
        cmocka_unit_test_setup_teardown(a_damaged_file_is_a_system_failure_that_names_it, open_small, close_small),
        cmocka_unit_test_setup_teardown(a_name_with_odd_characters_opens, open_small, close_small),
        cmocka_unit_test_setup_teardown(reading_changes_nothing, open_small, close_small),
        cmocka_unit_test_setup_teardown(the_default_lies_beside_the_program, open_small, close_small),
        cmocka_unit_test_setup_teardown(the_shipped_file_opens_and_holds_codes, open_small, close_small),
    };
    return cmocka_run_group_tests_name("kb.open", tests, NULL, NULL);
}
