/* What became of the codes of the small knowledge base between two days. */
#include "kb/diff.h"

#include "tests/unit/kb/small.h"

static const struct {
    const char *name, *before, *after;
    enum code_system system;
    const char *changes;
} rows[] = {
    {"one day", "2026-01-01", "2026-01-01", SYSTEM_COUNT, ""},
    {"two years of one system", "2025-09-30", "2025-10-01", SYSTEM_ICD10CM,
     "gone S82.109A (S82): Fracture, old way > -\nadded S82.191A (S82): - > Fracture, new way\n"},
    {"and of another", "2025-09-30", "2025-10-01", SYSTEM_NUCC, ""},
    {"backwards", "2025-10-01", "2025-09-30", SYSTEM_ICD10CM,
     "added S82.109A (S82): - > Fracture, old way\ngone S82.191A (S82): Fracture, new way > -\n"},
    {"a family has a name", "2025-10-01", "2026-01-01", SYSTEM_CPT,
     "added 20690 (frames): - > Put a frame on\nadded 20692 (frames): - > Put a ring frame on\nadded 20693 (frames): - > Revise a frame\n"
     "added 20694 (frames): - > Take a frame off\nadded 99213 (992): - > Visit\n"},
};

static void keep(void *context, const struct diff_item *item) {
    buf_printf(context, "%s %s (%s): %s > %s\n", name_text(diff_names, item->change), item->display, item->family,
               item->before ? item->before : "-", item->after ? item->after : "-");
}

static void the_codes_of_a_system_are_compared(void **state) {
    struct small *small = *state;
    struct buf changes;
    struct why why;
    buf_init(&changes, 1 << 16);
    for (size_t i = 0; i < COUNT(rows); i++) {
        buf_clear(&changes);
        assert_int_equal(kb_diff(small->kb, day(rows[i].before), small->kb, day(rows[i].after), rows[i].system, keep, &changes, &why), 0);
        if (!span_equal(buf_span(&changes), span_of(rows[i].changes)))
            fail_msg("%s:\n%.*s", rows[i].name, SPAN_ARG(buf_span(&changes)));
    }
    buf_free(&changes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_codes_of_a_system_are_compared, open_small, close_small),
    };
    return cmocka_run_group_tests_name("kb.diff", tests, NULL, NULL);
}
