/* Spans, buffers, names, dates and UTF-8: tables with names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/digest.h"
#include "base/fail.h"
#include "base/host.h"
#include "base/name.h"
#include "base/span.h"
#include "base/utf8.h"

static void numbers_are_whole_and_bounded(void **state) {
    (void)state;
    static const struct {
        const char *name, *text;
        bool ok;
        long value;
    } rows[] = {
        {"plain", "42", true, 42},         {"negative", "-7", true, -7},
        {"empty", "", false, 0},           {"space before", " 1", false, 0},
        {"space after", "1 ", false, 0},   {"plus", "+1", false, 0},
        {"letters after", "1a", false, 0}, {"below", "-101", false, 0},
        {"above", "101", false, 0},        {"longer than any number", "000000000000000000000000000001", false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        long value = 0;
        bool ok = span_to_long(span_of(rows[i].text), -100, 100, &value);
        if (ok != rows[i].ok || value != rows[i].value)
            fail_msg("%s: %d %ld", rows[i].name, ok, value);
    }
}

static void lines_end_in_any_way(void **state) {
    (void)state;
    struct span rest = span_of("a\r\nb\rc\n\nd"), line;
    const char *want[] = {"a", "b", "c", "", "d"};
    for (size_t i = 0; i < 5; i++) {
        assert_true(span_line(&rest, &line));
        assert_true(span_equal(line, span_of(want[i])));
    }
    assert_false(span_line(&rest, &line));
}

static void cutting_yields_the_last_empty_part(void **state) {
    (void)state;
    struct span rest = span_of("a,"), part;
    assert_true(span_cut(&rest, ',', &part) && span_equal(part, SPAN("a")));
    assert_true(span_cut(&rest, ',', &part) && part.len == 0);
    assert_false(span_cut(&rest, ',', &part));
}

static void finding_ignores_case_when_asked(void **state) {
    (void)state;
    assert_int_equal(span_find(SPAN("abcabc"), SPAN("ca")), 2);
    assert_int_equal(span_find(SPAN("abc"), SPAN("CA")), SPAN_NONE);
    assert_int_equal(span_find_same(SPAN("xxReply-To"), SPAN("reply-to")), 2);
    assert_true(span_ends_same(SPAN("a.EML"), SPAN(".eml")));
    assert_true(span_starts_same(SPAN("RE: x"), SPAN("re:")));
    assert_true(span_equal(span_trim(SPAN(" \t a b\r\n")), SPAN("a b")));
}

static void a_full_buffer_drops_whole_additions(void **state) {
    (void)state;
    struct buf buf;
    buf_init(&buf, 5);
    buf_text(&buf, "abc");
    buf_printf(&buf, "%d", 123);
    assert_true(buf_full(&buf));
    buf_char(&buf, 'x');
    assert_string_equal(buf.ptr, "abc");
    buf_clear(&buf);
    buf_text(&buf, "12345");
    assert_false(buf_full(&buf));
    buf_free(&buf);
}

static void an_arena_array_keeps_its_items_while_it_grows(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    int *items = NULL;
    for (int i = 0; i < 1000; i++) {
        items = arena_grow(arena, items, (size_t)i, sizeof *items);
        items[i] = i;
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
    assert_string_equal(arena_printf(arena, "%s-%d", "x", 7), "x-7");
    arena_clear(arena);
    assert_int_equal(arena_used(arena), 0);
    arena_free(arena);
}

static void days_exist_or_not(void **state) {
    (void)state;
    static const struct {
        const char *name, *iso;
        bool ok;
    } rows[] = {
        {"plain", "2026-03-01", true},     {"leap day", "2024-02-29", true},  {"no leap day", "2026-02-29", false},
        {"century", "1900-02-29", false},  {"month 13", "2026-13-01", false}, {"day 0", "2026-01-00", false},
        {"american", "03/01/2026", false}, {"short", "2026-3-1", false},      {"trailing", "2026-03-01x", false},
    };
    struct date date;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (date_parse(span_of(rows[i].iso), &date) != rows[i].ok)
            fail_msg("%s", rows[i].name);
    assert_true(date_parse(SPAN("2025-12-31"), &date));
    assert_string_equal(date_add_days(date, 1).iso, "2026-01-01");
    assert_string_equal(date_add_days(date, -365).iso, "2024-12-31");
    assert_int_equal(date_days_between(date, date_add_days(date, 93)), 93);
    assert_int_equal(date_days_between(date, date_add_days(date, -366)), -366);
    assert_int_equal(date_days_between(date, date), 0);
    assert_string_equal(date_of_time(0).iso, "1970-01-01");
}

static void text_is_cut_between_characters(void **state) {
    (void)state;
    static const struct {
        const char *name, *in;
        size_t max;
        const char *out;
    } rows[] = {
        {"short enough", "caf\xc3\xa9", 5, "caf\xc3\xa9"},
        {"in the middle of a character", "caf\xc3\xa9s", 4, "caf"},
        {"behind a character", "caf\xc3\xa9s", 5, "caf\xc3\xa9"},
        {"in the middle of the first one", "\xe2\x82\xac", 2, ""},
        {"nothing", "abc", 0, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!span_equal(utf8_cut(span_of(rows[i].in), rows[i].max), span_of(rows[i].out)))
            fail_msg("%s", rows[i].name);
}

static void broken_utf8_is_replaced(void **state) {
    (void)state;
    static const struct {
        const char *name, *in, *out;
    } rows[] = {
        {"ascii", "abc", "abc"},
        {"two to four bytes", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x99\x88", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x99\x88"},
        {"latin 1", "caf\xe9!", "caf\xef\xbf\xbd!"},
        {"overlong slash", "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"surrogate", "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"cut", "\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd"},
    };
    struct arena *arena = arena_new(1 << 16);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span out = utf8_clean(arena, span_of(rows[i].in));
        if (!span_equal(out, span_of(rows[i].out)) || !utf8_valid(out))
            fail_msg("%s: %s", rows[i].name, out.ptr);
    }
    assert_true(utf8_valid(utf8_clean(arena, (struct span){"a\0b", 3})));
    arena_free(arena);
}

static void the_nearest_name_is_found(void **state) {
    (void)state;
    static const char *const names[] = {"address", "folder", "poll_s"};
    assert_string_equal(name_nearest(names, 3, SPAN("adress")), "address");
    assert_string_equal(name_nearest(names, 3, SPAN("pol_s")), "poll_s");
    assert_null(name_nearest(names, 3, SPAN("xyz")));
}

static void reasons_are_one_printable_line(void **state) {
    (void)state;
    struct why why;
    assert_int_equal(why_set(&why, FAIL_INPUT, "bad\r\n%s", "x"), FAIL_INPUT);
    assert_string_equal(why.text, "bad  x");
    why_prefix(&why, FAIL_INPUT, "%s: ", "file");
    assert_string_equal(why.text, "file: bad  x");
    assert_int_equal(fail_exit_status(FAIL_CONFIG), 3);
}

static void digests_tell_parts_apart(void **state) {
    (void)state;
    struct span one[] = {SPAN("ab"), SPAN("c")}, two[] = {SPAN("a"), SPAN("bc")};
    assert_string_not_equal(digest_of(one, 2).hex, digest_of(two, 2).hex);
    assert_string_equal(digest_of(one, 2).hex, digest_of(one, 2).hex);
    assert_int_equal(span_of(digest_of(one, 2).hex).len, 32);
}

static void loopback_is_this_machine_alone(void **state) {
    (void)state;
    static const struct {
        const char *name, *host;
        bool loopback;
    } rows[] = {
        {"name", "localhost", true},
        {"name in capitals", "LOCALHOST", true},
        {"ipv4", "127.0.0.1", true},
        {"anywhere in the net", "127.8.9.10", true},
        {"ipv6", "::1", true},
        {"other address", "192.0.2.1", false},
        {"begins like it", "127.evil.example", false},
        {"ends like it", "localhost.example", false},
        {"empty", "", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (host_is_loopback(rows[i].host) != rows[i].loopback)
            fail_msg("%s", rows[i].name);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_whole_and_bounded),
        cmocka_unit_test(lines_end_in_any_way),
        cmocka_unit_test(cutting_yields_the_last_empty_part),
        cmocka_unit_test(finding_ignores_case_when_asked),
        cmocka_unit_test(a_full_buffer_drops_whole_additions),
        cmocka_unit_test(an_arena_array_keeps_its_items_while_it_grows),
        cmocka_unit_test(days_exist_or_not),
        cmocka_unit_test(text_is_cut_between_characters),
        cmocka_unit_test(broken_utf8_is_replaced),
        cmocka_unit_test(the_nearest_name_is_found),
        cmocka_unit_test(reasons_are_one_printable_line),
        cmocka_unit_test(digests_tell_parts_apart),
        cmocka_unit_test(loopback_is_this_machine_alone),
    };
    return cmocka_run_group_tests_name("base.text", tests, NULL, NULL);
}
