/* "Hypertension and stage 3b kidney disease": two codes wanted in one line, where none is for both. */
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "handlers/rules/find_code.h"
#include "handlers/rules/fit.h"
#include "handlers/rules/operations.h"

enum { WANTS = 2, PARTS_TELLING = 12, WANT_HITS = 3, LEAST_WORDS = 2, WANT_BYTES = 512 };

struct want {
    struct span words;
    bool found;
    struct page_hits hits;
};

struct wants {
    struct page *page;
    const struct inquiry *inquiry;
    unsigned systems;
    struct page_found *searched; /* with all the words */
    unsigned operations;         /* of all the words */
    struct want halves[WANTS];
    bool of_diagnoses; /* nothing but those may be cut here */
};

/* Where the asker says that there is something else. */
static bool joins(struct span word) { return span_is_among(word, "and with plus also w/"); }

static bool next_word(struct span *rest, struct span *ret) {
    while (rest->len > 0 && span_cut(rest, ' ', ret))
        if (ret->len > 0)
            return true;
    return false;
}

/* All of it is there, and of procedures what is done: "plate and screws removed" are not two. */
static bool judge_half(struct wants *wants, struct want *half, struct page_found *found) {
    const struct fit_wanted wanted = fit_read_part(wants->page->kb, wants->inquiry->words, half->words, wants->page->arena);
    half->found = wanted.telling_count > 0 && page_judge(wants->page, &wanted, found, HITS_PART, &half->hits, NULL) == 0 &&
                  (wanted.operations || !wants->operations || !page_is_procedure(half->hits.hits.items[0].code.system));
    return half->found;
}

/* What is nearly all of the words was searched for with them. */
static bool is_nearly_all(const struct wants *wants, const struct want *half) {
    enum { OF = 4 };
    struct page *page = wants->page;
    size_t all = fit_read(page->kb, wants->inquiry->words, page->arena).telling_count;
    return fit_read_part(page->kb, wants->inquiry->words, half->words, page->arena).telling_count * OF > all * (OF - 1);
}

/* The half that was not found by all the words may be by its own. */
static int search_half(struct wants *wants, struct want *half, struct why *why) {
    struct inquiry alone = *wants->inquiry;
    struct page_found found;
    alone.words = half->words;
    int failed = page_search(wants->page, &alone, wants->systems, &found, why);
    if (!failed)
        judge_half(wants, half, &found);
    return failed;
}

static void cut(struct wants *wants, struct span before, struct span behind) {
    wants->halves[0] = (struct want){.words = before};
    wants->halves[1] = (struct want){.words = behind};
    for (size_t i = 0; i < WANTS; i++)
        judge_half(wants, &wants->halves[i], wants->searched);
}

/* A row of findings may be told without a word between them; what is done to a patient is told in one breath. */
static bool are_diagnoses(const struct wants *wants) {
    return wants->halves[0].hits.hits.items[0].code.system == SYSTEM_ICD10CM &&
           wants->halves[1].hits.hits.items[0].code.system == SYSTEM_ICD10CM;
}

static bool is_found(const struct wants *wants) { return wants->halves[0].found && wants->halves[1].found; }

/* For each code found, which of the telling words it holds: only where two hold them all a cut is looked at. */
struct holdings {
    uint32_t *words;
    size_t count;
    struct fit_wanted whole;
};

static struct holdings hold(struct wants *wants) {
    struct page *page = wants->page;
    struct holdings ret = {arena_array(page->arena, wants->searched->hits.count + 1, sizeof *ret.words), wants->searched->hits.count,
                           fit_read(page->kb, wants->inquiry->words, page->arena)};
    for (size_t i = 0; i < ret.count; i++)
        ret.words[i] = fit_of(page->kb, &ret.whole, &wants->searched->hits.items[i], wants->searched->plains[i]).words;
    return ret;
}

static bool any_holds(const struct holdings *all, uint32_t words) {
    for (size_t i = 0; words && i < all->count; i++)
        if ((all->words[i] & words) == words)
            return true;
    return false;
}

/* The telling words before this place of the text, a bit each. */
static uint32_t before(const struct holdings *all, const char *place) {
    uint32_t ret = 0;
    for (size_t i = 0; i < all->whole.telling_count; i++)
        if (all->whole.telling[i].ptr < place)
            ret |= UINT32_C(1) << i;
    return ret;
}

static size_t count_bits(uint32_t words) {
    size_t ret = 0;
    for (; words; words &= words - 1)
        ret++;
    return ret;
}

struct place {
    size_t from, to; /* the halves end and begin here */
    size_t held;     /* words of the halves that some code holds */
};

/* At a joining word, else where it may have been a comma, and then a half is more than a word. half: only one of them is held. */
static bool find_place(const struct holdings *all, bool joined, bool half, struct place *ret) {
    struct span words = all->whole.words, rest = words, word;
    uint32_t every = (UINT32_C(1) << all->whole.telling_count) - 1;
    size_t least = joined ? 1 : LEAST_WORDS;
    *ret = (struct place){0};
    while (next_word(&rest, &word)) {
        size_t from = (size_t)(word.ptr - words.ptr);
        uint32_t left = before(all, word.ptr), right = every & ~left;
        bool has_left = any_holds(all, left), has_right = any_holds(all, right);
        size_t held = (has_left ? count_bits(left) : 0) + (has_right ? count_bits(right) : 0);
        bool fits = half ? has_left != has_right : has_left && has_right;
        if (joins(word) != joined || !fits || count_bits(left) < least || count_bits(right) < least || held <= ret->held)
            continue;
        *ret = (struct place){from, joined ? from + word.len : from, held};
    }
    return ret->held > 0;
}

static bool cut_at(struct wants *wants, const struct holdings *all, const struct place *place) {
    struct span words = all->whole.words;
    cut(wants, span_slice(words, 0, place->from), span_slice(words, place->to, words.len));
    return is_found(wants);
}

/* The best cut: both halves found, else one of them, so that the other may be searched for. */
static bool find_cut(struct wants *wants) {
    const struct holdings all = hold(wants);
    struct place joined, any;
    wants->operations = all.whole.operations;
    if (all.whole.telling_count < WANTS || all.whole.telling_count > PARTS_TELLING)
        return false;
    if (find_place(&all, true, false, &joined) && cut_at(wants, &all, &joined))
        return true;
    if (find_place(&all, false, false, &any) && cut_at(wants, &all, &any) && are_diagnoses(wants))
        return true;
    find_place(&all, true, true, &joined);
    find_place(&all, false, true, &any);
    const struct place *best = any.held > joined.held ? &any : &joined;
    wants->of_diagnoses = best == &any;
    return best->held > 0 && (cut_at(wants, &all, best) || wants->halves[0].found || wants->halves[1].found);
}

/* What is no keyword may be a name. */
static bool is_keyword(const struct inquiry *inquiry, struct span word) {
    for (size_t i = 0; i < inquiry->keyword_count; i++) {
        struct span rest = span_of(inquiry->keywords[i]), one;
        while (next_word(&rest, &one))
            if (span_same(one, word))
                return true;
    }
    return false;
}

/* Keywords alone: what the knowledge base does not know is not repeated. */
static const char *echo(const struct wants *wants, struct span words) {
    struct page *page = wants->page;
    const struct fit_wanted wanted = fit_read(page->kb, words, page->arena);
    struct buf text;
    buf_init(&text, WANT_BYTES);
    for (size_t i = 0; i < wanted.telling_count; i++)
        if (is_keyword(wants->inquiry, wanted.telling[i]))
            buf_printf(&text, "%s%.*s", text.len ? " " : "", SPAN_ARG(wanted.telling[i]));
    const char *ret = text.len && !buf_full(&text) ? buf_keep(&text, page->arena) : NULL;
    buf_free(&text);
    return ret;
}

static void write(struct wants *wants, struct part *ret) {
    struct page *page = wants->page;
    struct template_row row = template_row_new(page->arena);
    struct template_rows rows = {0};
    for (size_t i = 0; i < WANTS; i++) {
        struct want *half = &wants->halves[i];
        struct template_row *want = template_rows_add(&rows, page->arena);
        size_t most = half->hits.clear ? 1 : WANT_HITS;
        half->hits.hits.count = half->hits.hits.count < most ? half->hits.hits.count : most;
        template_text(want, "want", half->words.len ? echo(wants, half->words) : NULL);
        template_flag(want, "cause", i > 0);
        page_list_hits(page, &half->hits, 0, want);
    }
    template_list(&row, "wants", rows);
    *ret = (struct part){.about = "Codes for your words",
                         .action = ACTION_ANSWER,
                         .reason = "two codes are asked in one line",
                         .confidence = CONFIDENCE_PARTLY};
    part_write(page, "find_code", &row, ret);
}

/* "Dog bite of the hand and the external cause": where an injury holds more of the words than what it came from, both are asked. */
static bool find_injury(struct wants *wants) {
    struct fit_wanted wanted = fit_read(wants->page->kb, wants->inquiry->words, wants->page->arena);
    struct want *injury = &wants->halves[0], *cause = &wants->halves[1];
    *injury = *cause = (struct want){0};
    cause->found = page_judge(wants->page, &wanted, wants->searched, HITS_ANY, &cause->hits, NULL) == 0;
    wanted.cause = FIT_INJURY;
    injury->found = page_judge(wants->page, &wanted, wants->searched, HITS_PART, &injury->hits, NULL) == 0;
    return is_found(wants) && injury->hits.hits.items[0].score > cause->hits.hits.items[0].score;
}

/* What is done stands in the other half alone: the words go on about it. */
static bool is_told_in_one(const struct wants *wants, const struct want *half, const struct want *other) {
    return operations_asked(other->words) && !operations_asked(half->words) && page_is_procedure(other->hits.hits.items[0].code.system) &&
           wants->systems != 1u << SYSTEM_ICD10CM;
}

/* Both halves speak of the same. */
static bool is_one(const struct wants *wants) {
    const struct kb_code *a = &wants->halves[0].hits.hits.items[0].code, *b = &wants->halves[1].hits.hits.items[0].code;
    return a->system == b->system && strcmp(a->key, b->key) == 0;
}

int find_code_wants(struct page *page, const struct inquiry *inquiry, unsigned systems, struct page_found *searched, bool may_search,
                    struct part *ret, struct why *why) {
    struct wants wants = {.page = page, .inquiry = inquiry, .systems = systems, .searched = searched};
    if (fit_asks_cause(inquiry->words) ? !find_injury(&wants) : !find_cut(&wants))
        return FAIL_EMPTY;
    for (size_t i = 0; i < WANTS; i++) {
        struct want *half = &wants.halves[i];
        if (half->found)
            continue;
        if (!may_search || is_nearly_all(&wants, half) || is_told_in_one(&wants, half, &wants.halves[WANTS - 1 - i]))
            return FAIL_EMPTY;
        int failed = search_half(&wants, half, why);
        if (failed)
            return failed;
    }
    if (!is_found(&wants) || is_one(&wants) || (wants.of_diagnoses && !are_diagnoses(&wants)))
        return FAIL_EMPTY;
    write(&wants, ret);
    return 0;
}
