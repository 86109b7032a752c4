/* IMAP servers that misbehave while an access token logs in: whatever they say, the login ends, soon and with a reason. */
#include "tests/live/imap_script.h"

#include "mail/imap.h"
#include "mail/oauth_file.h"

static char folder[] = "/tmp/codingdesk-imap-token-XXXXXX", token_file[64];

static time_t now(void) { return time(NULL); }

#define CHALLENGES_8 "+ \r\n+ \r\n+ \r\n+ \r\n+ \r\n+ \r\n+ \r\n+ \r\n"

static const struct {
    const char *name, *capability, *text; /* said to AUTHENTICATE */
    enum deed deed;
    int code;
    const char *says;
} rows[] = {
    {"at once", "AUTH=XOAUTH2 SASL-IR", "% OK in\r\n", ANSWER, 0, NULL},
    {"at once, by the standard", "AUTH=OAUTHBEARER AUTH=XOAUTH2 SASL-IR", "% OK in\r\n", ANSWER, 0, NULL},
    {"with news before it", "AUTH=XOAUTH2 SASL-IR", "* OK hello\r\n* CAPABILITY IMAP4rev1\r\n% OK in\r\n", ANSWER, 0, NULL},
    {"no mechanism of ours", "AUTH=PLAIN AUTH=CRAM-MD5", "% OK in\r\n", ANSWER, FAIL_CONFIG, "takes no access tokens"},
    {"not now", "AUTH=XOAUTH2 SASL-IR", "% NO [UNAVAILABLE] later\r\n", ANSWER, FAIL_AGAIN, "can not log desk in now"},
    {"repeats the token", "AUTH=XOAUTH2 SASL-IR", "% NO [UNAVAILABLE] what is access-token-access-token-access? later\r\n", ANSWER, FAIL_AGAIN,
     "in now: what is ... later"},
    {"refused", "AUTH=XOAUTH2 SASL-IR", "% NO [AUTHENTICATIONFAILED] no\r\n", ANSWER, FAIL_AGAIN, "localhost:1 can not be reached"},
    {"refused with BAD", "AUTH=XOAUTH2 SASL-IR", "% BAD no\r\n", ANSWER, FAIL_AGAIN, "localhost:1 can not be reached"},
    {"asks on and on", "AUTH=XOAUTH2 SASL-IR", CHALLENGES_8, SILENCE, FAIL_AGAIN, "asks on and on"},
    {"asks, and then nothing", "AUTH=XOAUTH2", "+ \r\n", SILENCE, FAIL_AGAIN, "did not answer within"},
    {"asks, and hangs up", "AUTH=XOAUTH2", "+ \r\n", CLOSE, FAIL_AGAIN, "connection"},
    {"hangs up", "AUTH=XOAUTH2 SASL-IR", "", CLOSE, FAIL_AGAIN, "closed the connection"},
    {"says good-bye", "AUTH=XOAUTH2 SASL-IR", "* BYE too busy\r\n", CLOSE, FAIL_AGAIN, "too busy"},
    {"a challenge without end", "AUTH=XOAUTH2 SASL-IR", "+ ", FLOOD, FAIL_AGAIN, "with more"},
    {"news without end", "AUTH=XOAUTH2 SASL-IR", "* OK ", FLOOD, FAIL_AGAIN, "with more"},
    {"a byte now and then", "AUTH=XOAUTH2 SASL-IR", "+ ", TRICKLE, FAIL_AGAIN, "did not answer within"},
};

static void keep(const struct oauth_settings *settings) {
    struct oauth_tokens tokens = {.access = strdup("access-token"), .refresh = strdup("refresh-token"), .obtained_at = now(),
                                  .expires_at = now() + 3600};
    struct why why;
    assert_int_equal(oauth_file_write(settings, &tokens, &why), 0);
    oauth_tokens_free(&tokens);
}

static int log_in(struct imap_script *script, const char *capability, struct why *why) {
    const struct oauth_settings settings = {.provider = "custom", .client_id = "id", .token_url = "https://localhost:1/",
                                            .token_file = token_file, .now = now};
    char capabilities[256];
    struct oauth *oauth = NULL;
    struct imap *imap = NULL;
    snprintf(capabilities, sizeof capabilities, "* CAPABILITY IMAP4rev1 MOVE %s\r\n", capability);
    for (int i = 0; i < TURNS_MOST; i++) /* libcurl asks, too */
        script->turns[i] = (struct script_turn){"CAPABILITY", capabilities};
    keep(&settings);
    imap_script_start(script);
    const struct wire_settings server = imap_script_address(script);
    assert_int_equal(oauth_open(&settings, &oauth, why), 0);
    const struct imap_login login = {.user = "desk", .oauth = oauth};
    int code = imap_open(&server, &login, &imap, why);
    imap_close(imap);
    oauth_close(oauth);
    imap_script_stop(script);
    return code;
}

static void every_login_ends_with_a_reason(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct imap_script script = {.command = "AUTHENTICATE", .text = rows[i].text, .deed = rows[i].deed};
        struct why why = {""};
        time_t begun = now();
        int code = log_in(&script, rows[i].capability, &why);
        print_message("%-26s %d %s\n", rows[i].name, code, code ? why.text : "");
        if (code != rows[i].code || (code && !strstr(why.text, rows[i].says)) || strstr(why.text, "-token"))
            fail_msg("%s: %d %s", rows[i].name, code, why.text);
        if (now() - begun > 3 * TIMEOUT_S + 1)
            fail_msg("%s: %ld s", rows[i].name, (long)(now() - begun));
    }
}

static int make(void **state) {
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    assert_non_null(mkdtemp(folder));
    snprintf(token_file, sizeof token_file, "%s/token.json", folder);
    return 0;
}

static int clear(void **state) {
    char lock[sizeof token_file + 8];
    (void)state;
    snprintf(lock, sizeof lock, "%s.lock", token_file);
    unlink(lock);
    unlink(token_file);
    return rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_login_ends_with_a_reason)};
    return cmocka_run_group_tests_name("live.imap_token", tests, make, clear);
}
