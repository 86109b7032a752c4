/* Add-on codes among the procedures: they are paid beside a primary code alone. */
#include "handlers/rules/pairs.h"

#include <string.h>

#include "base/buf.h"
#include "handlers/rules/modifier.h"
#include "kb/figures.h"

/* An extract of the official file holds fewer rows, and the seed names none. */
enum { WHOLE_FILE_ROWS = 3000 };

enum { PRIMARIES_SHOWN = 6, LIST_BYTES = 256, PROCEDURE_LEN = 5 };

static bool is_digits(const char *text, size_t len) {
    for (size_t i = 0; i < len; i++)
        if (!char_is_digit(text[i]))
            return false;
    return true;
}

/* "20600-20611" at this place, with the code between the two. */
static bool is_in_range(const char *text, const char *at, const char *code) {
    if (strlen(code) != PROCEDURE_LEN || !is_digits(code, PROCEDURE_LEN) || (at > text && char_is_alnum(at[-1])))
        return false;
    if (!is_digits(at, PROCEDURE_LEN) || at[PROCEDURE_LEN] != '-' || !is_digits(at + PROCEDURE_LEN + 1, PROCEDURE_LEN) ||
        char_is_alnum(at[2 * PROCEDURE_LEN + 1]))
        return false;
    return strncmp(at, code, PROCEDURE_LEN) <= 0 && strncmp(code, at + PROCEDURE_LEN + 1, PROCEDURE_LEN) <= 0;
}

bool pairs_names(const char *text, const char *code) {
    size_t len = strlen(code);
    for (const char *at = text; at && *at; at++) {
        bool itself = strncmp(at, code, len) == 0 && (at == text || !char_is_alnum(at[-1])) && !char_is_alnum(at[len]);
        if (itself || (char_is_digit(*at) && is_in_range(text, at, code)))
            return true;
    }
    return false;
}

static bool tells_primary(const struct kb_fact *fact) {
    return fact->section == SECTION_RELATED && fact->label &&
           (strcmp(fact->label, "primary code") == 0 || strcmp(fact->label, "add-on to") == 0);
}

static bool is_primary(const struct kb_fact *fact, const struct kb_code *code) {
    return (fact->has_related && fact->related_system == code->system && strcmp(fact->related_display, code->display) == 0) ||
           pairs_names(fact->text, code->display);
}

static const struct page_asked *primary_among(const struct kb_fact *fact, const struct page_asked *of, const struct page_asked *codes,
                                              size_t count) {
    for (size_t i = 0; i < count; i++)
        if (&codes[i] != of && page_is_procedure(codes[i].found.code.system) && is_primary(fact, &codes[i].found.code))
            return &codes[i];
    return NULL;
}

static bool is_said(const char *list, const char *code) { return pairs_names(list, code); }

static void take_fact(const struct kb_fact *fact, const struct page_asked *codes, size_t count, struct buf *list, size_t *shown,
                      struct add_on *ret) {
    if (!ret->primary && (ret->primary = primary_among(fact, ret->of, codes, count)))
        ret->source = fact->source;
    ret->source = ret->source ? ret->source : fact->source;
    ret->any_primary = ret->any_primary || (!fact->has_related && fact->text && strstr(fact->text, "Any primary code"));
    if (!fact->has_related || is_said(list->ptr, fact->related_display))
        return;
    if (*shown == PRIMARIES_SHOWN)
        ret->more++;
    else
        buf_printf(list, "%s%s", (*shown)++ ? ", " : "", fact->related_display);
}

static bool find_one(struct page *page, const struct page_asked *of, const struct page_asked *codes, size_t count, struct add_on *ret) {
    const char *global = pairs_global(&of->found);
    bool told = global && strcmp(global, "ZZZ") == 0;
    struct page_facts facts = page_facts(&of->found, SECTION_RELATED);
    struct buf list;
    size_t shown = 0;
    buf_init(&list, LIST_BYTES);
    *ret = (struct add_on){.of = of};
    for (size_t i = 0; i < facts.count; i++)
        if (tells_primary(&facts.items[i])) {
            take_fact(&facts.items[i], codes, count, &list, &shown, ret);
            told = true;
        }
    ret->list = shown ? arena_copy(page->arena, buf_span(&list)) : NULL;
    buf_free(&list);
    return told;
}

static int find_file(struct page *page, bool *ret_whole, struct why *why) {
    struct kb_sets sets = {0};
    int failed = kb_sets(page->kb, page->arena, &sets, why);
    *ret_whole = false;
    for (size_t i = 0; i < sets.count; i++)
        *ret_whole = *ret_whole || (strcmp(sets.items[i].kind, "add-on") == 0 && sets.items[i].rows >= WHOLE_FILE_ROWS);
    return failed == FAIL_EMPTY ? 0 : failed;
}

int add_ons_find(struct page *page, const struct page_asked *codes, size_t count, struct add_ons *ret, struct why *why) {
    *ret = (struct add_ons){.items = arena_array(page->arena, count, sizeof *ret->items)};
    for (size_t i = 0; i < count; i++)
        if (pairs_can(&codes[i]) && find_one(page, &codes[i], codes, count, &ret->items[ret->count]))
            ret->count++;
    return ret->count ? find_file(page, &ret->whole, why) : 0;
}

void add_ons_add_fields(struct page *page, const struct add_ons *add_ons, const struct add_on *add_on, struct template_row *ret) {
    template_flag(ret, "some_primaries", !add_ons->whole);
    template_text(ret, "primary", add_on->primary ? add_on->primary->found.code.display : NULL);
    template_flag(ret, "any_primary", !add_on->primary && add_on->any_primary);
    template_text(ret, "primaries", add_on->primary ? NULL : add_on->list);
    template_text(ret, "more_primaries", add_on->more ? arena_printf(page->arena, "%zu", add_on->more) : NULL);
    template_text(ret, "add_on_file", add_on->source ? add_on->source->edition : NULL);
    template_text(ret, "add_on_mark", page_cite(page, add_on->source));
}

static bool want_the_same(const struct add_on *a, const struct add_on *b) {
    return !a->primary && !b->primary && a->any_primary == b->any_primary && a->more == b->more && (a->list == NULL) == (b->list == NULL) &&
           (!a->list || strcmp(a->list, b->list) == 0);
}

/* "20936, 20937 and 20938": those that want the same are told in one line, at the first of them. NULL: told before. */
static const char *names_of(struct page *page, const struct add_ons *add_ons, size_t at, bool *ret_several) {
    const char *ret = add_ons->items[at].of->found.code.display;
    size_t last = at;
    for (size_t i = 0; i < add_ons->count; i++)
        if (want_the_same(&add_ons->items[i], &add_ons->items[at])) {
            if (i < at)
                return NULL;
            last = i;
        }
    for (size_t i = at + 1; i <= last; i++)
        if (want_the_same(&add_ons->items[i], &add_ons->items[at]))
            ret = arena_printf(page->arena, "%s%s%s", ret, i == last ? " and " : ", ", add_ons->items[i].of->found.code.display);
    *ret_several = last > at;
    return ret;
}

void add_ons_list(struct page *page, const struct add_ons *add_ons, struct template_row *ret) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < add_ons->count; i++) {
        bool several = false;
        const char *names = names_of(page, add_ons, i, &several);
        if (!names)
            continue;
        struct template_row *row = template_rows_add(&rows, page->arena);
        add_ons_add_fields(page, add_ons, &add_ons->items[i], row);
        template_text(row, "add_on", names);
        template_flag(row, "add_ons_several", several);
    }
    template_list(ret, "add_ons", rows);
}

/* Those that go with a primary code: "22614, 22853, ...". */
static void list_added(struct page *page, const struct page_code *primary, struct template_row *ret) {
    struct page_facts facts = page_facts(primary, SECTION_RELATED);
    const struct kb_source *source = NULL;
    struct buf list;
    size_t shown = 0, more = 0;
    buf_init(&list, LIST_BYTES);
    for (size_t i = 0; i < facts.count; i++) {
        const struct kb_fact *fact = &facts.items[i];
        if (!fact->has_related || !fact->label || strcmp(fact->label, "add-on") != 0 || is_said(list.ptr, fact->related_display))
            continue;
        source = fact->source;
        if (shown == PRIMARIES_SHOWN)
            more++;
        else
            buf_printf(&list, "%s%s", shown++ ? ", " : "", fact->related_display);
    }
    template_text(ret, "added", shown ? arena_copy(page->arena, buf_span(&list)) : NULL);
    template_text(ret, "more_added", more ? arena_printf(page->arena, "%zu", more) : NULL);
    template_text(ret, "added_mark", page_cite(page, source));
    buf_free(&list);
}

int add_ons_answer(struct page *page, const struct page_asked *code, const struct add_ons *add_ons, struct template_row *ret, struct why *why) {
    const struct kb_fact *days = page_fact(&code->found, SECTION_FEE, name_text(figure_labels, FIGURE_GLOBAL));
    bool whole, surgery = days && days->value && modifier_is_one_of(days->value, "000 010 090");
    int failed = find_file(page, &whole, why);
    if (failed)
        return failed;
    add_ons_list(page, add_ons, ret);
    template_text(ret, "code", code->found.code.display);
    template_flag(ret, "no_add_on", add_ons->count == 0 && (whole || surgery));
    template_flag(ret, "not_listed", whole);
    template_text(ret, "global", surgery ? days->value : NULL);
    template_text(ret, "global_mark", surgery ? page_cite(page, days->source) : NULL);
    if (add_ons->count == 0)
        list_added(page, &code->found, ret);
    return 0;
}
