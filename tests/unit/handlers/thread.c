/* What a follow-up takes over from the mail before it, and what it does not. */
#include "tests/unit/handlers/asking.h"

#include <string.h>

static const struct asked_code earlier[] = {
    {.system = SYSTEM_CPT, .key = "20690", .display = "20690", .role = ROLE_ASKED},
    {.system = SYSTEM_CPT, .key = "20692", .display = "20692", .role = ROLE_ASKED},
    {.system = SYSTEM_MOD, .key = "58", .display = "58", .role = ROLE_ASKED},
    {.system = SYSTEM_CPT, .key = "20697", .display = "20697", .role = ROLE_CONTEXT},
};
static const enum intent asked_before[] = {INTENT_FEE};
static const struct thread_memory memory = {earlier, 4, asked_before, 1};

struct follow_up {
    const char *name, *subject, *text, *quoted, *codes;
    bool from_thread;
};

static void expect_follow_ups(struct asking *asking, const struct follow_up *rows, size_t count, const struct thread_memory *thread) {
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        const struct question *question = ask_all(asking, rows[i].subject, rows[i].text, rows[i].quoted, NULL, thread);
        const char *codes = codes_text(question, asking->arena);
        if (strcmp(codes, rows[i].codes) == 0 && question->from_thread == rows[i].from_thread)
            continue;
        print_error("%s: wanted [%s], got [%s] %d\n", rows[i].name, rows[i].codes, codes, question->from_thread);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void the_memory_of_the_exchange_is_asked_again(void **state) {
    static const struct follow_up rows[] = {
        {"its", "Re: frames", "and its modifiers?", NULL, "CPT 20690, CPT 20692, MOD 58", true},
        {"both", "Re: frames", "Can we bill both on one day?", NULL, "CPT 20690, CPT 20692, MOD 58", true},
        {"the first one", "Re: frames", "What does the first one pay?", NULL, "CPT 20690", true},
        {"the second code", "Re: frames", "Is the second code covered?", NULL, "CPT 20692", true},
        {"the other one", "Re: frames", "And the other one?", NULL, "CPT 20692", true},
        {"the latter", "Re: frames", "Is the latter covered?", NULL, "CPT 20692", true},
        {"more than there are", "Re: frames", "Is the fourth code covered?", NULL, "CPT 20690, CPT 20692, MOD 58", true},
        {"the first visit is none of them", "Re: frames", "Is it paid at visits after the first one?", NULL, "CPT 20690, CPT 20692, MOD 58",
         true},
        {"a modifier for it", "Re: frames", "Does it need modifier 59?", NULL, "CPT 20690, CPT 20692, MOD 59", true},
        {"both alone", "Re: frames", "both", NULL, "CPT 20690, CPT 20692, MOD 58", true},
        {"which", "Re: frames", "which pays more?", NULL, "CPT 20690, CPT 20692, MOD 58", true},
        {"with a code", "Re: frames", "with 20693", NULL, "CPT 20690, CPT 20692, CPT 20693", true},
        {"yes", "Re: frames", "yes, different leg", NULL, "CPT 20690, CPT 20692, MOD 58", true},
        {"few words", "Re: frames", "Modifiers?", NULL, "CPT 20690, CPT 20692, MOD 58", true},
        {"few words, money", "Re: frames", "And RVUs?", NULL, "CPT 20690, CPT 20692, MOD 58", true},
        {"new code alone", "Re: frames", "And 20693?", NULL, "CPT 20693", false},
        {"new code and it", "Re: frames", "Is it the same for 20693?", NULL, "CPT 20693", false},
        {"new code beside it", "Re: frames", "And can it be billed with 20693?", NULL, "CPT 20690, CPT 20692, CPT 20693", true},
        {"it is the code before it", "Re: frames", "We did 20693. Can it be billed with 20694?", NULL, "CPT 20693, CPT 20694", false},
        {"a correction without a code", "Re: frames", "no, I meant in the office", NULL, "CPT 20690, CPT 20692, MOD 58", true},
        {"no is no correction by itself", "Re: frames", "No more for today", NULL, "", false},
        {"a correction in other words", "Re: frames", "No, I meant a nail in the thigh", NULL, "", false},
        {"new code, old one quoted", "Re: frames", "And 20693?", "20690: a frame in one plane.", "CPT 20693 | CPT 20690", false},
        {"only the References header leads there", "frames once more", "Is that one covered?", NULL, "CPT 20690, CPT 20692, MOD 58", true},
        {"quoted text above", "Re: frames", "How many days is its global?", "Not for 20697.", "CPT 20690, CPT 20692, MOD 58 | CPT 20697",
         true},
        {"new words", "Re: frames", "Which code for removal of a foreign body from muscle?", NULL, "", false},
        {"thanks", "Re: frames", "Thanks, that helps!", NULL, "", false},
        {"leaving", "Re: frames", "Please unsubscribe this address", NULL, "", false},
    };
    expect_follow_ups(*state, rows, sizeof rows / sizeof *rows, &memory);
}

static void without_memory_the_quoted_text_tells(void **state) {
    static const char list[] = "Two codes: 20690 and 20692.\n\n20690: one plane.\n20692: several planes.\nNot 20696.";
    static const char lines[] = "20690: one plane.\n20692: several planes.";
    static const struct follow_up rows[] = {
        {"its, one a line", "Re: frames", "and its modifiers?", lines, "CPT 20690 | CPT 20692", true},
        {"both", "Re: frames", "are both paid?", list, "CPT 20690, CPT 20692 | CPT 20696", true},
        {"the first one", "Re: frames", "is the first one paid?", list, "CPT 20690 | CPT 20692, CPT 20696", true},
        {"the second code", "Re: frames", "is the second code paid?", list, "CPT 20692 | CPT 20690, CPT 20696", true},
        {"the second, one a line", "Re: frames", "is the second one paid?", lines, "CPT 20692 | CPT 20690", true},
        {"the other one", "Re: frames", "and the other one?", lines, "CPT 20692 | CPT 20690", true},
        {"a modifier for it", "Re: frames", "does it need modifier 59?", lines, "CPT 20690, MOD 59 | CPT 20692", true},
        {"few words are not enough", "Re: frames", "Modifiers?", lines, "| CPT 20690, CPT 20692", false},
        {"nothing quoted, the subject alone", "Re: 20690", "Is it covered?", NULL, "CPT 20690", false},
        {"own code", "Re: frames", "and 20693?", lines, "CPT 20693 | CPT 20690, CPT 20692", false},
        {"own code beside it", "Re: frames", "and can it be billed with 20693?", lines, "CPT 20690, CPT 20693 | CPT 20692", true},
        {"it beside the own code", "Re: frames", "is 20693 with it ok?", lines, "CPT 20690, CPT 20693 | CPT 20692", true},
        {"how it differs", "Re: frames", "how is it different from 20693?", lines, "CPT 20690, CPT 20693 | CPT 20692", true},
        {"the same question for another", "Re: frames", "is it the same for 20693?", lines, "CPT 20693 | CPT 20690, CPT 20692", false},
    };
    expect_follow_ups(*state, rows, sizeof rows / sizeof *rows, NULL);
}

/* The seed knows the same fracture of the other side. */
static void a_correction_turns_to_the_other_side(void **state) {
    static const char right[] = "S82.251A is a fracture of the right tibia.";
    static const struct follow_up rows[] = {
        {"left", "Re: tibia", "no I meant the left side", right, "ICD10CM S82.252A", true},
        {"left, not right", "Re: tibia", "Sorry, the left, not the right", right, "ICD10CM S82.252A", true},
        {"the side that it is", "Re: tibia", "Actually I meant right", right, "ICD10CM S82.251A", true},
        {"a side that is no side", "Re: hip", "no, I meant the left side", "M25.50 is a joint.", "ICD10CM M25.50", true},
        {"one side in place of both", "Re: screw", "no, the left side only", "20680-50 is paid.", "CPT 20680-LT", true},
        {"modifier", "Re: screw", "no I meant the left side", "20680-RT is paid.", "CPT 20680-LT", true},
    };
    static const struct asked_code told[] = {
        {.system = SYSTEM_ICD10CM, .key = "S82251A", .display = "S82.251A", .role = ROLE_ASKED},
        {.system = SYSTEM_MOD, .key = "RT", .display = "RT", .role = ROLE_ASKED},
    };
    static const struct thread_memory thread = {told, 2, asked_before, 1};
    static const struct follow_up remembered[] = {
        {"memory", "Re: tibia", "no I meant the left side", NULL, "ICD10CM S82.252A, MOD LT", true},
    };
    expect_follow_ups(*state, rows, sizeof rows / sizeof *rows, NULL);
    expect_follow_ups(*state, remembered, 1, &thread);
    assert_int_equal(ask_all(*state, "Re: tibia", "no I meant the left side", NULL, NULL, &thread)->intents[0], INTENT_FEE);
}

static void the_intent_of_the_thread_goes_on(void **state) {
    struct asking *asking = *state;
    assert_int_equal(ask_all(asking, "Re: frames", "And 20693?", NULL, NULL, &memory)->intents[0], INTENT_FEE);
    assert_int_equal(ask_all(asking, "Re: frames", "which pays more?", NULL, NULL, &memory)->intents[0], INTENT_FEE);
    assert_int_equal(ask_all(asking, "Re: frames", "And its modifiers?", NULL, NULL, &memory)->intents[0], INTENT_MODIFIER);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_memory_of_the_exchange_is_asked_again),
        cmocka_unit_test(without_memory_the_quoted_text_tells),
        cmocka_unit_test(a_correction_turns_to_the_other_side),
        cmocka_unit_test(the_intent_of_the_thread_goes_on),
    };
    return cmocka_run_group_tests_name("handlers.thread", tests, asking_setup, asking_teardown);
}
