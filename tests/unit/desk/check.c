/* codingdesk check: what it prints for a set of codes, its JSON and its exit status. Operands are shared with lookup. */
#include "tests/unit/desk/run.h"

static void every_line_has_its_status(void **state) {
    (void)state;
    static const struct {
        const char *name;
        const char *words[WORDS];
        int status;
        const char *out, *err;
    } rows[] = {
        {"clean", {"check", "20690", "20680", NULL}, 0, "Nothing speaks against this claim", NULL},
        {"an edit", {"check", "20670", "20680", NULL}, 1, "20670 is held back beside 20680", NULL},
        {"opened", {"check", "20670-59,", "20680", NULL}, 0, "20670-59 opens the NCCI edit", NULL},
        {"small letters", {"check", "20670-xs", "20680", NULL}, 0, "20670-XS opens the NCCI edit", NULL},
        {"one operand", {"check", "20670-59, 20680, DOS 2026-03-01", NULL}, 0, "Checked for the date of service 2026-03-01", NULL},
        {"a day", {"check", "--date", "2026-03-02", "20690", "20680", NULL}, 0, "the date of service 2026-03-02", NULL},
        {"a day against DOS", {"check", "--date", "2026-03-02", "20690", "DOS", "2026-03-01", NULL}, 2, NULL, "leave one out"},
        {"two days", {"check", "20690", "DOS", "2026-03-01", "20680", "DOS", "2026-03-02", NULL}, 2, NULL, "one date of service"},
        {"slashes in a day", {"check", "20690", "DOS", "3/1/2026", NULL}, 0, "date of service 2026-03-01", NULL},
        {"slashes between codes", {"check", "20690/20680", NULL}, 0, "Read as: 20690; 20680", NULL},
        {"a modifier apart", {"check", "20670", "59", "20680", NULL}, 0, "Read as: 20670-59; 20680", NULL},
        {"a modifier named", {"check", "20670 modifier 59 20680", NULL}, 0, "Read as: 20670-59; 20680", NULL},
        {"a modifier of nothing", {"check", "59", "20680", NULL}, 2, NULL, "write 99213-25"},
        {"no modifier known", {"check", "20680", "0Z", NULL}, 2, NULL, "write 99213-25"},
        {"a place", {"check", "20680", "POS", "11", NULL}, 0, "the place of service (11)", NULL},
        {"units of none", {"check", "20680", "x0", NULL}, 2, NULL, "units are a number from 1 to"},
        {"units of none, joined", {"check", "20680x0", NULL}, 2, NULL, "units are a number from 1 to"},
        {"too many units", {"check", "20680x99999999999999999999", NULL}, 2, NULL, "units are a number from 1 to"},
        {"a modifier beyond ASCII", {"check", "20680-\xc3\xa9", NULL}, 2, NULL, "20680-...: codes and modifiers are plain letters"},
        {"both sides and one", {"check", "27447-50-LT", NULL}, 1, "50 tells both sides and LT one", NULL},
        {"left and right on a line", {"check", "27447-LT-RT", NULL}, 1, "has LT and RT on one line", NULL},
        {"both parts", {"check", "73560-26-TC", NULL}, 1, "26 is one part and TC the other", NULL},
        {"two kinds of assistants", {"check", "27447-80-AS", NULL}, 1, "has 80 and AS on one line", NULL},
        {"twice", {"check", "27447-RT-RT", NULL}, 1, "has RT twice", NULL},
        {"both sides, two units", {"check", "27447-50x2", NULL}, 1, "has more than one unit", NULL},
        {"both sides, one diagnosed", {"check", "27447-50", "M17.11", NULL}, 0, "M17.11 lies on the right alone", NULL},
        {"two visits", {"check", "99213", "99214", NULL}, 1, "Two visits of one day, 99213 and 99214", NULL},
        {"two visits with 25", {"check", "99213-25", "99214", NULL}, 0, "25 on 99213 does not make them separate", NULL},
        {"a side on a visit", {"check", "99213-LT", "17110", NULL}, 1, "opens nothing: it belongs on a procedure", NULL},
        {"nothing known", {"check", "20690", "11055", NULL}, 0, "No error found, but not everything could be checked.", NULL},
        {"units", {"check", "27447x2", NULL}, 1, "2 units of 27447 are too many", NULL},
        {"units behind a modifier", {"check", "27447-RTx2", NULL}, 1, "2 units of 27447 are too many", NULL},
        {"units apart", {"check", "27447", "x2", NULL}, 1, "2 units of 27447 are too many", NULL},
        {"two lines of a code", {"check", "27447-RT", "27447-LT", NULL}, 1, "is one line with 50 and one unit", NULL},
        {"no units", {"check", "27447-RT", NULL}, 0, "Nothing speaks against", NULL},
        {"side", {"check", "20690-LT", "S82.251A", NULL}, 1, "Correct the side", NULL},
        {"an X of a diagnosis", {"check", "20680", "T84.84XA", NULL}, 0, "T84.84XA", NULL},
        {"a code that is none", {"check", "zzzzzzzzzzzzzz", NULL}, 2, NULL, "has not the form of a code"},
        {"a modifier that is none", {"check", "20690-5", NULL}, 2, NULL, "a modifier has two characters"},
        {"a day that is none", {"check", "20690", "DOS", "2026-02-30", NULL}, 2, NULL, "write it as YYYY-MM-DD"},
        {"no codes", {"check", NULL}, 2, NULL, NULL},
        {"nothing in them", {"check", ",", NULL}, 2, NULL, "that is no code"},
        {"lookup takes the same", {"lookup", "20690-59,", "DOS", "2026-03-01", NULL}, 0, "Valid on 2026-03-01", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *words[WORDS] = {"--kb", KB_FILE};
        for (size_t k = 0; k + 2 < WORDS && rows[i].words[k]; k++)
            words[k + 2] = rows[i].words[k];
        int status = run(words);
        if (status != rows[i].status)
            fail_msg("%s: exit status %d\n%s%s", rows[i].name, status, out, err);
        if (rows[i].out && !strstr(out, rows[i].out))
            fail_msg("%s: no \"%s\" in\n%s", rows[i].name, rows[i].out, out);
        if (rows[i].err && !strstr(err, rows[i].err))
            fail_msg("%s: no \"%s\" in\n%s", rows[i].name, rows[i].err, err);
    }
}

static void json_is_the_contract(void **state) {
    (void)state;
    const char *const words[] = {"--kb", KB_FILE, "check", "--json", "20670", "20680-LT", "S82.251A", "DOS", "2026-03-01", NULL};
    assert_int_equal(run(words), 1);
    json_t *object = json_loads(out, 0, NULL);
    assert_non_null(object);
    assert_string_equal(json_string_value(json_object_get(object, "date")), "2026-03-01");
    assert_true(json_is_false(json_object_get(object, "billable")));
    assert_true(json_array_size(json_object_get(object, "sources")) > 0);
    json_t *code = json_array_get(json_object_get(object, "codes"), 1);
    assert_string_equal(json_string_value(json_object_get(code, "code")), "20680");
    assert_string_equal(json_string_value(json_array_get(json_object_get(code, "modifiers"), 0)), "LT");
    assert_int_equal(json_integer_value(json_object_get(code, "units")), 1);
    json_t *findings = json_object_get(object, "findings"), *finding = json_array_get(findings, 0);
    assert_string_equal(json_string_value(json_object_get(finding, "severity")), "error");
    assert_string_equal(json_string_value(json_object_get(finding, "rule")), "ncci");
    assert_string_equal(json_string_value(json_array_get(json_object_get(finding, "codes"), 0)), "20670");
    assert_null(strchr(json_string_value(json_object_get(finding, "text")), '\n'));
    assert_string_equal(json_string_value(json_object_get(json_array_get(findings, 1), "rule")), "side");
    json_decref(object);
}

static void json_of_a_clean_claim(void **state) {
    (void)state;
    const char *const words[] = {"--kb", KB_FILE, "check", "--json", "20690", "20680", NULL};
    assert_int_equal(run(words), 0);
    json_t *object = json_loads(out, 0, NULL);
    assert_true(json_is_true(json_object_get(object, "billable")));
    json_decref(object);
}

static void json_of_many_procedures(void **state) {
    (void)state;
    const char *const words[] = {"--kb", KB_FILE, "check", "--json", "20610 20605 20600 11042 11720 17110 64450 20690 20680 20670 29881 29880", NULL};
    assert_int_equal(run(words), 1);
    json_t *object = json_loads(out, 0, NULL), *finding;
    bool last = false;
    size_t i;
    json_array_foreach(json_object_get(object, "findings"), i, finding) {
        json_t *codes = json_object_get(finding, "codes");
        const char *one = json_string_value(json_array_get(codes, 0)), *two = json_string_value(json_array_get(codes, 1));
        last = last || (one && two && ((strcmp(one, "29880") == 0 && strcmp(two, "29881") == 0) || (strcmp(one, "29881") == 0 && strcmp(two, "29880") == 0)));
    }
    assert_true(last);
    assert_int_equal(json_integer_value(json_object_get(object, "left_out")), 0);
    json_decref(object);
}

static void json_of_what_is_not_known(void **state) {
    (void)state;
    const char *const words[] = {"--kb", KB_FILE, "check", "--json", "20690", "11055", NULL};
    assert_int_equal(run(words), 0);
    json_t *object = json_loads(out, 0, NULL);
    assert_true(json_is_null(json_object_get(object, "billable")));
    assert_string_equal(json_string_value(json_array_get(json_object_get(object, "not_known"), 0)), "11055");
    json_decref(object);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_has_its_status),
        cmocka_unit_test(json_is_the_contract),
        cmocka_unit_test(json_of_a_clean_claim),
        cmocka_unit_test(json_of_many_procedures),
        cmocka_unit_test(json_of_what_is_not_known),
    };
    return cmocka_run_group_tests_name("desk.check", tests, NULL, NULL);
}
