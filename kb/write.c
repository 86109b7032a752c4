#include "kb/write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kb/index.h"
#include "kb/schema.h"
#include "kb/system.h"

/* SQLite takes paths of 512 bytes and wants room for an ending of its own. */
enum { ASIDE_MAX = 504, PATH_LONGEST = ASIDE_MAX - 4 };

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

/* What is written is nobody else's to read until it takes the place, and with that the owner and the mode, of the old file. */
static int open_aside(struct writer *writer, struct why *why) {
    struct stat info;
    writer->lock = open(writer->aside, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (writer->lock < 0 && errno != ELOOP && errno != EISDIR)
        return why_set(why, FAIL_SYSTEM, "can not write %s: %s", writer->aside, strerror(errno));
    if (writer->lock >= 0 && fstat(writer->lock, &info) == 0 && S_ISREG(info.st_mode))
        return 0;
    return why_set(why, FAIL_SYSTEM, "%s is in the way, where a new knowledge base is written: it is no file, remove it", writer->aside);
}

/* The lock is held on the file that is written. Between opening and locking it another writer may have renamed it: then it is the
 * knowledge base itself, and must not be touched. */
static int take_aside(struct writer *writer, struct why *why) {
    struct stat locked, named;
    bool busy = flock(writer->lock, LOCK_EX | LOCK_NB) != 0;
    if (busy && errno != EWOULDBLOCK)
        return why_set(why, FAIL_SYSTEM, "can not lock %s: %s", writer->aside, strerror(errno));
    if (busy || fstat(writer->lock, &locked) != 0 || lstat(writer->aside, &named) != 0 || locked.st_dev != named.st_dev ||
        locked.st_ino != named.st_ino)
        return why_set(why, FAIL_AGAIN, "%s is being written by another process: wait until it has finished", writer->path);
    if (fchmod(writer->lock, 0600) != 0 || ftruncate(writer->lock, 0) != 0)
        return why_set(why, FAIL_SYSTEM, "can not write %s: %s", writer->aside, strerror(errno));
    return 0;
}

static int lock_aside(struct writer *writer, struct why *why) {
    int code = open_aside(writer, why);
    if (!code)
        code = take_aside(writer, why);
    if (code && writer->lock >= 0)
        close(writer->lock);
    return code;
}

/* Where the file itself lies: a link to it is left alone. What lies there, if anything, has to be a file. */
static int find_place(struct writer *writer, const char *path, struct why *why) {
    struct stat info;
    bool there = stat(path, &info) == 0;
    if (there && !S_ISREG(info.st_mode))
        return why_set(why, FAIL_SYSTEM, "%s is no file: name another knowledge base with --kb", path);
    if (!there && lstat(path, &info) == 0)
        return why_set(why, FAIL_SYSTEM, "%s is a link to nothing: remove it, or make what it points to", path);
    if (there && !realpath(path, writer->path))
        return why_set(why, FAIL_SYSTEM, "can not find %s: %s", path, strerror(errno));
    if (!there && snprintf(writer->path, sizeof writer->path, "%s", path) >= (int)sizeof writer->path)
        return why_set(why, FAIL_SYSTEM, "the path of the knowledge base is too long");
    if (snprintf(writer->aside, sizeof writer->aside, "%s.new", writer->path) > ASIDE_MAX)
        return why_set(why, FAIL_SYSTEM, "the path of the knowledge base is too long for SQLite: %d bytes are the most it takes", PATH_LONGEST);
    return 0;
}

/* sendfile also goes from one file system to another. */
static int copy_file(const char *from, int to, struct why *why) {
    int fd = open(from, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    ssize_t copied = fd < 0 ? -1 : 1;
    enum { CHUNK_BYTES = 64 << 20 };
    while (copied > 0 || (fd >= 0 && copied < 0 && errno == EINTR))
        copied = sendfile(to, fd, NULL, CHUNK_BYTES);
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

static int64_t header_number(struct writer *writer, const char *sql) {
    struct row row = row_open(writer, sql);
    int64_t ret = row_number(&row);
    row_close(&row);
    return ret;
}

/* A file of another version of the program is not changed but replaced: its tables may mean something else. */
static int check_ours(struct writer *writer, const char *from, struct why *why) {
    int64_t application = header_number(writer, "SELECT application_id FROM pragma_application_id");
    int64_t version = header_number(writer, "SELECT user_version FROM pragma_user_version");
    if (writer->error == SQLITE_NOTADB || (!writer->error && application != SCHEMA_APPLICATION))
        return why_set(why, FAIL_CONFIG, "%s is no knowledge base: name another with --kb, or remove it", from);
    if (writer->error || version == SCHEMA_VERSION)
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
        return check_ours(writer, from, why);
    writer_run(writer, schema_sql);
    write_systems(writer);
    writer->texts_changed = true;
    return writer_failed(writer, why);
}

int writer_open(struct writer *writer, const char *path, const char *from, struct why *why) {
    *writer = (struct writer){.lock = -1};
    int code = find_place(writer, path, why);
    if (!code)
        code = lock_aside(writer, why);
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

/* As the old file was, so that who could read it still can, and nobody else. Where the group can not be kept, others' rights are
 * the group's. Without an old file, as the umask says. */
static bool dress(const struct writer *writer) {
    struct stat old;
    mode_t mask = umask(0);
    umask(mask);
    if (stat(writer->path, &old) != 0)
        return fchmod(writer->lock, 0666 & ~mask) == 0;
    mode_t mode = old.st_mode & 0777;
    if (fchown(writer->lock, old.st_uid, old.st_gid) != 0 && fchown(writer->lock, (uid_t)-1, old.st_gid) != 0)
        mode = (mode & ~(mode_t)070) | (mode & 07) << 3;
    return fchmod(writer->lock, mode) == 0;
}

/* The name is on the disk, too. A folder that may not be read can not be asked for that, but the whole file system can. */
static void sync_name(const struct writer *writer) {
    char folder[PATH_MAX];
    const char *path = writer->path, *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0)
        syncfs(writer->lock);
    if (fd >= 0)
        close(fd);
}

/* The file's bytes are on the disk before its name is. Once it has the name it is the knowledge base, whatever comes then. */
static int put_in_place(const struct writer *writer, struct why *why) {
    if (!dress(writer) || fsync(writer->lock) != 0 || rename(writer->aside, writer->path) != 0)
        return why_set(why, FAIL_SYSTEM, "can not put %s in place: %s", writer->path, strerror(errno));
    sync_name(writer);
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
