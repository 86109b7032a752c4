#include "kb/index.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "kb/dictionary.h"
#include "kb/packing.h"
#include "kb/stemmer.h"
#include "kb/system.h"
#include "kb/words.h"

enum {
    ARENA_BYTES = 256 << 20,
    WORDS_BYTES = 64 << 20,
    TERMS_FIRST = 1 << 16,
    TITLES_MAX = 256,      /* of one document */
    ENTRY_WORDS_MAX = 256, /* what a text says behind them is not found */
    ENTRIES_BYTES_MAX = 32 << 10,
    FORM_LEAST = 4, /* shorter words are not proposed for misspelled ones */
    ICD10CM_STEM = 6,
    ICD10CM_WHOLE = 7,
};

static const char tables_sql[] =
    "DROP TABLE IF EXISTS search_documents; DROP TABLE IF EXISTS search_terms; DROP TABLE IF EXISTS search_parts;"
    "CREATE TABLE search_documents (id INTEGER PRIMARY KEY, code INTEGER NOT NULL, last INTEGER NOT NULL, entries BLOB NOT NULL) STRICT;"
    "CREATE TABLE search_terms (id INTEGER PRIMARY KEY, documents INTEGER NOT NULL, postings BLOB NOT NULL) STRICT;"
    "CREATE TABLE search_parts (name TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT";

/* A spelling under which a term was met. */
struct form {
    struct span word;
    const struct form *next;
};

struct term {
    struct span stem;
    const struct form *forms;
    struct packing postings;
    uint32_t documents, last; /* last: the document it was last met in, + 1 */
};

struct title {
    const char *text;
    bool whole, newest;
};

/* The document that is being put together, from the rows of its codes. */
struct document {
    int64_t code, last;
    enum code_system system;
    char key[CODE_BYTES]; /* of code */
    struct title titles[TITLES_MAX];
    size_t count;
    bool header;
};

/* Rows of (code, text) in code order, read beside the documents. */
struct texts {
    sqlite3_stmt *stmt;
    bool there;
};

struct parent {
    char key[CODE_BYTES];
    uint32_t document;
};

struct builder {
    sqlite3 *db;
    int error; /* SQLite's */
    struct stemmer stemmer;
    struct arena *arena, *scratch; /* scratch: of one document */
    struct dictionary stems, words;
    struct term *terms;
    size_t term_count;
    uint32_t document, title_words; /* number of the one at hand, and length of its title */
    struct packing documents, entries;
    struct parent parents[ICD10CM_WHOLE];
    size_t parent_count;
    struct texts words_rows, plain_rows;
    sqlite3_stmt *insert;
};

static void note(struct builder *builder, int error) {
    if (!builder->error && error != SQLITE_OK && error != SQLITE_DONE && error != SQLITE_ROW)
        builder->error = error;
}

static sqlite3_stmt *prepare(struct builder *builder, const char *sql) {
    sqlite3_stmt *ret = NULL;
    if (!builder->error)
        note(builder, sqlite3_prepare_v2(builder->db, sql, -1, &ret, NULL));
    return ret;
}

static bool next_row(struct builder *builder, sqlite3_stmt *stmt) {
    int step = builder->error ? SQLITE_DONE : sqlite3_step(stmt);
    note(builder, step);
    return step == SQLITE_ROW;
}

static void insert_row(struct builder *builder, sqlite3_stmt *stmt) {
    next_row(builder, stmt);
    sqlite3_reset(stmt);
}

/* ---- terms ---- */

static uint32_t new_term(struct builder *builder, const struct stem *stem) {
    builder->terms = arena_grow(builder->arena, builder->terms, builder->term_count, sizeof *builder->terms);
    struct span kept = {arena_copy(builder->arena, (struct span){stem->text, stem->len}), stem->len};
    builder->terms[builder->term_count] = (struct term){.stem = kept};
    dictionary_put(&builder->stems, kept, (uint32_t)builder->term_count);
    return (uint32_t)builder->term_count++;
}

static bool is_form(struct span lower, struct span stem) {
    for (size_t i = 0; i < lower.len; i++)
        if (!char_is_alpha(lower.ptr[i]))
            return false;
    return lower.len >= FORM_LEAST && lower.len < STEM_BYTES && !span_equal(lower, stem);
}

static void keep_form(struct builder *builder, struct term *term, struct span lower) {
    if (!is_form(lower, term->stem))
        return;
    struct form *form = arena_alloc(builder->arena, sizeof *form);
    *form = (struct form){lower, term->forms};
    term->forms = form;
}

/* Words are stemmed once each: a text of the official files has ten times as many words as there are different ones. */
static bool term_of(struct builder *builder, struct span word, uint32_t *ret) {
    char lower[STEM_BYTES];
    struct span key = {lower, word.len};
    struct stem stem;
    if (word.len >= STEM_BYTES)
        return false;
    for (size_t i = 0; i < word.len; i++)
        lower[i] = char_lower(word.ptr[i]);
    if (dictionary_get(&builder->words, key, ret))
        return true;
    if (!stemmer_stem(&builder->stemmer, key, &stem))
        return false;
    if (!dictionary_get(&builder->stems, (struct span){stem.text, stem.len}, ret))
        *ret = new_term(builder, &stem);
    key.ptr = arena_copy(builder->arena, key);
    dictionary_put(&builder->words, key, *ret);
    keep_form(builder, &builder->terms[*ret], key);
    return true;
}

static void post(struct builder *builder, uint32_t number, enum index_field field) {
    struct term *term = &builder->terms[number];
    uint32_t here = builder->document + 1;
    if (term->last == here)
        return;
    packing_put(&term->postings, (here - term->last) * 4 + (uint32_t)field);
    term->last = here;
    term->documents++;
}

/* ---- the texts of a document ---- */

/* Where in its text a word stands: words in parentheses and behind a colon explain what stands before them, and a preposition or a
 * mark ends what "without" speaks of. */
struct place {
    size_t depth;
    bool behind, broken;
};

static void note_marks(struct place *place, const char *from, const char *to) {
    for (; from < to; from++) {
        if (*from == '(' || *from == '[')
            place->depth++;
        else if ((*from == ')' || *from == ']') && place->depth)
            place->depth--;
        else if (*from == ':' || *from == ';')
            place->behind = true;
        place->broken = place->broken || strchr("()[]:;,", *from);
    }
}

/* How many words of it are searched for. */
static uint32_t index_text(struct builder *builder, const char *text, enum index_field field) {
    uint32_t words[ENTRY_WORDS_MAX], term;
    struct span rest = span_of(text), word;
    struct place place = {0, false, false};
    const char *before = text;
    size_t count = 0;
    while (count < ENTRY_WORDS_MAX && words_next(&rest, &word)) {
        note_marks(&place, before, word.ptr);
        before = word.ptr + word.len;
        if (words_silent(word) || !term_of(builder, word, &term)) {
            place.broken = place.broken || !words_joins(word);
            continue;
        }
        post(builder, term, field);
        words[count++] = term * 4 + (uint32_t)place.broken * 2 + (place.depth > 0 || place.behind);
        place.broken = false;
    }
    if (field > FIELD_WORDS || count == 0 || builder->entries.len > ENTRIES_BYTES_MAX)
        return (uint32_t)count;
    packing_put(&builder->entries, (uint32_t)count * 2 + (field == FIELD_TITLE));
    for (size_t i = 0; i < count; i++)
        packing_put(&builder->entries, words[i]);
    return (uint32_t)count;
}

static void index_texts(struct builder *builder, struct texts *texts, const struct document *document, enum index_field field) {
    while (texts->there && sqlite3_column_int64(texts->stmt, 0) <= document->last) {
        const char *text = (const char *)sqlite3_column_text(texts->stmt, 1);
        if (text && sqlite3_column_int64(texts->stmt, 0) >= document->code)
            index_text(builder, text, field);
        texts->there = next_row(builder, texts->stmt);
    }
}

/* How far the newest titles of the whole codes agree, cut before the last comma in it. */
static size_t agreement(const struct document *document, size_t *ret_titles) {
    const char *first = NULL;
    size_t ret = 0;
    *ret_titles = 0;
    for (size_t i = 0; i < document->count; i++) {
        const struct title *title = &document->titles[i];
        if (!title->whole || !title->newest)
            continue;
        size_t same = 0;
        while (first && title->text[same] && title->text[same] == first[same])
            same++;
        ret = first ? (same < ret ? same : ret) : strlen(title->text);
        first = first ? first : title->text;
        ++*ret_titles;
    }
    while (*ret_titles > 1 && ret > 0 && first[ret] != ',')
        ret--;
    return ret;
}

/* The title of all: the header's of six characters where there is one, or what the whole codes' titles agree in. NULL: none. */
static const char *common_title(const struct builder *builder, const struct document *document) {
    size_t titles, len;
    for (size_t i = 0; i < document->count; i++)
        if (!document->titles[i].whole && document->titles[i].newest)
            return document->titles[i].text;
    len = agreement(document, &titles);
    for (size_t i = 0; len > 0 && i < document->count; i++)
        if (document->titles[i].whole && document->titles[i].newest)
            return arena_copy(builder->scratch, (struct span){document->titles[i].text, len});
    return NULL;
}

static void index_titles(struct builder *builder, const struct document *document) {
    const char *common = common_title(builder, document);
    struct span start = span_of(common);
    builder->title_words = common ? index_text(builder, common, FIELD_TITLE) : 0;
    for (size_t i = 0; i < document->count; i++) {
        struct span title = span_of(document->titles[i].text);
        if (!common || !span_starts(title, start))
            index_text(builder, title.ptr, document->titles[i].newest && !common ? FIELD_TITLE : FIELD_WORDS);
    }
    index_texts(builder, &builder->words_rows, document, FIELD_WORDS);
    for (size_t i = 0; i < document->count; i++)
        if (common && span_starts(span_of(document->titles[i].text), start))
            index_text(builder, document->titles[i].text + start.len, FIELD_VARIANT);
    index_texts(builder, &builder->plain_rows, document, FIELD_PLAIN);
}

/* Distance to the document of the nearest header above; documents come in code order, so it is the last whose key begins this one. */
static uint32_t find_parent(struct builder *builder, const struct document *document) {
    if (document->system != SYSTEM_ICD10CM)
        return 0;
    while (builder->parent_count > 0 && strncmp(builder->parents[builder->parent_count - 1].key, document->key,
                                                strlen(builder->parents[builder->parent_count - 1].key)) != 0)
        builder->parent_count--;
    uint32_t ret = builder->parent_count ? builder->document - builder->parents[builder->parent_count - 1].document : 0;
    struct parent *here = &builder->parents[builder->parent_count++];
    memcpy(here->key, document->key, sizeof here->key);
    here->document = builder->document;
    return ret;
}

static void end_document(struct builder *builder, struct document *document) {
    if (document->count == 0)
        return;
    packing_put(&builder->documents, find_parent(builder, document) * 2 + document->header);
    packing_put(&builder->documents, (uint32_t)document->system);
    builder->entries.len = 0;
    index_titles(builder, document);
    packing_put(&builder->documents, builder->title_words);
    if (!builder->error) {
        sqlite3_bind_int64(builder->insert, 1, builder->document);
        sqlite3_bind_int64(builder->insert, 2, document->code);
        sqlite3_bind_int64(builder->insert, 3, document->last);
        sqlite3_bind_blob(builder->insert, 4, builder->entries.ptr ? (const void *)builder->entries.ptr : "", (int)builder->entries.len,
                          SQLITE_STATIC);
        insert_row(builder, builder->insert);
    }
    builder->document++;
    document->count = 0;
    arena_clear(builder->scratch);
}

/* ---- from rows to documents ---- */

static struct document begin_document(int64_t code, enum code_system system, const char *key) {
    struct document ret = {.code = code, .last = code, .system = system};
    size_t len = strlen(key);
    if (system == SYSTEM_ICD10CM && len >= ICD10CM_STEM) {
        snprintf(ret.key, sizeof ret.key, "%.*s", ICD10CM_STEM, key);
        ret.code = system_id(system, ret.key);
        ret.last = system_id_last(system, ret.key);
    } else
        snprintf(ret.key, sizeof ret.key, "%s", key);
    return ret;
}

/* Rows of a code come newest first. */
static void add_title(struct builder *builder, struct document *document, const char *key, bool newest, sqlite3_stmt *row) {
    const char *text = (const char *)sqlite3_column_text(row, 2);
    bool whole = document->system == SYSTEM_ICD10CM && strlen(key) == ICD10CM_WHOLE;
    if (newest)
        document->header = !whole && sqlite3_column_int(row, 1) == 0;
    if (document->count < TITLES_MAX)
        document->titles[document->count++] = (struct title){arena_copy(builder->scratch, span_of(text)), whole, newest};
}

static void write_documents(struct builder *builder) {
    sqlite3_stmt *rows = prepare(builder, "SELECT code, billable, title FROM versions ORDER BY code, valid_from DESC");
    struct document *document = arena_alloc(builder->arena, sizeof *document);
    int64_t before = -1;
    while (next_row(builder, rows)) {
        int64_t code = sqlite3_column_int64(rows, 0);
        enum code_system system;
        char key[CODE_BYTES];
        if (!system_of_id(code, &system, key))
            continue;
        if (document->count == 0 || code > document->last) {
            end_document(builder, document);
            *document = begin_document(code, system, key);
        }
        add_title(builder, document, key, code != before, rows);
        before = code;
    }
    end_document(builder, document);
    sqlite3_finalize(rows);
}

/* ---- terms and parts ---- */

static void write_part(struct builder *builder, const char *name, const void *bytes, size_t len) {
    sqlite3_stmt *stmt = prepare(builder, "INSERT INTO search_parts VALUES (?, ?)");
    if (stmt) {
        sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
        sqlite3_bind_blob64(stmt, 2, len ? bytes : "", len, SQLITE_STATIC);
        insert_row(builder, stmt);
    }
    sqlite3_finalize(stmt);
}

static void write_terms(struct builder *builder) {
    sqlite3_stmt *stmt = prepare(builder, "INSERT INTO search_terms VALUES (?, ?, ?)");
    for (size_t i = 0; !builder->error && i < builder->term_count; i++) {
        const struct term *term = &builder->terms[i];
        sqlite3_bind_int64(stmt, 1, (sqlite3_int64)i);
        sqlite3_bind_int64(stmt, 2, term->documents);
        sqlite3_bind_blob(stmt, 3, term->postings.ptr, (int)term->postings.len, SQLITE_STATIC);
        insert_row(builder, stmt);
    }
    sqlite3_finalize(stmt);
}

static void write_parts(struct builder *builder) {
    struct buf words;
    struct packing counts = {NULL, 0, 0};
    buf_init(&words, WORDS_BYTES);
    for (size_t i = 0; i < builder->term_count; i++) {
        const struct term *term = &builder->terms[i];
        buf_add(&words, term->stem);
        for (const struct form *form = term->forms; form; form = form->next) {
            buf_char(&words, ' ');
            buf_add(&words, form->word);
        }
        buf_char(&words, '\n');
        packing_put(&counts, term->documents);
    }
    write_part(builder, "documents", builder->documents.ptr, builder->documents.len);
    write_part(builder, "words", words.ptr, words.len);
    write_part(builder, "counts", counts.ptr, counts.len);
    if (buf_full(&words))
        builder->error = SQLITE_TOOBIG;
    packing_free(&counts);
    buf_free(&words);
}

static struct texts open_texts(struct builder *builder, const char *sql) {
    struct texts ret = {prepare(builder, sql), false};
    ret.there = ret.stmt && next_row(builder, ret.stmt);
    return ret;
}

static void write_all(struct builder *builder) {
    note(builder, sqlite3_exec(builder->db, tables_sql, NULL, NULL, NULL));
    builder->insert = prepare(builder, "INSERT INTO search_documents VALUES (?, ?, ?, ?)");
    builder->words_rows = open_texts(builder, "SELECT code, text FROM words UNION ALL SELECT code, name FROM families ORDER BY code");
    builder->plain_rows = open_texts(builder, "SELECT code, text FROM facts WHERE section = 0 ORDER BY code");
    write_documents(builder);
    write_terms(builder);
    write_parts(builder);
    sqlite3_finalize(builder->insert);
    sqlite3_finalize(builder->words_rows.stmt);
    sqlite3_finalize(builder->plain_rows.stmt);
}

int index_build(sqlite3 *db, struct why *why) {
    struct builder builder = {.db = db};
    int failed = stemmer_open(db, &builder.stemmer, why);
    if (failed)
        return failed;
    builder.arena = arena_new(ARENA_BYTES);
    builder.scratch = arena_new(ARENA_BYTES);
    dictionary_init(&builder.stems, TERMS_FIRST);
    dictionary_init(&builder.words, TERMS_FIRST);
    write_all(&builder);
    for (size_t i = 0; i < builder.term_count; i++)
        packing_free(&builder.terms[i].postings);
    packing_free(&builder.documents);
    packing_free(&builder.entries);
    dictionary_free(&builder.words);
    dictionary_free(&builder.stems);
    arena_free(builder.scratch);
    arena_free(builder.arena);
    stemmer_close(&builder.stemmer);
    return builder.error ? why_set(why, FAIL_SYSTEM, "can not make the search index: %s", sqlite3_errmsg(db)) : 0;
}
