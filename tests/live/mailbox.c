/* A folder on a real Dovecot seen as a queue: fetched in order, filed, waited for, and what happens in between. */
#include "tests/live/servers.h"

#include <poll.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "base/buf.h"
#include "mail/mailbox.h"

enum { HEAD_BYTES = 4096, MAX_MESSAGE_BYTES = 100000, TIMEOUT_S = 10, MANY = 1000, BATCH = 50 };

/* A desk of its own for each test, so that none finds another's mail. */
struct desk {
    struct servers *servers;
    char user[64], maildir[SERVERS_TEXT_BYTES];
    struct mailbox_settings settings;
    struct mailbox *mailbox;
    struct arena *arena;
    int delivered;
};

static struct servers good, modest, poor;
static struct desk *present; /* the running test's */

static struct desk *desk_new(struct servers *servers) {
    static int number;
    struct desk *desk = calloc(1, sizeof *desk);
    assert_non_null(desk);
    present = desk;
    desk->servers = servers;
    snprintf(desk->user, sizeof desk->user, "desk%d@desk.example", ++number);
    snprintf(desk->maildir, sizeof desk->maildir, "%.*s/desk%d/Maildir", (int)(strlen(servers->maildir) - strlen("/desk/Maildir")),
             servers->maildir, number);
    run("install -d -o mail -m 700 %s/.. %s %s/new %s/cur %s/tmp", desk->maildir, desk->maildir, desk->maildir, desk->maildir,
        desk->maildir);
    desk->settings = (struct mailbox_settings){.server = {.host = "localhost",
                                                          .port = servers->imaps_port,
                                                          .security = WIRE_TLS,
                                                          .ca_file = servers->ca_file,
                                                          .timeout_s = TIMEOUT_S,
                                                          .max_response_bytes = 1 << 20},
                                               .user = desk->user,
                                               .password = servers->password,
                                               .folder = "INBOX",
                                               .places = {"Answered", "For the desk & Büro", "Ignored"},
                                               .idle_s = 300,
                                               .poll_s = 60,
                                               .max_message_bytes = MAX_MESSAGE_BYTES,
                                               .head_bytes = HEAD_BYTES};
    desk->arena = arena_new(16 << 20);
    return desk;
}

static int desk_free(void **state) {
    (void)state;
    if (present) {
        mailbox_close(present->mailbox);
        arena_free(present->arena);
        free(present);
        present = NULL;
    }
    return 0;
}

static void desk_open(struct desk *desk) {
    struct why why;
    mailbox_close(desk->mailbox);
    desk->mailbox = NULL;
    if (mailbox_open(&desk->settings, &desk->mailbox, &why))
        fail_msg("%s", why.text);
}

/* One message, as Dovecot's own delivery would leave it. */
static void deliver(struct desk *desk, size_t body_bytes) {
    char tmp[1024], new[1024];
    int number = ++desk->delivered;
    snprintf(tmp, sizeof tmp, "%s/tmp/%d.%d.test", desk->maildir, 1000000 + number, getpid());
    snprintf(new, sizeof new, "%s/new/%d.%d.test", desk->maildir, 1000000 + number, getpid());
    FILE *file = fopen(tmp, "we");
    assert_non_null(file);
    fprintf(file, "From: asker@clinic.example\r\nTo: %s\r\nSubject: question %d\r\n\r\n", desk->user, number);
    for (size_t i = 0; i < body_bytes / 50; i++)
        fprintf(file, "%-48d\r\n", (int)i);
    assert_int_equal(fclose(file), 0);
    struct stat owner;
    assert_int_equal(stat(desk->maildir, &owner), 0);
    assert_int_equal(chown(tmp, owner.st_uid, owner.st_gid), 0);
    assert_int_equal(rename(tmp, new), 0);
}

static void deliver_many(struct desk *desk, int count, size_t body_bytes) {
    for (int i = 0; i < count; i++)
        deliver(desk, body_bytes);
}

static struct mail_batch fetch(struct desk *desk, size_t max) {
    struct mail_batch batch = {0};
    struct why why;
    if (mailbox_fetch(desk->mailbox, max, desk->arena, &batch, &why))
        fail_msg("%s", why.text);
    return batch;
}

static int fetch_code(struct desk *desk) {
    struct mail_batch batch;
    struct why why;
    return mailbox_fetch(desk->mailbox, BATCH, desk->arena, &batch, &why);
}

static void file(struct desk *desk, enum mailbox_place place, const uint32_t *uids, size_t count) {
    struct why why;
    if (mailbox_file(desk->mailbox, place, uids, count, &why))
        fail_msg("%s", why.text);
}

static int files_in(const struct desk *desk, const char *folder) {
    char command[1024], text[32] = "";
    snprintf(command, sizeof command, "find '%s/%s/new' '%s/%s/cur' -type f | wc -l", desk->maildir, folder, desk->maildir, folder);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    assert_non_null(fgets(text, sizeof text, pipe));
    pclose(pipe);
    return (int)strtol(text, NULL, 10);
}

static bool holds(struct span bytes, const char *text) { return span_find(bytes, span_of(text)) != SPAN_NONE; }

static double seconds(void) { return (double)wire_clock_ms() / 1000; }

/* --- the tests ---------------------------------------------------------------------------------------------------- */

static void messages_come_oldest_first_and_once(void **state) {
    (void)state;
    struct desk *desk = desk_new(&good);
    deliver_many(desk, 7, 100);
    desk_open(desk);
    uint32_t last = 0;
    size_t sizes[] = {3, 3, 1};
    for (size_t i = 0; i < 3; i++) {
        struct mail_batch batch = fetch(desk, 3);
        assert_int_equal(batch.count, sizes[i]);
        assert_int_equal(batch.uid_validity, mailbox_uid_validity(desk->mailbox));
        for (size_t k = 0; k < batch.count; k++) {
            assert_true(batch.mails[k].uid > last && batch.mails[k].whole && !batch.mails[k].too_large);
            assert_int_equal(batch.mails[k].bytes.len, batch.mails[k].size);
            last = batch.mails[k].uid;
        }
    }
    assert_int_equal(fetch_code(desk), FAIL_EMPTY);
    deliver(desk, 100);
    struct mail_batch batch = fetch(desk, 3);
    assert_int_equal(batch.count, 1);
    assert_true(holds(batch.mails[0].bytes, "Subject: question 8\r\n"));
}

static void a_smaller_request_is_kept_to(void **state) {
    (void)state;
    struct desk *desk = desk_new(&good);
    deliver_many(desk, 12, 100);
    desk_open(desk);
    uint32_t last = 0;
    static const size_t wanted[] = {4, 1, 2, 5, 1, 3};
    for (size_t i = 0; last < 12; i++) {
        size_t max = wanted[i % (sizeof wanted / sizeof *wanted)];
        struct mail_batch batch = fetch(desk, max);
        assert_true(batch.count > 0 && batch.count <= max);
        for (size_t k = 0; k < batch.count; k++)
            assert_int_equal(batch.mails[k].uid, ++last);
        file(desk, PLACE_DESK, &last, i % 2);
    }
    assert_int_equal(fetch_code(desk), FAIL_EMPTY);
}

static void long_and_large_messages(void **state) {
    (void)state;
    struct desk *desk = desk_new(&good);
    struct why why;
    struct span whole;
    deliver(desk, 100);
    deliver(desk, 3 * HEAD_BYTES);
    deliver(desk, 2 * MAX_MESSAGE_BYTES);
    desk_open(desk);
    struct mail_batch batch = fetch(desk, BATCH);
    assert_int_equal(batch.count, 3);
    const struct mail *mails = batch.mails;
    assert_true(mails[0].whole);
    assert_true(!mails[1].whole && !mails[1].too_large && mails[1].bytes.len == HEAD_BYTES && mails[1].size > 3 * HEAD_BYTES);
    assert_true(!mails[2].whole && mails[2].too_large && mails[2].bytes.len == 0 && mails[2].size > 2 * MAX_MESSAGE_BYTES);

    assert_int_equal(mailbox_fetch_whole(desk->mailbox, mails[1].uid, desk->arena, &whole, &why), 0);
    assert_int_equal(whole.len, mails[1].size);
    assert_memory_equal(whole.ptr, mails[1].bytes.ptr, HEAD_BYTES);
    assert_int_equal(mailbox_fetch_whole(desk->mailbox, mails[2].uid, desk->arena, &whole, &why), FAIL_LIMIT);
    assert_int_equal(mailbox_fetch_whole(desk->mailbox, mails[2].uid + 1, desk->arena, &whole, &why), FAIL_EMPTY);
    file(desk, PLACE_DESK, &mails[2].uid, 1);
    assert_int_equal(files_in(desk, ""), 2);
}

static void a_message_of_many_pieces_is_put_together(void **state) {
    (void)state;
    struct desk *desk = desk_new(&good);
    struct why why;
    struct span whole;
    desk->settings.max_message_bytes = 8 << 20;
    deliver(desk, 3 << 20);
    desk_open(desk);
    struct mail mail = fetch(desk, 1).mails[0];
    assert_int_equal(mailbox_fetch_whole(desk->mailbox, mail.uid, desk->arena, &whole, &why), 0);
    assert_int_equal(whole.len, mail.size);
    const char *line = strstr(whole.ptr, "\r\n\r\n") + 4;
    for (int i = 0; i < (3 << 20) / 50; i++, line += 50)
        assert_int_equal(strtol(line, NULL, 10), i);
}

static void downloaded(const struct desk *desk, const char *wanted) {
    char command[1024];
    snprintf(command, sizeof command,
             "for i in 1 2 3 4 5 6 7 8 9; do grep -q 'imap(%s).*Logged out.*%s' %s && exit 0; sleep 0.1; done; grep 'imap(.*Logged out' "
             "%s; exit 1",
             desk->user, wanted, desk->servers->imap_log, desk->servers->imap_log);
    run("%s", command);
}

static void a_too_large_message_is_not_downloaded(void **state) {
    (void)state;
    struct desk *desk = desk_new(&good);
    deliver(desk, 2 * MAX_MESSAGE_BYTES);
    desk_open(desk);
    assert_true(fetch(desk, BATCH).mails[0].too_large);
    mailbox_close(desk->mailbox);
    desk->mailbox = NULL;
    downloaded(desk, "body_count=0 body_bytes=0");
}

static void what_a_person_does_changes_nothing(void **state) {
    (void)state;
    struct desk *desk = desk_new(&good);
    deliver_many(desk, 4, 100);
    run("cd %s && mv new/1000001.* cur/1000001.%d.test:2,FS && mv new/1000002.* cur/1000002.%d.test:2,RS", desk->maildir, getpid(),
        getpid());
    desk_open(desk);
    struct mail_batch batch = fetch(desk, BATCH);
    assert_int_equal(batch.count, 4);
    run("cd %s && mv cur/1000003.%d.test:2, cur/1000003.%d.test:2,S && mv cur/1000004.* .Answered/cur/", desk->maildir, getpid(), getpid());
    uint32_t uids[4];
    for (size_t i = 0; i < 4; i++)
        uids[i] = batch.mails[i].uid;
    file(desk, PLACE_ANSWERED, uids, 4);
    assert_int_equal(files_in(desk, ""), 0);
    assert_int_equal(files_in(desk, ".Answered"), 4);
    run("ls %s/.Answered/cur | grep -q ':2,FS'", desk->maildir);
    run("ls %s/.Answered/cur | grep -q ':2,RS'", desk->maildir);
    run("ls %s/.Answered/cur | grep -q ':2,S'", desk->maildir);
}

static void reading_sets_no_flag(void **state) {
    (void)state;
    struct desk *desk = desk_new(&good);
    struct why why;
    struct span whole;
    deliver(desk, 3 * HEAD_BYTES);
    desk_open(desk);
    struct mail mail = fetch(desk, 1).mails[0];
    assert_int_equal(mailbox_fetch_whole(desk->mailbox, mail.uid, desk->arena, &whole, &why), 0);
    file(desk, PLACE_ANSWERED, &mail.uid, 1);
    run("find %s/.Answered/new %s/.Answered/cur -type f | grep -q , && ! find %s/.Answered -name '*:2,?*' | grep -q .", desk->maildir,
        desk->maildir, desk->maildir);
}

static void moving(struct servers *servers) {
    struct desk *desk = desk_new(servers);
    deliver_many(desk, 6, 100);
    desk_open(desk);
    struct mail_batch batch = fetch(desk, 2);
    uint32_t uids[] = {batch.mails[1].uid, batch.mails[0].uid, 4000000000u};
    file(desk, PLACE_ANSWERED, uids, 3);
    file(desk, PLACE_ANSWERED, uids, 3);
    batch = fetch(desk, 2);
    assert_int_equal(batch.count, 2);
    file(desk, PLACE_DESK, &batch.mails[0].uid, 1);
    file(desk, PLACE_IGNORED, &batch.mails[1].uid, 1);
    file(desk, PLACE_IGNORED, NULL, 0);
    assert_int_equal(files_in(desk, ".Answered"), 2);
    assert_int_equal(files_in(desk, ".For the desk &- B&APw-ro"), 1);
    assert_int_equal(files_in(desk, ".Ignored"), 1);
    assert_int_equal(files_in(desk, ""), 2);
    run("grep -q '^For the desk &- B&APw-ro$' %s/subscriptions", desk->maildir);
    assert_int_equal(fetch(desk, BATCH).count, 2);
}

static void moved_with_move(void **state) {
    (void)state;
    moving(&good);
}

static void moved_by_copy_and_expunge(void **state) {
    (void)state;
    moving(&modest);
}

static void a_deleted_message_of_a_person_is_not_expunged(void **state) {
    (void)state;
    struct desk *desk = desk_new(&modest);
    deliver_many(desk, 2, 100);
    run("cd %s && mv new/1000001.* cur/1000001.%d.test:2,T", desk->maildir, getpid());
    desk_open(desk);
    struct mail_batch batch = fetch(desk, BATCH);
    assert_int_equal(batch.count, 2);
    file(desk, PLACE_ANSWERED, &batch.mails[1].uid, 1);
    assert_int_equal(files_in(desk, ""), 1);
}

static void a_place_that_a_person_removed_is_made_again(void **state) {
    (void)state;
    struct desk *desk = desk_new(&good);
    deliver(desk, 100);
    desk_open(desk);
    uint32_t uid = fetch(desk, 1).mails[0].uid;
    run("rm -r %s/.Ignored", desk->maildir);
    file(desk, PLACE_IGNORED, &uid, 1);
    assert_int_equal(files_in(desk, ".Ignored"), 1);
}

static void a_place_may_be_named_by_its_use(void **state) {
    (void)state;
    struct desk *desk = desk_new(&good);
    struct why why;
    deliver(desk, 100);
    desk->settings.places[PLACE_ANSWERED] = "\\Archive";
    desk_open(desk);
    file(desk, PLACE_ANSWERED, &fetch(desk, 1).mails[0].uid, 1);
    assert_int_equal(files_in(desk, ".Archive"), 1);
    mailbox_close(desk->mailbox);
    desk->settings.places[PLACE_ANSWERED] = "\\Junk";
    assert_int_equal(mailbox_open(&desk->settings, &desk->mailbox, &why), FAIL_CONFIG);
    assert_true(strstr(why.text, "special use \\Junk"));
    desk->mailbox = NULL;
}

static void what_can_not_work_is_refused_at_once(void **state) {
    (void)state;
    static const struct {
        const char *name, *folder, *answered, *says;
        struct servers *servers;
    } rows[] = {
        {"no such folder", "Questions", "Answered", "can not be opened", &good},
        {"a name that is not UTF-8", "INBOX", "caf\xe9", "not UTF-8", &good},
        {"a name with a line end", "INBOX", "a\r\nb", "can not be created", &good},
        {"a name the server refuses", "INBOX", "a//b", "can not be created", &good},
        {"a server that can not move", "INBOX", "Answered", "neither MOVE nor UIDPLUS", &poor},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct desk *desk = desk_new(rows[i].servers);
        struct why why = {""};
        desk->settings.folder = rows[i].folder;
        desk->settings.places[PLACE_ANSWERED] = rows[i].answered;
        int code = mailbox_open(&desk->settings, &desk->mailbox, &why);
        if (code != FAIL_CONFIG || !strstr(why.text, rows[i].says))
            fail_msg("%s: %d %s", rows[i].name, code, why.text);
        desk_free(NULL);
    }
}

struct later {
    struct desk *desk;
    int wake_fd;
    double done_at;
};

static void *deliver_soon(void *context) {
    struct later *later = context;
    usleep(300000);
    if (later->wake_fd >= 0)
        (void)!write(later->wake_fd, "x", 1);
    else
        deliver(later->desk, 100);
    later->done_at = seconds();
    return NULL;
}

static int wait_until_told(struct desk *desk, int wake_fd, int timeout_ms) {
    struct why why;
    double end = seconds() + timeout_ms / 1000.0;
    int code = FAIL_EMPTY;
    while (code == FAIL_EMPTY && seconds() < end)
        code = mailbox_wait(desk->mailbox, wake_fd, (int)((end - seconds()) * 1000), &why);
    return code;
}

static void new_mail_wakes(struct servers *servers, int poll_s, double within_s) {
    struct desk *desk = desk_new(servers);
    desk->settings.poll_s = poll_s;
    deliver(desk, 100);
    desk_open(desk);
    assert_int_equal(fetch(desk, BATCH).count, 1);
    assert_int_equal(fetch_code(desk), FAIL_EMPTY);
    for (int i = 0; i < 3; i++) {
        pthread_t thread;
        struct later later = {.desk = desk, .wake_fd = -1};
        assert_int_equal(pthread_create(&thread, NULL, deliver_soon, &later), 0);
        struct mail_batch batch = {0};
        struct why why;
        while (batch.count == 0 && wait_until_told(desk, -1, 5000) == 0)
            mailbox_fetch(desk->mailbox, BATCH, desk->arena, &batch, &why);
        pthread_join(thread, NULL);
        assert_int_equal(batch.count, 1);
        print_message("woke %.3f s after delivery\n", seconds() - later.done_at);
        assert_true(seconds() - later.done_at < within_s);
    }
}

static void new_mail_wakes_an_idle_connection(void **state) {
    (void)state;
    new_mail_wakes(&good, 60, 1.0);
}

static void new_mail_is_polled_for_without_idle(void **state) {
    (void)state;
    new_mail_wakes(&modest, 1, 1.5);
}

static void mail_between_look_and_wait_is_not_missed(void **state) {
    (void)state;
    struct desk *desk = desk_new(&good);
    deliver(desk, 100);
    desk_open(desk);
    uint32_t uid = fetch(desk, BATCH).mails[0].uid;
    assert_int_equal(fetch_code(desk), FAIL_EMPTY);
    deliver(desk, 100);
    file(desk, PLACE_ANSWERED, &uid, 1);
    assert_int_equal(wait_until_told(desk, -1, 3000), 0);
    assert_int_equal(fetch(desk, BATCH).count, 1);
}

static void waiting_ends(void **state) {
    (void)state;
    struct desk *desk = desk_new(&good);
    struct why why;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    desk_open(desk);
    assert_int_equal(fetch_code(desk), FAIL_EMPTY);
    double begin = seconds();
    assert_int_equal(wait_until_told(desk, -1, 400), FAIL_EMPTY);
    assert_true(seconds() - begin >= 0.39 && seconds() - begin < 0.8);

    struct later later = {.desk = desk, .wake_fd = ends[1]};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, deliver_soon, &later), 0);
    struct pollfd woken = {.fd = ends[0], .events = POLLIN};
    begin = seconds();
    while (poll(&woken, 1, 0) == 0 && seconds() - begin < 3)
        assert_int_equal(mailbox_wait(desk->mailbox, ends[0], 3000, &why), FAIL_EMPTY);
    pthread_join(thread, NULL);
    assert_true(seconds() - begin < 0.8);
    close(ends[0]);
    close(ends[1]);
}

static void idle_is_renewed_and_the_folder_looked_at(void **state) {
    (void)state;
    struct desk *desk = desk_new(&good);
    struct why why;
    desk->settings.idle_s = 1;
    desk->settings.poll_s = 3;
    desk_open(desk);
    assert_int_equal(fetch_code(desk), FAIL_EMPTY);
    double begin = seconds();
    int waits = 0;
    while (mailbox_wait(desk->mailbox, -1, 10000, &why) == FAIL_EMPTY)
        waits++;
    assert_true(seconds() - begin >= 2.5 && seconds() - begin < 4);
    assert_true(waits >= 2 && waits < 10);
}

static int counted_wait(void *context, int fd, short events, int timeout_ms) {
    ++*(int *)context;
    struct pollfd wanted = {.fd = fd, .events = events};
    return poll(&wanted, 1, timeout_ms < 20 ? timeout_ms : 20);
}

static void other_work_goes_on_while_the_server_thinks(void **state) {
    (void)state;
    struct desk *desk = desk_new(&good);
    int waits = 0;
    deliver_many(desk, 3, 100);
    desk_open(desk);
    mailbox_while_waiting(desk->mailbox, counted_wait, &waits);
    assert_int_equal(fetch(desk, BATCH).count, 3);
    assert_int_equal(fetch_code(desk), FAIL_EMPTY);
    assert_true(waits > 0 && waits < 20);
    waits = 0;
    assert_int_equal(wait_until_told(desk, -1, 300), FAIL_EMPTY);
    assert_true(waits >= 5 && waits < 60);
}

static void a_message_that_is_gone_meanwhile_is_not_among_them(void **state) {
    (void)state;
    struct desk *desk = desk_new(&good);
    deliver_many(desk, 6, 100);
    desk_open(desk);
    assert_int_equal(fetch(desk, 1).mails[0].uid, 1);
    run("rm %s/cur/1000004.* && mv %s/cur/1000005.* %s/.Answered/cur", desk->maildir, desk->maildir, desk->maildir);
    uint32_t uids[6];
    size_t count = 0;
    struct mail_batch batch;
    struct why why;
    int code;
    while ((code = mailbox_fetch(desk->mailbox, 1, desk->arena, &batch, &why)) == 0) {
        assert_true(batch.mails[0].bytes.len > 0);
        assert_true(count < 6);
        uids[count++] = batch.mails[0].uid;
    }
    if (code != FAIL_EMPTY)
        fail_msg("%d %s", code, why.text);
    assert_int_equal(count, 3);
    assert_int_equal(uids[2], 6);
    file(desk, PLACE_ANSWERED, (const uint32_t[]){1, 2, 3, 4, 5, 6}, 6);
}

/* Dovecot's children go on serving who is connected when their master is stopped alone. */
static void stop_imap(const struct servers *servers) {
    run("children=$(ps -o pid= --ppid $(cat %s/imap/run/master.pid)); sh %s stop-imap %s && { kill $children 2>/dev/null; true; }",
        servers->folder, SERVERS, servers->folder);
}

static void a_restarted_server_is_found_again(void **state) {
    (void)state;
    struct desk *desk = desk_new(&good);
    struct why why;
    deliver_many(desk, 2, 100);
    desk_open(desk);
    assert_int_equal(fetch(desk, 1).count, 1);
    stop_imap(&good);
    double begin = seconds();
    int code = 0;
    while (code != FAIL_AGAIN && seconds() - begin < 3)
        code = fetch_code(desk);
    assert_int_equal(code, FAIL_AGAIN);
    mailbox_close(desk->mailbox);
    desk->mailbox = NULL;
    assert_int_equal(mailbox_open(&desk->settings, &desk->mailbox, &why), FAIL_AGAIN);
    assert_true(strstr(why.text, "can not be reached"));
    run("sh %s start-imap %s", SERVERS, good.folder);
    desk_open(desk);
    assert_int_equal(fetch(desk, BATCH).count, 2);
}

static void a_server_that_goes_away_ends_the_wait(void **state) {
    (void)state;
    struct desk *desk = desk_new(&good);
    struct why why;
    desk_open(desk);
    assert_int_equal(fetch_code(desk), FAIL_EMPTY);
    assert_int_equal(mailbox_wait(desk->mailbox, -1, 50, &why), FAIL_EMPTY);
    stop_imap(&good);
    run("sh %s start-imap %s", SERVERS, good.folder);
    assert_int_equal(wait_until_told(desk, -1, 3000), FAIL_AGAIN);
    desk_open(desk);
}

static void a_folder_made_anew_is_read_from_the_beginning(void **state) {
    (void)state;
    struct desk *desk = desk_new(&good);
    deliver_many(desk, 3, 100);
    desk_open(desk);
    struct mail_batch before = fetch(desk, BATCH);
    assert_int_equal(fetch_code(desk), FAIL_EMPTY);
    run("cd %s && rm dovecot-uidlist dovecot.index* && sleep 1.1", desk->maildir);
    deliver(desk, 100);
    struct mail_batch after = {0};
    struct why why = {""};
    int code = mailbox_fetch(desk->mailbox, BATCH, desk->arena, &after, &why);
    for (int i = 0; i < 2 && (code == FAIL_AGAIN || code == FAIL_EMPTY); i++) {
        print_message("%s\n", why.text);
        desk_open(desk);
        code = mailbox_fetch(desk->mailbox, BATCH, desk->arena, &after, &why);
    }
    assert_int_equal(code, 0);
    assert_int_not_equal(before.uid_validity, after.uid_validity);
    assert_int_equal(after.uid_validity, mailbox_uid_validity(desk->mailbox));
    assert_int_equal(after.count, 4);
}

static double cpu_seconds(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void a_thousand_in_batches(void **state) {
    (void)state;
    struct desk *desk = desk_new(&good);
    deliver_many(desk, MANY, 1000);
    desk_open(desk);
    double begin = seconds(), cpu = cpu_seconds();
    uint32_t last = 0;
    size_t count = 0;
    while (count < MANY) {
        arena_clear(desk->arena);
        struct mail_batch batch = fetch(desk, BATCH);
        for (size_t i = 0; i < batch.count; i++, count++) {
            assert_true(batch.mails[i].uid > last && batch.mails[i].whole);
            last = batch.mails[i].uid;
        }
    }
    print_message("%zu mails in %.3f s, %.1f us of CPU each\n", count, seconds() - begin, (cpu_seconds() - cpu) * 1e6 / MANY);
    assert_int_equal(fetch_code(desk), FAIL_EMPTY);
}

static int start(void **state) {
    (void)state;
    servers_start(&good, "");
    servers_start(&modest, "--imap-capability='IMAP4rev1 UIDPLUS'");
    servers_start(&poor, "--imap-capability=IMAP4rev1");
    return 0;
}

static int stop(void **state) {
    (void)state;
    servers_stop(&good);
    servers_stop(&modest);
    servers_stop(&poor);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(messages_come_oldest_first_and_once, desk_free),
        cmocka_unit_test_teardown(a_smaller_request_is_kept_to, desk_free),
        cmocka_unit_test_teardown(long_and_large_messages, desk_free),
        cmocka_unit_test_teardown(a_message_of_many_pieces_is_put_together, desk_free),
        cmocka_unit_test_teardown(a_too_large_message_is_not_downloaded, desk_free),
        cmocka_unit_test_teardown(what_a_person_does_changes_nothing, desk_free),
        cmocka_unit_test_teardown(reading_sets_no_flag, desk_free),
        cmocka_unit_test_teardown(moved_with_move, desk_free),
        cmocka_unit_test_teardown(moved_by_copy_and_expunge, desk_free),
        cmocka_unit_test_teardown(a_deleted_message_of_a_person_is_not_expunged, desk_free),
        cmocka_unit_test_teardown(a_place_that_a_person_removed_is_made_again, desk_free),
        cmocka_unit_test_teardown(a_place_may_be_named_by_its_use, desk_free),
        cmocka_unit_test_teardown(what_can_not_work_is_refused_at_once, desk_free),
        cmocka_unit_test_teardown(new_mail_wakes_an_idle_connection, desk_free),
        cmocka_unit_test_teardown(new_mail_is_polled_for_without_idle, desk_free),
        cmocka_unit_test_teardown(mail_between_look_and_wait_is_not_missed, desk_free),
        cmocka_unit_test_teardown(waiting_ends, desk_free),
        cmocka_unit_test_teardown(idle_is_renewed_and_the_folder_looked_at, desk_free),
        cmocka_unit_test_teardown(other_work_goes_on_while_the_server_thinks, desk_free),
        cmocka_unit_test_teardown(a_message_that_is_gone_meanwhile_is_not_among_them, desk_free),
        cmocka_unit_test_teardown(a_restarted_server_is_found_again, desk_free),
        cmocka_unit_test_teardown(a_server_that_goes_away_ends_the_wait, desk_free),
        cmocka_unit_test_teardown(a_folder_made_anew_is_read_from_the_beginning, desk_free),
        cmocka_unit_test_teardown(a_thousand_in_batches, desk_free),
    };
    return cmocka_run_group_tests_name("live.mailbox", tests, start, stop);
}
