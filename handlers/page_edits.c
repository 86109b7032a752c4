/* NCCI edits between the codes of one question: every pair once, in the order in which the edit has it. */
#include <string.h>

#include "handlers/page.h"

enum { CODES_PAIRED = 10 };

static void add_edit(struct page *page, const struct asked_code *of, const struct kb_fact *edit, struct template_rows *ret) {
    bool second = edit->label && strstr(edit->label, "2");
    struct template_row *row = template_rows_add(ret, page->arena);
    template_text(row, "column_1", second ? edit->related_display : of->display);
    template_text(row, "column_2", second ? of->display : edit->related_display);
    template_text(row, "indicator", edit->value);
    template_text(row, "on_file_from", arena_copy(page->arena, span_of(edit->valid_from.iso)));
    template_text(row, "edit_mark", page_cite(page, edit->source));
}

static void add_pair(struct page *page, const struct asked_code *one, const struct asked_code *two, struct template_rows *ret) {
    struct template_row *row = template_rows_add(ret, page->arena);
    template_text(row, "one", one->display);
    template_text(row, "two", two->display);
}

static bool can_pair(const struct asked_code *code) {
    return code->role == ROLE_ASKED && page_is_procedure(code->system) && code->status != STATUS_UNKNOWN && code->status != STATUS_NO_DATA;
}

static int add_edits(struct page *page, const struct asked_code *const *codes, size_t count, struct template_row *ret, struct why *why) {
    struct template_rows edits = {0}, none = {0};
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++) {
            struct kb_fact edit;
            int failed =
                kb_edit(page->kb, codes[i]->system, codes[i]->key, codes[j]->system, codes[j]->key, page->date, page->arena, &edit, why);
            if (failed && failed != FAIL_EMPTY)
                return failed;
            if (failed)
                add_pair(page, codes[i], codes[j], &none);
            else
                add_edit(page, codes[i], &edit, &edits);
        }
    template_list(ret, "edits", edits);
    template_list(ret, "no_edits", none);
    return 0;
}

int page_add_edits(struct page *page, const struct question *question, struct template_row *ret, struct why *why) {
    const struct asked_code *codes[CODES_PAIRED];
    size_t count = 0;
    for (size_t i = 0; i < question->code_count && count < CODES_PAIRED; i++)
        if (can_pair(&question->codes[i]))
            codes[count++] = &question->codes[i];
    return add_edits(page, codes, count, ret, why);
}
