/* Rules of a code that name a modifier asked: "the professional part (26) is not paid beside them", "order RT then K level". */
#include "handlers/rules/modifier.h"

#include <string.h>

enum { RULES_TOLD = 2 };

static bool is_word_at(struct span text, size_t at, struct span word) {
    size_t end = at + word.len;
    return span_starts(span_slice(text, at, text.len), word) && (at == 0 || !char_is_alnum(text.ptr[at - 1])) &&
           (end == text.len || !char_is_alnum(text.ptr[end]));
}

/* Letters count as a word; digits, which may be any number, where they stand in brackets or are called a modifier. */
static bool names(struct span text, const char *modifier) {
    struct span key = span_of(modifier);
    bool digits = char_is_digit(modifier[0]) && char_is_digit(modifier[1]);
    for (size_t at = 0; at < text.len; at++) {
        if (!is_word_at(text, at, key))
            continue;
        struct span before = span_trim(span_slice(text, 0, at));
        bool called = span_ends_same(before, SPAN("modifier")) || (before.len > 0 && before.ptr[before.len - 1] == '(');
        if (!digits || called)
            return true;
    }
    return false;
}

static bool names_any(const struct kb_fact *fact, const struct asked_code *code, const struct modifier *modifiers, size_t count) {
    for (size_t i = 0; i < count; i++) {
        bool carried = code->modifier_count == 0;
        for (size_t k = 0; k < code->modifier_count; k++)
            carried = carried || strcmp(code->modifiers[k], modifiers[i].key) == 0;
        if (carried && names(span_of(fact->text), modifiers[i].key))
            return true;
    }
    return false;
}

void modifier_add_rules(struct page *page, const struct page_asked *asked, size_t count, const struct modifier *modifiers,
                        size_t modifier_count, struct template_row *ret) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < count; i++) {
        struct page_facts facts = page_facts(&asked[i].found, SECTION_GUIDELINES);
        for (size_t k = 0; k < facts.count && page_is_procedure(asked[i].asked->system) && rows.count < RULES_TOLD; k++) {
            const struct kb_fact *fact = &facts.items[k];
            if (!fact->text || !names_any(fact, asked[i].asked, modifiers, modifier_count))
                continue;
            struct template_row *row = template_rows_add(&rows, page->arena);
            template_text(row, "code", asked[i].asked->display);
            template_text(row, "label", fact->label);
            template_text(row, "text", fact->text);
            template_text(row, "mark", page_cite(page, fact->source));
        }
    }
    template_list(ret, "rules", rows);
}
