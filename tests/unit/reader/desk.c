/* A desk out of its configuration: what the reader is told of it, and that both rooms mean the same by "sure enough". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "reader/desk.h"

static int make_arena(void **state) {
    *state = arena_new(1 << 20);
    return 0;
}

static int free_arena(void **state) {
    arena_free(*state);
    return 0;
}

/* config/ may not include handlers/, so its table has the figure as text. */
static void nothing_configured_is_the_confidence_of_the_handlers(void **state) {
    struct config config;
    config_defaults(*state, &config);
    assert_int_equal(config.answer_confidence, ANSWER_LEAST_CONFIDENCE);
}

static void the_desk_is_as_configured(void **state) {
    struct arena *arena = *state;
    static const char *const aliases[] = {"codes@example.org"};
    struct config config;
    config_defaults(arena, &config);
    config.account = "second";
    config.address = "desk@example.org";
    config.aliases = aliases;
    config.alias_count = 1;
    config.acknowledge = false;
    config.answer_confidence = 75;
    config.max_hops = 9;
    struct reader_desk desk = reader_desk_of(&config, arena);
    struct recall recall = reader_recall_of(&config, NULL, NULL);
    assert_string_equal(recall.identity.account, "second");
    assert_string_equal(recall.identity.domain, "example.org");
    assert_false(recall.wants_verified);
    config.authserv_id = "mx.example.org";
    assert_true(reader_recall_of(&config, NULL, NULL).wants_verified);
    assert_string_equal(reader_desk_of(&config, arena).gate.authserv_id, "mx.example.org");
    assert_int_equal(desk.gate.address_count, 2);
    assert_string_equal(desk.gate.addresses[0], "desk@example.org");
    assert_string_equal(desk.gate.addresses[1], "codes@example.org");
    assert_int_equal(desk.gate.max_hops, 9);
    assert_string_equal(desk.reply.from_address, "desk@example.org");
    assert_string_equal(desk.reply.from_name, "Coding desk");
    assert_false(desk.acknowledge);
    assert_int_equal(desk.least_confidence, 75);
    assert_null(desk.recall);
}

static void without_an_address_every_mail_is_ours(void **state) {
    struct config config;
    config_defaults(*state, &config);
    struct reader_desk desk = reader_desk_of(&config, *state);
    assert_int_equal(desk.gate.address_count, 0);
    assert_string_equal(desk.reply.from_address, "codingdesk@localhost");
    assert_string_equal(reader_recall_of(&config, NULL, NULL).identity.domain, "localhost");
    assert_true(desk.acknowledge);
}

static void the_key_lies_beside_the_journal(void **state) {
    assert_string_equal(reader_key_path("/var/lib/codingdesk/journal.sqlite", *state), "/var/lib/codingdesk/codingdesk.key");
    assert_string_equal(reader_key_path("journal.sqlite", *state), "codingdesk.key");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(nothing_configured_is_the_confidence_of_the_handlers),
        TEST(the_desk_is_as_configured),
        TEST(without_an_address_every_mail_is_ours),
        TEST(the_key_lies_beside_the_journal),
    };
    return cmocka_run_group_tests_name("reader.desk", tests, NULL, NULL);
}
