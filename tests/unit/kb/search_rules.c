/* What a coder takes when several codes have the words: by side, encounter, negation and system. */
#include "tests/unit/kb/small.h"

static int open_rules(void **state) {
    struct small *small = calloc(1, sizeof *small);
    const char *files[] = {FIXTURES "/search.json"};
    struct buf problems;
    struct why why;
    assert_non_null(small);
    snprintf(small->folder, sizeof small->folder, "/tmp/unit-kb-XXXXXX");
    assert_non_null(mkdtemp(small->folder));
    snprintf(small->path, sizeof small->path, "%s/kb.sqlite", small->folder);
    buf_init(&problems, 1 << 16);
    if (kb_build(small->path, files, 1, &problems, &why) || kb_open(small->path, &small->kb, &why))
        fail_msg("%s\n%s", why.text, buf_span(&problems).ptr);
    buf_free(&problems);
    small->arena = arena_new(16 << 20);
    *state = small;
    return 0;
}

static void the_first_hit_is_the_coders(void **state) {
    struct small *small = *state;
    static const struct {
        const char *name, *words, *code;
    } rows[] = {
        {"no side is the unspecified one", "wobble of the knee", "Q10.9"},
        {"the side asked for", "left knee wobble", "Q10.2"},
        {"a side shortened", "wobble rt knee", "Q10.1"},
        {"a header's words find what can be billed", "shaky joint left", "Q10.2"},
        {"what is there", "rattle with itch", "Q11.0"},
        {"what is not there", "rattle, no itch", "Q11.1"},
        {"nothing said of it", "rattle", "Q11.1"},
        {"unspecified before a degree", "knock", "Q12.9"},
        {"the degree asked for", "knock first degree", "Q12.0"},
        {"no encounter is the first", "gimbal fracture right", "S10.101A"},
        {"open", "open fx right gimbal", "S10.101B"},
        {"follow up", "fx right gimbal follow up, healing well", "S10.101D"},
        {"did not heal", "fx right gimbal did not heal", "S10.101K"},
        {"late effect", "late effect of right gimbal fx", "S10.101S"},
        {"late effect on the other side", "late effect of left gimbal fracture", "S10.102S"},
        {"a verb speaks for a procedure", "gimbal removed", "20001"},
        {"a thing speaks for a supply", "gimbal brace", "E0001"},
        {"what pays nothing comes behind", "gimbal strap", "L0001"},
        {"the dose", "gimbaline 50 mg", "J0002"},
        {"the dose in one word", "gimbaline 10mg inj", "J0001"},
        {"the system that is named", "modifier gimbal", "25"},
        {"a short code where its system is named", "modifier 25", "25"},
        {"hospital procedures when asked", "pcs removal gimbal", "0QT60ZZ"},
        {"a code", "what about Q11.0?", "Q11.0"},
        {"a title comes before the code in it", "injection, gimbaline (new), other than J0001, 10 mg", "J0003"},
        {"a number in a range", "gimbal sock 35", "E0003"},
        {"a range in a range", "gimbal sock 20-30", "E0002"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct kb_hits hits = {0};
        struct why why = {""};
        if (kb_search(small->kb, span_of(rows[i].words), KB_ALL_SYSTEMS, day("2026-05-01"), 5, small->arena, &hits, &why) ||
            hits.count == 0 || strcmp(hits.items[0].code.display, rows[i].code) != 0)
            fail_msg("%s: %s", rows[i].name, hits.count ? hits.items[0].code.display : why.text);
    }
}

/* Codes that differ in the encounter are one hit, and a header comes well behind the best of what stands below it. */
static void one_hit_an_injury(void **state) {
    struct small *small = *state;
    struct kb_hits hits;
    assert_int_equal(kb_search(small->kb, SPAN("knee wobble"), KB_ALL_SYSTEMS, day("2026-05-01"), 10, small->arena, &hits, NULL), 0);
    assert_int_equal(hits.count, 4);
    assert_string_equal(hits.items[0].code.display, "Q10.9");
    assert_true(hits.items[0].score > 1.1 * hits.items[1].score);
    assert_int_equal(kb_search(small->kb, SPAN("gimbal fracture"), 1u << SYSTEM_ICD10CM, day("2026-05-01"), 10, small->arena, &hits, NULL),
                     0);
    for (size_t i = 1; i < hits.count; i++)
        assert_string_not_equal(hits.items[i].code.display, "S10.101B");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_hit_is_the_coders),
        cmocka_unit_test(one_hit_an_injury),
    };
    return cmocka_run_group_tests_name("kb.search_rules", tests, open_rules, close_small);
}
