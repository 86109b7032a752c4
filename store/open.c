#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "store/sqlite.h"

enum {
    BUSY_MS = 5000,
    TEXT_BYTES_MAX = 4 << 20,
    APPLICATION_ID = 0x43644a6c, /* "CdJl": tells a journal from any other SQLite file */
};

/* synchronous=FULL: a commit that returned survives a power cut. secure_delete: what is forgotten is overwritten. */
static const char settings_writing[] = "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;"
                                       "PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864;"
                                       "PRAGMA cache_size=-8000; PRAGMA secure_delete=ON;";
static const char settings_reading[] = "PRAGMA query_only=ON; PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY;";

static int run_text(struct journal *journal, const char *text, struct why *why) {
    int code = sqlite3_exec(journal->db, text, NULL, NULL, NULL);
    return code == SQLITE_OK ? 0 : journal_fail(journal, code, why);
}

static int ask_number(struct journal *journal, const char *text, int64_t *ret, struct why *why) {
    struct query query = query_prepare(journal, text);
    int64_t number = query_row(&query) ? query_take_number(&query) : 0;
    int fail = query_end(&query, why);
    if (!fail)
        *ret = number;
    return fail;
}

/* Version 0: an empty file, not yet a journal. */
static int read_version(struct journal *journal, int64_t *ret, struct why *why) {
    int64_t application = 0, version = 0, tables = 0;
    int fail = ask_number(journal, "PRAGMA application_id", &application, why);
    if (!fail)
        fail = ask_number(journal, "PRAGMA user_version", &version, why);
    if (!fail)
        fail = ask_number(journal, "SELECT count(*) FROM sqlite_schema", &tables, why);
    if (fail)
        return fail;
    bool empty = application == 0 && version == 0 && tables == 0;
    if (application != APPLICATION_ID && !empty)
        return journal_fail(journal, SQLITE_NOTADB, why);
    *ret = version;
    return 0;
}

static int check_version(struct journal *journal, int64_t version, int64_t newest, struct why *why) {
    if (version <= newest)
        return 0;
    journal_rollback(journal);
    return why_set(
        why, FAIL_CONFIG,
        "journal %s: has version %lld, this program knows up to %lld; install the newer program again, or name another journal_file",
        journal->path, (long long)version, (long long)newest);
}

static int migrate_open_transaction(struct journal *journal, const struct migration *migrations, size_t count, struct why *why) {
    int64_t version = 0;
    int fail = read_version(journal, &version, why);
    if (!fail)
        fail = check_version(journal, version, migrations[count - 1].version, why);
    for (size_t i = 0; !fail && i < count; i++) {
        if (migrations[i].version <= version)
            continue;
        char after[96];
        snprintf(after, sizeof after, "PRAGMA application_id=%d; PRAGMA user_version=%d;", APPLICATION_ID, migrations[i].version);
        fail = run_text(journal, migrations[i].sql, why);
        if (!fail)
            fail = run_text(journal, after, why);
    }
    return fail;
}

/* The version is read again inside the transaction: two programs may start at once. */
int journal_migrate(struct journal *journal, const struct migration *migrations, size_t count, struct why *why) {
    int64_t version = 0;
    int fail = read_version(journal, &version, why);
    if (fail || version == migrations[count - 1].version)
        return fail;
    fail = journal_begin(journal, why);
    if (!fail)
        fail = migrate_open_transaction(journal, migrations, count, why);
    return fail ? fail : journal_commit(journal, why);
}

/* SQLite answers with the mode it has now: another one where shared memory does not work. */
static int use_wal(struct journal *journal, struct why *why) {
    struct query query = query_prepare(journal, "PRAGMA journal_mode=WAL");
    bool is_wal = query_row(&query) && span_same(span_of((const char *)sqlite3_column_text(query.statement, 0)), SPAN("wal"));
    int fail = query_end(&query, why);
    if (!fail && !is_wal)
        fail =
            why_set(why, FAIL_CONFIG, "journal %s: this file system can not share memory; put journal_file on a local disk", journal->path);
    return fail;
}

/* The version comes first: a file that is no journal of ours is left as it is. */
static int prepare_writing(struct journal *journal, struct why *why) {
    int64_t version = 0;
    int fail = read_version(journal, &version, why);
    if (!fail)
        fail = check_version(journal, version, journal_migrations[journal_migration_count - 1].version, why);
    if (!fail)
        fail = use_wal(journal, why);
    if (!fail)
        fail = run_text(journal, settings_writing, why);
    return fail ? fail : journal_migrate(journal, journal_migrations, journal_migration_count, why);
}

/* SQLite would create the file with the umask's mode. */
static int create_file(const char *path, struct why *why) {
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file >= 0) {
        close(file);
        return 0;
    }
    int error = errno;
    if (error == EACCES || error == EPERM || error == EROFS)
        return why_set(why, FAIL_CONFIG, "journal %s: %s; give the file and its folder to the user codingdeskd runs as", path,
                       strerror(error));
    if (error == ENOENT || error == ENOTDIR || error == EISDIR)
        return why_set(why, FAIL_CONFIG, "journal %s: %s; create its folder, or name another file as journal_file", path, strerror(error));
    if (error == ENOSPC || error == EDQUOT)
        return why_set(why, FAIL_SYSTEM, "journal %s: the disk is full or a quota is used up; free some space", path);
    return why_set(why, FAIL_SYSTEM, "journal %s: %s; look at the disk and at the system's log", path, strerror(error));
}

static int open_database(const char *path, int flags, struct journal **ret, struct why *why) {
    struct journal *journal = calloc(1, sizeof *journal);
    if (!journal)
        return why_set(why, FAIL_SYSTEM, "journal %s: out of memory", path);
    journal->lock = journal->mailbox_lock = -1;
    journal->path = strdup(path);
    int code =
        journal->path ? sqlite3_open_v2(path, &journal->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL) : SQLITE_NOMEM;
    if (code != SQLITE_OK) {
        int fail = journal_fail(journal, code, why);
        journal_close(journal);
        return fail;
    }
    sqlite3_busy_timeout(journal->db, BUSY_MS);
    sqlite3_limit(journal->db, SQLITE_LIMIT_LENGTH, TEXT_BYTES_MAX);
    *ret = journal;
    return 0;
}

const char *journal_default_path(struct arena *arena) {
    const char *folder = getenv("STATE_DIRECTORY");
    return arena_printf(arena, "%s/journal.sqlite", folder && *folder ? folder : "/var/lib/codingdesk");
}

int journal_open(const char *path, struct journal **ret, struct why *why) {
    struct journal *journal = NULL;
    int fail = create_file(path, why);
    if (!fail)
        fail = open_database(path, SQLITE_OPEN_READWRITE, &journal, why);
    if (fail)
        return fail;
    fail = prepare_writing(journal, why);
    if (fail)
        journal_close(journal);
    else
        *ret = journal;
    return fail;
}

/* A reader may not change the schema, so it wants exactly the version it knows. */
static int check_readable(struct journal *journal, struct why *why) {
    int64_t version = 0, newest = journal_migrations[journal_migration_count - 1].version;
    int fail = read_version(journal, &version, why);
    if (!fail)
        fail = check_version(journal, version, newest, why);
    if (!fail && version < newest)
        return why_set(why, FAIL_CONFIG,
                       "journal %s: was written by an older codingdeskd; start the installed one once, it brings it up to date",
                       journal->path);
    return fail;
}

int journal_open_readonly(const char *path, struct journal **ret, struct why *why) {
    struct journal *journal = NULL;
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return why_set(why, FAIL_EMPTY, "journal %s: there is none yet; codingdeskd creates it when it starts", path);
    int fail = open_database(path, SQLITE_OPEN_READONLY, &journal, why);
    if (fail)
        return fail;
    fail = run_text(journal, settings_reading, why);
    if (!fail)
        fail = check_readable(journal, why);
    if (fail)
        journal_close(journal);
    else
        *ret = journal;
    return fail;
}

void journal_close(struct journal *journal) {
    if (!journal)
        return;
    journal_rollback(journal);
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(journal->statements[i]);
    sqlite3_close(journal->db);
    if (journal->lock >= 0)
        close(journal->lock);
    if (journal->mailbox_lock >= 0)
        close(journal->mailbox_lock);
    free(journal->path);
    free(journal);
}

int journal_begin(struct journal *journal, struct why *why) {
    if (journal->begun)
        return why_set(why, FAIL_BUG, "journal %s: a transaction is begun inside another", journal->path);
    struct query query = query_start(journal, STATEMENT_BEGIN);
    int fail = query_run(&query, why);
    journal->begun = fail == 0;
    return fail;
}

int journal_commit(struct journal *journal, struct why *why) {
    if (!journal->begun)
        return why_set(why, FAIL_BUG, "journal %s: there is no transaction to commit", journal->path);
    struct query query = query_start(journal, STATEMENT_COMMIT);
    int fail = query_run(&query, why);
    journal->begun = false;
    return fail;
}

/* Some errors have ended the transaction already. */
void journal_rollback(struct journal *journal) {
    journal->begun = false;
    if (!journal->db || sqlite3_get_autocommit(journal->db))
        return;
    struct query query = query_start(journal, STATEMENT_ROLLBACK);
    query_row(&query);
    if (query.statement)
        sqlite3_reset(query.statement);
}

static bool is_lock_name(struct span account) {
    for (size_t i = 0; i < account.len; i++)
        if (!char_is_alnum(account.ptr[i]) && !strchr("._-@", account.ptr[i]))
            return false;
    return account.len > 0 && account.len <= 64;
}

/* A lock of the process, not of the open file: a child that outlives the daemon does not keep it. */
static int lock_file(const char *path, int file, struct why *why) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(file, F_SETLK, &lock) == 0)
        return 0;
    if (errno != EACCES && errno != EAGAIN)
        return why_set(why, FAIL_SYSTEM, "lock %s: %s; the journal must lie on a local disk", path, strerror(errno));
    if (fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK)
        return why_set(why, FAIL_SYSTEM, "lock %s: process %ld answers this mailbox already; stop it first", path, (long)lock.l_pid);
    return why_set(why, FAIL_SYSTEM, "lock %s: another process answers this mailbox already; stop it first", path);
}

static int take_lock(const struct journal *journal, const char *name, int *ret, struct why *why) {
    char path[4096];
    if (*ret >= 0)
        return why_set(why, FAIL_BUG, "journal %s: has its lock already", journal->path);
    if ((size_t)snprintf(path, sizeof path, "%s.%s.lock", journal->path, name) >= sizeof path)
        return why_set(why, FAIL_CONFIG, "journal %s: the path is too long", journal->path);
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        return why_set(why, FAIL_SYSTEM, "lock %s: %s; the folder must belong to the user codingdeskd runs as", path, strerror(errno));
    int fail = lock_file(path, file, why);
    if (fail)
        close(file);
    else
        *ret = file;
    return fail;
}

int journal_lock_account(struct journal *journal, const char *account, struct why *why) {
    if (!is_lock_name(span_of(account)))
        return why_set(why, FAIL_CONFIG, "account: a name has 1 to 64 letters, digits, dots, hyphens, underscores or at signs");
    return take_lock(journal, account, &journal->lock, why);
}

/* A plus sign is in no account's name. */
int journal_lock_mailbox(struct journal *journal, const char *user, const char *host, const char *folder, struct why *why) {
    const struct span parts[] = {span_of(user), span_of(host), span_of(folder)};
    struct digest digest = digest_of(parts, sizeof parts / sizeof *parts);
    char name[sizeof digest.hex + 8];
    snprintf(name, sizeof name, "mailbox+%.16s", digest.hex);
    return take_lock(journal, name, &journal->mailbox_lock, why);
}
