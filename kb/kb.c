#include "kb/kb.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "kb/finder.h"
#include "kb/handle.h"
#include "kb/schema.h"

enum { OWN_BYTES = 64 << 20, URI_BYTES = 3 * PATH_MAX + 64, ROWS_MAX = 100000 };

const struct name status_names[] = {
    {STATUS_VALID, "valid"},
    {STATUS_HEADER, "header"},
    {STATUS_RETIRED, "retired"},
    {STATUS_FUTURE, "future"},
    {STATUS_UNKNOWN, "unknown"},
    {STATUS_NO_DATA, "no-data"},
    {0, NULL},
};

const struct name section_names[] = {
    {SECTION_PLAIN, "plain"},
    {SECTION_CLINICAL, "clinical"},
    {SECTION_SERVICE, "service"},
    {SECTION_MODIFIERS, "modifiers"},
    {SECTION_SPECIALTIES, "specialties"},
    {SECTION_DIAGNOSES, "diagnoses"},
    {SECTION_RELATED, "related"},
    {SECTION_NCCI, "ncci"},
    {SECTION_UNITS, "units"},
    {SECTION_FEE, "fee"},
    {SECTION_COVERAGE, "coverage"},
    {SECTION_GUIDELINES, "guidelines"},
    {0, NULL},
};

/* A file name as a URI, where % ? and # mean something. immutable: nobody writes to it, so no lock is asked for. */
static void put_uri(struct buf *uri, const char *path) {
    buf_text(uri, "file:");
    for (const char *c = path; *c; c++)
        if (char_is_alnum(*c) || strchr("/._-", *c))
            buf_char(uri, *c);
        else
            buf_printf(uri, "%%%02X", (unsigned)(unsigned char)*c);
    buf_text(uri, "?immutable=1");
}

static int open_file(struct kb *kb, struct why *why) {
    struct buf uri;
    bool there = stat(kb->path, &kb->file) == 0;
    if (!there || !S_ISREG(kb->file.st_mode))
        return why_set(why, FAIL_SYSTEM, "can not open the knowledge base %s (%s): install it, or name another with --kb", kb->path,
                       there ? "not a file" : strerror(errno));
    buf_init(&uri, URI_BYTES);
    put_uri(&uri, kb->path);
    int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    int error = buf_full(&uri) ? SQLITE_CANTOPEN : sqlite3_open_v2(buf_span(&uri).ptr, &kb->db, flags, NULL);
    buf_free(&uri);
    if (error)
        return why_set(why, FAIL_SYSTEM, "can not open the knowledge base %s: %s", kb->path, sqlite3_errstr(error));
    sqlite3_db_config(kb->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(kb->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return 0;
}

static int64_t pragma(struct kb *kb, const char *sql) {
    sqlite3_stmt *stmt = NULL;
    int64_t ret = -1;
    if (sqlite3_prepare_v2(kb->db, sql, -1, &stmt, NULL) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW)
        ret = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return ret;
}

/* SQLite finds a file that was cut short by itself; other damage shows when the rows are read. */
static int check_file(struct kb *kb, struct why *why) {
    if (pragma(kb, "PRAGMA application_id") != SCHEMA_APPLICATION)
        return why_set(why, FAIL_SYSTEM, "%s is no knowledge base, or damaged: install it again, or name another with --kb", kb->path);
    if (pragma(kb, "PRAGMA user_version") != SCHEMA_VERSION)
        return why_set(why, FAIL_SYSTEM, "the knowledge base %s is of another version of this program: build it anew", kb->path);
    pragma(kb, "PRAGMA mmap_size = 2147418112");
    return 0;
}

/* Room for the source of that id, behind the last one. What was imported again has left a gap. */
static struct kb_source *add_source(struct kb *kb, int64_t id) {
    if (id <= (int64_t)kb->source_count || id > ROWS_MAX)
        return NULL;
    while ((int64_t)kb->source_count < id) {
        kb->sources = arena_grow(kb->arena, kb->sources, kb->source_count, sizeof *kb->sources);
        kb->sources[kb->source_count++] = (struct kb_source){.id = NULL};
    }
    return &kb->sources[id - 1];
}

static int read_sources(struct kb *kb, struct why *why) {
    sqlite3_stmt *stmt = NULL;
    int error = sqlite3_prepare_v2(kb->db, "SELECT id, name, title, publisher, edition, notice FROM sources ORDER BY id", -1, &stmt, NULL);
    while (error == SQLITE_OK && (error = sqlite3_step(stmt)) == SQLITE_ROW) {
        struct kb_source *source = add_source(kb, sqlite3_column_int64(stmt, 0));
        error = source ? SQLITE_OK : SQLITE_CORRUPT;
        if (error)
            break;
        source->id = column_copy(stmt, 1, kb->arena);
        source->title = column_copy(stmt, 2, kb->arena);
        source->publisher = column_copy(stmt, 3, kb->arena);
        source->edition = column_copy(stmt, 4, kb->arena);
        source->notice = column_copy(stmt, 5, kb->arena);
    }
    sqlite3_finalize(stmt);
    return error == SQLITE_DONE ? 0 : handle_damaged(kb, why);
}

static void read_edition(struct kb *kb, sqlite3_stmt *stmt, struct edition *edition) {
    *edition = (struct edition){
        .id = sqlite3_column_int64(stmt, 0),
        .system = (enum code_system)sqlite3_column_int(stmt, 1),
        .name = column_copy(stmt, 2, kb->arena),
        .valid_from = sqlite3_column_int64(stmt, 3),
        .valid_to = sqlite3_column_int64(stmt, 4),
        .complete = sqlite3_column_int(stmt, 5) != 0,
        .codes = sqlite3_column_int64(stmt, 6),
        .source = sqlite3_column_int64(stmt, 7),
    };
}

static const char editions_sql[] = "SELECT id, system, name, valid_from, valid_to, complete, codes, source FROM editions "
                                   "WHERE system BETWEEN 0 AND ?1 ORDER BY system, valid_from, id";

static int read_editions(struct kb *kb, struct why *why) {
    sqlite3_stmt *stmt = NULL;
    int error = sqlite3_prepare_v2(kb->db, editions_sql, -1, &stmt, NULL);
    if (error == SQLITE_OK)
        error = sqlite3_bind_int(stmt, 1, SYSTEM_COUNT - 1);
    while (error == SQLITE_OK && (error = sqlite3_step(stmt)) == SQLITE_ROW && kb->edition_count < ROWS_MAX) {
        kb->editions = arena_grow(kb->arena, kb->editions, kb->edition_count, sizeof *kb->editions);
        read_edition(kb, stmt, &kb->editions[kb->edition_count++]);
        error = SQLITE_OK;
    }
    sqlite3_finalize(stmt);
    return error == SQLITE_DONE ? 0 : handle_damaged(kb, why);
}

int kb_open(const char *path, struct kb **ret, struct why *why) {
    struct kb *kb = calloc(1, sizeof *kb);
    int code;
    if (!kb || !(kb->path = strdup(path))) {
        free(kb);
        return why_set(why, FAIL_SYSTEM, "out of memory");
    }
    kb->arena = arena_new(OWN_BYTES);
    if ((code = open_file(kb, why)) || (code = check_file(kb, why)) || (code = read_sources(kb, why)) || (code = read_editions(kb, why))) {
        kb_close(kb);
        return code;
    }
    *ret = kb;
    return 0;
}

void kb_close(struct kb *kb) {
    if (!kb)
        return;
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(kb->statements[i]);
    finder_free(kb->finder);
    sqlite3_close(kb->db);
    pages_free(&kb->pages);
    arena_free(kb->arena);
    free(kb->path);
    free(kb);
}

static bool same_file(const struct stat *a, const struct stat *b) {
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

int kb_refresh(struct kb *kb, struct why *why) {
    struct stat now;
    struct kb *fresh = NULL;
    if (stat(kb->path, &now) == 0 && same_file(&now, &kb->file))
        return 0;
    int code = kb_open(kb->path, &fresh, why);
    if (code)
        return code;
    struct kb old = *kb;
    *kb = *fresh;
    *fresh = old;
    kb_close(fresh);
    return 0;
}

char *kb_default_path(struct arena *arena) {
    char program[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program);
    struct span folder = {program, len > 0 ? (size_t)len : 0};
    for (int up = 0; up < 2; up++)
        while (folder.len && folder.ptr[--folder.len] != '/')
            ;
    return arena_printf(arena, "%.*s/share/codingdesk/kb.sqlite", SPAN_ARG(folder));
}

int kb_editions(struct kb *kb, struct arena *arena, struct kb_editions *ret, struct why *why) {
    struct sources sources = sources_open(kb, arena);
    struct kb_edition *items = arena_array(arena, kb->edition_count, sizeof *items);
    for (size_t i = 0; i < kb->edition_count; i++) {
        const struct edition *edition = &kb->editions[i];
        items[i] = (struct kb_edition){
            .system = edition->system,
            .name = arena_copy(arena, span_of(edition->name)),
            .valid_from = schema_date(edition->valid_from),
            .valid_to = schema_date(edition->valid_to),
            .complete = edition->complete,
            .codes = (size_t)edition->codes,
            .source = source_copy(&sources, edition->source),
        };
        if (!items[i].source)
            return handle_damaged(kb, why);
    }
    *ret = (struct kb_editions){items, kb->edition_count};
    return 0;
}

static const char sets_sql[] = "SELECT id, kind, valid_from, valid_to, rows, imported FROM sources ORDER BY kind, valid_from, id";

static struct date day_or_none(int64_t day) { return day ? schema_date(day) : (struct date){""}; }

int kb_sets(struct kb *kb, struct arena *arena, struct kb_sets *ret, struct why *why) {
    struct sources sources = sources_open(kb, arena);
    struct kb_sets sets = {arena_array(arena, kb->source_count, sizeof *sets.items), 0};
    sqlite3_stmt *stmt = NULL;
    int error = sqlite3_prepare_v2(kb->db, sets_sql, -1, &stmt, NULL);
    while (error == SQLITE_OK && (error = sqlite3_step(stmt)) == SQLITE_ROW && sets.count < kb->source_count) {
        struct kb_set *set = &sets.items[sets.count++];
        set->source = source_copy(&sources, sqlite3_column_int64(stmt, 0));
        set->kind = column_copy(stmt, 1, arena);
        bool imported = sqlite3_column_int64(stmt, 5) != 0;
        set->valid_from = day_or_none(imported ? sqlite3_column_int64(stmt, 2) : 0);
        set->valid_to = day_or_none(imported ? sqlite3_column_int64(stmt, 3) : 0);
        set->rows = (size_t)sqlite3_column_int64(stmt, 4);
        set->imported = day_or_none(sqlite3_column_int64(stmt, 5));
        error = set->source ? SQLITE_OK : SQLITE_CORRUPT;
    }
    sqlite3_finalize(stmt);
    if (error != SQLITE_DONE)
        return handle_damaged(kb, why);
    *ret = sets;
    return 0;
}

size_t kb_file_bytes(const struct kb *kb) { return (size_t)kb->file.st_size; }
