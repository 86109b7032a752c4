/* What reply_write wrote is read back the same, is safe on every server's way, and carries nothing it was not meant to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "mail/coding.h"
#include "mail/message.h"
#include "mail/reply.h"

enum { ARENA_BYTES = 64 << 20, NOW = 1772359445 }; /* Sun, 01 Mar 2026 10:04:05 +0000 */

static const struct reply_desk desk = {"desk@desk.example", "Coding Desk"};
static const struct reply_marks marks = {"<0123456789abcdef@desk.example>", "0123456789abcdef.0123456789abcdef"};

static int set_up(void **state) {
    *state = arena_new(ARENA_BYTES);
    return 0;
}

static int tear_down(void **state) {
    arena_free(*state);
    return 0;
}

static struct reply write_reply(const char *row, const struct message *question, struct span text, struct span html, struct arena *arena) {
    struct reply reply = {0};
    struct why why;
    if (reply_write(question, "asker@clinic.example", &marks, text, html, &desk, NOW, arena, &reply, &why))
        fail_msg("%s: %s", row, why.text);
    return reply;
}

static struct message read_mail(const char *row, struct span bytes, struct arena *arena) {
    struct message message;
    struct why why;
    if (message_read(bytes, true, &message_default_limits, arena, &message, &why))
        fail_msg("%s: can not be read back: %s", row, why.text);
    return message;
}

static struct message read_text(const char *row, const char *text, struct arena *arena) { return read_mail(row, span_of(text), arena); }

/* 7 bits, CRLF and nothing else ends lines, none over 78, nothing that mbox files or the end of an SMTP letter could be taken for. */
static void assert_travels(const char *row, struct span bytes) {
    size_t column = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        char c = bytes.ptr[i];
        if (c == '\r') {
            if (i + 1 == bytes.len || bytes.ptr[i + 1] != '\n')
                fail_msg("%s: a bare CR at %zu", row, i);
            if (column > 78 || bytes.ptr[i - 1] == ' ')
                fail_msg("%s: a line of %zu ends at %zu, or ends blank", row, column, i);
            i++;
            column = 0;
            continue;
        }
        if (c < ' ' || c > '~')
            fail_msg("%s: byte %d at %zu", row, c, i);
        if (column == 0 && (c == '.' || span_starts(span_slice(bytes, i, bytes.len), SPAN("From "))))
            fail_msg("%s: a line begins with a dot or From at %zu", row, i);
        column++;
    }
    if (column)
        fail_msg("%s: does not end in CRLF", row);
}

static void assert_fields(const char *row, const struct message *mail) {
    static const char *const once[] = {"Date", "From", "To", "Subject", "Message-ID", "Codingdesk-Loop", "Auto-Submitted", "X-Auto-Response-Suppress",
                                       "MIME-Version", "Content-Type"};
    static const char *const may_be[] = {"In-Reply-To", "References"};
    size_t known = 0;
    for (size_t i = 0; i < sizeof once / sizeof *once; i++) {
        size_t at = 0;
        if (!message_header(mail, once[i], &at) || message_header(mail, once[i], &at))
            fail_msg("%s: %s is not there once", row, once[i]);
        known++;
    }
    for (size_t i = 0; i < sizeof may_be / sizeof *may_be; i++)
        known += message_field(mail, may_be[i]).len > 0;
    if (known != mail->header_count)
        fail_msg("%s: %zu header fields, %zu are meant to be there", row, mail->header_count, known);
    if (mail->to.count != 1 || strcmp(mail->to.items[0].mailbox, "asker@clinic.example") != 0 || mail->cc.count)
        fail_msg("%s: not just the one recipient", row);
    if (!span_equal(message_field(mail, "Auto-Submitted"), SPAN("auto-replied")) ||
        !span_equal(message_field(mail, "X-Auto-Response-Suppress"), SPAN("All")))
        fail_msg("%s: does not say that it is automatic", row);
}

/* As a reader sees it: LF, without the line ends at the end. */
static struct span as_read(struct span text, struct arena *arena) {
    struct buf buf;
    struct span line;
    buf_init(&buf, ARENA_BYTES);
    while (span_line(&text, &line)) {
        buf_add(&buf, line);
        buf_char(&buf, '\n');
    }
    struct span ret = {buf_keep(&buf, arena), buf_span(&buf).len};
    buf_free(&buf);
    while (ret.len && ret.ptr[ret.len - 1] == '\n')
        ret.len--;
    return ret;
}

static struct span html_part(const char *row, struct span bytes, struct arena *arena) {
    size_t at = span_find(bytes, SPAN("Content-Type: text/html"));
    struct span part = span_slice(bytes, at, bytes.len);
    size_t body = span_find(part, SPAN("\r\n\r\n")) + 4, end = span_find(part, SPAN("\r\n--=_"));
    if (at == SPAN_NONE || end == SPAN_NONE)
        fail_msg("%s: no HTML part", row);
    bool quoted = span_find(span_slice(part, 0, body), SPAN("quoted-printable")) != SPAN_NONE;
    return coding_decode(quoted ? CODING_QUOTED_PRINTABLE : CODING_NONE, span_slice(part, body, end), arena);
}

static void assert_comes_back(const char *row, const char *subject, struct span text, struct span html, struct arena *arena) {
    struct message question = read_text(row, "From: a@b.example\nMessage-ID: <q@b.example>\n\nhello\n", arena);
    question.subject = subject;
    struct reply reply = write_reply(row, &question, text, html, arena);
    assert_travels(row, reply.bytes);
    struct message back = read_mail(row, reply.bytes, arena);
    assert_fields(row, &back);
    if (strcmp(back.subject, reply.subject) != 0)
        fail_msg("%s: subject \"%s\" came back as \"%s\"", row, reply.subject, back.subject);
    if (!back.message_id || strcmp(back.message_id, marks.message_id) != 0)
        fail_msg("%s: Message-ID %s", row, back.message_id);
    if (!span_equal(as_read(back.text, arena), as_read(text, arena)))
        fail_msg("%s: text came back as \"%.*s\"", row, SPAN_ARG(back.text));
    struct span html_back = html_part(row, reply.bytes, arena);
    if (!span_equal(as_read(html_back, arena), as_read(html, arena)))
        fail_msg("%s: HTML came back as \"%.*s\"", row, SPAN_ARG(html_back));
}

#define LONG_LINE "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789"
#define LONG_WORD "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"

static void what_is_written_is_read_back(void **state) {
    static const struct {
        const char *name, *subject, *text;
    } rows[] = {
        {"plain", "What is 20693?", "20693: adjust a fixator.\n\nSource: CMS.\n"},
        {"nothing at all", "", ""},
        {"accents", "Ärger mit 20693 — très fâché", "Größe: 3 cm²\n"},
        {"an emoji at every fold", "🙈🙉🙊🙈🙉🙊🙈🙉🙊🙈🙉🙊🙈🙉🙊🙈🙉🙊🙈🙉🙊🙈🙉🙊", "🙈🙉🙊🙈🙉🙊🙈🙉🙊🙈🙉🙊🙈🙉🙊🙈🙉🙊🙈🙉🙊🙈🙉🙊\n"},
        {"a long subject", LONG_LINE, LONG_LINE "\n"},
        {"one long word", LONG_WORD, LONG_WORD "\n"},
        {"what looks like an encoded word", "=?utf-8?Q?no?= such thing", "=?utf-8?Q?no?=\n"},
        {"quotes and commas", "\"a\", <b>; c: (d)", "\"a\", <b>; c: (d)\n"},
        {"equals", "a=b", "a=b =3D =\n=\n"},
        {"dots that SMTP knows", "dots", ".\n..\n.x\n"},
        {"From at the start", "From here", "From here\nFrom \n>From\n"},
        {"blanks at the end", "blanks", "a \nb\t\nc  \n-- \nd\n"},
        {"empty lines", "lines", "\n\na\n\n\n\nb\n"},
        {"CRLF already", "ends", "a\r\nb\r\n"},
        {"no end of the last line", "ends", "a\nb"},
        {"a boundary of ours", "b", "--=_0123\n=_\n--=_0123--\n"},
        {"a line of exactly 76", "b", "0123456789012345678901234567890123456789012345678901234567890123456789012345\n"},
        {"a line of 77", "b", "01234567890123456789012345678901234567890123456789012345678901234567890123456\n"},
    };
    struct arena *arena = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *html = arena_printf(arena, "<p title=\"x\">%s</p>\n", rows[i].text);
        assert_comes_back(rows[i].name, rows[i].subject, span_of(rows[i].text), span_of(html), arena);
    }
}

/* Fragments that hurt, put together by a generator with a fixed seed. */
static const char *mixture(uint32_t *seed, size_t most, struct arena *arena) {
    static const char *const fragments[] = {"a",  " ",  "=",     "\n", "\r\n", ".",  "é",    "€",     "🙈",      "From ", "=?",  "?=",  "_",
                                            "--", "\t", "word ", "\"", "\\",   "\x01", "\xff", "=_0123", "Re: ",    "20693", "\r",  ":",   "<a@b>",
                                            "()", ",",  "; ",    "=20", "Bcc: x@y.example\n", "\n\n", "verylongwordverylongwordverylongwordverylongword"};
    struct buf buf;
    buf_init(&buf, 65536);
    for (size_t left = (*seed = *seed * 1664525 + 1013904223, (*seed >> 8) % most); left > 0; left--) {
        *seed = *seed * 1664525 + 1013904223;
        buf_text(&buf, fragments[(*seed >> 8) % (sizeof fragments / sizeof *fragments)]);
    }
    const char *ret = buf_keep(&buf, arena);
    buf_free(&buf);
    return ret;
}

static void any_mixture_is_read_back(void **state) {
    struct arena *arena = *state;
    uint32_t seed = 20693;
    for (size_t i = 0; i < 2000; i++) {
        arena_clear(arena);
        const char *row = arena_printf(arena, "mixture %zu", i);
        struct message question = read_text(row, "From: a@b.example\n\n", arena);
        question.subject = mixture(&seed, 60, arena);
        struct span text = span_of(mixture(&seed, 400, arena)), html = span_of(mixture(&seed, 400, arena));
        struct reply_desk named = desk;
        named.from_name = mixture(&seed, 30, arena);
        struct reply reply;
        struct why why;
        assert_int_equal(reply_write(&question, "asker@clinic.example", &marks, text, html, &named, NOW, arena, &reply, &why), 0);
        assert_travels(row, reply.bytes);
        struct message back = read_mail(row, reply.bytes, arena);
        assert_fields(row, &back);
        if (strcmp(back.subject, reply.subject) != 0)
            fail_msg("%s: subject \"%s\" came back as \"%s\"", row, reply.subject, back.subject);
        if (back.from.count != 1 || strcmp(back.from.items[0].mailbox, desk.from_address) != 0)
            fail_msg("%s: From is \"%.*s\"", row, SPAN_ARG(message_field(&back, "From")));
        bool blank = span_trim(text).len == 0; /* a reader takes the HTML then */
        if (!blank && !span_equal(as_read(back.text, arena), as_read(utf8_clean(arena, text), arena)))
            fail_msg("%s: \"%.*s\" came back as \"%.*s\"", row, SPAN_ARG(text), SPAN_ARG(back.text));
        if (!span_equal(as_read(html_part(row, reply.bytes, arena), arena), as_read(utf8_clean(arena, html), arena)))
            fail_msg("%s: the HTML \"%.*s\" came back otherwise", row, SPAN_ARG(html));
    }
}

static void a_subject_has_one_re(void **state) {
    static const struct {
        const char *name, *in, *out;
    } rows[] = {
        {"none", "What is 20693?", "Re: What is 20693?"},
        {"one", "Re: x", "Re: x"},
        {"three", "RE: re: Re: x", "Re: x"},
        {"counted", "Re[2]: x", "Re: x"},
        {"counted otherwise", "Re(3): RE^2: x", "Re: x"},
        {"blank before the colon", "RE : x", "Re: x"},
        {"no blank behind", "Re:x", "Re: x"},
        {"German", "AW: AW: x", "Re: x"},
        {"Dutch", "Antw: x", "Re: x"},
        {"Danish, Swedish", "SV: Sv: x", "Re: x"},
        {"mixed", "Antwort: AW: Re: SV: x", "Re: x"},
        {"Russian, Chinese", "Отв: 回复：x", "Re: x"},
        {"a word that begins so", "Reconstruction: 20900", "Re: Reconstruction: 20900"},
        {"re without a colon", "re 20693", "Re: re 20693"},
        {"forwarded is not replied", "Re: Fwd: x", "Re: Fwd: x"},
        {"right and vital signs stay", "R: shoulder", "Re: R: shoulder"},
        {"empty", "", "Re: Fallback"},
        {"nothing but Re", " Re: ", "Re: Fallback"},
        {"controls and runs of blanks", "a\t\tb \x01\x7f c\r\nBcc: x", "Re: a b c Bcc: x"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *got = reply_subject(rows[i].in, "Fallback", *state);
        if (strcmp(got, rows[i].out) != 0)
            fail_msg("%s: \"%s\"", rows[i].name, got);
    }
}

static void a_reply_stands_in_its_thread(void **state) {
    static const struct {
        const char *name, *question, *in_reply_to, *references;
    } rows[] = {
        {"first of a thread", "Message-ID: <q@x>\n", "<q@x>", "<q@x>"},
        {"follow-up", "Message-ID: <q@x>\nReferences: <a@x> <b@x>\n", "<q@x>", "<a@x> <b@x> <q@x>"},
        {"In-Reply-To alone", "Message-ID: <q@x>\nIn-Reply-To: <b@x>\n", "<q@x>", "<b@x> <q@x>"},
        {"In-Reply-To of two", "Message-ID: <q@x>\nIn-Reply-To: <a@x> <b@x>\n", "<q@x>", "<q@x>"},
        {"no Message-ID", "References: <a@x>\n", "", "<a@x>"},
        {"nothing", "", "", ""},
        {"itself among the references", "Message-ID: <q@x>\nReferences: <a@x> <q@x>\n", "<q@x>", "<a@x> <q@x>"},
    };
    struct arena *arena = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *text = arena_printf(arena, "From: a@b.example\n%s\nhello\n", rows[i].question);
        struct message question = read_text(rows[i].name, text, arena);
        struct reply reply = write_reply(rows[i].name, &question, SPAN("a\n"), SPAN("b\n"), arena);
        struct message back = read_mail(rows[i].name, reply.bytes, arena);
        struct span in_reply_to = message_field(&back, "In-Reply-To"), references = message_field(&back, "References");
        if (!span_equal(in_reply_to, span_of(rows[i].in_reply_to)) || !span_equal(references, span_of(rows[i].references)))
            fail_msg("%s: In-Reply-To \"%.*s\", References \"%.*s\"", rows[i].name, SPAN_ARG(in_reply_to), SPAN_ARG(references));
    }
}

static void a_long_thread_keeps_its_first_and_last(void **state) {
    struct arena *arena = *state;
    const char *ids = "";
    for (int i = 0; i < 60; i++)
        ids = arena_printf(arena, "%s <id%02d@x>", ids, i);
    struct message question = read_text("60 ancestors", arena_printf(arena, "Message-ID: <q@x>\nReferences:%s\n\n", ids), arena);
    struct reply reply = write_reply("60 ancestors", &question, SPAN("a\n"), SPAN("b\n"), arena);
    struct message back = read_mail("60 ancestors", reply.bytes, arena);
    assert_int_equal(back.reference_count, 20);
    assert_string_equal(back.references[0], "<id00@x>");
    assert_string_equal(back.references[1], "<id42@x>");
    assert_string_equal(back.references[19], "<q@x>");
}

static void what_can_not_be_written_is_refused(void **state) {
    static const struct {
        const char *name, *recipient, *id, *from;
        int code;
        const char *loop;
    } rows[] = {
        {"good", "a@b.example", "<x@y>", "d@e.example", 0, NULL},
        {"mark with a line end", "a@b.example", "<x@y>", "d@e.example", FAIL_INPUT, "0123.4567\r\nBcc: c@d.example"},
        {"mark that is too long", "a@b.example", "<x@y>", "d@e.example", FAIL_INPUT,
         "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"},
        {"recipient with a line end", "a@b.example\r\nBcc: c@d.example", "<x@y>", "d@e.example", FAIL_INPUT, NULL},
        {"two recipients", "a@b.example, c@d.example", "<x@y>", "d@e.example", FAIL_INPUT, NULL},
        {"no recipient", "", "<x@y>", "d@e.example", FAIL_INPUT, NULL},
        {"Message-ID with a line end", "a@b.example", "<x\r\n@y>", "d@e.example", FAIL_INPUT, NULL},
        {"two Message-IDs", "a@b.example", "<x@y> <z@y>", "d@e.example", FAIL_INPUT, NULL},
        {"no angle", "a@b.example", "x@y", "d@e.example", FAIL_INPUT, NULL},
        {"sender with a line end", "a@b.example", "<x@y>", "d@e.example\nX: y", FAIL_CONFIG, NULL},
    };
    struct arena *arena = *state;
    struct message question = read_text("question", "From: a@b.example\n\n", arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct reply_desk other = {rows[i].from, ""};
        struct reply reply;
        struct why why;
        const struct reply_marks given = {rows[i].id, rows[i].loop};
        int code = reply_write(&question, rows[i].recipient, &given, SPAN("a"), SPAN("b"), &other, NOW, arena, &reply, &why);
        if (code != rows[i].code)
            fail_msg("%s: %d", rows[i].name, code);
    }
}

/* message_read leaves none of these in, but a header of ours does not depend on that. */
static void ids_with_line_ends_are_left_out(void **state) {
    struct arena *arena = *state;
    struct message question = read_text("question", "From: a@b.example\n\n", arena);
    const char *references[] = {"<a@x>\r\nBcc: b@y.example", "<b@x>", "c@x", "<d @x>"};
    question.message_id = "<q@x>\r\nBcc: c@y.example";
    question.references = references;
    question.reference_count = 4;
    struct reply reply = write_reply("ids", &question, SPAN("a"), SPAN("b"), arena);
    struct message back = read_mail("ids", reply.bytes, arena);
    assert_fields("ids", &back);
    assert_int_equal(back.reference_count, 1);
    assert_string_equal(back.references[0], "<b@x>");
}

static void the_same_reply_is_the_same_bytes(void **state) {
    struct arena *arena = *state;
    struct message question = read_text("question", "From: a@b.example\nMessage-ID: <q@x>\nSubject: x\n\nhello\n", arena);
    struct span one = write_reply("one", &question, SPAN("a\n"), SPAN("<p>a</p>\n"), arena).bytes;
    struct span two = write_reply("two", &question, SPAN("a\n"), SPAN("<p>a</p>\n"), arena).bytes;
    assert_true(span_equal(one, two));
    assert_true(span_starts(one, SPAN("Date: Sun, 01 Mar 2026 10:04:05 +0000\r\nFrom: \"Coding Desk\" <desk@desk.example>\r\n"
                                      "To: <asker@clinic.example>\r\nSubject: Re: x\r\n")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_is_read_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(any_mixture_is_read_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_subject_has_one_re, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reply_stands_in_its_thread, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_long_thread_keeps_its_first_and_last, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_can_not_be_written_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ids_with_line_ends_are_left_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_same_reply_is_the_same_bytes, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("mail.reply", tests, NULL, NULL);
}
