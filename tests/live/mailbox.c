/* A folder on a real Dovecot seen as a queue: fetched in order, filed, and what happens in between. */
#include "tests/live/desk.h"

#include <sys/resource.h>

static struct servers good, modest, poor;

static bool holds(struct span bytes, const char *text) { return span_find(bytes, span_of(text)) != SPAN_NONE; }

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
    while (mailbox_wait(desk->mailbox, -1, 5000, NULL) == FAIL_EMPTY)
        ;
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
        cmocka_unit_test_teardown(a_message_that_is_gone_meanwhile_is_not_among_them, desk_free),
        cmocka_unit_test_teardown(a_thousand_in_batches, desk_free),
    };
    return cmocka_run_group_tests_name("live.mailbox", tests, start, stop);
}
