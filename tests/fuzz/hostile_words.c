/* Words that mean something to FTS5, SQL, a pattern or a terminal, typed where words and codes are searched for: they are words, and find what words find. */
#include "tests/unit/desk/run.h"
#include "tests/unit/desk/filled.h"

#include "base/utf8.h"

enum { FIRST_SEEN = 1772460000, JOURNAL_ARENA_BYTES = 1 << 20 };

static const char *const words[] = {
    "\"", "\"\"", "\"frame", "frame\" OR \"x", "frame*", "*", "^frame", "fra*me*", "title:frame", "title : frame", "-frame", "--frame", "+frame",
    "frame AND", "OR", "NOT frame", "frame NOT frame", "NEAR(frame, 2)", "NEAR(frame pin, 99999999999)", "(frame", "frame)", "((((((((((", "{title}: frame",
    "'", "''", "frame'; DROP TABLE versions; --", "frame' OR '1'='1", "1; ATTACH 'x' AS y", "x UNION SELECT * FROM sources", "frame\\", "frame%", "_____",
    "%", "%%%", "[a-z]*", "frame /* */", "?1", ":code", "@code", "$code", "frame\x01\x02", "\xFF\xFE", "\xC3(", "\xED\xA0\x80", "\xF4\x90\x80\x80",
    "\xE2\x80\xAE" "frame", "\x1b[31mframe", "%s%n%d", "${frame}", "`frame`", "fr\nme", "\t\r\n", " ", "",
};
enum { WORD_COUNT = sizeof words / sizeof *words };

static void add(struct journal *journal, struct arena *arena) {
    struct why why;
    struct exchange_row row;
    bool known;
    const struct place place = {"main", "INBOX", 7, 1};
    if (journal_begin(journal, &why) || journal_found(journal, &place, 900, FIRST_SEEN, arena, &row, &known, &why))
        fail_msg("%s", why.text);
    row.asker = "ann@practice.example";
    row.action = "answer";
    row.codes = "[{\"system\":\"CPT\",\"code\":\"20693\",\"modifiers\":[],\"role\":\"asked\",\"status\":\"valid\"}]";
    row.reply_text = "20693 is a code.";
    if (journal_read(journal, &row, FIRST_SEEN, &why) || journal_commit(journal, &why))
        fail_msg("%s", why.text);
}

static int fill(void **state) {
    (void)state;
    struct journal *journal = new_journal();
    struct arena *arena = arena_new(JOURNAL_ARENA_BYTES);
    add(journal, arena);
    journal_close(journal);
    arena_free(arena);
    return 0;
}

/* What a library says of its own syntax is not for people. */
static void assert_no_syntax(const char *word, const char *said) {
    static const char *const of_libraries[] = {"syntax", "fts5", "SQL", "near \"", "no such column", "unterminated", "malformed"};
    for (size_t i = 0; i < sizeof of_libraries / sizeof *of_libraries; i++)
        if (strstr(said, of_libraries[i]))
            fail_msg("\"%s\": %s", word, said);
}

static void a_search_takes_any_words(void **state) {
    (void)state;
    for (size_t i = 0; i < WORD_COUNT; i++) {
        const char *const line[] = {"--kb", KB_FILE, "search", "--json", "--", words[i], NULL};
        int status = run(line);
        json_t *object = json_loads(out, 0, NULL);
        if ((status != 0 && status != 1) || !object || !json_is_array(json_object_get(object, "results")))
            fail_msg("\"%s\": %d: %s%s", words[i], status, out, err);
        assert_no_syntax(words[i], err);
        json_decref(object);
    }
}

/* An operator of FTS5 is a word like others: with it the same code comes first. */
static void marks_do_not_hide_the_words(void **state) {
    (void)state;
    static const char *const marked[] = {"external* fixator\" removal under anesthesia'", "(external) AND fixator NOT removal: under ^anesthesia --",
                                         "title:external NEAR(fixator removal) under anesthesia;"};
    for (size_t i = 0; i < sizeof marked / sizeof *marked; i++) {
        const char *const line[] = {"--kb", KB_FILE, "search", "--system", "CPT", "--limit", "3", "--", marked[i], NULL};
        if (run(line) != 0 || !strstr(out, "20694"))
            fail_msg("%s: %s%s", marked[i], out, err);
    }
}

static void codes_are_any_words(void **state) {
    (void)state;
    static const char *const asked[] = {"lookup", "check"};
    for (size_t i = 0; i < 2 * WORD_COUNT; i++) {
        const char *const line[] = {"--kb", KB_FILE, asked[i % 2], "--", words[i / 2], NULL};
        int status = run(line);
        if (status < 0 || status > 2 || (status == 2 && !err[0]))
            fail_msg("%s \"%s\": %d: %s%s", asked[i % 2], words[i / 2], status, out, err);
        if (!utf8_valid(span_of(out)) || strchr(out, '\033'))
            fail_msg("%s \"%s\": prints what is no text", asked[i % 2], words[i / 2]);
        assert_no_syntax(words[i / 2], err);
    }
}

static void a_journal_is_not_asked_in_sql(void **state) {
    (void)state;
    static const char *const options[] = {"--code", "--asker"};
    for (size_t i = 0; i < 2 * WORD_COUNT; i++) {
        const char *const line[] = {"--journal", path, "history", "list", options[i % 2], words[i / 2], NULL};
        int status = run(line);
        if (status != 1 || strstr(out, "ann@") || !strstr(err, "no exchange"))
            fail_msg("%s \"%s\": %d: %s%s", options[i % 2], words[i / 2], status, out, err);
    }
    const char *const all[] = {"--journal", path, "history", "list", NULL};
    assert_int_equal(run(all), 0);
    assert_non_null(strstr(out, "ann@practice.example"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_search_takes_any_words),
        cmocka_unit_test(marks_do_not_hide_the_words),
        cmocka_unit_test(codes_are_any_words),
        cmocka_unit_test(a_journal_is_not_asked_in_sql),
    };
    return cmocka_run_group_tests_name("hostile words", tests, fill, clean);
}
