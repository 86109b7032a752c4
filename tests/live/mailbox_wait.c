/* Waiting for mail on a real Dovecot: told by it or looking by ourselves, and what is left when it goes away. */
#include "tests/live/desk.h"

#include <poll.h>
#include <pthread.h>

static struct servers good, modest;

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

static void stop_imap(const struct servers *servers) { run("sh %s stop-imap %s", SERVERS, servers->folder); }

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

static int start(void **state) {
    (void)state;
    servers_start(&good, "");
    servers_start(&modest, "--imap-capability='IMAP4rev1 UIDPLUS'");
    return 0;
}

static int stop(void **state) {
    (void)state;
    servers_stop(&good);
    servers_stop(&modest);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(new_mail_wakes_an_idle_connection, desk_free),
        cmocka_unit_test_teardown(new_mail_is_polled_for_without_idle, desk_free),
        cmocka_unit_test_teardown(mail_between_look_and_wait_is_not_missed, desk_free),
        cmocka_unit_test_teardown(waiting_ends, desk_free),
        cmocka_unit_test_teardown(idle_is_renewed_and_the_folder_looked_at, desk_free),
        cmocka_unit_test_teardown(other_work_goes_on_while_the_server_thinks, desk_free),
        cmocka_unit_test_teardown(a_restarted_server_is_found_again, desk_free),
        cmocka_unit_test_teardown(a_server_that_goes_away_ends_the_wait, desk_free),
        cmocka_unit_test_teardown(a_folder_made_anew_is_read_from_the_beginning, desk_free),
    };
    return cmocka_run_group_tests_name("live.mailbox_wait", tests, start, stop);
}
