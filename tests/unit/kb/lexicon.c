/* How people say what titles say otherwise: the format of the tables, and the shipped ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "kb/lexicon.h"
#include "kb/system.h"
#include "kb/words.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static const char text[] = "# a remark = none\n"
                           "fx, fxs := fracture\n"
                           "collar bone = clavicle | key bone\n"
                           "kidney ~ renal ~ nephric\n"
                           "kidney = bean\n"
                           "skier's thumb = sprain\n"
                           "car, cab ~ auto\n"
                           "one two three four five six = too long\n"
                           "!weak patients old\n"
                           "!neutral old\n"
                           "!apart left | right | both bilateral\n"
                           "!apart open | closed\n"
                           "!system HCPCS brace\n"
                           "!names CPT cpt\n";

struct open {
    sqlite3 *db;
    struct stemmer stemmer;
    struct lexicon *lexicon;
};

static int open_lexicon(void **state) {
    static struct open open;
    assert_int_equal(sqlite3_open(":memory:", &open.db), SQLITE_OK);
    assert_int_equal(stemmer_open(open.db, &open.stemmer, NULL), 0);
    open.lexicon = lexicon_new(text, &open.stemmer);
    *state = &open;
    return 0;
}

static int close_lexicon(void **state) {
    struct open *open = *state;
    lexicon_free(open->lexicon);
    stemmer_close(&open->stemmer);
    return sqlite3_close(open->db);
}

static void keys_lead_to_entries(void **state) {
    struct open *open = *state;
    static const struct {
        const char *name, *key, *right;
        enum lexicon_kind kind;
    } rows[] = {
        {"written for it", "fx", "fracture", LEXICON_BECOMES},
        {"the second key", "fxs", "fracture", LEXICON_BECOMES},
        {"several words, as stems", "collar bone", "clavicle | key bone", LEXICON_LIKE},
        {"the same", "renal", "kidney ~ renal ~ nephric", LEXICON_SAME},
        {"the same, with a comma", "cab", "car, cab ~ auto", LEXICON_SAME},
        {"a possessive", "skier thumb", "sprain", LEXICON_LIKE},
        {"the last line comes first", "kidnei", "bean", LEXICON_LIKE},
        {"a part of a key", "collar", NULL, LEXICON_LIKE},
        {"a right side", "clavicl", NULL, LEXICON_LIKE},
        {"too many words", "on two three four five", NULL, LEXICON_LIKE},
        {"a remark", "a remark", NULL, LEXICON_LIKE},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct lexicon_entry *entry = lexicon_find(open->lexicon, span_of(rows[i].key));
        if (!entry != !rows[i].right || (entry && (entry->kind != rows[i].kind || !span_equal(entry->right, span_of(rows[i].right)))))
            fail_msg("%s: %.*s", rows[i].name, entry ? (int)entry->right.len : 0, entry ? entry->right.ptr : "");
    }
    assert_non_null(lexicon_find(open->lexicon, SPAN("kidnei"))->next);
}

static void words_are_marked(void **state) {
    struct open *open = *state;
    static const struct {
        const char *name, *stem;
        unsigned marks;
    } rows[] = {
        {"another form", "patient", MARK_WEAK},
        {"two marks", "old", MARK_WEAK | MARK_NEUTRAL},
        {"speaks for a system", "brace", (unsigned)MARK_SYSTEM << SYSTEM_HCPCS},
        {"names a system", "cpt", (unsigned)MARK_NAMES << SYSTEM_CPT},
        {"nothing", "fractur", 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        if (lexicon_marks(open->lexicon, span_of(rows[i].stem)) != rows[i].marks)
            fail_msg("%s: %x", rows[i].name, lexicon_marks(open->lexicon, span_of(rows[i].stem)));
}

static void sides_are_apart(void **state) {
    struct open *open = *state;
    unsigned set, other;
    uint8_t left, right, both, bilateral, bit;
    assert_true(lexicon_apart(open->lexicon, SPAN("left"), &set, &left));
    assert_true(lexicon_apart(open->lexicon, SPAN("right"), &set, &right) && lexicon_apart(open->lexicon, SPAN("both"), &set, &both));
    assert_true(lexicon_apart(open->lexicon, SPAN("bilater"), &set, &bilateral));
    assert_true(left != right && left != both && both == bilateral);
    assert_true(lexicon_apart(open->lexicon, SPAN("open"), &other, &bit) && other != set);
    assert_false(lexicon_apart(open->lexicon, SPAN("patient"), &set, &bit));
}

/* A line that says nothing would be a typing error nobody sees. */
static void check_line(struct span line) {
    struct span rest = line, word;
    size_t becomes = span_find(line, SPAN(":=")), like = span_find_char(line, '='), same = span_find_char(line, '~');
    if (line.len == 0 || line.ptr[0] == '#' || line.ptr[0] == '!')
        return;
    size_t mark = becomes != SPAN_NONE ? becomes : like != SPAN_NONE ? like : same;
    if (mark == SPAN_NONE || mark == 0 || span_trim(span_slice(line, mark + 2, line.len)).len == 0)
        fail_msg("no entry: %.*s", SPAN_ARG(line));
    if (same != SPAN_NONE && like != SPAN_NONE)
        fail_msg("two kinds in one: %.*s", SPAN_ARG(line));
    for (size_t i = 0; i < line.len; i++)
        if ((unsigned char)line.ptr[i] >= 0x80)
            fail_msg("not ASCII: %.*s", SPAN_ARG(line));
    struct span keys = same != SPAN_NONE ? line : span_slice(line, 0, mark), key;
    while (same != SPAN_NONE ? lexicon_part(&keys, LEXICON_SAME, &key) : span_cut(&keys, ',', &key)) {
        size_t words = 0;
        for (rest = key; words_next(&rest, &word);)
            words++;
        if (words == 0 || words > LEXICON_KEY_WORDS)
            fail_msg("a key of %zu words: %.*s", words, SPAN_ARG(line));
    }
}

static void the_shipped_tables_are_whole(void **state) {
    struct open *open = *state;
    struct span rest = span_of(lexicon_text), line;
    size_t lines = 0;
    for (; span_line(&rest, &line); lines++)
        check_line(span_trim(line));
    assert_true(lines > 1000);
    struct lexicon *shipped = lexicon_new(lexicon_text, &open->stemmer);
    unsigned set;
    uint8_t bit;
    assert_true(lexicon_apart(shipped, SPAN("left"), &set, &bit));
    assert_non_null(lexicon_find(shipped, SPAN("collar bone")));
    lexicon_free(shipped);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_lead_to_entries),
        cmocka_unit_test(words_are_marked),
        cmocka_unit_test(sides_are_apart),
        cmocka_unit_test(the_shipped_tables_are_whole),
    };
    return cmocka_run_group_tests_name("kb.lexicon", tests, open_lexicon, close_lexicon);
}
