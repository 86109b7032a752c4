/* The date of service a text names; other dates are not it. today is 2026-11-01. */
#include "tests/unit/handlers/asking.h"

#include <string.h>

struct date_row {
    const char *name, *text, *iso; /* "": none */
};

static void expect_dates(struct asking *asking, const struct date_row *rows, size_t count) {
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        const struct question *question = ask(asking, rows[i].text);
        if (strcmp(question->date_of_service.iso, rows[i].iso) != 0) {
            print_error("%s: wanted [%s], got [%s]\n", rows[i].name, rows[i].iso, question->date_of_service.iso);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void the_date_of_service_is_found(void **state) {
    static const struct date_row rows[] = {
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
    expect_dates(*state, rows, sizeof rows / sizeof *rows);
}

static void dates_are_written_in_many_ways(void **state) {
    static const struct date_row rows[] = {
        {"slashes, year first", "DOS 2026/03/01", "2026-03-01"},
        {"four digits that are no year", "DOS 0001-03-05", ""},
        {"three digits before a month", "DOS 001-03-05", ""},
        {"dots", "DOS 3.1.26", "2026-03-01"},
        {"eight digits, year first", "DOS 20260301", "2026-03-01"},
        {"eight digits, month first", "DOS 03012026", "2026-03-01"},
        {"six digits", "DOS 030126", "2026-03-01"},
        {"eight digits without a name are none", "order 20260301", ""},
        {"month in letters, hyphens", "DOS 1-Mar-2026", "2026-03-01"},
        {"month in capitals, short year", "DOS 01-MAR-26", "2026-03-01"},
        {"month first, no comma", "DOS Mar 1 2026", "2026-03-01"},
        {"of", "seen on the 1st of March 2026", "2026-03-01"},
        {"no year", "done on March 1st", "2026-03-01"},
        {"no year, not yet come", "done on December 24", "2025-12-24"},
        {"day, month, no year", "done on 1 March", "2026-03-01"},
        {"weekday before", "seen on Sunday, March 1, 2026", "2026-03-01"},
        {"german", "DOS 1. M\xc3\xa4rz 2026", "2026-03-01"},
        {"spanish", "DOS 1 de marzo de 2026", "2026-03-01"},
        {"french", "DOS 1 mars 2026", "2026-03-01"},
        {"day first, where nothing else can be", "DOS 13/2/2026", "2026-02-13"},
        {"letters with full stops", "D.O.S. 3/1/2026", "2026-03-01"},
        {"date of surgery", "date of surgery: 03/01/2026", "2026-03-01"},
        {"surgery date", "surgery date 03/01/2026", "2026-03-01"},
        {"appointment", "appt 3/1/2026", "2026-03-01"},
        {"time behind", "seen 3/1/2026 at 14:30", "2026-03-01"},
        {"for the day", "we billed 20690 for 3/1/2026", "2026-03-01"},
        {"a day to look up", "Was 20690 valid on 1/1/2026?", "2026-01-01"},
        {"to come", "surgery on 12/15/2026", "2026-12-15"},
        {"from and through is the first day", "DOS 3/1/2026 - 3/3/2026", "2026-03-01"},
        {"from and through, glued", "DOS 3/1/2026-3/3/2026", "2026-03-01"},
        {"from and through, in words", "DOS 3/1/2026 to 3/3/2026", "2026-03-01"},
        {"the same twice", "DOS 3/1/26 and DOS 03/01/2026", "2026-03-01"},
    };
    expect_dates(*state, rows, sizeof rows / sizeof *rows);
}

static void other_dates_are_no_date_of_service(void **state) {
    static const struct date_row rows[] = {
        {"yesterday", "seen yesterday", ""},
        {"last tuesday", "seen last Tuesday", ""},
        {"year alone", "seen in 2025", ""},
        {"month alone", "seen in March 2026", ""},
        {"two days", "DOS 3/1/26 & 3/8/26", ""},
        {"three days", "seen 3/1, 3/8 and 3/15", ""},
        {"two days, and", "done 3/1/2026 and 4/1/2026", ""},
        {"birth date, short", "DOB 3/1/56", ""},
        {"birth date, full stops", "D.O.B. 3/1/1956", ""},
        {"birth date in one word", "birthdate: 3/1/1956", ""},
        {"date of birth", "date of birth 3/1/1956", ""},
        {"birth date behind the visit", "seen 3/1/2026, dob 3/1/1956", "2026-03-01"},
        {"birth date beside a name", "Jo Dart 3/1/1956 seen 3/1/2026", "2026-03-01"},
        {"a year too long ago", "seen on 3/1/1956", ""},
        {"a year too far away", "seen on 3/1/2056", ""},
        {"a rule's day", "the rule effective 1/1/2025", ""},
        {"a rule's day, behind on", "effective on 1/1/2025", ""},
        {"injured", "injured on 2/1/2026", ""},
        {"injured and seen", "injured on 2/1/2026, seen on 3/1/2026", "2026-03-01"},
        {"billed", "we billed 20690 on 3/1/2026", ""},
        {"denied", "denied on 3/1/2026", ""},
        {"submitted", "submitted on 3/1/2026", ""},
        {"processed", "EOB processed 3/1/2026", ""},
        {"no such month", "DOS 13/13/2026", ""},
        {"no such day of a common year", "DOS 2/29/2026", ""},
        {"fraction", "on 1/2 of the cases", ""},
        {"an event of the practice", "our practice closed on June 30", ""},
        {"may is a verb", "the service may 5 times be billed", ""},
        {"a day that could be a ratio", "DOS 2/3 is denied", "2026-02-03"},
        {"phone", "call on 555-3-1", ""},
    };
    expect_dates(*state, rows, sizeof rows / sizeof *rows);
}

static void look_ups_are_for_that_day(void **state) {
    struct asking *asking = *state;
    assert_string_equal(question_date(ask(asking, "dos 3/1/2026 20693")).iso, "2026-03-01");
    assert_string_equal(question_date(ask(asking, "20693")).iso, "2026-11-01");
}

/* From an operation to the service, at least and at most. */
static void the_days_after_an_operation_are_counted(void **state) {
    static const struct {
        const char *name, *text;
        long least, most; /* 0: none */
    } rows[] = {
        {"day after", "visit on day 95 after 27447", 95, 95},
        {"in words", "99213 twenty days after 20680", 20, 20},
        {"postop", "POD 12, redness", 12, 12},
        {"weeks", "seen 3 weeks post op", 21, 21},
        {"months leave it open", "seen 2 months after 20680", 56, 62},
        {"a week", "seen a week after 20680", 7, 7},
        {"the span behind", "20680, wound check after 3 weeks", 21, 21},
        {"a course before", "20680 after 3 weeks of pain", 0, 0},
        {"the day", "seen the day after 20680", 1, 1},
        {"a year", "plate out a year later", 365, 366},
        {"before a named day", "seen 10 days after the surgery of 5/4", 10, 10},
        {"both days", "27814 done 3/1/2026. Visit 6/2/2026, still global?", 93, 93},
        {"both days, follow-up", "27814 done 3/1/2026, follow up 5/15/2026 - bill it?", 75, 75},
        {"both days, the visit first", "Visit on 5/15/2026; surgery was 5/1/2026", 14, 14},
        {"both days, across a leap day", "operated 2/20/2024, seen 3/1/2024", 10, 10},
        {"weekdays", "20610 done on Monday, visit on Thursday", 3, 3},
        {"weekdays across the weekend", "injected on Friday, seen Monday", 3, 3},
        {"weekdays of other weeks", "injected on Monday, seen next Thursday", 0, 0},
        {"the visit before", "seen 3/1/2026, surgery 3/9/2026", 0, 0},
        {"two visits", "surgery 3/1/2026, visit 3/5/2026, visit 3/9/2026", 0, 0},
        {"a birthday", "dob 3/1/1956, seen 3/5/2026", 0, 0},
        {"one day", "surgery 3/1/2026", 0, 0},
        {"days of no event", "3/1/2026 and 3/5/2026", 0, 0},
        {"too long ago", "surgery 3/1/2020, seen 3/5/2026", 0, 0},
        {"a term", "within 90 days after 27447", 0, 0},
        {"how long a course is", "antibiotics for 10 days", 0, 0},
    };
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct question *question = ask(*state, rows[i].text);
        if (question->days_after == rows[i].least && question->days_after_most == rows[i].most)
            continue;
        print_error("%s: %ld to %ld days\n", rows[i].name, question->days_after, question->days_after_most);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_date_of_service_is_found),
        cmocka_unit_test(dates_are_written_in_many_ways),
        cmocka_unit_test(other_dates_are_no_date_of_service),
        cmocka_unit_test(look_ups_are_for_that_day),
        cmocka_unit_test(the_days_after_an_operation_are_counted),
    };
    return cmocka_run_group_tests_name("handlers.dates", tests, asking_setup, asking_teardown);
}
