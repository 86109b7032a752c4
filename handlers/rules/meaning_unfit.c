/* Codes that do not hold on the day: what files say of them all the same, and which codes there are in their place. */
#include <string.h>

#include "handlers/rules/meaning.h"
#include "kb/words.h"

enum { OTHERS_READ = 400, OTHERS_SHOWN = 8, OTHERS_OF_MANY = 6, MANY = 12, CATEGORY = 3, WHOLE = 7, WHOLE_SCHEDULE = 10000 };

/* ---- the codes below a header ---- */

struct others {
    struct kb_codes codes;
    int scores[OTHERS_READ];
};

static bool says_no_more(struct span words) {
    static const char *const signs[] = {"nothing", "unspecified", "nos", "unknown"};
    struct span word;
    while (words_next(&words, &word))
        for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
            if (span_same(word, span_of(signs[i])))
                return true;
    return false;
}

/* Side, encounter and kind that the asker names, or that there is no more to name; then the seventh character of the code asked. */
static int score_of(const struct page_ranking *ranking, const char *asked_key, const struct kb_code *code) {
    size_t len = strlen(asked_key);
    bool same_seventh = len == WHOLE && strlen(code->key) == WHOLE && asked_key[len - 1] == code->key[len - 1];
    bool unspecified = span_ends_same(span_of(code->title), SPAN(", unspecified")) && says_no_more(ranking->inquiry->words);
    return (int)kb_terms_found(&ranking->terms, code->title) * 2 + unspecified * 3 + same_seventh;
}

static void sort(struct others *others) {
    for (size_t i = 1; i < others->codes.count; i++) {
        struct kb_code code = others->codes.items[i];
        int score = others->scores[i];
        size_t at = i;
        for (; at > 0 && others->scores[at - 1] < score; at--) {
            others->codes.items[at] = others->codes.items[at - 1];
            others->scores[at] = others->scores[at - 1];
        }
        others->codes.items[at] = code;
        others->scores[at] = score;
    }
}

/* Of many only some: nobody reads on to the end. */
static size_t count_shown(const struct kb_codes *codes) {
    size_t most = codes->count > MANY ? OTHERS_OF_MANY : OTHERS_SHOWN;
    return codes->count < most ? codes->count : most;
}

static void list(struct page *page, const struct kb_codes *codes, struct template_row *ret) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < count_shown(codes); i++) {
        struct template_row *row = template_rows_add(&rows, page->arena);
        template_text(row, "other", codes->items[i].display);
        template_text(row, "other_title", codes->items[i].title);
        template_text(row, "other_mark", page_cite(page, codes->items[i].source));
    }
    template_list(ret, "below", rows);
}

static int add_below(struct page *page, const struct inquiry *inquiry, const struct kb_code *header, const char *asked_key,
                     struct template_row *ret, struct why *why) {
    struct others *others = arena_alloc(page->arena, sizeof *others);
    struct page_ranking ranking;
    int failed = kb_children(page->kb, header->system, header->key, page->date, OTHERS_READ, page->arena, &others->codes, why);
    if (!failed)
        failed = page_rank_begin(page, inquiry, &ranking, why);
    if (failed)
        return failed == FAIL_EMPTY ? 0 : failed;
    for (size_t i = 0; i < others->codes.count; i++)
        others->scores[i] = score_of(&ranking, asked_key, &others->codes.items[i]);
    sort(others);
    list(page, &others->codes, ret);
    template_text(ret, "below_what", header->display);
    template_text(ret, "below_title", header->title);
    size_t more = others->codes.count - count_shown(&others->codes);
    const char *at_least = others->codes.count == OTHERS_READ ? "at least " : "";
    template_text(ret, "more_below", more > 0 ? arena_printf(page->arena, "%s%zu more", at_least, more) : NULL);
    return 0;
}

/* The nearest header above a diagnosis that does not exist. FAIL_EMPTY: there is none. */
static int find_stem(struct page *page, const struct kb_code *code, struct kb_code *ret, struct why *why) {
    char key[CODE_BYTES];
    if (code->system != SYSTEM_ICD10CM)
        return FAIL_EMPTY;
    memcpy(key, code->key, strlen(code->key) + 1);
    for (size_t len = strlen(key); len-- > CATEGORY;) {
        key[len] = '\0';
        int failed = kb_lookup(page->kb, SYSTEM_ICD10CM, key, page->date, page->arena, ret, why);
        if (failed)
            return failed;
        if (ret->status == STATUS_HEADER)
            return 0;
    }
    return FAIL_EMPTY;
}

static int add_others(struct page *page, const struct inquiry *inquiry, const struct kb_code *code, struct template_row *ret, struct why *why) {
    struct kb_code stem;
    if (code->status == STATUS_HEADER)
        return add_below(page, inquiry, code, code->key, ret, why);
    if (code->status != STATUS_UNKNOWN && code->status != STATUS_NO_DATA)
        return 0;
    int failed = find_stem(page, code, &stem, why);
    if (!failed)
        return add_below(page, inquiry, &stem, code->key, ret, why);
    return failed == FAIL_EMPTY ? 0 : failed;
}

/* ---- what else is known of it ---- */

/* D and four digits: the form of the dental codes, which stand in no file of HCPCS. */
static bool is_dental(const struct kb_code *code) {
    return code->system == SYSTEM_HCPCS && code->key[0] == 'D' && code->status != STATUS_VALID && code->status != STATUS_RETIRED;
}

static int add_place(struct page *page, const struct kb_code *code, struct template_row *ret, bool *told, struct why *why) {
    struct kb_code place;
    if (code->system != SYSTEM_MOD || !system_fits(SYSTEM_POS, span_of(code->key)))
        return 0;
    int failed = kb_lookup(page->kb, SYSTEM_POS, code->key, page->date, page->arena, &place, why);
    if (failed || place.status != STATUS_VALID)
        return failed == FAIL_EMPTY ? 0 : failed;
    *told = true;
    template_text(ret, "place", place.title);
    template_text(ret, "place_mark", page_cite(page, place.source));
    return 0;
}

/* Behind the last day of the newest complete edition nothing is certain; but a code that it did not hold is one to doubt. */
static int add_ended(struct page *page, const struct kb_code *code, struct template_row *ret, bool *told, struct why *why) {
    struct kb_editions editions;
    const struct kb_edition *newest = NULL;
    struct kb_code then;
    int failed = kb_editions(page->kb, page->arena, &editions, why);
    for (size_t i = 0; !failed && i < editions.count; i++) {
        const struct kb_edition *edition = &editions.items[i];
        if (edition->system == code->system && edition->complete && date_compare(edition->valid_to, page->date) < 0 &&
            (!newest || date_compare(newest->valid_to, edition->valid_to) < 0))
            newest = edition;
    }
    if (failed || !newest)
        return failed;
    failed = kb_lookup(page->kb, code->system, code->key, newest->valid_to, page->arena, &then, why);
    if (failed || then.status != STATUS_UNKNOWN)
        return failed;
    *told = true;
    template_text(ret, "ended", newest->name);
    template_text(ret, "ended_on", newest->valid_to.iso);
    template_text(ret, "ended_mark", page_cite(page, newest->source));
    return 0;
}

/* A whole fee schedule holds nearly every CPT code that there is. */
static int add_unlisted(struct page *page, const struct kb_code *code, bool has_facts, struct template_row *ret, bool *told, struct why *why) {
    struct kb_sets sets;
    const struct kb_set *schedule = NULL;
    if (code->system != SYSTEM_CPT)
        return 0;
    int failed = kb_sets(page->kb, page->arena, &sets, why);
    for (size_t i = 0; !failed && i < sets.count; i++)
        if (strcmp(sets.items[i].kind, "rvu") == 0 && sets.items[i].rows >= WHOLE_SCHEDULE && date_compare(sets.items[i].valid_from, page->date) <= 0)
            schedule = &sets.items[i];
    if (failed || !schedule)
        return failed;
    *told = true;
    template_flag(ret, "named_before", code->status == STATUS_NO_DATA && has_facts);
    template_text(ret, "unlisted", schedule->source->edition);
    template_text(ret, "unlisted_mark", page_cite(page, schedule->source));
    return 0;
}

static const char *label_of(const struct page *page, const struct kb_fact *fact) {
    enum { YEAR_LEN = 4 };
    const char *label = page_capitalised(fact->label, page->arena);
    return fact->ended ? arena_printf(page->arena, "%s (figures of %.*s)", label, YEAR_LEN, fact->valid_to.iso) : label;
}

/* Figures of a code that nobody here describes. False: there are none. */
static bool add_figures(struct page *page, const struct page_code *found, struct template_row *ret) {
    static const struct {
        enum kb_section section;
        const char *label;
    } wanted[] = {
        {SECTION_FEE, "status"},   {SECTION_FEE, "global days"},   {SECTION_FEE, "total RVU, non-facility"}, {SECTION_FEE, "total RVU, facility"},
        {SECTION_UNITS, "MUE"},    {SECTION_UNITS, "MAI"},         {SECTION_RELATED, "add-on"},              {SECTION_RELATED, "primary code"},
        {SECTION_FEE, "hospital outpatient status indicator"},
    };
    struct template_rows rows = {0};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const struct kb_fact *fact = page_fact(found, wanted[i].section, wanted[i].label);
        if (!fact)
            continue;
        struct template_row *row = template_rows_add(&rows, page->arena);
        template_text(row, "label", label_of(page, fact));
        template_text(row, "value", fact->value);
        template_text(row, "text", fact->text);
        template_text(row, "related", fact->has_related ? fact->related_display : NULL);
        template_text(row, "related_title", fact->has_related ? fact->related_title : NULL);
        template_flag(row, "named", fact->has_related || fact->value);
        template_text(row, "mark", page_cite(page, fact->source));
    }
    template_list(ret, "figures", rows);
    return rows.count > 0;
}

/* ---- a code that is gone ---- */

static bool same_family(const struct page_code *found, const struct page_code *other, const char **family) {
    const struct kb_fact *own = page_fact(found, SECTION_SERVICE, "RBCS family"), *its = page_fact(other, SECTION_SERVICE, "RBCS family");
    *family = own ? own->value : NULL;
    return own && its && own->value && its->value && strcmp(own->value, its->value) == 0;
}

/* Numbers alone make no code like one that was real: only those that CMS counts among its family are named. */
static int add_family(struct page *page, const struct page_code *found, struct template_row *ret, struct why *why) {
    struct template_rows rows = {0};
    struct kb_codes near;
    const char *family = NULL;
    int failed = kb_neighbours(page->kb, found->code.system, found->code.key, page->date, PAGE_NEIGHBOURS, page->arena, &near, why);
    for (size_t i = 0; !failed && i < near.count; i++) {
        struct page_code other;
        failed = page_find(page, near.items[i].system, near.items[i].key, &other, why);
        if (failed || !same_family(found, &other, &family))
            continue;
        struct template_row *row = template_rows_add(&rows, page->arena);
        template_text(row, "other", near.items[i].display);
        template_text(row, "other_title", near.items[i].title);
        template_text(row, "other_mark", page_cite(page, near.items[i].source));
    }
    template_flag(ret, "was_real", true);
    template_text(ret, "family_name", family);
    template_list(ret, "family_codes", rows);
    return failed == FAIL_EMPTY ? 0 : failed;
}

/* What files without a complete list say of it. */
static int add_traces(struct page *page, const struct page_code *found, struct template_row *ret, bool *told, struct why *why) {
    int failed = add_ended(page, &found->code, ret, told, why);
    if (failed || *told)
        return failed;
    failed = add_unlisted(page, &found->code, found->facts.count > 0, ret, told, why);
    return failed || !*told || found->facts.count == 0 ? failed : add_family(page, found, ret, why);
}

static int add_doubtful(struct page *page, const struct inquiry *inquiry, const struct page_code *found, struct template_row *ret, bool *told,
                        struct why *why) {
    const struct kb_code *code = &found->code;
    bool no_data = code->status == STATUS_NO_DATA;
    int failed = 0;
    if (no_data || code->status == STATUS_UNKNOWN)
        failed = add_place(page, code, ret, told, why);
    if (!failed && no_data && !*told)
        failed = add_traces(page, found, ret, told, why);
    if (!failed && code->status == STATUS_RETIRED && !code->title)
        failed = add_family(page, found, ret, why);
    *told = *told || found->facts.count > 0;
    return failed ? failed : add_others(page, inquiry, code, ret, why);
}

int meaning_add_unfit(struct page *page, const struct inquiry *inquiry, const struct page_asked *asked, struct template_row *ret, enum unfit *unfit,
                      struct why *why) {
    const struct kb_code *code = &asked->found.code;
    bool no_data = code->status == STATUS_NO_DATA, dental = is_dental(code);
    bool told = !no_data;
    int failed = 0;
    *unfit = UNFIT_TOLD;
    if (code->status == STATUS_VALID)
        return 0;
    if (no_data && add_figures(page, &asked->found, ret)) {
        template_flag(ret, "dental", dental);
        *unfit = dental ? UNFIT_TOLD : UNFIT_FIGURES;
        return 0;
    }
    if (dental) {
        template_flag(ret, "dental", true);
        return 0;
    }
    failed = add_doubtful(page, inquiry, &asked->found, ret, &told, why);
    *unfit = told ? UNFIT_TOLD : UNFIT_UNTOLD;
    return failed;
}
