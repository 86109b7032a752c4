/* Misspelled words, and what they are taken for. */
#include "tests/unit/kb/small.h"

#include "kb/spelling.h"

struct open {
    sqlite3 *db;
    struct stemmer stemmer;
    struct lexicon *lexicon;
    struct arena *arena;
    struct spelling *spelling;
};

static int open_spelling(void **state) {
    static struct open open;
    static uint32_t counts[] = {900, 40, 30, 20, 5, 1};
    static struct vocabulary vocabulary = {.words = {NULL, 0}, .counts = counts, .count = COUNT(counts)};
    vocabulary.words = SPAN("fractur fracture fractures\nfixat fixation fixator\nhead\nfinger fingers\nlacer laceration\nbead\n");
    assert_int_equal(sqlite3_open(":memory:", &open.db), SQLITE_OK);
    assert_int_equal(stemmer_open(open.db, &open.stemmer, NULL), 0);
    open.lexicon = lexicon_new("zofran = ondansetron\nshin bone = tibia\n", &open.stemmer);
    open.arena = arena_new(1 << 20);
    open.spelling = spelling_new(&vocabulary, open.lexicon, open.arena);
    *state = &open;
    return 0;
}

static int close_spelling(void **state) {
    struct open *open = *state;
    arena_free(open->arena);
    lexicon_free(open->lexicon);
    stemmer_close(&open->stemmer);
    return sqlite3_close(open->db);
}

static void words_are_proposed(void **state) {
    struct open *open = *state;
    static const struct {
        const char *name, *word, *first;
    } rows[] = {
        {"two letters swapped", "fracutre", "fracture"},
        {"a letter missing", "fixaton", "fixation"},
        {"a letter too many", "heaad", "head"},
        {"a wrong letter, the start counts", "hesd", "head"},
        {"three letters", "hed", "head"},
        {"two mistakes in a long word", "frakturee", "fracture"},
        {"two mistakes in a short word", "heexx", NULL},
        {"capitals", "FRACUTRE", "fracture"},
        {"cut short", "lacerat", "laceration"},
        {"without its vowels", "fngr", "finger"},
        {"a key of the lexicon", "zofron", "zofran"},
        {"nothing like it", "xylophone", NULL},
        {"too short", "hd", NULL},
        {"too long", "fracturefracturefracturefracturefracture", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct proposal proposals[SPELLING_MOST];
        size_t count = spelling_propose(open->spelling, span_of(rows[i].word), proposals);
        if (rows[i].first ? count == 0 || !span_equal(proposals[0].word, span_of(rows[i].first)) : count > 0)
            fail_msg("%s: %.*s", rows[i].name, count ? (int)proposals[0].word.len : 7, count ? proposals[0].word.ptr : "nothing");
    }
}

static void mistakes_are_counted(void **state) {
    (void)state;
    static const struct {
        const char *name, *a, *b;
        unsigned most, distance;
    } rows[] = {
        {"none", "head", "head", 2, 0},
        {"one wrong", "head", "heaf", 2, 1},
        {"swapped is one", "head", "haed", 2, 1},
        {"one missing, one wrong", "head", "hef", 2, 2},
        {"more than most", "head", "xyzzy", 2, 3},
        {"lengths too far apart", "head", "headache", 2, 3},
        {"empty", "", "ab", 2, 2},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        unsigned distance = spelling_distance(span_of(rows[i].a), span_of(rows[i].b), rows[i].most);
        if (distance != rows[i].distance)
            fail_msg("%s: %u", rows[i].name, distance);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(words_are_proposed), cmocka_unit_test(mistakes_are_counted)};
    return cmocka_run_group_tests_name("kb.spelling", tests, open_spelling, close_spelling);
}
