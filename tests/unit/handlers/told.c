/* What one part told, the next does not tell again; and nothing is left hanging. */
#include "tests/unit/kb/small.h"

#include "handlers/write/told.h"

struct row {
    const char *name, *before, *text, *want; /* want NULL: all of it was told */
};

static void what_was_told_is_not_told_again(void **state) {
    static const struct row rows[] = {
        {"nothing before", "", "A sentence that tells something.\n", "A sentence that tells something.\n"},
        {"all of it", "A sentence that tells something.", "A sentence that tells something.\n", NULL},
        {"other marks and signs", "- **20693:** a sentence that tells it [1].", "1. 20693: a sentence that tells it [3].\n", NULL},
        {"one item of two", "- the first of the items stands here", "- the first of the items stands here\n- the second one is new here\n",
         "- the second one is new here\n"},
        {"the beginning of what was told", "The frame is taken off. The patient sleeps for it.", "The frame is taken off.\n\nMore is known now.\n",
         "The frame is taken off.\n\nMore is known now.\n"},
        {"a long beginning", "The frame is taken off in the theatre. The patient sleeps.", "The frame is taken off in the theatre.\n", NULL},
        {"more than was told", "The frame is taken off in the theatre.", "The frame is taken off in the theatre. The patient sleeps.\n",
         "The frame is taken off in the theatre. The patient sleeps.\n"},
        {"a heading of nothing", "- the only item that there was to tell", "New words stand here before it.\n\n### Facts\n\n- the only item that there was to tell\n",
         "New words stand here before it.\n\n\n"},
        {"an announcement of nothing", "- the only item that there was to tell", "Codes below the header:\n\n- the only item that there was to tell\n\nNew words stand behind it.\n",
         "\n\nNew words stand behind it.\n"},
        {"a heading above a heading", "- the only item that there was to tell",
         "## One\n\n### Two\n\n- the only item that there was to tell\n\n### Three\n\nText\n", "## One\n\n\n\n### Three\n\nText\n"},
        {"another label of the same code", "- **XE:** Distinct because it was done at another encounter of the day.",
         "- **Modifier XE:** Distinct because it was done at another encounter of the day.\n", NULL},
        {"a label with codes, of a rule for all", "- **What counts as setting:** The clinician pushes or pulls on the broken bone.",
         "27786, 27788, what counts as setting: The clinician pushes or pulls on the broken bone.\n", NULL},
        {"the same of another code", "- **22551:** It includes the discectomy, the plate and the cage.",
         "- **22552:** It includes the discectomy, the plate and the cage.\n", "- **22552:** It includes the discectomy, the plate and the cage.\n"},
        {"short lines stay", "It fits.", "It fits.\n", "It fits.\n"},
        {"rows of tables stay", "| 20693 | column 1 | 1 | 2024-07-01 |", "| 20693 | column 1 | 1 | 2024-07-01 |\n", "| 20693 | column 1 | 1 | 2024-07-01 |\n"},
    };
    const struct small *small = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct told told = {.arena = small->arena};
        told_add(&told, rows[i].before);
        const char *got = told_without(&told, rows[i].text);
        if (rows[i].want ? !got || strcmp(got, rows[i].want) != 0 : got != NULL)
            fail_msg("%s: \"%s\"", rows[i].name, got ? got : "(nothing)");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_was_told_is_not_told_again)};
    return cmocka_run_group_tests_name("handlers.told", tests, open_small, close_small);
}
