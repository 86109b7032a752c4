#include "kb/match.h"

#include <string.h>

#include "kb/index.h"
#include "kb/packing.h"

/* The other systems are short lists, and must not be crowded out by 40,000 diagnoses with a side. */
enum {
    FIELD_COUNT = 4,
    DOCUMENTS_MAX = 1 << 22,
    HEIR_PART = 218,
    HEIR_WHOLE = 256,
    ASIDE_MAX = 60,
    TURN_STEP = 8,
    TURNS = 8192,
    MAIN_SYSTEMS = 1 << SYSTEM_CPT | 1 << SYSTEM_HCPCS | 1 << SYSTEM_ICD10CM
};

static const double field_shares[FIELD_COUNT] = {[FIELD_TITLE] = 1.0, [FIELD_WORDS] = 0.97, [FIELD_VARIANT] = 0.95, [FIELD_PLAIN] = 0.6};
static const double LENGTH_COST = 0.002, HEADER_SHARE = 0.9, PART_SHARE = 0.45;

int match_open(sqlite3 *db, struct arena *arena, struct match *ret) {
    struct match match = {.count = 0};
    struct span bytes;
    int failed = vocabulary_part(db, "documents", arena, &bytes);
    if (failed)
        return failed;
    if (sqlite3_prepare_v3(db, "SELECT postings FROM search_terms WHERE id = ?", -1, SQLITE_PREPARE_PERSISTENT, &match.postings, NULL))
        return FAIL_SYSTEM;
    struct packed packed = {(const uint8_t *)bytes.ptr, (const uint8_t *)bytes.ptr + bytes.len};
    while (packed_left(&packed) && match.count < DOCUMENTS_MAX) {
        match.documents = arena_grow(arena, match.documents, match.count, sizeof *match.documents);
        uint32_t parent = packed_next(&packed), system = packed_next(&packed), words = packed_next(&packed);
        match.documents[match.count] =
            (struct document){parent / 2 <= match.count ? parent / 2 : 0, (uint8_t)(system < SYSTEM_COUNT ? system : 0), parent & 1,
                              (uint8_t)(words < UINT8_MAX ? words : UINT8_MAX)};
        match.count++;
    }
    match.cells = arena_array(arena, match.count + 1, sizeof *match.cells);
    match.seen = arena_array(arena, match.count + 1, sizeof *match.seen);
    *ret = match;
    return 0;
}

void match_close(struct match *match) {
    sqlite3_finalize(match->postings);
    match->postings = NULL;
}

double match_share(const struct alternative *alternative, unsigned seen) {
    if (seen >= alternative->count)
        return alternative->weight;
    return seen == 0 ? 0 : alternative->weight * PART_SHARE * seen / alternative->count * ((double)seen / alternative->count);
}

struct marker {
    struct match *match;
    size_t group;
    uint8_t values[ALTERNATIVE_TERMS + 1][FIELD_COUNT]; /* by terms seen */
    uint16_t turn;                                      /* 0: an alternative of one term, which needs no counting */
};

/* Counting starts from 0 with each alternative, without clearing a byte for each document: what has another turn's number is 0. */
static uint16_t next_turn(struct match *match) {
    if (++match->turn == TURNS) {
        memset(match->seen, 0, match->count * sizeof *match->seen);
        match->turn = 1;
    }
    return (uint16_t)(match->turn * TURN_STEP);
}

static unsigned count_seen(uint16_t *seen, uint16_t turn) {
    *seen = (uint16_t)((*seen / TURN_STEP == turn / TURN_STEP ? *seen : turn) + 1);
    return *seen % TURN_STEP;
}

static struct marker marker_of(struct match *match, size_t group, const struct alternative *alternative) {
    struct marker ret = {.match = match, .group = group, .turn = alternative->count == 1 ? 0 : next_turn(match)};
    for (unsigned seen = 1; seen <= alternative->count; seen++)
        for (size_t field = 0; field < FIELD_COUNT; field++)
            ret.values[seen][field] = (uint8_t)(match_share(alternative, seen) * field_shares[field] * CELL_FULL);
    return ret;
}

static void mark(const struct marker *marker, struct packed postings) {
    struct match *match = marker->match;
    for (size_t next = 0; packed_left(&postings);) {
        uint32_t posting = packed_next(&postings);
        next += posting / 4;
        if (next == 0 || next > match->count)
            return;
        size_t document = next - 1;
        unsigned seen = marker->turn ? count_seen(&match->seen[document], marker->turn) : 1;
        uint8_t value = marker->values[seen][posting % FIELD_COUNT], *cell = &match->cells[document][marker->group];
        if (value > *cell)
            *cell = value;
    }
}

static int mark_alternative(struct match *match, size_t group, const struct alternative *alternative) {
    struct marker marker = marker_of(match, group, alternative);
    for (size_t i = 0; i < alternative->count; i++) {
        sqlite3_bind_int64(match->postings, 1, alternative->terms[i]);
        int step = sqlite3_step(match->postings);
        const uint8_t *bytes = step == SQLITE_ROW ? sqlite3_column_blob(match->postings, 0) : NULL;
        if (bytes)
            mark(&marker, (struct packed){bytes, bytes + sqlite3_column_bytes(match->postings, 0)});
        sqlite3_reset(match->postings);
        if (step != SQLITE_ROW)
            return FAIL_SYSTEM;
    }
    return 0;
}

/* ---- the best ones: a heap with the least at its root ---- */

struct heap {
    struct candidate *items;
    size_t count, room;
};

static void swap(struct candidate *a, struct candidate *b) {
    struct candidate kept = *a;
    *a = *b;
    *b = kept;
}

static void sink(struct heap *heap) {
    for (size_t at = 0, child; (child = at * 2 + 1) < heap->count; at = child) {
        if (child + 1 < heap->count && heap->items[child + 1].score < heap->items[child].score)
            child++;
        if (heap->items[at].score <= heap->items[child].score)
            return;
        swap(&heap->items[at], &heap->items[child]);
    }
}

static void offer(struct heap *heap, struct candidate candidate) {
    if (heap->count == heap->room) {
        if (candidate.score > heap->items[0].score) {
            heap->items[0] = candidate;
            sink(heap);
        }
        return;
    }
    size_t at = heap->count++;
    heap->items[at] = candidate;
    for (; at > 0 && heap->items[at].score < heap->items[(at - 1) / 2].score; at = (at - 1) / 2)
        swap(&heap->items[at], &heap->items[(at - 1) / 2]);
}

static bool has_any(const uint8_t cells[static QUERY_GROUPS]) {
    uint64_t halves[2];
    _Static_assert(sizeof halves == QUERY_GROUPS, "a cell is a byte");
    memcpy(halves, cells, sizeof halves);
    return halves[0] | halves[1];
}

/* Headers come before what stands below them, so what they took over themselves is there. */
static void inherit(struct match *match, size_t at) {
    uint8_t *cells = match->cells[at];
    const uint8_t *above = match->cells[at - match->documents[at].parent];
    if (!has_any(above))
        return;
    for (size_t g = 0; g < QUERY_GROUPS; g++) {
        uint8_t value = (uint8_t)(above[g] * HEIR_PART / HEIR_WHOLE);
        cells[g] = value > cells[g] ? value : cells[g];
    }
}

static double score_of(const struct match *match, const struct query *query, size_t at) {
    double ret = 0;
    for (size_t g = 0; g < query->count; g++)
        ret += query->groups[g].weight * match->cells[at][g];
    return ret / (query->total * CELL_FULL) - LENGTH_COST * match->documents[at].title_words;
}

int match_run(struct match *match, const struct query *query, unsigned systems, const double shares[static SYSTEM_COUNT],
              struct candidate ret[static CANDIDATES_MAX], size_t *ret_count) {
    struct heap main = {ret, 0, CANDIDATES_MAX - ASIDE_MAX}, aside = {ret + main.room, 0, ASIDE_MAX};
    int failed = 0;
    memset(match->cells, 0, match->count * sizeof *match->cells);
    for (size_t g = 0; g < query->count; g++)
        for (size_t a = 0; !failed && a < query->groups[g].count; a++)
            failed = mark_alternative(match, g, &query->groups[g].alternatives[a]);
    if (failed)
        return failed;
    for (size_t at = 0; at < match->count; at++) {
        const struct document *document = &match->documents[at];
        if (!(systems & 1u << document->system))
            continue;
        if (document->parent)
            inherit(match, at);
        if (!has_any(match->cells[at]))
            continue;
        double score = score_of(match, query, at) * shares[document->system] * (document->header ? HEADER_SHARE : 1.0);
        offer(1u << document->system & MAIN_SYSTEMS ? &main : &aside, (struct candidate){(uint32_t)at, score});
    }
    memmove(ret + main.count, aside.items, aside.count * sizeof *ret);
    *ret_count = main.count + aside.count;
    return 0;
}
