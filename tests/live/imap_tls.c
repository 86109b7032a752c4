/* Which IMAP servers are talked to, and what a person reads about the others. Real Dovecots. */
#include "tests/live/servers.h"

#include "mail/mailbox.h"

enum { GOOD, EXPIRED, WRONG_HOST, NO_STARTTLS, SERVER_COUNT };

static struct servers servers[SERVER_COUNT];

enum port { STARTTLS_PORT, TLS_PORT, CLOSED_PORT };
enum ca { RIGHT_CA, FOREIGN_CA, SYSTEM_CA, MISSING_CA };

static const struct {
    const char *name;
    int server;
    enum port port;
    enum wire_security security;
    enum ca ca;
    const char *host, *password; /* NULL: localhost, the right one */
    int code;
    const char *says;
} rows[] = {
    {"right CA, TLS", GOOD, TLS_PORT, WIRE_TLS, RIGHT_CA, NULL, NULL, 0, NULL},
    {"right CA, STARTTLS", GOOD, STARTTLS_PORT, WIRE_STARTTLS, RIGHT_CA, NULL, NULL, 0, NULL},
    {"right CA, by address", GOOD, TLS_PORT, WIRE_TLS, RIGHT_CA, "127.0.0.1", NULL, 0, NULL},
    {"foreign CA, TLS", GOOD, TLS_PORT, WIRE_TLS, FOREIGN_CA, NULL, NULL, FAIL_CONFIG, "CA that is not trusted"},
    {"foreign CA, STARTTLS", GOOD, STARTTLS_PORT, WIRE_STARTTLS, FOREIGN_CA, NULL, NULL, FAIL_CONFIG, "CA that is not trusted"},
    {"the system's CAs", GOOD, TLS_PORT, WIRE_TLS, SYSTEM_CA, NULL, NULL, FAIL_CONFIG, "CA that is not trusted"},
    {"CA file missing", GOOD, TLS_PORT, WIRE_TLS, MISSING_CA, NULL, NULL, FAIL_CONFIG, "/nowhere/ca.pem"},
    {"expired, TLS", EXPIRED, TLS_PORT, WIRE_TLS, RIGHT_CA, NULL, NULL, FAIL_CONFIG, "has expired"},
    {"expired, STARTTLS", EXPIRED, STARTTLS_PORT, WIRE_STARTTLS, RIGHT_CA, NULL, NULL, FAIL_CONFIG, "has expired"},
    {"wrong host, TLS", WRONG_HOST, TLS_PORT, WIRE_TLS, RIGHT_CA, NULL, NULL, FAIL_CONFIG, "another host name"},
    {"wrong host, STARTTLS", WRONG_HOST, STARTTLS_PORT, WIRE_STARTTLS, RIGHT_CA, NULL, NULL, FAIL_CONFIG, "another host name"},
    {"no STARTTLS", NO_STARTTLS, STARTTLS_PORT, WIRE_STARTTLS, RIGHT_CA, NULL, NULL, FAIL_CONFIG, "no STARTTLS"},
    {"plain, this machine", NO_STARTTLS, STARTTLS_PORT, WIRE_PLAIN, RIGHT_CA, NULL, NULL, 0, NULL},
    {"plain, elsewhere", NO_STARTTLS, STARTTLS_PORT, WIRE_PLAIN, RIGHT_CA, "192.0.2.1", NULL, FAIL_CONFIG, "without TLS"},
    {"TLS to the port for STARTTLS", GOOD, STARTTLS_PORT, WIRE_TLS, RIGHT_CA, NULL, NULL, FAIL_AGAIN, "is this the port"},
    {"nobody listens", GOOD, CLOSED_PORT, WIRE_TLS, RIGHT_CA, NULL, NULL, FAIL_AGAIN, "can not be reached"},
    {"no such host", GOOD, TLS_PORT, WIRE_TLS, RIGHT_CA, "nowhere.invalid", NULL, FAIL_AGAIN, "not known"},
    {"no host at all", GOOD, TLS_PORT, WIRE_TLS, RIGHT_CA, "a b", NULL, FAIL_CONFIG, "no host name"},
    {"wrong password", GOOD, TLS_PORT, WIRE_TLS, RIGHT_CA, NULL, "wrong", FAIL_CONFIG, "refused the login of desk@desk.example"},
    {"password with a line end", GOOD, TLS_PORT, WIRE_TLS, RIGHT_CA, NULL, "x\r\n1 DELETE INBOX", FAIL_CONFIG, "control character"},
};

static int port_of(const struct servers *server, enum port port) {
    return port == STARTTLS_PORT ? server->imap_port : port == TLS_PORT ? server->imaps_port : 1;
}

static const char *ca_of(const struct servers *server, enum ca ca) {
    return ca == RIGHT_CA ? server->ca_file : ca == FOREIGN_CA ? server->foreign_ca_file : ca == MISSING_CA ? "/nowhere/ca.pem" : NULL;
}

static void servers_are_accepted_or_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct servers *server = &servers[rows[i].server];
        struct mailbox_settings settings = {.server = {.host = rows[i].host ? rows[i].host : "localhost",
                                                       .port = port_of(server, rows[i].port),
                                                       .security = rows[i].security,
                                                       .ca_file = ca_of(server, rows[i].ca),
                                                       .timeout_s = 5,
                                                       .max_response_bytes = 1 << 20},
                                            .user = "desk@desk.example",
                                            .password = rows[i].password ? rows[i].password : server->password,
                                            .folder = "INBOX",
                                            .places = {"Answered", "Desk", "Ignored"},
                                            .idle_s = 300,
                                            .poll_s = 60,
                                            .max_message_bytes = 1 << 20,
                                            .head_bytes = 65536};
        struct mailbox *mailbox = NULL;
        struct why why = {"nothing"};
        int code = mailbox_open(&settings, &mailbox, &why);
        print_message("%-30s %d %s\n", rows[i].name, code, code ? why.text : "");
        if (code != rows[i].code || (code != 0) != (mailbox == NULL) || (code && !strstr(why.text, rows[i].says)))
            fail_msg("%s: %d %s", rows[i].name, code, why.text);
        mailbox_close(mailbox);
    }
}

static int start(void **state) {
    (void)state;
    servers_start(&servers[GOOD], "");
    servers_start(&servers[EXPIRED], "--cert=expired");
    servers_start(&servers[WRONG_HOST], "--cert=wrong-host");
    servers_start(&servers[NO_STARTTLS], "--no-starttls");
    return 0;
}

static int stop(void **state) {
    (void)state;
    for (int i = 0; i < SERVER_COUNT; i++)
        servers_stop(&servers[i]);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(servers_are_accepted_or_refused)};
    return cmocka_run_group_tests_name("live.imap_tls", tests, start, stop);
}
