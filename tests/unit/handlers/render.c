/* CommonMark -> text and HTML: the shape of both, and that neither carries what must not pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "handlers/answer.h"
#include "handlers/write/render.h"
#include "handlers/write/template.h"

static struct arena *arena;

static int begin(void **state) {
    (void)state;
    arena = arena_new(8 << 20);
    return 0;
}

static int end(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static void text_is_readable(void **state) {
    (void)state;
    static const struct {
        const char *name, *commonmark, *want;
    } rows[] = {
        {"nothing", "", ""},
        {"paragraphs", "a\nb\n\nc\n", "a b\n\nc\n"},
        {"emphasis is dropped", "**a** *b* `c`", "a b c\n"},
        {"escapes are undone", "\\*a\\* \\[1\\] &#92;", "*a* [1] \\\n"},
        {"headings", "# Aa\n\n## Bb\n\n### Cc\n\nd", "Aa\n==\n\nBb\n--\n\nCc\nd\n"},
        {"tight list", "- a\n- b\n", "- a\n- b\n"},
        {"loose list", "- a\n\n- b\n", "- a\n\n- b\n"},
        {"numbers go on", "3. a\n3. b\n", "3. a\n4. b\n"},
        {"list in a list", "- a\n  - b\n  - c\n- d\n", "- a\n  - b\n  - c\n- d\n"},
        {"quote", "> a\n> b\n", "> a b\n"},
        {"code block", "```\na  b\n```\n", "    a  b\n"},
        {"table", "| A | Bbb |\n|---|---|\n| cc | d |\n", "A   Bbb\n--  ---\ncc  d\n"},
        {"bar in a cell", "| A |\n|---|\n| c\\|d |\n", "A\n---\nc|d\n"},
        {"link", "[here](https://a.example/b)", "here <https://a.example/b>\n"},
        {"address", "[a@b.example](mailto:a@b.example)", "a@b.example\n"},
        {"raw html is dropped", "a <b>c</b>\n\n<div>x</div>\n", "a c\n\n"},
        {"a broken line", "a\\\nb", "a\nb\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *text = answer_render_text(rows[i].commonmark, arena);
        if (!span_equal(span_of(text), span_of(rows[i].want)))
            fail_msg("%s: \"%s\"", rows[i].name, text);
    }
}

static void lines_are_wrapped_where_words_end(void **state) {
    (void)state;
    assert_string_equal(render_text("- one two three four five six\n", 22, arena), "- one two three four\n  five six\n");
    assert_string_equal(render_text("- aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b\n", 22, arena), "- aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n  b\n");
    /* ten and nine letters of two bytes each fill a line of twenty columns */
    const char *wide = "\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4 "
                       "\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4";
    const char *shown = render_text(wide, 20, arena);
    assert_int_equal(strlen(shown), strlen(wide) + 1);
    assert_memory_equal(shown, wide, strlen(wide));
}

static void wide_tables_wrap_in_their_cells(void **state) {
    (void)state;
    const char *text = render_text("| Figure | Says |\n|---|---|\n| one | aaa bbb ccc ddd eee fff ggg hhh |\n| two | x |\n", 30, arena);
    assert_string_equal(text, "Figure  Says\n------  ----------------------\none     aaa bbb ccc ddd eee\n"
                              "        fff ggg hhh\ntwo     x\n");
}

static void no_line_is_too_long(void **state) {
    (void)state;
    struct buf buf;
    buf_init(&buf, 1 << 16);
    buf_text(&buf, "| A | B | C |\n|---|---|---|\n|");
    for (int i = 0; i < 100; i++)
        buf_printf(&buf, " word%d%s", i, i % 40 == 39 ? " |" : "");
    buf_text(&buf, " |\n\n");
    for (int i = 0; i < 100; i++)
        buf_printf(&buf, "%d. some words that go on and on until the line is full and a bit more\n", i + 1);
    struct span rest = span_of(answer_render_text(buf_keep(&buf, arena), arena)), line;
    while (span_line(&rest, &line))
        assert_in_range(line.len, 0, RENDER_WIDTH);
    buf_free(&buf);
}

/* Whatever the data says, both renderings show it as text: its letters come out again, and no tag but the document's own. */
static void data_stays_text(void **state) {
    (void)state;
    static const char *const hostile[] = {
        "*a*", "**a** __b__", "[x](http://evil.example)", "![x](http://evil.example/a.png)", "<script>alert(1)</script>",
        "a|b|c", "a\\|b\\", "<http://evil.example>", "&lt;b&gt;", "`code`", "# head", "- item", "1. item", "~~~", "> quote", "***",
        "a  \\", "[1]: http://evil.example", "<!-- c -->", "--", "===", "]]>", "+ x", "|---|",
    };
    static const char *const shapes[] = {"%s", "- %s", "### %s", "| A | B |\n|---|---|\n| %s | b |", "x **%s** y", "text\n%s\n"};
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
        for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
            struct buf escaped, whole;
            buf_init(&escaped, 1 << 12);
            buf_init(&whole, 1 << 12);
            template_escape(span_of(hostile[i]), &escaped);
            size_t mark = span_find(span_of(shapes[s]), SPAN("%s"));
            buf_add(&whole, span_slice(span_of(shapes[s]), 0, mark));
            buf_add(&whole, buf_span(&escaped));
            buf_text(&whole, shapes[s] + mark + 2);
            struct rendering shown;
            render_both(buf_keep(&whole, arena), arena, &shown);
            if (!strstr(shown.text, hostile[i]))
                fail_msg("text of %s in %s: %s", hostile[i], shapes[s], shown.text);
            if (strstr(shown.html, "<script") || strstr(shown.html, "href") || strstr(shown.html, "src=") || strstr(shown.html, "<em>") ||
                strstr(shown.html, "<code>") || strstr(shown.html, "<hr") || strstr(shown.html, "<h1>") || strstr(shown.html, "<ol>") ||
                strstr(shown.html, "<blockquote>") || strstr(shown.html, "<!-- "))
                fail_msg("html of %s in %s: %s", hostile[i], shapes[s], shown.html);
            buf_free(&escaped);
            buf_free(&whole);
        }
}

static void html_is_a_whole_document(void **state) {
    (void)state;
    const char *html = answer_render_html("# A & B\n\n| x |\n|---|\n| y |\n\n[bad](javascript:alert) <b>raw</b>\n", arena);
    assert_true(span_starts(span_of(html), SPAN("<!DOCTYPE html>")));
    assert_non_null(strstr(html, "<h1>A &amp; B</h1>"));
    assert_non_null(strstr(html, "<table>"));
    assert_non_null(strstr(html, "color-scheme"));
    assert_null(strstr(html, "javascript"));
    assert_null(strstr(html, "<b>"));
    assert_null(strstr(html, "http"));
    assert_non_null(strstr(html, "</html>"));
}

static void deep_nesting_is_survived(void **state) {
    (void)state;
    struct buf buf;
    buf_init(&buf, 1 << 20);
    for (int i = 0; i < 5000; i++)
        buf_text(&buf, "> - ");
    for (int i = 0; i < 5000; i++)
        buf_text(&buf, "*_");
    struct rendering shown;
    render_both(buf_keep(&buf, arena), arena, &shown);
    assert_non_null(shown.html);
    buf_free(&buf);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_is_readable, begin, end),
        cmocka_unit_test_setup_teardown(lines_are_wrapped_where_words_end, begin, end),
        cmocka_unit_test_setup_teardown(wide_tables_wrap_in_their_cells, begin, end),
        cmocka_unit_test_setup_teardown(no_line_is_too_long, begin, end),
        cmocka_unit_test_setup_teardown(data_stays_text, begin, end),
        cmocka_unit_test_setup_teardown(html_is_a_whole_document, begin, end),
        cmocka_unit_test_setup_teardown(deep_nesting_is_survived, begin, end),
    };
    return cmocka_run_group_tests_name("handlers.render", tests, NULL, NULL);
}
