/* Who gets a person, and what the acknowledgement says. */
#include "tests/unit/handlers/asking.h"

#include <string.h>

#include "handlers/answer.h"

enum { WANTED = 3 };

static const struct row {
    const char *name, *text, *handler;
    const char *want[WANTED], *not_want[WANTED]; /* in the reply */
    const char *draft;                           /* in what the person gets */
} rows[] = {
    {"not about codes", "To pay requisition 12 we lack your W-9, please return it by noon.", "not_coding",
     {"does not look like a question about a medical code", "To ask about codes"}, {"clinician"}, NULL},
    {"a patient's own result", "I had my MRI on Monday and nobody calls me back. Is it torn?", "not_coding", {"a person at the desk"}, {"As you wish"}, NULL},
    {"advice on a patient", "Should I remove the plate or leave it? 20680", "not_coding", {"for a clinician to decide"}, {"20680", "20670"}, "20680"},
    {"an emergency", "I have severe chest pain now and can't breathe, which pill?", "not_coding", {"call your local emergency number"}, {"20680"}, NULL},
    {"a person is wanted", "Can a real person answer what 20680 means?", "not_coding", {"As you wish"}, {"20680"}, "20680"},
    {"a call is wanted", "What is 20694? Please call me at noon.", "not_coding", {"As you wish"}, {"20694"}, "20694"},
    {"a human bite is no human", "Which ICD-10 code for a human bite of the left hand, Zzyzx?", "find_code", {"passed to a person"}, {"As you wish"}, NULL},
    {"nothing known", "What is the CPT code for cataract surgery?", "find_code", {"do not answer this"}, {"As you wish", "clinician"}, "No code stands out"},
};

static bool is_right(const struct answer *answer, const struct row *row, struct arena *arena) {
    const char *text = arena_copy(arena, span_of(answer->text));
    bool ret = answer->action == ACTION_HUMAN && strcmp(answer->handler, row->handler) == 0 && answer->named_count == 0;
    char *flat = arena_copy(arena, span_of(text));
    for (size_t i = 0; flat[i]; i++)
        flat[i] = flat[i] == '\n' ? ' ' : flat[i];
    for (size_t i = 0; i < WANTED && row->want[i]; i++)
        ret = ret && strstr(flat, row->want[i]);
    for (size_t i = 0; i < WANTED && row->not_want[i]; i++)
        ret = ret && !strstr(flat, row->not_want[i]);
    return ret && answer->draft && (!row->draft || strstr(answer->draft, row->draft));
}

static void a_person_gets_it(void **state) {
    struct asking *asking = *state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct answer answer;
        struct why why;
        const struct question *question = ask(asking, rows[i].text);
        if (answer_question(question, asking->kb, ANSWER_LEAST_CONFIDENCE, asking->arena, &answer, &why))
            fail_msg("%s: %s", rows[i].name, why.text);
        if (is_right(&answer, &rows[i], asking->arena))
            continue;
        print_error("%s: %s by %s, %s:\n%s\ndraft:\n%s\n", rows[i].name, name_text(action_names, (int)answer.action), answer.handler,
                    answer.reason, answer.text, answer.draft ? answer.draft : "none");
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(a_person_gets_it, asking_setup, asking_teardown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
