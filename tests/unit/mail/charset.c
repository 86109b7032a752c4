/* Charsets believed, corrected and guessed. */
#include "tests/unit/mail/fixture.h"

#include "base/utf8.h"
#include "mail/charset.h"

static void bytes_become_utf8(void **state) {
    (void)state;
    static const struct {
        const char *name, *label, *in, *out;
    } rows[] = {
        {"ascii", "us-ascii", "abc", "abc"},
        {"utf-8", "UTF-8", "caf\xC3\xA9", "café"},
        {"latin 1 is windows-1252", "iso-8859-1", "\x80 5 \x93x\x94 \xE9", "€ 5 “x” é"},
        {"ascii with 8 bits", "us-ascii", "caf\xE9", "café"},
        {"ascii that is utf-8", "us-ascii", "caf\xC3\xA9", "café"},
        {"no label", "", "caf\xC3\xA9", "café"},
        {"unknown label", "x-unknown", "caf\xC3\xA9", "café"},
        {"iso-8859-15", "iso-8859-15", "\xA4", "€"},
        {"koi8-r", "koi8-r", "\xCB\xCF\xC4", "код"},
        {"shift_jis with its extensions", "Shift_JIS", "\x87\x40", "①"},
        {"gb2312 is gb18030", "gb2312", "\xB4\xFA\xC2\xEB", "代码"},
        {"iso-2022-jp", "iso-2022-jp", "\x1B$B%3!<%I\x1B(B 20693", "コード 20693"},
        {"utf-7", "utf-7", "caf+AOk-", "café"},
        {"undefined byte", "windows-1252", "a\x81", "a\xEF\xBF\xBD"},
        {"a label that asks for transliteration", "ascii//TRANSLIT", "caf\xC3\xA9", "café"},
        {"utf-8 with one bad byte", "utf-8",
         "gr\xC3\xB6\xC3\x9F"
         "er \xFF 5",
         "größer \xEF\xBF\xBD 5"},
        {"cyrillic called utf-8", "utf-8",
         "\xCA\xEE\xE4 \xE4\xEB\xFF \xE2\xED\xE5\xF8\xED\xE5\xE3\xEE \xF4\xE8\xEA\xF1\xE0\xF2\xEE\xF0\xE0", "Код для внешнего фиксатора"},
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span out = charset_decode(span_of(rows[i].in), span_of(rows[i].label), arena);
        if (!span_equal(out, span_of(rows[i].out)))
            fail_msg("%s: %.*s", rows[i].name, SPAN_ARG(out));
    }
    struct span utf16 = charset_decode((struct span){"2\0000\0", 4}, SPAN("utf-16le"), arena);
    assert_true(span_equal(utf16, SPAN("20")));
    struct span nul = charset_decode((struct span){"a\0b", 3}, SPAN("utf-8"), arena);
    assert_true(span_equal(nul, SPAN("a\xEF\xBF\xBD"
                                     "b")));
    arena_free(arena);
}

/* Whatever the bytes and the label: valid UTF-8 without NUL. */
static void noise_becomes_valid(void **state) {
    (void)state;
    static const char *const labels[] = {"",       "utf-8",  "us-ascii", "shift_jis", "gb18030",  "big5", "iso-2022-jp",
                                         "utf-16", "utf-32", "utf-7",    "koi8-r",    "none such"};
    struct arena *arena = arena_new(ARENA_BYTES);
    uint32_t noise = 1;
    char bytes[600];
    for (size_t i = 0; i < 50 * (sizeof labels / sizeof *labels); i++) {
        for (size_t k = 0; k < sizeof bytes; k++)
            bytes[k] = (char)((noise = noise * 1664525u + 1013904223u) >> 24);
        const char *label = labels[i % (sizeof labels / sizeof *labels)];
        struct span out = charset_decode((struct span){bytes, i % sizeof bytes}, span_of(label), arena);
        if (!utf8_valid(out) || span_find_char(out, '\0') != SPAN_NONE)
            fail_msg("%s: round %zu", label, i);
    }
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_become_utf8),
        cmocka_unit_test(noise_becomes_valid),
    };
    return cmocka_run_group_tests_name("mail.charset", tests, NULL, NULL);
}
