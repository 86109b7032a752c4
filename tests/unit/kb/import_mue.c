/* Unit limits from both layouts. The figures are invented. */
#include "tests/unit/kb/importing.h"

#define OFFICIAL                                                                                                                           \
    "\"A notice that goes on\n\nfor several lines, with a comma.\",,,\n"                                                                   \
    "\"HCPCS/\nCPT Code\",Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n"
#define PLAIN "HCPCS/CPT Code,MUE Value,MAI,MUE Rationale\r\n"
#define MAI2 "MAI|2|Limit for the whole day, set by policy: more units can not be paid, whatever the record shows."

static const struct {
    const char *name, *file, *text, *facts;
} files[] = {
    {"official", "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", OFFICIAL "20690,2,2 Date of Service Edit: Policy,CMS Policy\n",
     "MUE|2|Two units a day by the same practitioner for the same patient pass the edit. It rests on CMS policy.|20260701|99991231\n" MAI2
     "|20260701|99991231"},
    {"plain", "MUE_prac_2024-07-01.csv", PLAIN "20690,1,2,Anatomic Consideration\r\n",
     "MUE|1|One unit a day by the same practitioner for the same patient passes the edit. It follows from anatomy.|20240701|99991231\n" MAI2
     "|20240701|99991231"},
    {"many units", "mue-2024-07-01.csv", PLAIN "20690,300,2,Prescribing Information\r\n",
     "MUE|300|300 units a day by the same practitioner for the same patient pass the edit. It follows from the drug's prescribing "
     "information.|20240701|99991231\n" MAI2 "|20240701|99991231"},
    {"no unit, for a reason nobody knows", "mue-2024-07-01.csv", PLAIN "20690,0,2,Something new\r\n",
     "MUE|0|No unit a day by the same practitioner for the same patient passes the edit.|20240701|99991231\n"
     "MAI|2|Of no weight beside an MUE of 0: no unit is payable.|20240701|99991231"},
    {"columns in another order", "mue-2024-07-01.csv", "MAI,MUE Rationale,HCPCS/CPT Code,MUE Value\r\n2,CMS Policy,20690,12\r\n",
     "MUE|12|Twelve units a day by the same practitioner for the same patient pass the edit. It rests on CMS "
     "policy.|20240701|99991231\n" MAI2 "|20240701|99991231"},
};

static void limits_are_read(void **state) {
    struct importing *on = *state;
    for (size_t i = 0; i < COUNT(files); i++) {
        struct import_result result;
        struct why why = {""};
        forget(on);
        const char *kind = i + 1 < COUNT(files) ? NULL : "mue";
        if (import_as(on, files[i].file, kind, span_of(files[i].text), NULL, IMPORT_GUESS, &result, &why))
            fail_msg("%s: %s", files[i].name, why.text);
        expect_text(files[i].name, "kind", result.kind, "mue");
        expect_text(files[i].name, "facts", facts_in(on, SYSTEM_CPT, "20690", SECTION_UNITS), files[i].facts);
    }
}

static const struct {
    const char *name, *row, *reason;
} rejected[] = {
    {"no code", "2069,2,2,CMS Policy\n", "no code of CPT or HCPCS"},
    {"no number", "20690,x,2,CMS Policy\n", "no number of units"},
    {"negative", "20690,-1,2,CMS Policy\n", "no number of units"},
    {"indicator", "20690,2,4 Something,CMS Policy\n", "none of 1, 2 and 3"},
    {"too few columns", "20690,2\n", "none of 1, 2 and 3"},
};

static void a_row_that_can_not_be_used_is_told(void **state) {
    struct importing *on = *state;
    for (size_t i = 0; i < COUNT(rejected); i++) {
        struct import_result result;
        struct why why = {""};
        const char *text = arena_printf(on->arena, "%s20692,2,2,x\n%s", OFFICIAL, rejected[i].row);
        if (import_as(on, "mue_07-01-2026.csv", NULL, span_of(text), NULL, IMPORT_GUESS, &result, &why) != FAIL_INPUT)
            fail_msg("%s: imported", rejected[i].name);
        if (result.rejected != 1 || result.rejects[0].line != 7)
            fail_msg("%s: %zu rejected, line %zu", rejected[i].name, result.rejected, result.rejects[0].line);
        expect_within(rejected[i].name, result.rejects[0].reason, rejected[i].reason);
    }
}

static const struct unusable unusable[] = {
    {"empty", "mue_07-01-2026.csv", {"", 0}, "is empty"},
    {"header alone", "mue_07-01-2026.csv", {PLAIN, sizeof PLAIN - 1}, "holds no row"},
    {"another kind", "mue_07-01-2026.csv", {"HCPCS,MOD\n20690,\n", 17}, "is it the right file"},
    {"no day", "limits.csv", {PLAIN, sizeof PLAIN - 1}, "--effective"},
    {"cut in the notice", "mue_07-01-2026.csv", {"\"A notice\nthat", 14}, "never closed"},
    {"binary",
     "mue_07-01-2026.csv",
     {"\x7f"
      "ELF\0\0\n",
      7},
     "no text"},
    {"UTF-16",
     "mue_07-01-2026.csv",
     {"\xff\xfe"
      "C\0P\0",
      6},
     "UTF-16"},
};

static void a_file_that_is_none_is_refused(void **state) { expect_unusable(*state, "mue", unusable, COUNT(unusable)); }

static void hospitals_are_not_taken_for_practitioners(void **state) {
    struct span text =
        span_of("HCPCS/CPT Code,Outpatient Hospital Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n20690,2,2,x\n");
    struct import_result result;
    struct why why = {""};
    assert_int_equal(import_as(*state, "mue_07-01-2026.csv", NULL, text, NULL, IMPORT_GUESS, &result, &why), FAIL_INPUT);
    expect_within("recognised", why.text, "none of the files that are known");
    assert_int_equal(import_as(*state, "mue_07-01-2026.csv", "mue", text, NULL, IMPORT_GUESS, &result, &why), FAIL_INPUT);
    expect_within("named", why.text, "is it the right file");
}

static void import_edition_of(struct importing *on, const char *file, const char *units) {
    struct import_result result;
    struct why why = {""};
    const char *text = arena_printf(on->arena, "%s20690,%s,2,x\r\n", PLAIN, units);
    if (import_as(on, file, NULL, span_of(text), NULL, IMPORT_WHOLE, &result, &why))
        fail_msg("%s: %s", file, why.text);
}

static const char days[] = "SELECT value, valid_from, valid_to FROM facts WHERE label = 'MUE' ORDER BY valid_from";

static void editions_follow_each_other(void **state) {
    struct importing *on = *state;
    forget(on);
    import_edition_of(on, "mue-2026-04-01.csv", "3");
    import_edition_of(on, "mue-2026-07-01.csv", "4");
    expect_text("a newer one", "figures", ask(on, days), "3|20260401|20260630\n4|20260701|99991231");
    import_edition_of(on, "mue-2026-01-01.csv", "2");
    expect_text("an older one later", "figures", ask(on, days), "2|20260101|20260331\n3|20260401|20260630\n4|20260701|99991231");
    import_edition_of(on, "mue-2026-04-01.csv", "5");
    expect_text("the same again", "figures", ask(on, days), "2|20260101|20260331\n5|20260401|20260630\n4|20260701|99991231");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_are_read),
        cmocka_unit_test(editions_follow_each_other),
        cmocka_unit_test_setup_teardown(a_row_that_can_not_be_used_is_told, open_importing, close_importing),
        cmocka_unit_test_setup_teardown(a_file_that_is_none_is_refused, open_importing, close_importing),
        cmocka_unit_test_setup_teardown(hospitals_are_not_taken_for_practitioners, open_importing, close_importing),
    };
    return cmocka_run_group_tests(tests, open_importing, close_importing);
}
