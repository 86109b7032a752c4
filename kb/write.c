#include "kb/write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kb/index.h"
#include "kb/schema.h"
#include "kb/system.h"

static void note_error(struct writer *writer, int error) {
    if (writer->error || error == SQLITE_OK || error == SQLITE_DONE || error == SQLITE_ROW)
        return;
    writer->error = error;
    snprintf(writer->message, sizeof writer->message, "%s", writer->db ? sqlite3_errmsg(writer->db) : "out of memory");
}

void writer_run(struct writer *writer, const char *sql) {
    if (!writer->error)
        note_error(writer, sqlite3_exec(writer->db, sql, NULL, NULL, NULL));
}

struct row row_open(struct writer *writer, const char *sql) {
    struct row row = {.writer = writer};
    if (!writer->error)
        note_error(writer, sqlite3_prepare_v2(writer->db, sql, -1, &row.stmt, NULL));
    return row;
}

void row_put_number(struct row *row, int64_t number) {
    if (!row->writer->error)
        note_error(row->writer, sqlite3_bind_int64(row->stmt, ++row->column, number));
}

void row_put_id(struct row *row, bool set, int64_t id) {
    if (!row->writer->error)
        note_error(row->writer, set ? sqlite3_bind_int64(row->stmt, ++row->column, id) : sqlite3_bind_null(row->stmt, ++row->column));
}

void row_put_text(struct row *row, const char *text) { row_put_span(row, text ? span_of(text) : (struct span){0}); }

void row_put_span(struct row *row, struct span text) {
    if (!row->writer->error)
        note_error(row->writer, sqlite3_bind_text(row->stmt, ++row->column, text.ptr, (int)text.len, SQLITE_STATIC));
}

void row_end(struct row *row) {
    if (!row->writer->error)
        note_error(row->writer, sqlite3_step(row->stmt));
    if (row->stmt) {
        sqlite3_reset(row->stmt);
        sqlite3_clear_bindings(row->stmt);
    }
    row->column = 0;
}

int64_t row_number(struct row *row) {
    int step = row->writer->error ? SQLITE_DONE : sqlite3_step(row->stmt);
    int64_t ret = step == SQLITE_ROW ? sqlite3_column_int64(row->stmt, 0) : 0;
    note_error(row->writer, step);
    if (row->stmt)
        sqlite3_reset(row->stmt);
    row->column = 0;
    return ret;
}

bool row_next(struct row *row) {
    int step = row->writer->error ? SQLITE_DONE : sqlite3_step(row->stmt);
    note_error(row->writer, step);
    return step == SQLITE_ROW;
}

void row_close(struct row *row) {
    sqlite3_finalize(row->stmt);
    row->stmt = NULL;
}

int64_t writer_changes(const struct writer *writer) { return writer->db ? sqlite3_changes64(writer->db) : 0; }

int writer_failed(const struct writer *writer, struct why *why) {
    if (!writer->error)
        return 0;
    return why_set(why, FAIL_SYSTEM, "can not write %s: %s", writer->aside, writer->message);
}

/* The lock is held on the file that is written. Between opening and locking it another writer may have renamed it: then it is the
 * knowledge base itself, and must not be touched. */
static int lock_aside(struct writer *writer, struct why *why) {
    struct stat locked, named;
    writer->lock = open(writer->aside, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (writer->lock < 0)
        return why_set(why, FAIL_SYSTEM, "can not write %s: %s", writer->aside, strerror(errno));
    bool ours = flock(writer->lock, LOCK_EX | LOCK_NB) == 0 && fstat(writer->lock, &locked) == 0 && stat(writer->aside, &named) == 0 &&
                locked.st_dev == named.st_dev && locked.st_ino == named.st_ino;
    if (ours && ftruncate(writer->lock, 0) == 0)
        return 0;
    close(writer->lock);
    return why_set(why, FAIL_AGAIN, "%s is being written by another process: wait until it has finished", writer->path);
}

static int copy_file(const char *from, int to, struct why *why) {
    int fd = open(from, O_RDONLY | O_CLOEXEC);
    ssize_t copied = fd < 0 ? -1 : 1;
    enum { CHUNK_BYTES = 64 << 20 };
    while (copied > 0)
        copied = copy_file_range(fd, NULL, to, NULL, CHUNK_BYTES, 0);
    int error = errno;
    if (fd >= 0)
        close(fd);
    return copied == 0 ? 0 : why_set(why, FAIL_SYSTEM, "can not copy %s: %s", from, strerror(error));
}

static void write_systems(struct writer *writer) {
    struct row row = row_open(writer, "INSERT INTO systems VALUES (?, ?, ?)");
    for (int system = 0; system < SYSTEM_COUNT; system++) {
        row_put_number(&row, system);
        row_put_text(&row, name_text(system_names, system));
        row_put_text(&row, name_text(system_titles, system));
        row_end(&row);
    }
    row_close(&row);
}

/* A file of another version of the program is not changed but replaced: its tables may mean something else. */
static int check_version(struct writer *writer, const char *from, struct why *why) {
    struct row version = row_open(writer, "SELECT user_version FROM pragma_user_version");
    bool same = row_number(&version) == SCHEMA_VERSION;
    row_close(&version);
    if (same || writer->error)
        return writer_failed(writer, why);
    return why_set(why, FAIL_CONFIG, "the knowledge base %s is of another version of this program: remove it and import the files anew",
                   from);
}

/* No journal: if anything goes wrong the file is thrown away. */
static int begin(struct writer *writer, const char *from, struct why *why) {
    note_error(writer, sqlite3_open_v2(writer->aside, &writer->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL));
    writer_run(writer, "PRAGMA journal_mode = OFF");
    writer_run(writer, "PRAGMA synchronous = OFF");
    writer_run(writer, "PRAGMA cache_size = -16384");
    writer_run(writer, "BEGIN");
    if (from)
        return check_version(writer, from, why);
    writer_run(writer, schema_sql);
    write_systems(writer);
    writer->texts_changed = true;
    return writer_failed(writer, why);
}

int writer_open(struct writer *writer, const char *path, const char *from, struct why *why) {
    *writer = (struct writer){.path = path, .lock = -1};
    if (snprintf(writer->aside, sizeof writer->aside, "%s.new", path) >= (int)sizeof writer->aside)
        return why_set(why, FAIL_SYSTEM, "the path of the knowledge base is too long");
    int code = lock_aside(writer, why);
    if (code)
        return code;
    if ((from && (code = copy_file(from, writer->lock, why))) || (code = begin(writer, from, why)))
        writer_abandon(writer);
    return code;
}

static void finish(struct writer *writer) {
    sqlite3_close_v2(writer->db);
    close(writer->lock);
    writer->db = NULL;
}

void writer_abandon(struct writer *writer) {
    unlink(writer->aside);
    finish(writer);
}

static const char count_editions[] =
    "UPDATE editions SET codes = (SELECT count(DISTINCT v.code) FROM versions v, temp.spans s WHERE s.system = editions.system AND "
    "v.code BETWEEN s.first AND s.last AND v.valid_from <= editions.valid_to AND v.valid_to >= editions.valid_from)";

static void write_counts(struct writer *writer) {
    writer_run(writer, "CREATE TEMP TABLE spans (system INTEGER, first INTEGER, last INTEGER)");
    struct row row = row_open(writer, "INSERT INTO temp.spans VALUES (?, ?, ?)");
    for (int system = 0; system < SYSTEM_COUNT; system++) {
        row_put_number(&row, system);
        row_put_number(&row, system_id((enum code_system)system, ""));
        row_put_number(&row, system_id_last((enum code_system)system, ""));
        row_end(&row);
    }
    row_close(&row);
    writer_run(writer, count_editions);
    writer_run(writer, "DROP TABLE temp.spans");
}

/* What an import replaced leaves pages that nobody uses: where they are many, the file is written anew without them. */
static void give_back_room(struct writer *writer) {
    enum { USED_LEAST = 4 };
    struct row row = row_open(writer, "SELECT freelist_count * ? > page_count FROM pragma_freelist_count, pragma_page_count");
    row_put_number(&row, USED_LEAST);
    bool wasteful = row_number(&row) != 0;
    row_close(&row);
    if (wasteful)
        writer_run(writer, "VACUUM");
}

static void check_written(struct writer *writer) {
    struct row row = row_open(writer, "PRAGMA quick_check(1)");
    bool read = !writer->error && sqlite3_step(row.stmt) == SQLITE_ROW;
    if (read && strcmp((const char *)sqlite3_column_text(row.stmt, 0), "ok") != 0) {
        writer->error = SQLITE_CORRUPT;
        snprintf(writer->message, sizeof writer->message, "what was written can not be read back");
    }
    row_close(&row);
}

static int sync_file(const char *path, int flags) {
    int fd = open(path, flags | O_CLOEXEC);
    int failed = fd < 0 || fsync(fd) != 0;
    if (fd >= 0)
        close(fd);
    return failed;
}

/* The file's bytes are on the disk before its name is, and the name before we say so. */
static int put_in_place(const struct writer *writer, struct why *why) {
    char folder[PATH_MAX];
    const char *path = writer->path, *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
    if (sync_file(writer->aside, O_RDONLY) || rename(writer->aside, path) != 0 || sync_file(folder, O_RDONLY | O_DIRECTORY))
        return why_set(why, FAIL_SYSTEM, "can not put %s in place: %s", path, strerror(errno));
    return 0;
}

int writer_publish(struct writer *writer, struct why *why) {
    int code = writer_failed(writer, why);
    write_counts(writer);
    if (!code && writer->texts_changed)
        code = index_build(writer->db, why);
    writer_run(writer, "COMMIT");
    give_back_room(writer);
    check_written(writer);
    if (!code)
        code = writer_failed(writer, why);
    sqlite3_close_v2(writer->db);
    writer->db = NULL;
    if (!code)
        code = put_in_place(writer, why);
    if (code)
        unlink(writer->aside);
    close(writer->lock);
    return code;
}
