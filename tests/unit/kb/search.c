/* Words to codes: ranking, and that nothing a user writes is syntax. */
#include "tests/unit/kb/small.h"

static const char *codes_of(struct arena *arena, const struct kb_hits *hits) {
    const char *ret = "";
    for (size_t i = 0; i < hits->count; i++)
        ret = arena_printf(arena, "%s%s%s", ret, i ? " " : "", hits->items[i].code.display);
    return ret;
}

static const char *search(struct small *small, const char *name, struct span words, unsigned systems, const char *on,
                          struct kb_hits *hits) {
    struct why why;
    if (kb_search(small->kb, words, systems, day(on), 10, small->arena, hits, &why))
        fail_msg("%s: %s", name, why.text);
    return codes_of(small->arena, hits);
}

static void words_lead_to_codes(void **state) {
    struct small *small = *state;
    static const struct {
        const char *name, *words, *day, *codes;
        unsigned systems;
    } rows[] = {
        {"by title", "ring", "2026-05-01", "20692", KB_ALL_SYSTEMS},
        {"by another form of the word", "revising", "2026-05-01", "20693", KB_ALL_SYSTEMS},
        {"by a synonym", "ex-fix", "2026-05-01", "20693", KB_ALL_SYSTEMS},
        {"by plain words", "patient sleeping", "2026-05-01", "20693", KB_ALL_SYSTEMS},
        {"more words found come first", "ring frame", "2026-05-01", "20692 20690 20693 20694", KB_ALL_SYSTEMS},
        {"one system", "fracture frame", "2026-05-01", "S82.101A S82.102A S82.191A S82.1", 1u << SYSTEM_ICD10CM},
        {"only what is in force", "old way", "2025-01-01", "S82.109A", KB_ALL_SYSTEMS},
        {"not what is retired", "old", "2026-05-01", "", KB_ALL_SYSTEMS},
        {"by code", "what is 20693?", "2026-05-01", "20693", KB_ALL_SYSTEMS},
        {"common words alone", "what is the code for", "2026-05-01", "", KB_ALL_SYSTEMS},
        {"unknown words", "xylophone", "2026-05-01", "", KB_ALL_SYSTEMS},
        {"no system", "ring", "2026-05-01", "", 0},
        {"nothing", "", "2026-05-01", "", KB_ALL_SYSTEMS},
        {"without its marks", "uber gerat", "2026-05-01", "20693", KB_ALL_SYSTEMS},
        {"with other marks",
         "\xc3\x9c"
         "BER",
         "2026-05-01", "20693", KB_ALL_SYSTEMS},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct kb_hits hits;
        const char *codes = search(small, rows[i].name, span_of(rows[i].words), rows[i].systems, rows[i].day, &hits);
        if (strcmp(codes, rows[i].codes) != 0)
            fail_msg("%s: %s", rows[i].name, codes);
    }
}

/* Each must give what its plain words give, and no error. */
static void no_text_is_syntax(void **state) {
    struct small *small = *state;
    static const struct {
        const char *name;
        struct span words;
        const char *codes;
    } rows[] = {
        {"quote", SPAN("\"ring"), "20692"},
        {"quotes inside", SPAN("ri\"\"ng ring"), "20692"},
        {"star", SPAN("ring* *ring*"), "20692"},
        {"lone star", SPAN("*"), ""},
        {"NEAR", SPAN("NEAR(ring, 2)"), "20693 20692"},
        {"NOT", SPAN("ring NOT ring"), "20692"},
        {"AND OR", SPAN("AND OR ring"), "20692"},
        {"column", SPAN("title:ring"), "20692"},
        {"minus column", SPAN("- title : ring"), "20692"},
        {"comment", SPAN("ring -- DROP TABLE codes;"), "20692"},
        {"braces and caret", SPAN("{title words} : ^ring + "), "20692"},
        {"NUL", SPAN("ring\0\0 ring"), "20692"},
        {"NUL first", SPAN("\0ring"), "20692"},
        {"broken UTF-8", SPAN("\xff\xfe\xc3 ring \xed\xa0\x80"), "20692"},
        {"surrogate only", SPAN("\xed\xa0\x80"), ""},
        {"format", SPAN("%s%n ring"), "20692"},
        {"line breaks", SPAN("\r\n\tring\r\n"), "20692"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct kb_hits hits;
        const char *codes = search(small, rows[i].name, rows[i].words, KB_ALL_SYSTEMS, "2026-05-01", &hits);
        if (strcmp(codes, rows[i].codes) != 0)
            fail_msg("%s: %s", rows[i].name, codes);
    }
}

static void a_hit_says_why(void **state) {
    struct small *small = *state;
    struct kb_hits hits;
    search(small, "why", SPAN("please, which code for Revision of the PINS, revised?"), KB_ALL_SYSTEMS, "2026-05-01", &hits);
    assert_int_equal(hits.count, 2);
    assert_string_equal(hits.items[0].code.display, "20693");
    assert_string_equal(hits.items[0].because, "Revision, PINS");
    assert_string_equal(hits.items[1].because, "PINS");
    assert_true(hits.items[0].score > hits.items[1].score && hits.items[1].score > 0);
}

static void a_hit_says_what_a_word_was_taken_for(void **state) {
    struct small *small = *state;
    static const struct {
        const char *name, *words, *because;
    } rows[] = {
        {"an abbreviation", "fx", "fx = fracture"},
        {"two letters swapped", "fraem", "fraem = frame"},
        {"a letter too many", "fracturre", "fracturre = fracture"},
        {"British", "litre frame", "frame"},
        {"a lay word", "broken", "broken = fracture"},
        {"one word in two", "exfix", "exfix"},
        {"two words in one", "fix ator", "fix ator"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct kb_hits hits;
        search(small, rows[i].name, span_of(rows[i].words), KB_ALL_SYSTEMS, "2026-05-01", &hits);
        if (hits.count == 0 || strcmp(hits.items[0].because, rows[i].because) != 0)
            fail_msg("%s: %s", rows[i].name, hits.count ? hits.items[0].because : "nothing");
    }
}

static void a_long_text_is_no_trouble(void **state) {
    struct small *small = *state;
    struct kb_hits hits;
    size_t len = 1 << 20;
    char *text = malloc(len);
    assert_non_null(text);
    for (size_t i = 0; i < len; i++)
        text[i] = "ring a1b2 "[i % 10];
    search(small, "long", (struct span){text, len}, KB_ALL_SYSTEMS, "2026-05-01", &hits);
    assert_int_equal(hits.count, 1);
    memset(text, 'r', len);
    search(small, "one word", (struct span){text, len}, KB_ALL_SYSTEMS, "2026-05-01", &hits);
    assert_int_equal(hits.count, 0);
    free(text);
}

static void not_more_than_asked_for(void **state) {
    struct small *small = *state;
    struct kb_hits hits;
    for (size_t max = 0; max < 4; max++) {
        assert_int_equal(kb_search(small->kb, SPAN("frame"), KB_ALL_SYSTEMS, day("2026-05-01"), max, small->arena, &hits, NULL), 0);
        assert_int_equal(hits.count, max);
    }
}

static void only_the_words_of_the_index_are_known(void **state) {
    struct small *small = *state;
    static const struct {
        const char *name;
        struct span word;
        bool known;
    } rows[] = {
        {"of a title", SPAN("ring"), true},
        {"any case", SPAN("RING"), true},
        {"another form", SPAN("rings"), true},
        {"of the synonyms", SPAN("fixator"), true},
        {"of the plain text", SPAN("sleeps"), true},
        {"of another section", SPAN("sentence"), false},
        {"common", SPAN("the"), false},
        {"of the lexicon", SPAN("collarbone"), true},
        {"misspelt", SPAN("fraem"), false},
        {"a name", SPAN("Kowalski"), false},
        {"a name in the lexicon", SPAN("Galeazzi"), false},
        {"a number that stands in the index", SPAN("20693"), false},
        {"a code", SPAN("S82"), false},
        {"two words", SPAN("ring frame"), false},
        {"one letter", SPAN("a"), false},
        {"empty", SPAN(""), false},
        {"with a NUL", SPAN("ring\0"), false},
        {"quoted", SPAN("\"ring\""), false},
        {"broken UTF-8", SPAN("\xff\xff"), false},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        if (kb_knows_word(small->kb, rows[i].word) != rows[i].known)
            fail_msg("%s", rows[i].name);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_lead_to_codes),
        cmocka_unit_test(no_text_is_syntax),
        cmocka_unit_test(a_hit_says_why),
        cmocka_unit_test(a_hit_says_what_a_word_was_taken_for),
        cmocka_unit_test(a_long_text_is_no_trouble),
        cmocka_unit_test(not_more_than_asked_for),
        cmocka_unit_test(only_the_words_of_the_index_are_known),
    };
    return cmocka_run_group_tests_name("kb.search", tests, open_small, close_small);
}
