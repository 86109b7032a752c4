/* Structs as bytes and back; and whatever comes instead of them is refused without harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "reader/messages.h"

enum { ARENA_BYTES = 64 << 20, PACKED_BYTES = 1 << 20 };

static struct span pack(const struct shape *shape, const void *from, struct arena *arena) {
    struct buf buf;
    buf_init(&buf, PACKED_BYTES);
    shape_pack(shape, from, &buf);
    assert_false(buf_full(&buf));
    struct span ret = {buf_keep(&buf, arena), buf.len};
    buf_free(&buf);
    return ret;
}

static const struct sender_view view = {
    .address = "a@example.org",
    .verified = true,
    .question_key = "0123",
    .loop_marks = (const struct span[]){{"x", 1}, {"", 0}},
    .loop_mark_count = 2,
    .message_ids = (const char *const[]){"<1@x>", "", "<3@x>"},
    .message_id_count = 3,
};

static const struct done_message done = {
    .failed = 0,
    .why = "",
    .note = {.action = ACTION_HUMAN,
             .reason = "a reason",
             .question_key = "k",
             .codes = "[]",
             .bounce = {BOUNCE_DELAYED, "4.0.0", "later", "<1@x>\n<2@x>", "a@example.org"},
             .recipient = "a@example.org",
             .reply = {"To: x\r\n\r\n\0y", 11}},
};

static void a_struct_comes_back_as_it_was(void **state) {
    struct arena *arena = *state;
    struct sender_view seen;
    struct done_message said;
    assert_int_equal(shape_unpack(&view_shape, pack(&view_shape, &view, arena), arena, &seen, NULL), 0);
    assert_string_equal(seen.address, view.address);
    assert_true(seen.verified);
    assert_null(seen.from);
    assert_null(seen.message_id);
    assert_int_equal(seen.loop_mark_count, 2);
    assert_true(span_equal(seen.loop_marks[0], SPAN("x")));
    assert_int_equal(seen.message_id_count, 3);
    assert_string_equal(seen.message_ids[2], "<3@x>");
    assert_int_equal(shape_unpack(&done_shape, pack(&done_shape, &done, arena), arena, &said, NULL), 0);
    assert_int_equal(said.note.action, ACTION_HUMAN);
    assert_int_equal(said.note.bounce.action, BOUNCE_DELAYED);
    assert_string_equal(said.note.bounce.recipients, "a@example.org");
    assert_null(said.note.draft);
    assert_true(span_equal(said.note.reply, done.note.reply));
}

static void what_an_exchange_was_about_goes_along(void **state) {
    struct arena *arena = *state;
    const struct asked_code code = {.system = SYSTEM_CPT, .key = "20693", .display = "20693", .modifiers = {"58"}, .modifier_count = 1,
                                    .role = ROLE_CONTEXT, .status = STATUS_NO_DATA, .has_figures = true, .evidence = "five digits"};
    const enum intent intents[] = {INTENT_FEE, INTENT_UNITS};
    const struct sender_memory memory = {.reply_message_id = "<r@x>",
                                         .thread_known = true,
                                         .thread = {&code, 1, intents, 2},
                                         .standing = {.standing = STANDING_REGISTERED, .limit = "limit-day", .resets_at = 17}};
    struct sender_memory known;
    assert_int_equal(shape_unpack(&memory_shape, pack(&memory_shape, &memory, arena), arena, &known, NULL), 0);
    assert_true(known.thread_known);
    assert_int_equal(known.thread.code_count, 1);
    assert_string_equal(known.thread.codes[0].key, "20693");
    assert_string_equal(known.thread.codes[0].modifiers[0], "58");
    assert_string_equal(known.thread.codes[0].evidence, "five digits");
    assert_int_equal(known.thread.intent_count, 2);
    assert_int_equal(known.thread.intents[1], INTENT_UNITS);
    assert_int_equal(known.standing.resets_at, 17);
    assert_string_equal(known.standing.limit, "limit-day");
}

static void a_message_cut_short_or_too_long_is_refused(void **state) {
    struct arena *arena = *state;
    struct span whole = pack(&done_shape, &done, arena);
    struct done_message said;
    for (size_t len = 0; len < whole.len; len++) {
        struct span part = {arena_copy(arena, span_slice(whole, 0, len)), len};
        if (shape_unpack(&done_shape, part, arena, &said, NULL) != FAIL_INPUT)
            fail_msg("%zu of %zu bytes", len, whole.len);
    }
    struct span more = {arena_copy(arena, whole), whole.len + 1};
    assert_int_equal(shape_unpack(&done_shape, more, arena, &said, NULL), FAIL_INPUT);
}

static size_t texts_length(const struct reading_note *note) {
    const char *const texts[] = {note->reason, note->codes, note->draft, note->recipient, note->bounce.message_ids};
    size_t ret = 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ret += texts[i] ? strlen(texts[i]) : 0;
    return ret;
}

/* Whatever is taken for a note lies within the bytes that came; under AddressSanitizer a text that leaves them would be seen. */
static void a_byte_that_is_wrong_does_no_harm(void **state) {
    struct arena *arena = *state;
    struct span whole = pack(&done_shape, &done, arena), asked = pack(&view_shape, &view, arena);
    static const unsigned char values[] = {0, 1, 2, 0x7F, 0x80, 0xFF};
    struct done_message said;
    struct sender_view seen;
    size_t taken = 0;
    for (size_t i = 0; i < whole.len * sizeof values; i++) {
        struct arena *own = arena_new(ARENA_BYTES);
        char *bytes = arena_copy(own, whole), *view_bytes = arena_copy(own, asked);
        bytes[i / sizeof values] = (char)values[i % sizeof values];
        if (!shape_unpack(&done_shape, (struct span){bytes, whole.len}, own, &said, NULL)) {
            taken++;
            assert_true(texts_length(&said.note) < whole.len && (unsigned)said.note.action <= ACTION_SILENT);
        }
        if (i / sizeof values < asked.len) {
            view_bytes[i / sizeof values] = (char)values[i % sizeof values];
            if (!shape_unpack(&view_shape, (struct span){view_bytes, asked.len}, own, &seen, NULL))
                for (size_t id = 0; id < seen.message_id_count; id++)
                    assert_true(strlen(seen.message_ids[id]) < asked.len);
        }
        arena_free(own);
    }
    assert_true(taken > 0 && taken < whole.len * sizeof values);
}

static void a_count_is_not_believed(void **state) {
    static const unsigned char many[] = {0xFF, 0xFF, 0xFF, 0x7F, 0, 0, 0, 0, 0, 0, 0, 0};
    struct arena *arena = *state;
    static const struct field fields[] = {FIELD_OF_TEXTS(struct sender_view, message_ids, message_id_count)};
    static const struct shape shape = SHAPE(struct sender_view, fields);
    struct sender_view seen;
    assert_int_equal(shape_unpack(&shape, (struct span){(const char *)many, sizeof many}, arena, &seen, NULL), FAIL_INPUT);
}

static int make_arena(void **state) {
    *state = arena_new(ARENA_BYTES);
    return 0;
}

static int free_arena(void **state) {
    arena_free(*state);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_struct_comes_back_as_it_was),
        TEST(what_an_exchange_was_about_goes_along),
        TEST(a_message_cut_short_or_too_long_is_refused),
        TEST(a_byte_that_is_wrong_does_no_harm),
        TEST(a_count_is_not_believed),
    };
    return cmocka_run_group_tests_name("reader.transport", tests, NULL, NULL);
}
