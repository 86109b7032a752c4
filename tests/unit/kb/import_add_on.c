/* Add-on codes and their primary codes. The pairs are invented. */
#include "tests/unit/kb/importing.h"

#define HEAD "primary_code,add_on_code,aoc_edit_type\r\n"

static const char relations[] =
    "SELECT f.label, f.text, f.related IS NULL, f.valid_from FROM facts f WHERE f.code = %lld ORDER BY position";

static const char *related(struct importing *on, const char *key) {
    return ask(on, arena_printf(on->arena, relations, (long long)system_id(SYSTEM_CPT, key)));
}

static void both_ways_are_told(void **state) {
    struct importing *on = *state;
    struct import_result result;
    struct why why = {""};
    forget(on);
    if (import_as(on, "aoc_2024.csv", NULL, SPAN(HEAD "11042,11045,1\r\n11042,11046,3\r\nG0416,11045,1\r\nCCCCC,11047,2\r\n"), NULL,
                  IMPORT_GUESS, &result, &why))
        fail_msg("%s", why.text);
    expect_text("kind", "kind", result.kind, "add-on");
    expect_text("edition", "edition", result.edition, "2024");
    expect_text("a primary code", "relations", related(on, "11042"), "add-on|-|0|20240101\nadd-on|-|0|20240101");
    expect_text("an add-on", "relations", related(on, "11045"), "primary code|-|0|20240101\nprimary code|-|0|20240101");
    expect_text("any primary", "relations", related(on, "11047"),
                "primary code|Any primary code that the Medicare contractor takes.|1|20240101");
    expect_text("HCPCS", "facts", ask(on, "SELECT count(*) FROM facts"), "7");
}

static void quarters_are_found_in_the_name(void **state) {
    struct importing *on = *state;
    struct import_result result;
    struct why why = {""};
    forget(on);
    assert_int_equal(import_as(on, "AOC_V2025Q3-MCR.csv", NULL, SPAN(HEAD "11042,11045,1\n"), NULL, IMPORT_GUESS, &result, &why), 0);
    expect_text("name", "first day", result.valid_from.iso, "2025-07-01");
}

static const struct {
    const char *name, *row, *reason;
} rejected[] = {
    {"no primary code", "1104,11045,1\n", "1104 is no code"},
    {"no add-on", "11042,ABCDE,1\n", "ABCDE is no code"},
    {"one column", "11042\n", "is no code"},
};

static void a_row_that_can_not_be_used_is_told(void **state) {
    struct importing *on = *state;
    for (size_t i = 0; i < COUNT(rejected); i++) {
        struct import_result result;
        struct why why = {""};
        const char *text = arena_printf(on->arena, "%s11042,11045,1\n%s", HEAD, rejected[i].row);
        if (import_as(on, "aoc_2024.csv", NULL, span_of(text), NULL, IMPORT_GUESS, &result, &why) != FAIL_INPUT)
            fail_msg("%s: imported", rejected[i].name);
        if (result.rejected != 1 || result.rejects[0].line != 3)
            fail_msg("%s: %zu rejected, line %zu", rejected[i].name, result.rejected, result.rejects[0].line);
        expect_within(rejected[i].name, result.rejects[0].reason, rejected[i].reason);
    }
}

static const struct unusable unusable[] = {
    {"empty", "aoc_2024.csv", {"", 0}, "is empty"},
    {"header alone", "aoc_2024.csv", {HEAD, sizeof HEAD - 1}, "holds no row"},
    {"another kind", "aoc_2024.csv", {"HCPCS,MOD\n20690,\n", 17}, "is it the right file"},
    {"no year", "add-ons.csv", {HEAD, sizeof HEAD - 1}, "--effective"},
    {"cut in a row", "aoc_2024.csv", {HEAD "11042,110", sizeof HEAD + 8}, "can not be used"},
    {"binary",
     "aoc_2024.csv",
     {"\x7f"
      "ELF\0\0\n",
      7},
     "no text"},
    {"UTF-16",
     "aoc_2024.csv",
     {"\xff\xfe"
      "C\0P\0",
      6},
     "UTF-16"},
};

static void a_file_that_is_none_is_refused(void **state) { expect_unusable(*state, "add-on", unusable, COUNT(unusable)); }

static void the_same_again_changes_nothing(void **state) {
    struct importing *on = *state;
    struct import_result result;
    struct why why = {""};
    forget(on);
    for (int i = 0; i < 2; i++)
        assert_int_equal(import_as(on, "aoc_2024.csv", NULL, SPAN(HEAD "11042,11045,1\n"), NULL, IMPORT_WHOLE, &result, &why), 0);
    expect_text("again", "facts", ask(on, "SELECT count(*), min(valid_to) FROM facts"), "2|99991231");
    assert_int_equal(import_as(on, "aoc_2025.csv", NULL, SPAN(HEAD "11042,11046,1\n"), NULL, IMPORT_WHOLE, &result, &why), 0);
    expect_text("the next year", "facts", ask(on, "SELECT count(*), min(valid_to), max(valid_to) FROM facts"), "4|20241231|99991231");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ways_are_told),
        cmocka_unit_test(quarters_are_found_in_the_name),
        cmocka_unit_test(the_same_again_changes_nothing),
        cmocka_unit_test_setup_teardown(a_row_that_can_not_be_used_is_told, open_importing, close_importing),
        cmocka_unit_test_setup_teardown(a_file_that_is_none_is_refused, open_importing, close_importing),
    };
    return cmocka_run_group_tests(tests, open_importing, close_importing);
}
