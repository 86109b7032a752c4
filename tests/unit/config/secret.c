/* Passwords: where they are looked for, and which files are refused. */
#include "tests/unit/config/scratch.h"

static int load_with(struct scratch *s, const char *password_file) {
    return load(s, arena_printf(s->arena,
                                "{\"address\": \"desk@example.org\",\n"
                                "\"imap\": {\"host\": \"h\", \"user\": \"desk\", \"password_file\": \"%s\"},\n"
                                "\"smtp\": {\"host\": \"h\"}}",
                                password_file));
}

static void only_the_line_counts(void **state) {
    struct scratch *s = *state;
    static const char long_text[1025] = {[0 ... 1024] = 'x'};
    static const struct {
        const char *name, *text;
        size_t len;
        mode_t mode;
        const char *password, *report;
    } rows[] = {
        {"line", "pass word\n", 10, 0600, "pass word", ""},
        {"line of Windows", "pass\r\n", 6, 0600, "pass", ""},
        {"no line end", "pass", 4, 0400, "pass", ""},
        {"UTF-8", "p\xc3\xa4ss\n", 6, 0600, "p\xc3\xa4ss", ""},
        {"empty", "", 0, 0600, NULL, "file is empty; write the password into it"},
        {"an empty line", "\npass\n", 6, 0600, NULL, "file is empty; write the password into it"},
        {"two lines", "user\npass\n", 10, 0600, NULL, "file has more than one line; it should hold the password and nothing else"},
        {"a NUL", "pa\0ss", 5, 0600, NULL, "file has more than one line; it should hold the password and nothing else"},
        {"long", long_text, sizeof long_text, 0600, NULL, "file has more than 1024 bytes; it should hold the password and nothing else"},
        {"for all", "pass\n", 5, 0644, NULL, "file may be read by others (mode 0644); run chmod 600 file"},
        {"for the group", "pass\n", 5, 0640, NULL, "file may be read by others (mode 0640); run chmod 600 file"},
        {"to write for others", "pass\n", 5, 0602, NULL, "file may be read by others (mode 0602); run chmod 600 file"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        write_file(s, "file", rows[i].text, rows[i].len, rows[i].mode);
        int fail = load_with(s, "file");
        const char *want = rows[i].password ? "" : arena_printf(s->arena, "desk.json:2: imap.password_file: %s\n", rows[i].report);
        if (fail != (rows[i].password ? 0 : FAIL_CONFIG) || strcmp(report_of(s), want) != 0)
            fail_msg("%s: %d %s", rows[i].name, fail, report_of(s));
        if (rows[i].password)
            assert_string_equal(s->config.imap.password, rows[i].password);
    }
}

static void what_is_no_file_is_refused_at_once(void **state) {
    struct scratch *s = *state;
    char path[128];
    snprintf(path, sizeof path, "%s/fifo", s->folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(load_with(s, "fifo"), FAIL_CONFIG);
    assert_non_null(strstr(s->report.ptr, "is no plain file"));
    assert_int_equal(load_with(s, s->folder), FAIL_CONFIG);
    assert_non_null(strstr(s->report.ptr, "is no plain file"));
}

static void the_folder_of_credentials_comes_first(void **state) {
    struct scratch *s = *state;
    char folder[128], outside[200];
    snprintf(folder, sizeof folder, "%s/credentials", s->folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    setenv("CREDENTIALS_DIRECTORY", folder, 1);
    write_file(s, "credentials/pw", "from systemd\n", 13, 0440);
    assert_int_equal(load_with(s, "pw"), 0);
    assert_string_equal(s->config.imap.password, "from systemd");
    assert_int_equal(load_with(s, arena_printf(s->arena, "%s/pw", folder)), 0);
    assert_string_equal(s->config.imap.password, "from systemd");

    /* Its modes are right there alone. */
    write_file(s, "open", "x\n", 2, 0644);
    snprintf(outside, sizeof outside, "%s/../open", folder);
    assert_int_equal(load_with(s, outside), FAIL_CONFIG);
    assert_int_equal(load_with(s, "../open"), FAIL_CONFIG);
    write_file(s, "credentials2", "x\n", 2, 0644);
    assert_int_equal(load_with(s, arena_printf(s->arena, "%s2", folder)), FAIL_CONFIG);
    unlink(arena_printf(s->arena, "%s/pw", folder));
    assert_int_equal(load_with(s, "pw"), 0);
    assert_string_equal(s->config.imap.password, "secret");
    unsetenv("CREDENTIALS_DIRECTORY");
}

static void a_report_never_holds_the_password(void **state) {
    struct scratch *s = *state;
    write_file(s, "file", "hunter2\nhunter3\n", 16, 0644);
    assert_int_equal(load_with(s, "file"), FAIL_CONFIG);
    assert_null(strstr(s->report.ptr, "hunter"));
    write_file(s, "file", "hunter2\nhunter3\n", 16, 0600);
    assert_int_equal(load_with(s, "file"), FAIL_CONFIG);
    assert_null(strstr(s->report.ptr, "hunter"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(only_the_line_counts),
        TEST(what_is_no_file_is_refused_at_once),
        TEST(the_folder_of_credentials_comes_first),
        TEST(a_report_never_holds_the_password),
    };
    return cmocka_run_group_tests_name("config.secret", tests, NULL, NULL);
}
