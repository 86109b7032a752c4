/* Letters to a server that misbehaves at every step: each must be reported as what it is, sent, safe to send again, or in doubt. */
#include "tests/live/servers.h"

#include <dlfcn.h>
#include <netdb.h>
#include <poll.h>

#include "tests/live/letters.h"
#include "tests/live/outbox_manual.h"
#include "tests/live/smtp_script.h"

/* --- a server that misbehaves at one step ------------------------------------------------------------------------- */

#define PIPELINING "250-PIPELINING\r\n"

static char endless[12001]; /* an answer of which no line is the last */
static char no_line[12001];  /* one without a line end */

static const struct misbehaviour {
    const char *name;
    enum manual_row manual;
    enum script_step step;
    const char *answer;
    enum outbox_result result;
    int code;
    const char *words;
} misbehaviours[] = {
    {"nothing wrong", M_TAKEN, AT_DOT, NULL, OUTBOX_SENT, 250, ""},
    {"greets with 421", M_GREETING, AT_CONNECT, "421 busy\r\n", OUTBOX_DELAYED, 421, "takes no mail now"},
    {"greets with 554", M_GREETING, AT_CONNECT, "554 no\r\n", OUTBOX_DELAYED, 554, ""},
    {"greets as something else", M_MUTE, AT_CONNECT, "HTTP/1.1 200 OK\r\n\r\n", OUTBOX_DELAYED, 0, ""},
    {"hangs up at once", M_MUTE, AT_CONNECT, CUT, OUTBOX_DELAYED, 0, ""},
    {"never greets", M_MUTE, AT_CONNECT, SILENT, OUTBOX_DELAYED, 0, "did not answer"},
    {"greets with a tarpit", M_MUTE, AT_CONNECT, SLOWLY "220 script.example says welcome\r\n", OUTBOX_DELAYED, 0, "did not answer"},
    {"greets with a banner without end", M_MUTE, AT_CONNECT, endless, OUTBOX_DELAYED, 0, ""},
    {"greets with a NUL", M_ODD, AT_CONNECT, "220 script" NUL_BYTE "example\r\n", OUTBOX_SENT, 250, ""},
    {"greets in pieces and several lines", M_ODD, AT_CONNECT, IN_PIECES "220-script\r\n220 example\r\n", OUTBOX_SENT, 250, ""},
    {"EHLO 502, an old server", M_OLD, AT_EHLO, "502 what?\r\n", OUTBOX_SENT, 250, ""},
    {"EHLO 421", M_PUT_OFF, AT_EHLO, "421 going down\r\n" THEN_CUT, OUTBOX_DELAYED, 421, ""},
    {"EHLO cut", M_MUTE, AT_EHLO, CUT, OUTBOX_DELAYED, 0, ""},
    {"EHLO silent", M_MUTE, AT_EHLO, SILENT, OUTBOX_DELAYED, 0, "did not answer"},
    {"EHLO without end", M_MUTE, AT_EHLO, no_line, OUTBOX_DELAYED, 0, ""},
    {"MAIL 451", M_MAIL, AT_MAIL, "451 4.3.0 later\r\n", OUTBOX_DELAYED, 451, "answered MAIL with 451 4.3.0 later"},
    {"MAIL 550", M_MAIL, AT_MAIL, "550 5.7.1 not you\r\n", OUTBOX_DELAYED, 550, "answered MAIL with 550 5.7.1 not you"},
    {"MAIL 535", M_MAIL_LOGIN, AT_MAIL, "535 5.7.8 who?\r\n", OUTBOX_BROKEN, 535, "who?"},
    {"MAIL 538", M_MAIL_LOGIN, AT_MAIL, "538 5.7.11 TLS first\r\n", OUTBOX_BROKEN, 538, "TLS first"},
    {"MAIL 530", M_MAIL_LOGIN, AT_MAIL, "530 5.7.0 log in first\r\n", OUTBOX_BROKEN, 530, "log in first"},
    {"MAIL 421", M_MAIL, AT_MAIL, "421 4.3.2 going down\r\n", OUTBOX_DELAYED, 421, "going down"},
    {"MAIL cut", M_LOST, AT_MAIL, CUT, OUTBOX_DELAYED, 0, "before it had the whole letter"},
    {"MAIL silent", M_LOST, AT_MAIL, SILENT, OUTBOX_DELAYED, 0, "did not answer in time before"},
    {"MAIL tarpit", M_LOST, AT_MAIL, SLOWLY "250 2.1.0 sender\r\n", OUTBOX_DELAYED, 0, "did not answer in time before"},
    {"MAIL in pieces", M_ODD, AT_MAIL, IN_PIECES "250-2.1.0 sender\r\n250 2.1.0 ok\r\n", OUTBOX_SENT, 250, ""},
    {"MAIL nonsense", M_LOST, AT_MAIL, "yes\r\n", OUTBOX_DELAYED, 0, "before it had the whole letter"},
    {"MAIL without end", M_LOST, AT_MAIL, endless, OUTBOX_DELAYED, 0, "before it had the whole letter"},
    {"RCPT 450", M_LATER, AT_RCPT, "450-4.2.0 mailbox\r\n450 4.2.0 busy\r\n", OUTBOX_DELAYED, 450, "answered RCPT with 450 4.2.0 busy"},
    {"RCPT 421", M_LATER, AT_RCPT, "421 4.3.2 going down" THEN_CUT, OUTBOX_DELAYED, 0, "before it had the whole letter"},
    {"RCPT 550", M_RCPT, AT_RCPT, "550 5.1.1 no such user\r\n", OUTBOX_REFUSED, 550, "no such user"},
    {"RCPT 550 without an enhanced code", M_RCPT, AT_RCPT, "550 no such user\r\n", OUTBOX_REFUSED, 550, "no such user"},
    {"RCPT 550, recipient denied", M_RCPT, AT_RCPT, "550 5.7.1 recipient refused\r\n", OUTBOX_REFUSED, 550, "recipient refused"},
    {"RCPT 550, sender refused", M_ABOUT_US, AT_RCPT, "550 5.7.1 sender refused\r\n", OUTBOX_DELAYED, 550, "sender refused"},
    {"RCPT 554, relay denied", M_DENIED, AT_RCPT, "554 5.7.1 <a%b@clinic.example>: Relay access denied\r\n", OUTBOX_DELAYED, 554, "Relay access denied"},
    {"RCPT 550, bad sender", M_ABOUT_US, AT_RCPT, "550 5.1.8 bad outbound sender\r\n", OUTBOX_DELAYED, 550, "bad outbound sender"},
    {"RCPT 530", M_ABOUT_US, AT_RCPT, "530 5.7.0 log in first\r\n", OUTBOX_DELAYED, 530, "log in first"},
    {"RCPT 535", M_ABOUT_US, AT_RCPT, "535 5.7.8 who?\r\n", OUTBOX_DELAYED, 535, "who?"},
    {"RCPT 550 with an escape", M_RCPT, AT_RCPT, "550 5.1.1 \x1b[2J" NUL_BYTE "\xff\r\n", OUTBOX_REFUSED, 550, "550 5.1.1 ?[2J??"},
    {"RCPT 251", M_TAKEN, AT_RCPT, "251 forwarded\r\n", OUTBOX_SENT, 250, ""},
    {"RCPT cut", M_LOST, AT_RCPT, CUT, OUTBOX_DELAYED, 0, "before it had the whole letter"},
    {"RCPT silent", M_LOST, AT_RCPT, SILENT, OUTBOX_DELAYED, 0, "did not answer in time before"},
    {"DATA 451", M_LATER, AT_DATA, "451 4.3.0 later\r\n", OUTBOX_DELAYED, 451, "answered DATA with 451"},
    {"DATA 421", M_LATER, AT_DATA, "421 4.3.2 going down\r\n", OUTBOX_DELAYED, 421, "going down"},
    {"DATA 554", M_LETTER, AT_DATA, "554 5.5.1 no valid recipients\r\n", OUTBOX_REFUSED, 554, "answered DATA with 554"},
    {"DATA 530", M_LETTER, AT_DATA, "530 5.7.0 no\r\n", OUTBOX_REFUSED, 530, "answered DATA with 530"},
    {"DATA 250", M_LATER, AT_DATA, "250 what?\r\n", OUTBOX_DELAYED, 250, "answered DATA with 250"},
    {"DATA 354, and the letter is taken unseen", M_EARLY, AT_DATA, "354 go on\r\n250 2.0.0 taken\r\n", OUTBOX_DELAYED, 0, "before it was asked"},
    {"DATA cut", M_LOST, AT_DATA, CUT, OUTBOX_DELAYED, 0, "before it had the whole letter"},
    {"DATA silent", M_LOST, AT_DATA, SILENT, OUTBOX_DELAYED, 0, "did not answer in time before"},
    {"dot 250 in two lines", M_TAKEN, AT_DOT, "250-taken\r\n250 really\r\n", OUTBOX_SENT, 250, ""},
    {"dot 250 in pieces", M_TAKEN, AT_DOT, IN_PIECES "250 2.0.0 taken\r\n", OUTBOX_SENT, 250, ""},
    {"dot 250, then cut", M_TAKEN, AT_DOT, "250 2.0.0 taken\r\n" THEN_CUT, OUTBOX_SENT, 250, ""},
    {"dot 250, then 421", M_TAKEN, AT_DOT, "250 2.0.0 taken\r\n421 4.3.2 going down\r\n" THEN_CUT, OUTBOX_SENT, 250, ""},
    {"dot 250, then nonsense", M_TAKEN, AT_DOT, "250 2.0.0 taken\r\nfine\r\n", OUTBOX_SENT, 250, ""},
    {"dot 250 with a NUL", M_TAKEN, AT_DOT, "250 2.0.0 ta" NUL_BYTE "ken\r\n", OUTBOX_SENT, 250, ""},
    {"dot 451", M_LATER, AT_DOT, "451 4.3.0 later\r\n", OUTBOX_DELAYED, 451, "answered the letter with 451"},
    {"dot 421", M_LATER, AT_DOT, "421 4.3.2 going down\r\n", OUTBOX_DELAYED, 421, "going down"},
    {"dot 538", M_LETTER, AT_DOT, "538 5.7.11 no\r\n", OUTBOX_REFUSED, 538, "answered the letter with 538"},
    {"dot 552", M_LETTER, AT_DOT, "552 5.3.4 too big\r\n", OUTBOX_REFUSED, 552, "too big"},
    {"dot 554", M_LETTER, AT_DOT, "554 5.6.0 refused\r\n", OUTBOX_REFUSED, 554, "refused"},
    {"dot 554, spam", M_LETTER, AT_DOT, "554 5.7.1 looks like spam\r\n", OUTBOX_REFUSED, 554, "spam"},
    {"dot 550, not in that name", M_ABOUT_US, AT_DOT, "550 5.7.60 not in that name\r\n", OUTBOX_DELAYED, 550, "not in that name"},
    {"dot cut", M_DOUBT, AT_DOT, CUT, OUTBOX_UNKNOWN, 0, "it may have been taken"},
    {"dot cut in the answer", M_DOUBT, AT_DOT, "250 2.0.0 tak" THEN_CUT, OUTBOX_UNKNOWN, 0, "it may have been taken"},
    {"dot nonsense", M_DOUBT, AT_DOT, "fine\r\n", OUTBOX_UNKNOWN, 0, "it may have been taken"},
    {"dot without end", M_DOUBT, AT_DOT, endless, OUTBOX_UNKNOWN, 0, "it may have been taken"},
    {"dot NUL", M_DOUBT, AT_DOT, "2" NUL_BYTE "0 taken\r\n", OUTBOX_UNKNOWN, 0, "it may have been taken"},
    {"dot 354 again", M_DOUBT, AT_DOT, "354 go on\r\n", OUTBOX_UNKNOWN, 354, "it may have been taken"},
};

static void expect_reached(const char *row, const struct outbox_report *report, bool reached) {
    if (report->reached != reached)
        fail_msg("%s: the server was %s: %s", row, report->reached ? "reached" : "not reached", report->why.text);
}

static void misbehave(const struct misbehaviour *row, const char *extensions) {
    struct script script = {.step = row->step,
                            .answer = row->answer,
                            .extensions = extensions,
                            .expected = letter()};
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
    expect_manual(name, row->manual, &report);
    expect_reached(name, &report, row->result == OUTBOX_SENT || row->step >= AT_MAIL);
    bool known = row->result != OUTBOX_UNKNOWN;
    if ((known && script.accepted != (row->result == OUTBOX_SENT)) || script.damaged)
        fail_msg("%s: the server took %d letters, %d damaged", name, script.accepted, script.damaged);
}

static void misbehaviour_is_understood(void **state) {
    (void)state;
    memset(no_line, '2', sizeof no_line - 1);
    for (size_t i = 0; i + 8 < sizeof endless; i += 8)
        memcpy(endless + i, "250-on\r\n", 8);
    for (size_t i = 0; i < sizeof misbehaviours / sizeof *misbehaviours; i++) {
        misbehave(&misbehaviours[i], "");
        misbehave(&misbehaviours[i], PIPELINING);
    }
}

static void answers_may_come_together(void **state) {
    (void)state;
    struct script script = {.together = true, .extensions = PIPELINING, .expected = letter()};
    script_start(&script);
    const struct outbox_settings settings = to_port(script.port, 1);
    struct outbox *outbox = open_outbox(&settings);
    for (int i = 0; i < 2; i++) {
        struct outbox_report report = send_one("held back until DATA", outbox, "asker@clinic.example", letter());
        expect_manual("held back until DATA", M_ODD, &report);
    }
    outbox_close(outbox);
    script_stop(&script);
    assert_int_equal(script.accepted, 2);
}

static void silence_after_the_dot_is_doubt(void **state) {
    (void)state;
    const struct misbehaviour row = {"dot silent", M_DOUBT, AT_DOT, SILENT, OUTBOX_UNKNOWN, 0, "did not answer in time after the end of the letter"};
    misbehave(&row, PIPELINING);
}

/* A letter too big for the buffers on the way, so that its end can not have been handed over when the server hangs up. */
static void a_loss_within_the_letter_is_no_doubt(void **state) {
    static const struct misbehaviour rows[] = {
        {"letter stuck", M_LOST, AT_BODY, STUCK, OUTBOX_DELAYED, 0, "did not answer in time before it had the whole letter"},
        {"letter cut", M_LOST, AT_BODY, CUT, OUTBOX_DELAYED, 0, "before it had the whole letter"},
        {"letter refused half way", M_LETTER, AT_BODY, "552 5.3.4 too big\r\n", OUTBOX_REFUSED, 552, "too big"},
        {"letter put off half way", M_LATER, AT_BODY, "452 4.3.1 disk full\r\n", OUTBOX_DELAYED, 452, "disk full"},
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
        struct outbox_settings settings = to_port(script.port, 1);
        settings.server.timeout_s = 2;
        struct outbox *outbox = open_outbox(&settings);
        struct outbox_report report = send_one(rows[i].name, outbox, "asker@clinic.example", bytes);
        expect(rows[i].name, &report, rows[i].result, rows[i].code, rows[i].words);
        expect_manual(rows[i].name, rows[i].manual, &report);
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
        const char *name;
        enum manual_row manual;
        const char *extensions, *answer;
        enum script_step step;
        enum wire_security security;
        bool login;
        enum outbox_result result;
        int code;
        const char *words;
    } rows[] = {
        {"STARTTLS is not offered", M_UNFIT, "", NULL, AT_DOT, WIRE_STARTTLS, false, OUTBOX_BROKEN, 0, "offers no STARTTLS"},
        {"STARTTLS is refused", M_UNFIT, "250-STARTTLS\r\n", "502 no\r\n", AT_STARTTLS, WIRE_STARTTLS, false, OUTBOX_BROKEN, 502, "STARTTLS"},
        {"STARTTLS is put off", M_PUT_OFF, "250-STARTTLS\r\n", "454 not now\r\n", AT_STARTTLS, WIRE_STARTTLS, false, OUTBOX_DELAYED, 454, "now"},
        {"STARTTLS leads nowhere", M_MUTE, "250-STARTTLS\r\n", CUT, AT_STARTTLS, WIRE_STARTTLS, false, OUTBOX_DELAYED, 0, ""},
        {"STARTTLS is met with silence", M_MUTE, "250-STARTTLS\r\n", SILENT, AT_STARTTLS, WIRE_STARTTLS, false, OUTBOX_DELAYED, 0, "did not"},
        {"TLS where there is none", M_MUTE, "", NULL, AT_DOT, WIRE_TLS, false, OUTBOX_DELAYED, 0, "TLS"},
        {"login is not offered", M_UNFIT, "", NULL, AT_DOT, WIRE_PLAIN, true, OUTBOX_BROKEN, 0, "offers no login"},
        {"a login nobody knows", M_UNFIT, "250-AUTH X-RITUAL\r\n", NULL, AT_DOT, WIRE_PLAIN, true, OUTBOX_BROKEN, 0, "login"},
        {"login is refused", M_LOGIN, "250-AUTH PLAIN\r\n", "535 5.7.8 wrong\r\n", AT_AUTH, WIRE_PLAIN, true, OUTBOX_BROKEN, 535, "login"},
        {"login is put off", M_PUT_OFF, "250-AUTH PLAIN\r\n", "454 4.7.0 later\r\n", AT_AUTH, WIRE_PLAIN, true, OUTBOX_DELAYED, 454, "now"},
        {"login is cut", M_MUTE, "250-AUTH PLAIN\r\n", CUT, AT_AUTH, WIRE_PLAIN, true, OUTBOX_DELAYED, 0, ""},
        {"login is met with silence", M_MUTE, "250-AUTH PLAIN\r\n", SILENT, AT_AUTH, WIRE_PLAIN, true, OUTBOX_DELAYED, 0, "did not answer"},
        {"login is accepted", M_TAKEN, "250-AUTH PLAIN\r\n", NULL, AT_DOT, WIRE_PLAIN, true, OUTBOX_SENT, 250, ""},
        {"SIZE is less than the reply", M_LETTER, "250-SIZE 10\r\n", "552 5.3.4 too big\r\n", AT_DOT, WIRE_PLAIN, false, OUTBOX_REFUSED, 552, "big"},
        {"EHLO is refused where a login is needed", M_UNFIT, "", "502 what?\r\n", AT_EHLO, WIRE_PLAIN, true, OUTBOX_BROKEN, 0, "offers no login"},
        {"EHLO is refused where TLS is needed", M_UNFIT, "", "550 go away\r\n", AT_EHLO, WIRE_STARTTLS, false, OUTBOX_BROKEN, 550, "refuses us"},
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
        expect_manual(rows[i].name, rows[i].manual, &report);
        expect_reached(rows[i].name, &report, rows[i].result == OUTBOX_SENT || rows[i].result == OUTBOX_REFUSED);
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
        {"421 between the letters", "250 2.0.0 taken\r\n421 timeout\r\n", AT_DOT, 0, OUTBOX_SENT, 2, 0},
        {"cut between the letters", "250 2.0.0 taken\r\n" THEN_CUT, AT_DOT, 0, OUTBOX_SENT, 2, 0},
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
        if (rows[row].connections == 2)
            expect_manual(rows[row].name, M_STALE, &second);
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
    expect_manual("nobody listens", M_AWAY, &report);
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
        {"an address that needs SMTPUTF8", "j\xc3\xbcrgen@clinic.example", "a\r\n"},
        {"a domain that needs SMTPUTF8", "ann@kl\xc3\xadnica.example", "a\r\n"},
        {"an address with a NUL's neighbour", "a\x01@b.example", "a\r\n"},
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
    expect_outcome("FAIL_INPUT of outbox_submit", M_ADDRESS, HELD); /* see submit_chosen in daemon/exchange.c */
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

/* Comes last: what the others have shown is all that the manual tells. Certificates are in postfix.c. */
static void the_manual_tells_the_same(void **state) {
    (void)state;
    manual_agrees();
    for (int i = 0; i < M_ROWS; i++)
        if (!manual_shown[i] && i != M_CERTIFICATE)
            fail_msg("nothing shows that it %s", manual_rows[i].words);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_can_not_be_sent_is_refused),
        cmocka_unit_test(settings_that_can_not_be_used_are_refused),
        cmocka_unit_test(a_wait_ends_when_it_should),
        cmocka_unit_test(a_name_server_that_is_silent_holds_nothing_up),
        cmocka_unit_test(misbehaviour_is_understood),
        cmocka_unit_test(answers_may_come_together),
        cmocka_unit_test(silence_after_the_dot_is_doubt),
        cmocka_unit_test(a_loss_within_the_letter_is_no_doubt),
        cmocka_unit_test(connecting_fails_in_its_own_ways),
        cmocka_unit_test(a_connection_is_used_again),
        cmocka_unit_test(a_refusal_leaves_nothing_behind),
        cmocka_unit_test(letters_go_side_by_side),
        cmocka_unit_test(the_manual_tells_the_same),
    };
    return cmocka_run_group_tests_name("live.outbox", tests, NULL, NULL);
}
