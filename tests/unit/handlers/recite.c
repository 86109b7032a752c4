/* Marks of sources: numbered as they are read, and no source without a mark. */
#include "tests/unit/kb/small.h"

#include "handlers/write/page.h"

struct row {
    const char *name, *text, *want, *sources; /* the ids cited, in order */
};

static const struct kb_source written_sources[] = {
    {.id = "a", .title = "A", .publisher = "P", .edition = "1"},
    {.id = "b", .title = "B", .publisher = "P", .edition = "1"},
    {.id = "c", .title = "C", .publisher = "P", .edition = "1"},
};

static void marks_are_numbered_as_they_are_read(void **state) {
    static const struct row rows[] = {
        {"none", "No mark at all.", "No mark at all.", ""},
        {"empty", "", "", ""},
        {"in order already", "One [1], two [2].", "One [1], two [2].", "ab"},
        {"another order", "Three [3], one [1], three again [3].", "Three [1], one [2], three again [1].", "ca"},
        {"side by side", "Both [2][1]", "Both [1][2]", "ba"},
        {"one that the asker's words made", "\\[2] and [3]", "\\[2] and [1]", "c"},
        {"behind an escaped backslash", "\\\\[2]", "\\\\[1]", "b"},
        {"no such source", "[4] [0] [99999999999999999999] []", "[4] [0] [99999999999999999999] []", ""},
        {"a link and an open bracket", "[x](y) [2 [", "[x](y) [2 [", ""},
    };
    const struct small *small = *state;
    const struct kb_source *sources[] = {&written_sources[0], &written_sources[1], &written_sources[2]};
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct page written = {.arena = small->arena, .sources = sources, .source_count = COUNT(sources)};
        struct page cited = {.arena = small->arena};
        char ids[8] = "";
        const char *got = page_recite(&written, rows[i].text, &cited);
        for (size_t k = 0; k < cited.source_count; k++)
            ids[k] = cited.sources[k]->id[0];
        if (strcmp(got, rows[i].want) != 0 || strcmp(ids, rows[i].sources) != 0)
            fail_msg("%s: \"%s\" citing \"%s\"", rows[i].name, got, ids);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(marks_are_numbered_as_they_are_read)};
    return cmocka_run_group_tests_name("handlers.recite", tests, open_small, close_small);
}
