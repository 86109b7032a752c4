/* What two words on the command line stand for: files, editions, and folders that are neither. */
#include <sys/stat.h>

#include "tests/unit/desk/run.h"

#define EDITION "FY2026, extract"
#define EARLIER "FY2025, extract"

static const struct {
    const char *name;
    const char *words[WORDS];
    int status;
    const char *wanted, *unwanted;
} rows[] = {
    {"two editions", {"--kb", KB_FILE, "kb", "diff", "--summary", EARLIER, EDITION}, 0, "ICD-10-CM", "Place of service"},
    {"a file and an edition", {"--kb", KB_FILE, "kb", "diff", "--summary", "--date", "2020-01-01", KB_FILE, EDITION}, 0, "ICD-10-CM", "Place of service"},
    {"an edition and a file", {"--kb", KB_FILE, "kb", "diff", "--summary", "--date", "2020-01-01", EDITION, KB_FILE}, 0, "ICD-10-CM", "Place of service"},
    {"two files", {"--kb", KB_FILE, "kb", "diff", "--summary", KB_FILE, KB_FILE}, 0, "no code differs", NULL},
    {"the edition of one system", {"--kb", KB_FILE, "kb", "diff", "--summary", "--date", "2020-01-01", "--system", "ICD10PCS", KB_FILE, EDITION}, 0,
     "ICD-10-PCS", "ICD-10-CM"},
    {"neither", {"--kb", KB_FILE, "kb", "diff", "--summary", KB_FILE, "FY1999"}, 2, "", "ICD"},
};

static void a_word_stands_for_a_file_or_an_edition(void **state) {
    (void)state;
    char folder[] = "/tmp/unit-desk-XXXXXX";
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(mkdir(EDITION, 0755), 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int status = run(rows[i].words);
        if (status != rows[i].status || !strstr(out, rows[i].wanted) || (rows[i].unwanted && strstr(out, rows[i].unwanted)))
            fail_msg("%s: %d\n%.2000s%s", rows[i].name, status, out, err);
    }
    rmdir(EDITION);
    assert_int_equal(chdir("/"), 0);
    rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_stands_for_a_file_or_an_edition),
    };
    return cmocka_run_group_tests_name("desk.kb_diff", tests, NULL, NULL);
}
