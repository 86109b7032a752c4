/* The desk's own guidance: told once however often it is imported, and no note that never holds. */
#include "tests/unit/kb/importing.h"

#define NOTES(list) "{\"edition\": \"our desk\", \"valid_from\": \"2026-11-01\", \"notes\": [" list "]}"
#define NOTE(rest) "{\"codes\": [\"CPT:20693\", \"CPT:20694\"], \"text\": \"Wants the report.\"" rest "}"
#define WORDS ", \"words\": [\"frame payer X\"], \"calls\": {\"CPT:20693\": \"frame adjustment\"}"

static int import_notes(struct importing *on, struct span text, struct import_result *ret, struct why *why) {
    return import_as(on, "notes.json", NULL, text, NULL, IMPORT_GUESS, ret, why);
}

static void the_same_again_is_nothing_new(void **state) {
    struct importing *on = *state;
    struct import_result result;
    struct why why = {""};
    for (size_t i = 0; i < 3; i++) {
        if (import_notes(on, SPAN(NOTES(NOTE(WORDS))), &result, &why))
            fail_msg("%s", why.text);
        if (result.added != (i ? 0 : 2) || result.changed || result.gone)
            fail_msg("import %zu: %zu new, %zu changed, %zu gone", i + 1, result.added, result.changed, result.gone);
    }
}

static void a_byte_order_mark_is_skipped(void **state) {
    struct importing *on = *state;
    struct import_result result;
    struct why why = {""};
    if (import_notes(on, SPAN("\xef\xbb\xbf" NOTES(NOTE(""))), &result, &why))
        fail_msg("%s", why.text);
    expect_text("byte order mark", "kind", result.kind, "notes");
    expect_text("byte order mark", "texts", ask(on, "SELECT DISTINCT text FROM facts"), "Wants the report.");
}

static const struct {
    const char *name, *days;
    bool good;
} days[] = {
    {"none", "", true},
    {"a single day", ", \"valid_from\": \"2026-12-01\", \"valid_to\": \"2026-12-01\"", true},
    {"ends before it begins", ", \"valid_from\": \"2026-12-01\", \"valid_to\": \"2026-11-30\"", false},
    {"ends before its edition begins", ", \"valid_to\": \"2026-10-31\"", false},
    {"before its edition, by its own days", ", \"valid_from\": \"2026-09-01\", \"valid_to\": \"2026-10-31\"", true},
};

static void a_note_that_never_holds_is_rejected(void **state) {
    struct importing *on = *state;
    for (size_t i = 0; i < COUNT(days); i++) {
        struct import_result result;
        struct why why = {""};
        const char *text = arena_printf(on->arena, NOTES(NOTE("") ", " NOTE("%s")), days[i].days);
        forget(on);
        int code = import_notes(on, span_of(text), &result, &why);
        if (code != (days[i].good ? 0 : FAIL_INPUT) || result.rejected != !days[i].good)
            fail_msg("%s: %d, %zu rejected, %s", days[i].name, code, result.rejected, why.text);
        if (!days[i].good)
            expect_text(days[i].name, "the reason", result.rejects[0].reason, "notes[1]: \"valid_to\" lies before its first day");
        if (!days[i].good && result.rejects[0].line)
            fail_msg("%s: line %zu", days[i].name, result.rejects[0].line);
    }
}

static void an_empty_list_takes_the_notes_back(void **state) {
    struct importing *on = *state;
    struct import_result result;
    struct why why = {""};
    if (import_notes(on, SPAN(NOTES(NOTE(WORDS))), &result, &why) || import_notes(on, SPAN(NOTES("")), &result, &why))
        fail_msg("%s", why.text);
    expect_text("empty list", "tables", ask(on, "SELECT (SELECT count(*) FROM facts) + (SELECT count(*) FROM words) + (SELECT count(*) FROM claims)"),
                "0");
    if (result.gone != 2)
        fail_msg("%zu gone", result.gone);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_again_is_nothing_new, open_importing, close_importing),
        cmocka_unit_test_setup_teardown(a_byte_order_mark_is_skipped, open_importing, close_importing),
        cmocka_unit_test_setup_teardown(an_empty_list_takes_the_notes_back, open_importing, close_importing),
        cmocka_unit_test_setup_teardown(a_note_that_never_holds_is_rejected, open_importing, close_importing),
    };
    return cmocka_run_group_tests_name("kb.notes", tests, NULL, NULL);
}
