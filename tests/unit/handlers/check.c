/* The check of a claim: when it is asked, and every rule both ways. */
#include "tests/unit/handlers/seeded.h"

#define EDIT(column_1, column_2, indicator)                                                                                                \
    "{\"column1\": \"" column_1 "\", \"column2\": [\"" column_2 "\"], \"indicator\": \"" indicator                                        \
    "\", \"valid_from\": \"2025-01-01\", \"source\": \"n\"}"
#define OPENS SEED_TEXT("guidelines", "Among the modifiers that may open an NCCI edit with indicator 1.")
#define GLOBAL(days) "{\"section\": \"fee\", \"label\": \"global days\", \"value\": \"" days "\", \"source\": \"s\"}"
#define BILATERAL(value) "{\"section\": \"fee\", \"label\": \"bilateral indicator\", \"value\": \"" value "\", \"source\": \"s\"}"
#define UNITS(most, kind)                                                                                                                  \
    "{\"section\": \"units\", \"label\": \"MUE\", \"value\": \"" most "\", \"source\": \"s\"}, {\"section\": \"units\", \"label\": "        \
    "\"MAI\", \"value\": \"" kind "\", \"text\": \"Kind " kind ".\", \"source\": \"s\"}"
#define ENDED(code, title, successor)                                                                                                      \
    "{\"system\": \"ICD10CM\", \"code\": \"" code "\", \"title\": \"" title "\", \"source\": \"s\", \"valid_from\": \"2024-01-01\", "          \
    "\"valid_to\": \"2025-12-31\", \"successor\": \"" successor "\"}"

static const char seed[] =
    "{\"sources\": [" SEED_SOURCE ", {\"id\": \"n\", \"publisher\": \"p\", \"title\": \"edits\", \"edition\": \"2026, first quarter\", \"kind\": "
    "\"ptp\"}], \"editions\": [" SEED_EDITION("CPT", "2024-01-01", "2026-12-31") "," SEED_EDITION("MOD", "2024-01-01", "2026-12-31") ","
    SEED_EDITION("ICD10CM", "2024-01-01", "2026-12-31") "],"
    "\"codes\": [" SEED_CODE("CPT", "20690", "one bar", SEED_NAMES("diagnoses", "ICD10CM:S82.251A", "Fits.") ","
        SEED_FACT("modifiers", "do not fit", "50: both sides are paid as one.") "," UNITS("2", "2")) ","
    SEED_CODE("CPT", "20692", "rings", GLOBAL("090") "," UNITS("2", "3") "," SEED_NAMES("diagnoses", "ICD10CM:S82.252A", "Fits.")) ","
    SEED_CODE("CPT", "20693", "revision", GLOBAL("010")) "," SEED_CODE("CPT", "20680", "deep plate out", "") ","
    SEED_CODE("CPT", "99213", "visit", "") "," SEED_CODE("CPT", "22612", "fusion", "") ","
    SEED_CODE("CPT", "20937", "chips", SEED_RELATED("related", "primary code", "CPT:22612")) ","
    SEED_CODE("CPT", "20931", "donor", SEED_FACT("related", "primary code", "Any primary code that the Medicare contractor takes.")) ","
    SEED_CODE("CPT", "20932", "with it", GLOBAL("ZZZ")) ","
    SEED_CODE("CPT", "27140", "hip moved", GLOBAL("090") "," BILATERAL("1") "," UNITS("1", "2")) ","
    SEED_CODE("CPT", "27125", "hips", GLOBAL("090") "," BILATERAL("2")) "," SEED_CODE("CPT", "73560", "picture", BILATERAL("3")) ","
    SEED_CODE("CPT", "27132", "old hip", UNITS("0", "3")) ","
    SEED_HEADER("S82.25", "Fracture of shaft") "," SEED_CODE("ICD10CM", "S82.251A", "Fracture of right shaft", "") ","
    SEED_CODE("ICD10CM", "S82.252A", "Fracture of left shaft", "") "," ENDED("S82.259A", "Fracture, old way", "S82.251A") ","
    SEED_CODE("ICD10CM", "S62.521A", "Fracture of right thumb", "") ","
    SEED_CODE("ICD10CM", "E11.9", "Sugar", "{\"section\": \"guidelines\", \"label\": \"Excludes1 at E11\", \"related\": \"ICD10CM:E10.9\", \"text\": "
                                          "\"the other kind (E10.9)\", \"source\": \"s\"}, " SEED_FACT("guidelines", "Excludes1 (E00-E89)", "newborn (P70-P74)") ","
        SEED_FACT("guidelines", "Excludes2", "elsewhere (M00-M99)")) ","
    SEED_CODE("ICD10CM", "E10.9", "Other sugar", "") "," SEED_CODE("ICD10CM", "P72.1", "Newborn", "") "," SEED_CODE("ICD10CM", "M79.1", "Muscle", "") ","
    SEED_CODE("MOD", "59", "distinct", OPENS) "," SEED_CODE("MOD", "25", "visit", OPENS) "," SEED_CODE("MOD", "50", "both sides", "") ","
    SEED_CODE("MOD", "LT", "Left side", OPENS) "," SEED_CODE("MOD", "RT", "Right side", OPENS) "," SEED_CODE("MOD", "FA", "Left hand, thumb", OPENS) "],"
    "\"pairs\": [" EDIT("20692", "20690", "1") "," EDIT("20693", "20692", "0") "]}";

#define CHECK(name, text, ...) {name, text, INTENT_MEANING, "check", ACTION_ANSWER, __VA_ARGS__}

static const struct seeded_row rows[] = {
    CHECK("clean", "20690, 20680, S82.251A ok?",
          {"Nothing speaks against this claim in the files loaded here.", "Checked for 2026-08-01", "the NCCI edits of 2026, first quarter", "Not checked: coverage"},
          {"To mend", "To look at"}),
    CHECK("the date of service", "20690, 20680, S82.251A, DOS 3/1/2026: ok?", {"Checked for the date of service 2026-03-01"}, {NULL}),
    CHECK("diagnosis listed", "20690 S82.251A", {"S82.251A is listed here for 20690 [1]."}, {"not among"}),
    CHECK("diagnosis listed for one", "20690, 20692-59, S82.252A", {"S82.252A is listed here for 20692 [2]; is not among those listed here for 20690."}, {NULL}),
    CHECK("header", "20690 S82.25", {"One thing to mend", "S82.25 (Fracture of shaft) [1] is a header", "Billable below it: S82.251A, S82.252A"}, {"Nothing"}),
    CHECK("ended diagnosis", "20690 S82.259A", {"is no longer valid", "replaced by S82.251A"}, {"Nothing"}),
    CHECK("before it ended", "20690 S82.259A DOS 5/5/2025", {"Nothing speaks against"}, {"no longer valid"}),
    CHECK("edit closed", "20692 20693", {"20692 is not paid beside 20693: NCCI edit, indicator 0", "Leave 20692 out."}, {"Nothing speaks"}),
    CHECK("edit open, nothing opens it", "20690 20692", {"One thing to mend", "20690 is held back beside 20692", "Add 59, XE, XS, XP or XU on 20690"}, {"Nothing"}),
    CHECK("edit opened", "20690-59 20692 S82.251A",
          {"Nothing speaks against", "Note: 20690-59 opens the NCCI edit", "the record must show a separate site"}, {"To mend"}),
    CHECK("59 on the other line", "20690 20692-59 S82.251A", {"The 59 stands on 20692, which is column 1"}, {"Nothing", "20692-59 does not"}),
    CHECK("59 without an edit", "20690-59 20680 S82.251A", {"one thing wants a look", "To look at: 20690-59"}, {"To mend"}),
    CHECK("modifier that does not fit", "20690-50 S82.251A", {"To mend: 20690-50 does not fit: both sides are paid as one"}, {"Nothing"}),
    CHECK("side against side", "20690-LT S82.251A", {"S82.251A is Fracture of right shaft", "but LT is Left side", "Correct the side"}, {"Nothing"}),
    CHECK("side with side", "20690-RT S82.251A", {"Nothing speaks against"}, {"Not the same place"}),
    CHECK("finger against side", "20690-FA S62.521A", {"S62.521A is Fracture of right thumb", "but FA is Left hand, thumb"}, {"Nothing"}),
    CHECK("diagnoses that exclude each other", "20680, E10.9, E11.9 ok?",
          {"one thing wants a look", "E11.9 and E10.9 are not coded together (Excludes1 at E11, e: the other kind (E10.9))"}, {"Nothing speaks"}),
    CHECK("a range that is excluded", "20680, E11.9, P72.1 ok?", {"E11.9 and P72.1 are not coded together"}, {"Nothing speaks"}),
    CHECK("Excludes2 excludes nothing", "20680, E11.9, M79.1 ok?", {"Nothing speaks against"}, {"not coded together"}),
    CHECK("add-on without its primary", "20937 20680 S82.251A", {"one thing wants a look", "20937 is an add-on without a primary code that is known here: 20680 is not listed as one.", "one of 22612"}, {"Nothing speaks"}),
    CHECK("add-on with it", "20937 22612 S82.251A", {"Nothing speaks against"}, {"add-on without"}),
    CHECK("add-on that any may carry", "20931 20680 S82.251A",
          {"20931 is an add-on: whether 20680 may carry it the Medicare contractor decides"}, {"without a primary", "To mend"}),
    CHECK("add-on without a list", "20932 20680 S82.251A", {"20932 is an add-on: whether 20680 may carry it is in no list loaded here"}, {"not listed as one"}),
    CHECK("add-on without a list, by itself", "20932 S82.251A", {"20932 is an add-on without a primary code: it is never paid alone, and no list"}, {"may carry"}),
    CHECK("add-on by itself", "20931 S82.251A", {"20931 is an add-on without a primary code: it is paid only beside one"}, {"may carry"}),
    CHECK("both sides on two lines, over the limit", "27140-LT, 27140-RT, S82.251A",
          {"One thing to mend", "27140 on both sides is one line with 50 and one unit", "LT and RT on two lines make 2 units, and 1 a day pass (MUE of e, MAI 2)"},
          {"Nothing", "too many"}),
    CHECK("both sides with 50", "27140-50 S82.251A S82.252A", {"Nothing speaks against"}, {"both sides is", "alone"}),
    CHECK("both sides with 50, one diagnosed", "27140-50 S82.251A", {"one thing wants a look", "27140-50 tells both sides, and S82.251A lies on the right alone"}, {"To mend"}),
    CHECK("both sides as one", "27125-LT, 27125-RT, S82.251A", {"one thing wants a look", "27125 on both sides: bilateral indicator 2."}, {"one line with 50"}),
    CHECK("both sides, each in full", "73560-LT, 73560-RT, S82.251A", {"Nothing speaks against"}, {"both sides"}),
    CHECK("one side", "27140-LT S82.252A", {"Nothing speaks against"}, {"both sides"}),
    CHECK("the two sides of one diagnosis", "20680 with S82.251A and S82.252A on one claim, an error?",
          {"Nothing speaks against", "S82.251A and S82.252A on one claim are no error by themselves"}, {"To mend"}),
    CHECK("a limit of none", "27132 x1 S82.251A", {"one thing wants a look", "To look at: No unit of 27132 is payable in the practitioner file (MUE 0 of e", "the file for suppliers is not loaded here."}, {"Kind 3.", "too many"}),
    CHECK("visit beside minor surgery", "99213 20693 S82.251A", {"99213 stands beside 20693 (global days 010)", "Add 25 if"}, {"Add 57", "To mend"}),
    CHECK("visit beside major surgery", "99213 20692 S82.251A", {"one thing wants a look", "Add 57 if"}, {"Add 25"}),
    CHECK("visit with its modifier", "99213-25 20693 S82.251A", {"Nothing speaks against"}, {"stands beside"}),
    CHECK("units within", "20690 x2 S82.251A", {"Nothing speaks against"}, {"too many"}),
    CHECK("units over, absolute", "20690 x3 S82.251A", {"One thing to mend", "3 units of 20690 are too many: 2 a day pass (MUE of e, MAI 2)", "Kind 2."}, {NULL}),
    CHECK("units over, by record", "20692 x3 S82.251A", {"one thing wants a look", "3 units of 20692", "Kind 3."}, {"To mend"}),
    CHECK("two things", "20690 20692 S82.25", {"Two things to mend before this claim goes out."}, {NULL}),
    CHECK("worst first", "99213 20692 20690-50 S82.251A", {"Two things to mend before this claim goes out, and two to look at."}, {NULL}),
    CHECK("a day without edits", "20690 20692 S82.251A DOS 5/5/2024", {"No error found, but not everything could be checked", "No data: no NCCI edits that are in force on the date of service 2024-05-05"}, {"held back"}),
    CHECK("asked in words", "Please check this claim before it goes out to them: 20690 and 20692", {"One thing to mend"}, {NULL}),
    CHECK("scrub", "Could somebody scrub these, 20690 with 20692 were done on one leg", {"One thing to mend"}, {NULL}),
    {"a denial is no check", "The plan denied 20690 with 20692 on claim 55 as inclusive, are they right?", INTENT_BUNDLING, "bundling", ACTION_ANSWER,
     {"Yes, as far as NCCI goes, unless"}, {"to mend"}},
    {"bundling is no check", "May 20690 and 20692 go together?", INTENT_BUNDLING, "bundling", ACTION_ANSWER, {"Not together"}, {"to mend"}},
    {"one code is no check", "20690?", INTENT_MEANING, "meaning", ACTION_ANSWER, {"one bar"}, {"to mend", "Checked"}},
    {"diagnoses alone are no check", "S82.251A S82.252A", INTENT_MEANING, "meaning", ACTION_ANSWER, {"right shaft"}, {"Checked"}},
    {"which modifier is no check", "Which modifier goes on 20690-59 for S82.251A?", INTENT_MODIFIER, "modifier", ACTION_ANSWER, {"59"}, {"Checked"}},
    {"a fee is no check", "20690-59 and S82.251A fee", INTENT_FEE, "fee", ACTION_ANSWER, {NULL}, {"Checked"}},
};

static void claims_are_checked(void **state) { seeded_rows(*state, seed, rows, COUNT(rows)); }

/* With the whole official file a missing primary is an error. */
static void a_whole_add_on_file_decides(void **state) {
    static const struct seeded_row alone =
        CHECK("add-on without its primary", "20937 20680 S82.251A", {"One thing to mend", "20937 is an add-on without a primary code: 20680 is not listed as one. Add the primary code that was done, one of 22612"}, {"known here"});
    static const struct seeded_row beside = CHECK("add-on with it", "20937 22612 S82.251A", {"Nothing speaks against"}, {"an add-on"});
    enum { ROWS = 3000 };
    struct importing *on = *state;
    struct import_result result;
    struct buf file;
    struct why why = {""};
    struct kb *kb;
    seeded_open(on, seed, &kb);
    kb_close(kb);
    buf_init(&file, 1 << 20);
    buf_text(&file, "primary_code,add_on_code,aoc_edit_type\n22612,20937,1\n");
    for (int i = 0; i < ROWS; i++)
        buf_printf(&file, "%05d,%05d,1\n", 30000 + i, 40000 + i);
    int failed = import_as(on, "aoc_2026.csv", NULL, buf_span(&file), NULL, IMPORT_GUESS, &result, &why);
    buf_free(&file);
    if (failed || kb_open(on->kb, &kb, &why))
        fail_msg("%s", why.text);
    seeded_check(on, kb, &alone);
    seeded_check(on, kb, &beside);
    kb_close(kb);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(claims_are_checked), cmocka_unit_test(a_whole_add_on_file_decides)};
    return cmocka_run_group_tests_name("handlers.check", tests, open_importing, close_importing);
}
