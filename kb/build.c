#include "kb/build.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kb/schema.h"
#include "kb/seed.h"
#include "kb/words.h"

enum { SEED_BYTES = 1 << 30, PATH_BYTES = 4096, INDEXED_BYTES = 1 << 20 };

/* One insertion after another into one table; the first that fails is kept, the rest does nothing. */
struct writer {
    sqlite3 *db;
    struct arena *arena;
    int error; /* SQLite's */
    char message[WHY_BYTES];
};

struct row {
    struct writer *writer;
    sqlite3_stmt *stmt;
    int column;
};

static void note_error(struct writer *writer, int error) {
    if (writer->error || error == SQLITE_OK || error == SQLITE_DONE || error == SQLITE_ROW)
        return;
    writer->error = error;
    snprintf(writer->message, sizeof writer->message, "%s", writer->db ? sqlite3_errmsg(writer->db) : "out of memory");
}

static void run(struct writer *writer, const char *sql) {
    if (!writer->error)
        note_error(writer, sqlite3_exec(writer->db, sql, NULL, NULL, NULL));
}

static struct row row_open(struct writer *writer, const char *sql) {
    struct row row = {.writer = writer};
    if (!writer->error)
        note_error(writer, sqlite3_prepare_v2(writer->db, sql, -1, &row.stmt, NULL));
    return row;
}

static void put_number(struct row *row, int64_t number) {
    if (!row->writer->error)
        note_error(row->writer, sqlite3_bind_int64(row->stmt, ++row->column, number));
}

/* 0 stands for no id. */
static void put_id(struct row *row, bool set, int64_t id) {
    if (!row->writer->error)
        note_error(row->writer, set ? sqlite3_bind_int64(row->stmt, ++row->column, id) : sqlite3_bind_null(row->stmt, ++row->column));
}

static void put_text(struct row *row, const char *text) {
    if (!row->writer->error)
        note_error(row->writer, sqlite3_bind_text(row->stmt, ++row->column, text, -1, SQLITE_STATIC));
}

static void row_end(struct row *row) {
    if (!row->writer->error)
        note_error(row->writer, sqlite3_step(row->stmt));
    if (row->stmt) {
        sqlite3_reset(row->stmt);
        sqlite3_clear_bindings(row->stmt);
    }
    row->column = 0;
}

static void row_close(struct row *row) { sqlite3_finalize(row->stmt); }

static void write_systems(struct writer *writer) {
    struct row row = row_open(writer, "INSERT INTO systems VALUES (?, ?, ?)");
    for (int system = 0; system < SYSTEM_COUNT; system++) {
        put_number(&row, system);
        put_text(&row, name_text(system_names, system));
        put_text(&row, name_text(system_titles, system));
        row_end(&row);
    }
    row_close(&row);
}

static void write_sources(struct writer *writer, const struct seed *seed) {
    struct row row = row_open(writer, "INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?)");
    for (size_t i = 0; i < seed->source_count; i++) {
        const struct seed_source *source = &seed->sources[i];
        put_number(&row, (int64_t)i + 1);
        put_text(&row, source->id);
        put_text(&row, source->title);
        put_text(&row, source->publisher);
        put_text(&row, source->edition);
        put_text(&row, source->notice);
        row_end(&row);
    }
    row_close(&row);
}

static void write_editions(struct writer *writer, const struct seed *seed) {
    struct row row = row_open(writer, "INSERT INTO editions VALUES (?, ?, ?, ?, ?, ?, 0, ?)");
    for (size_t i = 0; i < seed->edition_count; i++) {
        const struct seed_edition *edition = &seed->editions[i];
        put_number(&row, (int64_t)i + 1);
        put_number(&row, edition->system);
        put_text(&row, edition->name);
        put_number(&row, edition->valid_from);
        put_number(&row, edition->valid_to);
        put_number(&row, edition->complete);
        put_number(&row, (int64_t)edition->source_id);
        row_end(&row);
    }
    row_close(&row);
}

static const char count_editions[] =
    "UPDATE editions SET codes = (SELECT count(DISTINCT v.code) FROM codes c JOIN versions v ON v.code = c.id "
    "WHERE c.system = editions.system AND v.valid_from <= editions.valid_to AND v.valid_to >= editions.valid_from)";

static void write_families(struct writer *writer, const struct seed *seed) {
    struct row row = row_open(writer, "INSERT OR IGNORE INTO families (name) VALUES (?)");
    for (size_t i = 0; i < seed->identity_count; i++)
        if (seed->identities[i].code && seed->identities[i].code->family) {
            put_text(&row, seed->identities[i].code->family);
            row_end(&row);
        }
    row_close(&row);
}

static void write_codes(struct writer *writer, const struct seed *seed) {
    struct row row = row_open(writer, "INSERT INTO codes VALUES (?, ?, ?, (SELECT id FROM families WHERE name = ?))");
    for (size_t i = 0; i < seed->identity_count; i++) {
        const struct seed_identity *identity = &seed->identities[i];
        put_number(&row, identity->id);
        put_number(&row, identity->system);
        put_text(&row, identity->key);
        put_text(&row, identity->code ? identity->code->family : NULL);
        row_end(&row);
    }
    row_close(&row);
}

static void write_version(struct row *row, const struct seed_code *code) {
    put_number(row, code->self.id);
    put_number(row, code->valid_from);
    put_number(row, code->valid_to);
    put_number(row, code->billable);
    put_number(row, code->official);
    put_text(row, code->title);
    put_id(row, code->successor.set, code->successor.id);
    put_number(row, (int64_t)code->edition_id);
    put_number(row, (int64_t)code->source_id);
    row_end(row);
}

static void write_fact(struct row *row, const struct seed_code *code, size_t position) {
    const struct seed_fact *fact = &code->facts.items[position];
    put_number(row, code->self.id);
    put_number(row, fact->section);
    put_number(row, (int64_t)position);
    put_text(row, fact->label);
    put_text(row, fact->value);
    put_text(row, fact->text);
    put_id(row, fact->related.set, fact->related.id);
    put_number(row, fact->valid_from);
    put_number(row, fact->valid_to);
    put_number(row, (int64_t)fact->source_id);
    row_end(row);
}

static void write_contents(struct writer *writer, const struct seed *seed) {
    struct row version = row_open(writer, "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    struct row fact = row_open(writer, "INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (size_t i = 0; i < seed->identity_count; i++) {
        const struct seed_code *code = seed->identities[i].code;
        if (!code)
            continue;
        write_version(&version, code);
        for (size_t k = 0; k < code->facts.count; k++)
            write_fact(&fact, code, k);
    }
    row_close(&fact);
    row_close(&version);
}

static void write_pairs(struct writer *writer, const struct seed *seed) {
    struct row row = row_open(writer, "INSERT INTO pairs VALUES (?, ?, ?, ?, ?, ?)");
    for (size_t i = 0; i < seed->pair_count; i++) {
        const struct seed_pair *pair = &seed->pairs[i];
        put_number(&row, pair->column1.id);
        put_number(&row, pair->column2.id);
        put_number(&row, pair->valid_from);
        put_number(&row, pair->valid_to);
        put_number(&row, pair->indicator[0] - '0');
        put_number(&row, (int64_t)pair->source_id);
        row_end(&row);
    }
    row_close(&row);
}

/* A line an entry, so that no phrase reaches from one into the next. */
static const char *words_of(struct writer *writer, const struct seed_code *code) {
    struct buf buf;
    buf_init(&buf, INDEXED_BYTES);
    for (size_t i = 0; i < code->words.count; i++)
        buf_printf(&buf, "%s\n", code->words.items[i]);
    const char *ret = buf_keep(&buf, writer->arena);
    buf_free(&buf);
    return ret;
}

static const char *plain_of(struct writer *writer, const struct seed_code *code) {
    struct buf buf;
    buf_init(&buf, INDEXED_BYTES);
    for (size_t i = 0; i < code->facts.count; i++)
        if (code->facts.items[i].section == SECTION_PLAIN && code->facts.items[i].text)
            buf_printf(&buf, "%s\n", code->facts.items[i].text);
    const char *ret = buf_keep(&buf, writer->arena);
    buf_free(&buf);
    return ret;
}

static void write_search(struct writer *writer, const struct seed *seed) {
    struct row row = row_open(writer, "INSERT INTO search (rowid, code, title, words, plain) VALUES (?, ?, ?, ?, ?)");
    for (size_t i = 0; i < seed->identity_count; i++) {
        const struct seed_identity *identity = &seed->identities[i];
        char display[CODE_BYTES];
        if (!identity->code)
            continue;
        system_display(identity->system, identity->key, display);
        put_number(&row, identity->id);
        put_text(&row, display);
        put_text(&row, identity->code->title);
        put_text(&row, words_of(writer, identity->code));
        put_text(&row, plain_of(writer, identity->code));
        row_end(&row);
    }
    row_close(&row);
    run(writer, "INSERT INTO search (search) VALUES ('optimize')");
}

static void write_vocabulary(struct writer *writer) {
    struct buf stems;
    buf_init(&stems, INDEXED_BYTES * 16);
    run(writer, "CREATE VIRTUAL TABLE temp.terms USING fts5vocab('main', 'search', 'row')");
    struct row terms = row_open(writer, "SELECT term FROM temp.terms");
    while (!writer->error && sqlite3_step(terms.stmt) == SQLITE_ROW) {
        struct span term = span_of((const char *)sqlite3_column_text(terms.stmt, 0));
        if (words_plain(term))
            buf_printf(&stems, "%.*s\n", SPAN_ARG(term));
    }
    row_close(&terms);
    struct row row = row_open(writer, "INSERT INTO vocabulary VALUES (?)");
    put_text(&row, buf_span(&stems).ptr);
    row_end(&row);
    row_close(&row);
    run(writer, "DROP TABLE temp.terms");
    buf_free(&stems);
}

static void refuse_rows(struct writer *writer, const char *sql, const char *what) {
    struct row row = row_open(writer, sql);
    bool found = !writer->error && sqlite3_step(row.stmt) == SQLITE_ROW;
    if (found && strcmp((const char *)sqlite3_column_text(row.stmt, 0), "ok") != 0) {
        writer->error = SQLITE_CORRUPT;
        snprintf(writer->message, sizeof writer->message, "%s", what);
    }
    row_close(&row);
}

static void write_all(struct writer *writer, const struct seed *seed) {
    run(writer, "PRAGMA journal_mode = OFF");
    run(writer, "PRAGMA synchronous = OFF");
    run(writer, "BEGIN");
    run(writer, schema_sql);
    write_systems(writer);
    write_sources(writer, seed);
    write_editions(writer, seed);
    write_families(writer, seed);
    write_codes(writer, seed);
    write_contents(writer, seed);
    run(writer, count_editions);
    write_pairs(writer, seed);
    write_search(writer, seed);
    write_vocabulary(writer);
    run(writer, "COMMIT");
    refuse_rows(writer, "PRAGMA foreign_key_check", "a row names one that is not there");
    refuse_rows(writer, "PRAGMA integrity_check", "what was written can not be read back");
}

static int write_file(const char *path, const struct seed *seed, struct why *why) {
    struct writer writer = {.arena = seed->arena};
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXCLUSIVE | SQLITE_OPEN_NOMUTEX;
    note_error(&writer, sqlite3_open_v2(path, &writer.db, flags, NULL));
    write_all(&writer, seed);
    sqlite3_close(writer.db);
    if (writer.error)
        return why_set(why, FAIL_SYSTEM, "can not write %s: %s", path, writer.message);
    return 0;
}

static int sync_file(const char *path, int flags) {
    int fd = open(path, flags | O_CLOEXEC);
    int failed = fd < 0 || fsync(fd) != 0;
    if (fd >= 0)
        close(fd);
    return failed;
}

/* The file's bytes are on the disk before its name is, and the name before we say so. */
static int put_in_place(const char *aside, const char *path, struct why *why) {
    char folder[PATH_BYTES];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
    if (sync_file(aside, O_RDONLY) || rename(aside, path) != 0 || sync_file(folder, O_RDONLY | O_DIRECTORY))
        return why_set(why, FAIL_SYSTEM, "can not put %s in place: %s", path, strerror(errno));
    return 0;
}

static int write_aside(const char *path, const struct seed *seed, struct why *why) {
    char aside[PATH_BYTES];
    if (snprintf(aside, sizeof aside, "%s.new", path) >= (int)sizeof aside)
        return why_set(why, FAIL_SYSTEM, "the path of the knowledge base is too long");
    unlink(aside);
    int code = write_file(aside, seed, why);
    if (!code)
        code = put_in_place(aside, path, why);
    if (code)
        unlink(aside);
    return code;
}

int kb_build(const char *path, const char *const *files, size_t count, struct buf *lines, struct why *why) {
    struct seed seed;
    struct problems problems = {.lines = lines};
    struct arena *arena = arena_new(SEED_BYTES);
    seed_open(&seed, arena);
    for (size_t i = 0; i < count; i++)
        seed_read(&seed, files[i], &problems);
    seed_check(&seed, &problems);
    int code;
    if (problems.count)
        code = why_set(why, FAIL_INPUT, "%zu things in the seed files have to be put right first", problems.count);
    else
        code = write_aside(path, &seed, why);
    seed_close(&seed);
    arena_free(arena);
    return code;
}
