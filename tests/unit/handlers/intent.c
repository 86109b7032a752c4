/* What the asker wants to know. */
#include "tests/unit/handlers/asking.h"

#include <stdio.h>

#include "handlers/understand/cues.h"

static void the_first_intent_is_right(void **state) {
    static const struct {
        const char *name, *text;
        enum intent first;
    } rows[] = {
        {"meaning", "What does 20693 mean?", INTENT_MEANING},
        {"meaning, short", "20693?", INTENT_MEANING},
        {"meaning, bare", "20693", INTENT_MEANING},
        {"validity", "Is 20693 still valid in 2026?", INTENT_MEANING},
        {"validity of several", "Are these codes valid: J0120, J0130 and J0135?", INTENT_MEANING},
        {"valid together", "Are these codes valid together: 20690 and 20692?", INTENT_BUNDLING},
        {"description", "Please send the description of L4360.", INTENT_MEANING},
        {"find code", "Which code do I use for taking out a buried wire?", INTENT_FIND_CODE},
        {"find code without code words", "What do we bill for tightening a frame under anesthesia", INTENT_FIND_CODE},
        {"looking for", "Looking for the CPT for removal of a deep screw.", INTENT_FIND_CODE},
        {"modifier", "Which modifier goes on 20694 in the global period of 20690?", INTENT_MODIFIER},
        {"modifier attached", "20694-58?", INTENT_MODIFIER},
        {"modifier that there is not", "20693-11 ok?", INTENT_MODIFIER},
        {"bare phrase behind a system", "icd-10 comminuted fracture left tibia closed first visit", INTENT_FIND_CODE},
        {"bare phrase behind a system, no hyphen", "icd 10 displaced spiral fracture shaft left tibia", INTENT_FIND_CODE},
        {"bundling", "Are 20690 and 20694 bundled?", INTENT_BUNDLING},
        {"together", "Can 11042 be billed together with 20694?", INTENT_BUNDLING},
        {"separately", "Is fluoroscopy separately reportable with 20680?", INTENT_BUNDLING},
        {"edit", "NCCI edit between 20680 and 20670?", INTENT_BUNDLING},
        {"crosswalk", "Which diagnoses support 20680?", INTENT_CROSSWALK},
        {"crosswalk by name", "crosswalk 0QPG05Z to CPT", INTENT_CROSSWALK},
        {"coverage", "Is 20974 covered by Medicare?", INTENT_COVERAGE},
        {"coverage rule", "Is there an LCD for E0748?", INTENT_COVERAGE},
        {"necessity", "What proves medical necessity for 20979?", INTENT_COVERAGE},
        {"fee", "How much does Medicare pay for 20694?", INTENT_FEE},
        {"rvu", "work RVU of 20693 please", INTENT_FEE},
        {"global", "How many global days does 20694 have?", INTENT_FEE},
        {"guideline", "What are the documentation guidelines for 20693?", INTENT_GUIDELINE},
        {"sequencing", "How do we sequence S82.251A and T84.84XA?", INTENT_GUIDELINE},
        {"difference", "What is the difference between 20690 and 20692?", INTENT_DIFFERENCE},
        {"one or the other", "20690 or 20692?", INTENT_DIFFERENCE},
        {"versus", "99213 vs 99214", INTENT_DIFFERENCE},
        {"units", "How many units of 20680 may we report?", INTENT_UNITS},
        {"mue", "MUE for 11042?", INTENT_UNITS},
        {"twice", "Can I bill 20680 twice when there are two sites? x2?", INTENT_UNITS},
        {"jobs", "Are there remote coder jobs in Ohio?", INTENT_JOBS},
        {"help", "How does this service work?", INTENT_HELP},
        {"greeting alone", "Hello,", INTENT_HELP},
        {"greeting alone, with a stop", "Hi.", INTENT_HELP},
        {"greeting above a code", "Hello,\n\nS82.251A", INTENT_MEANING},
        {"greeting above words", "Hello,\n\n99213 twenty days after 20680, billable", INTENT_FEE},
        {"register", "Please register me.", INTENT_REGISTER},
        {"sign up", "How can I sign up for this?", INTENT_REGISTER},
        {"unsubscribe", "unsubscribe", INTENT_UNSUBSCRIBE},
        {"take off", "Please take me off your list.", INTENT_UNSUBSCRIBE},
        {"thanks", "Thank you so much, have a great day!", INTENT_NOT_CODING},
        {"invoice", "The invoice is still open, please remit.", INTENT_NOT_CODING},
        {"nothing", "Dear all, lunch is at noon in the big room.", INTENT_NOT_CODING},
        {"patient", "My doctor has not given me my test results.", INTENT_NOT_CODING},
    };
    struct asking *asking = *state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct question *question = ask(asking, rows[i].text);
        if (question->intents[0] != rows[i].first) {
            print_error("%s: %s (%s)\n", rows[i].name, name_text(intent_names, (int)question->intents[0]), question->intent_evidence);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static bool asks_for(const struct question *question, enum intent intent) {
    for (size_t i = 0; i < question->intent_count; i++)
        if (question->intents[i] == intent)
            return true;
    return false;
}

static void several_intents_are_all_found(void **state) {
    static const struct {
        const char *name, *text;
        enum intent first, second;
    } rows[] = {
        {"fee and modifier", "How many global days has 20694, and which modifier do I need inside them?", INTENT_FEE, INTENT_MODIFIER},
        {"meaning and bundling", "What does 20693 mean, and is it bundled into 20690?", INTENT_MEANING, INTENT_BUNDLING},
        {"coverage and units", "Is E0748 covered, and how many units a year?", INTENT_COVERAGE, INTENT_UNITS},
    };
    struct asking *asking = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct question *question = ask(asking, rows[i].text);
        if (!asks_for(question, rows[i].first) || !asks_for(question, rows[i].second))
            fail_msg("%s: %s", rows[i].name, question->intent_evidence);
    }
}

/* --- sentences from a file: below "a|b:" those whose first intent is one of these */

enum { FILE_BYTES = 64 << 10 };

static struct span read_fixture(const char *path, char *bytes) {
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("%s can not be opened", path);
    size_t len = fread(bytes, 1, FILE_BYTES, file);
    fclose(file);
    assert_in_range(len, 1, FILE_BYTES - 1);
    return (struct span){bytes, len};
}

static bool is_heading(struct span line) { return line.len > 1 && line.ptr[line.len - 1] == ':' && span_find_char(line, ' ') == SPAN_NONE; }

static bool is_one_of(struct span heading, const char *name) {
    struct span part;
    while (span_cut(&heading, '|', &part))
        if (span_equal(part, span_of(name)))
            return true;
    return false;
}

static void what_people_write_is_understood(void **state) {
    static char bytes[FILE_BYTES];
    struct span rest = read_fixture(FIXTURES "/intents/asked.txt", bytes), line, heading = {NULL, 0};
    struct asking *asking = *state;
    size_t wrong = 0, count = 0;
    while (span_line(&rest, &line)) {
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (is_heading(line)) {
            heading = span_slice(line, 0, line.len - 1);
            continue;
        }
        char text[400];
        snprintf(text, sizeof text, "%.*s", SPAN_ARG(line));
        const struct question *question = ask(asking, text);
        count++;
        if (is_one_of(heading, name_text(intent_names, (int)question->intents[0])) && question->inquiry_count == 1)
            continue;
        print_error("%.*s: %s: %zu inquiries, %s\n", SPAN_ARG(heading), text, question->inquiry_count, question->intent_evidence);
        wrong++;
    }
    assert_true(count >= 600);
    assert_int_equal(wrong, 0);
}

static void advice_is_told_from_coding(void **state) {
    static char bytes[FILE_BYTES];
    struct span rest = read_fixture(FIXTURES "/intents/advice.txt", bytes), line;
    struct asking *asking = *state;
    bool advice = false;
    size_t wrong = 0, counts[2] = {0};
    while (span_line(&rest, &line)) {
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (is_heading(line)) {
            advice = span_equal(line, SPAN("advice:"));
            continue;
        }
        char text[400];
        snprintf(text, sizeof text, "%.*s", SPAN_ARG(line));
        const struct question *question = ask(asking, text);
        counts[advice]++;
        if (question->asks_advice == advice && (question->intents[0] == INTENT_NOT_CODING) == advice)
            continue;
        print_error("%s: %s, first %s\n", text, question->asks_advice ? "advice" : "coding",
                    name_text(intent_names, (int)question->intents[0]));
        wrong++;
    }
    assert_true(counts[0] >= 25 && counts[1] >= 25);
    assert_int_equal(wrong, 0);
}

/* The index has room for the last cue of the table as for the first: "aside" stands behind all intents, "coding" at the end. */
static void the_last_cues_fire(void **state) {
    struct asking *asking = *state;
    assert_true(ask(asking, "Is it safe to leave the plate in?")->asks_advice);
    assert_false(ask(asking, "Is it safe to leave the plate in while it is covered?")->asks_advice);
    assert_int_equal(intent_cues[intent_cue_count - 1].aim, CUE_CODING);
}

static void number_cues_are_found(void **state) {
    (void)state;
    static const char *const words[] = {"cpt", "zip", "account", "dx", "code", "taxonomy", "x"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!cue_before_number(span_of(words[i])))
            fail_msg("%s", words[i]);
    assert_null(cue_before_number(SPAN("frame")));
    assert_null(cue_before_number(SPAN("")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_intent_is_right),
        cmocka_unit_test(several_intents_are_all_found),
        cmocka_unit_test(what_people_write_is_understood),
        cmocka_unit_test(advice_is_told_from_coding),
        cmocka_unit_test(the_last_cues_fire),
        cmocka_unit_test(number_cues_are_found),
    };
    return cmocka_run_group_tests_name("handlers.intent", tests, asking_setup, asking_teardown);
}
