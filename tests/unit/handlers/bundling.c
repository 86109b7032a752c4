/* May codes be billed together: the verdict of a pair, what opens an edit, add-ons, and what belongs to one code alone. */
#include "tests/unit/handlers/seeded.h"

#define EDIT(column_1, column_2, indicator)                                                                                                \
    "{\"column1\": \"" column_1 "\", \"column2\": [\"" column_2 "\"], \"indicator\": \"" indicator                                        \
    "\", \"valid_from\": \"2025-01-01\", \"source\": \"n\"}"
#define OPENS SEED_TEXT("guidelines", "Among the modifiers that may open an NCCI edit with indicator 1.")
#define FIGURE(section, label, value) "{\"section\": \"" section "\", \"label\": \"" label "\", \"value\": \"" value "\", \"source\": \"s\"}"
#define MULTIPLE(value) FIGURE("fee", "multiple procedure indicator", value)
#define BILATERAL(value) FIGURE("fee", "bilateral indicator", value)
#define LIMIT(most, kind) FIGURE("units", "MUE", most) "," FIGURE("units", "MAI", kind)
#define FAMILY(rule) SEED_FACT("guidelines", "multiple endoscopy rule", rule)
#define GLOBAL(days) "{\"section\": \"fee\", \"label\": \"global days\", \"value\": \"" days "\", \"source\": \"s\"}"

static const char seed[] =
    "{\"sources\": [" SEED_SOURCE ", {\"id\": \"n\", \"publisher\": \"p\", \"title\": \"edits\", \"edition\": \"2025, first quarter\", \"kind\": "
    "\"ptp\"}], \"editions\": [" SEED_EDITION("CPT", "2024-01-01", "2026-12-31") "," SEED_EDITION("MOD", "2024-01-01", "2026-12-31") "],"
    "\"codes\": [" SEED_CODE("CPT", "20690", "one bar", SEED_FACT("clinical", "what the record must show", "Which limb.") ","
        SEED_NAMES("modifiers", "MOD:59", "With 20692 only on another limb.") "," SEED_NAMES("modifiers", "MOD:LT", "Left.")) ","
    SEED_CODE("CPT", "20692", "rings", GLOBAL("090")) ","
    SEED_CODE("CPT", "20693", "revision", SEED_TEXT("guidelines", "Taking out 20680 to 20680 is part of it.") ","
        SEED_TEXT("guidelines", "A plaster around the frame is included.") "," SEED_TEXT("plain", "Pins are changed. Wires are added by themselves.") ","
        GLOBAL("010")) ","
    SEED_CODE("CPT", "20680", "deep plate out", "") ","
    SEED_CODE("CPT", "20694", "frame off", SEED_TEXT("guidelines", "Codes 20600-20611 are included.")) ","
    SEED_CODE("CPT", "20610", "needle into a joint", GLOBAL("000")) ","
    SEED_CODE("CPT", "76000", "fluoroscopy for an hour", "") ","
    SEED_CODE("CPT", "99213", "visit", "") ","
    SEED_CODE("CPT", "20937", "chips", SEED_RELATED("related", "primary code", "CPT:22612")) ","
    SEED_CODE("CPT", "20938", "block", SEED_RELATED("related", "primary code", "CPT:22612")) ","
    SEED_CODE("CPT", "20931", "donor", SEED_FACT("related", "primary code", "Any primary code that the Medicare contractor takes.")) ","
    SEED_CODE("CPT", "22612", "fusion", SEED_RELATED("related", "add-on", "CPT:20937") "," SEED_RELATED("related", "add-on", "CPT:20938") "," GLOBAL("090")) ","
    SEED_CODE("CPT", "27140", "hip moved", MULTIPLE("2") "," GLOBAL("090") "," BILATERAL("1") "," LIMIT("1", "2")) ","
    SEED_CODE("CPT", "43200", "tube looked down", MULTIPLE("3") "," FAMILY("The upper ones: 43200 counts once.")) ","
    SEED_CODE("CPT", "43220", "tube widened", MULTIPLE("3") "," FAMILY("The upper ones: 43200 counts once.")) ","
    SEED_CODE("CPT", "45300", "looked up", MULTIPLE("3") "," FAMILY("The lower ones: 45300 counts once.")) ","
    SEED_CODE("CPT", "97010", "warm pack", "{\"section\": \"fee\", \"label\": \"status\", \"value\": \"B\", \"text\": \"Never by itself.\", \"source\": \"s\"}") ","
    SEED_CODE("CPT", "71045", "chest picture", MULTIPLE("0")) ","
    SEED_CODE("MOD", "50", "both sides", SEED_TEXT("guidelines", "One line for both.")) ","
    SEED_CODE("MOD", "59", "distinct", OPENS) "," SEED_CODE("MOD", "25", "visit", OPENS) "," SEED_CODE("MOD", "57", "decision", OPENS) ","
    SEED_CODE("MOD", "LT", "Left", OPENS) "," SEED_CODE("MOD", "RT", "Right", OPENS) "," SEED_CODE("MOD", "51", "several", "") "],"
    "\"pairs\": [" EDIT("20692", "20690", "1") "," EDIT("20693", "20692", "0") "," EDIT("20690", "20693", "9") "," EDIT("20693", "76000", "1") ","
    EDIT("20692", "99213", "1") "," EDIT("20693", "99213", "1") "," EDIT("20694", "20690", "1") "]}";

#define ROW(name, text, ...) {name, text, INTENT_BUNDLING, "bundling", ACTION_ANSWER, __VA_ARGS__}

static const struct seeded_row rows[] = {
    ROW("indicator 1", "20690 and 20692 together?",
        {"Not together without more: 20690 is column 2 of 20692, indicator 1 [1].", "59, XE, XS, XP or XU (LT and RT for the two sides) on 20690",
         "The record of 20690 must show: Which limb.", "20690-59: With 20692 only on another limb."}, {"Yes", "no modifier opens"}),
    ROW("indicator 1, the other way round", "20692 and 20690 together?", {"20690 is column 2 of 20692"}, {"20692 is column 2"}),
    ROW("indicator 0", "20692 and 20693 together?", {"No: 20692 is not paid beside 20693.", "indicator 0, and no modifier opens that"}, {"only with"}),
    ROW("indicator 0, with a modifier", "20692-59 and 20693 together?", {"No: 20692 is not paid beside 20693."}, {"Only if the record"}),
    ROW("indicator 9", "20690 and 20693 together?", {"Yes, as far as NCCI goes: the edit between 20690 and 20693 has indicator 9"}, {"Not together"}),
    ROW("no edit", "20680 and 20690 together?",
        {"Yes, as far as NCCI goes: no edit stands between 20680 and 20690 in the file of 2025, first quarter [1].",
         "The newest NCCI file loaded here is that of 2025, first quarter"}, {"Not together", "No:"}),
    ROW("no edit, but a rule", "20680 and 20693 together?",
        {"NCCI has no edit between 20680 and 20693", "and a rule speaks of the two: Taking out 20680"}, {"Yes, as far"}),
    ROW("a rule that names a range", "20694 and 20610 together?", {"a rule speaks of the two: Codes 20600-20611 are included."}, {"Yes, as far"}),
    ROW("a day before the file", "20690 and 20692 together on DOS 1/5/2024?", {"No data: no NCCI edits that are in force on that day"}, {"Yes", "Not together"}),
    ROW("59 on column 2", "20692 and 20690-59 together?", {"Only if the record bears it out: 59 on 20690 opens the edit"}, {"Not together"}),
    ROW("59 on column 1", "20692-59 and 20690 together?",
        {"Not together without more", "The 59 stands on 20692, which is column 1; column 2, 20690, is the usual place."}, {"opens the edit"}),
    ROW("two sides", "20692-LT and 20690-RT together?", {"RT on 20690 opens the edit"}, {"Not together"}),
    ROW("one side", "20692-LT and 20690-LT together?", {"Not together", "LT stands on both lines"}, {"opens the edit"}),
    ROW("the side of column 1 alone", "20692-LT and 20690 together?", {"Not together"}, {"opens the edit"}),
    ROW("a modifier that opens nothing", "20692 and 20690-51 together?", {"Not together", "Opens no edit: 51"}, {"51 on 20690"}),
    ROW("59 without an edit", "20680 and 20690-59 together?", {"Yes, as far", "Not needed, as there is no edit to open: 59"}, {"Opens no edit"}),
    ROW("a side without an edit", "20680-LT and 20690 together?", {"Yes, as far"}, {"Not needed", "Opens no edit"}),
    ROW("a visit beside major surgery", "20692 and 99213 together?", {"only with 57 on 99213", "decided on the operation"}, {"59, XE"}),
    ROW("a visit beside minor surgery", "20693 and 99213 together?", {"only with 25 on 99213", "significant and separate"}, {"57"}),
    ROW("a visit with its modifier", "20693 and 99213-25 together?", {"25 on 99213 opens the edit"}, {"not 25", "Not together"}),
    ROW("a visit with the other modifier", "20692 and 99213-25 together?", {"25 on 99213 opens the edit", "the modifier for it is 57, not 25"}, {NULL}),
    ROW("59 on a visit", "20693 and 99213-59 together?", {"Not together"}, {"opens the edit"}),
    ROW("an add-on with its primary", "20937 and 22612 together?", {"Yes: 20937 is an add-on, and 22612 is its primary code", "No NCCI edit stands between"}, {"none of those", "as far as"}),
    ROW("an add-on with its primary and a third", "20937, 22612 and 20680 together?", {"20937 is an add-on: its primary code 22612 is there"}, {"none of those"}),
    ROW("add-ons without", "20937 and 20938 together?",
        {"20937 and 20938 are add-ons: paid only beside a primary code, and you named none of those known here: 22612"}, {"is there"}),
    ROW("an add-on with any primary", "20931 and 20680 together?", {"20931 is an add-on", "any that the Medicare contractor takes"}, {"on the list"}),
    ROW("three codes", "20690, 20692 and 20680 together?",
        {"One of the 3 pairs has an NCCI edit", "20692 20690 1 59, XE", "No edit between: 20690 and 20680 [1]; 20692 and 20680"}, {"Not together"}),
    ROW("three codes without an edit", "20610, 20680 and 22612 together?", {"none of the 3 pairs has an edit"}, {"column 1"}),
    ROW("an unfit code first", "20690, 20692 and 20695 together?", {"CPT 20695 does not exist", "Not together"}, {NULL}),
    ROW("is there an edit: none", "Is there an NCCI edit for 20680 and 20690?", {"No NCCI edit stands between 20680 and 20690"}, {"Yes"}),
    ROW("is there an edit: indicator 1", "Does 20690 bundle into 20692?", {"Yes, unless the record shows otherwise: 20690 is column 2"}, {"Not together"}),
    ROW("is there an edit: indicator 0", "Is 20692 inclusive to 20693?", {"Yes: 20692 is not paid beside 20693."}, {"No:"}),
    ROW("is there an edit: indicator 9", "Is 20693 included in 20690?", {"No NCCI edit in force: the edit between 20690 and 20693 has indicator 9"}, {"Yes"}),
    ROW("is there an edit: opened", "Is there still an edit with 20692 and 20690-59?", {"Yes, an edit, open only if the record bears it out: 59 on 20690 opens it"}, {"No"}),
    ROW("bundled or both", "20680 and 20690: bundled, or are both allowed?", {"Both may stand there, as far as NCCI goes: no edit"}, {"Yes", "No:"}),
    ROW("is there an edit: several", "Any edits among 20610, 20680 and 22612?", {"No NCCI edit: none of the 3 pairs has an edit"}, {"Yes"}),
    ROW("every pair has one", "20690, 20692, 20694 edits?", {"2 of the 3 pairs have an NCCI edit", "the others may"}, {NULL}),
    ROW("only pairs with edits", "May 20692, 20693 and 99213 go out?", {"3 of the 3 pairs have an NCCI edit in the file of 2025, first quarter."}, {"the others"}),
    ROW("a denial that stands", "The plan denied 20692 with 20693, are they right?", {"Yes, as far as NCCI goes: 20692 is not paid beside 20693."}, {"No:"}),
    ROW("a denial in a sentence before", "The plan denied 20692 with 20693 as inclusive. Are they right?",
        {"Yes, as far as NCCI goes: 20692 is not paid beside 20693."}, {"No:"}),
    ROW("a denial that may be opened", "They denied 20690 as part of 20692. Correct?", {"Yes, as far as NCCI goes, unless the record shows otherwise"}, {"Not together"}),
    ROW("a denial without an edit", "Denied 20680 with 20690, is that wrong?", {"Not by NCCI: no edit stands", "A payer may have a rule of its own"}, {"Yes"}),
    ROW("is it an add-on", "Is 20937 an add on code, and on which primaries?",
        {"Yes, 20937 is an add-on; its primary codes known here are 22612 [1]."}, {"NCCI edits of", "Your words fit"}),
    ROW("an add-on to anything", "Is 20931 an add-on?", {"Yes, 20931 is an add-on; no list names its primary codes, the Medicare contractor decides"}, {"known here"}),
    ROW("no add-on", "Is 22612 an add-on code?", {"No, 22612 is no add-on: its global days are 090", "Add-ons that go with it: 20937, 20938"}, {"Yes"}),
    ROW("nobody knows whether it is one", "Is 20680 an add-on?", {"Nothing loaded here says that 20680 is an add-on"}, {"Yes,", "No,"}),
    ROW("an add-on and none of its primaries", "May 20937 go with 20680?", {"20937 is an add-on, and 20680 is none of its primary codes known here"}, {"22612"}),
    ROW("both sides", "Are 27140-LT and 27140-RT allowed together?",
        {"27140 on both sides is one line with 50 and one unit: bilateral indicator 1", "LT and RT on two lines make 2 units, and 1 a day pass", "One line for both."}, {"By the rules", "NCCI edits of"}),
    ROW("an add-on that is no part of its primary", "Is 20937 included in 22612?", {"Not by NCCI: 20937 is an add-on, and 22612 is its primary code"}, {"Yes"}),
    ROW("an add-on that was denied", "They denied 20937 with 22612, are they right?", {"Not by NCCI: 20937 is an add-on, and 22612 is its primary"}, {"Yes"}),
    ROW("a visit on a later day", "Is a visit on day 12 after 20693 payable?",
        {"A visit up to day 10 after 20693 is in its payment, from day 11 on it is billed by itself"}, {"Not together"}),
    ROW("a visit on a later day, no global days", "Is a follow-up visit two days after 20610 payable?",
        {"A visit on a later day than that of 20610 is billed by itself"}, {"in its payment"}),
    ROW("a visit of the day", "Is a visit of the same day after 20693 payable?", {"25 on 99213"}, {"billed by itself"}),
    ROW("a later day, nobody knows", "Is a visit on day 12 after 20680 payable?", {"20680"}, {"billed by itself"}),
    ROW("what Medicare does not cover", "May 97010 and 20680 go together?",
        {"Yes, as far as NCCI goes", "97010 has status B in Medicare's fee schedule [2]: Never by itself."}, {NULL}),
    ROW("reduction, one family", "43200 with 43220: is the second reduced, multiple procedure reduction?",
        {"Multiple procedure reduction: yes. The upper ones: 43200 counts once.", "43220: indicator 3."}, {"two families"}),
    ROW("reduction, two families", "43220 with 45300, multiple procedure reduction?",
        {"Multiple procedure reduction: yes. The highest is paid in full, the next at 50 percent", "two families"}, {"counts once"}),
    ROW("reduction, surgery beside endoscopy", "27140 with 45300, MPPR?", {"Multiple procedure reduction: yes. The highest", "27140: indicator 2."}, {"two families"}),
    ROW("no reduction", "27140 with 71045, is there a reduction?", {"Multiple procedure reduction: not the surgical one"}, {"reduction: yes"}),
    ROW("reduction without indicators", "27140 with 20680, is there a reduction?", {"no indicator is loaded for one of them", "20680: no indicator loaded"}, {"reduction: yes"}),
    ROW("one code, a service in words", "Is fluoroscopy bundled into 20693?",
        {"Yes, unless the record shows otherwise: 76000 is column 2 of 20693", "Your words fit 76000 (fluoroscopy for an hour)"}, {"By the rules"}),
    ROW("one code, a word in a rule", "Is plaster bundled into 20693?", {"What decides it for 20693 (revision)", "A plaster around the frame is included."},
        {"Your words fit"}),
    ROW("one code, a word in its description", "Are wires bundled into 20693?", {"- Wires are added by themselves."}, {"Pins are changed"}),
    ROW("one code alone", "What is bundled into 20693?",
        {"By the rules these belong to 20693", "A plaster around the frame is included.", "3 in which other codes are held back beside it, 1 in which"},
        {"Wires are added"}),
};

static void bundling_is_answered(void **state) { seeded_rows(*state, seed, rows, COUNT(rows)); }

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(bundling_is_answered)};
    return cmocka_run_group_tests_name("handlers.bundling", tests, open_importing, close_importing);
}
