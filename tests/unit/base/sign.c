/* Words that only we can have written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sign.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static const struct sign_key key = {{1, 2, 3}}, other_key = {{1, 2, 4}};

static void only_the_same_holds(void **state) {
    (void)state;
    static const struct span signed_parts[] = {{"ann@example.org", 15}, {"1795251600", 10}};
    static const struct {
        const char *name;
        const struct sign_key *key;
        const char *purpose;
        struct span parts[2];
        bool holds;
    } rows[] = {
        {"the same", &key, "register", {{"ann@example.org", 15}, {"1795251600", 10}}, true},
        {"another key", &other_key, "register", {{"ann@example.org", 15}, {"1795251600", 10}}, false},
        {"another purpose", &key, "message-id", {{"ann@example.org", 15}, {"1795251600", 10}}, false},
        {"another part", &key, "register", {{"ann@example.net", 15}, {"1795251600", 10}}, false},
        {"cut elsewhere", &key, "register", {{"ann@example.org1", 16}, {"795251600", 9}}, false},
    };
    struct signature made = sign_parts(&key, "register", signed_parts, COUNT(signed_parts));
    for (size_t i = 0; i < COUNT(rows); i++)
        if (sign_holds(rows[i].key, rows[i].purpose, rows[i].parts, COUNT(rows[i].parts), span_of(made.hex)) != rows[i].holds)
            fail_msg("%s", rows[i].name);
}

static void damaged_ones_do_not_hold(void **state) {
    (void)state;
    struct signature made = sign_parts(&key, "p", NULL, 0);
    struct signature raised = made;
    for (char *c = raised.hex; *c; c++)
        *c = char_upper(*c);
    assert_true(sign_holds(&key, "p", NULL, 0, span_of(raised.hex)));
    assert_false(sign_holds(&key, "p", NULL, 0, span_slice(span_of(made.hex), 0, SIGN_TEXT_BYTES - 2)));
    assert_false(sign_holds(&key, "p", NULL, 0, span_of("")));
    made.hex[0] = made.hex[0] == 'a' ? 'b' : 'a';
    assert_false(sign_holds(&key, "p", NULL, 0, span_of(made.hex)));
    made.hex[0] = 'g';
    assert_false(sign_holds(&key, "p", NULL, 0, span_of(made.hex)));
}

static void a_key_is_made_once(void **state) {
    (void)state;
    char folder[] = "/tmp/codingdesk-sign.XXXXXX", path[64];
    struct sign_key first, second;
    struct stat found;
    struct why why;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/key", folder);
    assert_int_equal(sign_key_load(path, &first, &why), 0);
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    assert_int_equal(sign_key_load(path, &second, &why), 0);
    assert_memory_equal(&first, &second, sizeof first);
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(sign_key_load(path, &second, &why), FAIL_CONFIG);
    assert_non_null(strstr(why.text, "others may read"));
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(truncate(path, 31), 0);
    assert_int_equal(sign_key_load(path, &second, &why), FAIL_CONFIG);
    assert_non_null(strstr(why.text, "no key of 32 bytes"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("/etc/hostname", path), 0);
    assert_int_equal(sign_key_load(path, &second, &why), FAIL_CONFIG);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(sign_key_load(path, &second, &why), FAIL_CONFIG);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_same_holds),
        cmocka_unit_test(damaged_ones_do_not_hold),
        cmocka_unit_test(a_key_is_made_once),
    };
    return cmocka_run_group_tests_name("base.sign", tests, NULL, NULL);
}
