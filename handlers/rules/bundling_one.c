#include "handlers/rules/bundling.h"

#include <string.h>

#include "base/buf.h"
#include "kb/relevance.h"

enum {
    HITS_LOOKED_AT = 24,
    SERVICES_MAX = 3,
    NEAR_MAX = 5,
    SAID_MAX = 3,
    GENERAL_MAX = 5,
    FACTS_LOOKED_AT = 256,
    QUERY_BYTES = 2048,
    EDITS_COUNTED = 50,
};

struct one {
    struct page *page;
    const struct page_asked *code;
    struct span words; /* the asker's without those that only say that bundling is asked */
    struct kb_terms terms;
    const char *named; /* its name before what is said of it; NULL: it is the only one */
};

/* ---- the words ---- */

/* Every question about bundling has them, and so have many facts. */
static bool asks_only(struct span word) {
    static const char *const words[] = {"inclu",   "bundl",  "unbund", "inside", "separat", "together", "bill",   "report",  "paid",   "pay",
                                        "code",    "charge", "add",    "allow",  "part",    "also",     "extra",  "ncci",    "edit",   "cover",
                                        "contain", "belong", "with",   "same",   "global",  "package",  "surgery", "day",     "what",   "does",
                                        "procedure", "multiple", "session", "claim",  "denied",  "denial",   "payer"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_starts_same(word, span_of(words[i])))
            return true;
    return false;
}

static struct span words_of(const struct inquiry *inquiry, struct arena *arena) {
    struct buf words;
    struct span rest = inquiry->words, word;
    buf_init(&words, QUERY_BYTES);
    while (span_cut(&rest, ' ', &word))
        if (word.len > 2 && !asks_only(word)) {
            buf_text(&words, words.len ? " " : "");
            buf_add(&words, word);
        }
    const char *ret = words.len ? buf_keep(&words, arena) : "";
    buf_free(&words);
    return span_of(ret);
}

/* ---- the service that the words mean ---- */

struct service {
    struct page_asked asked;
    struct pair pair;
    size_t terms;
};

static bool is_same(const struct kb_code *a, const struct kb_code *b) { return a->system == b->system && strcmp(a->key, b->key) == 0; }

static void rank_in(struct service *services, size_t *count, const struct service *service) {
    size_t at = *count < SERVICES_MAX ? (*count)++ : SERVICES_MAX;
    while (at > 0 && services[at - 1].terms < service->terms) {
        if (at < SERVICES_MAX)
            services[at] = services[at - 1];
        at--;
    }
    if (at < SERVICES_MAX)
        services[at] = *service;
}

/* The hits of a search for the words that are held back beside the code, those whose titles hold most of the words first. */
static int find_services(struct one *one, struct service *ret, size_t *ret_count, struct why *why) {
    struct page *page = one->page;
    struct kb_hits hits = {0};
    *ret_count = 0;
    if (one->terms.count == 0)
        return 0;
    int failed = kb_search(page->kb, one->words, PROCEDURE_SYSTEMS, page->date, HITS_LOOKED_AT, page->arena, &hits, why);
    if (failed)
        return failed == FAIL_EMPTY ? 0 : failed;
    for (size_t i = 0; i < hits.count; i++) {
        struct service service = {.terms = kb_terms_found(&one->terms, hits.items[i].code.title)};
        struct asked_code *asked = arena_alloc(page->arena, sizeof *asked);
        if (service.terms * 2 <= one->terms.count || is_same(&hits.items[i].code, &one->code->found.code))
            continue;
        *asked = (struct asked_code){.system = hits.items[i].code.system, .status = hits.items[i].code.status};
        service.asked.asked = asked;
        failed = page_find(page, hits.items[i].code.system, hits.items[i].code.key, &service.asked.found, why);
        if (failed)
            return failed;
        struct page_asked *found = arena_alloc(page->arena, sizeof *found);
        *found = service.asked;
        failed = pairs_can(found) ? pairs_between(page, one->code, found, &service.pair, why) : FAIL_EMPTY;
        if (failed && failed != FAIL_EMPTY)
            return failed;
        if (!failed && service.pair.column_1 == one->code)
            rank_in(ret, ret_count, &service);
    }
    return 0;
}

static bool all_held_back(const struct service *services, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (services[i].pair.state == PAIR_OVER)
            return false;
    return count > 0;
}

static void add_services(struct one *one, const struct service *services, size_t count, bool clear, struct template_row *ret) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < count && (i == 0 || !clear); i++) {
        struct template_row *row = template_rows_add(&rows, one->page->arena);
        const struct kb_code *code = &services[i].asked.found.code;
        one->page->own_words = one->page->own_words || (code->system == SYSTEM_CPT && !code->title_official);
        template_text(row, "service", code->display);
        template_text(row, "service_title", code->title);
        template_text(row, "service_mark", page_cite(one->page, code->source));
        pairs_add_fields(one->page, &services[i].pair, row);
    }
    template_list(ret, clear ? "service_meant" : "services", rows);
    template_flag(ret, "all_held_back", all_held_back(services, count));
}

/* ---- what the facts say ---- */

static bool says_one_of(const char *text, const char *const *words) {
    for (size_t i = 0; text && words[i]; i++)
        if (strstr(text, words[i]))
            return true;
    return false;
}

static bool speaks_of_inclusion(const char *text) {
    static const char *const words[] = {"includ", "part of", "belong", "not reported", "not billed", "not added", "no code of its own", NULL};
    return says_one_of(text, words);
}

/* Beside a word that is asked of, what may be reported answers as well. */
static bool speaks_of_billing(const char *text) {
    static const char *const words[] = {"reported", "added", "paid", "billed", NULL};
    return speaks_of_inclusion(text) || says_one_of(text, words);
}

struct said {
    const struct kb_fact *fact;
    const char *of, *text; /* the code where several are asked, or NULL; of the fact what is shown */
    size_t points;
};

/* The part of the text up to a mark of these, and the rest. */
static bool cut_at(struct span *rest, const char *marks, struct span *part) {
    *rest = span_trim(*rest);
    if (rest->len == 0)
        return false;
    size_t end = 0;
    while (end < rest->len && !(strchr(marks, rest->ptr[end]) && (end + 1 == rest->len || rest->ptr[end + 1] == ' ')))
        end++;
    *part = span_slice(*rest, 0, end < rest->len ? end + 1 : end);
    *rest = span_slice(*rest, part->len, rest->len);
    return true;
}

/* A word and that it is included must stand in one clause: "the material is reported by itself". */
static size_t points_of_text(const struct one *one, struct span text) {
    struct span clause;
    size_t best = 0;
    while (cut_at(&text, ".;:", &clause)) {
        const char *words = arena_copy(one->page->arena, clause);
        size_t terms = kb_terms_found(&one->terms, words), points = terms ? terms + speaks_of_billing(words) * KB_TERMS_MAX : 0;
        best = points > best ? points : best;
    }
    return best;
}

/* A description is long: of it the sentence that speaks of the words. */
static struct said read_fact(const struct one *one, const struct kb_fact *fact) {
    struct said ret = {.fact = fact, .of = one->named, .text = fact->text};
    struct span rest = span_of(fact->text), sentence;
    if (!fact->text || (fact->section != SECTION_GUIDELINES && fact->section != SECTION_PLAIN))
        return ret;
    if (fact->section == SECTION_GUIDELINES)
        ret.points = points_of_text(one, rest);
    while (fact->section == SECTION_PLAIN && cut_at(&rest, ".", &sentence)) {
        size_t points = points_of_text(one, sentence);
        if (points > ret.points)
            ret = (struct said){fact, one->named, arena_copy(one->page->arena, sentence), points};
    }
    return ret;
}

static void list_said(struct page *page, const struct said *said, size_t count, const char *name, struct template_row *ret) {
    struct template_rows rows = {0};
    for (size_t i = 0; i < count; i++) {
        struct template_row *row = template_rows_add(&rows, page->arena);
        template_text(row, "said_label", page_capitalised(said[i].fact->label, page->arena));
        template_text(row, "said_of", said[i].of);
        template_text(row, "said", said[i].text);
        template_text(row, "said_mark", page_cite(page, said[i].fact->source));
    }
    template_list(ret, name, rows);
}

static bool is_said(const struct said *said, size_t count, const char *text) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(said[i].text, text) == 0)
            return true;
    return false;
}

static bool is_told(const struct pair_facts *told, const char *text) {
    for (size_t i = 0; i < told->count; i++)
        if (strcmp(told->items[i].fact->text, text) == 0)
            return true;
    return false;
}

/* Facts of the code that hold the asker's words, the fullest first; a text once. Adds to ret, which has room for SAID_MAX. */
static void find_said(const struct one *one, size_t least, const struct pair_facts *told, struct said *ret, size_t *count) {
    const struct kb_facts *facts = &one->code->found.facts;
    for (size_t i = 0; i < facts->count && one->terms.count > 0; i++) {
        struct said said = read_fact(one, &facts->items[i]);
        if (said.points < least || is_said(ret, *count, said.text) || (told && is_told(told, said.text)))
            continue;
        size_t at = *count < SAID_MAX ? (*count)++ : SAID_MAX;
        for (; at > 0 && ret[at - 1].points < said.points; at--)
            if (at < SAID_MAX)
                ret[at] = ret[at - 1];
        if (at < SAID_MAX)
            ret[at] = said;
    }
}

static size_t find_general(const struct one *one, struct said *ret) {
    const struct kb_facts *facts = &one->code->found.facts;
    size_t count = 0;
    for (size_t i = 0; i < facts->count && count < GENERAL_MAX; i++) {
        const struct kb_fact *fact = &facts->items[i];
        struct span rest = span_of(fact->text), sentence;
        if (fact->section == SECTION_GUIDELINES && speaks_of_inclusion(fact->text))
            ret[count++] = (struct said){fact, NULL, fact->text, 0};
        while (fact->section == SECTION_PLAIN && count < GENERAL_MAX && cut_at(&rest, ".", &sentence)) {
            const char *text = arena_copy(one->page->arena, sentence);
            if (speaks_of_inclusion(text))
                ret[count++] = (struct said){fact, NULL, text, 0};
        }
    }
    return count;
}

/* ---- its edits ---- */

/* How many there are, as far as it is worth counting: the knowledge base hands over KB_EDITS_MAX of each column at most. */
static const char *about(size_t count, struct arena *arena) {
    return count == 0 ? NULL : count > EDITS_COUNTED ? arena_printf(arena, "more than %d", EDITS_COUNTED) : arena_printf(arena, "%zu", count);
}

static void add_counts(struct one *one, struct template_row *ret) {
    struct page_facts edits = page_facts(&one->code->found, SECTION_NCCI);
    size_t first = 0, second = 0;
    for (size_t i = 0; i < edits.count; i++) {
        bool is_second = edits.items[i].label && strstr(edits.items[i].label, "2");
        first += !is_second;
        second += is_second;
    }
    template_text(ret, "as_column_1", about(first, one->page->arena));
    template_text(ret, "as_column_2", about(second, one->page->arena));
    template_text(ret, "edits_mark", edits.count ? page_cite(one->page, edits.items[0].source) : NULL);
    template_text(ret, "edits_file", edits.count ? edits.items[0].source->edition : NULL);
}

/* Of the codes that are related to it those that have an edit with it: what is most often asked beside it. */
static int add_near(struct one *one, struct template_row *ret, struct why *why) {
    struct page *page = one->page;
    struct page_facts related = page_facts(&one->code->found, SECTION_RELATED);
    struct template_rows rows = {0};
    for (size_t i = 0; i < related.count && i < FACTS_LOOKED_AT && rows.count < NEAR_MAX; i++) {
        const struct kb_fact *fact = &related.items[i];
        struct page_asked *other = arena_alloc(page->arena, sizeof *other);
        struct pair pair;
        if (!fact->has_related || !page_is_procedure(fact->related_system))
            continue;
        char key[CODE_BYTES];
        system_key(fact->related_system, span_of(fact->related_display), key);
        other->asked = one->code->asked;
        int failed = page_find(page, fact->related_system, key, &other->found, why);
        if (!failed)
            failed = pairs_between(page, one->code, other, &pair, why);
        if (failed && failed != FAIL_EMPTY)
            return failed;
        if (failed || pair.column_1 != one->code)
            continue;
        struct template_row *row = template_rows_add(&rows, page->arena);
        template_text(row, "near", fact->related_display);
        template_text(row, "near_title", fact->related_title);
        pairs_add_fields(page, &pair, row);
    }
    template_list(ret, "nears", rows);
    return 0;
}

/* ---- all of it ---- */

static int begin(struct page *page, const struct inquiry *inquiry, const struct page_asked *code, struct one *ret, struct why *why) {
    *ret = (struct one){.page = page, .code = code, .words = words_of(inquiry, page->arena)};
    return kb_terms(page->kb, ret->words, page->arena, &ret->terms, why);
}

static void add_unit_limit(struct one *one, struct template_row *ret) {
    const struct kb_fact *limit = page_fact(&one->code->found, SECTION_UNITS, "MUE");
    template_text(ret, "most_units", limit ? limit->value : NULL);
    template_text(ret, "units_file", limit ? limit->source->edition : NULL);
    template_text(ret, "units_mark", limit ? page_cite(one->page, limit->source) : NULL);
}

int bundling_of_one(struct page *page, const struct inquiry *inquiry, const struct page_asked *code, struct template_row *ret,
                    int *ret_confidence, struct why *why) {
    struct service services[SERVICES_MAX];
    struct said said[SAID_MAX], general[GENERAL_MAX];
    struct one one;
    size_t count = 0;
    int failed = begin(page, inquiry, code, &one, why);
    if (!failed)
        failed = find_services(&one, services, &count, why);
    if (failed)
        return failed;
    bool clear = count == 1 || (count > 1 && services[0].terms > services[1].terms);
    size_t said_count = 0;
    find_said(&one, 1, NULL, said, &said_count);
    template_text(ret, "code", code->found.code.display);
    template_text(ret, "title", code->found.code.title);
    page->own_words = page->own_words || (code->found.code.system == SYSTEM_CPT && code->found.code.title && !code->found.code.title_official);
    page->procedures = true;
    template_text(ret, "title_mark", page_cite(page, code->found.code.source));
    add_services(&one, services, count, clear, ret);
    list_said(page, said, said_count, "said_of_words", ret);
    size_t general_count = count || said_count ? 0 : find_general(&one, general);
    list_said(page, general, general_count, "said_in_general", ret);
    template_flag(ret, "nothing_said", count + said_count + general_count == 0);
    if (code->asked->units > 1)
        add_unit_limit(&one, ret);
    add_counts(&one, ret);
    *ret_confidence = said_count || (count && (clear || all_held_back(services, count))) ? CONFIDENCE_FACTS : CONFIDENCE_PARTLY;
    return count || said_count ? 0 : add_near(&one, ret, why);
}

int bundling_said_of_words(struct page *page, const struct inquiry *inquiry, const struct page_asked *asked, size_t count,
                           const struct pair_facts *told, struct template_row *ret, struct why *why) {
    struct said said[SAID_MAX];
    size_t said_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct one one;
        int failed = pairs_can(&asked[i]) ? begin(page, inquiry, &asked[i], &one, why) : 0;
        if (failed)
            return failed;
        if (!pairs_can(&asked[i]))
            continue;
        one.named = asked[i].found.code.display;
        find_said(&one, KB_TERMS_MAX + 1, told, said, &said_count);
    }
    list_said(page, said, said_count, "said_of_words", ret);
    return 0;
}
