/* A set of UIDs holds what was put in, in whatever order, and never less. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/uid_set.h"

static const struct {
    const char *name;
    uint32_t added[8];
    const char *ranges;
} rows[] = {
    {"empty", {0}, ""},
    {"one", {7}, "7-7 "},
    {"in order", {1, 2, 3}, "1-3 "},
    {"backwards", {3, 2, 1}, "1-3 "},
    {"apart", {5, 1, 9}, "1-1 5-5 9-9 "},
    {"joined in the middle", {1, 3, 2}, "1-3 "},
    {"put in twice", {4, 4, 5, 4}, "4-5 "},
    {"the last there is", {4294967295u, 4294967294u, 1}, "1-1 4294967294-4294967295 "},
    {"behind the last", {4294967295u, 4294967295u}, "4294967295-4294967295 "},
};

static void ranges_are_joined(void **state) {
    (void)state;
    struct uid_set *set = malloc(sizeof *set);
    assert_non_null(set);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char is[256] = "";
        set->count = 0;
        for (size_t k = 0; k < 8 && rows[i].added[k]; k++)
            uid_set_add(set, rows[i].added[k]);
        for (size_t k = 0, len = 0; k < set->count; k++)
            len += (size_t)snprintf(is + len, sizeof is - len, "%u-%u ", set->ranges[k].first, set->ranges[k].last);
        if (strcmp(is, rows[i].ranges) != 0)
            fail_msg("%s: %s", rows[i].name, is);
    }
    free(set);
}

static void what_was_put_in_is_there_and_nothing_else(void **state) {
    (void)state;
    enum { MOST = 2000 };
    struct uid_set *set = calloc(1, sizeof *set);
    bool added[MOST + 2] = {false};
    assert_non_null(set);
    for (uint32_t i = 0, uid = 1; i < MOST / 2; i++, uid = (uid * 7919 + 13) % MOST + 1) {
        uid_set_add(set, uid);
        added[uid] = true;
    }
    for (uint32_t uid = 0; uid < MOST + 2; uid++)
        if (uid_set_has(set, uid) != added[uid])
            fail_msg("%u is%s there", uid, added[uid] ? " not" : "");
    free(set);
}

static void when_full_it_forgets_nothing(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint32_t from, step;
    } orders[] = {{"upwards", 2, 2}, {"downwards", 4 * UID_SET_RANGES, (uint32_t)-2}};
    struct uid_set *set = malloc(sizeof *set);
    assert_non_null(set);
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        set->count = 0;
        for (uint32_t k = 0, uid = orders[i].from; k < 2 * UID_SET_RANGES; k++, uid += orders[i].step)
            uid_set_add(set, uid);
        assert_int_equal(set->count, UID_SET_RANGES);
        for (uint32_t uid = 2; uid <= 4 * UID_SET_RANGES; uid += 2)
            if (!uid_set_has(set, uid))
                fail_msg("%s: %u is forgotten", orders[i].name, uid);
        assert_false(uid_set_has(set, 4 * UID_SET_RANGES - 1));
        assert_false(uid_set_has(set, 1));
        uid_set_add(set, 3);
        assert_true(uid_set_has(set, 3));
    }
    free(set);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_are_joined),
        cmocka_unit_test(what_was_put_in_is_there_and_nothing_else),
        cmocka_unit_test(when_full_it_forgets_nothing),
    };
    return cmocka_run_group_tests_name("unit.mail.uid_set", tests, NULL, NULL);
}
