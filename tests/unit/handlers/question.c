/* The whole of reading: keywords, words for the search, limits, hostile text. */
#include "tests/unit/handlers/asking.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/utf8.h"

static void nothing_is_refused(void **state) {
    struct asking *asking = *state;
    struct question_text text = {.subject = " "};
    struct date today;
    struct why why;
    struct question question = {.code_count = 7};
    assert_true(date_parse(SPAN("2026-11-01"), &today));
    assert_int_equal(question_read(&text, asking->kb, today, asking->arena, &question, &why), FAIL_EMPTY);
    assert_int_equal(question.code_count, 7);
}

static bool has_keyword(const struct question *question, const char *word) {
    for (size_t i = 0; i < question->keyword_count; i++)
        if (span_find(span_of(question->keywords[i]), span_of(word)) != SPAN_NONE)
            return true;
    return false;
}

static void keywords_are_words_that_are_known(void **state) {
    const struct question *question = ask(*state, "Hello,\nMrs. Quillfeather (MRN 4471123) had her external fixator taken off, 20694?");
    assert_true(has_keyword(question, "external"));
    assert_true(has_keyword(question, "fixator"));
    assert_false(has_keyword(question, "quillfeather"));
    assert_false(has_keyword(question, "4471123"));
    assert_false(has_keyword(question, "20694"));
    assert_false(has_keyword(question, "hello"));
}

static void names_are_neither_searched_for_nor_kept(void **state) {
    static const struct {
        const char *text, *words; /* NULL: not looked at */
        const char *keyword;
        bool kept;
    } rows[] = {
        {"Patient Graft Marie Wire had a bone removed, code?", "Patient had a bone removed code", "graft", false},
        {"Patient: WIRE, ROSE had a bone removed", "Patient had a bone removed", "wire", false},
        {"code for Mrs. Wire, bone removed", "code for Mrs bone removed", "wire", false},
        {"J. Wire had a bone removed", NULL, "wire", false},
        {"code for Wire with a bone removed", "code for Wire with a bone removed", "wire", false},
        {"the chart of Wire, DOB 1961, a bone", NULL, "wire", false},
        {"she lives at 20693 Wire St, Graft, CA 92014", NULL, "wire", false},
        {"Patient Wire had a bone removed. Is Wire right?", NULL, "wire", false},
        {"code for a wire of the bone", "code for a wire of the bone", "wire", true},
        {"code for External Fixator removal", "code for External Fixator removal", "external", true},
        {"which code for Wire fracture of the bone", "which code for Wire fracture of the bone", NULL, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct question *question = ask(*state, rows[i].text);
        if (rows[i].words && !span_equal(question->words, span_of(rows[i].words)))
            fail_msg("%s: got %.*s", rows[i].text, SPAN_ARG(question->words));
        if (rows[i].keyword && has_keyword(question, rows[i].keyword) != rows[i].kept)
            fail_msg("%s: keyword %s", rows[i].text, rows[i].keyword);
    }
}

static void search_words_are_free_of_codes_and_greetings(void **state) {
    const struct question *question =
        ask_all(*state, "wire question", "Hi there,\nbill 20670 for a wire, acct 991 at http://a.example/b ?\nThanks", "quoted words",
                "signed words", NULL);
    assert_true(span_equal(question->words, SPAN("wire question bill for a wire acct at")));
}

static void a_number_stays_behind_its_word(void **state) {
    static const struct {
        const char *text, *words;
    } rows[] = {
        {"diabetes type 2 and stage 3", "diabetes type 2 and stage 3"},
        {"level-4 visit", "level 4 visit"},
        {"grade II, 12 of them", "grade II of them"},
        {"part 1/2026", "part"},
        {"room 4 with bmi 42", "room with bmi 42"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span words = ask(*state, rows[i].text)->words;
        if (!span_equal(words, span_of(rows[i].words)))
            fail_msg("%s: got %.*s", rows[i].text, SPAN_ARG(words));
    }
}

static char *repeat(const char *piece, size_t times) {
    size_t len = strlen(piece);
    char *ret = malloc(len * times + 1);
    assert_non_null(ret);
    for (size_t i = 0; i < times; i++)
        memcpy(ret + i * len, piece, len);
    ret[len * times] = '\0';
    return ret;
}

/* Text made to be slow or to overflow: read in bounded time, with bounded results. */
static void hostile_text_is_bounded(void **state) {
    static const struct {
        const char *name, *piece;
        size_t times;
    } rows[] = {
        {"ten thousand codes", "20693, ", 10000},
        {"a line of a megabyte", "x", 1 << 20},
        {"a number of a megabyte", "2", 1 << 20},
        {"hyphens", "-", 1 << 20},
        {"modifiers without end", "-25", 300000},
        {"slashes", "20690/91", 100000},
        {"shortened without end", "/1", 300000},
        {"lists without end", "20690 and 20692 or ", 50000},
        {"spoken digits", "two oh ", 100000},
        {"dates", "dos 3/1/2026 ", 50000},
        {"cue openings", "what is the ", 80000},
        {"gaps", "code code which which ", 40000},
        {"drg numbers", "drg 480 481 ", 50000},
        {"words that may be modifiers", "LT or RT ", 100000},
        {"dots", "S82.", 200000},
        {"at signs", "a@a", 300000},
        {"short lines", ".\n\n", 300000},
        {"accents", "\xc3\xa9\xcc\x81", 200000},
        {"broken utf-8", "\xc3\xe2\x82\xff", 200000},
        {"wide digits", "\xef\xbc\x92", 200000},
    };
    struct asking *asking = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = repeat(rows[i].piece, rows[i].times);
        clock_t begin = clock();
        const struct question *question = ask(asking, text);
        double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
        if (question->code_count > QUESTION_CODES || question->keyword_count > QUESTION_KEYWORDS || question->intent_count > INTENT_COUNT ||
            seconds > 2)
            fail_msg("%s: %zu codes, %.2f s", rows[i].name, question->code_count, seconds);
        free(text);
    }
}

static void noise_is_survived(void **state) {
    struct asking *asking = *state;
    unsigned seed = 20261101;
    for (int round = 0; round < 300; round++) {
        char text[2000];
        size_t len = (size_t)(seed % (sizeof text - 1));
        for (size_t i = 0; i < len; i++) {
            seed = seed * 1103515245u + 12345u;
            static const char likely[] = "0123456789-/.,:# ?\nOxXTFSMGAL$@_()";
            char any = (char)(seed >> 16);
            text[i] = seed >> 28 ? likely[(seed >> 16) % (sizeof likely - 1)] : any ? any : ' ';
        }
        text[len] = '\0';
        if (len == 0 || span_trim(span_of(text)).len == 0)
            continue;
        const struct question *question = ask_all(asking, text, text, text, text, NULL);
        for (size_t i = 0; i < question->code_count; i++)
            if (!system_fits(question->codes[i].system, span_of(question->codes[i].display)))
                fail_msg("%s %s", name_text(system_names, (int)question->codes[i].system), question->codes[i].display);
    }
}

static void thanks_alone_is_seen(void **state) {
    static const struct {
        const char *name, *subject, *text, *quoted;
        bool alone;
    } rows[] = {
        {"alone", NULL, "thanks, that helped!", NULL, true},
        {"in a thread", "Re: CPT 20693", "Thank you so much, perfect.", "What is CPT 20693?", true},
        {"with a name", "Re: CPT 20693", "Thanks a lot!\n\nJoanna", "What is CPT 20693?", true},
        {"in other words", "Re: CPT 20693", "Thanks a million, you're a lifesaver! Great support.", "What is CPT 20693?", true},
        {"a question", NULL, "Thanks, that helped?", NULL, false},
        {"a code", NULL, "Thanks for 20693", NULL, false},
        {"more than thanks", "Re: CPT 20693", "Thanks, and its modifiers", "What is CPT 20693?", false},
        {"a matter below", NULL, "Thanks!\n\nfixator removal", NULL, false},
        {"not content", "Re: CPT 20693", "Thanks, but that made no sense", "What is CPT 20693?", false},
        {"no thanks", NULL, "perfect, very good", NULL, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (ask_all(*state, rows[i].subject, rows[i].text, rows[i].quoted, NULL, NULL)->only_thanks != rows[i].alone)
            fail_msg("%s: %s", rows[i].name, rows[i].alone ? "not seen" : "taken for thanks alone");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thanks_alone_is_seen),
        cmocka_unit_test(nothing_is_refused),
        cmocka_unit_test(a_number_stays_behind_its_word),
        cmocka_unit_test(keywords_are_words_that_are_known),
        cmocka_unit_test(names_are_neither_searched_for_nor_kept),
        cmocka_unit_test(search_words_are_free_of_codes_and_greetings),
        cmocka_unit_test(hostile_text_is_bounded),
        cmocka_unit_test(noise_is_survived),
    };
    return cmocka_run_group_tests_name("handlers.question", tests, asking_setup, asking_teardown);
}
