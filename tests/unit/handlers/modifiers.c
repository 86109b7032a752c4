/* Modifiers: attached to a code, alone, and what only looks like one. */
#include "tests/unit/handlers/asking.h"

static void a_modifier_hangs_on_its_code(void **state) {
    static const struct codes_row rows[] = {
        {"hyphen", "20693-59", "CPT 20693-59"},
        {"no modifier of that name, but a known code", "20693-11 ok?", "CPT 20693-11"},
        {"no modifier of that name, no known code", "45871-11 ok?", ""},
        {"part of a longer number", "order 20693-11-2024", ""},
        {"two hyphens", "20693-58-RT was denied", "CPT 20693-58-RT"},
        {"lower case behind a hyphen", "20693-rt", "CPT 20693-RT"},
        {"non-breaking hyphen",
         "20693\xe2\x80\x91"
         "59",
         "CPT 20693-59"},
        {"dash",
         "77002\xe2\x80\x93"
         "26",
         "CPT 77002-26"},
        {"blanks around the hyphen", "20693 -59", "CPT 20693-59"},
        {"blank and letters", "20680 LT on the claim", "CPT 20680-LT"},
        {"blank and digits", "99213 25 and 20694", "CPT 99213-25, CPT 20694"},
        {"blank, then the second", "20693-78 RT", "CPT 20693-78-RT"},
        {"comma behind the first", "20693-78, RT", "CPT 20693-78-RT"},
        {"slash", "99213/25", "CPT 99213-25"},
        {"brackets", "20680 (RT) came back", "CPT 20680-RT"},
        {"with modifier", "99213 with modifier 25", "CPT 99213-25"},
        {"with the modifier", "99213 with the modifier 25 please", "CPT 99213-25"},
        {"w/", "99213 w/ 25", "CPT 99213-25"},
        {"with letters", "E0748 with KX", "HCPCS E0748-KX"},
        {"mod", "20693 mod 58", "CPT 20693-58"},
        {"hcpcs", "L4360-RT", "HCPCS L4360-RT"},
        {"each its own", "26055-F1, 26055-F2 and 26055-F3", "CPT 26055-F1-F2-F3"},
        {"different codes", "20690-LT and 20692-RT", "CPT 20690-LT, CPT 20692-RT"},
        {"asked and proposed", "What goes on 20680? LT?", "CPT 20680-LT, MOD LT"},
        {"named two", "20690 w/ modifiers 59 and RT", "CPT 20690-59-RT"},
        {"category III", "0101T-52", "CPT 0101T-52"},
        {"put on a code", "May we put modifier 50 on 27447?", "MOD 50, CPT 27447-50"},
        {"an article before it", "hang a 59 on the 20680", "MOD 59, CPT 20680-59"},
        {"added to a code, and not yet on it", "add 22 to 20692?", "MOD 22, CPT 20692"},
        {"alternatives on a code", "QZ vs QX on 01400", "MOD QZ, MOD QX, CPT 01400"},
        {"one instead of another on a code", "XS instead of 59 on 20670?", "MOD XS, MOD 59, CPT 20670"},
        {"alternatives behind a code", "01400 QK or QY?", "CPT 01400, MOD QK, MOD QY"},
        {"cells of a table", "20693 | RT | 1\n20690 | RT,59 | 1", "CPT 20693-RT, CPT 20690-RT-59"},
        {"cells between semicolons", "1;20693;LT;1\n2;20985;;1", "CPT 20693-LT, CPT 20985"},
        {"a cell of digits under its name", "Code | Mod | Units\n20693 | 78 | 1", "CPT 20693-78"},
        {"a cell of digits may be anything", "20693 | 50 | done", "CPT 20693"},
        {"behind how often", "20680 x2 RT 59", "CPT 20680-RT-59"},
        {"hundred times the same", "99213-25-25-25-25-25-25-25-25-25-25-25-25", "CPT 99213-25"},
    };
    expect_codes(*state, rows, sizeof rows / sizeof *rows);
}

static void a_modifier_stands_alone(void **state) {
    static const struct codes_row rows[] = {
        {"named", "When do we use modifier 58?", "MOD 58"},
        {"named, letters", "modifier XS please", "MOD XS"},
        {"hyphen before", "does -59 help here", "MOD 59"},
        {"article", "20694 needs the 58, right", "CPT 20694, MOD 58"},
        {"verb", "Do I append 51 to 20694?", "MOD 51, CPT 20694"},
        {"list of letters", "LT or RT when both sides are done?", "MOD LT, MOD RT"},
        {"list of three", "XE, XS and XU confuse us", "MOD XE, MOD XS, MOD XU"},
        {"list of digits", "Which modifier, 58/78/79?", "MOD 58, MOD 78, MOD 79"},
        {"field", "MOD: 59", "MOD 59"},
        {"articles in a list", "the difference between an XS and an XU", "MOD XS, MOD XU"},
        {"needed", "Is RT needed for 20680?", "MOD RT, CPT 20680"},
        {"two sentences", "We added modifier 59. Would XS beat 59?", "MOD 59, MOD XS"},
    };
    expect_codes(*state, rows, sizeof rows / sizeof *rows);
}

static void what_only_looks_like_one(void **state) {
    static const struct codes_row rows[] = {
        {"minutes", "20694 took 25 minutes", "CPT 20694"},
        {"behind a code, minutes", "99213 25 minutes", "CPT 99213"},
        {"age", "Patient, 62 years old, 20694", "CPT 20694"},
        {"body mass", "BMI of 52, code 20694", "CPT 20694"},
        {"percent", "they paid 50% of 20694", "CPT 20694"},
        {"date", "20694 on 3/25/2026", "CPT 20694"},
        {"capitals", "IS 20690 OR 20692 AT FAULT", "CPT 20690, CPT 20692"},
        {"assistant without context", "The PA did it, 20694?", "CPT 20694"},
        {"state before a zip", "20694, Atlanta GA 30303", "CPT 20694"},
        {"initials", "Is 20694 fine?\n\nHM", "CPT 20694"},
        {"short for", "TL;DR: 20694?", "CPT 20694"},
        {"vertebrae", "T5-T7 fusion with 22610", "CPT 22610"},
        {"range is no modifier", "20690-20692", "CPT 20690, CPT 20692"},
        {"hours", "seen within 24 hours, 20694", "CPT 20694"},
        {"global days", "20694 has a 90 day global", "CPT 20694"},
        {"money", "20694 pays $55 more", "CPT 20694"},
        {"day of the month", "On May 25, 2026 we did 20694", "CPT 20694"},
    };
    expect_codes(*state, rows, sizeof rows / sizeof *rows);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_modifier_hangs_on_its_code),
        cmocka_unit_test(a_modifier_stands_alone),
        cmocka_unit_test(what_only_looks_like_one),
    };
    return cmocka_run_group_tests_name("handlers.modifiers", tests, asking_setup, asking_teardown);
}
