#include "kb/search.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "kb/handle.h"
#include "kb/kb.h"
#include "kb/schema.h"
#include "kb/vocabulary.h"
#include "kb/words.h"

enum {
    QUERY_WORDS_MAX = 32,
    QUERY_BYTES = 8192,
    TEXT_BYTES_MAX = 64 * 1024, /* of what the user wrote */
    HITS_MAX = 1000,
    SPARE_HITS = 64, /* kept beyond what is asked for, since some are not in force on the day */
    ICD10CM_WHOLE = 7,
};

static const double HEADER_SHARE = 0.85, SEQUELA_SHARE = 0.95;

fts5_api *search_api(sqlite3 *db) {
    fts5_api *ret = NULL;
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_bind_pointer(stmt, 1, &ret, "fts5_api_ptr", NULL) == SQLITE_OK)
        sqlite3_step(stmt);
    sqlite3_finalize(stmt);
    return ret;
}

static void matched(const Fts5ExtensionApi *api, Fts5Context *context, sqlite3_context *result, int count, sqlite3_value **values) {
    int instances = 0, phrase, column, offset;
    uint64_t ret = 0;
    (void)count, (void)values;
    int error = api->xInstCount(context, &instances);
    for (int i = 0; error == SQLITE_OK && i < instances; i++) {
        error = api->xInst(context, i, &phrase, &column, &offset);
        if (error == SQLITE_OK && phrase >= 0 && phrase < QUERY_WORDS_MAX)
            ret |= (uint64_t)1 << phrase;
    }
    if (error)
        sqlite3_result_error_code(result, error);
    else
        sqlite3_result_int64(result, (sqlite3_int64)ret);
}

int search_register(sqlite3 *db) {
    fts5_api *api = search_api(db);
    return api ? api->xCreateFunction(api, "matched", NULL, matched, NULL) : SQLITE_ERROR;
}

struct query {
    struct span words[QUERY_WORDS_MAX];
    struct stem stems[QUERY_WORDS_MAX];
    size_t count;
};

static bool has_stem(const struct query *query, const struct stem *stem) {
    for (size_t i = 0; i < query->count; i++)
        if (strcmp(query->stems[i].text, stem->text) == 0)
            return true;
    return false;
}

/* Words that no code's text holds are left out: they would only cost time. A word with digits may be part of a code. */
static void read_query(struct vocabulary *vocabulary, struct span text, struct query *query) {
    struct span word;
    struct stem stem;
    while (query->count < QUERY_WORDS_MAX && words_next(&text, &word)) {
        if (words_common(word) || !vocabulary_stem(vocabulary, word, &stem) || has_stem(query, &stem))
            continue;
        if (words_plain(word) && !vocabulary_knows(vocabulary, &stem))
            continue;
        query->words[query->count] = word;
        query->stems[query->count++] = stem;
    }
}

/* Every word in quotes, so that AND, NEAR and * are words like others; words_next leaves no quote inside one. */
static const char *match_text(const struct query *query, struct arena *arena) {
    struct buf buf;
    buf_init(&buf, QUERY_BYTES);
    for (size_t i = 0; i < query->count; i++)
        buf_printf(&buf, "%s\"%.*s\"", i ? " OR " : "", SPAN_ARG(query->words[i]));
    const char *ret = buf_keep(&buf, arena);
    buf_free(&buf);
    return ret;
}

struct candidate {
    int64_t code;
    enum code_system system;
    char key[CODE_BYTES];
    uint64_t words;
    double score;
};

struct ranking {
    struct candidate *items; /* best first */
    size_t count, room;
};

/* Equal scores stand in code order, in which the rows come. */
static void rank(struct ranking *ranking, const struct candidate *candidate) {
    size_t at = ranking->count;
    while (at > 0 && ranking->items[at - 1].score < candidate->score)
        at--;
    if (at == ranking->room)
        return;
    size_t last = ranking->count < ranking->room ? ranking->count++ : ranking->count - 1;
    memmove(&ranking->items[at + 1], &ranking->items[at], (last - at) * sizeof *ranking->items);
    ranking->items[at] = *candidate;
}

/* What bm25 says (better is more negative), times the part of the query's words that are there: two of three words found
 * outweigh one of them found often. */
static double score_of(double bm25, uint64_t words, size_t asked) { return -bm25 * (double)__builtin_popcountll(words) / (double)asked; }

static int read_candidates(struct kb *kb, const struct query *query, const char *match, unsigned systems, struct ranking *ranking,
                           struct why *why) {
    sqlite3_stmt *stmt = statement(kb, STATEMENT_SEARCH, why);
    int step;
    if (!stmt)
        return FAIL_SYSTEM;
    sqlite3_bind_text(stmt, 1, match, -1, SQLITE_STATIC);
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        struct candidate candidate = {.code = sqlite3_column_int64(stmt, 0), .words = (uint64_t)sqlite3_column_int64(stmt, 2)};
        candidate.score = score_of(sqlite3_column_double(stmt, 1), candidate.words, query->count);
        if (system_of_id(candidate.code, &candidate.system, candidate.key) && systems & 1u << candidate.system)
            rank(ranking, &candidate);
    }
    statement_end(stmt);
    return step == SQLITE_DONE ? 0 : handle_damaged(kb, why);
}

static bool is_header(struct kb *kb, int64_t code, struct date date) {
    sqlite3_stmt *stmt = statement(kb, STATEMENT_HEADER, NULL);
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, code);
    sqlite3_bind_int64(stmt, 2, schema_day(date));
    bool ret = sqlite3_step(stmt) == SQLITE_ROW;
    statement_end(stmt);
    return ret;
}

/* Titles get longer the more they say, and lose by it: at nearly equal scores a code that may stand on a claim comes before its
 * header, and the injury before its sequela. */
static double preference(struct kb *kb, const struct candidate *candidate, struct date date) {
    if (candidate->system != SYSTEM_ICD10CM)
        return 1.0;
    if (strlen(candidate->key) == ICD10CM_WHOLE)
        return candidate->key[ICD10CM_WHOLE - 1] == 'S' ? SEQUELA_SHARE : 1.0;
    return is_header(kb, candidate->code, date) ? HEADER_SHARE : 1.0;
}

static void prefer(struct kb *kb, struct ranking *ranking, struct date date) {
    size_t count = ranking->count;
    ranking->count = 0;
    for (size_t i = 0; i < count; i++) {
        struct candidate candidate = ranking->items[i];
        candidate.score *= preference(kb, &candidate, date);
        rank(ranking, &candidate);
    }
}

static const char *because(const struct query *query, uint64_t words, struct arena *arena) {
    struct buf buf;
    buf_init(&buf, QUERY_BYTES);
    for (size_t i = 0; i < query->count; i++)
        if (words >> i & 1)
            buf_printf(&buf, "%s%.*s", buf.len ? ", " : "", SPAN_ARG(query->words[i]));
    const char *ret = buf_keep(&buf, arena);
    buf_free(&buf);
    return ret;
}

static int read_hits(struct kb *kb, const struct query *query, const struct ranking *ranking, struct date date, size_t max,
                     struct arena *arena, struct kb_hits *ret, struct why *why) {
    struct kb_hits hits = {arena_array(arena, max, sizeof *hits.items), 0};
    for (size_t i = 0; i < ranking->count && hits.count < max; i++) {
        const struct candidate *candidate = &ranking->items[i];
        struct kb_hit *hit = &hits.items[hits.count];
        int code = kb_lookup(kb, candidate->system, candidate->key, date, arena, &hit->code, why);
        if (code)
            return code;
        if (hit->code.status != STATUS_VALID && hit->code.status != STATUS_HEADER)
            continue;
        hit->score = candidate->score;
        hit->because = because(query, candidate->words, arena);
        hits.count++;
    }
    *ret = hits;
    return 0;
}

int kb_search(struct kb *kb, struct span words, unsigned systems, struct date date, size_t max, struct arena *arena, struct kb_hits *ret,
              struct why *why) {
    struct query query = {.count = 0};
    struct ranking ranking = {.count = 0};
    struct vocabulary *vocabulary = vocabulary_of(kb, why);
    if (!vocabulary)
        return FAIL_SYSTEM;
    max = max < HITS_MAX ? max : HITS_MAX;
    read_query(vocabulary, utf8_clean(arena, span_slice(words, 0, TEXT_BYTES_MAX)), &query);
    if (query.count && max) {
        ranking.room = max + SPARE_HITS;
        ranking.items = arena_array(arena, ranking.room, sizeof *ranking.items);
        int code = read_candidates(kb, &query, match_text(&query, arena), systems, &ranking, why);
        if (code)
            return code;
        prefer(kb, &ranking, date);
    }
    return read_hits(kb, &query, &ranking, date, max, arena, ret, why);
}

bool kb_knows_word(struct kb *kb, struct span word) {
    struct vocabulary *vocabulary = vocabulary_of(kb, NULL);
    struct stem stem;
    return vocabulary && words_plain(word) && !words_common(word) && vocabulary_stem(vocabulary, word, &stem) &&
           vocabulary_knows(vocabulary, &stem);
}
