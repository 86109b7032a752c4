/* Header blocks, parameters, message-ids, addresses and encoded words. */
#include "tests/unit/mail/fixture.h"

#include "mail/address.h"
#include "mail/charset.h"
#include "mail/coding.h"
#include "mail/header.h"

static void blocks_are_cut_into_fields(void **state) {
    (void)state;
    static const struct {
        const char *name, *raw;
        enum header_kind kind;
        const char *fields, *body;
        bool closed;
    } rows[] = {
        {"plain", "A: 1\r\nB: 2\r\n\r\nbody", HEADER_OUTER, "A=1;B=2;", "body", true},
        {"folded", "A: 1\n  2\n\t3\nB:x\n\nbody", HEADER_OUTER, "A=1 2 3;B=x;", "body", true},
        {"folded by a blank line of blanks", "A: 1\n \n 2\n\nbody", HEADER_OUTER, "A=1 2;", "body", true},
        {"blanks before the colon", "A \t: 1\n\n", HEADER_OUTER, "A=1;", "", true},
        {"junk between", "A: 1\njunk line\n its fold\nB: 2\n\nbody", HEADER_OUTER, "A=1;B=2;", "body", true},
        {"blank lines first", "\n\nA: 1\n\nbody", HEADER_OUTER, "A=1;", "body", true},
        {"no blank line", "A: 1\nHello there\n\nbody", HEADER_OUTER, "A=1;", "Hello there\n\nbody", true},
        {"no end", "A: 1\nB: 2", HEADER_OUTER, "A=1;B=2;", "", false},
        {"a part without fields", "\nbody", HEADER_PART, "", "body", true},
        {"a part without a blank line", "Content-A: 1\n--next", HEADER_PART, "Content-A=1;", "--next", false},
        {"a part keeps Content fields alone", "A: 1\nContent-A: 2\n\nx", HEADER_PART, "Content-A=2;", "x", true},
        {"no field at all", "hello\nthere\n", HEADER_OUTER, "", "hello\nthere\n", false},
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct header_block block;
        struct buf drawn;
        buf_init(&drawn, FILE_BYTES);
        assert_int_equal(header_scan(span_of(rows[i].raw), rows[i].kind, &message_default_limits, arena, &block, NULL), 0);
        for (size_t k = 0; k < block.count; k++)
            buf_printf(&drawn, "%.*s=%.*s;", SPAN_ARG(block.fields[k].name), SPAN_ARG(block.fields[k].value));
        if (!span_equal(buf_span(&drawn), span_of(rows[i].fields)) || !span_equal(block.body, span_of(rows[i].body)) ||
            block.closed != rows[i].closed)
            fail_msg("%s: %s body \"%.*s\"", rows[i].name, drawn.ptr, SPAN_ARG(block.body));
        buf_free(&drawn);
    }
    arena_free(arena);
}

static void parameters_are_found(void **state) {
    (void)state;
    static const struct {
        const char *name, *field, *wanted;
    } rows[] = {
        {"plain", "text/plain; charset=utf-8", "utf-8"},
        {"quoted", "text/plain; charset=\"utf-8\"; x=y", "utf-8"},
        {"escaped", "text/plain; charset=\"a\\\"b\"", "a\"b"},
        {"never closed", "text/plain; charset=\"utf-8", "utf-8"},
        {"upper case", "TEXT/PLAIN; CHARSET=UTF-8", "UTF-8"},
        {"blanks", "text/plain ; charset = utf-8 ; x=y", "utf-8"},
        {"no semicolon", "text/plain charset=utf-8", "utf-8"},
        {"behind a bad one", "text/plain; name=a b.txt; charset=utf-8", "utf-8"},
        {"first one counts", "text/plain; charset=a; charset=b", "a"},
        {"pieces", "text/plain; charset*0=ut; charset*1=\"f-8\"", "utf-8"},
        {"escaped whole", "text/plain; charset*=us-ascii'en'utf%2d8", "utf-8"},
        {"escaped pieces", "text/plain; charset*0*=us-ascii''u%74; charset*1=f-8", "utf-8"},
        {"another name", "text/plain; charset-x=utf-8", NULL},
        {"none", "text/plain", NULL},
        {"empty", "text/plain; charset=", ""},
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span value = header_parameter(span_of(rows[i].field), "charset", arena);
        if ((value.ptr != NULL) != (rows[i].wanted != NULL) || (value.ptr && !span_equal(value, span_of(rows[i].wanted))))
            fail_msg("%s: %.*s", rows[i].name, SPAN_ARG(value));
    }
    arena_free(arena);
}

static void message_ids_are_found(void **state) {
    (void)state;
    static const struct {
        const char *name, *field, *ids;
    } rows[] = {
        {"one", "<a@b>", "<a@b>"},
        {"several", "<a@b> (c)\t<d@e>,<f@g>", "<a@b><d@e><f@g>"},
        {"text around", "Your mail of \"Monday\" <a@b>.", "<a@b>"},
        {"no brackets", "a@b", ""},
        {"no at sign", "<ab>", ""},
        {"blank inside", "<a b@c> <d@e>", "<d@e>"},
        {"8-bit", "<\xC3\xA4@c>", ""},
        {"opened twice", "<a<b@c>", "<b@c>"},
        {"never closed", "<a@b", ""},
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t count;
        const char **ids = header_message_ids(span_of(rows[i].field), arena, &count);
        const char *all = "";
        for (size_t k = 0; k < count; k++)
            all = arena_printf(arena, "%s%s", all, ids[k]);
        if (!span_equal(span_of(all), span_of(rows[i].ids)))
            fail_msg("%s: %s", rows[i].name, all);
    }
    arena_free(arena);
}

static void address_lists_are_read(void **state) {
    (void)state;
    static const struct {
        const char *field, *list;
    } rows[] = {
        {"jane@x.example", "|jane@x.example;"},
        {"Jane Q. Doe <jane@x.example>", "Jane Q. Doe|jane@x.example;"},
        {"\"Doe, Jane\" <jane@x.example>", "Doe, Jane|jane@x.example;"},
        {"Doe, Jane <jane@x.example>", "Jane|jane@x.example;"},
        {"jane@x.example (Jane (the one))", "Jane (the one)|jane@x.example;"},
        {"a@x.example, b@x.example;c@x.example", "|a@x.example;|b@x.example;|c@x.example;"},
        {"Group: a@x.example, B <b@x.example>;, c@x.example", "|a@x.example;B|b@x.example;|c@x.example;"},
        {"undisclosed-recipients:;", ""},
        {"<@relay.example,@other.example:a@x.example>", "|a@x.example;"},
        {"a@x.example <mailto:a@x.example>", "a@x.example|a@x.example;"},
        {"Jane jane@x.example", "|jane@x.example;"},
        {"a@x.example b@x.example", ""},
        {"Jane <jane @ x . example>", "Jane|jane@x.example;"},
        {"\"a b\"@x.example", ""},
        {"\"a.b\"@x.example", "|\"a.b\"@x.example;"},
        {"Jane <jane@x.example", "Jane|jane@x.example;"},
        {"\"=?utf-8?q?J=C3=B6rg?=\" <j@x.example>", "Jörg|j@x.example;"},
        {"MAILER-DAEMON", ""},
        {"a@[192.0.2.1]", "|a@[192.0.2.1];"},
        {"evil@x.example\r\nBcc: b@x.example", ""},
        {"", ""},
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct addresses list = address_list(span_of(rows[i].field), arena);
        const char *all = "";
        for (size_t k = 0; k < list.count; k++)
            all = arena_printf(arena, "%s%s|%s;", all, list.items[k].name, list.items[k].mailbox);
        if (!span_equal(span_of(all), span_of(rows[i].list)))
            fail_msg("%s: %s", rows[i].field, all);
    }
    arena_free(arena);
}

static void only_safe_addresses_are_usable(void **state) {
    (void)state;
    static const struct {
        const char *mailbox;
        bool usable;
    } rows[] = {
        {"jane@practice.example", true},
        {"j.o'doe+x=y@p.example", true},
        {"a@localhost", true},
        {"\"a\\\"b\"@x.example", true},
        {"a@[IPv6:2001:db8::1]", true},
        {"a@x_y.example", true},
        {"a", false},
        {"@x.example", false},
        {"a@", false},
        {"a..b@x.example", false},
        {".a@x.example", false},
        {"a.@x.example", false},
        {"a b@x.example", false},
        {"a@x example", false},
        {"a@-x.example", false},
        {"a@x..example", false},
        {"a@x.example.", false},
        {"a\r\n@x.example", false},
        {"a@x.example\n", false},
        {"\xC3\xA4@x.example", false},
        {"a@x.\xC3\xA4", false},
        {"<a@x.example>", false},
        {"a,b@x.example", false},
        {"\"a\"b\"@x.example", false},
        {"\"a\nb\"@x.example", false},
        {"\"\"@x.example", false},
        {"\"a\\\"@x.example", false},
        {"a@[x y]", false},
        {"a@b@x.example", false},
        {"\"a@b\"@x.example", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (address_usable(span_of(rows[i].mailbox)) != rows[i].usable)
            fail_msg("%s", rows[i].mailbox);
    char longest[300];
    memset(longest, 'a', sizeof longest);
    for (size_t i = 60; i < 250; i += 50)
        longest[i] = '.';
    longest[60] = '@';
    assert_true(address_usable((struct span){longest, 254}));
    assert_false(address_usable((struct span){longest, 255}));
}

static void encoded_words_become_text(void **state) {
    (void)state;
    static const struct {
        const char *field, *text;
    } rows[] = {
        {"plain  text", "plain  text"},
        {"=?utf-8?Q?caf=C3=A9?=", "café"},
        {"=?UTF-8?B?Y2Fmw6k=?= bar", "café bar"},
        {"a =?utf-8?q?b?= =?utf-8?q?c?= d", "a bc d"},
        {"=?utf-8?q?=C3?=   =?UTF-8?b?qQ==?=", "é"},
        {"=?iso-8859-1?q?=E9?= =?utf-8?q?=C3=A9?=", "éé"},
        {"=?utf-8*en?q?a_b?=", "a b"},
        {"=?iso-2022-jp?B?GyRCJDMbKEI=?=", "こ"},
        {"=?utf-8?q?a b?=", "a b"},
        {"=?utf-8?x?abc?=", "=?utf-8?x?abc?="},
        {"=?utf-8?q?never closed", "=?utf-8?q?never closed"},
        {"=?nonsense?q?caf=E9?=", "café"},
        {"raw caf\xC3\xA9", "raw café"},
        {"=?utf-8?q?a=0D=0ABcc:_b?=", "a  Bcc: b"},
        {"=?utf-8?q?"
         "?= x",
         "x"},
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *text = charset_words(span_of(rows[i].field), arena);
        if (!span_equal(span_of(text), span_of(rows[i].text)))
            fail_msg("%s: %s", rows[i].field, text);
    }
    arena_free(arena);
}

static void transfer_encodings_are_undone(void **state) {
    (void)state;
    static const struct {
        const char *name;
        enum coding coding;
        const char *in, *out;
    } rows[] = {
        {"base64", CODING_BASE64, "SGVs\r\nbG8=", "Hello"},
        {"base64 cut", CODING_BASE64, "SGVsbG", "Hell"},
        {"base64 damaged", CODING_BASE64, "SGVs!! bG8=", "Hello"},
        {"base64 twice padded", CODING_BASE64, "SGVsbG8=\nSGVsbG8=", "HelloHello"},
        {"base64 with a footer", CODING_BASE64, "SGVs\n\n-- \nlist\n", "Hel"},
        {"quoted-printable", CODING_QUOTED_PRINTABLE, "a=3Db=\r\nc", "a=bc"},
        {"lower case", CODING_QUOTED_PRINTABLE, "=c3=a9", "é"},
        {"blanks at the end", CODING_QUOTED_PRINTABLE, "a  \r\nb=20\r\n", "a\r\nb \r\n"},
        {"blanks behind a soft break", CODING_QUOTED_PRINTABLE, "a= \t\nb", "ab"},
        {"no digits", CODING_QUOTED_PRINTABLE, "a=zz=", "a=zz"},
        {"none", CODING_NONE, "a=3D", "a=3D"},
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span out = coding_decode(rows[i].coding, span_of(rows[i].in), arena);
        if (!span_equal(out, span_of(rows[i].out)))
            fail_msg("%s: %.*s", rows[i].name, SPAN_ARG(out));
    }
    assert_int_equal(coding_named(SPAN(" Base64 ")), CODING_BASE64);
    assert_int_equal(coding_named(SPAN("x-uuencode")), CODING_NONE);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_cut_into_fields),     cmocka_unit_test(parameters_are_found),
        cmocka_unit_test(message_ids_are_found),          cmocka_unit_test(address_lists_are_read),
        cmocka_unit_test(only_safe_addresses_are_usable), cmocka_unit_test(encoded_words_become_text),
        cmocka_unit_test(transfer_encodings_are_undone),
    };
    return cmocka_run_group_tests_name("mail.header", tests, NULL, NULL);
}
