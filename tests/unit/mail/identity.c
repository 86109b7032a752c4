/* What the desk signs is known again, and nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "mail/identity.h"

static const struct sign_key key = {"the key"}, other_key = {"another"};
static const struct identity desk = {"default", "desk.example", &key}, keyless = {"default", "desk.example", NULL};

static int set_up(void **state) {
    *state = arena_new(1 << 20);
    return 0;
}

static int tear_down(void **state) {
    arena_free(*state);
    return 0;
}

static void the_same_question_has_the_same_id(void **state) {
    struct arena *arena = *state;
    const struct identity other_account = {"other", "desk.example", &key};
    const char *id = identity_message_id(&desk, "0123", arena), *mark = identity_loop_mark(&desk, "0123", arena);
    assert_string_equal(id, identity_message_id(&desk, "0123", arena));
    assert_string_not_equal(id, identity_message_id(&desk, "0124", arena));
    assert_string_not_equal(id, identity_message_id(&other_account, "0123", arena));
    assert_string_equal(mark, identity_loop_mark(&desk, "0123", arena));
    assert_int_equal(strlen(id), strlen("<@desk.example>") + 49);
    assert_int_equal(strlen(mark), 49);
    assert_memory_equal(mark, id + 1, 17);           /* one name, */
    assert_memory_not_equal(mark + 17, id + 18, 32); /* signed for two purposes */
    assert_null(identity_loop_mark(&keyless, "0123", arena));
    assert_int_equal(strlen(identity_message_id(&keyless, "0123", arena)), strlen("<@desk.example>") + 32);
}

static char *with(struct arena *arena, const char *text, size_t at, char c) {
    char *ret = arena_copy(arena, span_of(text));
    ret[at] = c;
    return ret;
}

static void only_what_was_signed_is_ours(void **state) {
    struct arena *arena = *state;
    const struct identity stranger = {"default", "desk.example", &other_key}, elsewhere = {"default", "other.example", &key};
    const char *id = identity_message_id(&desk, "0123", arena), *mark = identity_loop_mark(&desk, "0123", arena);
    char *upper = arena_copy(arena, span_of(id));
    for (char *c = upper; *c; c++)
        *c = char_upper(*c);
    const struct {
        const char *name, *id;
        bool signed_one, shaped;
    } rows[] = {
        {"ours", id, true, true},
        {"ours in capitals", upper, true, true},
        {"signed with another key", identity_message_id(&stranger, "0123", arena), false, true},
        {"ours of another domain", identity_message_id(&elsewhere, "0123", arena), false, false},
        {"unsigned, of the right shape", identity_message_id(&keyless, "0123", arena), false, true},
        {"another name", with(arena, id, 1, id[1] == '0' ? '1' : '0'), false, true},
        {"another signature", with(arena, id, 30, id[30] == '0' ? '1' : '0'), false, true},
        {"no dot", with(arena, id, 17, '-'), false, false},
        {"no hex", with(arena, id, 3, 'x'), false, false},
        {"the loop mark as an id", arena_printf(arena, "<%s@desk.example>", mark), false, true},
        {"a domain behind ours", arena_printf(arena, "%.*s.evil.example>", (int)strlen(id) - 1, id), false, false},
        {"no angle", id + 1, false, false},
        {"one sign", "<", false, false},
        {"empty", "", false, false},
        {"a person's", "<abc@desk.example>", false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (identity_made_id(&desk, span_of(rows[i].id)) != rows[i].signed_one)
            fail_msg("%s, with the key: %s", rows[i].name, rows[i].id);
        if (identity_made_id(&keyless, span_of(rows[i].id)) != rows[i].shaped)
            fail_msg("%s, without a key: %s", rows[i].name, rows[i].id);
    }
    assert_true(identity_made_mark(&desk, span_of(mark)));
    assert_true(identity_made_mark(&desk, span_of(arena_printf(arena, " %s ", mark))));
    assert_false(identity_made_mark(&stranger, span_of(mark)));
    assert_false(identity_made_mark(&keyless, span_of(mark)));
    assert_false(identity_made_mark(&desk, span_slice(span_of(id), 1, 50)));
    assert_false(identity_made_mark(&desk, span_of("yes")));
    assert_false(identity_made_mark(&desk, span_of("")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_question_has_the_same_id, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_what_was_signed_is_ours, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("mail.identity", tests, NULL, NULL);
}
