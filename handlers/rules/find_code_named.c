/* "Is 20680 right, or is there a better one?" and "G0202 is gone: what is it today?": the code that is named, against the words beside it.
 */
#include <string.h>

#include "base/buf.h"
#include "handlers/rules/find_code.h"
#include "handlers/rules/fit.h"

enum { NAMED_CODES = 3, CHILDREN = 64, WORDS_BYTES = 8192 };

static bool may_stand_in(const struct asked_code *code) {
    bool words = code->system == SYSTEM_CPT || code->system == SYSTEM_HCPCS || code->system == SYSTEM_ICD10CM;
    return words && (code->status == STATUS_VALID || code->status == STATUS_HEADER || code->status == STATUS_RETIRED);
}

bool find_code_claims_named(const struct inquiry *inquiry) {
    if (inquiry->intent != INTENT_FIND_CODE || inquiry->code_count > NAMED_CODES || inquiry->words.len == 0)
        return false;
    for (size_t i = 0; i < inquiry->code_count; i++)
        if (!may_stand_in(&inquiry->codes[i]))
            return false;
    return true;
}

/* A question whether it is so; "Is it wrong for ...?" is another. */
static bool begins_with_is(struct span words) {
    enum { FIRST_WORDS = 3 }; /* of the subject may stand before it */
    struct span word = span_of("");
    for (size_t i = 0; i < FIRST_WORDS && !span_is_among(word, "is are does"); i++)
        if (words.len == 0 || !span_cut(&words, ' ', &word))
            return false;
    if (!span_is_among(word, "is are does"))
        return false;
    while (words.len > 0 && span_cut(&words, ' ', &word))
        if (span_is_among(word, "not wrong invalid incorrect or better best instead another"))
            return false;
    return true;
}

/* Is it asked how well the code fits? */
static bool asks_fit(struct span words) {
    for (struct span word; words.len > 0 && span_cut(&words, ' ', &word);)
        if (span_is_among(word, "right correct better best appropriate ok okay proper instead more specific wrong fit fits is"))
            return true;
    return false;
}

static bool is_named(const struct inquiry *inquiry, const struct kb_code *code) {
    for (size_t i = 0; i < inquiry->code_count; i++)
        if (inquiry->codes[i].system == code->system && strcmp(inquiry->codes[i].key, code->key) == 0)
            return true;
    return false;
}

static bool is_below(const struct kb_code *code, const struct asked_code *header) {
    size_t len = strlen(header->key);
    return code->system == header->system && strlen(code->key) > len && strncmp(code->key, header->key, len) == 0;
}

/* What the code was called finds what came after it, and what is below it, beside the asker's words. */
static struct inquiry with_title(const struct inquiry *inquiry, const struct kb_code *code, struct arena *arena) {
    struct inquiry ret = *inquiry;
    const char *title = code->title ? code->title : "";
    struct span words = span_slice(inquiry->words, 0, WORDS_BYTES);
    const char *text = code->status == STATUS_RETIRED ? title : arena_printf(arena, "%s %.*s", title, SPAN_ARG(words));
    ret.words = span_of(text);
    ret.codes = NULL;
    ret.code_count = 0;
    return ret;
}

/* "And on the left side?": what was named before, with the side that is asked now. */
static struct inquiry with_side(const struct inquiry *inquiry, const struct kb_code *code, struct arena *arena) {
    struct inquiry ret = *inquiry;
    struct buf text;
    struct span rest = span_of(code->title), word;
    bool left = span_find_same(inquiry->words, SPAN("left")) != SPAN_NONE,
         right = span_find_same(inquiry->words, SPAN("right")) != SPAN_NONE;
    buf_init(&text, WORDS_BYTES);
    while (rest.len > 0 && span_cut(&rest, ' ', &word)) {
        bool side = span_same(word, SPAN("left")) || span_same(word, SPAN("right"));
        buf_printf(&text, "%s%.*s", text.len ? " " : "", SPAN_ARG(!side || left == right ? word : left ? SPAN("left") : SPAN("right")));
    }
    ret.words = span_of(text.len ? buf_keep(&text, arena) : "");
    buf_free(&text);
    return ret;
}

static unsigned systems_beside(enum code_system system) {
    return page_is_procedure(system) ? 1u << SYSTEM_CPT | 1u << SYSTEM_HCPCS : 1u << system;
}

/* Without those that are named; below a header only what is below it. */
static void leave_out(const struct inquiry *inquiry, const struct asked_code *named, struct page_hits *found) {
    size_t kept = 0;
    for (size_t i = 0; i < found->hits.count; i++) {
        const struct kb_code *code = &found->hits.items[i].code;
        if (named->status == STATUS_HEADER ? !is_below(code, named) : is_named(inquiry, code))
            found->clear = found->clear && i > 0;
        else
            found->hits.items[kept++] = found->hits.items[i];
    }
    found->hits.count = kept;
    found->clear = kept > 0 && (found->clear || (named->status == STATUS_HEADER && kept == 1 && found->covers));
}

struct finding {
    struct page_hits hits;
    bool fits; /* the code that was named is the one for the words */
};

/* Has the code words of the asker's that the header above it has not? */
static bool says_more(const struct inquiry *inquiry, const struct kb_code *code, const struct kb_code *header, struct arena *arena) {
    return fit_count(inquiry->words, span_of(code->title), arena) > fit_count(inquiry->words, span_of(header->title), arena);
}

/* The one code below a header whose title has more of the asker's words than the others', those of the header aside. */
static int find_below(struct page *page, const struct inquiry *inquiry, const struct kb_code *header, struct page_hits *ret,
                      struct why *why) {
    struct kb_codes children;
    size_t most = 0, at = 0, with_most = 0;
    int failed = kb_children(page->kb, header->system, header->key, page->date, CHILDREN, page->arena, &children, why);
    if (failed)
        return failed;
    ret->clear = false;
    size_t above = fit_count(inquiry->words, span_of(header->title), page->arena);
    for (size_t i = 0; i < children.count; i++) {
        size_t count = fit_count(inquiry->words, span_of(children.items[i].title), page->arena);
        with_most = count > most ? 1 : with_most + (count == most);
        at = count > most ? i : at;
        most = count > most ? count : most;
    }
    if (most <= above || with_most != 1)
        return 0;
    struct kb_hit *hit = arena_alloc(page->arena, sizeof *hit);
    *hit = (struct kb_hit){.code = children.items[at], .because = ""};
    *ret = (struct page_hits){.hits = {hit, 1}, .covers = true, .clear = true};
    return 0;
}

/* "Is S82.251A a right tibia?": its title says all that is asked, so that no other code can be better by these words. */
static bool is_told_by(struct page *page, const struct inquiry *inquiry, const struct kb_code *code) {
    const struct fit_wanted wanted = fit_read(page->kb, inquiry->words, page->arena);
    const struct fit fit = fit_of(page->kb, &wanted, &(struct kb_hit){.code = *code, .because = ""}, NULL);
    return inquiry->code_count == 1 && begins_with_is(inquiry->words) && fit.telling > 0 && fit.covered == fit.telling && !fit.against;
}

static int find_beside(struct page *page, const struct inquiry *inquiry, const struct page_asked *asked, struct finding *ret,
                       struct why *why) {
    const struct kb_code *code = &asked->found.code;
    bool holds = code->status == STATUS_VALID;
    struct inquiry wanted = holds ? *inquiry : with_title(inquiry, code, page->arena);
    if (holds && page->question->from_thread && code->system == SYSTEM_ICD10CM)
        wanted = with_side(inquiry, code, page->arena);
    *ret = (struct finding){.fits = holds && is_told_by(page, inquiry, code)};
    if (ret->fits || (code->status == STATUS_RETIRED && code->successor))
        return 0;
    int failed = page_find_hits(page, &wanted, systems_beside(code->system), HITS_GOOD, &ret->hits, why);
    if (failed && failed != FAIL_EMPTY)
        return failed;
    ret->fits = !failed && holds && ret->hits.clear && is_named(inquiry, &ret->hits.hits.items[0].code);
    if (!ret->fits)
        leave_out(inquiry, asked->asked, &ret->hits);
    if (code->status == STATUS_RETIRED) /* what is like it need not be what came after it */
        ret->hits.clear = false;
    if (code->status == STATUS_HEADER && !(ret->hits.clear && says_more(inquiry, &ret->hits.hits.items[0].code, code, page->arena)))
        return find_below(page, inquiry, code, &ret->hits, why);
    return 0;
}

/* The code that took the place of one that has ended, where a file says so; NULL: none does. */
static const struct kb_code *successor_of(struct page *page, const struct kb_code *code) {
    struct kb_code *ret = arena_alloc(page->arena, sizeof *ret);
    unsigned systems =
        code->status == STATUS_RETIRED && code->successor ? kb_systems_of(page->kb, span_of(code->successor), page->date) : 0;
    for (int system = 0; system < SYSTEM_COUNT; system++) {
        char key[CODE_BYTES];
        if (!(systems & 1u << system))
            continue;
        system_key((enum code_system)system, span_of(code->successor), key);
        return kb_lookup(page->kb, (enum code_system)system, key, page->date, page->arena, ret, NULL) ? NULL : ret;
    }
    return NULL;
}

static const char *about(const struct inquiry *inquiry, struct arena *arena) {
    return arena_printf(arena, "%s, or a better code", inquiry->codes[0].display);
}

static void describe(struct page *page, const struct inquiry *inquiry, const struct page_asked *asked, const struct finding *finding,
                     struct template_row *row) {
    const struct page_hits *hits = &finding->hits;
    bool holds = asked->found.code.status == STATUS_VALID;
    template_text(row, "named_first", asked->asked->display);
    template_flag(row, "fits", finding->fits);
    template_flag(row, "yes", finding->fits && begins_with_is(inquiry->words));
    template_flag(row, "several", inquiry->code_count > 1);
    template_flag(row, "below", asked->found.code.status == STATUS_HEADER);
    template_flag(row, "ask_words", asked->found.code.status == STATUS_HEADER && !hits->clear);
    template_flag(row, "after", asked->found.code.status == STATUS_RETIRED);
    const struct kb_code *code = &asked->found.code;
    bool worth = hits->hits.count > 0 && (hits->covers || says_more(inquiry, &hits->hits.items[0].code, code, page->arena));
    template_flag(row, "open", holds && !finding->fits && !hits->clear && (worth || asks_fit(inquiry->words)));
    if (!finding->fits && worth && code->status != STATUS_HEADER)
        page_list_hits(page, hits, hits->clear ? 1 : 0, row);
}

/* The code that the question turns on: the first that does not hold, else the first. */
static const struct page_asked *turning_on(const struct page_asked *asked, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (asked[i].found.code.status != STATUS_VALID)
            return &asked[i];
    return asked;
}

/* What else helps: the codes beside it, and of one that has ended what is told of its end. */
static const char *sections(struct page *page, const struct page_asked *asked) {
    unsigned plain = asked->found.code.status == STATUS_RETIRED ? SECTION_BIT(SECTION_PLAIN) : 0;
    return page_sections(page, &asked->found, &(struct page_view){.set = plain | SECTION_BIT(SECTION_RELATED), .most = PAGE_HITS});
}

int find_code_named(struct page *page, const struct inquiry *inquiry, struct part *ret, struct why *why) {
    struct template_row row = template_row_new(page->arena);
    struct template_rows codes = {0};
    struct page_asked *asked;
    struct finding finding = {0};
    int failed = page_find_asked(page, inquiry, &asked, why);
    if (!failed)
        failed = page_add_asked(page, asked, inquiry->code_count, &codes, why);
    if (!failed)
        failed = find_beside(page, inquiry, turning_on(asked, inquiry->code_count), &finding, why);
    bool better = !failed && finding.hits.clear && !finding.fits;
    if (better)
        failed = find_code_add_best(page, inquiry, &finding.hits.hits.items[0], &row, why);
    if (failed)
        return failed;
    const struct page_asked *focus = turning_on(asked, inquiry->code_count);
    template_list(&row, "codes", codes);
    describe(page, inquiry, focus, &finding, &row);
    if (!better)
        template_markup(&row, "related", sections(page, focus));
    const struct kb_code *successor = successor_of(page, &focus->found.code);
    *ret = (struct part){.about = about(inquiry, page->arena),
                         .action = ACTION_ANSWER,
                         .reason = finding.fits ? "the code named fits the words"
                                   : better     ? "another code fits the words"
                                   : successor  ? "the code named has a successor"
                                                : "the code named, and its neighbours",
                         .confidence = finding.fits || better || successor ? CONFIDENCE_VERDICT : CONFIDENCE_PARTLY,
                         .named = better ? &finding.hits.hits.items[0].code : successor};
    part_write(page, "find_code_named", &row, ret);
    return 0;
}
