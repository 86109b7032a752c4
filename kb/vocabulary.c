#include "kb/vocabulary.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kb/handle.h"
#include "kb/search.h"

enum { TABLE_FIRST = 1024, STEMS_BYTES_MAX = 16 << 20 };

/* An open hash table of offsets into the list of stems: 30,000 of them are read in some milliseconds, and found in nanoseconds. */
struct vocabulary {
    fts5_tokenizer methods;
    Fts5Tokenizer *tokenizer;
    const char *stems;
    struct slot {
        uint32_t at, len; /* len 0: free */
    } * slots;
    size_t mask, count;
};

/* FNV-1a, 64 bits. */
static uint64_t hash(struct span text) {
    uint64_t ret = 0xcbf29ce484222325u;
    for (size_t i = 0; i < text.len; i++)
        ret = (ret ^ (unsigned char)text.ptr[i]) * 0x100000001b3u;
    return ret;
}

static struct slot *slot_of(const struct vocabulary *vocabulary, struct span stem) {
    size_t at = (size_t)hash(stem) & vocabulary->mask;
    while (vocabulary->slots[at].len) {
        struct slot *slot = &vocabulary->slots[at];
        if (span_equal((struct span){vocabulary->stems + slot->at, slot->len}, stem))
            break;
        at = (at + 1) & vocabulary->mask;
    }
    return &vocabulary->slots[at];
}

static size_t count_lines(struct span text) {
    size_t ret = 0;
    for (size_t i = 0; i < text.len; i++)
        ret += text.ptr[i] == '\n';
    return ret;
}

static void fill(struct vocabulary *vocabulary, struct span stems, struct arena *arena) {
    struct span stem;
    size_t room = TABLE_FIRST, lines = count_lines(stems) + 1;
    while (room < lines * 2)
        room *= 2;
    vocabulary->stems = stems.ptr;
    vocabulary->slots = arena_array(arena, room, sizeof *vocabulary->slots);
    vocabulary->mask = room - 1;
    while (span_line(&stems, &stem))
        if (stem.len)
            *slot_of(vocabulary, stem) = (struct slot){(uint32_t)(stem.ptr - vocabulary->stems), (uint32_t)stem.len};
}

static int load(struct kb *kb, struct vocabulary *vocabulary, struct why *why) {
    sqlite3_stmt *stmt = NULL;
    int error = sqlite3_prepare_v2(kb->db, "SELECT stems FROM vocabulary", -1, &stmt, NULL);
    bool there = error == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_bytes(stmt, 0) <= STEMS_BYTES_MAX;
    const char *stems = there ? column_copy(stmt, 0, kb->arena) : NULL;
    sqlite3_finalize(stmt);
    if (!stems)
        return handle_damaged(kb, why);
    fill(vocabulary, span_of(stems), kb->arena);
    return 0;
}

/* The same tokenizer as in schema.sql. */
static int find_tokenizer(struct kb *kb, struct vocabulary *vocabulary, struct why *why) {
    const char *options[] = {"unicode61", "remove_diacritics", "2"};
    fts5_api *api = search_api(kb->db);
    void *context = NULL;
    if (!api || api->xFindTokenizer(api, "porter", &context, &vocabulary->methods) != SQLITE_OK ||
        vocabulary->methods.xCreate(context, options, 3, &vocabulary->tokenizer) != SQLITE_OK)
        return why_set(why, FAIL_SYSTEM, "this SQLite has no full-text search (FTS5): install Debian's libsqlite3-0");
    return 0;
}

struct vocabulary *vocabulary_of(struct kb *kb, struct why *why) {
    if (kb->vocabulary)
        return kb->vocabulary;
    struct vocabulary *vocabulary = calloc(1, sizeof *vocabulary);
    if (!vocabulary) {
        why_set(why, FAIL_SYSTEM, "out of memory");
        return NULL;
    }
    if (find_tokenizer(kb, vocabulary, why) || load(kb, vocabulary, why)) {
        vocabulary_free(vocabulary);
        return NULL;
    }
    return kb->vocabulary = vocabulary;
}

void vocabulary_free(struct vocabulary *vocabulary) {
    if (vocabulary && vocabulary->tokenizer)
        vocabulary->methods.xDelete(vocabulary->tokenizer);
    free(vocabulary);
}

/* Called once a token. A second token makes the stem empty: it is not one word then. */
static int keep_stem(void *context, int flags, const char *token, int len, int start, int end) {
    struct stem *stem = context;
    (void)flags, (void)start, (void)end;
    if (stem->len || len < 1 || len >= STEM_BYTES) {
        stem->len = 0;
        return SQLITE_ABORT;
    }
    memcpy(stem->text, token, (size_t)len);
    stem->text[len] = '\0';
    stem->len = (size_t)len;
    return SQLITE_OK;
}

bool vocabulary_stem(struct vocabulary *vocabulary, struct span word, struct stem *ret) {
    struct stem stem = {.len = 0};
    if (word.len == 0 || word.len >= STEM_BYTES)
        return false;
    vocabulary->methods.xTokenize(vocabulary->tokenizer, &stem, FTS5_TOKENIZE_QUERY, word.ptr, (int)word.len, keep_stem);
    if (stem.len)
        *ret = stem;
    return stem.len > 0;
}

bool vocabulary_knows(const struct vocabulary *vocabulary, const struct stem *stem) {
    return slot_of(vocabulary, (struct span){stem->text, stem->len})->len > 0;
}
