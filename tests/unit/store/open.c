/* Opening, migrating, locking, and what happens when the disk, another program or a kill comes in between. */
#include "tests/unit/store/scratch.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "store/senders.h"
#include "store/sqlite.h"

static void reopen(struct scratch *s) {
    journal_close(s->journal);
    s->journal = NULL;
    ok(s, journal_open(s->path, &s->journal, &s->why));
}

static void run_sql(struct scratch *s, const char *path, const char *text) {
    sqlite3 *db = NULL;
    if (sqlite3_open(path, &db) != SQLITE_OK || sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", path, sqlite3_errmsg(db));
    sqlite3_close(db);
    (void)s;
}

/* The schema without the space between its words. */
static void read_schema(struct scratch *s, struct buf *ret) {
    buf_init(ret, 1 << 16);
    struct query query =
        query_prepare(s->journal, "SELECT type || name || ifnull(replace(sql, ' ', ''), '') FROM sqlite_schema ORDER BY 1");
    while (query_row(&query)) {
        buf_text(ret, query_take_text(&query, s->arena));
        buf_char(ret, '\n');
    }
    ok(s, query_end(&query, &s->why));
}

static void only_its_owner_reads_it(void **state) {
    struct scratch *s = *state;
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++) {
        struct stat file;
        char path[160];
        snprintf(path, sizeof path, "%s%s", s->path, ends[i]);
        assert_int_equal(stat(path, &file), 0);
        if ((file.st_mode & 0777) != 0600)
            fail_msg("%s: %o", path, file.st_mode);
    }
}

/* Neither can be seen from outside without cutting the power. */
static void a_commit_is_on_the_disk(void **state) {
    struct scratch *s = *state;
    static const struct {
        const char *pragma, *value;
    } rows[] = {{"PRAGMA synchronous", "2"}, {"PRAGMA journal_mode", "wal"}, {"PRAGMA foreign_keys", "1"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct query query = query_prepare(s->journal, rows[i].pragma);
        assert_true(query_row(&query));
        assert_string_equal(query_take_text(&query, s->arena), rows[i].value);
        ok(s, query_end(&query, &s->why));
    }
}

static void what_can_not_be_opened_says_why(void **state) {
    struct scratch *s = *state;
    char missing[200], folder[200], kb[200], text[200], newer[200], readonly[200];
    snprintf(missing, sizeof missing, "%s/none/journal.sqlite", s->folder);
    snprintf(folder, sizeof folder, "%s", s->folder);
    snprintf(kb, sizeof kb, "%s/kb.sqlite", s->folder);
    snprintf(text, sizeof text, "%s/text", s->folder);
    snprintf(newer, sizeof newer, "%s/newer.sqlite", s->folder);
    snprintf(readonly, sizeof readonly, "%s/none.sqlite", s->folder);
    run_sql(s, kb, "CREATE TABLE code (code TEXT); PRAGMA user_version = 1;");
    FILE *file = fopen(text, "w");
    fputs("this is a letter and no journal at all, whatever its name may say about it", file);
    fclose(file);
    run_sql(s, newer, "PRAGMA application_id = 1130646124; PRAGMA user_version = 99; CREATE TABLE x (y);");
    const struct {
        const char *name, *path;
        int (*open)(const char *, struct journal **, struct why *);
        int fail;
        const char *says;
    } rows[] = {
        {"no folder", missing, journal_open, FAIL_CONFIG, "create its folder"},
        {"a folder", folder, journal_open, FAIL_CONFIG, "name another file"},
        {"another SQLite file", kb, journal_open, FAIL_CONFIG, "is no journal"},
        {"no SQLite file", text, journal_open, FAIL_CONFIG, "is no journal"},
        {"a newer version", newer, journal_open, FAIL_CONFIG, "install the newer program"},
        {"a newer version, to read", newer, journal_open_readonly, FAIL_CONFIG, "install the newer program"},
        {"none yet, to read", readonly, journal_open_readonly, FAIL_EMPTY, "codingdeskd creates it"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct journal *journal = NULL;
        int fail = rows[i].open(rows[i].path, &journal, &s->why);
        if (fail != rows[i].fail || journal || span_find(span_of(s->why.text), span_of(rows[i].says)) == SPAN_NONE)
            fail_msg("%s: %d %s", rows[i].name, fail, s->why.text);
    }
    /* Looking at a stranger's file has not turned it into WAL mode. */
    char wal[210];
    snprintf(wal, sizeof wal, "%s-wal", kb);
    assert_int_equal(access(wal, F_OK), -1);
}

/* A journal as the program of that version left it. */
static void open_old(struct scratch *s, const char *fixture_file) {
    struct buf now, migrated;
    char *fixture = NULL;
    read_schema(s, &now);
    FILE *file = fopen(fixture_file, "r");
    size_t room = 0;
    assert_non_null(file);
    assert_true(getdelim(&fixture, &room, '\0', file) > 0);
    fclose(file);
    snprintf(s->path, sizeof s->path, "%s/old.sqlite", s->folder);
    run_sql(s, s->path, fixture);
    free(fixture);
    reopen(s);
    read_schema(s, &migrated);
    assert_string_equal(migrated.ptr, now.ptr);
    buf_free(&now);
    buf_free(&migrated);
}

static void a_journal_of_version_1_is_brought_up_to_date(void **state) {
    struct scratch *s = *state;
    struct exchange_rows rows;
    struct step_rows steps;
    open_old(s, FIXTURES "/journal-v1.sql");
    struct history_filter all = {.step = -1};
    ok(s, journal_history(s->journal, &all, s->arena, &rows, &s->why));
    assert_int_equal(rows.count, 2);
    assert_int_equal(rows.items[0].step, STEP_HELD);
    assert_string_equal(rows.items[0].reason, "a modifier nobody knows");
    assert_string_equal(rows.items[0].draft, "A draft.");
    assert_null(rows.items[0].reply_text);
    assert_int_equal(rows.items[1].step, STEP_FILED);
    assert_string_equal(rows.items[1].asker, "ann@example.org");
    assert_string_equal(rows.items[1].reply_text, "**20693** is in the knowledge base.");
    assert_null(rows.items[1].draft);
    struct history_filter by_code = {.step = -1, .code = "s82.251a"};
    ok(s, journal_history(s->journal, &by_code, s->arena, &rows, &s->why));
    assert_int_equal(rows.count, 1);
    ok(s, journal_steps(s->journal, 1, s->arena, &steps, &s->why));
    assert_int_equal(steps.count, 5);
}

/* What was asked before there were limits counts, too: the reply to ann, and what cyd was told of a person. */
static void a_journal_of_version_2_is_brought_up_to_date(void **state) {
    struct scratch *s = *state;
    struct exchange_row row;
    const struct window window = {1767225900, 3600};
    static const struct {
        const char *asker;
        time_t newest;
    } rows[] = {{"ann@example.org", 1767225600}, {"bob@example.org", 0}, {"cyd@example.org", 1767225800}};
    time_t newest;
    open_old(s, FIXTURES "/journal-v2.sql");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ok(s, journal_nth_reply(s->journal, REPLIES_TO_ADDRESS, rows[i].asker, &window, 1, &newest, &s->why));
        if (newest != rows[i].newest)
            fail_msg("%s: %lld", rows[i].asker, (long long)newest);
    }
    ok(s, journal_nth_reply(s->journal, REPLIES_TO_DOMAIN, "EXAMPLE.org", &window, 2, &newest, &s->why));
    assert_int_equal(newest, 1767225600);
    ok(s, journal_get(s->journal, 3, s->arena, &row, &s->why));
    assert_int_equal(row.step, STEP_HELD);
    assert_int_equal(row.told, TOLD_NOTHING);
    assert_int_equal(row.purged_at, 0);
    assert_false(row.keep);
    assert_string_equal(row.reply_text, "A person will answer.");
    assert_string_equal(row.draft, "What is known.");
    assert_null(row.question_text);
}

static void a_migration_happens_whole_or_not_at_all(void **state) {
    struct scratch *s = *state;
    const int now = journal_migrations[journal_migration_count - 1].version;
    const struct migration good[] = {
        {now, "CREATE TABLE exchange (x);"}, {now + 1, "CREATE TABLE second (x);"}, {now + 2, "CREATE TABLE third (x);"}};
    const struct migration bad[] = {
        {now, ""}, {now + 1, "CREATE TABLE second (x);"}, {now + 2, "CREATE TABLE third (x); SELECT nothing FROM nowhere;"}};
    struct buf before, after;
    read_schema(s, &before);
    assert_int_equal(journal_migrate(s->journal, bad, 3, &s->why), FAIL_SYSTEM);
    read_schema(s, &after);
    assert_string_equal(before.ptr, after.ptr);
    buf_free(&after);

    ok(s, journal_migrate(s->journal, good, 3, &s->why));
    ok(s, journal_migrate(s->journal, good, 3, &s->why));
    read_schema(s, &after);
    assert_true(span_find(buf_span(&after), SPAN("second")) != SPAN_NONE);
    assert_true(span_find(buf_span(&after), SPAN("third")) != SPAN_NONE);
    buf_free(&before);
    buf_free(&after);

    struct journal *old_program = NULL;
    assert_int_equal(journal_open(s->path, &old_program, &s->why), FAIL_CONFIG);
}

static void a_reader_sees_the_last_commit_and_never_waits(void **state) {
    struct scratch *s = *state;
    struct journal *reader = NULL;
    struct exchange_row row;
    ok(s, journal_begin(s->journal, &s->why));
    int64_t first = found(s, "default", 1);
    ok(s, journal_commit(s->journal, &s->why));
    ok(s, journal_open_readonly(s->path, &reader, &s->why));
    ok(s, journal_begin(s->journal, &s->why));
    read_it(s, first);
    int64_t second = found(s, "default", 2);
    ok(s, journal_get(reader, first, s->arena, &row, &s->why));
    assert_int_equal(row.step, STEP_FOUND);
    assert_int_equal(journal_get(reader, second, s->arena, &row, &s->why), FAIL_EMPTY);
    ok(s, journal_commit(s->journal, &s->why));
    ok(s, journal_get(reader, first, s->arena, &row, &s->why));
    assert_int_equal(row.step, STEP_READ);
    assert_int_equal(journal_begin(reader, &s->why), FAIL_CONFIG);
    journal_close(reader);
}

static void a_second_writer_gives_up_and_comes_back(void **state) {
    struct scratch *s = *state;
    struct journal *second = NULL;
    ok(s, journal_open(s->path, &second, &s->why));
    sqlite3_busy_timeout(second->db, 50);
    ok(s, journal_begin(s->journal, &s->why));
    assert_int_equal(journal_begin(second, &s->why), FAIL_SYSTEM);
    assert_non_null(strstr(s->why.text, "end that program"));
    found(s, "default", 1);
    ok(s, journal_commit(s->journal, &s->why));
    ok(s, journal_begin(second, &s->why));
    ok(s, journal_commit(second, &s->why));
    journal_close(second);
}

/* A file size limit stands in for the full disk: the write fails in the same place. */
static void limit_files_to(rlim_t bytes) {
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
}

static void a_full_disk_loses_nothing_that_was_committed(void **state) {
    struct scratch *s = *state;
    struct exchange_row row;
    size_t counts[STEP_COUNT];
    int fail = 0;
    uint32_t done = 0;
    signal(SIGXFSZ, SIG_IGN);
    limit_files_to(200 * 1024);
    while (!fail && done < 1000) {
        ok(s, journal_begin(s->journal, &s->why));
        brought_to(s, "default", done + 1, STEP_READ);
        fail = journal_commit(s->journal, &s->why);
        done += fail == 0;
    }
    limit_files_to(RLIM_INFINITY);
    assert_int_equal(fail, FAIL_SYSTEM);
    if (!strstr(s->why.text, "free some space"))
        fail_msg("%s", s->why.text);
    assert_in_range(done, 2, 999);
    ok(s, journal_counts(s->journal, "default", counts, &s->why));
    assert_int_equal(counts[STEP_READ], done);

    ok(s, journal_begin(s->journal, &s->why));
    int64_t id = brought_to(s, "default", done + 1, STEP_READ);
    ok(s, journal_commit(s->journal, &s->why));
    reopen(s);
    ok(s, journal_get(s->journal, id, s->arena, &row, &s->why));
    assert_int_equal(row.place.uid, done + 1);
}

/* In a child: what it does after it said so on the pipe it does not live to finish. */
static pid_t fork_child(struct scratch *s, void (*work)(struct scratch *), int *ret_pipe) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    journal_close(s->journal);
    s->journal = NULL;
    pid_t child = fork();
    if (child == 0) {
        if (journal_open(s->path, &s->journal, &s->why) != 0)
            _exit(9);
        work(s);
        if (write(ends[1], "x", 1) != 1)
            _exit(8);
        for (;;)
            pause();
    }
    close(ends[1]);
    *ret_pipe = ends[0];
    return child;
}

static void wait_for_child(int pipe_end) {
    char byte;
    assert_int_equal(read(pipe_end, &byte, 1), 1);
    close(pipe_end);
}

static void kill_child(pid_t child) {
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
}

static void begin_and_leave_open(struct scratch *s) {
    ok(s, journal_begin(s->journal, &s->why));
    brought_to(s, "default", 1, STEP_SENT);
    ok(s, journal_commit(s->journal, &s->why));
    ok(s, journal_begin(s->journal, &s->why));
    for (uint32_t uid = 2; uid < 500; uid++)
        brought_to(s, "default", uid, STEP_SENDING);
}

static void a_kill_before_the_commit_leaves_nothing_of_it(void **state) {
    struct scratch *s = *state;
    size_t counts[STEP_COUNT];
    int pipe_end;
    pid_t child = fork_child(s, begin_and_leave_open, &pipe_end);
    wait_for_child(pipe_end);
    kill_child(child);
    reopen(s);
    ok(s, journal_counts(s->journal, "default", counts, &s->why));
    for (size_t step = 0; step < STEP_COUNT; step++)
        assert_int_equal(counts[step], step == STEP_SENT);
}

static void lock_default(struct scratch *s) { ok(s, journal_lock_account(s->journal, "default", &s->why)); }

static void one_process_a_mailbox(void **state) {
    struct scratch *s = *state;
    char pid_text[32];
    int pipe_end;
    pid_t child = fork_child(s, lock_default, &pipe_end);
    wait_for_child(pipe_end);
    reopen(s);
    assert_int_equal(journal_lock_account(s->journal, "default", &s->why), FAIL_SYSTEM);
    snprintf(pid_text, sizeof pid_text, "process %ld ", (long)child);
    assert_non_null(strstr(s->why.text, pid_text));
    ok(s, journal_lock_account(s->journal, "second", &s->why));
    kill_child(child);
    reopen(s);
    ok(s, journal_lock_account(s->journal, "default", &s->why));
    assert_int_equal(journal_lock_account(s->journal, "third", &s->why), FAIL_BUG);
}

static void lock_mailbox(struct scratch *s) { ok(s, journal_lock_mailbox(s->journal, "desk", "imap.example", "INBOX", &s->why)); }

/* Whatever the account is called; another user, host or folder is another mailbox. */
static void one_process_a_mailbox_by_any_name(void **state) {
    static const struct {
        const char *user, *host, *folder;
        int expected;
    } rows[] = {
        {"desk", "imap.example", "INBOX", FAIL_SYSTEM},
        {"des", "kimap.example", "INBOX", 0},
        {"second", "imap.example", "INBOX", 0},
        {"desk", "imap.example", "Questions", 0},
    };
    struct scratch *s = *state;
    int pipe_end;
    pid_t child = fork_child(s, lock_mailbox, &pipe_end);
    wait_for_child(pipe_end);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        reopen(s);
        if (journal_lock_mailbox(s->journal, rows[i].user, rows[i].host, rows[i].folder, &s->why) != rows[i].expected)
            fail_msg("%s, %s, %s: %s", rows[i].user, rows[i].host, rows[i].folder, s->why.text);
    }
    kill_child(child);
}

static void a_lock_is_a_name_and_no_path(void **state) {
    struct scratch *s = *state;
    static const char *const names[] = {"",    "../x", "a/b",
                                        "a b", "a\nb", "0123456789012345678901234567890123456789012345678901234567890123456789"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (journal_lock_account(s->journal, names[i], &s->why) != FAIL_CONFIG)
            fail_msg("\"%s\": %s", names[i], s->why.text);
}

static void a_damaged_journal_says_so(void **state) {
    struct scratch *s = *state;
    struct exchange_rows rows;
    ok(s, journal_begin(s->journal, &s->why));
    for (uint32_t uid = 1; uid < 200; uid++)
        brought_to(s, "default", uid, STEP_READ);
    ok(s, journal_commit(s->journal, &s->why));
    journal_close(s->journal);
    s->journal = NULL;
    int file = open(s->path, O_WRONLY);
    for (off_t page = 1; page < 60; page++)
        assert_int_equal(pwrite(file, "garbage garbage garbage", 23, page * 4096), 23);
    close(file);
    struct history_filter all = {.step = -1, .max = 1000};
    int fail = journal_open(s->path, &s->journal, &s->why);
    if (!fail)
        fail = journal_history(s->journal, &all, s->arena, &rows, &s->why);
    assert_int_equal(fail, FAIL_SYSTEM);
    assert_non_null(strstr(s->why.text, "is damaged"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(only_its_owner_reads_it),
        TEST(a_commit_is_on_the_disk),
        TEST(what_can_not_be_opened_says_why),
        TEST(a_journal_of_version_1_is_brought_up_to_date),
        TEST(a_journal_of_version_2_is_brought_up_to_date),
        TEST(a_migration_happens_whole_or_not_at_all),
        TEST(a_reader_sees_the_last_commit_and_never_waits),
        TEST(a_second_writer_gives_up_and_comes_back),
        TEST(a_full_disk_loses_nothing_that_was_committed),
        TEST(a_kill_before_the_commit_leaves_nothing_of_it),
        TEST(one_process_a_mailbox),
        TEST(one_process_a_mailbox_by_any_name),
        TEST(a_lock_is_a_name_and_no_path),
        TEST(a_damaged_journal_says_so),
    };
    return cmocka_run_group_tests_name("store.open", tests, NULL, NULL);
}
