/* Whose earlier exchange is remembered, and what is known as the desk's own: by the key, by the journal, by shape. */
#include "tests/unit/store/scratch.h"

#include <string.h>

#include "reader/desk.h"

static const struct sign_key key = {"the key"}, other_key = {"another"};
static const char old_id[] = "<0123456789abcdef0123456789abcdef@desk.example>";

static struct recall recall_of(struct scratch *s, const struct sign_key *with) {
    static struct config config;
    config_defaults(s->arena, &config);
    config.address = "ask@desk.example";
    return reader_recall_of(&config, s->journal, with);
}

static struct sender_memory remember(struct scratch *s, struct recall *recall, const struct sender_view *view) {
    struct sender_memory memory;
    ok(s, recall_sender(recall, view, s->arena, &memory, &s->why));
    return memory;
}

/* An exchange of before: its reply went to ann@example.org under this Message-ID. */
static void answered_before(struct scratch *s, const char *message_id) {
    ok(s, journal_begin(s->journal, &s->why));
    struct exchange_row row = {.id = found(s, "default", 1),
                               .asker = "ann@example.org",
                               .action = "answer",
                               .codes = "[{\"system\":\"CPT\",\"code\":\"20693\",\"modifiers\":[],\"role\":\"asked\",\"status\":\"valid\","
                                        "\"status_detail\":\"valid\"}]",
                               .intents = "meaning",
                               .reply_message_id = message_id};
    ok(s, journal_read(s->journal, &row, 1001, &s->why));
    ok(s, journal_commit(s->journal, &s->why));
}

static void an_exchange_is_remembered_to_who_had_its_reply(void **state) {
    struct scratch *s = *state;
    struct recall recall = recall_of(s, &key);
    const char *id = identity_message_id(&recall.identity, "0123", s->arena);
    answered_before(s, id);
    const struct {
        const char *name, *address, *id;
        bool wants_verified, verified, known;
    } rows[] = {
        {"the same address", "ann@example.org", id, false, false, true},
        {"another address", "eve@example.org", id, false, false, false},
        {"an id that was made up", "ann@example.org", old_id, false, false, false},
        {"verified where that is wanted", "ann@example.org", id, true, true, true},
        {"unverified where that is wanted", "ann@example.org", id, true, false, false},
        {"verified, another address", "eve@example.org", id, true, true, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        recall.wants_verified = rows[i].wants_verified;
        const struct sender_view view = {.address = rows[i].address,
                                         .from = rows[i].address,
                                         .verified = rows[i].verified,
                                         .question_key = "4567",
                                         .message_ids = &rows[i].id,
                                         .message_id_count = 1};
        struct sender_memory memory = remember(s, &recall, &view);
        if (memory.thread_known != rows[i].known || memory.is_own)
            fail_msg("%s: %s", rows[i].name, memory.thread_known ? "remembered" : "not remembered");
    }
}

/* Replies of before signing bear no signature; the journal has their ids. */
static void an_unsigned_reply_of_before_is_known_by_the_journal(void **state) {
    struct scratch *s = *state;
    struct recall recall = recall_of(s, &key);
    const char *const ids[] = {old_id};
    answered_before(s, old_id);
    const struct sender_view view = {
        .address = "ann@example.org", .from = "ann@example.org", .question_key = "4567", .message_ids = ids, .message_id_count = 1};
    struct sender_memory memory = remember(s, &recall, &view);
    assert_true(memory.thread_known);
    assert_int_equal(memory.thread.code_count, 1);
}

static void what_is_ours_is_told_by_the_key_or_by_shape(void **state) {
    struct scratch *s = *state;
    struct recall ours = recall_of(s, &key), strangers = recall_of(s, &other_key), keyless = recall_of(s, NULL);
    const char *id = identity_message_id(&ours.identity, "0123", s->arena), *mark = identity_loop_mark(&ours.identity, "0123", s->arena);
    const struct span marks[] = {SPAN("yes"), span_of(mark)};
    const struct {
        const char *name;
        struct sender_view view;
        bool by_key, by_shape;
    } rows[] = {
        {"our id", {.message_id = id}, true, true},
        {"our mark, behind another", {.message_id = "<a@b.example>", .loop_marks = marks, .loop_mark_count = 2}, true, false},
        {"another's mark", {.loop_marks = marks, .loop_mark_count = 1}, false, false},
        {"shape alone", {.message_id = old_id}, false, true},
        {"no id", {.message_id = NULL}, false, false},
        {"an answer to us", {.message_ids = &id, .message_id_count = 1}, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sender_view view = rows[i].view;
        view.address = view.from = "ann@example.org";
        view.question_key = "4567";
        if (remember(s, &ours, &view).is_own != rows[i].by_key || remember(s, &keyless, &view).is_own != rows[i].by_shape ||
            remember(s, &strangers, &view).is_own)
            fail_msg("%s: taken for what it is not", rows[i].name);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(an_exchange_is_remembered_to_who_had_its_reply),
        TEST(an_unsigned_reply_of_before_is_known_by_the_journal),
        TEST(what_is_ours_is_told_by_the_key_or_by_shape),
    };
    return cmocka_run_group_tests_name("reader.recall", tests, NULL, NULL);
}
