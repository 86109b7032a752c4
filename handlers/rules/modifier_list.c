/* Which modifiers go with a code, when the asker names none: those listed for it, else those that its figures decide. */
#include "handlers/rules/modifier.h"

#include <string.h>

#include "kb/figures.h"

enum { MODIFIERS_OF_A_CODE = 64 };

/* What coders reach for first. */
static const char importance[] =
    "50 LT RT FA F1 F2 F3 F4 F5 F6 F7 F8 F9 TA T1 T2 T3 T4 T5 T6 T7 T8 T9 E1 E2 E3 E4 26 TC 58 78 79 59 25 57 80 62 "
    "22 24 51 54 55 AS 82 81 66 52 53 76 77 XS XE XP XU 73 74";
static const char judged[] = "50 LT RT 26 TC 58 78 79 59 80 62 66 22 51 54 55 25 57 24";

/* Members of a group are told on one line. */
static const struct group {
    const char *members, *name, *flag;
} groups[] = {
    {"LT RT", "LT or RT", "group_side"},
    {"FA F1 F2 F3 F4 F5 F6 F7 F8 F9", "FA-F9", "group_finger"},
    {"TA T1 T2 T3 T4 T5 T6 T7 T8 T9", "TA-T9", "group_toe"},
    {"E1 E2 E3 E4", "E1-E4", "group_eyelid"},
};

struct entry {
    struct modifier modifier;
    struct judgement judgement;
    const struct group *group;
    size_t rank;
};

static size_t rank_of(const char *modifier, size_t position) {
    size_t rank = 0;
    struct span rest = span_of(importance), item;
    for (; span_cut(&rest, ' ', &item); rank++)
        if (span_equal(item, span_of(modifier)))
            return rank;
    return rank + position;
}

static const struct group *group_of(const char *modifier) {
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (modifier_is_one_of(modifier, groups[i].members))
            return &groups[i];
    return NULL;
}

/* --- candidates */

struct keys {
    char items[MODIFIERS_OF_A_CODE][3];
    size_t count;
    bool listed; /* by facts of the code */
};

static void add_key(struct keys *keys, struct span key) {
    if (key.len == 2 && keys->count < MODIFIERS_OF_A_CODE)
        memcpy(keys->items[keys->count++], key.ptr, 2);
}

static void list_keys(const struct page_code *code, struct keys *ret) {
    struct page_facts facts = page_facts(code, SECTION_MODIFIERS);
    struct span rest = span_of(judged), key;
    for (size_t i = 0; i < facts.count; i++)
        if (facts.items[i].has_related && facts.items[i].related_system == SYSTEM_MOD)
            add_key(ret, span_of(facts.items[i].related_display));
    ret->listed = ret->count > 0;
    while (!ret->listed && span_cut(&rest, ' ', &key))
        add_key(ret, key);
}

static bool same_text(const char *a, const char *b) { return strcmp(a ? a : "", b ? b : "") == 0; }

/* Where 59 is listed, the edits with the other codes asked tell the lists apart. */
bool modifier_lists_alike(const struct page_code *a, const struct page_code *b) {
    struct page_facts one = page_facts(a, SECTION_MODIFIERS), other = page_facts(b, SECTION_MODIFIERS);
    bool ret = one.count > 0 && one.count == other.count;
    for (size_t i = 0; i < one.count && ret; i++) {
        const struct kb_fact *x = &one.items[i], *y = &other.items[i];
        ret = x->has_related == y->has_related && same_text(x->text, y->text) && same_text(x->label, y->label) &&
              (!x->has_related || (same_text(x->related_display, y->related_display) && !modifier_is_distinct(x->related_display)));
    }
    return ret;
}

static void insert(struct entry *entries, size_t *count, const struct entry *entry) {
    size_t at = *count;
    while (at > 0 && entries[at - 1].rank > entry->rank) {
        entries[at] = entries[at - 1];
        at--;
    }
    entries[at] = *entry;
    ++*count;
}

static int judge_all(struct page *page, const struct inquiry *inquiry, const struct page_asked *code, const struct keys *keys,
                     struct entry *entries, size_t *count, struct why *why) {
    *count = 0;
    for (size_t i = 0; i < keys->count; i++) {
        struct entry entry = {.group = group_of(keys->items[i]), .rank = rank_of(keys->items[i], i)};
        int failed = modifier_find(page, keys->items[i], &entry.modifier, why);
        if (!failed)
            failed = modifier_judge(page, inquiry, code, &entry.modifier, &entry.judgement, why);
        if (failed)
            return failed;
        insert(entries, count, &entry);
    }
    return 0;
}

/* --- what is derived from figures alone */

/* What nobody would put on a talk or a test: an operation has days of its own in the fee schedule, which pays it. */
static bool is_surgical(const char *modifier) { return modifier_is_one_of(modifier, "80 81 82 AS 62 66 22 51 54 55 56 58 78 79 24 57"); }

static bool is_paid(const struct page_code *code) {
    const struct kb_fact *status = page_fact(code, SECTION_FEE, name_text(figure_labels, FIGURE_STATUS));
    return status && status->value && modifier_is_one_of(status->value, "A C R T");
}

static bool is_operation(const struct page_code *code) {
    const struct kb_fact *days = page_fact(code, SECTION_FEE, name_text(figure_labels, FIGURE_GLOBAL));
    return is_paid(code) && !modifier_is_visit(&code->code) && days && days->value &&
           modifier_is_one_of(days->value, "000 010 090 MMM YYY ZZZ");
}

/* Of a code without a list only what fits its kind; of one without a description, and of what is no service, only what an indicator
 * decides. */
static bool is_told(const struct page_code *code, const struct entry *entry) {
    enum verdict verdict = entry->judgement.verdict;
    if (is_surgical(entry->modifier.key) && verdict == VERDICT_FITS && entry->judgement.label && !is_operation(code))
        return false;
    if (verdict == VERDICT_ELSEWHERE && entry->judgement.label && !is_paid(code))
        return false;
    return (code->code.status != STATUS_NO_DATA && code->code.system == SYSTEM_CPT) || entry->judgement.label;
}

/* --- rows */

static bool is_told_before(const struct entry *entries, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (entries[at].group && entries[i].group == entries[at].group && entries[i].judgement.verdict == entries[at].judgement.verdict)
            return true;
    return false;
}

static void add_top(struct page *page, const struct entry *entry, struct template_rows *ret) {
    struct template_row *row = template_rows_add(ret, page->arena);
    modifier_add_judgement(page, &entry->judgement, &entry->modifier, row);
    template_text(row, "name", entry->group ? entry->group->name : entry->modifier.key);
    if (entry->group)
        template_flag(row, entry->group->flag, true);
    template_flag(row, "grouped", entry->group);
}

static void add_rest(struct page *page, const struct entry *entry, struct template_rows *ret) {
    template_text(template_rows_add(ret, page->arena), "name", entry->group ? entry->group->name : entry->modifier.key);
}

static void add_not(struct page *page, const struct entry *entry, struct template_rows *ret) {
    struct template_row *row = template_rows_add(ret, page->arena);
    template_text(row, "name", entry->group ? entry->group->name : entry->modifier.key);
    template_text(row, "figure", entry->judgement.label);
    template_text(row, "figure_value", entry->judgement.value);
}

int modifier_add_list(struct page *page, const struct inquiry *inquiry, const struct page_asked *code, size_t most,
                      struct template_row *ret, size_t *ret_count, struct why *why) {
    struct entry *entries = arena_array(page->arena, MODIFIERS_OF_A_CODE, sizeof *entries);
    struct keys keys = {0};
    size_t count;
    struct template_rows top = {0}, rest = {0}, not_rows = {0};
    list_keys(&code->found, &keys);
    int failed = judge_all(page, inquiry, code, &keys, entries, &count, why);
    if (failed)
        return failed;
    for (size_t i = 0; i < count; i++) {
        enum verdict verdict = entries[i].judgement.verdict;
        if (is_told_before(entries, i) || verdict == VERDICT_UNSAID || verdict == VERDICT_NO_SUCH)
            continue;
        if (!keys.listed && !is_told(&code->found, &entries[i]))
            continue;
        if (verdict == VERDICT_NOT)
            add_not(page, &entries[i], &not_rows);
        else if (top.count < most)
            add_top(page, &entries[i], &top);
        else
            add_rest(page, &entries[i], &rest);
    }
    const struct kb_fact *not_fact = page_fact(&code->found, SECTION_MODIFIERS, "do not fit");
    template_flag(ret, "derived", !keys.listed && code->found.code.status == STATUS_NO_DATA);
    template_list(ret, "top", top);
    template_list(ret, "rest", rest);
    template_list(ret, "not_rows", not_fact ? (struct template_rows){0} : not_rows);
    template_text(ret, "not_text", not_fact ? not_fact->text : NULL);
    template_text(ret, "not_mark", not_fact ? page_cite(page, not_fact->source) : NULL);
    *ret_count = top.count;
    return 0;
}
