/* Letters to a real Postfix and to its smtp-sink: what arrives is what was sent, once, and bad servers are told apart. */
#include "tests/live/servers.h"

#include <dirent.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>

#include "tests/live/letters.h"
#include "tests/live/outbox_manual.h"

static struct servers servers;
static int submission_port;

static struct outbox_settings to_postfix(void) {
    return (struct outbox_settings){.server = {.host = "localhost",
                                               .port = submission_port,
                                               .security = WIRE_STARTTLS,
                                               .ca_file = servers.ca_file,
                                               .timeout_s = TIMEOUT_S},
                                    .user = "desk@desk.example",
                                    .password = servers.password,
                                    .envelope_from = "",
                                    .connections = 4};
}

/* --- a real Postfix ----------------------------------------------------------------------------------------------- */

static void maildir_of(const char *user, char ret[SERVERS_TEXT_BYTES]) {
    char root[SERVERS_TEXT_BYTES];
    servers_value(&servers, "MAIL_ROOT", root);
    if (snprintf(ret, SERVERS_TEXT_BYTES, "%.150s/clinic.example/%s/Maildir/new", root, user) >= SERVERS_TEXT_BYTES)
        fail_msg("the path is too long");
}

/* How many lie there; the last one's path in path. */
static int delivered(const char *maildir, char path[2 * SERVERS_TEXT_BYTES]) {
    int count = 0;
    DIR *folder = opendir(maildir);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        if (entry->d_name[0] != '.') {
            snprintf(path, 2 * SERVERS_TEXT_BYTES, "%s/%s", maildir, entry->d_name);
            count++;
        }
    if (folder)
        closedir(folder);
    return count;
}

static void await_delivery(const char *row, const char *user, int count, char path[2 * SERVERS_TEXT_BYTES]) {
    char maildir[SERVERS_TEXT_BYTES];
    long long until = wire_clock_ms() + PATIENCE_MS;
    maildir_of(user, maildir);
    int there;
    while ((there = delivered(maildir, path)) < count && wire_clock_ms() < until)
        usleep(20000);
    if (there != count)
        fail_msg("%s: %d letters arrived, not %d", row, there, count);
}

static struct span read_all(const char *path, char *room, size_t size) {
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    size_t len = fread(room, 1, size, file);
    fclose(file);
    return (struct span){room, len};
}

/* Trace fields come first, and Dovecot writes LF. */
static void a_letter_arrives_byte_for_byte(void **state) {
    (void)state;
    char path[2 * SERVERS_TEXT_BYTES], room[8192];
    const struct outbox_settings settings = to_postfix();
    struct outbox *outbox = open_outbox(&settings);
    struct outbox_report report = send_one("letter", outbox, "bytes@clinic.example", letter());
    expect("letter", &report, OUTBOX_SENT, 250, "");
    outbox_close(outbox);
    await_delivery("letter", "bytes", 1, path);
    struct span stored = read_all(path, room, sizeof room), sent = letter(), mine = {NULL, 0}, theirs = {NULL, 0};
    size_t from = span_find(stored, SPAN("\nFrom: <desk@desk.example>"));
    assert_true(span_starts(stored, SPAN("Return-Path: <>\n")) || span_starts(stored, SPAN("Return-Path: <>\r\n")));
    assert_true(from != SPAN_NONE);
    stored = span_slice(stored, from + 1, stored.len);
    while (span_line(&sent, &mine))
        if (!span_line(&stored, &theirs) || !span_equal(mine, theirs))
            fail_msg("\"%.*s\" arrived as \"%.*s\"", SPAN_ARG(mine), SPAN_ARG(theirs));
    assert_int_equal(stored.len, 0);
}

static void many_letters_arrive_once_each(void **state) {
    (void)state;
    char path[2 * SERVERS_TEXT_BYTES];
    const struct outbox_settings settings = to_postfix();
    struct outbox *outbox = open_outbox(&settings);
    send_many("many", outbox, 100, "many@clinic.example");
    outbox_close(outbox);
    await_delivery("many", "many", 100, path);
}

static void postfix_refuses_and_delays(void **state) {
    static const struct {
        const char *name, *recipient;
        enum outbox_result result;
        int code;
    } rows[] = {
        {"no such user", "refused@clinic.example", OUTBOX_REFUSED, 550},
        {"busy mailbox", "later@clinic.example", OUTBOX_DELAYED, 450},
        {"and the connection is still good", "asker@clinic.example", OUTBOX_SENT, 250},
    };
    (void)state;
    struct outbox_settings settings = to_postfix();
    settings.connections = 1;
    struct outbox *outbox = open_outbox(&settings);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outbox_report report = send_one(rows[i].name, outbox, rows[i].recipient, letter());
        expect(rows[i].name, &report, rows[i].result, rows[i].code, "answered RCPT");
    }
    outbox_close(outbox);
}

static void a_restart_in_between_is_survived(void **state) {
    (void)state;
    const struct outbox_settings settings = to_postfix();
    struct outbox *outbox = open_outbox(&settings);
    send_many("before", outbox, 4, "restart@clinic.example");
    run("sh %s restart-smtp %s", SERVERS, servers.folder);
    send_many("after", outbox, 4, "restart@clinic.example");
    run("sh %s stop-smtp %s", SERVERS, servers.folder);
    struct outbox_report report = send_one("while it is down", outbox, "restart@clinic.example", letter());
    run("sh %s start-smtp %s", SERVERS, servers.folder);
    expect("while it is down", &report, OUTBOX_DELAYED, 0, "can not be reached");
    assert_false(report.reached);
    send_many("when it is back", outbox, 4, "restart@clinic.example");
    outbox_close(outbox);
}

static void bad_servers_are_refused_by_name(void **state) {
    static const struct {
        const char *name, *options, *words;
        enum wire_security security;
        bool foreign_ca, bad_password;
        enum manual_row manual;
    } rows[] = {
        {"foreign CA", "", "a CA that is not trusted", WIRE_STARTTLS, true, false, M_CERTIFICATE},
        {"wrong password", "", "refused the login", WIRE_STARTTLS, false, true, M_LOGIN},
        {"expired certificate", "--cert=expired", "expired", WIRE_STARTTLS, false, false, M_CERTIFICATE},
        {"wrong host name", "--cert=wrong-host", "for another host name", WIRE_STARTTLS, false, false, M_CERTIFICATE},
        {"no STARTTLS", "--no-starttls", "offers no STARTTLS", WIRE_STARTTLS, false, false, M_UNFIT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct servers bad;
        servers_start(&bad, rows[i].options);
        struct outbox_settings settings = to_postfix();
        settings.server.port = servers_number(&bad, "SUBMISSION_PORT");
        settings.server.security = rows[i].security;
        settings.server.ca_file = rows[i].foreign_ca ? bad.foreign_ca_file : bad.ca_file;
        settings.password = rows[i].bad_password ? "not the password" : bad.password;
        struct outbox *outbox = open_outbox(&settings);
        struct outbox_report report = send_one(rows[i].name, outbox, "asker@clinic.example", letter());
        expect(rows[i].name, &report, OUTBOX_BROKEN, rows[i].bad_password ? 535 : 0, rows[i].words);
        expect_manual(rows[i].name, rows[i].manual, &report);
        if (strstr(report.why.text, settings.password))
            fail_msg("%s: the password is in the reason", rows[i].name);
        outbox_close(outbox);
        servers_stop(&bad);
    }
}

/* --- smtp-sink ---------------------------------------------------------------------------------------------------- */

static int free_port(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    close(fd);
    return ntohs(address.sin_port);
}

static pid_t start_sink(int port, const char *option) {
    char address[64];
    snprintf(address, sizeof address, "127.0.0.1:%d", port);
    pid_t pid = fork();
    if (pid == 0) {
        execlp("smtp-sink", "smtp-sink", "-u", "nobody", option, address, "100", (char *)NULL);
        _exit(127);
    }
    return pid;
}

static void the_sink_takes_all(void **state) {
    static const struct {
        const char *name, *option;
        size_t connections;
    } rows[] = {
        {"one connection", "-4", 1}, {"four connections", "-4", 4}, {"32 connections", "-4", 32},
        {"no pipelining", "-p", 4},  {"no EHLO", "-e", 4},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int port = free_port();
        pid_t sink = start_sink(port, rows[i].option);
        const struct outbox_settings settings = to_port(port, rows[i].connections);
        struct outbox *outbox = open_outbox(&settings);
        struct outbox_report report = {.result = OUTBOX_DELAYED};
        for (int tries = 0; tries < 100 && report.result == OUTBOX_DELAYED; tries++) {
            usleep(20000);
            report = send_one(rows[i].name, outbox, "asker@clinic.example", letter());
        }
        send_many(rows[i].name, outbox, 200, "asker@clinic.example");
        outbox_close(outbox);
        kill(sink, SIGTERM);
        waitpid(sink, NULL, 0);
    }
}

static int set_up(void **state) {
    (void)state;
    servers_start(&servers, "");
    submission_port = servers_number(&servers, "SUBMISSION_PORT");
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    servers_stop(&servers);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sink_takes_all),
        cmocka_unit_test(a_letter_arrives_byte_for_byte),
        cmocka_unit_test(many_letters_arrive_once_each),
        cmocka_unit_test(postfix_refuses_and_delays),
        cmocka_unit_test(a_restart_in_between_is_survived),
        cmocka_unit_test(bad_servers_are_refused_by_name),
    };
    return cmocka_run_group_tests_name("live.postfix", tests, set_up, tear_down);
}
