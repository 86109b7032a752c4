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
        {"a day beats DOS", {"check", "--date", "2026-03-02", "20690", "DOS", "2026-03-01", NULL}, 0, "the date of service 2026-03-02", NULL},
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_has_its_status),
        cmocka_unit_test(json_is_the_contract),
        cmocka_unit_test(json_of_a_clean_claim),
    };
    return cmocka_run_group_tests_name("desk.check", tests, NULL, NULL);
}
