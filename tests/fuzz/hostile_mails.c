/* Mails that want something else than an answer: a field or a recipient of their own in the letter, or something that acts in what is answered. And that what
 * must hold is seen where it does not. */
#include <string.h>

#include "tests/fuzz/hostile.h"

/* ---- what wants to get out into the header of a letter ---- */

static void no_field_gets_out(void **state) {
    static const struct {
        const char *name, *mail;
    } rows[] = {
        {"a subject that is decoded to CRLF", WHO "Subject: =?utf-8?Q?x=0D=0ABcc:_v@target.example=0D=0A=0D=0Ahello?=\r\n\r\n" ASKS},
        {"a subject that is decoded to LF", WHO "Subject: =?utf-8?B?eApCY2M6IHZAdGFyZ2V0LmV4YW1wbGUK?=\r\n\r\n" ASKS},
        {"a subject that is decoded to CR", WHO "Subject: =?utf-8?Q?x=0DBcc:_v@target.example?=\r\n\r\n" ASKS},
        {"a subject with U+0085 and U+2028", WHO "Subject: =?utf-8?Q?x=C2=85Bcc:_v=E2=80=A8Bcc:_v=E2=80=A9Bcc:_v=0B=0C?=\r\n\r\n" ASKS},
        {"a subject in UTF-16", WHO "Subject: =?utf-16be?Q?=00x=00=0D=00=0A=00B=00c=00c=00:?=\r\n\r\n" ASKS},
        {"a subject in UTF-7", WHO "Subject: =?utf-7?Q?x+AA0ACg-Bcc:_v@target.example?=\r\n\r\n" ASKS},
        {"a subject with a bare CR", WHO "Subject: x\rBcc: v@target.example\r\n\r\n" ASKS},
        {"a subject with a NUL", WHO "Subject: =?utf-8?Q?x=00=0D=0ABcc:_v?=\r\n\r\n" ASKS},
        {"a subject that is an encoded word once decoded", WHO "Subject: =?utf-8?Q?=3D=3Futf-8=3FQ=3F=3D0D=3D0ABcc:_v=3F=3D?=\r\n\r\n" ASKS},
        {"a subject over several words", WHO "Subject: =?utf-8?Q?x=0D?=\r\n =?utf-8?Q?=0ABcc:_v@target.example?=\r\n\r\n" ASKS},
        {"a subject that ends a letter", WHO "Subject: =?utf-8?Q?x=0D=0A.=0D=0AMAIL_FROM:<a@b.example>?=\r\n\r\n" ASKS},
        {"a name", "From: \"x\\\r\n Bcc: v@target.example\" <asker@clinic.example>\r\nTo: desk@desk.example\r\nMessage-ID: <q@c.example>\r\n\r\n" ASKS},
        {"a decoded name", "From: =?utf-8?Q?x=0D=0ABcc:_v@target.example?= <asker@clinic.example>\r\nTo: desk@desk.example\r\n\r\n" ASKS},
        {"a name with an address in it", "From: \"v@target.example,\" <asker@clinic.example>\r\nTo: desk@desk.example\r\n\r\n" ASKS},
        {"a Message-ID with CR", "From: asker@clinic.example\r\nTo: desk@desk.example\r\nMessage-ID: <q\r1@c.example>\r\n\r\n" ASKS},
        {"a folded Message-ID", "From: asker@clinic.example\r\nTo: desk@desk.example\r\nMessage-ID: <q\r\n Bcc: v@target.example>\r\n\r\n" ASKS},
        {"a Message-ID of encoded words", "From: asker@clinic.example\r\nTo: desk@desk.example\r\nMessage-ID: <=?utf-8?Q?=0D=0ABcc:?=@c.example>\r\n\r\n" ASKS},
        {"References with CR", WHO "References: <a\r@b.example> <c@d.example>\rBcc: v@target.example\r\n\r\n" ASKS},
        {"References with commands", WHO "References: <a@b.example>\r\n <x>\r\n RCPT-TO:<v@target.example>\r\n <.@.>\r\n\r\n" ASKS},
        {"In-Reply-To with NUL and 8 bits", WHO "In-Reply-To: <a\x01\xFF@b.example>\r\n\r\n" ASKS},
        {"In-Reply-To that is long", WHO "In-Reply-To: <" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@b.example>\r\n\r\n" ASKS},
        {"Date and others of its own", WHO "Date: x\r\nAuto-Submitted: no\r\nDisposition-Notification-To: v@target.example\r\nX-Evil: y\r\n\r\n" ASKS},
        {"blanks in the address", "From: Asa <asker @ clinic . example>\r\nTo: desk@desk.example\r\n\r\n" ASKS},
        {"a folded address", "From: Asa <asker@\r\n clinic.\r\n example>\r\nTo: desk@desk.example\r\n\r\n" ASKS},
        {"comments in the address", "From: asker(v@target.example)@(x)clinic.example\r\nTo: desk@desk.example\r\n\r\n" ASKS},
        {"comments within the address", "From: as(a(b)\\))ker@clinic(x).example\r\nTo: desk@desk.example\r\n\r\n" ASKS},
        {"blank lines before the header", "\r\n \r\n\r\nFrom: asker@clinic.example\r\nTo: desk@desk.example\r\n\r\n" ASKS},
        {"junk before the header", "> quoted\r\n\r\nno field here\r\n\r\nFrom: asker@clinic.example\r\nTo: desk@desk.example\r\n\r\n" ASKS},
        {"several Subjects", WHO "Subject: a\r\nSubject: =?utf-8?Q?=0D=0ABcc:_v?=\r\n\r\n" ASKS},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct outcome outcome = read_mail(rows[i].name, span_of(rows[i].mail), true, arena, NULL);
        if (outcome.failed || !outcome.reading.reply_ready || strcmp(outcome.reading.gate.recipient, "asker@clinic.example") != 0)
            fail_msg("%s: is not answered", rows[i].name);
        arena_free(arena);
    }
}

/* Whom a reply must not go to: what is said to be the sender is not one address, or none at all. */
static void nobody_else_is_written_to(void **state) {
    static const struct {
        const char *name, *mail;
    } rows[] = {
        {"CRLF in the address", "From: <asker\r\nBcc: v@target.example>\r\nTo: desk@desk.example\r\n\r\n" ASKS},
        {"an encoded word for an address", "From: =?utf-8?Q?v@target.example?=\r\nTo: desk@desk.example\r\n\r\n" ASKS},
        {"an address with a blank", "From: <v@target.example asker@clinic.example>\r\nTo: desk@desk.example\r\n\r\n" ASKS},
        {"an address for two hosts", "From: <v@target.example@clinic.example>\r\nTo: desk@desk.example\r\n\r\n" ASKS},
        {"an address with a pipe", "From: <|/bin/sh@>\r\nTo: desk@desk.example\r\n\r\n" ASKS},
        {"a Reply-To elsewhere", WHO "Reply-To: v@target.example\r\n\r\n" ASKS},
        {"a Reply-To of two", WHO "Reply-To: asker@clinic.example, v@target.example\r\n\r\n" ASKS},
        {"a Reply-To with CRLF", WHO "Reply-To: \"x\\\r\nBcc: v@target.example\" <v@target.example>\r\n\r\n" ASKS},
        {"a Return-Path elsewhere", "Return-Path: <v@target.example>\r\n" WHO "\r\n" ASKS},
        {"a Sender elsewhere", WHO "Sender: v@target.example\r\n\r\n" ASKS},
        {"a Disposition-Notification-To elsewhere", WHO "Disposition-Notification-To: v@target.example\r\nErrors-To: v@target.example\r\n\r\n" ASKS},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct outcome outcome = read_mail(rows[i].name, span_of(rows[i].mail), true, arena, NULL);
        const char *recipient = outcome.failed ? NULL : outcome.reading.gate.recipient;
        if (recipient && strcmp(recipient, "asker@clinic.example") != 0)
            fail_msg("%s: a reply would go to %s", rows[i].name, recipient);
        arena_free(arena);
    }
}

/* ---- what wants to act in the answer ---- */

static const char *const attacks[] = {
    "<script>alert(1)</script>",
    "<img src=https://target.example/x.png onerror=alert(1)>",
    "![x](https://target.example/x.png)",
    "[click](https://target.example)",
    "[click](javascript:alert(1))",
    "[x][y]\n\n[y]: https://target.example",
    "<https://target.example>",
    "https://target.example/x",
    "www.target.example",
    "&lt;script&gt;&#60;img src=x&#62;",
    "\"><iframe src=//target.example>",
    "</body></html><form action=https://target.example>",
    "<style>@import url(//target.example)</style>",
    "| a | b |\n|---|---|\n| [x](https://target.example) | <b>y</b> |",
    "```html\n<script>x</script>\n```",
    "# heading\n\n* * *\n\n> quote\n\n1. <u>one</u>",
    "\\<script\\> `<b>` **bold** _x_ ~~y~~",
    "{{answer}} {{#rows}}{{/rows}} {{>code}} {{{text}}}",
    "\x1b[2J\x1b]0;title\x07 \xC2\x9B\x31m",
    "\xE2\x80\xAE" "evil \xE2\x80\x8B x",
    "%s%n%1$s ${HOME} $(id) `id`; rm -rf /",
    "' OR 1=1; DROP TABLE codes; --",
    "\" NEAR(a b) title: * ^ AND NOT",
};

/* {} is where the attack stands. */
static const char *const sentences_attacked[] = {
    "What is CPT 20693 {}?",
    "What is {} 20693{}?",
    "Which code is for {}?",
    "Which code is for a {} broken {} collar bone?",
    "What is the fee of 20693 in {}, locality {}, POS {}?",
    "What is modifier {}? And 20693-{}?",
    "Can 20690 be billed with {} and 20693 for {} units on {}?",
    "Is S82.251A{} covered by {}?",
    "What is the difference between 20690 and {}?",
    "What is 99999{}?\n\n{}",
    "{}",
};

static void put(struct buf *mail, const char *sentence, const char *attack) {
    struct span rest = span_of(sentence);
    for (size_t at; (at = span_find(rest, SPAN("{}"))) != SPAN_NONE; rest = span_slice(rest, at + 2, rest.len)) {
        buf_add(mail, span_slice(rest, 0, at));
        buf_text(mail, attack);
    }
    buf_add(mail, rest);
}

static void attack_with(const char *attack, const char *sentence, bool in_subject, struct arena *arena) {
    struct buf mail;
    buf_init(&mail, MIB);
    buf_text(&mail, WHO "Content-Type: text/plain; charset=utf-8\r\nSubject: ");
    /* "<script>[click](https://target.example)" */
    buf_text(&mail, in_subject ? "=?utf-8?B?PHNjcmlwdD5bY2xpY2tdKGh0dHBzOi8vdGFyZ2V0LmV4YW1wbGUp?=\r\n\r\n" : "frame\r\n\r\n");
    put(&mail, sentence, attack);
    buf_text(&mail, "\r\n");
    if (read_mail(arena_printf(arena, "%s in %s", attack, sentence), buf_span(&mail), true, arena, NULL).failed)
        fail_msg("%s in %s: is not read", attack, sentence);
    buf_free(&mail);
}

static void nothing_acts_in_an_answer(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++)
        for (size_t k = 0; k < sizeof sentences_attacked / sizeof *sentences_attacked; k++) {
            struct arena *arena = arena_new(ARENA_BYTES);
            attack_with(attacks[i], sentences_attacked[k], k % 2, arena);
            arena_free(arena);
        }
}

/* ---- holds.h itself ---- */

static void what_does_not_hold_is_seen(void **state) {
    static const struct {
        const char *name;
        bool html;
        const char *text;
    } rows[] = {
        {"an element that runs", true, "<p>x<script>1</script></p>"},
        {"an element that loads", true, "<ul><li><img src=https://x.example></ul>"},
        {"an attribute that runs", true, "<p onclick=x>y</p>"},
        {"a link that runs", true, "<a href=\"javascript:x\">y</a>"},
        {"a link of the asker's", true, "<table><tr><td><a href=https://x.target.example>y</a></table>"},
        {"a control character in HTML", true, "<p>\x1b[2J"},
        {"a control character", false, "a\x1b[2J"},
        {"CSI", false, "a\xC2\x9B\x32J"},
        {"no UTF-8", false, "a\xC3("},
        {"a line end", false, "a\nb"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span text = span_of(rows[i].text);
        if (!(rows[i].html ? breach_of_html(text) : breach_of_text(text, "")))
            fail_msg("%s: is not seen", rows[i].name);
    }
    assert_null(breach_of_html(SPAN("<h2>a</h2><p><a href=\"https://cms.example\">b</a></p>")));
    assert_null(breach_of_text(SPAN("a\nb"), "\n"));
}

static void a_letter_that_does_not_hold_is_seen(void **state) {
#define LETTER "Date: x\r\nFrom: a@b.example\r\nTo: <c@d.example>\r\nSubject: s\r\nMessage-ID: <m@b.example>\r\n" \
               "Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\nMIME-Version: 1.0\r\n"
    static const struct {
        const char *name, *bytes;
        bool holds;
    } rows[] = {
        {"as it ought to be", LETTER "Content-Type: text/plain\r\n\r\nhello\r\n", true},
        {"another field", LETTER "Bcc: v@target.example\r\nContent-Type: text/plain\r\n\r\nhello\r\n", false},
        {"a field twice", LETTER "Content-Type: text/plain\r\nTo: <c@d.example>\r\n\r\nhello\r\n", false},
        {"no Content-Type", LETTER "\r\nhello\r\n", false},
        {"a bare LF", LETTER "Content-Type: text/plain\r\n\r\nhello\n\r\n", false},
        {"a dot alone", LETTER "Content-Type: text/plain\r\n\r\nhello\r\n.\r\n", false},
        {"another text", LETTER "Content-Type: text/plain\r\n\r\nhallo\r\n", false},
    };
    (void)state;
    struct arena *arena = arena_new(ARENA_BYTES);
    const struct answer answer = {.text = "hello\n"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct reply reply = {.recipient = "c@d.example", .subject = "s", .message_id = "<m@b.example>", .bytes = span_of(rows[i].bytes)};
        const char *breach = breach_of_reply(&reply, "c@d.example", &answer, arena);
        if (!breach != rows[i].holds)
            fail_msg("%s: %s", rows[i].name, breach ? breach : "is not seen");
    }
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_does_not_hold_is_seen),
        cmocka_unit_test(a_letter_that_does_not_hold_is_seen),
        cmocka_unit_test(no_field_gets_out),
        cmocka_unit_test(nobody_else_is_written_to),
        cmocka_unit_test(nothing_acts_in_an_answer),
    };
    return cmocka_run_group_tests_name("hostile mails", tests, open_kb, close_kb);
}
