/* 59 and the X modifiers: they open an NCCI edit, on the line of its column 2. */
#include "handlers/rules/modifier.h"

#include <string.h>

enum { CODES_COMPARED = 10 };

static bool can_pair(const struct asked_code *of, const struct asked_code *other) {
    bool same = of->system == other->system && strcmp(of->key, other->key) == 0;
    bool known = other->status == STATUS_VALID || other->has_figures;
    return !same && known && page_is_procedure(other->system);
}

static bool mentions(const char *text, const char *code) { return text && code && strstr(text, code); }

/* The fact of the code about this modifier counts for more than the edit alone where it names the other code. */
static struct judgement judge_edit(const struct page_code *code, const struct modifier *modifier, const struct kb_fact *edit) {
    const struct kb_fact *fact = modifier_fact(code, modifier->key);
    bool second = edit->label && strstr(edit->label, "2");
    struct judgement ret = {.other = edit->related_display, .label = "indicator", .value = edit->value, .source = edit->source};
    if (edit->value && strcmp(edit->value, "0") == 0) {
        ret.verdict = VERDICT_NOT;
        ret.reason = "edit_closed";
    } else if (edit->value && strcmp(edit->value, "9") == 0) {
        ret.verdict = VERDICT_NOT;
        ret.reason = "edit_over";
    } else if (!second) {
        ret.verdict = VERDICT_ELSEWHERE;
        ret.reason = "edit_other_line";
    } else {
        ret.verdict = VERDICT_FITS;
        ret.reason = "edit_open";
        ret.text = fact && mentions(fact->text, edit->related_display) ? fact->text : NULL;
    }
    return ret;
}

/* Of several edits the one that lets the modifier stand on this line tells most. */
static int rank_of(const struct judgement *judgement) {
    return judgement->verdict == VERDICT_FITS ? 3 : judgement->verdict == VERDICT_NOT ? 2 : 1;
}

/* A missing edit says that no modifier is needed; but a fact that names the other code knows better. */
static void judge_none(struct page *page, const struct page_code *code, const struct modifier *modifier, const char *other, bool *judged,
                       struct judgement *ret) {
    const struct kb_source *source = NULL;
    struct why ignored;
    const struct kb_fact *fact = modifier_fact(code, modifier->key);
    const char *text = fact ? fact->text : NULL;
    if (mentions(text, other) || kb_edits_source(page->kb, page->date, page->arena, &source, &ignored))
        return;
    *ret = (struct judgement){.verdict = VERDICT_NOT, .reason = "edit_none", .other = other, .general = text, .source = source};
    *judged = true;
}

int modifier_by_edits(struct page *page, const struct inquiry *inquiry, const struct page_asked *code, const struct modifier *modifier,
                      bool *ret_judged, struct judgement *ret, struct why *why) {
    int rank = 0;
    const char *none_with = NULL;
    *ret_judged = false;
    for (size_t i = 0; i < inquiry->code_count && i < CODES_COMPARED; i++) {
        const struct asked_code *other = &inquiry->codes[i];
        struct kb_fact edit;
        if (!can_pair(code->asked, other))
            continue;
        int failed =
            kb_edit(page->kb, code->asked->system, code->asked->key, other->system, other->key, page->date, page->arena, &edit, why);
        if (failed && failed != FAIL_EMPTY)
            return failed;
        if (failed) {
            none_with = other->display;
            continue;
        }
        struct judgement judgement = judge_edit(&code->found, modifier, &edit);
        if (rank_of(&judgement) > rank) {
            rank = rank_of(&judgement);
            *ret = judgement;
            *ret_judged = true;
        }
    }
    if (!*ret_judged && none_with)
        judge_none(page, &code->found, modifier, none_with, ret_judged, ret);
    return 0;
}

/* Is it among the modifiers that may open an edit, as its own guideline says? */
static bool may_open(const struct modifier *modifier) {
    struct page_facts facts = page_facts(&modifier->found, SECTION_GUIDELINES);
    for (size_t i = 0; i < facts.count; i++)
        if (span_find(span_of(facts.items[i].text), SPAN("may open an NCCI edit")) != SPAN_NONE)
            return true;
    return modifier_is_distinct(modifier->key);
}

static bool is_opened(const struct asked_code *code, const struct modifier *modifiers, size_t count) {
    for (size_t i = 0; i < code->modifier_count; i++)
        for (size_t k = 0; k < count; k++)
            if (strcmp(modifiers[k].key, code->modifiers[i]) == 0 && may_open(&modifiers[k]))
                return true;
    return false;
}

int modifier_add_closed_edits(struct page *page, const struct inquiry *inquiry, const struct modifier *modifiers, size_t count,
                              struct template_row *ret, struct why *why) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < inquiry->code_count && i < CODES_COMPARED; i++) {
        const struct asked_code *code = &inquiry->codes[i];
        for (size_t k = 0; k < inquiry->code_count && k < CODES_COMPARED && code->modifier_count > 0; k++) {
            const struct asked_code *other = &inquiry->codes[k];
            struct kb_fact edit;
            if (!page_is_procedure(code->system) || !can_pair(code, other) || is_opened(code, modifiers, count))
                continue;
            int failed = kb_edit(page->kb, code->system, code->key, other->system, other->key, page->date, page->arena, &edit, why);
            if (failed && failed != FAIL_EMPTY)
                return failed;
            if (failed || !edit.label || !strstr(edit.label, "2") || strcmp(edit.value ? edit.value : "9", "9") == 0)
                continue;
            struct template_row *row = template_rows_add(&rows, page->arena);
            template_text(row, "code", code->display);
            template_text(row, "other", other->display);
            template_text(row, "indicator", edit.value);
            template_flag(row, "opens", strcmp(edit.value, "1") == 0);
            template_text(row, "mark", page_cite(page, edit.source));
        }
    }
    template_list(ret, "closed_edits", rows);
    return 0;
}
