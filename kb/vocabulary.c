#include "kb/vocabulary.h"

#include "kb/packing.h"

int vocabulary_part(sqlite3 *db, const char *name, struct arena *arena, struct span *ret) {
    sqlite3_stmt *stmt = NULL;
    int step = sqlite3_prepare_v2(db, "SELECT bytes FROM search_parts WHERE name = ?", -1, &stmt, NULL);
    if (step == SQLITE_OK) {
        sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
        step = sqlite3_step(stmt);
    }
    int len = step == SQLITE_ROW ? sqlite3_column_bytes(stmt, 0) : -1;
    if (len >= 0 && len <= VOCABULARY_BYTES_MAX)
        *ret = (struct span){arena_copy(arena, (struct span){len ? sqlite3_column_blob(stmt, 0) : "", (size_t)len}), (size_t)len};
    sqlite3_finalize(stmt);
    return len >= 0 && len <= VOCABULARY_BYTES_MAX ? 0 : FAIL_SYSTEM;
}

static size_t count_lines(struct span text) {
    size_t ret = 0;
    for (size_t i = 0; i < text.len; i++)
        ret += text.ptr[i] == '\n';
    return ret;
}

int vocabulary_load(sqlite3 *db, struct arena *arena, struct vocabulary *ret) {
    struct vocabulary vocabulary = {.count = 0};
    struct span counts, rest, line, stem;
    int failed = vocabulary_part(db, "words", arena, &vocabulary.words);
    if (!failed)
        failed = vocabulary_part(db, "counts", arena, &counts);
    if (failed)
        return failed;
    size_t lines = count_lines(vocabulary.words);
    if (lines > VOCABULARY_TERMS_MAX)
        return FAIL_SYSTEM;
    vocabulary.counts = arena_array(arena, lines + 1, sizeof *vocabulary.counts);
    vocabulary.spans = arena_array(arena, lines + 1, sizeof *vocabulary.spans);
    dictionary_init(&vocabulary.stems, lines);
    struct packed packed = {(const uint8_t *)counts.ptr, (const uint8_t *)counts.ptr + counts.len};
    for (rest = vocabulary.words; vocabulary.count < lines && span_line(&rest, &line); vocabulary.count++) {
        span_cut(&line, ' ', &stem);
        dictionary_put(&vocabulary.stems, stem, (uint32_t)vocabulary.count);
        vocabulary.spans[vocabulary.count] = stem;
        vocabulary.counts[vocabulary.count] = packed_next(&packed);
    }
    *ret = vocabulary;
    return 0;
}

void vocabulary_free(struct vocabulary *vocabulary) { dictionary_free(&vocabulary->stems); }

bool vocabulary_find(const struct vocabulary *vocabulary, const struct stem *stem, uint32_t *ret) {
    return dictionary_get(&vocabulary->stems, (struct span){stem->text, stem->len}, ret);
}
