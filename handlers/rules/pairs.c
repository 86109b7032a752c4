#include "handlers/rules/pairs.h"

#include <string.h>

#include "handlers/rules/modifier.h"
#include "kb/figures.h"

bool pairs_can(const struct page_asked *code) {
    const struct kb_code *found = &code->found.code;
    return page_is_procedure(found->system) &&
           (found->status == STATUS_VALID || (found->status == STATUS_NO_DATA && code->found.facts.count > 0));
}

const char *pairs_global(const struct page_code *found) {
    const struct kb_fact *days = page_fact(found, SECTION_FEE, name_text(figure_labels, FIGURE_GLOBAL));
    return days ? days->value : NULL;
}

bool pairs_has_modifier(const struct asked_code *code, const char *modifier) {
    for (size_t i = 0; i < code->modifier_count; i++)
        if (strcmp(code->modifiers[i], modifier) == 0)
            return true;
    return false;
}

/* ---- which modifier opens it ---- */

/* The policy manual's list of modifiers that open edits is told at each of them. */
int pairs_may_open(struct page *page, const char *modifier, bool *ret, struct why *why) {
    struct page_code found;
    int failed = page_find(page, SYSTEM_MOD, modifier, &found, why);
    if (failed)
        return failed;
    struct page_facts facts = page_facts(&found, SECTION_GUIDELINES);
    *ret = false;
    for (size_t i = 0; i < facts.count && !*ret; i++)
        *ret = facts.items[i].text && strstr(facts.items[i].text, "may open an NCCI edit");
    return 0;
}

static bool lists_modifier(const struct page_code *found, const char *modifier) {
    struct page_facts facts = page_facts(found, SECTION_MODIFIERS);
    for (size_t i = 0; i < facts.count; i++)
        if (facts.items[i].has_related && !facts.items[i].label && strcmp(facts.items[i].related_display, modifier) == 0)
            return true;
    return false;
}

/* A visit of HCPCS is told by its modifiers: 25 goes on its own line. */
static bool is_visit(const struct page_code *found) {
    return modifier_is_visit(&found->code) || (found->code.system == SYSTEM_HCPCS && lists_modifier(found, "25"));
}

/* Visits take modifiers of their own; 59 is one only where the facts of the code list it, and a side is none. */
static bool suits_line(const struct page_asked *line, const char *modifier) {
    bool of_visits = modifier_is_one_of(modifier, "24 25 27 57");
    if (!is_visit(&line->found))
        return !of_visits;
    return of_visits || (modifier_is_distinct(modifier) && lists_modifier(&line->found, modifier));
}

/* A visit for a problem, by the family of its code. Preventive visits and critical care are none: 25 parts them from a visit. */
static bool is_problem_visit(const struct page_code *found) {
    static const struct {
        const char *first, *last;
    } families[] = {{"99202", "99215"}, {"99221", "99239"}, {"99281", "99285"}, {"99304", "99350"}};
    for (size_t i = 0; found->code.system == SYSTEM_CPT && i < sizeof families / sizeof *families; i++)
        if (strcmp(found->code.key, families[i].first) >= 0 && strcmp(found->code.key, families[i].last) <= 0)
            return true;
    return false;
}

static int look_at_line(struct page *page, const struct page_asked *line, const struct page_asked *other, struct pair *pair,
                        struct why *why) {
    for (size_t i = 0; i < line->asked->modifier_count && !pair->opener; i++) {
        const char *modifier = line->asked->modifiers[i];
        bool opens;
        int failed = pairs_may_open(page, modifier, &opens, why);
        if (failed)
            return failed;
        if (opens && !suits_line(line, modifier) && is_visit(&line->found)) {
            pair->unfit = modifier;
            pair->unfit_on = line;
        }
        if (!opens || !suits_line(line, modifier))
            continue;
        if (modifier_is_anatomic(modifier) && pairs_has_modifier(other->asked, modifier)) {
            pair->same_side = modifier;
        } else if (line == pair->column_1 && modifier_is_distinct(modifier)) {
            pair->misplaced = modifier;
        } else if (line == pair->column_2 || !modifier_is_anatomic(modifier)) {
            pair->opener = modifier;
            pair->opener_on = line;
        }
    }
    return 0;
}

static void find_key(struct pair *pair) {
    const char *global = pairs_global(&pair->column_1->found);
    bool visit = is_visit(&pair->column_2->found);
    pair->key = !visit ? KEY_DISTINCT : global && strcmp(global, "090") == 0 ? KEY_DECISION : KEY_VISIT;
    pair->two_visits = is_problem_visit(&pair->column_1->found) && is_problem_visit(&pair->column_2->found);
    pair->sides = !visit && lists_modifier(&pair->column_2->found, "LT");
    pair->digits = !visit && (lists_modifier(&pair->column_2->found, "FA") || lists_modifier(&pair->column_2->found, "TA"));
}

/* ---- pairs ---- */

static enum pair_state state_of(const char *indicator) {
    return !indicator ? PAIR_NONE : strcmp(indicator, "0") == 0 ? PAIR_CLOSED : strcmp(indicator, "9") == 0 ? PAIR_OVER : PAIR_OPEN;
}

int pairs_between(struct page *page, const struct page_asked *one, const struct page_asked *two, struct pair *ret, struct why *why) {
    const struct kb_code *a = &one->found.code, *b = &two->found.code;
    struct kb_fact edit;
    int failed = kb_edit(page->kb, a->system, a->key, b->system, b->key, page->date, page->arena, &edit, why);
    if (failed)
        return failed;
    bool second = edit.label && strstr(edit.label, "2");
    *ret = (struct pair){.state = state_of(edit.value),
                         .column_1 = second ? two : one,
                         .column_2 = second ? one : two,
                         .indicator = edit.value,
                         .since = edit.valid_from,
                         .source = edit.source};
    find_key(ret);
    if (ret->state == PAIR_OPEN && !(failed = look_at_line(page, ret->column_2, ret->column_1, ret, why)))
        failed = look_at_line(page, ret->column_1, ret->column_2, ret, why);
    return failed;
}

static bool is_same(const struct page_asked *one, const struct page_asked *two) {
    return one->found.code.system == two->found.code.system && strcmp(one->found.code.key, two->found.code.key) == 0;
}

static int add_pair(struct page *page, const struct page_asked *one, const struct page_asked *two, const struct kb_source *file,
                    struct pairs *ret, struct why *why) {
    struct pair *pair = &ret->items[ret->count];
    int failed = pairs_between(page, one, two, pair, why);
    if (failed && failed != FAIL_EMPTY)
        return failed;
    if (failed)
        *pair = (struct pair){.state = PAIR_NONE, .column_1 = one, .column_2 = two, .source = file};
    ret->edits += pair->state == PAIR_CLOSED || pair->state == PAIR_OPEN;
    ret->count++;
    return 0;
}

/* "2024, third quarter": a file of an earlier year may have been overtaken. */
static bool is_of_earlier_year(const char *edition, struct date date) {
    enum { YEAR_LEN = 4 };
    long file, day;
    return span_to_long(span_slice(span_of(edition), 0, YEAR_LEN), 1, 9999, &file) &&
           span_to_long(span_slice(span_of(date.iso), 0, YEAR_LEN), 1, 9999, &day) && file < day;
}

static int find_file(struct page *page, const struct kb_source **file, struct pairs *ret, struct why *why) {
    int failed = kb_edits_source(page->kb, page->date, page->arena, file, why);
    if (failed == FAIL_EMPTY || (!failed && !kb_edits_cover(page->kb, page->date))) {
        ret->not_loaded = true;
        return 0;
    }
    if (failed)
        return failed;
    ret->edition = (*file)->edition;
    ret->old = is_of_earlier_year(ret->edition, page->date);
    return 0;
}

int pairs_find(struct page *page, const struct page_asked *asked, size_t count, struct pairs *ret, struct why *why) {
    return pairs_find_most(page, asked, count, PAIRS_CODES, ret, why);
}

int pairs_find_most(struct page *page, const struct page_asked *asked, size_t count, size_t most, struct pairs *ret, struct why *why) {
    const struct page_asked **codes = arena_array(page->arena, most, sizeof *codes);
    const struct kb_source *file = NULL;
    size_t used = 0;
    *ret = (struct pairs){.items = arena_array(page->arena, most * most / 2, sizeof *ret->items)};
    for (size_t i = 0; i < count; i++) {
        bool again = false;
        for (size_t k = 0; k < used && !again; k++)
            again = is_same(codes[k], &asked[i]);
        if (again || !pairs_can(&asked[i]))
            continue;
        if (used < most)
            codes[used++] = &asked[i];
        else
            ret->left_out++;
    }
    int failed = find_file(page, &file, ret, why);
    for (size_t i = 0; i < used && !ret->not_loaded; i++)
        for (size_t k = i + 1; k < used && !failed; k++)
            failed = add_pair(page, codes[i], codes[k], file, ret, why);
    return failed;
}

void pairs_add_fields(struct page *page, const struct pair *pair, struct template_row *ret) {
    static const char *const states[] = {
        [PAIR_NONE] = "pair_none", [PAIR_CLOSED] = "pair_closed", [PAIR_OPEN] = "pair_open", [PAIR_OVER] = "pair_over"};
    static const char *const keys[] = {[KEY_DISTINCT] = "key_distinct", [KEY_VISIT] = "key_visit", [KEY_DECISION] = "key_decision"};
    template_text(ret, "column_1", pair->column_1->found.code.display);
    template_text(ret, "column_2", pair->column_2->found.code.display);
    template_text(ret, "indicator", pair->indicator);
    template_text(ret, "on_file_from", pair->indicator ? arena_copy(page->arena, span_of(pair->since.iso)) : NULL);
    template_text(ret, "file", pair->source ? pair->source->edition : NULL);
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        template_flag(ret, states[i], (size_t)pair->state == i);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        template_flag(ret, keys[i], (size_t)pair->key == i);
    template_flag(ret, "sides", pair->sides);
    template_flag(ret, "digits", pair->digits);
    template_text(ret, "opener", pair->opener);
    template_text(ret, "opener_on", pair->opener_on ? pair->opener_on->found.code.display : NULL);
    bool visit_key = pair->opener && pair->key != KEY_DISTINCT;
    const char *expected = pair->key == KEY_DECISION ? "57" : "25";
    template_text(ret, "expected", visit_key && strcmp(pair->opener, expected) != 0 ? expected : NULL);
    template_text(ret, "misplaced", pair->opener ? NULL : pair->misplaced);
    template_flag(ret, "two_visits", pair->two_visits);
    template_text(ret, "unfit", pair->opener ? NULL : pair->unfit);
    template_text(ret, "unfit_on", pair->unfit_on && !pair->opener ? pair->unfit_on->found.code.display : NULL);
    template_text(ret, "same_side", pair->opener ? NULL : pair->same_side);
    template_text(ret, "edit_mark", page_cite(page, pair->source));
}
