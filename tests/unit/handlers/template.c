/* The wording language: tags, scopes, escaping, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "handlers/answer.h"
#include "handlers/write/template.h"

static struct arena *arena;
static struct buf out;

static int begin(void **state) {
    (void)state;
    arena = arena_new(1 << 20);
    buf_init(&out, 1 << 16);
    return 0;
}

static int end(void **state) {
    (void)state;
    template_replace("help", (struct span){NULL, 0});
    template_replace("closing", (struct span){NULL, 0});
    arena_free(arena);
    buf_free(&out);
    return 0;
}

/* One row with a text, an empty text, a list of two and markup; "help" stands for any template, "closing" for a partial. */
static struct template_row sample(void) {
    struct template_row ret = template_row_new(arena);
    struct template_rows list = {0};
    template_text(&ret, "code", "20693");
    template_text(&ret, "title", NULL);
    template_markup(&ret, "sections", "**bold**");
    struct template_row *row = template_rows_add(&list, arena);
    template_text(row, "other", "a");
    row = template_rows_add(&list, arena);
    template_text(row, "other", "b");
    template_text(row, "code", NULL);
    template_list(&ret, "children", list);
    return ret;
}

static void tags_are_filled_in(void **state) {
    (void)state;
    static const struct {
        const char *name, *wording, *want;
    } rows[] = {
        {"plain text", "no tag", "no tag"},
        {"field", "<{{code}}>", "<20693>"},
        {"blanks in the tag", "{{ code }}", "20693"},
        {"empty field", "<{{title}}>", "<>"},
        {"unknown field", "<{{nothing}}>", "<>"},
        {"markup stays", "{{sections}}", "**bold**"},
        {"section of a text", "{{#code}}x{{/code}}", "x"},
        {"section of an empty text", "{{#title}}x{{/title}}", ""},
        {"absent", "{{^title}}none{{/title}}{{^code}}no code{{/code}}", "none"},
        {"list", "{{#children}}{{^first}}, {{/first}}{{other}}{{/children}}", "a, b"},
        {"absent list", "{{^children}}none{{/children}}", ""},
        {"outer field, and hidden by an empty one", "{{#children}}{{code}};{{/children}}", "20693;;"},
        {"lines of section tags vanish", "a\n{{#code}}\nb\n{{/code}}\nc\n", "a\nb\nc\n"},
        {"indented too", "a\n  {{#code}}  \nb\n\t{{/code}}\nc", "a\nb\nc"},
        {"but not beside text", "a{{#code}}\nb{{/code}}\nc", "a\nb\nc"},
        {"field alone keeps its line", "a\n{{title}}\nb", "a\n\nb"},
        {"nested with the same name", "{{#code}}1{{#code}}2{{/code}}3{{/code}}4", "1234"},
        {"partial in a line", "<{{>closing}}>", "<bye 20693>"},
        {"partial on its own line", "<\n{{>closing}}\n>", "<\nbye 20693\n>"},
        {"unclosed tag is text", "a {{code", "a {{code"},
    };
    struct template_row row = sample();
    template_replace("closing", SPAN("bye {{code}}\n"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buf_clear(&out);
        template_replace("help", span_of(rows[i].wording));
        template_render("help", &row, &out);
        if (!span_equal(buf_span(&out), span_of(rows[i].want)))
            fail_msg("%s: \"%.*s\"", rows[i].name, SPAN_ARG(buf_span(&out)));
    }
}

static void a_template_that_holds_itself_ends(void **state) {
    (void)state;
    struct template_row row = sample();
    template_replace("help", SPAN("x{{>help}}"));
    template_render("help", &row, &out);
    assert_true(span_equal(buf_span(&out), SPAN("xxxxx")));
}

static void data_is_escaped(void **state) {
    (void)state;
    static const struct {
        const char *name, *data, *want;
    } rows[] = {
        {"plain", "Office visit, 20-29 minutes (new)", "Office visit, 20-29 minutes (new)"},
        {"emphasis", "*a* _b_", "\\*a\\* \\_b\\_"},
        {"link", "[x](http://y)", "\\[x\\](http://y)"},
        {"html", "<script>", "\\<script\\>"},
        {"entity", "&lt;", "\\&lt;"},
        {"table bar", "a|b", "a\\|b"},
        {"backslash", "a\\", "a&#92;"},
        {"code span", "`a`", "\\`a\\`"},
        {"heading", "# a", "\\# a"},
        {"bullet", "- a", "\\- a"},
        {"numbered", "1. a", "1\\. a"},
        {"numbered, other mark", "12) a", "12\\) a"},
        {"a figure is not a list", "5.91", "5.91"},
        {"a figure alone with its dot", "5.", "5\\."},
        {"underline of a heading", "==", "\\=\\="},
        {"lines become blanks", "a\nb\r\n\tc", "a b   c"},
        {"trimmed", "  a  ", "a"},
        {"other alphabets stay", "caf\xc3\xa9", "caf\xc3\xa9"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buf_clear(&out);
        template_escape(span_of(rows[i].data), &out);
        if (!span_equal(buf_span(&out), span_of(rows[i].want)))
            fail_msg("%s: \"%.*s\"", rows[i].name, SPAN_ARG(buf_span(&out)));
    }
}

static void wording_is_checked(void **state) {
    (void)state;
    static const struct {
        const char *name, *template_name, *wording;
        int want;
    } rows[] = {
        {"good", "help", "{{#code}}{{title}}{{/code}}{{>closing}}", 0},
        {"no template of that name", "helb", "text", FAIL_CONFIG},
        {"no such field", "help", "{{coed}}", FAIL_CONFIG},
        {"no such partial", "help", "{{>closure}}", FAIL_CONFIG},
        {"section not closed", "help", "{{#code}}", FAIL_CONFIG},
        {"closed in the wrong order", "help", "{{#code}}{{#title}}{{/code}}{{/title}}", FAIL_CONFIG},
        {"closed but not opened", "help", "{{/code}}", FAIL_CONFIG},
        {"braces not closed", "help", "{{code", FAIL_CONFIG},
        {"line ends, tabs and other alphabets", "help", "a\n\tcaf\xc3\xa9", 0},
        {"carriage return", "help", "a\r\n", FAIL_CONFIG},
        {"escape", "help", "\x1b[2J", FAIL_CONFIG},
        {"delete", "help", "\x7f", FAIL_CONFIG},
        {"no UTF-8", "help", "caf\xe9", FAIL_CONFIG},
        {"an answer that shows none", "answer", "{{>closing}}", FAIL_CONFIG},
        {"an answer as a condition alone", "answer", "{{#answer}}x{{/answer}}", FAIL_CONFIG},
        {"an answer that shows it", "answer", "{{#parts}}{{answer}}{{/parts}}", 0},
    };
    struct why why;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (template_check(rows[i].template_name, span_of(rows[i].wording), &why) != rows[i].want)
            fail_msg("%s: %s", rows[i].name, why.text);
}

static void a_zero_byte_is_no_wording(void **state) {
    (void)state;
    struct why why;
    assert_int_equal(template_check("help", (struct span){"a\0b", 3}, &why), FAIL_CONFIG);
}

static void wording_that_holds_itself_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *name;
        struct template_file own[2];
        int want;
    } rows[] = {
        {"itself", {{"help", SPAN("{{>help}}")}, {"closing", SPAN("x")}}, FAIL_CONFIG},
        {"one another", {{"help", SPAN("{{>closing}}")}, {"closing", SPAN("{{>help}}")}}, FAIL_CONFIG},
        {"through a built-in one", {{"sources", SPAN("{{>answer}}")}, {"closing", SPAN("x")}}, FAIL_CONFIG},
        {"twice the same is fine", {{"help", SPAN("{{>closing}}{{>closing}}")}, {"closing", SPAN("x")}}, 0},
    };
    struct why why;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (template_check_nesting(rows[i].own, 2, &why) != rows[i].want)
            fail_msg("%s", rows[i].name);
}

static void a_full_buffer_ends_the_rendering(void **state) {
    (void)state;
    struct template_row row = sample();
    struct buf small;
    buf_init(&small, 8);
    template_replace("help", SPAN("123456{{title}}789{{code}}"));
    template_render("help", &row, &small);
    assert_true(buf_full(&small));
    buf_free(&small);
}

static void the_built_in_wording_passes_its_own_check(void **state) {
    (void)state;
    struct why why;
    size_t count = 0;
    for (; template_files[count].name; count++)
        if (template_check(template_files[count].name, template_files[count].text, &why))
            fail_msg("%s", why.text);
    assert_true(count > 20 && count < 256);
    assert_int_equal(template_check_nesting(template_files, count, &why), 0);
}

static void a_folder_replaces_some_wording(void **state) {
    (void)state;
    struct why why;
    struct template_row row = sample();
    assert_int_equal(answer_templates_folder(FIXTURES "/wording", &why), 0);
    template_render("closing", &row, &out);
    assert_true(span_equal(buf_span(&out), SPAN("Ask Anna about 20693.\n")));
    assert_int_equal(answer_templates_folder(FIXTURES "/wording-with-typo", &why), FAIL_CONFIG);
    assert_non_null(strstr(why.text, "coed"));
    buf_clear(&out);
    template_render("closing", &row, &out);
    assert_true(span_equal(buf_span(&out), SPAN("Ask Anna about 20693.\n")));
    assert_int_equal(answer_templates_folder(FIXTURES "/no-such-folder", &why), FAIL_SYSTEM);
    char folder[] = "/tmp/unit-template-XXXXXX", pipe[64];
    assert_non_null(mkdtemp(folder));
    snprintf(pipe, sizeof pipe, "%s/closing.md", folder);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(answer_templates_folder(folder, &why), FAIL_CONFIG);
    unlink(pipe);
    rmdir(folder);
    assert_int_equal(answer_templates_folder(NULL, &why), 0);
    buf_clear(&out);
    template_render("closing", &row, &out);
    assert_int_equal(span_find(buf_span(&out), SPAN("Anna")), SPAN_NONE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tags_are_filled_in, begin, end),
        cmocka_unit_test_setup_teardown(a_template_that_holds_itself_ends, begin, end),
        cmocka_unit_test_setup_teardown(data_is_escaped, begin, end),
        cmocka_unit_test_setup_teardown(wording_is_checked, begin, end),
        cmocka_unit_test_setup_teardown(a_zero_byte_is_no_wording, begin, end),
        cmocka_unit_test_setup_teardown(wording_that_holds_itself_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(a_full_buffer_ends_the_rendering, begin, end),
        cmocka_unit_test_setup_teardown(the_built_in_wording_passes_its_own_check, begin, end),
        cmocka_unit_test_setup_teardown(a_folder_replaces_some_wording, begin, end),
    };
    return cmocka_run_group_tests_name("handlers.template", tests, NULL, NULL);
}
