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

/* The source of the edits of either code: it is what holds no edit between the two. */
static int source_of_edits(struct page *page, const struct asked_code *const *pair, const struct kb_source **ret, struct why *why) {
    *ret = NULL;
    for (size_t i = 0; i < 2 && !*ret; i++) {
        struct page_code found;
        int failed = page_find(page, pair[i]->system, pair[i]->key, &found, why);
        if (failed)
            return failed;
        for (size_t k = 0; k < found.facts.count && !*ret; k++)
            if (found.facts.items[k].section == SECTION_NCCI)
                *ret = found.facts.items[k].source;
    }
    return 0;
}

static int add_pair(struct page *page, const struct asked_code *one, const struct asked_code *two, struct template_rows *ret,
                    struct why *why) {
    const struct kb_source *source;
    int failed = source_of_edits(page, (const struct asked_code *[]){one, two}, &source, why);
    if (failed)
        return failed;
    struct template_row *row = template_rows_add(ret, page->arena);
    template_text(row, "one", one->display);
    template_text(row, "two", two->display);
    template_text(row, "no_edit_mark", page_cite(page, source));
    return 0;
}

static bool can_pair(const struct asked_code *code) {
    return page_is_procedure(code->system) && code->status != STATUS_UNKNOWN && code->status != STATUS_NO_DATA;
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
            if (!failed)
                add_edit(page, codes[i], &edit, &edits);
            else if ((failed = add_pair(page, codes[i], codes[j], &none, why)))
                return failed;
        }
    template_list(ret, "edits", edits);
    template_list(ret, "no_edits", none);
    return 0;
}

int page_add_edits(struct page *page, const struct inquiry *inquiry, struct template_row *ret, struct why *why) {
    const struct asked_code *codes[CODES_PAIRED];
    size_t count = 0;
    for (size_t i = 0; i < inquiry->code_count && count < CODES_PAIRED; i++)
        if (can_pair(&inquiry->codes[i]))
            codes[count++] = &inquiry->codes[i];
    template_text(ret, "date", page->date.iso);
    template_flag(ret, "date_named", page->date_named);
    if (count > 1 && !kb_edits_cover(page->kb, page->date)) {
        template_flag(ret, "edits_not_loaded", true);
        return 0;
    }
    return add_edits(page, codes, count, ret, why);
}
