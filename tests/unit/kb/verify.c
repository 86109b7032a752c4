/* A knowledge base that says something wrong does not pass: the shipped one with one note more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "kb/import/import.h"
#include "kb/verify.h"
#include "kb/write.h"

struct bench {
    char folder[64], kb[96], notes[96];
    struct arena *arena;
};

static int open_bench(void **state) {
    struct bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    snprintf(bench->folder, sizeof bench->folder, "/tmp/unit-kb-XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
    snprintf(bench->kb, sizeof bench->kb, "%s/kb.sqlite", bench->folder);
    snprintf(bench->notes, sizeof bench->notes, "%s/notes.json", bench->folder);
    bench->arena = arena_new(64 << 20);
    *state = bench;
    return 0;
}

static int close_bench(void **state) {
    struct bench *bench = *state;
    unlink(bench->kb);
    unlink(bench->notes);
    rmdir(bench->folder);
    arena_free(bench->arena);
    free(bench);
    return 0;
}

/* ' for ". */
static void write_notes(const struct bench *bench, const char *note) {
    FILE *file = fopen(bench->notes, "we");
    assert_non_null(file);
    fputs("{\"edition\": \"test\", \"valid_from\": \"2026-01-01\", \"notes\": [", file);
    for (const char *c = note; *c; c++)
        fputc(*c == '\'' ? '"' : *c, file);
    fputs("]}", file);
    assert_int_equal(fclose(file), 0);
}

static void import_notes(const struct bench *bench) {
    const char *files[] = {bench->notes};
    struct import_order order = {
        .path = bench->kb, .from = KB_FILE, .kind = "notes", .files = files, .file_count = 1, .today = {"2026-11-21"}};
    struct import_results results;
    struct why why = {""};
    if (kb_import(&order, bench->arena, &results, &why) != 0)
        fail_msg("%s", why.text);
}

struct errors {
    char text[4096];
};

static void keep_errors(void *context, const struct verify_finding *finding) {
    struct errors *errors = context;
    size_t len = strlen(errors->text);
    if (finding->level == VERIFY_ERROR)
        snprintf(errors->text + len, sizeof errors->text - len, "%s: %s\n", finding->source, finding->text);
}

static struct verify_counts verify(struct bench *bench, const char *path, struct errors *errors) {
    struct verify_counts counts = {0};
    struct kb *kb = NULL;
    struct why why = {""};
    errors->text[0] = '\0';
    if (kb_open(path, &kb, &why) != 0 ||
        kb_verify(kb, (struct date){"2026-11-21"}, bench->arena, keep_errors, errors, &counts, &why) != 0)
        fail_msg("%s", why.text);
    kb_close(kb);
    return counts;
}

static void what_is_shipped_passes(void **state) {
    struct bench *bench = *state;
    struct errors errors;
    struct verify_counts counts = verify(bench, KB_FILE, &errors);
    if (counts.errors)
        fail_msg("%zu errors:\n%s", counts.errors, errors.text);
    assert_true(counts.checked > 10000);
}

#define NOTE(codes, rest) "{'codes': [" codes "], 'text': 'What the desk says.'" rest "}"
#define CALLS(code, title) NOTE("'CPT:20690'", ", 'calls': {'" code "': '" title "'}")
#define NAMES(section, code, text)                                                                                                         \
    "{'codes': ['CPT:20690'], 'section': '" section "', 'related': '" code "', 'text': '" text "'}"

/* The wrong facts that a published page held, each as a relation and as a name. */
static const struct {
    const char *name, *note, *error;
} wrong[] = {
    {"modifier 11 is no modifier", NAMES("modifiers", "MOD:11", "professional component"), "modifier 11"},
    {"207L00000X is anesthesiology", CALLS("NUCC:207L00000X", "Orthopedics"), "207L00000X"},
    {"207L00000X among the specialties", NAMES("specialties", "NUCC:207L00000X", "Orthopaedic surgeons."), "207L00000X"},
    {"208000000X is pediatrics", CALLS("NUCC:208000000X", "General surgery"), "208000000X"},
    {"208000000X among the specialties", NAMES("specialties", "NUCC:208000000X", "General surgeons."), "208000000X"},
    {"2086S0200X does not exist", NAMES("specialties", "NUCC:2086S0200X", "Emergency medicine."), "2086S0200X"},
    {"2088S0124X does not exist", NAMES("specialties", "NUCC:2088S0124X", "Pain medicine."), "2088S0124X"},
    {"363L00000X is a nurse practitioner", CALLS("NUCC:363L00000X", "Rehabilitation medicine"), "363L00000X"},
    {"363L00000X among the specialties", NAMES("specialties", "NUCC:363L00000X", "Rehabilitation medicine."), "363L00000X"},
    {"S82.241A is spiral", CALLS("ICD10CM:S82.241A", "Comminuted fracture of the right tibial shaft"), "S82.241A"},
    {"S82.241A told as comminuted", NAMES("diagnoses", "ICD10CM:S82.241A", "Comminuted shaft fracture, right."), "S82.241A"},
    {"S82.341A does not exist", NAMES("diagnoses", "ICD10CM:S82.341A", "Fracture of the upper tibia."), "S82.341A"},
    {"S82.851A is trimalleolar and closed", CALLS("ICD10CM:S82.851A", "Open shaft fracture with skin loss"), "S82.851A"},
    {"S82.851A told as open", NAMES("diagnoses", "ICD10CM:S82.851A", "Open shaft fracture with skin loss."), "S82.851A"},
    {"20692 is no uniplane frame", CALLS("CPT:20692", "Uniplane external fixator"), "20692"},
    {"20680 takes no external fixator off", CALLS("CPT:20680", "Removal of an external fixator"), "20680"},
    {"a code of no system's form that exists", NAMES("related", "HCPCS:A0000", "Something."), "A0000"},
};

static void every_wrong_fact_is_found(void **state) {
    struct bench *bench = *state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct errors errors;
        write_notes(bench, wrong[i].note);
        import_notes(bench);
        struct verify_counts counts = verify(bench, bench->kb, &errors);
        if (!counts.errors || !strstr(errors.text, wrong[i].error))
            fail_msg("%s: %zu errors, but not the one about %s:\n%s", wrong[i].name, counts.errors, wrong[i].error, errors.text);
        arena_clear(bench->arena);
    }
}

static const struct {
    const char *name, *note;
} right[] = {
    {"a modifier", NAMES("modifiers", "MOD:58", "Planned revision of the frame.")},
    {"a specialty", NAMES("specialties", "NUCC:207X00000X", "Orthopedic surgeons.")},
    {"a name of a specialty", CALLS("NUCC:207X00000X", "Orthopedic surgery")},
    {"a diagnosis", NAMES("diagnoses", "ICD10CM:S82.251A", "Comminuted closed fracture of the right shaft.")},
    {"a name of a diagnosis", CALLS("ICD10CM:S82.241A", "Closed spiral fracture of the right tibial shaft")},
    {"a name of a procedure", CALLS("CPT:20692", "Multiplane external fixator")},
    {"a procedure that takes a license to know", NAMES("related", "CPT:33533", "Something else.")},
};

static void what_is_right_passes(void **state) {
    struct bench *bench = *state;
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        struct errors errors;
        write_notes(bench, right[i].note);
        import_notes(bench);
        struct verify_counts counts = verify(bench, bench->kb, &errors);
        if (counts.errors)
            fail_msg("%s: %s", right[i].name, errors.text);
        arena_clear(bench->arena);
    }
}

static void copy_shipped(const struct bench *bench) {
    struct writer writer;
    struct why why = {""};
    if (writer_open(&writer, bench->kb, KB_FILE, &why) || writer_publish(&writer, &why))
        fail_msg("%s", why.text);
}

/* As when a block of the disk comes back as another one. */
static void damage_page(const char *path, long page, long page_bytes) {
    static const char garbage[64] = "not what was here before, nor anything that a page may hold";
    FILE *file = fopen(path, "r+e");
    assert_non_null(file);
    assert_int_equal(fseek(file, (page - 1) * page_bytes, SEEK_SET), 0);
    assert_int_equal(fwrite(garbage, 1, sizeof garbage, file), sizeof garbage);
    assert_int_equal(fclose(file), 0);
}

/* Refused when it is opened or read, or an error of verify. */
static bool is_found_damaged(struct bench *bench) {
    struct errors errors = {""};
    struct verify_counts counts = {0};
    struct kb *kb = NULL;
    struct why why = {""};
    if (kb_open(bench->kb, &kb, &why))
        return true;
    int code = kb_verify(kb, (struct date){"2026-11-21"}, bench->arena, keep_errors, &errors, &counts, &why);
    kb_close(kb);
    return code == FAIL_SYSTEM || (counts.errors && strstr(errors.text, "it is damaged"));
}

static void damage_anywhere_is_found(void **state) {
    struct bench *bench = *state;
    sqlite3 *db;
    sqlite3_stmt *stmt;
    size_t damaged = 0;
    assert_int_equal(sqlite3_open_v2(KB_FILE, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT name, rootpage, page_size FROM sqlite_schema, pragma_page_size WHERE rootpage > 0", -1,
                                        &stmt, NULL), SQLITE_OK);
    for (; sqlite3_step(stmt) == SQLITE_ROW; damaged++) {
        unlink(bench->kb);
        copy_shipped(bench);
        damage_page(bench->kb, (long)sqlite3_column_int64(stmt, 1), (long)sqlite3_column_int64(stmt, 2));
        if (!is_found_damaged(bench))
            fail_msg("%s: damaged, but not found to be", sqlite3_column_text(stmt, 0));
        arena_clear(bench->arena);
    }
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    assert_true(damaged > 10);
}

/* Each statement leaves rows that name what is not there. */
static void a_row_without_its_source_is_found(void **state) {
    static const struct {
        const char *sql, *error;
    } rows[] = {
        {"UPDATE facts SET source = 9999 WHERE code = (SELECT min(code) FROM facts)", "rows of \"facts\" without one"},
        {"UPDATE words SET source = 9999 WHERE code = (SELECT min(code) FROM words)", "rows of \"words\" without one"},
        {"UPDATE claims SET source = 9999 WHERE code = (SELECT min(code) FROM claims)", "rows of \"claims\" without one: 1"},
        {"UPDATE editions SET source = 9999 WHERE id = (SELECT min(id) FROM editions)", "rows of \"editions\" without one: 1"},
        {"UPDATE pairs SET source = 9999", "rows of \"pairs\" without one"},
    };
    struct bench *bench = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct errors errors;
        sqlite3 *db;
        unlink(bench->kb);
        copy_shipped(bench);
        assert_int_equal(sqlite3_open(bench->kb, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, rows[i].sql, NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(db);
        struct verify_counts counts = verify(bench, bench->kb, &errors);
        if (!counts.errors || !strstr(errors.text, rows[i].error))
            fail_msg("%s: %zu errors:\n%s", rows[i].sql, counts.errors, errors.text);
        arena_clear(bench->arena);
    }
    unlink(bench->kb);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_shipped_passes),
        cmocka_unit_test(every_wrong_fact_is_found),
        cmocka_unit_test(what_is_right_passes),
        cmocka_unit_test(damage_anywhere_is_found),
        cmocka_unit_test(a_row_without_its_source_is_found),
    };
    return cmocka_run_group_tests(tests, open_bench, close_bench);
}
