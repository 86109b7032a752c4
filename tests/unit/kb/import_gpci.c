/* Localities and their indices. Contractors and figures are invented. */
#include "tests/unit/kb/importing.h"

#define TITLE "ADDENDUM E. FINAL CY 2026 GEOGRAPHIC PRACTICE COST INDICES (GPCIs) BY STATE AND MEDICARE LOCALITY,,,,,,\n,,,,,,\n"
#define HEAD                                                                                                                               \
    TITLE "Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name,2026 PW GPCI (with 1.0 Floor)***,2026 PE GPCI,"    \
          "2026 MP GPCI\n"
#define FOOT "\"MAC Assignments as of, some day\",,,,,,\n*Work GPCI reflects a floor.,,,,,,\n"

static const char localities[] =
    "SELECT contractor, number, state, name, work, practice, malpractice, valid_from, valid_to FROM localities "
    "ORDER BY contractor, number, valid_from";

static void rows_with_a_contractor_are_read(void **state) {
    struct importing *on = *state;
    struct import_result result;
    struct why why = {""};
    forget(on);
    if (import_as(on, "GPCI2026.csv", NULL,
                  SPAN(HEAD "99902,AK,01,NORTH SHORE*,1.500,1.065,0.551\n99912,NY,05,\"EAST, WEST\",1.057,1.186,1.5\n"
                            "99903,MT,01,HILLS**,1.000,1.000,0.998\n" FOOT),
                  NULL, IMPORT_GUESS, &result, &why))
        fail_msg("%s", why.text);
    expect_text("kind", "kind", result.kind, "gpci");
    expect_text("rows", "table", ask(on, localities),
                "99902|01|AK|NORTH SHORE|1.500|1.065|0.551|20260101|20261231\n99903|01|MT|HILLS|1.000|1.000|0.998|20260101|20261231\n"
                "99912|05|NY|EAST, WEST|1.057|1.186|1.5|20260101|20261231");
}

static const struct {
    const char *name, *row, *reason;
} rejected[] = {
    {"no index", "99912,NY,05,EAST,1.0x,1.0,1.0\n", "three indices"},
    {"two points", "99912,NY,05,EAST,1.0.0,1.0,1.0\n", "three indices"},
    {"no name", "99912,NY,05,*,1.0,1.0,1.0\n", "no name"},
    {"no locality", "99912,NY,5,EAST,1.0,1.0,1.0\n", "two digits"},
    {"too few columns", "99912,NY,05,EAST,1.0\n", "three indices"},
};

static void a_row_that_can_not_be_used_is_told(void **state) {
    struct importing *on = *state;
    for (size_t i = 0; i < COUNT(rejected); i++) {
        struct import_result result;
        struct why why = {""};
        const char *text = arena_printf(on->arena, "%s99901,AL,00,SOUTH,1.0,1.0,1.0\n%s", HEAD, rejected[i].row);
        if (import_as(on, "gpci.csv", NULL, span_of(text), NULL, IMPORT_GUESS, &result, &why) != FAIL_INPUT)
            fail_msg("%s: imported", rejected[i].name);
        if (result.rejected != 1 || result.rejects[0].line != 5)
            fail_msg("%s: %zu rejected, line %zu", rejected[i].name, result.rejected, result.rejects[0].line);
        expect_within(rejected[i].name, result.rejects[0].reason, rejected[i].reason);
    }
}

static const struct unusable unusable[] = {
    {"empty", "gpci2026.csv", {"", 0}, "is empty"},
    {"header alone", "gpci2026.csv", {HEAD, sizeof HEAD - 1}, "holds no row"},
    {"title alone", "gpci2026.csv", {TITLE, sizeof TITLE - 1}, "no header"},
    {"another kind", "gpci2026.csv", {"HCPCS,MOD\n20690,\n", 17}, "no header"},
    {"cut in a row", "gpci2026.csv", {HEAD "99902,AK,0", sizeof HEAD + 9}, "can not be used"},
    {"binary",
     "gpci2026.csv",
     {"\x7f"
      "ELF\0\0\n",
      7},
     "no text"},
    {"UTF-16",
     "gpci2026.csv",
     {"\xff\xfe"
      "C\0P\0",
      6},
     "UTF-16"},
};

static void a_file_that_is_none_is_refused(void **state) { expect_unusable(*state, "gpci", unusable, COUNT(unusable)); }

static void a_year_follows_the_other(void **state) {
    struct importing *on = *state;
    struct import_result result;
    struct why why = {""};
    static const char head[] =
        ",,,,,,\nMedicare Administrative Contractor (MAC),State,Locality Number,Locality Name,PW GPCI,PE GPCI,MP GPCI\n";
    forget(on);
    for (int year = 2026; year >= 2025; year--) {
        const char *text = arena_printf(on->arena, "%s99901,AL,00,SOUTH,1.0,1.%d,1.0\n", head, year);
        const char *file = arena_printf(on->arena, "gpci%d.csv", year);
        for (int again = 0; again < 2; again++)
            if (import_as(on, file, NULL, span_of(text), NULL, IMPORT_GUESS, &result, &why))
                fail_msg("%s: %s", file, why.text);
    }
    expect_text("two years", "table", ask(on, "SELECT practice, valid_from, valid_to FROM localities ORDER BY valid_from"),
                "1.2025|20250101|20251231\n1.2026|20260101|20261231");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_with_a_contractor_are_read),
        cmocka_unit_test(a_year_follows_the_other),
        cmocka_unit_test_setup_teardown(a_row_that_can_not_be_used_is_told, open_importing, close_importing),
        cmocka_unit_test_setup_teardown(a_file_that_is_none_is_refused, open_importing, close_importing),
    };
    return cmocka_run_group_tests(tests, open_importing, close_importing);
}
