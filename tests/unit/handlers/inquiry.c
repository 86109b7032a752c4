/* A mail that asks several things is answered in parts: which parts, about which codes, with which words. */
#include "tests/unit/handlers/asking.h"

#include <stdlib.h>
#include <string.h>

/* "modifier 20690 59; fee 20680" */
static const char *inquiries_text(const struct question *question, struct arena *arena) {
    struct buf text;
    buf_init(&text, 8192);
    for (size_t i = 0; i < question->inquiry_count; i++) {
        const struct inquiry *inquiry = &question->inquiries[i];
        buf_printf(&text, "%s%s", i ? "; " : "", name_text(intent_names, (int)inquiry->intent));
        for (size_t k = 0; k < inquiry->code_count; k++)
            buf_printf(&text, " %s", inquiry->codes[k].display);
    }
    const char *ret = buf_keep(&text, arena);
    buf_free(&text);
    return ret;
}

struct row {
    const char *name, *subject, *text, *inquiries;
};

static void expect(struct asking *asking, const struct row *rows, size_t count) {
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        const char *found =
            inquiries_text(ask_all(asking, rows[i].subject, rows[i].text, "> What is 20902?", "Ann, desk 20900", NULL), asking->arena);
        if (strcmp(found, rows[i].inquiries) == 0)
            continue;
        print_error("%s: wanted [%s], got [%s]\n", rows[i].name, rows[i].inquiries, found);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

/* "How many units of 20690? How many units of 20692? ..." */
static const char *repeat(struct arena *arena, const char *sentence, size_t count, const char *end) {
    struct buf text;
    buf_init(&text, 1 << 16);
    for (size_t i = 0; i < count; i++)
        buf_text(&text, sentence);
    buf_text(&text, end);
    const char *ret = buf_keep(&text, arena);
    buf_free(&text);
    return ret;
}

static void what_there_is_no_room_for_is_noted(void **state) {
    struct asking *asking = *state;
    static const char list[] = "1) What is 20690?\n2) How many units of 20680?\n3) Fee of 20692?\n4) Is 20670 bundled with 20690?\n"
                               "5) What is 20694?\n6) Fee of 20693?\n7) How many units of 20670?\n8) Which modifier goes on 20694?\n";
    struct arena *arena = arena_new(1 << 20);
    const struct {
        const char *name, *text;
        bool more;
    } rows[] = {
        {"one question", "What is 20690?", false},
        {"as many as there is room for", list, false},
        {"one more", repeat(arena, list, 1, "9) What is 20680?\n"), true},
        {"a long story", repeat(arena, "He fell again. ", 80, ""), false},
        {"a long story, then questions", repeat(arena, "He fell again. ", 80, "What is 20690?"), true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (ask_all(asking, NULL, rows[i].text, NULL, NULL, NULL)->more_asked != rows[i].more)
            fail_msg("%s", rows[i].name);
    arena_free(arena);
}

static void a_question_that_denies_is_noted(void **state) {
    static const struct {
        const char *name, *text;
        bool negated;
    } rows[] = {
        {"plain", "Does 99213 need 25 with 20610?", false},
        {"wrong", "Is it wrong to append 25 to 99213 with 20610?", true},
        {"not", "Can I not bill 20690 with 20692?", true},
        {"not, behind the code", "Does 99213 not need 25?", true},
        {"shortened", "Isn't 20670 bundled with 20680?", true},
        {"or not", "Does 99213 need 25 or not?", false},
        {"in the story alone", "It was not paid. Does 99213 need 25?", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (ask_all(*state, NULL, rows[i].text, NULL, NULL, NULL)->inquiries[0].negated != rows[i].negated)
            fail_msg("%s", rows[i].name);
}

static void each_thing_asked_is_an_inquiry(void **state) {
    static const struct row rows[] = {
        {"two sentences with codes of their own", NULL, "What is 20690? And how many units of 20680 can we bill?",
         "meaning 20690; units 20680"},
        {"a numbered list", NULL, "1) Does 20694 need a modifier?\n2) What does Medicare pay for 20680?\n3) Is 20670 bundled with 20690?",
         "modifier 20694; fee 20680; bundling 20670 20690"},
        {"a list with hyphens", NULL, "- global days of 20690?\n- which modifier goes on 20694?", "fee 20690; modifier 20694"},
        {"a list with letters", NULL, "a. 20690 or 20692?\nb. MUE of 20680?", "difference 20690 20692; units 20680"},
        {"lines without marks", NULL, "what is 20690\nhow many units 20680", "meaning 20690; units 20680"},
        {"clauses of one sentence", NULL, "How many units of 20670 are allowed, and does it need a modifier?",
         "units 20670; modifier 20670"},
        {"one intent, codes apart", NULL, "What is 20690? What is 20680?", "meaning 20690; meaning 20680"},
        {"words alone", NULL, "Which code for removal of a deep screw? Which code for a bone graft from the hip?", "find_code; find_code"},
        {"a service and a question", NULL, "Please register me. What does 20693 mean?", "register; meaning 20693"},
        {"treatment and coding", NULL, "Which code for knee arthroscopy? What dose of ibuprofen should I give him?",
         "find_code; not_coding"},
        {"a counted item with few words", NULL, "1. What is 20690?\n2. Does it take an assistant?\n3. How many global days?",
         "meaning 20690; modifier 20690; fee 20690"},
        {"counted within a line", NULL, "1) what is 20690 2) does it need a modifier 3) rvu 4) is it bundled with 20692",
         "meaning 20690; modifier 20690; fee 20690; bundling 20690 20692"},
        {"a number in brackets counts nothing", NULL, "What is 20690 (2) and 20692?", "meaning 20690 20692"},
        {"ordinals", NULL, "First, is 20670 included in 20680? Second, how many RVUs has 20680. And third which modifier?",
         "bundling 20670 20680; fee 20680; modifier 20680"},
        {"an ordinal within a sentence", NULL, "what is 20690, second, what does Medicare pay for it?", "meaning 20690; fee 20690"},
        {"short questions in a row", NULL, "For 20690: what is it? global days? can an assistant bill?",
         "meaning 20690; fee 20690; modifier 20690"},
        {"a counted item that nothing is known of", NULL, "1. What is 20690?\n2. Does the practice next door perform those often?",
         "meaning 20690; not_coding"},
        {"a list of diagnoses asks nothing", NULL, "1. Knee pain\n2. Old meniscus\nWhat is 20690?", "meaning 20690"},
        {"also, is it better", NULL, "What does M54.5 mean? Also is 20692 better than 20690 if a second ring was put on?",
         "meaning M54.5; difference 20692 20690"},
        {"what no file tells", NULL, "What is 20690 and can I dispute it?", "meaning 20690; not_coding"},
        {"what this service costs", NULL, "Is this free? What can I ask you?", "not_coding; help"},
        {"how often a diagnosis stands on a claim", NULL, "20690 or 20692? Also does the claim need M54.5 twice?",
         "difference 20690 20692; guideline M54.5"},
        {"a refund within a coding question", NULL, "Must we refund it when 20690 and 20692 are bundled?", "bundling 20690 20692"},
        {"a polite request", NULL, "Please tell me what 20690 means. Please also give the RVU of 20692.", "meaning 20690; fee 20692"},
    };
    expect(*state, rows, sizeof rows / sizeof *rows);
}

static void codes_go_to_the_inquiry_they_belong_to(void **state) {
    static const struct row rows[] = {
        {"a sentence without codes", NULL, "How many units of 20670 are allowed? Does it need a modifier?", "units 20670; modifier 20670"},
        {"background", NULL, "We billed 20680 last month. Now what about 20670, does it need a modifier?", "modifier 20680 20670"},
        {"a story before each", NULL, "20690 was put on in May. How many global days?\nIn June 20694 was done. Which modifier goes on it?",
         "fee 20690; modifier 20694"},
        {"a story behind", NULL, "Which modifier goes on 20694? 20690 was in May.", "modifier 20694 20690"},
        {"diagnosis beside a procedure", NULL, "Is T84.84XA a good diagnosis for 20680, and how many units?",
         "crosswalk T84.84XA 20680; units T84.84XA 20680"},
        {"a modifier alone", NULL, "Is 20680 bundled with 27447? Does it need a 59?", "bundling 20680 27447 59"},
        {"a code that is set against the one before", NULL, "What does Medicare pay for 20690? Is it bundled with 20680?",
         "fee 20690; bundling 20690 20680"},
        {"the same for another code", NULL, "Does 20690 need modifier 59? And 20692?", "modifier 20690 59 20692"},
        {"a code in the subject", "CPT 20694", "How many global days? Which modifier inside them?", "fee 20694; modifier 20694"},
        {"a code list and a question", NULL, "20690\n20692\n20680\nAny of these bundled?", "bundling 20690 20692 20680"},
        {"a bare list", NULL, "20690, 20692, 20680", "meaning 20690 20692 20680"},
        {"codes in the subject alone", "20690 vs 20692", "Thank you, Ann", "difference 20690 20692"},
    };
    expect(*state, rows, sizeof rows / sizeof *rows);
}

static void what_is_one_question_stays_one(void **state) {
    static const struct row rows[] = {
        {"asked twice", NULL, "Does 20690 need a modifier? Does 20690 require modifier 59?", "modifier 20690 59"},
        {"told anyhow", NULL, "What is the difference between 20690 and 20692? What does 20692 mean?", "difference 20690 20692"},
        {"told by what comes behind", NULL, "What does 20690 mean? And how does it differ from 20692?", "difference 20690 20692"},
        {"a weak second intent", NULL, "Which modifier goes on 20694 in the global period of 20690?", "modifier 20694 20690"},
        {"opening words", NULL, "Hello, quick question. Can you help me? Is 20680 bundled with 20670?", "bundling 20680 20670"},
        {"or something else", NULL, "Is that 20680? or 20670?", "find_code 20680 20670"},
        {"a subject that repeats", "20690 bundled?", "Is 20690 bundled with 20692?", "bundling 20690 20692"},
        {"a question and its tail", NULL, "Is 20680 payable with 27814? Correct?", "bundling 20680 27814"},
        {"abbreviations", NULL, "Dr. B. says 20690, e.g. for the tibia vs. the femur. Units?", "units 20690"},
        {"a wrapped line", NULL,
         "The surgeon put on an external fixator with two planes and we would like to know\nwhich modifier we need on 20692 for that",
         "modifier 20692"},
    };
    expect(*state, rows, sizeof rows / sizeof *rows);
}

static bool holds_word(struct span words, const char *word) { return span_find_same(words, span_of(word)) != SPAN_NONE; }

/* Each is searched for with its own words, and what the asker says of his office is no part of them. */
static void words_are_those_of_its_own_sentences(void **state) {
    const struct question *question =
        ask(*state, "A wire lay below the skin of the thumb. Our biller always takes the same number for fractures.\n"
                    "Which code for taking it out? Which code for a bone graft from the hip?");
    assert_int_equal(question->inquiry_count, 2);
    const struct inquiry *first = &question->inquiries[0], *second = &question->inquiries[1];
    assert_true(holds_word(first->words, "thumb"));
    assert_false(holds_word(first->words, "fractures"));
    assert_false(holds_word(first->words, "graft"));
    assert_true(holds_word(second->words, "graft"));
    assert_false(holds_word(second->words, "thumb"));
    assert_true(second->keyword_count > 0);
    for (size_t i = 0; i < second->keyword_count; i++)
        assert_null(strstr(second->keywords[i], "thumb"));
}

static void confidence_follows_the_evidence(void **state) {
    static const struct {
        const char *name, *text;
        int least, most;
    } rows[] = {
        {"plain", "RVU of CPT 20694?", 95, 100},
        {"plain, in common words", "Which modifier do I need on CPT 20694?", 85, 100},
        {"codes without a question", "20690 20692", 60, 65},
        {"one weak cue", "20690 gone", 66, 85},
        {"two intents close to each other", "units or modifier for CPT 20690", 70, 90},
        {"a code that is not known", "Which modifier do I need on 20681?", 70, 99},
        {"words alone", "Which code for removal of a deep screw?", 90, 100},
    };
    struct asking *asking = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int found = ask(asking, rows[i].text)->inquiries[0].confidence;
        if (found < rows[i].least || found > rows[i].most)
            fail_msg("%s: %d", rows[i].name, found);
    }
}

/* --- what holds of every text */

static bool is_asked(const struct question *question, const struct asked_code *code) {
    for (size_t i = 0; i < question->code_count; i++)
        if (question->codes[i].role == ROLE_ASKED && question->codes[i].system == code->system &&
            strcmp(question->codes[i].key, code->key) == 0)
            return true;
    return false;
}

static bool is_in_some_inquiry(const struct question *question, const struct asked_code *code) {
    for (size_t i = 0; i < question->inquiry_count; i++)
        for (size_t k = 0; k < question->inquiries[i].code_count; k++)
            if (strcmp(question->inquiries[i].codes[k].key, code->key) == 0 && question->inquiries[i].codes[k].system == code->system)
                return true;
    return false;
}

static const char *broken_rule(const struct question *question) {
    if (question->inquiry_count < 1 || question->inquiry_count > QUESTION_INQUIRIES)
        return "number of inquiries";
    if (question->intent_count < 1 || question->intent_count > INTENT_COUNT)
        return "number of intents";
    bool service = true;
    for (size_t i = 0; i < question->inquiry_count; i++) {
        const struct inquiry *inquiry = &question->inquiries[i];
        service = service && inquiry->intent >= INTENT_JOBS;
        if (inquiry->confidence < 0 || inquiry->confidence > 100)
            return "confidence";
        if (inquiry->code_count > QUESTION_CODES || inquiry->keyword_count > QUESTION_KEYWORDS)
            return "number of codes or keywords";
        for (size_t k = 0; k < inquiry->code_count; k++)
            if (!is_asked(question, &inquiry->codes[k]))
                return "a code that is not asked";
    }
    for (size_t i = 0; i < question->code_count && !service; i++)
        if (question->codes[i].role == ROLE_ASKED && !is_in_some_inquiry(question, &question->codes[i]))
            return "an asked code is lost";
    return NULL;
}

static void bounds_hold(void **state) {
    static const struct {
        const char *name, *piece;
        size_t times;
    } rows[] = {
        {"question marks", "?", 1000},
        {"questions without end", "Is 20690 bundled with 20692? ", 1000},
        {"a list without end", "- which modifier on 20694?\n", 500},
        {"numbered items", "1) how many units of 20680?\n2) what is 20690?\n3) fee of 20692?\n", 200},
        {"clauses", "is 20690 bundled and does it need a modifier and how many units ", 300},
        {"codes", "20690 20692 20693 20694 20696 20697 20670 20680 20650 20662 ", 20},
        {"full stops", ". ", 2000},
        {"a space", " .", 1},
        {"hyphens", "- \n", 500},
        {"paragraphs", "20690\n\n", 300},
    };
    struct asking *asking = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t len = strlen(rows[i].piece);
        char *text = malloc(len * rows[i].times + 1);
        assert_non_null(text);
        for (size_t k = 0; k < rows[i].times; k++)
            memcpy(text + k * len, rows[i].piece, len);
        text[len * rows[i].times] = '\0';
        const char *broken = broken_rule(ask(asking, text));
        free(text);
        if (broken)
            fail_msg("%s: %s", rows[i].name, broken);
    }
}

/* Sentences thrown together by chance. */
static void rules_hold_of_any_mail(void **state) {
    static const char *const pieces[] = {
        "20690",
        "20692-59",
        "20680 x2",
        "T84.84XA",
        "S82.251A",
        "E0748",
        "modifier 58",
        "RT",
        "?",
        ".",
        "\n",
        "\n\n",
        "- ",
        "1) ",
        "and",
        "or",
        "does",
        "is it",
        "bundled",
        "covered",
        "how many",
        "units",
        "what is",
        "difference",
        "please",
        "we bill",
        "Medicare",
        "pay",
        "which",
        "register",
        "unsubscribe me",
        "thanks",
        "the screw",
        "should I operate",
        "fee",
        "dx for",
    };
    struct asking *asking = *state;
    unsigned seed = 20261121;
    for (int round = 0; round < 1500; round++) {
        char text[600] = "";
        size_t len = 0;
        seed = seed * 1103515245u + 12345u;
        for (size_t words = 1 + (seed >> 16) % 40; words > 0 && len < sizeof text - 40; words--) {
            seed = seed * 1103515245u + 12345u;
            len += (size_t)snprintf(text + len, sizeof text - len, "%s ", pieces[(seed >> 16) % (sizeof pieces / sizeof *pieces)]);
        }
        if (span_trim(span_of(text)).len == 0)
            continue;
        const char *broken =
            broken_rule(ask_all(asking, round % 3 ? NULL : "Re 20693", text, round % 2 ? "What is 20670?" : NULL, NULL, NULL));
        if (broken)
            fail_msg("round %d: %s: %s", round, broken, text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_that_denies_is_noted),
        cmocka_unit_test(what_there_is_no_room_for_is_noted),
        cmocka_unit_test(each_thing_asked_is_an_inquiry),  cmocka_unit_test(codes_go_to_the_inquiry_they_belong_to),
        cmocka_unit_test(what_is_one_question_stays_one),  cmocka_unit_test(words_are_those_of_its_own_sentences),
        cmocka_unit_test(confidence_follows_the_evidence), cmocka_unit_test(bounds_hold),
        cmocka_unit_test(rules_hold_of_any_mail),
    };
    return cmocka_run_group_tests_name("handlers.inquiry", tests, asking_setup, asking_teardown);
}
