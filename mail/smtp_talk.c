#include "mail/smtp_talk.h"

#include "mail/smtp_verdict.h"
#include "mail/wire.h"

enum { LETTER_BYTES = 64 << 20, DOT_PATIENCE = 10 };

/* RSET is said only where a refused envelope is still open. */
static const char *const command_names[] = {"RSET", "MAIL", "RCPT", "DATA", "the letter"};

/* What it means for the letter when the connection is lost. */
static const struct loss {
    enum outbox_result result;
    const char *when;
} losses[] = {
    [SMTP_ENVELOPE] = {OUTBOX_DELAYED, "before it had the whole letter"},
    [SMTP_DATA] = {OUTBOX_DELAYED, "before it had the whole letter"},
    [SMTP_DOT] = {OUTBOX_UNKNOWN, "after the end of the letter: it may have been taken"},
};

struct smtp_talk {
    const struct outbox_settings *settings;
    struct smtp_link link;
    enum smtp_stage stage;
    bool used;       /* this connection has carried a letter before: it may have gone stale */
    bool must_reset; /* a refused transaction is still open in it */
    bool blocked;    /* the last write found no room */
    bool busy, finished;

    const char *recipient;
    struct buf letter; /* with its dots stuffed and its end */
    size_t letter_sent;
    struct buf commands;
    size_t commands_sent;
    enum smtp_command first, awaited, next; /* of this envelope: the first said, the first not answered, the first not said */
    bool refused;                      /* the report holds a verdict that the server's further answers do not change */
    long long deadline_ms;
    struct outbox_report report;
};

struct smtp_talk *smtp_talk_new(const struct outbox_settings *settings) {
    struct smtp_talk *talk = calloc(1, sizeof *talk);
    if (!talk)
        return NULL;
    talk->settings = settings;
    smtp_link_init(&talk->link, settings);
    buf_init(&talk->letter, LETTER_BYTES);
    buf_init(&talk->commands, SMTP_REPLY_BYTES);
    return talk;
}

static void hang_up(struct smtp_talk *talk) {
    smtp_link_hang_up(&talk->link);
    talk->stage = SMTP_DOWN;
}

void smtp_talk_free(struct smtp_talk *talk) {
    if (!talk)
        return;
    if (talk->stage == SMTP_IDLE)
        smtp_link_send(&talk->link, SPAN("QUIT\r\n"));
    hang_up(talk);
    buf_free(&talk->letter);
    buf_free(&talk->commands);
    free(talk);
}

bool smtp_talk_busy(const struct smtp_talk *talk) { return talk->busy; }
bool smtp_talk_connected(const struct smtp_talk *talk) { return talk->stage != SMTP_DOWN; }
bool smtp_talk_finished(const struct smtp_talk *talk) { return talk->finished; }

void smtp_talk_take(struct smtp_talk *talk, struct outbox_report *ret) {
    *ret = talk->report;
    talk->busy = talk->finished = false;
}

/* --- the verdict -------------------------------------------------------------------------------------------------- */

static void finish(struct smtp_talk *talk, enum outbox_result result) {
    talk->report.result = result;
    talk->finished = true;
    if (talk->stage != SMTP_DOWN)
        talk->stage = SMTP_IDLE;
}

/* What a person reads of it may end up on a terminal. */
static struct span printable(struct span text, char ret[SMTP_LINK_TEXT_BYTES]) {
    for (size_t i = 0; i < text.len; i++)
        ret[i] = text.ptr[i] < ' ' || text.ptr[i] > '~' ? '?' : text.ptr[i];
    return (struct span){ret, text.len};
}

static void note_refusal(struct smtp_talk *talk, const struct smtp_reply *reply, enum smtp_command command) {
    const struct wire_settings *server = &talk->settings->server;
    struct smtp_verdict verdict = smtp_verdict(command, reply->code, reply->text);
    char text[SMTP_LINK_TEXT_BYTES];
    talk->report.smtp_code = reply->code;
    talk->report.result = verdict.result;
    talk->report.blame = verdict.blame;
    talk->refused = true;
    why_set(&talk->report.why, 0, "%s:%d answered %s with %d %.*s", server->host, server->port, command_names[command], reply->code,
            SPAN_ARG(printable(reply->text, text)));
}

static int connect_anew(struct smtp_talk *talk) {
    talk->used = talk->must_reset = talk->report.reached = false;
    int failed = smtp_link_connect(&talk->link, &talk->report.why);
    talk->stage = failed ? SMTP_DOWN : SMTP_CONNECTING;
    return failed;
}

/* The server had time to close a connection that lay idle. Before the first answer it has nothing of this letter, so another
 * connection may carry it. */
static bool gone_stale(const struct smtp_talk *talk) { return talk->stage == SMTP_ENVELOPE && talk->used && talk->awaited == talk->first; }

static void lost(struct smtp_talk *talk, const char *how) {
    const struct wire_settings *server = &talk->settings->server;
    enum smtp_stage stage = talk->stage;
    bool stale = gone_stale(talk);
    hang_up(talk);
    if (stage == SMTP_IDLE)
        return;
    if (stale && !connect_anew(talk))
        return;
    if (!talk->refused) {
        talk->report.result = losses[stage].result;
        why_set(&talk->report.why, 0, "%s:%d %s %s", server->host, server->port, how, losses[stage].when);
    }
    finish(talk, talk->report.result);
}

/* --- saying ------------------------------------------------------------------------------------------------------- */

static void allow_time(struct smtp_talk *talk) {
    long long patience = talk->stage == SMTP_DOT ? DOT_PATIENCE : 1;
    talk->deadline_ms = wire_clock_ms() + patience * 1000 * talk->settings->server.timeout_s;
}

/* Hand over what is left of text. False: the link is lost, and so reported. */
static bool say(struct smtp_talk *talk, const struct buf *text, size_t *sent) {
    while (*sent < text->len) {
        ssize_t more = smtp_link_send(&talk->link, (struct span){text->ptr + *sent, text->len - *sent});
        if (more < 0) {
            lost(talk, "closed the connection");
            return false;
        }
        talk->blocked = more == 0;
        if (talk->blocked)
            return true;
        *sent += (size_t)more;
    }
    return true;
}

static void say_letter(struct smtp_talk *talk) {
    if (say(talk, &talk->letter, &talk->letter_sent) && talk->stage == SMTP_DATA && talk->letter_sent == talk->letter.len)
        talk->stage = SMTP_DOT;
    if (talk->busy && !talk->finished)
        allow_time(talk);
}

static void add_command(struct buf *buf, enum smtp_command command, const struct smtp_talk *talk) {
    switch (command) {
    case SAY_RSET: buf_text(buf, "RSET\r\n"); break;
    case SAY_MAIL: buf_printf(buf, "MAIL FROM:<%s>\r\n", talk->settings->envelope_from); break;
    case SAY_RCPT: buf_printf(buf, "RCPT TO:<%s>\r\n", talk->recipient); break;
    case SAY_DATA: buf_text(buf, "DATA\r\n"); break;
    case SAY_LETTER: break;
    }
}

/* An answer to what was not said yet: from here on nobody knows which answer belongs to what, least of all the one to the letter. */
static bool answers_unasked(struct smtp_talk *talk) {
    if (talk->link.in_len == 0)
        return false;
    lost(talk, "answered before it was asked,");
    return true;
}

/* Without pipelining each waits for the answer to the one before it. */
static void say_commands(struct smtp_talk *talk) {
    if (talk->next == talk->awaited) {
        if (answers_unasked(talk))
            return;
        buf_clear(&talk->commands);
        talk->commands_sent = 0;
        do
            add_command(&talk->commands, talk->next++, talk);
        while (talk->link.pipelining && talk->next < SAY_LETTER);
    }
    say(talk, &talk->commands, &talk->commands_sent);
}

static void begin_envelope(struct smtp_talk *talk) {
    talk->stage = SMTP_ENVELOPE;
    talk->report.reached = true;
    talk->first = talk->awaited = talk->next = talk->must_reset ? SAY_RSET : SAY_MAIL;
    allow_time(talk);
    say_commands(talk);
}

/* --- hearing ------------------------------------------------------------------------------------------------------ */

static bool expected(enum smtp_command command, int code) { return command == SAY_DATA ? code == 354 : code >= 200 && code < 300; }

/* The server waits for nothing more of this envelope: it wants the letter, or has refused some part of it. */
static void end_envelope(struct smtp_talk *talk, int code) {
    if (talk->refused && code < 400)
        hang_up(talk); /* it would take a letter for nobody, or means something else than we do */
    talk->must_reset = code != 354;
    talk->used = true;
    if (talk->refused) {
        finish(talk, talk->report.result);
        return;
    }
    if (answers_unasked(talk))
        return;
    talk->stage = SMTP_DATA;
    say_letter(talk);
}

/* On a connection that was used before: the server is closing it, or its login has ended, as one by access token does. */
static bool wants_another_connection(const struct smtp_talk *talk, enum smtp_command command, int code) {
    return gone_stale(talk) && !expected(command, code) && (command == SAY_RSET || code == 421 || code == 530 || code == 535);
}

static void hear_in_envelope(struct smtp_talk *talk, const struct smtp_reply *reply) {
    enum smtp_command command = talk->awaited;
    if (wants_another_connection(talk, command, reply->code)) {
        lost(talk, "closed the connection");
        return;
    }
    talk->awaited++;
    if (!talk->refused && !expected(command, reply->code))
        note_refusal(talk, reply, command);
    if (reply->code == 421)
        lost(talk, "closed the connection");
    else if (command == SAY_DATA || (talk->refused && talk->awaited == talk->next))
        end_envelope(talk, reply->code);
    else if (talk->awaited == talk->next)
        say_commands(talk);
}

static void hear_about_letter(struct smtp_talk *talk, const struct smtp_reply *reply) {
    bool whole = talk->stage == SMTP_DOT;
    talk->report.smtp_code = reply->code;
    if (whole && expected(SAY_LETTER, reply->code)) {
        finish(talk, OUTBOX_SENT);
        return;
    }
    if (reply->code >= 400)
        note_refusal(talk, reply, SAY_LETTER);
    if (!whole || reply->code < 400 || reply->code == 421)
        lost(talk, "gave a wrong answer");
    else
        finish(talk, talk->report.result);
}

static void hear(struct smtp_talk *talk) {
    struct smtp_reply reply;
    while (talk->stage >= SMTP_IDLE) {
        int heard = smtp_link_reply(&talk->link, &reply);
        if (heard == 0)
            return;
        if (heard < 0 || talk->stage == SMTP_IDLE) {
            lost(talk, "closed the connection");
            return;
        }
        allow_time(talk);
        if (talk->stage == SMTP_ENVELOPE)
            hear_in_envelope(talk, &reply);
        else
            hear_about_letter(talk, &reply);
        if (talk->finished || talk->link.in_len == 0)
            return;
    }
}

/* --- the letter --------------------------------------------------------------------------------------------------- */

/* RFC 5321 section 4.5.2. A bare CR or LF is refused: servers disagree on whether it ends a line, and so on where a letter ends. */
static int stuff(struct span bytes, struct buf *ret, struct why *why) {
    buf_clear(ret);
    while (bytes.len) {
        size_t end = span_find_char(bytes, '\n');
        size_t cr = span_find_char(span_slice(bytes, 0, end), '\r');
        if (end == SPAN_NONE || end == 0 || cr != end - 1)
            return why_set(why, FAIL_INPUT, "a line of the letter does not end in CRLF: it is not sent");
        if (bytes.ptr[0] == '.')
            buf_char(ret, '.');
        buf_add(ret, span_slice(bytes, 0, end + 1));
        bytes = span_slice(bytes, end + 1, bytes.len);
    }
    buf_text(ret, ".\r\n");
    return buf_full(ret) ? why_set(why, FAIL_LIMIT, "the letter is larger than %d bytes: it is not sent", LETTER_BYTES) : 0;
}

int smtp_talk_begin(struct smtp_talk *talk, const char *recipient, struct span bytes, void *tag, struct why *why) {
    int failed = stuff(bytes, &talk->letter, why);
    if (failed)
        return failed;
    talk->report = (struct outbox_report){.tag = tag};
    talk->busy = true;
    talk->refused = talk->blocked = false;
    talk->recipient = recipient;
    talk->letter_sent = 0;
    if (talk->stage == SMTP_IDLE)
        hear(talk);
    if (talk->stage == SMTP_IDLE)
        begin_envelope(talk);
    else if ((failed = connect_anew(talk)))
        finish(talk, failed == FAIL_AGAIN ? OUTBOX_DELAYED : OUTBOX_BROKEN);
    return 0;
}

/* --- work --------------------------------------------------------------------------------------------------------- */

size_t smtp_talk_poll_set(const struct smtp_talk *talk, struct pollfd ret[SMTP_LINK_SOCKETS]) {
    if (talk->stage == SMTP_DOWN)
        return 0;
    if (talk->stage == SMTP_CONNECTING)
        return smtp_link_poll_set(&talk->link, ret);
    ret[0] = (struct pollfd){.fd = talk->link.fd, .events = (short)(POLLIN | (talk->blocked ? POLLOUT : 0))};
    return 1;
}

long long smtp_talk_deadline(const struct smtp_talk *talk) {
    if (talk->stage == SMTP_CONNECTING)
        return talk->link.timer_ms;
    return talk->stage > SMTP_IDLE ? talk->deadline_ms : -1;
}

static void work_connecting(struct smtp_talk *talk, const struct pollfd *polled, size_t count) {
    switch (smtp_link_work(&talk->link, polled, count)) {
    case SMTP_LINK_UP: begin_envelope(talk); break;
    case SMTP_LINK_FAILED: {
        int failed = smtp_link_explain(&talk->link, &talk->report.why);
        talk->report.smtp_code = talk->link.greeting_code >= 400 ? talk->link.greeting_code : 0;
        hang_up(talk);
        finish(talk, failed == FAIL_AGAIN ? OUTBOX_DELAYED : OUTBOX_BROKEN);
        break;
    }
    case SMTP_LINK_BUSY: break;
    }
}

static void work_connected(struct smtp_talk *talk, short got) {
    if (got & ~POLLOUT)
        hear(talk);
    if (got & POLLOUT && talk->stage == SMTP_ENVELOPE)
        say(talk, &talk->commands, &talk->commands_sent);
    if (got & POLLOUT && talk->stage == SMTP_DATA)
        say_letter(talk);
    if (talk->stage > SMTP_IDLE && wire_clock_ms() >= talk->deadline_ms)
        lost(talk, "did not answer in time");
}

void smtp_talk_work(struct smtp_talk *talk, const struct pollfd *polled, size_t count) {
    if (talk->stage == SMTP_CONNECTING)
        work_connecting(talk, polled, count);
    else if (talk->stage != SMTP_DOWN)
        work_connected(talk, count ? polled[0].revents : 0);
}
