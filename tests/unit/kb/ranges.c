/* Which titles a number fits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "kb/ranges.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static void a_number_finds_its_range(void **state) {
    (void)state;
    static const struct {
        const char *name, *asked, *title;
        enum ranges_fit fit;
    } rows[] = {
        {"in a range", "wobble 42", "Wobble 40.0-44.9, adult", RANGES_FIT},
        {"at its end", "wobble 44.9", "Wobble 40.0-44.9, adult", RANGES_FIT},
        {"beside it", "wobble 45", "Wobble 40.0-44.9, adult", RANGES_CLASH},
        {"with words between", "strap 3 cm", "Strap, 2 to 5 cm", RANGES_FIT},
        {"or greater", "wobble 71", "Wobble 70 or greater", RANGES_FIT},
        {"or greater, at its end", "wobble 70", "Wobble 70 or greater", RANGES_FIT},
        {"or less", "wobble 70", "Wobble 19.9 or less", RANGES_CLASH},
        {"a unit before the bound", "strap 30 inches", "Strap, 22 inches or greater", RANGES_FIT},
        {"under is under", "strap under 22 in", "Strap, less than 22 inches", RANGES_FIT},
        {"under is not from", "strap under 22 in", "Strap, 22 inches or greater", RANGES_CLASH},
        {"less than does not hold its end", "strap 22 in", "Strap, less than 22 inches", RANGES_CLASH},
        {"a range in a range", "sock 20-30", "Sock, 18-30 mmhg", RANGES_FIT},
        {"a range across two", "sock 20-30", "Sock, 30-40 mmhg", RANGES_CLASH},
        {"other units", "strap 22 mg", "Strap, 18-30 inches", RANGES_SILENT},
        {"no range in the title", "strap 22", "Strap, 22 inches", RANGES_SILENT},
        {"no number asked", "strap", "Strap, 18-30 inches", RANGES_SILENT},
        {"part of a word", "vitamin B12", "Vitamin, 10-20 mg", RANGES_SILENT},
        {"percent", "burn 15%", "Burn of 10-19% of the body", RANGES_FIT},
        {"a number of no end", "99999999999999999999999", "Wobble 40-44", RANGES_SILENT},
        {"nothing behind the dash", "42-", "Wobble 40-44", RANGES_FIT},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct range asked[RANGES_MAX];
        size_t count = ranges_read(span_of(rows[i].asked), asked);
        enum ranges_fit fit = ranges_compare(asked, count, span_of(rows[i].title));
        if (fit != rows[i].fit)
            fail_msg("%s: %d", rows[i].name, (int)fit);
    }
}

static void no_more_than_there_is_room_for(void **state) {
    (void)state;
    struct range ranges[RANGES_MAX];
    assert_int_equal(ranges_read(SPAN("1 2 3 4 5 6 7 8 9 10 11"), ranges), RANGES_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_finds_its_range),
        cmocka_unit_test(no_more_than_there_is_room_for),
    };
    return cmocka_run_group_tests_name("kb.ranges", tests, NULL, NULL);
}
