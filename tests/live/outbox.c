/* Letters to a server that misbehaves at every step: each must be reported as what it is, sent, safe to send again, or in doubt. */
#include "tests/live/servers.h"

#include <dlfcn.h>
#include <netdb.h>
#include <poll.h>

#include "tests/live/letters.h"
#include "tests/live/smtp_script.h"

/* --- a server that misbehaves at one step ------------------------------------------------------------------------- */

#define PIPELINING "250-PIPELINING\r\n"

static const struct misbehaviour {
    const char *name;
    enum script_step step;
    const char *answer;
    enum outbox_result result;
    int code;
    const char *words;
} misbehaviours[] = {
    {"nothing wrong", AT_DOT, NULL, OUTBOX_SENT, 250, ""},
    {"greets with 421", AT_CONNECT, "421 busy\r\n", OUTBOX_DELAYED, 421, "takes no mail now"},
    {"greets with 554", AT_CONNECT, "554 no\r\n", OUTBOX_DELAYED, 554, ""},
    {"greets as something else", AT_CONNECT, "HTTP/1.1 200 OK\r\n\r\n", OUTBOX_DELAYED, 0, ""},
    {"hangs up at once", AT_CONNECT, CUT, OUTBOX_DELAYED, 0, ""},
    {"never greets", AT_CONNECT, SILENT, OUTBOX_DELAYED, 0, "did not answer"},
    {"EHLO 502, an old server", AT_EHLO, "502 what?\r\n", OUTBOX_SENT, 250, ""},
    {"EHLO cut", AT_EHLO, CUT, OUTBOX_DELAYED, 0, ""},
    {"MAIL 451", AT_MAIL, "451 4.3.0 later\r\n", OUTBOX_DELAYED, 451, "answered MAIL with 451 4.3.0 later"},
    {"MAIL 550", AT_MAIL, "550 5.7.1 not you\r\n", OUTBOX_DELAYED, 550, "answered MAIL with 550 5.7.1 not you"},
    {"MAIL 535", AT_MAIL, "535 5.7.8 who?\r\n", OUTBOX_BROKEN, 535, "who?"},
    {"MAIL 538", AT_MAIL, "538 5.7.11 TLS first\r\n", OUTBOX_BROKEN, 538, "TLS first"},
    {"MAIL 530", AT_MAIL, "530 5.7.0 log in first\r\n", OUTBOX_BROKEN, 530, "log in first"},
    {"MAIL 421", AT_MAIL, "421 4.3.2 going down\r\n", OUTBOX_DELAYED, 421, "going down"},
    {"MAIL cut", AT_MAIL, CUT, OUTBOX_DELAYED, 0, "before it had the whole letter"},
    {"MAIL silent", AT_MAIL, SILENT, OUTBOX_DELAYED, 0, "did not answer in time before"},
    {"MAIL nonsense", AT_MAIL, "yes\r\n", OUTBOX_DELAYED, 0, "before it had the whole letter"},
    {"RCPT 450", AT_RCPT, "450-4.2.0 mailbox\r\n450 4.2.0 busy\r\n", OUTBOX_DELAYED, 450, "answered RCPT with 450 4.2.0 busy"},
    {"RCPT 550", AT_RCPT, "550 5.1.1 no such user\r\n", OUTBOX_REFUSED, 550, "no such user"},
    {"RCPT 530", AT_RCPT, "530 5.7.0 not for you\r\n", OUTBOX_REFUSED, 530, "not for you"},
    {"RCPT 535", AT_RCPT, "535 5.7.8 not for you\r\n", OUTBOX_REFUSED, 535, "not for you"},
    {"RCPT 251", AT_RCPT, "251 forwarded\r\n", OUTBOX_SENT, 250, ""},
    {"RCPT cut", AT_RCPT, CUT, OUTBOX_DELAYED, 0, "before it had the whole letter"},
    {"RCPT silent", AT_RCPT, SILENT, OUTBOX_DELAYED, 0, "did not answer in time before"},
    {"DATA 451", AT_DATA, "451 4.3.0 later\r\n", OUTBOX_DELAYED, 451, "answered DATA with 451"},
    {"DATA 554", AT_DATA, "554 5.5.1 no valid recipients\r\n", OUTBOX_REFUSED, 554, "answered DATA with 554"},
    {"DATA 530", AT_DATA, "530 5.7.0 no\r\n", OUTBOX_REFUSED, 530, "answered DATA with 530"},
    {"DATA 250", AT_DATA, "250 what?\r\n", OUTBOX_DELAYED, 250, "answered DATA with 250"},
    {"DATA cut", AT_DATA, CUT, OUTBOX_DELAYED, 0, "before it had the whole letter"},
    {"DATA silent", AT_DATA, SILENT, OUTBOX_DELAYED, 0, "did not answer in time before"},
    {"dot 250 in two lines", AT_DOT, "250-taken\r\n250 really\r\n", OUTBOX_SENT, 250, ""},
    {"dot 451", AT_DOT, "451 4.3.0 later\r\n", OUTBOX_DELAYED, 451, "answered the letter with 451"},
    {"dot 421", AT_DOT, "421 4.3.2 going down\r\n", OUTBOX_DELAYED, 421, "going down"},
    {"dot 538", AT_DOT, "538 5.7.11 no\r\n", OUTBOX_REFUSED, 538, "answered the letter with 538"},
    {"dot 552", AT_DOT, "552 5.3.4 too big\r\n", OUTBOX_REFUSED, 552, "too big"},
    {"dot 554", AT_DOT, "554 5.6.0 refused\r\n", OUTBOX_REFUSED, 554, "refused"},
    {"dot cut", AT_DOT, CUT, OUTBOX_UNKNOWN, 0, "it may have been taken"},
    {"dot nonsense", AT_DOT, "fine\r\n", OUTBOX_UNKNOWN, 0, "it may have been taken"},
    {"dot 354 again", AT_DOT, "354 go on\r\n", OUTBOX_UNKNOWN, 354, "it may have been taken"},
};

static void expect_reached(const char *row, const struct outbox_report *report, bool reached) {
    if (report->reached != reached)
        fail_msg("%s: the server was %s: %s", row, report->reached ? "reached" : "not reached", report->why.text);
}

static void misbehave(const struct misbehaviour *row, const char *extensions) {
    struct script script = {.step = row->step, .answer = row->answer, .extensions = extensions, .expected = letter()};
    char name[128];
    snprintf(name, sizeof name, "%s%s", row->name, *extensions ? ", pipelining" : "");
    script_start(&script);
    struct outbox_settings settings = to_port(script.port, 1);
    settings.server.timeout_s = 1;
    struct outbox *outbox = open_outbox(&settings);
    struct outbox_report report = send_one(name, outbox, "asker@clinic.example", letter());
    outbox_close(outbox);
    script_stop(&script);
    expect(name, &report, row->result, row->code, row->words);
    expect_reached(name, &report, row->result == OUTBOX_SENT || row->step >= AT_MAIL);
    if (script.accepted != (row->result == OUTBOX_SENT) || script.damaged)
        fail_msg("%s: the server took %d letters, %d damaged", name, script.accepted, script.damaged);
}

static void misbehaviour_is_understood(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof misbehaviours / sizeof *misbehaviours; i++) {
        misbehave(&misbehaviours[i], "");
        misbehave(&misbehaviours[i], PIPELINING);
    }
}

static void silence_after_the_dot_is_doubt(void **state) {
    (void)state;
    const struct misbehaviour row = {"dot silent", AT_DOT, SILENT, OUTBOX_UNKNOWN, 0, "did not answer in time after the end of the letter"};
    misbehave(&row, PIPELINING);
}

/* A letter too big for the buffers on the way, so that its end can not have been handed over when the server hangs up. */
static void a_loss_within_the_letter_is_no_doubt(void **state) {
    static const struct misbehaviour rows[] = {
        {"letter cut", AT_BODY, CUT, OUTBOX_DELAYED, 0, "before it had the whole letter"},
        {"letter refused half way", AT_BODY, "552 5.3.4 too big\r\n", OUTBOX_REFUSED, 552, "too big"},
        {"letter put off half way", AT_BODY, "452 4.3.1 disk full\r\n", OUTBOX_DELAYED, 452, "disk full"},
    };
    enum { LINES = 150000, LINE_BYTES = 72 };
    (void)state;
    char *big = malloc(LINES * LINE_BYTES + 1);
    assert_non_null(big);
    for (size_t i = 0; i < LINES; i++)
        snprintf(big + i * LINE_BYTES, LINE_BYTES + 1, "%070zu\r\n", i);
    struct span bytes = {big, LINES * LINE_BYTES};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct script script = {.step = AT_BODY, .answer = rows[i].answer, .extensions = "", .expected = bytes};
        script_start(&script);
        const struct outbox_settings settings = to_port(script.port, 1);
        struct outbox *outbox = open_outbox(&settings);
        struct outbox_report report = send_one(rows[i].name, outbox, "asker@clinic.example", bytes);
        expect(rows[i].name, &report, rows[i].result, rows[i].code, rows[i].words);
        outbox_close(outbox);
        script_stop(&script);
    }
    struct script script = {.extensions = PIPELINING, .expected = bytes};
    script_start(&script);
    const struct outbox_settings settings = to_port(script.port, 1);
    struct outbox *outbox = open_outbox(&settings);
    struct outbox_report report = send_one("a big letter", outbox, "asker@clinic.example", bytes);
    expect("a big letter", &report, OUTBOX_SENT, 250, "");
    outbox_close(outbox);
    script_stop(&script);
    assert_int_equal(script.damaged, 0);
    free(big);
}

static void connecting_fails_in_its_own_ways(void **state) {
    static const struct {
        const char *name, *extensions, *answer;
        enum script_step step;
        enum wire_security security;
        bool login;
        enum outbox_result result;
        int code;
        const char *words;
    } rows[] = {
        {"STARTTLS is not offered", "", NULL, AT_DOT, WIRE_STARTTLS, false, OUTBOX_BROKEN, 0, "offers no STARTTLS"},
        {"STARTTLS is put off", "250-STARTTLS\r\n", "454 not now\r\n", AT_STARTTLS, WIRE_STARTTLS, false, OUTBOX_DELAYED, 454, "now"},
        {"STARTTLS leads nowhere", "250-STARTTLS\r\n", CUT, AT_STARTTLS, WIRE_STARTTLS, false, OUTBOX_DELAYED, 0, ""},
        {"TLS where there is none", "", NULL, AT_DOT, WIRE_TLS, false, OUTBOX_DELAYED, 0, "TLS"},
        {"login is not offered", "", NULL, AT_DOT, WIRE_PLAIN, true, OUTBOX_BROKEN, 0, "offers no login"},
        {"login is refused", "250-AUTH PLAIN\r\n", "535 5.7.8 wrong\r\n", AT_AUTH, WIRE_PLAIN, true, OUTBOX_BROKEN, 535, "login"},
        {"login is put off", "250-AUTH PLAIN\r\n", "454 4.7.0 later\r\n", AT_AUTH, WIRE_PLAIN, true, OUTBOX_DELAYED, 454, "now"},
        {"login is accepted", "250-AUTH PLAIN\r\n", NULL, AT_DOT, WIRE_PLAIN, true, OUTBOX_SENT, 250, ""},
        {"EHLO is refused where a login is needed", "", "502 what?\r\n", AT_EHLO, WIRE_PLAIN, true, OUTBOX_BROKEN, 0, "offers no login"},
        {"EHLO is refused where TLS is needed", "", "550 go away\r\n", AT_EHLO, WIRE_STARTTLS, false, OUTBOX_BROKEN, 550, "refuses us"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct script script = {.step = rows[i].step, .answer = rows[i].answer, .extensions = rows[i].extensions, .expected = letter()};
        script_start(&script);
        struct outbox_settings settings = to_port(script.port, 1);
        settings.server.security = rows[i].security;
        settings.server.timeout_s = 2;
        settings.user = rows[i].login ? "desk" : NULL;
        settings.password = rows[i].login ? "secret" : NULL;
        struct outbox *outbox = open_outbox(&settings);
        struct outbox_report report = send_one(rows[i].name, outbox, "asker@clinic.example", letter());
        expect(rows[i].name, &report, rows[i].result, rows[i].code, rows[i].words);
        expect_reached(rows[i].name, &report, rows[i].result == OUTBOX_SENT);
        outbox_close(outbox);
        script_stop(&script);
    }
}

/* --- connections are used again ----------------------------------------------------------------------------------- */

static void a_connection_is_used_again(void **state) {
    static const struct {
        const char *name, *answer;
        enum script_step step;
        int letter;
        enum outbox_result second;
        int connections, resets;
    } rows[] = {
        {"all well", NULL, AT_DOT, 0, OUTBOX_SENT, 1, 0},
        {"gone when the second letter begins", CUT, AT_MAIL, 1, OUTBOX_SENT, 2, 0},
        {"421 when the second letter begins", "421 timeout\r\n", AT_MAIL, 1, OUTBOX_SENT, 2, 0},
        {"lost later in the second letter", CUT, AT_RCPT, 1, OUTBOX_DELAYED, 1, 0},
        {"lost after the second letter", CUT, AT_DOT, 1, OUTBOX_UNKNOWN, 1, 0},
    };
    static const char *const extensions[] = {"", PIPELINING};
    (void)state;
    for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
        size_t row = i / 2;
        struct script script = {.step = rows[row].step,
                                .answer = rows[row].answer,
                                .letter = rows[row].letter,
                                .once = true,
                                .extensions = extensions[i % 2],
                                .expected = letter()};
        script_start(&script);
        const struct outbox_settings settings = to_port(script.port, 1);
        struct outbox *outbox = open_outbox(&settings);
        struct outbox_report first = send_one(rows[row].name, outbox, "asker@clinic.example", letter());
        expect(rows[row].name, &first, OUTBOX_SENT, 250, "");
        struct outbox_report second = send_one(rows[row].name, outbox, "asker@clinic.example", letter());
        outbox_close(outbox);
        script_stop(&script);
        if (second.result != rows[row].second || script.connections != rows[row].connections || script.resets != rows[row].resets)
            fail_msg("%s: %s, %d connections, %d resets: %s", rows[row].name, name_text(outbox_results, (int)second.result),
                     script.connections, script.resets, second.why.text);
    }
}

/* Three letters that fare alike: what is left of a refused one must not reach the next. */
static void a_refusal_leaves_nothing_behind(void **state) {
    static const struct {
        const char *name, *extensions, *answer;
        enum script_step step;
        enum outbox_result result;
        int code, connections, resets;
    } rows[] = {
        {"RCPT 550", "", "550 5.1.1 no\r\n", AT_RCPT, OUTBOX_REFUSED, 550, 1, 2},
        {"RCPT 550, then it wants the letter", PIPELINING, "550 5.1.1 no\r\n", AT_RCPT, OUTBOX_REFUSED, 550, 3, 0},
        {"DATA 554", "", "554 5.5.1 no\r\n", AT_DATA, OUTBOX_REFUSED, 554, 1, 2},
        {"DATA 554, pipelining", PIPELINING, "554 5.5.1 no\r\n", AT_DATA, OUTBOX_REFUSED, 554, 1, 2},
        {"dot 421, and it stays", PIPELINING, "421 4.3.2 going down\r\n", AT_DOT, OUTBOX_DELAYED, 421, 3, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct script script = {.step = rows[i].step, .answer = rows[i].answer, .extensions = rows[i].extensions, .expected = letter()};
        script_start(&script);
        const struct outbox_settings settings = to_port(script.port, 1);
        struct outbox *outbox = open_outbox(&settings);
        long long began = wire_clock_ms();
        for (int turn = 0; turn < 3; turn++) {
            struct outbox_report report = send_one(rows[i].name, outbox, "asker@clinic.example", letter());
            expect(rows[i].name, &report, rows[i].result, rows[i].code, "");
        }
        if (wire_clock_ms() - began >= TIMEOUT_S * 1000)
            fail_msg("%s: a letter was said to a server that waited for something else", rows[i].name);
        outbox_close(outbox);
        script_stop(&script);
        if (script.connections != rows[i].connections || script.resets != rows[i].resets)
            fail_msg("%s: %d connections, %d resets", rows[i].name, script.connections, script.resets);
    }
}

/* --- waiting ------------------------------------------------------------------------------------------------------ */

static void letters_go_side_by_side(void **state) {
    (void)state;
    struct script script = {.extensions = PIPELINING, .slow_ms = 300, .expected = letter()};
    script_start(&script);
    const struct outbox_settings settings = to_port(script.port, 4);
    struct outbox *outbox = open_outbox(&settings);
    long long began = wire_clock_ms(), longest = 0;
    for (int i = 0; i < 4; i++)
        submit("side by side", outbox, "asker@clinic.example", letter());
    assert_int_equal(outbox_free(outbox), 0);
    assert_int_equal(outbox_submit(outbox, "asker@clinic.example", letter(), NULL, NULL), FAIL_AGAIN);
    for (struct outbox_report report; outbox_busy(outbox) > 0;) {
        long long before = wire_clock_ms();
        outbox_wait(outbox, -1, 0, 10);
        longest = wire_clock_ms() - before > longest ? wire_clock_ms() - before : longest;
        while (outbox_next(outbox, &report))
            expect("side by side", &report, OUTBOX_SENT, 250, "");
    }
    long long took = wire_clock_ms() - began;
    outbox_close(outbox);
    script_stop(&script);
    if (took >= 900 || longest >= 200)
        fail_msg("four letters took %lld ms, one wait of 10 ms took %lld ms", took, longest);
}

static void a_wait_ends_when_it_should(void **state) {
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const struct outbox_settings settings = to_port(1, 1);
    struct outbox *outbox = open_outbox(&settings);
    long long began = wire_clock_ms();
    assert_int_equal(outbox_wait(outbox, ends[0], POLLIN, 100), 0);
    assert_in_range(wire_clock_ms() - began, 100, 5000);
    assert_int_equal(write(ends[1], "x", 1), 1);
    assert_true(outbox_wait(outbox, ends[0], POLLIN, PATIENCE_MS) > 0);
    submit("nobody listens", outbox, "asker@clinic.example", letter());
    struct outbox_report report = await_report("nobody listens", outbox);
    expect("nobody listens", &report, OUTBOX_DELAYED, 0, "can not be reached");
    expect_reached("nobody listens", &report, false);
    outbox_close(outbox);
    close(ends[0]);
    close(ends[1]);
}

/* --- a name server that does not answer --------------------------------------------------------------------------- */

enum { RESOLVER_S = 4 };

typedef int resolve_fn(const char *, const char *, const struct addrinfo *, struct addrinfo **);

/* In place of the C library's, in libcurl too. */
int getaddrinfo(const char *restrict name, const char *restrict service, const struct addrinfo *restrict wanted,
                struct addrinfo **restrict ret) {
    if (name && strcmp(name, "slow.example") == 0) {
        sleep(RESOLVER_S);
        return EAI_AGAIN;
    }
    union {
        void *found;
        resolve_fn *call;
    } usual = {dlsym(RTLD_NEXT, "getaddrinfo")};
    return usual.call(name, service, wanted, ret);
}

static void a_name_server_that_is_silent_holds_nothing_up(void **state) {
    static const struct {
        const char *name;
        int timeout_s, close_after_ms;
    } rows[] = {{"closed meanwhile", 10, 100}, {"given up in time", 1, 10000}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outbox_settings settings = to_port(25, 1);
        settings.server.host = "slow.example";
        settings.server.security = WIRE_STARTTLS;
        settings.server.timeout_s = rows[i].timeout_s;
        struct outbox *outbox = open_outbox(&settings);
        struct outbox_report report = {.result = OUTBOX_DELAYED, .why = {.text = "did not answer"}};
        long long began = wire_clock_ms(), longest = 0;
        submit(rows[i].name, outbox, "asker@clinic.example", letter());
        while (wire_clock_ms() - began < rows[i].close_after_ms && !outbox_next(outbox, &report)) {
            long long before = wire_clock_ms();
            outbox_wait(outbox, -1, 0, 10);
            longest = wire_clock_ms() - before > longest ? wire_clock_ms() - before : longest;
        }
        outbox_close(outbox);
        long long took = wire_clock_ms() - began;
        expect(rows[i].name, &report, OUTBOX_DELAYED, 0, "did not answer");
        expect_reached(rows[i].name, &report, false);
        if (took > 2000 || longest > 500)
            fail_msg("%s: took %lld ms, one wait of 10 ms took %lld ms", rows[i].name, took, longest);
    }
}

/* --- what is not even tried --------------------------------------------------------------------------------------- */

static void what_can_not_be_sent_is_refused(void **state) {
    static const struct {
        const char *name, *recipient, *bytes;
    } rows[] = {
        {"no address", "nobody", "a\r\n"},
        {"an address with a line end", "a@b.example>\r\nDATA", "a\r\n"},
        {"an empty address", "", "a\r\n"},
        {"a bare LF", "a@b.example", "a\nb\r\n"},
        {"a bare CR", "a@b.example", "a\rb\r\n"},
        {"a dot between bare LFs", "a@b.example", "a\r\n\n.\n\r\nMAIL\r\n"},
        {"no end of the last line", "a@b.example", "a\r\nb"},
    };
    (void)state;
    const struct outbox_settings settings = to_port(1, 1);
    struct outbox *outbox = open_outbox(&settings);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (outbox_submit(outbox, rows[i].recipient, span_of(rows[i].bytes), NULL, NULL) != FAIL_INPUT || outbox_free(outbox) != 1)
            fail_msg("%s", rows[i].name);
    outbox_close(outbox);
}

static void settings_that_can_not_be_used_are_refused(void **state) {
    static const struct {
        const char *name;
        struct outbox_settings settings;
    } rows[] = {
        {"plain text to another machine",
         {.server = {.host = "mail.example", .port = 25, .security = WIRE_PLAIN}, .envelope_from = "", .connections = 1}},
        {"no connections", {.server = {.host = "localhost", .port = 25}, .envelope_from = "", .connections = 0}},
        {"33 connections", {.server = {.host = "localhost", .port = 25}, .envelope_from = "", .connections = 33}},
        {"a sender with a line end", {.server = {.host = "localhost", .port = 25}, .envelope_from = "a@b.example>\r\nX", .connections = 1}},
        {"a greeting with a blank",
         {.server = {.host = "localhost", .port = 25}, .envelope_from = "", .ehlo_name = "a b", .connections = 1}},
        {"a user without a password", {.server = {.host = "localhost", .port = 25}, .envelope_from = "", .user = "a", .connections = 1}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outbox *outbox = NULL;
        struct why why;
        if (outbox_open(&rows[i].settings, &outbox, &why) != FAIL_CONFIG || outbox)
            fail_msg("%s", rows[i].name);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_can_not_be_sent_is_refused),
        cmocka_unit_test(settings_that_can_not_be_used_are_refused),
        cmocka_unit_test(a_wait_ends_when_it_should),
        cmocka_unit_test(a_name_server_that_is_silent_holds_nothing_up),
        cmocka_unit_test(misbehaviour_is_understood),
        cmocka_unit_test(silence_after_the_dot_is_doubt),
        cmocka_unit_test(a_loss_within_the_letter_is_no_doubt),
        cmocka_unit_test(connecting_fails_in_its_own_ways),
        cmocka_unit_test(a_connection_is_used_again),
        cmocka_unit_test(a_refusal_leaves_nothing_behind),
        cmocka_unit_test(letters_go_side_by_side),
    };
    return cmocka_run_group_tests_name("live.outbox", tests, NULL, NULL);
}
