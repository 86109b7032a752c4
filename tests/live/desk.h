/* desk.h - one desk of a live test: a user with a maildir of its own on a Dovecot, and our mailbox over it. */
#ifndef TESTS_LIVE_DESK_H
#define TESTS_LIVE_DESK_H

#include "tests/live/servers.h"

#include <sys/stat.h>

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

static struct desk *present; /* the running test's */

static inline struct desk *desk_new(struct servers *servers) {
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

static inline int desk_free(void **state) {
    (void)state;
    if (present) {
        mailbox_close(present->mailbox);
        arena_free(present->arena);
        free(present);
        present = NULL;
    }
    return 0;
}

static inline void desk_open(struct desk *desk) {
    struct why why;
    mailbox_close(desk->mailbox);
    desk->mailbox = NULL;
    if (mailbox_open(&desk->settings, &desk->mailbox, &why))
        fail_msg("%s", why.text);
}

/* One message, as Dovecot's own delivery would leave it. */
static inline void deliver(struct desk *desk, size_t body_bytes) {
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

static inline void deliver_many(struct desk *desk, int count, size_t body_bytes) {
    for (int i = 0; i < count; i++)
        deliver(desk, body_bytes);
}

static inline struct mail_batch fetch(struct desk *desk, size_t max) {
    struct mail_batch batch = {0};
    struct why why;
    if (mailbox_fetch(desk->mailbox, max, desk->arena, &batch, &why))
        fail_msg("%s", why.text);
    return batch;
}

static inline int fetch_code(struct desk *desk) {
    struct mail_batch batch;
    struct why why;
    return mailbox_fetch(desk->mailbox, BATCH, desk->arena, &batch, &why);
}

static inline void file(struct desk *desk, enum mailbox_place place, const uint32_t *uids, size_t count) {
    struct why why;
    if (mailbox_file(desk->mailbox, place, uids, count, &why))
        fail_msg("%s", why.text);
}

static inline int files_in(const struct desk *desk, const char *folder) {
    char command[1024], text[32] = "";
    snprintf(command, sizeof command, "find '%s/%s/new' '%s/%s/cur' -type f | wc -l", desk->maildir, folder, desk->maildir, folder);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    assert_non_null(fgets(text, sizeof text, pipe));
    pclose(pipe);
    return (int)strtol(text, NULL, 10);
}

static inline double seconds(void) { return (double)wire_clock_ms() / 1000; }

#endif
