/* Which codes are compared, and what marks each of them off from the others. */
#include <string.h>

#include "handlers/rules/difference.h"

enum {
    WORDS_MAX = 60,
    SHARED_LEAST = 3,
    MARK_LEAST = 5,
    SIBLINGS_SHOWN = 7,
    SIBLINGS_READ = 120,
    PARENT_LEAST = 4,
    MINUTES_MAX = 1440,
    THOUSAND = 1000
};

/* ---- which ---- */

static bool is_beside(enum code_system system) { return system == SYSTEM_MOD || system == SYSTEM_POS || system == SYSTEM_REV; }

/* "L89" beside L89.313 and L89.314 names what both stand under. */
static bool is_above_another(const struct inquiry *inquiry, const struct asked_code *code) {
    for (size_t i = 0; i < inquiry->code_count && code->status == STATUS_HEADER; i++) {
        const struct asked_code *other = &inquiry->codes[i];
        if (other->system == code->system && strlen(other->key) > strlen(code->key) && span_starts(span_of(other->key), span_of(code->key)))
            return true;
    }
    return false;
}

static bool is_first(const struct inquiry *inquiry, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (inquiry->codes[i].system == inquiry->codes[at].system && strcmp(inquiry->codes[i].key, inquiry->codes[at].key) == 0)
            return false;
    return true;
}

/* Those that count: each once, no header above another, and procedures without what goes beside them. */
static size_t pick(const struct inquiry *inquiry, bool only_holding, const struct asked_code *ret[static QUESTION_CODES]) {
    size_t main = 0, below = 0, count = 0;
    for (size_t i = 0; i < inquiry->code_count; i++) {
        main += !is_beside(inquiry->codes[i].system) && is_first(inquiry, i);
        below += is_first(inquiry, i) && !is_above_another(inquiry, &inquiry->codes[i]);
    }
    for (size_t i = 0; i < inquiry->code_count && count < QUESTION_CODES; i++) {
        const struct asked_code *code = &inquiry->codes[i];
        bool holds = code->status == STATUS_VALID || code->has_figures;
        if (is_first(inquiry, i) && (main < 2 || !is_beside(code->system)) && (below < 2 || !is_above_another(inquiry, code)) &&
            (holds || !only_holding))
            ret[count++] = code;
    }
    return count;
}

size_t compare_pick(const struct inquiry *inquiry, const struct asked_code *ret[static COMPARED_MAX], size_t *left_out) {
    const struct asked_code *all[QUESTION_CODES];
    size_t count = pick(inquiry, false, all), whole = count;
    if (count > COMPARED_MAX)
        count = pick(inquiry, true, all);
    count = count < COMPARED_MAX ? count : COMPARED_MAX;
    memcpy(ret, all, count * sizeof(const struct asked_code *));
    *left_out = whole - count;
    return count;
}

int compare_begin(struct page *page, const struct inquiry *inquiry, struct comparison *ret, struct why *why) {
    const struct asked_code *codes[COMPARED_MAX];
    *ret = (struct comparison){0};
    size_t count = compare_pick(inquiry, codes, &ret->left_out);
    for (; ret->count < count; ret->count++) {
        struct compared *one = &ret->items[ret->count];
        one->asked = codes[ret->count];
        int failed = page_find(page, one->asked->system, one->asked->key, &one->found, why);
        if (failed)
            return failed;
        one->holds = one->found.code.status == STATUS_VALID || (one->found.code.status == STATUS_NO_DATA && one->found.facts.count > 0);
    }
    return 0;
}

/* ---- where their titles differ ---- */

struct words {
    struct span items[WORDS_MAX];
    size_t count;
};

static struct words split(const char *title) {
    struct words ret = {.count = 0};
    struct span rest = span_of(title), word;
    while (ret.count < WORDS_MAX && span_cut(&rest, ' ', &word))
        if (word.len > 0)
            ret.items[ret.count++] = word;
    return ret;
}

/* A word without the comma behind it. */
static struct span bare(struct span word) {
    while (word.len > 0 && strchr(",;:.", word.ptr[word.len - 1]))
        word.len--;
    return word;
}

static bool all_have(const struct words *titles, size_t count, size_t at, bool from_end) {
    for (size_t i = 0; i < count; i++) {
        if (at >= titles[i].count)
            return false;
        struct span first = bare(titles[0].items[from_end ? titles[0].count - 1 - at : at]);
        if (!span_same(first, bare(titles[i].items[from_end ? titles[i].count - 1 - at : at])))
            return false;
    }
    return true;
}

static size_t shortest(const struct words *titles, size_t count) {
    size_t ret = titles[0].count;
    for (size_t i = 1; i < count; i++)
        ret = titles[i].count < ret ? titles[i].count : ret;
    return ret;
}

static bool ends_in_digit(struct span word) { return word.len > 0 && char_is_digit(word.ptr[word.len - 1]); }

/* "3" and "20-29" say too little, "stage 3", "high complexity" and "20-29 minutes" do not. */
static void widen(const struct words *titles, size_t count, size_t *before, size_t *behind) {
    bool is_short = false;
    for (size_t i = 0; i < count; i++) {
        size_t last = titles[i].count - 1 - *behind;
        is_short = is_short || (last == *before && titles[i].items[last].len < MARK_LEAST) ||
                   (*behind > 0 && ends_in_digit(titles[i].items[last]));
    }
    if (is_short && *behind > 0)
        --*behind;
    else if (is_short && *before > 0)
        --*before;
}

/* What stands in a title between the words that all begin with and those that all end with. */
static bool mark_by_titles(struct page *page, struct compared *const *holding, size_t count) {
    struct words titles[COMPARED_MAX];
    size_t before = 0, behind = 0;
    for (size_t i = 0; i < count; i++) {
        if (!holding[i]->found.code.title || holding[i]->asked->system != holding[0]->asked->system)
            return false;
        titles[i] = split(holding[i]->found.code.title);
    }
    while (all_have(titles, count, before, false))
        before++;
    while (before + behind < shortest(titles, count) && all_have(titles, count, behind, true))
        behind++;
    if (before + behind < SHARED_LEAST || before + behind >= shortest(titles, count))
        return false;
    widen(titles, count, &before, &behind);
    for (size_t i = 0; i < count; i++) {
        const struct span *first = &titles[i].items[before], last = bare(titles[i].items[titles[i].count - 1 - behind]);
        holding[i]->mark = arena_copy(page->arena, (struct span){first->ptr, (size_t)(last.ptr + last.len - first->ptr)});
    }
    return true;
}

/* ---- what one says of the other ---- */

static const char *called_by(const struct compared *one, const struct compared *other) {
    const struct span same = SPAN("the same, ");
    struct page_facts facts = page_facts(&one->found, SECTION_RELATED);
    for (size_t i = 0; i < facts.count; i++) {
        const struct kb_fact *fact = &facts.items[i];
        if (fact->has_related && fact->label && fact->related_system == other->asked->system &&
            strcmp(fact->related_display, other->found.code.display) == 0)
            return span_starts_same(span_of(fact->label), same) ? fact->label + same.len : fact->label;
    }
    return NULL;
}

static bool mark_by_relations(struct compared *const *holding, size_t count) {
    const char *marks[COMPARED_MAX] = {NULL};
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count && !marks[i]; k++)
            marks[i] = k == i ? NULL : called_by(holding[k], holding[i]);
        if (!marks[i])
            return false;
    }
    for (size_t i = 0; i < count; i++)
        holding[i]->mark = marks[i];
    return true;
}

void compare_marks(struct page *page, struct comparison *all) {
    struct compared *holding[COMPARED_MAX];
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i].holds)
            holding[count++] = &all->items[i];
    all->marked = count > 1 && (mark_by_titles(page, holding, count) || mark_by_relations(holding, count));
}

/* ---- by their minutes ---- */

static bool read_minutes(const char *title, long *least, long *most) {
    struct span text = span_of(title), low, range;
    size_t end = span_find(text, SPAN(" minutes")), from = end;
    if (end == SPAN_NONE)
        return false;
    while (from > 0 && text.ptr[from - 1] != ' ')
        from--;
    range = span_slice(text, from, end);
    return span_cut(&range, '-', &low) && span_to_long(low, 0, MINUTES_MAX, least) && span_to_long(range, 0, MINUTES_MAX, most);
}

const struct compared *compare_by_time(const struct question *question, const struct comparison *all, const char **written) {
    const struct asked_amount *time = NULL;
    const struct compared *ret = NULL;
    for (size_t i = 0; i < question->amount_count && !question->amounts_left_out; i++)
        if (question->amounts[i].amount.unit == AMOUNT_MINUTES) {
            if (time)
                return NULL;
            time = &question->amounts[i];
        }
    for (size_t i = 0; time && i < all->count; i++) {
        long least, most, thousandths = time->amount.thousandths;
        if (!read_minutes(all->items[i].found.code.title, &least, &most))
            return NULL;
        if (thousandths >= least * THOUSAND && thousandths < (most + 1) * THOUSAND) {
            if (ret)
                return NULL;
            ret = &all->items[i];
        }
    }
    *written = ret ? time->written : NULL;
    return ret;
}

/* ---- what stands beside them ---- */

static size_t shared_start(const char *a, const char *b) {
    size_t ret = 0;
    while (a[ret] && a[ret] == b[ret])
        ret++;
    return ret;
}

static bool is_sibling(const struct comparison *all, const struct kb_code *code) {
    const char *key = all->items[0].asked->key;
    size_t len = strlen(key);
    if (strlen(code->key) != len || (len == 7 && code->key[6] != key[6]))
        return false;
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->items[i].asked->key, code->key) == 0)
            return false;
    return true;
}

/* The header that all stand below, as a key; false when they share too little. */
static bool find_parent(const struct comparison *all, char ret[static CODE_BYTES]) {
    const char *first = all->items[0].asked->key;
    size_t len = strlen(first);
    size_t shared = len;
    for (size_t i = 0; i < all->count; i++) {
        const char *key = all->items[i].asked->key;
        if (all->items[i].asked->system != SYSTEM_ICD10CM || strlen(key) != len)
            return false;
        size_t same = shared_start(first, key);
        shared = i && same < shared ? same : shared;
    }
    if (shared < PARENT_LEAST || shared >= len)
        return false;
    memcpy(ret, first, shared);
    ret[shared] = '\0';
    return true;
}

int compare_add_siblings(struct page *page, const struct comparison *all, struct template_row *ret, struct why *why) {
    char parent[CODE_BYTES];
    struct kb_codes below = {0};
    struct template_rows rows = {0};
    if (!find_parent(all, parent))
        return 0;
    int failed = kb_children(page->kb, SYSTEM_ICD10CM, parent, page->date, SIBLINGS_READ, page->arena, &below, why);
    if (failed && failed != FAIL_EMPTY)
        return failed;
    for (size_t i = 0; i < below.count; i++)
        if (is_sibling(all, &below.items[i])) {
            struct template_row *row = template_rows_add(&rows, page->arena);
            template_text(row, "other", below.items[i].display);
            template_text(row, "other_title", below.items[i].title);
        }
    template_list(ret, "siblings", rows.count <= SIBLINGS_SHOWN ? rows : (struct template_rows){0});
    return 0;
}
