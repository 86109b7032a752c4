#include "kb/stemmer.h"

#include <string.h>

enum { INFLAMMATION_LEAST = 6, SHORT_MOST = 3 };

static fts5_api *api_of(sqlite3 *db) {
    fts5_api *ret = NULL;
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_bind_pointer(stmt, 1, &ret, "fts5_api_ptr", NULL) == SQLITE_OK)
        sqlite3_step(stmt);
    sqlite3_finalize(stmt);
    return ret;
}

int stemmer_open(sqlite3 *db, struct stemmer *ret, struct why *why) {
    const char *options[] = {"unicode61", "remove_diacritics", "2"};
    struct stemmer stemmer = {.tokenizer = NULL};
    fts5_api *api = api_of(db);
    void *context = NULL;
    if (!api || api->xFindTokenizer(api, "porter", &context, &stemmer.methods) != SQLITE_OK ||
        stemmer.methods.xCreate(context, options, 3, &stemmer.tokenizer) != SQLITE_OK)
        return why_set(why, FAIL_SYSTEM, "this SQLite has no full-text search (FTS5): install Debian's libsqlite3-0");
    *ret = stemmer;
    return 0;
}

void stemmer_close(struct stemmer *stemmer) {
    if (stemmer->tokenizer)
        stemmer->methods.xDelete(stemmer->tokenizer);
    stemmer->tokenizer = NULL;
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

/* Porter takes "enteritis" for a form of "enter", and "has", "NOS" and "MS" for plurals. */
static bool keep_whole(struct span word, struct stem *ret) {
    bool plural = word.len <= SHORT_MOST && span_ends_same(word, SPAN("s"));
    if (!plural && (word.len < INFLAMMATION_LEAST || !span_ends_same(word, SPAN("itis"))))
        return false;
    for (ret->len = 0; ret->len < word.len && char_is_alpha(word.ptr[ret->len]); ret->len++)
        ret->text[ret->len] = char_lower(word.ptr[ret->len]);
    ret->text[ret->len] = '\0';
    return ret->len == word.len;
}

bool stemmer_stem(struct stemmer *stemmer, struct span word, struct stem *ret) {
    struct stem stem = {.len = 0};
    if (word.len == 0 || word.len >= STEM_BYTES)
        return false;
    if (keep_whole(word, ret))
        return true;
    stemmer->methods.xTokenize(stemmer->tokenizer, &stem, FTS5_TOKENIZE_QUERY, word.ptr, (int)word.len, keep_stem);
    if (stem.len)
        *ret = stem;
    return stem.len > 0;
}
