/* Access tokens on real servers: Dovecot and Postfix that check them, an authorization server that is a script, and the programs. */
#include "tests/live/token_script.h"

#include "tests/live/smtp_script.h"

#include <signal.h>
#include <sys/stat.h>

#include "mail/imap.h"
#include "mail/oauth_file.h"
#include "mail/oauth_login.h"
#include "mail/smtp_link.h"

enum { XOAUTH2, OAUTHBEARER, NO_TOKENS, SERVER_COUNT };
enum { PATH_BYTES = 512, SOON_S = 60 };

static struct servers servers[SERVER_COUNT];
static struct token_script script[NO_TOKENS];
static char folder[] = "/tmp/codingdesk-oauth-XXXXXX", token_file[64], url[128];

static time_t now(void) { return time(NULL); }

static struct oauth_settings settings_of(int server) {
    snprintf(url, sizeof url, "https://localhost:%d/token", script[server].port);
    return (struct oauth_settings){.provider = "custom",
                                   .client_id = "desk-client",
                                   .token_url = url,
                                   .device_url = url,
                                   .browser_url = "https://login.example/authorize",
                                   .scope = "mail",
                                   .ca_file = servers[server].ca_file,
                                   .token_file = token_file,
                                   .now = now};
}

/* --- one login ------------------------------------------------------------------------------------------------------ */

enum kept { NOTHING, OVER, GOOD, FORGED, ENDS_SOON };

static void keep(const struct oauth_settings *settings, int server, enum kept kept) {
    struct oauth_tokens tokens = {.obtained_at = now() - 3600 + SOON_S, .expires_at = now() + SOON_S, .refresh = strdup("refresh-1")};
    struct why why;
    unlink(token_file);
    if (kept == GOOD || kept == FORGED)
        tokens.obtained_at = now(), tokens.expires_at = now() + 3600;
    if (kept == OVER)
        tokens.expires_at = now() - 1;
    tokens.access = strdup(kept == FORGED ? jwt_forged(&script[server]) : kept == OVER ? jwt_over(&script[server]) : jwt_good(&script[server]));
    if (kept != NOTHING)
        assert_int_equal(oauth_file_write(settings, &tokens, &why), 0);
    oauth_tokens_free(&tokens);
}

#define ANSWER(access, refresh) "{\"access_token\":\"" access "\",\"token_type\":\"Bearer\",\"expires_in\":3600" refresh "}"
#define ROTATED ",\"refresh_token\":\"refresh-2\""
#define BY_REFRESH_1 "grant_type=refresh_token&refresh_token=refresh-1&scope=mail&client_id=desk-client"

static const struct {
    const char *name;
    enum kept kept;
    struct token_turn turns[3];
    int code, requests;
    const char *says, *refresh; /* of a failure; in the file afterwards */
} rows[] = {
    {"a token that is good", GOOD, {{0}}, 0, 0, NULL, "refresh-1"},
    {"renewed before its end", ENDS_SOON, {{BY_REFRESH_1, 200, ANSWER("%G", ROTATED)}}, 0, 1, NULL, "refresh-2"},
    {"renewed after its end", OVER, {{BY_REFRESH_1, 200, ANSWER("%G", "")}}, 0, 1, NULL, "refresh-1"},
    {"refused, renewed", FORGED, {{BY_REFRESH_1, 200, ANSWER("%G", ROTATED)}}, 0, 1, NULL, "refresh-2"},
    {"refused twice", FORGED, {{BY_REFRESH_1, 200, ANSWER("%F", ROTATED)}}, FAIL_CONFIG, 1, "run codingdesk login custom", "refresh-2"},
    {"refused, and none to be had", FORGED, {{BY_REFRESH_1, 503, ""}}, FAIL_AGAIN, 1, "HTTP status 503", "refresh-1"},
    {"the refresh token is refused", OVER, {{BY_REFRESH_1, 400, "{\"error\":\"invalid_grant\"}"}}, FAIL_CONFIG, 1,
     "invalid_grant; run codingdesk login custom", "refresh-1"},
    {"refused, and the refresh token, too", FORGED, {{BY_REFRESH_1, 400, "{\"error\":\"invalid_grant\"}"}}, FAIL_CONFIG, 1,
     "invalid_grant; run codingdesk login custom", "refresh-1"},
    {"nobody has logged in", NOTHING, {{0}}, FAIL_CONFIG, 0, "there are no tokens yet: run codingdesk login custom", NULL},
    {"trouble there, token over", OVER, {{NULL, 500, ""}}, FAIL_AGAIN, 1, "HTTP status 500", "refresh-1"},
    {"trouble there, token not yet over", ENDS_SOON, {{NULL, 500, ""}}, 0, 1, NULL, "refresh-1"},
    {"refused there, token not yet over", ENDS_SOON, {{NULL, 400, "{\"error\":\"invalid_grant\"}"}}, FAIL_CONFIG, 1, "invalid_grant", "refresh-1"},
    {"a redirect", OVER, {{NULL, 302, ""}, {NULL, 200, ANSWER("%G", "")}}, FAIL_CONFIG, 1, "HTTP status 302", "refresh-1"},
    {"a flood", OVER, {{NULL, 200, FLOOD}}, FAIL_AGAIN, 1, "more than 65536 bytes", "refresh-1"},
    {"a page", OVER, {{NULL, 200, "<html>"}}, FAIL_AGAIN, 1, "nothing that can be read", "refresh-1"},
    {"somebody to wait for, though nobody is there", OVER, {{NULL, 400, "{\"error\":\"authorization_pending\"}"}}, FAIL_AGAIN, 1, "pending",
     "refresh-1"},
};

static int port_of(const struct servers *server) { return servers_number(server, "SUBMISSION_PORT"); }

static struct wire_settings imap_server(int server) {
    return (struct wire_settings){.host = "localhost", .port = servers[server].imaps_port, .security = WIRE_TLS,
                                  .ca_file = servers[server].ca_file, .timeout_s = 10, .max_response_bytes = 1 << 20};
}

static int try_imap(int server, struct oauth *oauth, struct why *why) {
    const struct wire_settings address = imap_server(server);
    const struct imap_login login = {.user = "desk@desk.example", .oauth = oauth};
    struct imap *imap = NULL;
    int failed = imap_open(&address, &login, &imap, why);
    imap_close(imap);
    return failed;
}

static int try_smtp(int server, struct oauth *oauth, struct why *why) {
    struct outbox_settings settings = {.server = imap_server(server), .user = "desk@desk.example", .oauth = oauth, .envelope_from = "",
                                       .connections = 1};
    settings.server.port = port_of(&servers[server]);
    settings.server.security = WIRE_STARTTLS;
    return smtp_link_try(&settings, why);
}

static void check_refresh(const char *name, const struct oauth_settings *settings, const char *wanted) {
    struct oauth_tokens tokens = {0};
    int failed = oauth_file_read(settings, &tokens, NULL);
    if (wanted ? failed || strcmp(tokens.refresh, wanted) != 0 : failed == 0)
        fail_msg("%s: refresh token %s", name, tokens.refresh);
    oauth_tokens_free(&tokens);
}

static void every_row(int server, int (*attempt)(int, struct oauth *, struct why *), const char *how) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct oauth_settings settings = settings_of(server);
        struct oauth *oauth = NULL;
        struct why why = {""};
        keep(&settings, server, rows[i].kept);
        token_script_play(&script[server], rows[i].turns);
        assert_int_equal(oauth_open(&settings, &oauth, &why), 0);
        int code = attempt(server, oauth, &why);
        print_message("%s %s: %d %s\n", how, rows[i].name, code, code ? why.text : "");
        if (code != rows[i].code || script[server].requests != rows[i].requests || script[server].wrong ||
            (code && !strstr(why.text, rows[i].says)) || strstr(why.text, "refresh-") || strstr(why.text, "eyJ"))
            fail_msg("%s %s: %d %s; %d requests, %d wrong: %s", how, rows[i].name, code, why.text, script[server].requests,
                     script[server].wrong, script[server].last);
        check_refresh(rows[i].name, &settings, rows[i].refresh);
        oauth_close(oauth);
    }
}

static void imap_by_xoauth2(void **state) {
    (void)state;
    every_row(XOAUTH2, try_imap, "imap, XOAUTH2,");
    run("grep -q 'method=XOAUTH2' %s", servers[XOAUTH2].imap_log);
}

static void imap_by_oauthbearer(void **state) {
    (void)state;
    every_row(OAUTHBEARER, try_imap, "imap, OAUTHBEARER,");
    run("grep -q 'method=OAUTHBEARER' %s", servers[OAUTHBEARER].imap_log);
}

static void smtp_by_xoauth2(void **state) {
    (void)state;
    every_row(XOAUTH2, try_smtp, "smtp, XOAUTH2,");
}

static void smtp_by_oauthbearer(void **state) {
    (void)state;
    every_row(OAUTHBEARER, try_smtp, "smtp, OAUTHBEARER,");
}

/* A server that offers a password login and no tokens gets neither. */
static void a_server_without_tokens_is_told_from_a_refusal(void **state) {
    (void)state;
    struct oauth_settings settings = settings_of(XOAUTH2);
    struct oauth *oauth = NULL;
    struct why why = {""};
    static const struct token_turn none[] = {{0}};
    keep(&settings, XOAUTH2, GOOD);
    token_script_play(&script[XOAUTH2], none);
    assert_int_equal(oauth_open(&settings, &oauth, &why), 0);
    assert_int_equal(try_imap(NO_TOKENS, oauth, &why), FAIL_CONFIG);
    assert_non_null(strstr(why.text, "takes no access tokens"));
    assert_int_equal(try_smtp(NO_TOKENS, oauth, &why), FAIL_CONFIG);
    assert_non_null(strstr(why.text, "takes no access tokens"));
    assert_int_equal(script[XOAUTH2].requests, 0);
    oauth_close(oauth);
}

static const struct {
    const char *name;
    bool foreign_ca, wrong_port;
    int code;
    const char *says;
} endpoints[] = {
    {"a certificate of somebody else", true, false, FAIL_CONFIG, "CA that is not trusted"},
    {"nobody there", false, true, FAIL_AGAIN, "can not be reached"},
};

static void the_authorization_server_is_checked(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof endpoints / sizeof *endpoints; i++) {
        struct oauth_settings settings = settings_of(XOAUTH2);
        struct oauth *oauth = NULL;
        struct why why = {""};
        if (endpoints[i].foreign_ca)
            settings.ca_file = servers[XOAUTH2].foreign_ca_file;
        if (endpoints[i].wrong_port)
            settings.token_url = "https://localhost:1/token";
        keep(&settings, XOAUTH2, OVER);
        assert_int_equal(oauth_open(&settings, &oauth, &why), 0);
        int code = try_imap(XOAUTH2, oauth, &why);
        if (code != endpoints[i].code || !strstr(why.text, endpoints[i].says))
            fail_msg("%s: %d %s", endpoints[i].name, code, why.text);
        oauth_close(oauth);
    }
}

static void the_program_itself_logs_in(void **state) {
    static const struct token_turn turns[] = {
        {"grant_type=client_credentials&scope=mail&client_id=desk-client&client_secret=s%20%2B%26", 200, ANSWER("%G", "")}, {0}};
    struct oauth_settings settings = settings_of(XOAUTH2);
    struct oauth *oauth = NULL;
    struct why why = {""};
    (void)state;
    settings.flow = OAUTH_CLIENT_CREDENTIALS;
    settings.client_secret = "s +&";
    settings.token_file = NULL;
    token_script_play(&script[XOAUTH2], turns);
    assert_int_equal(oauth_open(&settings, &oauth, &why), 0);
    if (try_imap(XOAUTH2, oauth, &why) || try_smtp(XOAUTH2, oauth, &why))
        fail_msg("%s", why.text);
    assert_int_equal(script[XOAUTH2].requests, 1);
    assert_int_equal(script[XOAUTH2].wrong, 0);
    oauth_close(oauth);
}

/* What one has fetched the other uses, though it never saw the answer. */
static void two_share_a_file(void **state) {
    static const struct token_turn turns[] = {{BY_REFRESH_1, 200, ANSWER("%G", ROTATED)}, {0}};
    const struct oauth_settings settings = settings_of(XOAUTH2);
    struct oauth *two[2] = {NULL};
    struct why why = {""};
    (void)state;
    keep(&settings, XOAUTH2, FORGED);
    token_script_play(&script[XOAUTH2], turns);
    for (int i = 0; i < 2; i++) {
        struct oauth_token token;
        assert_int_equal(oauth_open(&settings, &two[i], &why), 0);
        assert_int_equal(oauth_token(two[i], &token, &why), 0);
    }
    for (int i = 0; i < 2; i++) {
        if (try_imap(XOAUTH2, two[i], &why))
            fail_msg("%d: %s", i, why.text);
        oauth_close(two[i]);
    }
    assert_int_equal(script[XOAUTH2].requests, 1);
}

/* The server may have ended refresh-1 with its answer: refresh-2 has to reach the file, and no token is used before. */
static void what_can_not_be_written_is_not_lost(void **state) {
    static const struct token_turn turns[] = {{BY_REFRESH_1, 200, ANSWER("%G", ROTATED)}, {0}};
    const struct oauth_settings settings = settings_of(XOAUTH2);
    struct oauth *oauth = NULL;
    struct oauth_token token;
    struct why why = {""};
    (void)state;
    keep(&settings, XOAUTH2, OVER);
    token_script_play(&script[XOAUTH2], turns);
    run("mkdir %s.new", token_file); /* in the way */
    assert_int_equal(oauth_open(&settings, &oauth, &why), 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(oauth_token(oauth, &token, &why), FAIL_AGAIN);
        assert_non_null(strstr(why.text, "can not be written"));
        check_refresh("not written", &settings, "refresh-1");
    }
    run("rmdir %s.new", token_file);
    assert_int_equal(oauth_token(oauth, &token, &why), 0);
    check_refresh("written", &settings, "refresh-2");
    assert_int_equal(script[XOAUTH2].requests, 1);
    oauth_close(oauth);
}

/* root logs in, the service renews. */
static void the_files_belong_to_whom_their_folder_belongs(void **state) {
    enum { NOBODY = 65534 };
    const struct oauth_settings settings = settings_of(XOAUTH2);
    const char *const endings[] = {"", ".lock"};
    struct why why = {""};
    int lock = -1;
    (void)state;
    assert_int_equal(chown(folder, NOBODY, NOBODY), 0);
    run("rm -f %s.lock", token_file);
    assert_int_equal(oauth_file_lock(&settings, &lock, &why), 0);
    oauth_file_unlock(lock);
    keep(&settings, XOAUTH2, GOOD);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char path[PATH_BYTES];
        struct stat found;
        snprintf(path, sizeof path, "%s%s", token_file, endings[i]);
        assert_int_equal(stat(path, &found), 0);
        if (found.st_uid != NOBODY || found.st_gid != NOBODY || (found.st_mode & 07777) != 0600)
            fail_msg("%s: %u:%u %o", path, found.st_uid, found.st_gid, found.st_mode);
    }
    assert_int_equal(chown(folder, 0, 0), 0);
}

/* --- a login that ends ---------------------------------------------------------------------------------------------- */

static const struct {
    const char *name, *answer;
    int letter;
    enum outbox_result results[2];
    int connections;
} ends[] = {
    {"530 on a connection that was used", "530 5.7.57 client not authenticated\r\n", 1, {OUTBOX_SENT, OUTBOX_SENT}, 2},
    {"535 on a connection that was used", "535 5.7.3 token expired\r\n", 1, {OUTBOX_SENT, OUTBOX_SENT}, 2},
    {"530 on a connection just made", "530 5.7.57 client not authenticated\r\n", 0, {OUTBOX_BROKEN, OUTBOX_BROKEN}, 1},
};

static enum outbox_result send_one(struct outbox *outbox, struct why *why) {
    static const char letter[] = "Subject: x\r\n\r\nx\r\n";
    struct outbox_report report;
    assert_int_equal(outbox_submit(outbox, "asker@clinic.example", span_of(letter), NULL, why), 0);
    assert_true(outbox_wait(outbox, -1, 0, 10000) >= 0);
    assert_true(outbox_next(outbox, &report));
    *why = report.why;
    return report.result;
}

/* Where a connection has carried a letter before, only the connection is over; where it has not, nobody's letter would be taken. */
static void a_login_that_ends_is_made_anew(void **state) {
    const struct oauth_settings settings = settings_of(XOAUTH2);
    static const struct token_turn none[] = {{0}};
    (void)state;
    keep(&settings, XOAUTH2, GOOD);
    token_script_play(&script[XOAUTH2], none);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct script *smtp = calloc(1, sizeof *smtp);
        struct oauth *oauth = NULL;
        struct outbox *outbox = NULL;
        struct why why = {""};
        *smtp = (struct script){.step = AT_MAIL, .answer = ends[i].answer, .letter = ends[i].letter, .extensions = "250-AUTH XOAUTH2\r\n"};
        script_start(smtp);
        assert_int_equal(oauth_open(&settings, &oauth, &why), 0);
        const struct outbox_settings out = {.server = {.host = "127.0.0.1", .port = smtp->port, .security = WIRE_PLAIN, .timeout_s = 5},
                                            .user = "desk@desk.example", .oauth = oauth, .envelope_from = "", .connections = 1};
        assert_int_equal(outbox_open(&out, &outbox, &why), 0);
        for (int letter = 0; letter < 2; letter++)
            if (send_one(outbox, &why) != ends[i].results[letter])
                fail_msg("%s, letter %d: %s", ends[i].name, letter, why.text);
        outbox_close(outbox);
        oauth_close(oauth);
        script_stop(smtp);
        if (smtp->connections != ends[i].connections)
            fail_msg("%s: %d connections", ends[i].name, smtp->connections);
        free(smtp);
    }
}

/* --- a browser ------------------------------------------------------------------------------------------------------ */

static const char *part_of(const char *text, const char *name, char ret[PATH_BYTES]) {
    const char *at = strstr(text, name);
    assert_non_null(at);
    at += strlen(name);
    snprintf(ret, PATH_BYTES, "%.*s", (int)strcspn(at, "& "), at);
    return ret;
}

static void what_the_browser_ends_at_is_exchanged(void **state) {
    static const struct token_turn turns[] = {
        {"grant_type=authorization_code&code=c%2F1&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2F", 200, ANSWER("%G", ROTATED)}, {0}};
    const struct oauth_settings settings = settings_of(XOAUTH2);
    struct oauth_browser browser;
    struct why why = {""};
    char challenge[PATH_BYTES], seen[PATH_BYTES], verifier[PATH_BYTES], pasted[2 * PATH_BYTES], hash_text[PATH_BYTES];
    unsigned char hash[crypto_hash_sha256_BYTES];
    (void)state;
    keep(&settings, XOAUTH2, NOTHING);
    token_script_play(&script[XOAUTH2], turns);
    assert_int_equal(oauth_browser_begin(&settings, &browser, &why), 0);
    assert_int_equal(oauth_browser_finish(&settings, &browser, SPAN("http://127.0.0.1:1/?code=c&state=another"), &why), FAIL_INPUT);
    assert_int_equal(oauth_browser_finish(&settings, &browser, SPAN("x"), &why), FAIL_INPUT);
    part_of(browser.url, "&state=", seen);
    snprintf(pasted, sizeof pasted, "http://127.0.0.1:1/?error=access_denied&state=%s", seen);
    assert_int_equal(oauth_browser_finish(&settings, &browser, span_of(pasted), &why), FAIL_CONFIG);
    assert_int_equal(script[XOAUTH2].requests, 0);
    snprintf(pasted, sizeof pasted, " http://127.0.0.1:1/?state=%s&code=c%%2F1&scope=mail\n", seen);
    if (oauth_browser_finish(&settings, &browser, span_of(pasted), &why))
        fail_msg("%s", why.text);
    assert_int_equal(script[XOAUTH2].wrong, 0);
    part_of(browser.url, "code_challenge=", challenge);
    part_of(script[XOAUTH2].last, "code_verifier=", verifier);
    crypto_hash_sha256(hash, (const unsigned char *)verifier, strlen(verifier));
    sodium_bin2base64(hash_text, sizeof hash_text, hash, sizeof hash, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    assert_string_equal(hash_text, challenge);
    check_refresh("browser", &settings, "refresh-2");
}

/* --- the programs --------------------------------------------------------------------------------------------------- */

static void write_text(const char *name, const char *text) {
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void write_config(int server) {
    char text[4096];
    snprintf(text, sizeof text,
             "{\"address\": \"desk@desk.example\",\n"
             "\"imap\": {\"host\": \"localhost\", \"port\": %d, \"ca_file\": \"%s\", \"user\": \"desk@desk.example\", \"login\": \"oauth\"},\n"
             "\"smtp\": {\"host\": \"localhost\", \"port\": %d, \"ca_file\": \"%s\", \"user\": \"desk@desk.example\", \"login\": \"oauth\"},\n"
             "\"oauth\": {\"provider\": \"custom\", \"client_id\": \"desk-client\", \"token_url\": \"https://localhost:%d/token\",\n"
             "  \"device_url\": \"https://localhost:%d/device\", \"scope\": \"mail\", \"ca_file\": \"%s\", \"token_file\": \"%s\"},\n"
             "\"journal_file\": \"%s/journal.sqlite\"}\n",
             servers[server].imaps_port, servers[server].ca_file, port_of(&servers[server]), servers[server].ca_file, script[server].port,
             script[server].port, servers[server].ca_file, token_file, folder);
    write_text("codingdesk.json", text);
}

/* The exit status; what it said is in the folder's file log. */
static int program(const char *arguments, const char *name) {
    char command[2048], words[512];
    snprintf(words, sizeof words, "%s --config %s/codingdesk.json %s", name, folder, arguments);
    snprintf(command, sizeof command, "%s/%s >%s/log 2>&1", BIN, words, folder);
    int status = system(command);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void the_log_holds(const char *words) { run("grep -qF -- '%s' %s/log || { cat %s/log; false; }", words, folder, folder); }

static void nothing_secret_is_in_the_log(void) { run("! grep -E 'eyJ|refresh-[0-9]|device-secret' %s/log", folder); }

static void a_question_is_answered_with_tokens(int server) {
    static const struct token_turn turns[] = {{BY_REFRESH_1, 200, ANSWER("%G", ROTATED)}, {0}};
    char asker[SERVERS_TEXT_BYTES];
    const struct oauth_settings settings = settings_of(server);
    servers_value(&servers[server], "ASKER_MAILDIR", asker);
    write_config(server);
    keep(&settings, server, OVER);
    token_script_play(&script[server], turns);
    run("rm -rf %s/mails && mkdir %s/mails", folder, folder);
    write_text("mails/one", "From: Asker <asker@clinic.example>\nTo: desk@desk.example\nSubject: A code\n"
                            "Date: Sat, 21 Nov 2026 09:00:00 +0000\nMessage-ID: <one@clinic.example>\n\nWhat is CPT 20693?\n");
    run("sh %s deliver %s desk@desk.example %s/mails", SERVERS, servers[server].folder, folder);
    int status = program("--once --verbose", "codingdeskd");
    if (status != 0 || script[server].wrong || script[server].requests != 1) {
        run("cat %s/log", folder);
        fail_msg("exit status %d, %d requests", status, script[server].requests);
    }
    nothing_secret_is_in_the_log();
    run("for i in $(seq 100); do ls %s/new/* >%s/replies 2>/dev/null && exit 0; sleep 0.1; done; exit 1", asker, folder);
    run("grep -q 'In-Reply-To: <one@clinic.example>' %s/new/*", asker);
    run("rm -f %s/new/* %s/journal.sqlite*", asker, folder);
}

static void the_daemon_answers_with_tokens(void **state) {
    (void)state;
    a_question_is_answered_with_tokens(XOAUTH2);
    a_question_is_answered_with_tokens(OAUTHBEARER);
}

static void the_daemon_ends_where_a_person_has_to_log_in(void **state) {
    static const struct token_turn refused[] = {{BY_REFRESH_1, 400, "{\"error\":\"invalid_grant\"}"}, {0}};
    static const struct token_turn away[] = {{BY_REFRESH_1, 503, ""}, {0}};
    const struct oauth_settings settings = settings_of(XOAUTH2);
    (void)state;
    write_config(XOAUTH2);
    keep(&settings, XOAUTH2, OVER);
    token_script_play(&script[XOAUTH2], refused);
    assert_int_equal(program("", "codingdeskd"), 3);
    the_log_holds("invalid_grant; run codingdesk login custom");
    nothing_secret_is_in_the_log();
    token_script_play(&script[XOAUTH2], away);
    assert_int_equal(program("--once", "codingdeskd"), 4);
    the_log_holds("HTTP status 503");
    unlink(token_file);
    assert_int_equal(program("--once", "codingdeskd"), 3);
    the_log_holds("there are no tokens yet: run codingdesk login custom");
}

#define DEVICE                                                                                                                             \
    "{\"device_code\":\"device-secret\",\"user_code\":\"ABCD-EFGH\",\"verification_uri\":\"https://login.example/device\",\"interval\":1}"
#define POLL "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=device-secret&client_id=desk-client"

static void a_person_logs_in_with_a_code(void **state) {
    static const struct token_turn turns[] = {{"scope=mail&client_id=desk-client", 200, DEVICE},
                                              {POLL, 400, "{\"error\":\"authorization_pending\"}"},
                                              {POLL, 503, ""},
                                              {POLL, 400, "{\"error\":\"slow_down\"}"},
                                              {POLL, 200, ANSWER("%G", ROTATED)},
                                              {0}};
    const struct oauth_settings settings = settings_of(XOAUTH2);
    struct why why;
    (void)state;
    write_config(XOAUTH2);
    keep(&settings, XOAUTH2, NOTHING);
    token_script_play(&script[XOAUTH2], turns);
    time_t begun = now();
    if (program("login custom --json", "codingdesk") != 0)
        the_log_holds("exit status 0");
    assert_in_range(now() - begun, 1 + 1 + 2 + 7, 60); /* twice as long after no answer, 5 s more after slow_down */
    assert_int_equal(script[XOAUTH2].wrong, 0);
    the_log_holds("\"user_code\": \"ABCD-EFGH\"");
    the_log_holds("\"imap\": {\"host\": \"localhost\", \"works\": true");
    the_log_holds("\"smtp\": {\"host\": \"localhost\", \"works\": true");
    nothing_secret_is_in_the_log();
    check_refresh("device", &settings, "refresh-2");
    assert_int_equal(program("login --status", "codingdesk"), 0);
    the_log_holds("localhost: works");
    assert_int_equal(script[XOAUTH2].requests, 5);
    unlink(token_file);
    assert_int_equal(oauth_file_read(&settings, &(struct oauth_tokens){0}, &why), FAIL_CONFIG);
    assert_int_equal(program("login --status", "codingdesk"), 3);
    the_log_holds("there are no tokens yet");
}

static const struct {
    const char *name, *arguments;
    struct token_turn turns[3];
    int status;
    const char *says;
} logins[] = {
    {"refused in the browser", "login custom", {{NULL, 200, DEVICE}, {POLL, 400, "{\"error\":\"access_denied\"}"}}, 3, "not allowed in the browser"},
    {"too late", "login custom", {{NULL, 200, DEVICE}, {POLL, 400, "{\"error\":\"expired_token\"}"}}, 3, "not entered in time"},
    {"no refresh token", "login custom", {{NULL, 200, DEVICE}, {POLL, 200, ANSWER("%G", "")}}, 3, "no refresh token"},
    {"no code", "login custom", {{NULL, 400, "{\"error\":\"unauthorized_client\"}"}}, 3, "oauth.client_id"},
    {"another provider", "login google", {{0}}, 2, "oauth.provider is custom, not google"},
    {"no provider", "login", {{0}}, 2, "which provider?"},
};

static void a_login_that_fails_says_why_and_leaves_no_file(void **state) {
    const struct oauth_settings settings = settings_of(XOAUTH2);
    (void)state;
    write_config(XOAUTH2);
    keep(&settings, XOAUTH2, NOTHING);
    for (size_t i = 0; i < sizeof logins / sizeof *logins; i++) {
        token_script_play(&script[XOAUTH2], logins[i].turns);
        int status = program(logins[i].arguments, "codingdesk");
        if (status != logins[i].status || script[XOAUTH2].wrong)
            fail_msg("%s: exit status %d, %d wrong", logins[i].name, status, script[XOAUTH2].wrong);
        the_log_holds(logins[i].says);
        nothing_secret_is_in_the_log();
        assert_int_not_equal(access(token_file, F_OK), 0);
    }
}

/* -------------------------------------------------------------------------------------------------------------------- */

static int start(void **state) {
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    assert_non_null(mkdtemp(folder));
    snprintf(token_file, sizeof token_file, "%s/token.json", folder);
    servers_start(&servers[XOAUTH2], "--tokens=xoauth2");
    servers_start(&servers[OAUTHBEARER], "--tokens=oauthbearer --imap-capability='IMAP4rev1 IDLE UIDPLUS MOVE'"); /* no SASL-IR */
    servers_start(&servers[NO_TOKENS], "");
    token_script_start(&script[XOAUTH2], &servers[XOAUTH2]);
    token_script_start(&script[OAUTHBEARER], &servers[OAUTHBEARER]);
    return 0;
}

static int stop(void **state) {
    (void)state;
    token_script_stop(&script[XOAUTH2]);
    token_script_stop(&script[OAUTHBEARER]);
    for (int i = 0; i < SERVER_COUNT; i++)
        servers_stop(&servers[i]);
    run("rm -rf %s", folder);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(imap_by_xoauth2),
        cmocka_unit_test(imap_by_oauthbearer),
        cmocka_unit_test(smtp_by_xoauth2),
        cmocka_unit_test(smtp_by_oauthbearer),
        cmocka_unit_test(a_server_without_tokens_is_told_from_a_refusal),
        cmocka_unit_test(the_authorization_server_is_checked),
        cmocka_unit_test(the_program_itself_logs_in),
        cmocka_unit_test(two_share_a_file),
        cmocka_unit_test(what_can_not_be_written_is_not_lost),
        cmocka_unit_test(the_files_belong_to_whom_their_folder_belongs),
        cmocka_unit_test(a_login_that_ends_is_made_anew),
        cmocka_unit_test(what_the_browser_ends_at_is_exchanged),
        cmocka_unit_test(the_daemon_answers_with_tokens),
        cmocka_unit_test(the_daemon_ends_where_a_person_has_to_log_in),
        cmocka_unit_test(a_person_logs_in_with_a_code),
        cmocka_unit_test(a_login_that_fails_says_why_and_leaves_no_file),
    };
    return cmocka_run_group_tests_name("live.oauth", tests, start, stop);
}
