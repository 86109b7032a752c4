/* Mails as they come: what is read out of each, what is refused, and that nothing in the world ends the process. */
#include "tests/unit/mail/fixture.h"

#include <ftw.h>

#include "base/utf8.h"
#include "mail/gate.h"

static void each_kind_of_mail_is_read(void **state) {
    (void)state;
    static const struct {
        const char *name, *subject, *text;
        bool html;
    } rows[] = {
        {"plain", "Frame revision", "What does 20693 cover?\n", false},
        {"html-only", "Frame",
         "What does 20693 cover & when?\n\nFirst line\nsecond line\n20690 uniplane\n20692 multiplane\nour site\n> On Mon, Mar 2, 2026, "
         "Desk wrote:\n\n"
         ">> 20694 takes it off.",
         true},
        {"alternative", "Both", "What is 20693?", false},
        {"alternative-blank", "Blank plain part", "What is 20693?", true},
        {"alternative-stub", "Stub", "What is 20693?", true},
        {"flowed", "Flowed",
         "The question is whether 20693 may be billed with 20690 on one day.\n\n> It was quoted by somebody.\n>> Deeper.\n>stuffed, not "
         "quoted\n-- \nJane",
         false},
        {"flowed-delsp", "DelSp", "What does 20693 cover?", false},
        {"base64", "Base64", "Größe: what is 20693?\n", false},
        {"quoted-printable", "QP", "Does 20693 cost 5 € \nor ==zz more?\nend\n", false},
        {"ascii-that-is-not", "Label too small", "It’s 20693 – café?\n", false},
        {"utf8-unlabelled", "No label", "Größe of 20693 – naïve?\n", false},
        {"sjis-called-utf8", "A lie",
         "外固定器の調整は何番のコードになりますか。手術室で麻酔をかけて行いました。教えてください。20693でしょうか。\n", false},
        {"one-bad-byte", "Mostly right", "Größe, Länge, Höhe \xEF\xBF\xBD 20693?\n", false},
        {"attachments", "With files", "What is 20693?", false},
        {"two-texts", "Two texts", "Is 20979 paid,\n\nand 20974?", false},
        {"attached-message", "FW: ask",
         "Please answer the doctor.\n\n---------- Forwarded message ----------\nFrom: Dr. Roe <roe@practice.example>\nDate: \nSubject: "
         "Können wir\n\n"
         "May 20924 be added to 29888?",
         false},
        {"bare-cr", "Old Mac", "What is\n20693?\n", false},
        {"cr-cr-lf", "Doubled", "What is\n20693?\n", false},
        {"from-line", "Mailbox line", "What is 20693?\n", false},
        {"junk-in-header", "Junk", "I am away.\n", false},
        {"no-blank-line", "Glued", "What is 20693?\n\nSecond paragraph.\n", false},
        {"subject-split", "Größeé 20693 plain café", "x\n", false},
        {"parameters", "RFC 2231", "café 20693", false},
        {"no-boundary", "Forgotten", "What is 20693?", false},
        {"boundary-never-comes", "Lost", "What is 20693?\n", false},
        {"nul", "NUL", "What is\xEF\xBF\xBD 20693?\n", false},
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct message message = fixture_message(rows[i].name, arena);
        if (!span_equal(message.text, span_of(rows[i].text)) || message.text_from_html != rows[i].html || !message.text_complete)
            fail_msg("%s: text is \"%.*s\"", rows[i].name, SPAN_ARG(message.text));
        if (!span_equal(span_of(message.subject), span_of(rows[i].subject)))
            fail_msg("%s: subject is \"%s\"", rows[i].name, message.subject);
    }
    arena_free(arena);
}

static void nothing_hides_a_field(void **state) {
    (void)state;
    static const struct {
        const char *name, *field, *value;
    } rows[] = {
        {"junk-in-header", "auto-submitted", "auto-replied"},
        {"bare-cr", "X-AFTER", "seen"},
        {"from-line", "From", "Jane Doe <jane@practice.example>"},
        {"subject-split", "Message-ID", "<q1@practice.example>"},
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct message message = fixture_message(rows[i].name, arena);
        struct span value = message_field(&message, rows[i].field);
        if (!span_equal(value, span_of(rows[i].value)))
            fail_msg("%s: %s is \"%.*s\"", rows[i].name, rows[i].field, SPAN_ARG(value));
    }
    struct message two = fixture_message("gate-two-from", arena);
    size_t at = 0;
    assert_true(span_equal(message_header(&two, "from", &at)->value, SPAN("first@practice.example")));
    assert_true(span_equal(message_header(&two, "from", &at)->value, SPAN("Jane Doe <jane@practice.example>")));
    assert_null(message_header(&two, "from", &at));
    assert_int_equal(two.from.count, 2);
    arena_free(arena);
}

static void a_thread_is_known_by_its_ids(void **state) {
    (void)state;
    struct arena *arena = arena_new(ARENA_BYTES);
    struct message message = fixture_message("thread", arena);
    assert_string_equal(message.message_id, "<q1@practice.example>");
    assert_int_equal(message.reference_count, 2);
    assert_string_equal(message.references[0], "<ans-1@desk.example>");
    assert_string_equal(message.references[1], "<ans-2@desk.example>");
    assert_int_equal(message.in_reply_to_count, 1);
    assert_string_equal(message.in_reply_to[0], "<ans-2@desk.example>");
    arena_free(arena);
}

static void reports_and_calendars_are_told(void **state) {
    (void)state;
    static const struct {
        const char *name, *type, *report, *calendar;
        bool report_part;
    } rows[] = {
        {"plain", "text/plain", NULL, NULL, false},
        {"alternative", "multipart/alternative", NULL, NULL, false},
        {"gate-dsn", "multipart/report", "delivery-status", NULL, true},
        {"gate-dsn-stripped", "multipart/mixed", NULL, NULL, true},
        {"gate-calendar-reply", "multipart/alternative", NULL, "reply", false},
        {"gate-calendar-request", "multipart/alternative", NULL, "request", false},
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct message message = fixture_message(rows[i].name, arena);
        bool same = span_equal(span_of(message.content_type), span_of(rows[i].type)) &&
                    span_equal(span_of(message.report_type), span_of(rows[i].report)) &&
                    span_equal(span_of(message.calendar_method), span_of(rows[i].calendar)) &&
                    message.has_report_part == rows[i].report_part;
        if (!same)
            fail_msg("%s: %s", rows[i].name, message.content_type);
    }
    arena_free(arena);
}

/* A cut mail is complete as soon as the text part is. */
static void the_first_bytes_may_be_enough(void **state) {
    (void)state;
    static const struct {
        const char *row, *name, *end;
        bool complete;
    } rows[] = {
        {"within the header", "attachments", "Subject", false},
        {"before any part", "attachments", "--inner", false},
        {"within the text", "attachments", "What is 20693", false},
        {"within the delimiter behind the text", "attachments", "--=_b1\r\nContent-Type: text/h", true},
        {"within an attachment", "attachments", "AA", true},
        {"a single part is never closed", "plain", "What does 20693", false},
        {"within the blank plain part's HTML sibling", "alternative-blank", "<p>What", false},
        {"within the second of two texts", "two-texts", "and 20", false},
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span raw = fixture_text(rows[i].name, arena);
        struct message message;
        struct why why;
        size_t end = span_find(raw, span_of(rows[i].end));
        assert_true(end != SPAN_NONE);
        int failed =
            message_read(span_slice(raw, 0, end + span_of(rows[i].end).len), false, &message_default_limits, arena, &message, &why);
        if (failed || message.text_complete != rows[i].complete)
            fail_msg("%s: %d, complete is %d", rows[i].row, failed, message.text_complete);
    }
    arena_free(arena);
}

static void repeat(struct buf *buf, const char *text, size_t times) {
    for (size_t i = 0; i < times; i++)
        buf_text(buf, text);
}

static void nested(struct buf *buf, size_t levels) {
    for (size_t i = 0; i < levels; i++)
        buf_printf(buf, "Content-Type: multipart/mixed; boundary=\"b%zu.\"\n\n--b%zu.\n", i, i);
    buf_text(buf, "Content-Type: text/plain\n\n20693?\n");
}

static void limits_hold(void **state) {
    (void)state;
    static const struct {
        const char *row;
        size_t levels, parts, fields;
        int code;
    } rows[] = {
        {"as deep as allowed", 50, 0, 0, 0},
        {"one deeper", 51, 0, 0, FAIL_LIMIT},
        {"thirty thousand deep", 30000, 0, 0, FAIL_LIMIT},
        {"as many as allowed", 0, 499, 0, 0},
        {"one part more", 0, 500, 0, FAIL_LIMIT},
        {"as many fields as allowed", 0, 0, 999, 0},
        {"one field more", 0, 0, 1000, FAIL_LIMIT},
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf raw;
        buf_init(&raw, FILE_BYTES);
        repeat(&raw, "X: y\n", rows[i].fields);
        if (rows[i].levels)
            nested(&raw, rows[i].levels);
        else
            buf_text(&raw, "Content-Type: multipart/mixed; boundary=b\n\n");
        repeat(&raw, "--b\n\nx\n", rows[i].parts);
        struct message message;
        struct why why;
        int code = message_read(buf_span(&raw), true, &message_default_limits, arena, &message, &why);
        if (code != rows[i].code)
            fail_msg("%s: %d", rows[i].row, code);
        buf_free(&raw);
    }
    arena_free(arena);
}

static void what_has_no_field_is_no_mail(void **state) {
    (void)state;
    struct arena *arena = arena_new(ARENA_BYTES);
    struct message message;
    struct why why;
    assert_int_equal(message_read(SPAN(""), true, &message_default_limits, arena, &message, &why), FAIL_INPUT);
    assert_int_equal(message_read(SPAN("\n\nhello there\n"), true, &message_default_limits, arena, &message, &why), FAIL_INPUT);
    assert_string_equal(why.text, "this is no mail: it has no header field");
    arena_free(arena);
}

static void long_fields_and_texts_are_cut(void **state) {
    (void)state;
    struct arena *arena = arena_new(ARENA_BYTES);
    struct message_limits limits = message_default_limits;
    limits.header_bytes = 10;
    limits.text_bytes = 8;
    struct message message;
    struct why why;
    struct span raw = SPAN("Subject: 0123456789abc\nContent-Type: text/plain; charset=utf-8\n\n1234567\xC3\xA9 and more\n");
    assert_int_equal(message_read(raw, true, &limits, arena, &message, &why), 0);
    assert_string_equal(message.subject, "0123456789");
    assert_true(span_equal(message.text, SPAN("1234567")));
    arena_free(arena);
}

/* What every message promises, whatever was in it. */
static void check_promises(const char *path, const struct message *message) {
    bool fine =
        utf8_valid(message->text) && span_find_char(message->text, '\0') == SPAN_NONE && span_find_char(message->text, '\r') == SPAN_NONE;
    const char *end = message->text.ptr;
    for (size_t i = 0; i < message->passage_count; i++) {
        fine = fine && message->passages[i].text.ptr >= end && span_trim(message->passages[i].text).len > 0;
        end = message->passages[i].text.ptr + message->passages[i].text.len;
    }
    fine = fine && (message->text.len == 0 || end <= message->text.ptr + message->text.len);
    fine = fine && utf8_valid(span_of(message->subject)) && span_find_char(span_of(message->subject), '\n') == SPAN_NONE;
    for (size_t i = 0; i < message->from.count; i++)
        fine = fine && address_usable(span_of(message->from.items[i].mailbox));
    if (!fine)
        fail_msg("%s: a promise of message.h does not hold", path);
}

static size_t files_seen, files_read;

/* Whole, and cut in the middle. */
static int try_file(const char *path, const struct stat *stat, int kind, struct FTW *ftw) {
    (void)stat;
    (void)ftw;
    if (kind != FTW_F)
        return 0;
    struct arena *arena = arena_new(ARENA_BYTES);
    struct span raw = file_text(path, arena);
    struct message message;
    struct gate_verdict verdict;
    static const char *const ours[] = {"ask@desk.example"};
    const struct gate_desk desk = {.addresses = ours, .address_count = 1, .max_hops = 25, .authserv_id = "mx.desk.example"};
    files_seen++;
    for (size_t cut = 1; cut <= 2; cut++) {
        if (message_read(span_slice(raw, 0, raw.len / cut), cut == 1, &message_default_limits, arena, &message, NULL))
            continue;
        check_promises(path, &message);
        gate_judge(&message, &desk, arena, &verdict);
        if ((verdict.rule == NULL) != (verdict.recipient != NULL) || (verdict.rule == NULL) != (verdict.meaning == NULL))
            fail_msg("%s: the verdict contradicts itself", path);
        files_read += cut == 1;
    }
    arena_free(arena);
    return 0;
}

static void every_mail_at_hand_is_survived(void **state) {
    (void)state;
    files_seen = files_read = 0;
    assert_int_equal(nftw(FIXTURES, try_file, 16, FTW_PHYS), 0);
    assert_true(files_read >= 50);
    files_seen = 0;
    if (nftw(SHARED_FOLDER "/mail", try_file, 16, FTW_PHYS) == 0)
        assert_true(files_seen >= 500);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_mail_is_read),      cmocka_unit_test(nothing_hides_a_field),
        cmocka_unit_test(a_thread_is_known_by_its_ids),   cmocka_unit_test(reports_and_calendars_are_told),
        cmocka_unit_test(the_first_bytes_may_be_enough),  cmocka_unit_test(limits_hold),
        cmocka_unit_test(what_has_no_field_is_no_mail),   cmocka_unit_test(long_fields_and_texts_are_cut),
        cmocka_unit_test(every_mail_at_hand_is_survived),
    };
    return cmocka_run_group_tests_name("mail.message", tests, NULL, NULL);
}
