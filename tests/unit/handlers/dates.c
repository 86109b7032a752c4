/* The date of service a text names; other dates are not it. today is 2026-11-01. */
#include "tests/unit/handlers/asking.h"

#include <string.h>

static void the_date_of_service_is_found(void **state) {
    static const struct {
        const char *name, *text, *iso;
    } rows[] = {
        {"dos american", "20693, DOS 3/1/2026", "2026-03-01"},
        {"dos with colon", "DOS: 03/01/2026 and nothing else", "2026-03-01"},
        {"short year", "dos 3-1-26", "2026-03-01"},
        {"without year", "dos 3/1, claim denied", "2026-03-01"},
        {"without year, not yet come", "dos 12/24", "2025-12-24"},
        {"iso", "20693 done on 2026-03-01", "2026-03-01"},
        {"in words", "The surgery was on March 1st, 2026.", "2026-03-01"},
        {"day first", "performed on 1 March 2026", "2026-03-01"},
        {"abbreviated month", "date of service Sept. 3, 2025", "2025-09-03"},
        {"full name", "Date of service is 2025-09-03", "2025-09-03"},
        {"birth date is none", "DOB 3/1/1956, 20693?", ""},
        {"born", "born on March 1, 1956", ""},
        {"both", "dob 3/1/1956, dos 3/1/2026", "2026-03-01"},
        {"printed", "the list printed on 2009-01-01", ""},
        {"no such day", "dos 2/30/2026", ""},
        {"bare date", "3/1/2026", ""},
        {"the day seen beats the day fixed", "fixed on 2/3/2026, seen again on 2/20/2026", "2026-02-20"},
        {"two days of equal claim", "nailed on 2/3/2026, removed on 2/20/2026", ""},
        {"fraction", "20693 and 1/2 of it", ""},
        {"service date beats another", "sent on 2026-04-01, seen on 2026-03-01", "2026-03-01"},
    };
    struct asking *asking = *state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct question *question = ask(asking, rows[i].text);
        if (strcmp(question->date_of_service.iso, rows[i].iso) != 0) {
            print_error("%s: wanted [%s], got [%s]\n", rows[i].name, rows[i].iso, question->date_of_service.iso);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void look_ups_are_for_that_day(void **state) {
    struct asking *asking = *state;
    assert_string_equal(question_date(ask(asking, "dos 3/1/2026 20693")).iso, "2026-03-01");
    assert_string_equal(question_date(ask(asking, "20693")).iso, "2026-11-01");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_date_of_service_is_found),
        cmocka_unit_test(look_ups_are_for_that_day),
    };
    return cmocka_run_group_tests_name("handlers.dates", tests, asking_setup, asking_teardown);
}
