/* Which mails are one question: those that were moved or delivered anew, and not one that must not be answered beside one that may. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "reader/reader.h"

enum { ARENA_BYTES = 64 << 20 };

#define CONTENT                                                                                                                    \
    "From: Asa <asker@clinic.example>\r\nTo: coders@lists.example, desk@desk.example\r\nSubject: 20693\r\n"                          \
    "Message-ID: <same@clinic.example>\r\n\r\nWhat is CPT 20693?\r\n"

static int recall(void *context, const struct sender_view *view, struct arena *arena, struct sender_memory *ret, struct why *why) {
    (void)context, (void)arena, (void)why;
    *ret = (struct sender_memory){.reply_message_id = "<reply@desk.example>", .is_own = view->loop_mark_count > 0};
    return 0;
}

static struct digest key_of(struct span raw, struct kb *kb, bool silent, const char *name) {
    static const char *const addresses[] = {"desk@desk.example"};
    const struct reader_desk desk = {.gate = {.addresses = addresses, .address_count = 1, .max_hops = 25},
                                     .reply = {.from_address = "desk@desk.example", .from_name = "Desk"},
                                     .limits = message_default_limits,
                                     .recall = recall};
    struct arena *arena = arena_new(ARENA_BYTES);
    struct reading reading;
    struct why why = {""};
    if (reader_read(raw, true, &desk, kb, 1795251600, arena, &reading, &why))
        fail_msg("%s: %s", name, why.text);
    if ((reading.action == ACTION_SILENT) != silent)
        fail_msg("%s: it is %s", name, reading.reason);
    struct digest ret = reading.question_key;
    arena_free(arena);
    return ret;
}

static void a_silent_copy_is_not_the_question(void **state) {
    static const struct {
        const char *name, *raw;
        bool silent;
    } rows[] = {
        {"delivered anew", "Received: from a by b\r\n" CONTENT, false},
        {"over a list", "List-Id: <coders.lists.example>\r\n" CONTENT, true},
        {"sent by a stranger with a mark", "Auto-Submitted: auto-generated\r\n" CONTENT, true},
        {"sent by a stranger with a mark of ours", "Codingdesk-Loop: seen-in-a-reply\r\n" CONTENT, true},
    };
    struct kb *kb;
    (void)state;
    assert_int_equal(kb_open(KB_FILE, &kb, NULL), 0);
    const struct digest question = key_of(SPAN(CONTENT), kb, false, "the question");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct digest key = key_of(span_of(rows[i].raw), kb, rows[i].silent, rows[i].name);
        if (span_equal(span_of(key.hex), span_of(question.hex)) == rows[i].silent)
            fail_msg("%s: %s", rows[i].name, rows[i].silent ? "taken for the question" : "another question");
    }
    kb_close(kb);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_silent_copy_is_not_the_question)};
    return cmocka_run_group_tests_name("reader.question_key", tests, NULL, NULL);
}
