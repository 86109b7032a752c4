/* What may tell who a patient is becomes its mask; codes, days of service, doses, money and payers stay. */
#include "tests/unit/handlers/asking.h"

#include "handlers/understand/redact.h"
#include "tests/unit/handlers/redacting.h"

enum { LEAST_ROWS = 140, LONG_BYTES = 100 << 10 };

/* Blanks are written once. */
static const char *with_single_blanks(const char *text, struct arena *arena) {
    char *ret = arena_alloc(arena, strlen(text) + 1), *at = ret;
    for (; *text; text++)
        if (*text != ' ' || at == ret || at[-1] != ' ')
            *at++ = *text;
    return ret;
}

static void pieces_are_masked_and_all_else_stays(void **state) {
    struct asking *asking = *state;
    struct arena *arena = arena_new(ASKING_BYTES);
    struct redacting_row *rows = arena_array(arena, REDACTING_ROWS, sizeof *rows);
    size_t count = redacting_read(FIXTURES "/../../reader/fixtures/patient-data.txt", arena, rows), wrong = 0;
    assert_true(count >= LEAST_ROWS);
    for (size_t i = 0; i < count; i++) {
        const struct redacted *redacted = &ask(asking, rows[i].text)->redacted;
        if (strcmp(redacted->text, with_single_blanks(rows[i].masked, arena)) != 0 || redacted->total != rows[i].piece_count) {
            print_error("%s: wanted [%s], got [%s] (%zu pieces)\n", rows[i].name, rows[i].masked, redacted->text, redacted->total);
            wrong++;
        }
    }
    arena_free(arena);
    assert_int_equal(wrong, 0);
}

static void a_subject_is_masked_and_otherwise_left_alone(void **state) {
    const struct redacted *redacted = &ask_all(*state, "Zebediah Marlott MRN 4421187 - K41.90?", "Is it right?", NULL, NULL, NULL)->redacted;
    assert_string_equal(redacted->subject, "[NAME] MRN [MRN] - K41.90?");
    assert_int_equal(redacted->counts[MASK_NAME], 1);
    assert_int_equal(redacted->counts[MASK_MRN], 1);
    redacted = &ask_all(*state, "Ménière,  H81.01?", "Is it right?", NULL, NULL, NULL)->redacted;
    assert_string_equal(redacted->subject, "Ménière,  H81.01?");
}

static void quoted_text_is_kept_only_where_it_is_asked(void **state) {
    static const char quoted[] = "for TRISTRAM OSTERHAUS (b. 1984-05-27): 23515";
    const struct redacted *redacted = &ask_all(*state, "clavicle", "What is 23485?", quoted, "Una Clerk\n208-555-0144", NULL)->redacted;
    assert_string_equal(redacted->text, "What is 23485?");
    assert_int_equal(redacted->total, 0);
    redacted = &ask_all(*state, "clavicle", "23515 or 23485? See below.", quoted, NULL, NULL)->redacted;
    assert_string_equal(redacted->text, "23515 or 23485? See below.\n\n> for [NAME] (b. [DOB]): 23515");
}

static void closing_lines_are_left_out(void **state) {
    const struct redacted *redacted = &ask(*state, "What is 23485?\n\nThanks,\nMary Johnson\n208-555-0144")->redacted;
    assert_string_equal(redacted->text, "What is 23485?");
    assert_int_equal(redacted->total, 0);
    redacted = &ask(*state, "Thanks for your help.\nWhat is 23485?")->redacted;
    assert_string_equal(redacted->text, "Thanks for your help.\nWhat is 23485?");
}

static void a_token_is_masked(void **state) {
    const struct redacted *redacted = &ask(*state, "register-0123456789abcdef0123456789abcdef01234567")->redacted;
    assert_string_equal(redacted->text, "register-[TOKEN]");
    assert_int_equal(redacted->counts[MASK_TOKEN], 1);
    assert_int_equal(redacted->total, 0);
}

static void a_long_text_is_cut_at_a_word(void **state) {
    struct buf text;
    buf_init(&text, LONG_BYTES + 64);
    while (text.len < LONG_BYTES)
        buf_text(&text, "What is 20693 for MRN 4471120? ");
    const struct redacted *redacted = &ask(*state, text.ptr)->redacted;
    buf_free(&text);
    assert_true(strlen(redacted->text) > REDACT_TEXT_BYTES / 2 && strlen(redacted->text) <= REDACT_TEXT_BYTES);
    assert_null(strstr(redacted->text, "4471120"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_masked_and_all_else_stays),
        cmocka_unit_test(a_subject_is_masked_and_otherwise_left_alone),
        cmocka_unit_test(quoted_text_is_kept_only_where_it_is_asked),
        cmocka_unit_test(closing_lines_are_left_out),
        cmocka_unit_test(a_token_is_masked),
        cmocka_unit_test(a_long_text_is_cut_at_a_word),
    };
    return cmocka_run_group_tests(tests, asking_setup, asking_teardown);
}
