/* NCCI edits from files of the quarters. The codes are real forms, the edits invented. */
#include "tests/unit/kb/importing.h"

#define HEAD                                                                                                                               \
    "CPT only copyright American Medical Association.  All rights reserved.\t\t\t\t\t\t\r\n"                                               \
    "Column1/Column2 Edits\t\t\t\t\t\t\r\n"                                                                                                \
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n"                                            \
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n"                                                                                   \
    "\t\t\t\t*=no data\t1=allowed\t\r\n"                                                                                                   \
    "\t\t\t\t\t9=not applicable\t\r\n"
#define ROW(one, two, before, from, to, indicator) one "\t" two "\t" before "\t" from "\t" to "\t" indicator "\tSome reason\r\n"

static const char edits[] =
    "SELECT column1 - (SELECT min(column1) FROM pairs), valid_from, valid_to, indicator FROM pairs ORDER BY column1, "
    "column2, valid_from";

static const struct {
    const char *name, *file, *effective, *text, *edition, *edits;
    size_t rows, rejected;
} files[] = {
    {"one edit", "ccipra-v322r0-f1.txt", NULL, HEAD ROW("20690", "99213", "", "20250101", "*", "1"), "2026, third quarter, part 1",
     "0|20250101|99991231|1", 1, 0},
    {"a deleted edit keeps its days", "ccipra-2026q1.txt", NULL, HEAD ROW("20690", "99213", "", "20200101", "20211231", "0"),
     "2026, first quarter", "0|20200101|20211231|0", 1, 0},
    {"a pair that came back", "ccipra-2026q1.txt", NULL,
     HEAD ROW("20690", "99213", "", "20200101", "20211231", "0") ROW("20690", "99213", "", "20230401", "*", "1"), "2026, first quarter",
     "0|20200101|20211231|0\n0|20230401|99991231|1", 2, 0},
    {"withdrawn from the first day", "ccipra-2026q1.txt", NULL, HEAD ROW("20690", "99213", "", "20220101", "20220101", "9"),
     "2026, first quarter", "0|20220101|20220101|9", 1, 0},
    {"older than 1996", "ccipra-2026q1.txt", NULL, HEAD ROW("20690", "99213", "*", "", "*", "1"), "2026, first quarter",
     "0|19960101|99991231|1", 1, 0},
    {"without first days", "copy.txt", "2026-04-01",
     HEAD ROW("20690", "99213", "", "", "*", "1") ROW("20690", "99214", "", "", "20111231", "1")
         ROW("20690", "99215", "", "", "20260630", "0"),
     "2026, second quarter", "0|20260401|99991231|1\n0|20260401|20260630|0", 3, 0},
    {"all forms of codes", "ccipra-2026q1.txt", NULL,
     HEAD ROW("0001A", "0591T", "", "20220101", "*", "1") ROW("0001A", "0028U", "", "20220101", "*", "1")
         ROW("0001A", "0002M", "", "20220101", "*", "1") ROW("0001A", "G0008", "", "20220101", "*", "1"),
     "2026, first quarter", "0|20220101|99991231|1\n0|20220101|99991231|1\n0|20220101|99991231|1\n0|20220101|99991231|1", 4, 0},
    {"the last line without its end", "ccipra-2026q1.txt", NULL, HEAD "20690\t99213\t\t20250101\t*\t1\tx", "2026, first quarter",
     "0|20250101|99991231|1", 1, 0},
};

static void edits_are_read(void **state) {
    struct importing *on = *state;
    for (size_t i = 0; i < COUNT(files); i++) {
        struct import_result result;
        struct why why = {""};
        forget(on);
        if (import_as(on, files[i].file, NULL, span_of(files[i].text), files[i].effective, IMPORT_GUESS, &result, &why))
            fail_msg("%s: %s", files[i].name, why.text);
        expect_text(files[i].name, "kind", result.kind, "ptp");
        expect_text(files[i].name, "edition", result.edition, files[i].edition);
        if (result.rows != files[i].rows || result.rejected != files[i].rejected)
            fail_msg("%s: %zu rows, %zu rejected", files[i].name, result.rows, result.rejected);
        expect_text(files[i].name, "table", ask(on, edits), files[i].edits);
    }
}

static const struct {
    const char *name, *row, *reason;
} rejected[] = {
    {"too few columns", "20690\t99213\t\t20250101\t*\r\n", "5 columns instead of 7"},
    {"no code", ROW("2069", "99213", "", "20250101", "*", "1"), "no codes of CPT or HCPCS"},
    {"no second code", ROW("20690", "", "", "20250101", "*", "1"), "no codes of CPT or HCPCS"},
    {"a code that is too long", ROW("20690206902069020690", "99213", "", "20250101", "*", "1"), "no codes of CPT or HCPCS"},
    {"no such day", ROW("20690", "99213", "", "20250230", "*", "1"), "no such day"},
    {"no such last day", ROW("20690", "99213", "", "20250101", "x", "1"), "no such day"},
    {"days backwards", ROW("20690", "99213", "", "20250101", "20241231", "1"), "ends before it begins"},
    {"indicator", ROW("20690", "99213", "", "20250101", "*", "2"), "none of 0, 1 and 9"},
    {"no indicator", ROW("20690", "99213", "", "20250101", "*", ""), "none of 0, 1 and 9"},
};

/* One bad row of two is more than may be. */
static void a_row_that_can_not_be_used_is_told(void **state) {
    struct importing *on = *state;
    for (size_t i = 0; i < COUNT(rejected); i++) {
        struct import_result result;
        struct why why = {""};
        const char *text = arena_printf(on->arena, "%s%s%s", HEAD, ROW("20690", "99214", "", "20250101", "*", "1"), rejected[i].row);
        forget(on);
        if (import_as(on, "ccipra-2026q1.txt", NULL, span_of(text), NULL, IMPORT_GUESS, &result, &why) != FAIL_INPUT)
            fail_msg("%s: imported", rejected[i].name);
        if (result.rejected != 1 || result.rejects[0].line != 8)
            fail_msg("%s: %zu rejected, line %zu", rejected[i].name, result.rejected, result.rejects[0].line);
        expect_within(rejected[i].name, result.rejects[0].reason, rejected[i].reason);
    }
}

static const struct unusable unusable[] = {
    {"empty", "ccipra-2026q1.txt", {"", 0}, "is empty"},
    {"header alone", "ccipra-2026q1.txt", {HEAD, sizeof HEAD - 1}, "holds no row"},
    {"another kind", "ccipra-2026q1.txt", {"HCPCS,MOD\n20690,\n", 17}, "no row that begins \"Column 1\""},
    {"no quarter", "edits.txt", {HEAD, sizeof HEAD - 1}, "--effective"},
    {"hospitals", "ccioph-v322r0-f1.txt", {HEAD, sizeof HEAD - 1}, "edits for hospitals"},
    {"cut in a row", "ccipra-2026q1.txt", {HEAD "20690\t992", sizeof HEAD + 8}, "can not be used"},
    {"binary",
     "ccipra-2026q1.txt",
     {"\x7f"
      "ELF\0\0\n",
      7},
     "no text"},
    {"UTF-16",
     "ccipra-2026q1.txt",
     {"\xff\xfe"
      "C\0P\0",
      6},
     "UTF-16"},
};

static void a_file_that_is_none_is_refused(void **state) { expect_unusable(*state, "ptp", unusable, COUNT(unusable)); }

#define FIRST HEAD ROW("20690", "99213", "", "20250101", "*", "1") ROW("20690", "99214", "", "20250101", "*", "1")
#define SECOND HEAD ROW("20690", "99213", "", "20250101", "20260331", "1") ROW("20690", "99215", "", "20260401", "*", "0")

static const char both[] = "0|20250101|20260331|1\n0|20250101|20260331|1\n0|20260401|99991231|0";

static void import_as_extent(struct importing *on, const char *file, const char *text, enum import_extent extent) {
    struct import_result result;
    struct why why = {""};
    if (import_as(on, file, NULL, span_of(text), NULL, extent, &result, &why))
        fail_msg("%s: %s", file, why.text);
}

static void import_quarter(struct importing *on, const char *file, const char *text) { import_as_extent(on, file, text, IMPORT_WHOLE); }

/* What the second quarter tells ended is ended, what it does not hold ended on the day before. */
static void a_second_quarter_goes_on_from_the_first(void **state) {
    struct importing *on = *state;
    forget(on);
    import_quarter(on, "ccipra-2026q1.txt", FIRST);
    import_quarter(on, "ccipra-2026q2.txt", SECOND);
    expect_text("two quarters", "table", ask(on, edits), both);
    import_quarter(on, "ccipra-2026q2.txt", SECOND);
    expect_text("the second again", "table", ask(on, edits), both);
    expect_text("the second again", "sources", ask(on, "SELECT name FROM sources ORDER BY name"),
                "ptp-practitioner-2026q1\nptp-practitioner-2026q2");
}

/* Only the pairs that an extract holds change; none stands there twice on a day. */
static void an_extract_replaces_its_pairs(void **state) {
    struct importing *on = *state;
    forget(on);
    import_quarter(on, "ccipra-2024q3.txt",
                   HEAD ROW("20690", "99213", "", "", "*", "1") ROW("20690", "99214", "", "", "*", "1")
                       ROW("20690", "99215", "", "", "*", "0"));
    import_as_extent(on, "ccipra-2026q3.txt",
                     HEAD ROW("20690", "99213", "", "20180101", "20251231", "1") ROW("20690", "99214", "", "", "*", "0"), IMPORT_EXTRACT);
    expect_text("extract", "table", ask(on, edits),
                "0|20180101|20251231|1\n0|20240701|20260630|1\n0|20260701|99991231|0\n0|20240701|99991231|0");
}

static void parts_stand_side_by_side(void **state) {
    struct importing *on = *state;
    forget(on);
    import_quarter(on, "ccipra-v320r0-f1.txt", HEAD ROW("20690", "99213", "", "20250101", "*", "1"));
    import_quarter(on, "ccipra-v320r0-f2.txt", HEAD ROW("30000", "99213", "", "20250101", "*", "1"));
    expect_text("two parts", "edits", ask(on, "SELECT count(*), count(DISTINCT source), min(valid_to) FROM pairs"), "2|2|99991231");
}

/* Rows of one column 1 code, numbered; enough of them that the file is no extract. */
static const char *part(struct importing *on, const char *column1, size_t count) {
    struct buf text;
    buf_init(&text, 16 << 20);
    buf_text(&text, HEAD);
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, "%s\t%c%04zu\t\t20250101\t*\t1\tx\r\n", column1, (char)('A' + i / 10000), i % 10000);
    const char *ret = buf_keep(&text, on->arena);
    buf_free(&text);
    return ret;
}

/* The second part is no extract because it has fewer rows than the first, and ends what it no longer holds. */
static void a_smaller_part_is_whole(void **state) {
    struct importing *on = *state;
    struct import_result result;
    struct why why = {""};
    forget(on);
    import_quarter(on, "ccipra-v320r0-f1.txt", part(on, "20690", 120000));
    import_quarter(on, "ccipra-v320r0-f2.txt", part(on, "30000", 60100));
    assert_int_equal(import_as(on, "ccipra-v321r0-f1.txt", NULL, span_of(part(on, "20690", 120000)), NULL, IMPORT_GUESS, &result, &why), 0);
    assert_false(result.extract);
    assert_int_equal(import_as(on, "ccipra-v321r0-f2.txt", NULL, span_of(part(on, "30000", 60000)), NULL, IMPORT_GUESS, &result, &why), 0);
    assert_false(result.extract);
    assert_int_equal(result.gone, 100);
    expect_text("second quarter", "edits that ended", ask(on, "SELECT count(*), min(valid_to) FROM pairs WHERE valid_to < 99991231"),
                "100|20260331");
    assert_int_equal(import_as(on, "ccipra-v322r0-f2.txt", NULL, span_of(part(on, "30000", 51000)), NULL, IMPORT_GUESS, &result, &why), 0);
    assert_true(result.extract);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edits_are_read),
        cmocka_unit_test(a_row_that_can_not_be_used_is_told),
        cmocka_unit_test_setup_teardown(a_file_that_is_none_is_refused, open_importing, close_importing),
        cmocka_unit_test(a_second_quarter_goes_on_from_the_first),
        cmocka_unit_test(an_extract_replaces_its_pairs),
        cmocka_unit_test(parts_stand_side_by_side),
        cmocka_unit_test(a_smaller_part_is_whole),
    };
    return cmocka_run_group_tests(tests, open_importing, close_importing);
}
