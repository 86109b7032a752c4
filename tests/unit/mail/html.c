/* HTML as a person sees it, and documents made to hurt a parser. */
#include "tests/unit/mail/fixture.h"

#include "mail/html.h"

static void documents_become_text(void **state) {
    (void)state;
    static const struct {
        const char *name, *html, *text;
    } rows[] = {
        {"a code cut by tags", "<b>206</b><span>9</span>3", "20693"},
        {"a code cut by invisible characters",
         "20&shy;6&#8203;9\xEF\xBB\xBF"
         "3",
         "20693"},
        {"blanks", "a \n b&nbsp;c\t d", "a b c d"},
        {"blocks", "<div>a</div><div>b</div>c", "a\nb\nc"},
        {"paragraphs", "<p>a</p><p>b</p>", "a\n\nb"},
        {"Word's paragraphs", "<p class=\"MsoNormal\">a</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>b</p>", "a\n\nb"},
        {"line breaks", "a<br>b<br><br>c", "a\nb\n\nc"},
        {"a break in a div of its own", "<div>a</div><div><br></div><div>b</div>", "a\n\nb"},
        {"list", "<ul><li>a</li><li>b</li></ul>", "a\nb"},
        {"table", "<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr></table>", "a b\nc d"},
        {"preformatted", "<pre>a\n  b</pre>", "a\nb"},
        {"entities", "&lt;5 &amp; &#8364; &eacute;", "<5 & € é"},
        {"links", "<a href=\"https://x.example/20680\">here</a>", "here"},
        {"no text", "<style>a</style><script>b</script><title>c</title><!-- d -->", ""},
        {"not displayed", "a<p style=\"Display: None\">b</p><p style='visibility:hidden'>c</p><p hidden>d</p>", "a"},
        {"tiny", "a<span style=\"font-size:0px\">b</span><span style=\"font-size:0.9em\">c</span>", "ac"},
        {"white on white", "a<span style=\"color:#ffffff\">b</span><font color=white>c</font>", "a"},
        {"white on blue", "<table bgcolor=blue><tr><td><span style=\"color:white\">a</span></table>", "a"},
        {"background is no color", "<p style=\"background-color:white\">a</p>", "a"},
        {"quote", "a<blockquote>b<br>c<blockquote>d</blockquote></blockquote>e", "a\n\n> b\n> c\n\n>> d\n\ne"},
        {"Gmail's quote", "a<div class=\"gmail_quote\">On Monday x wrote:<blockquote>b</blockquote></div>c",
         "a\n> On Monday x wrote:\n\n>> b\n\nc"},
        {"never closed", "<div><p>a<b>b", "ab"},
        {"nothing", "", ""},
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span text = html_text(span_of(rows[i].html), 1000, arena);
        if (!span_equal(text, span_of(rows[i].text)))
            fail_msg("%s: %.*s", rows[i].name, SPAN_ARG(text));
    }
    arena_free(arena);
}

/* Nesting, reopened formatting and attributes, each quadratic in gumbo: what is too rich is rendered in part, and the code before it is
 * kept. */
static void rich_documents_are_cut(void **state) {
    (void)state;
    static const char *const pieces[] = {
        "<b>",   "<div>",    "<table>", "<font size=1><p>", "<a href=x><div>", "<blockquote>x", "<p a b c d ", "<!--",
        "<svg>", "</p></b>", "&amp;"};
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct buf html;
        buf_init(&html, FILE_BYTES);
        buf_text(&html, "<p>What is 20693?</p>");
        while (html.len < 200 * 1024)
            buf_text(&html, pieces[i]);
        struct span text = html_text(buf_span(&html), 4096, arena);
        if (!span_starts(text, SPAN("What is 20693?")) || text.len > 4096)
            fail_msg("%s: %.*s", pieces[i], SPAN_ARG(span_slice(text, 0, 80)));
        buf_free(&html);
    }
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_become_text),
        cmocka_unit_test(rich_documents_are_cut),
    };
    return cmocka_run_group_tests_name("mail.html", tests, NULL, NULL);
}
