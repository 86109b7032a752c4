/* No piece that was masked leaves the reader: not in the reply, its subject, the draft, the keywords, nor in what the journal keeps.
 * The questions of fixtures/patient-data.txt, as subject and as text, answered and passed to a person. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "reader/desk.h"
#include "reader/note.h"
#include "reader/recall.h"
#include "tests/unit/handlers/redacting.h"

enum { ARENA_BYTES = 512 << 20, LEAST_LETTERS = 4, LEAST_DIGITS = 6, NEVER_SURE = 101 };

static const time_t CLOCK = 1795251600; /* 2026-11-21 09:00:00 UTC */

struct masking {
    struct arena *rows_arena, *arena;
    struct redacting_row *rows;
    size_t row_count;
    struct kb *kb;
    struct config config;
    struct recall recall;
    struct reader_desk desk;
    size_t wrong;
};

static int masking_setup(void **state) {
    static struct masking masking;
    struct why why;
    masking.rows_arena = arena_new(ARENA_BYTES);
    masking.arena = arena_new(ARENA_BYTES);
    masking.rows = arena_array(masking.rows_arena, REDACTING_ROWS, sizeof *masking.rows);
    masking.row_count = redacting_read(FIXTURES "/patient-data.txt", masking.rows_arena, masking.rows);
    config_defaults(masking.rows_arena, &masking.config);
    masking.config.address = "desk@desk.example";
    masking.desk = reader_desk_of(&masking.config, masking.rows_arena);
    masking.recall = reader_recall_of(&masking.config, NULL, NULL);
    masking.desk.recall = recall_sender;
    masking.desk.recall_context = &masking.recall;
    *state = &masking;
    return masking.row_count > 0 && kb_open(KB_FILE, &masking.kb, &why) == 0 ? 0 : -1;
}

static int masking_teardown(void **state) {
    struct masking *masking = *state;
    kb_close(masking->kb);
    arena_free(masking->arena);
    arena_free(masking->rows_arena);
    return 0;
}

static bool is_inside_word(struct span text, size_t at, size_t len) {
    return (at > 0 && char_is_alnum(text.ptr[at - 1])) || (at + len < text.len && char_is_alnum(text.ptr[at + len]));
}

static bool holds_word(const char *text, struct span word) {
    struct span rest = span_of(text);
    for (size_t from = 0, at; from < rest.len && (at = span_find_same(span_slice(rest, from, rest.len), word)) != SPAN_NONE; from += at + 1)
        if (!is_inside_word(rest, from + at, word.len))
            return true;
    return false;
}

/* A word of the piece that stands nowhere else in the question; five digits may be a code that the answer names, and four a year. */
static bool is_telling(const struct redacting_row *row, struct span word) {
    long ignored;
    bool short_number = word.len < LEAST_DIGITS && span_to_long(word, 0, 99999, &ignored);
    return word.len >= LEAST_LETTERS && !short_number && !holds_word(row->masked, word);
}

static void expect_absent(struct masking *masking, const struct redacting_row *row, const char *where, const char *text) {
    for (size_t i = 0; i < row->piece_count; i++) {
        struct span piece = row->pieces[i];
        for (size_t from = 0, end; from < piece.len; from = end + 1) {
            for (end = from; end < piece.len && char_is_alnum(piece.ptr[end]); end++)
                ;
            struct span word = span_slice(piece, from, end);
            if (is_telling(row, word) && text && holds_word(text, word)) {
                print_error("%s: \"%.*s\" stands in the %s\n", row->name, SPAN_ARG(word), where);
                masking->wrong++;
            }
        }
    }
}

static void expect_nothing_left(struct masking *masking, const struct redacting_row *row, const struct reading *reading) {
    struct reading_note note;
    note_reading(reading, masking->arena, &note);
    expect_absent(masking, row, "reply's text", reading->answer.text);
    expect_absent(masking, row, "reply's HTML", reading->answer.html);
    expect_absent(masking, row, "reply's subject", reading->reply_ready ? reading->reply.subject : NULL);
    expect_absent(masking, row, "log text", reading->log_text);
    expect_absent(masking, row, "reason", note.reason);
    expect_absent(masking, row, "keywords", note.keywords);
    expect_absent(masking, row, "draft", note.draft);
    expect_absent(masking, row, "kept reply", note.reply_text);
    expect_absent(masking, row, "kept subject", note.question_subject);
    expect_absent(masking, row, "kept question", note.question_text);
}

static void expect_warning(struct masking *masking, const struct redacting_row *row, const struct reading *reading) {
    bool warns = reading->answer.text && strstr(reading->answer.text, "Please leave out");
    if (warns == (reading->question.redacted.total > 0))
        return;
    print_error("%s: the reply %s\n", row->name, warns ? "warns of nothing" : "does not warn");
    masking->wrong++;
}

static void read_row(struct masking *masking, const struct redacting_row *row, bool in_subject) {
    struct reading reading;
    struct why why;
    arena_clear(masking->arena);
    const char *line_end = in_subject ? strchr(row->text, '\n') : NULL;
    const char *raw = arena_printf(masking->arena,
                                   "From: Una Clerk <una@office.example>\r\nTo: desk@desk.example\r\nSubject: %.*s\r\n"
                                   "Message-ID: <m@office.example>\r\nDate: Sat, 21 Nov 2026 09:00:00 +0000\r\n\r\n%s\r\n",
                                   in_subject ? (int)(line_end ? line_end - row->text : (long)strlen(row->text)) : 1,
                                   in_subject ? row->text : "a", in_subject ? "What is 20693?" : row->text);
    masking->recall.now = CLOCK;
    if (reader_read(span_of(raw), true, &masking->desk, masking->kb, CLOCK, masking->arena, &reading, &why))
        fail_msg("%s: %s", row->name, why.text);
    if (!reading.question_was_read)
        fail_msg("%s: not read: %s", row->name, reading.reason);
    expect_nothing_left(masking, row, &reading);
    expect_warning(masking, row, &reading);
}

static void expect_masked(struct masking *masking, int least_confidence, bool in_subject) {
    masking->wrong = 0;
    masking->desk.least_confidence = least_confidence;
    for (size_t i = 0; i < masking->row_count; i++)
        if (!in_subject || !strchr(masking->rows[i].text, '\n'))
            read_row(masking, &masking->rows[i], in_subject);
    assert_int_equal(masking->wrong, 0);
}

static void nothing_leaves_with_an_answer(void **state) { expect_masked(*state, ANSWER_LEAST_CONFIDENCE, false); }

static void nothing_leaves_to_a_person(void **state) { expect_masked(*state, NEVER_SURE, false); }

static void nothing_leaves_of_a_subject(void **state) { expect_masked(*state, ANSWER_LEAST_CONFIDENCE, true); }

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_leaves_with_an_answer),
        cmocka_unit_test(nothing_leaves_to_a_person),
        cmocka_unit_test(nothing_leaves_of_a_subject),
    };
    return cmocka_run_group_tests(tests, masking_setup, masking_teardown);
}
