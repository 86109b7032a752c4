/* How many units of a code a text tells. */
#include "tests/unit/handlers/asking.h"

static void units_are_read(void **state) {
    static const struct {
        const char *name, *text;
        int units; /* of the first code */
    } rows[] = {
        {"x2", "20680 x2 today?", 2},
        {"x 2", "Is 20680 x 3 right?", 3},
        {"behind a modifier", "20680-59 x2", 2},
        {"units", "J1885 4 units?", 4},
        {"one unit", "J1885 1 unit?", 1},
        {"none", "What is 20680?", 0},
        {"a number that is none", "20680 2 screws", 0},
        {"before the code", "Two 20680 on one leg?", 0},
        {"the larger one", "20680 x2, or 20680 x3?", 3},
        {"nothing", "20680 x0", 0},
        {"too many", "20680 x 99999", 0},
        {"a diagnosis has none", "S82.251A x2", 0},
        {"before the code", "2 x 20680 today?", 2},
        {"before the code, glued", "2x 20680 today?", 2},
        {"units of", "4 units of 20680?", 4},
        {"before its modifiers", "20680 x2 RT 59", 2},
        {"another's", "20690 and 20680 x2", 0},
    };
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct question *question = ask(*state, rows[i].text);
        int units = question->code_count ? question->codes[0].units : -1;
        if (units != rows[i].units) {
            print_error("%s: %d units\n", rows[i].name, units);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(units_are_read)};
    return cmocka_run_group_tests_name("handlers.extract_units", tests, asking_setup, asking_teardown);
}
