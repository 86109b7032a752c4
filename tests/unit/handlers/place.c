/* The place of service that a text tells. */
#include "tests/unit/handlers/asking.h"

#include <string.h>

struct place_row {
    const char *name, *text, *place; /* "": none */
};

static void expect_places(struct asking *asking, const struct place_row *rows, size_t count) {
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        const char *place = ask(asking, rows[i].text)->place;
        if (strcmp(place ? place : "", rows[i].place) == 0)
            continue;
        print_error("%s: wanted [%s], got [%s]\n", rows[i].name, rows[i].place, place ? place : "");
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void the_place_is_told(void **state) {
    static const struct place_row rows[] = {
        {"by number", "What does 20680 pay in POS 11?", "11"},
        {"by number, in full", "20680, place of service 22, what is the fee", "22"},
        {"number and words agree", "20680 in the office, POS 11", "11"},
        {"office", "20680 in the office", "11"},
        {"our office", "we do 20670 at our office", "11"},
        {"in-office", "in-office 20670, fee?", "11"},
        {"a doctor's office", "20670 in a doctor's office", "11"},
        {"asc", "20680 at an ASC", "24"},
        {"asc in small letters", "20680 in our asc", "24"},
        {"surgery center", "20680 in the surgery center", "24"},
        {"ambulatory surgical center", "ambulatory surgical center, 20680", "24"},
        {"emergency room", "20690 in the emergency room", "23"},
        {"ER", "20690 done in the ER", "23"},
        {"ED", "20690 seen in the ED", "23"},
        {"inpatient", "20692 on an inpatient", "21"},
        {"outpatient hospital", "20680 outpatient hospital", "22"},
        {"hospital outpatient department", "20680 in the hospital outpatient department", "22"},
        {"hopd", "20680 HOPD", "22"},
        {"off campus", "20680 in an off-campus HOPD", "19"},
        {"home", "97597 at home", "12"},
        {"patient's home", "97597 in the patient's home", "12"},
        {"skilled nursing", "97597 in a skilled nursing facility", "31"},
        {"snf", "97597 SNF", "31"},
        {"nursing facility", "97597 in a nursing facility", "32"},
        {"assisted living", "97597, assisted living", "13"},
        {"urgent care", "12001 at urgent care", "20"},
        {"telehealth at home", "99213 telehealth, patient at home", "10"},
        {"telehealth by number", "99213 telehealth, POS 02", "02"},
        {"inpatient in the hospital", "20680 in the hospital, inpatient", "21"},
        {"not there but here", "20680 in the ASC, not in the office", "24"},
    };
    expect_places(*state, rows, sizeof rows / sizeof *rows);
}

static void the_place_is_left_open(void **state) {
    static const struct place_row rows[] = {
        {"none", "What does 20680 pay?", ""},
        {"which of two numbers", "POS 12 or 13?", ""},
        {"which", "Which POS for 20680?", ""},
        {"which, in words", "What place of service is 20680 in the office?", ""},
        {"what it means", "What is POS 22?", ""},
        {"is it right", "Is POS 22 right for 20680?", ""},
        {"two places, one of them open", "20680 partly at the surgery center, partly at the hospital", ""},
        {"two places", "20680 in the office or in the ASC?", ""},
        {"number against words", "20680 POS 11 at the ASC", ""},
        {"telehealth", "99213 by telehealth", ""},
        {"outpatient alone", "20680 outpatient", ""},
        {"hospital alone", "20680 in the hospital", ""},
        {"inpatient-only list", "is 20692 on the inpatient-only list", ""},
        {"inpatient coding", "inpatient coding of 20692", ""},
        {"a person in the office", "20680? I am in the office until five", ""},
        {"the office asks", "our office asks about 20680", ""},
        {"office visit", "office visit 99213", ""},
        {"a name", "Lakeside Surgery Center billing: 20680", ""},
        {"erectile", "ED drug, which code", ""},
    };
    expect_places(*state, rows, sizeof rows / sizeof *rows);
}

static void quoted_text_and_signature_tell_no_place(void **state) {
    assert_null(ask_all(*state, "20680", "What does it pay?", "20680 in the office", "in the ASC", NULL)->place);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_place_is_told),
        cmocka_unit_test(the_place_is_left_open),
        cmocka_unit_test(quoted_text_and_signature_tell_no_place),
    };
    return cmocka_run_group_tests_name("handlers.place", tests, asking_setup, asking_teardown);
}
