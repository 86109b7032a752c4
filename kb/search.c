#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "kb/finder.h"
#include "kb/handle.h"
#include "kb/schema.h"
#include "kb/words.h"

enum {
    TEXT_BYTES_MAX = 64 * 1024, /* of what the user wrote */
    BECAUSE_BYTES = 8192,
    CODES_MAX = 8, /* of one document, tried until one is in force */
    NAMED_MAX = 8, /* codes written out in the text */
    PIECE_LEAST = 3,
    TELLING_CELL = CELL_FULL * 2 / 5, /* half of "upper end" is no reason */
};

/* What a hit counts of a system that nobody has asked for: what merely qualifies a service, or belongs to the hospital's claim, comes
 * behind. */
static const double plain_shares[SYSTEM_COUNT] = {
    [SYSTEM_CPT] = 1.0,  [SYSTEM_HCPCS] = 1.0, [SYSTEM_ICD10CM] = 1.0, [SYSTEM_ICD10PCS] = 0.6, [SYSTEM_MOD] = 0.6,
    [SYSTEM_DRG] = 0.55, [SYSTEM_REV] = 0.55,  [SYSTEM_POS] = 0.6,     [SYSTEM_NUCC] = 0.75,
};

enum { VOTES_MOST = 2 };
static const double VOTE_GAIN = 0.07, UNNAMED_SHARE = 0.5;

struct search {
    struct kb *kb;
    struct finder *finder;
    struct query query;
    unsigned systems;
    struct date date;
    size_t max;
    struct arena *arena;
    struct kb_hits hits;
};

static void weigh_systems(const struct query *query, double ret[static SYSTEM_COUNT]) {
    for (int system = 0; system < SYSTEM_COUNT; system++) {
        unsigned votes = query->votes[system];
        ret[system] = plain_shares[system] * (1 + VOTE_GAIN * (votes < VOTES_MOST ? votes : VOTES_MOST));
        if (query->named)
            ret[system] = query->named & 1u << system ? 1.0 : UNNAMED_SHARE * plain_shares[system];
    }
}

/* ---- codes that stand in the text ---- */

static bool has_digit(struct span text) {
    for (size_t i = 0; i < text.len; i++)
        if (char_is_digit(text.ptr[i]))
            return true;
    return false;
}

static bool in_code(char c) { return char_is_alnum(c) || c == '.'; }

static bool next_piece(struct span *rest, struct span *piece) {
    size_t from = 0, to;
    while (from < rest->len && !in_code(rest->ptr[from]))
        from++;
    for (to = from; to < rest->len && in_code(rest->ptr[to]);)
        to++;
    *piece = span_slice(*rest, from, to);
    *rest = span_slice(*rest, to, rest->len);
    while (piece->len && piece->ptr[piece->len - 1] == '.')
        piece->len--;
    return from < to;
}

static void add_hit(struct search *search, const struct kb_code *code, double score, const char *because) {
    search->hits.items[search->hits.count++] = (struct kb_hit){*code, score, because};
}

static bool is_hit(const struct search *search, enum code_system system, const char *key) {
    for (size_t i = 0; i < search->hits.count; i++)
        if (search->hits.items[i].code.system == system && strcmp(search->hits.items[i].code.key, key) == 0)
            return true;
    return false;
}

/* The code when it may be shown, that is, holds on the day. */
static int try_code(struct search *search, enum code_system system, const char *key, bool *ret_shown, struct kb_code *ret,
                    struct why *why) {
    int failed = kb_lookup(search->kb, system, key, search->date, search->arena, ret, why);
    *ret_shown = !failed && (ret->status == STATUS_VALID || ret->status == STATUS_HEADER) && !is_hit(search, system, key);
    return failed;
}

/* Short codes look like any number: they are codes where their system is named ("modifier 25"). */
static unsigned systems_of_piece(const struct search *search, struct span piece) {
    const unsigned always = 1u << SYSTEM_CPT | 1u << SYSTEM_HCPCS | 1u << SYSTEM_ICD10CM | 1u << SYSTEM_ICD10PCS;
    unsigned may = search->systems & ((piece.len >= PIECE_LEAST ? always : 0) | search->query.named);
    return may ? may & kb_systems_of(search->kb, piece, search->date) : 0;
}

static int add_named(struct search *search, struct span piece, struct why *why) {
    unsigned systems = systems_of_piece(search, piece);
    int failed = 0;
    for (int system = 0; system < SYSTEM_COUNT && !failed && search->hits.count < search->max; system++) {
        char key[CODE_BYTES];
        struct kb_code code;
        bool shown = false;
        if (!(systems & 1u << system))
            continue;
        system_key((enum code_system)system, piece, key);
        failed = try_code(search, (enum code_system)system, key, &shown, &code, why);
        if (shown)
            add_hit(search, &code, 1.0, arena_copy(search->arena, piece));
    }
    return failed;
}

static int find_named(struct search *search, struct span text, struct why *why) {
    struct span piece;
    int failed = 0;
    for (size_t tried = 0; !failed && tried < NAMED_MAX && next_piece(&text, &piece);)
        if (has_digit(piece) && piece.len < CODE_BYTES) {
            tried++;
            failed = add_named(search, piece, why);
        }
    return failed;
}

/* ---- words ---- */

/* "hip, fx = fracture": the asker's words, and what the code says for them. */
static const char *because(struct search *search, uint32_t document) {
    const struct alternative *reasons[QUERY_GROUPS] = {NULL};
    struct buf buf;
    buf_init(&buf, BECAUSE_BYTES);
    rank_reasons(&search->finder->ranking, document, reasons);
    for (size_t g = 0; g < search->query.count; g++) {
        if (search->finder->match.cells[document][g] < TELLING_CELL)
            continue;
        buf_printf(&buf, "%s%.*s", buf.len ? ", " : "", SPAN_ARG(search->query.groups[g].asked));
        if (reasons[g] && reasons[g]->text.len)
            buf_printf(&buf, " = %.*s", SPAN_ARG(reasons[g]->text));
    }
    const char *ret = buf_keep(&buf, search->arena);
    buf_free(&buf);
    return ret;
}

static int add_document(struct search *search, const struct ranked *ranked, struct why *why) {
    int64_t codes[CODES_MAX];
    size_t count = rank_codes(&search->finder->ranking, ranked, schema_day(search->date), codes, CODES_MAX);
    for (size_t i = 0; i < count; i++) {
        enum code_system system;
        char key[CODE_BYTES];
        struct kb_code code;
        bool shown;
        if (!system_of_id(codes[i], &system, key))
            continue;
        int failed = try_code(search, system, key, &shown, &code, why);
        if (failed)
            return failed;
        if (!shown)
            continue;
        add_hit(search, &code, ranked->score, because(search, ranked->document));
        break;
    }
    return 0;
}

/* A title that is written out says more than a code that stands in it; then the codes of the text, then what its words find. */
static int find_words(struct search *search, struct span text, struct why *why) {
    struct candidate *candidates = arena_array(search->arena, CANDIDATES_MAX, sizeof *candidates);
    struct ranked *ranked = arena_array(search->arena, CANDIDATES_MAX, sizeof *ranked);
    struct finder *finder = search->finder;
    double shares[SYSTEM_COUNT];
    size_t count;
    weigh_systems(&search->query, shares);
    finder->ranking.query = &search->query;
    if (match_run(&finder->match, &search->query, search->systems, shares, candidates, &count) ||
        rank_candidates(&finder->ranking, candidates, count, shares, ranked))
        return handle_damaged(search->kb, why);
    int failed = 0;
    size_t i = 0;
    for (; !failed && i < count && ranked[i].written && search->hits.count < search->max; i++)
        failed = add_document(search, &ranked[i], why);
    if (!failed)
        failed = find_named(search, text, why);
    for (; !failed && i < count && search->hits.count < search->max; i++)
        failed = add_document(search, &ranked[i], why);
    return failed;
}

int kb_search(struct kb *kb, struct span words, unsigned systems, struct date date, size_t max, struct arena *arena, struct kb_hits *ret,
              struct why *why) {
    struct search *search = arena_alloc(arena, sizeof *search);
    struct span text = utf8_clean(arena, span_slice(words, 0, TEXT_BYTES_MAX));
    *search = (struct search){.kb = kb, .finder = finder_of(kb, why), .systems = systems, .date = date, .arena = arena};
    if (!search->finder)
        return FAIL_SYSTEM;
    search->max = max < CANDIDATES_MAX ? max : CANDIDATES_MAX;
    search->hits.items = arena_array(arena, search->max + 1, sizeof *search->hits.items);
    query_read(&search->finder->speech, text, &search->query);
    int failed = search->query.count ? find_words(search, text, why) : find_named(search, text, why);
    if (!failed)
        *ret = search->hits;
    return failed;
}

/* A name that only the lexicon knows may be the patient's. */
static bool lexicon_tells(const struct finder *finder, const struct stem *stem) {
    unsigned marks = lexicon_marks(finder->lexicon, (struct span){stem->text, stem->len});
    return lexicon_knows(finder->lexicon, stem) && !(marks & MARK_PERSON);
}

bool kb_knows_word(struct kb *kb, struct span word) {
    struct finder *finder = finder_of(kb, NULL);
    struct stem stem;
    uint32_t term;
    return finder && words_plain(word) && !words_common(word) && stemmer_stem(&finder->stemmer, word, &stem) &&
           (vocabulary_find(&finder->vocabulary, &stem, &term) || lexicon_tells(finder, &stem));
}
