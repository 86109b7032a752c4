/* smtp_script.h - a submission server that does what a row of a table says: it plays by the rules but at one step. Plain text.
 * Order: script_start, (mail goes to script->port), script_stop. Then the counters may be read. */
#ifndef TESTS_LIVE_SMTP_SCRIPT_H
#define TESTS_LIVE_SMTP_SCRIPT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"

enum script_step { AT_CONNECT, AT_EHLO, AT_HELO, AT_STARTTLS, AT_AUTH, AT_RSET, AT_MAIL, AT_RCPT, AT_DATA, AT_BODY, AT_DOT, SCRIPT_STEPS };

enum { SCRIPT_CONNECTIONS = 32, SCRIPT_LETTER_BYTES = 16 << 20 };

/* Instead of an answer. */
#define CUT "cut"       /* close the connection */
#define SILENT "silent" /* read on, say nothing more */
#define STUCK "stuck"   /* neither read nor say anything more */
/* Before an answer: it is said a byte at a time. */
#define SLOWLY "\3"    /* the whole takes longer than anybody waits */
#define IN_PIECES "\4" /* soon enough */
/* Within an answer. */
#define NUL_BYTE "\1"
#define THEN_CUT "\2"

struct script {
    enum script_step step; /* where the answer is not the usual one */
    const char *answer;    /* NULL: all goes well */
    int letter;            /* at which letter of a connection, from 0 */
    bool once;             /* only on the first connection */
    bool always;           /* at every letter */
    const char *recipient; /* NULL: whoever it is for; otherwise AT_RCPT means this one alone */
    bool together;         /* the answers to MAIL and RCPT wait for that to DATA */
    const char *extensions;
    int slow_ms;           /* thinks so long over a letter */

    int port, listener;
    pthread_t thread;
    struct script_line {
        struct script *script;
        pthread_t thread;
        int fd, letters;
        size_t from, len;
        char in[65536];
        struct buf letter, held_back;
        bool for_recipient; /* the last RCPT was for script->recipient */
    } lines[SCRIPT_CONNECTIONS];
    atomic_int connections, accepted, resets;
    struct span expected; /* what each letter must be */
    atomic_int damaged;
};

static inline void script_sleep(int ms) { nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL); }

/* False: the connection is to be closed. */
static inline bool script_say(struct script_line *line, const char *text) {
    struct buf *out = &line->held_back;
    bool cut = false;
    int drip_ms = *text == SLOWLY[0] ? 200 : *text == IN_PIECES[0] ? 5 : 0;
    text += drip_ms > 0;
    for (; *text && !cut; text++) {
        cut = *text == THEN_CUT[0];
        if (!cut)
            buf_char(out, *text == NUL_BYTE[0] ? '\0' : *text);
    }
    size_t step = drip_ms ? 1 : out->len;
    for (size_t at = 0; at < out->len; at += step, script_sleep(drip_ms))
        if (send(line->fd, out->ptr + at, step, MSG_NOSIGNAL) != (ssize_t)step)
            return false;
    buf_clear(out);
    return !cut;
}

static inline bool script_is_here(const struct script_line *line, enum script_step step) {
    const struct script *script = line->script;
    if (!script->answer || script->step != step || (script->once && line != script->lines))
        return false;
    return (script->always || script->letter == line->letters) && (step != AT_RCPT || !script->recipient || line->for_recipient);
}

/* One line, with its end, into ret. */
static inline bool script_hear(struct script_line *line, struct buf *ret) {
    for (buf_clear(ret);;) {
        for (; line->from < line->len; line->from++) {
            buf_char(ret, line->in[line->from]);
            if (line->in[line->from] == '\n') {
                line->from++;
                return true;
            }
        }
        ssize_t got = recv(line->fd, line->in, sizeof line->in, 0);
        if (got <= 0)
            return false;
        line->from = 0;
        line->len = (size_t)got;
    }
}

/* True: go on. */
static inline bool script_answer(struct script_line *line, enum script_step step, const char *usual) {
    const struct script *script = line->script;
    bool here = script_is_here(line, step);
    const char *answer = here ? script->answer : usual;
    char sink[4096];
    if (strcmp(answer, CUT) == 0)
        return false;
    if (strcmp(answer, STUCK) == 0) {
        poll(&(struct pollfd){.fd = line->fd, .events = POLLRDHUP}, 1, -1);
        return false;
    }
    if (!here && script->together && (step == AT_MAIL || step == AT_RCPT)) {
        buf_text(&line->held_back, answer);
        return true;
    }
    if (strcmp(answer, SILENT) != 0)
        return script_say(line, answer);
    while (recv(line->fd, sink, sizeof sink, 0) > 0)
        ;
    return false;
}

static inline bool script_letter(struct script_line *line, struct buf *text) {
    struct script *script = line->script;
    buf_clear(&line->letter);
    while (script_hear(line, text)) {
        struct span got = buf_span(text);
        if (span_equal(got, SPAN(".\r\n"))) {
            if (!span_equal(buf_span(&line->letter), script->expected))
                script->damaged++;
            script_sleep(script->slow_ms);
            if (!script_is_here(line, AT_DOT) || script->answer[strspn(script->answer, SLOWLY IN_PIECES)] == '2')
                script->accepted++;
            bool goes_on = script_answer(line, AT_DOT, "250 2.0.0 taken\r\n");
            line->letters++;
            return goes_on;
        }
        buf_add(&line->letter, span_slice(got, got.ptr[0] == '.', got.len));
        if (script->step == AT_BODY && script->answer && !script_answer(line, AT_BODY, ""))
            return false;
    }
    return false;
}

static inline bool script_command(struct script_line *line, struct buf *text) {
    struct span got = buf_span(text);
    char ehlo[256];
    snprintf(ehlo, sizeof ehlo, "250-script.example\r\n%s250 HELP\r\n", line->script->extensions);
    if (span_starts(got, SPAN("EHLO ")))
        return script_answer(line, AT_EHLO, ehlo);
    if (span_starts(got, SPAN("HELO ")))
        return script_answer(line, AT_HELO, "250 script.example\r\n");
    if (span_starts(got, SPAN("STARTTLS")))
        return script_answer(line, AT_STARTTLS, "454 not now\r\n");
    if (span_starts(got, SPAN("AUTH ")))
        return script_answer(line, AT_AUTH, "235 welcome\r\n");
    if (span_starts(got, SPAN("RSET"))) {
        line->script->resets++;
        return script_answer(line, AT_RSET, "250 forgotten\r\n");
    }
    if (span_equal(got, SPAN("MAIL FROM:<>\r\n")))
        return script_answer(line, AT_MAIL, "250 2.1.0 sender\r\n");
    if (span_starts(got, SPAN("RCPT TO:<")) && span_find(got, SPAN("@clinic.example>\r\n")) != SPAN_NONE) {
        line->for_recipient = line->script->recipient && span_find(got, span_of(line->script->recipient)) != SPAN_NONE;
        return script_answer(line, AT_RCPT, "250 2.1.5 recipient\r\n");
    }
    if (span_equal(got, SPAN("DATA\r\n"))) {
        bool wants_it = !script_is_here(line, AT_DATA) || line->script->answer[0] == '3';
        return script_answer(line, AT_DATA, "354 go on\r\n") && (!wants_it || script_letter(line, text));
    }
    return script_say(line, "500 what?\r\n");
}

static inline void *script_serve(void *context) {
    struct script_line *line = context;
    struct buf text;
    buf_init(&text, 1 << 20);
    buf_init(&line->letter, SCRIPT_LETTER_BYTES);
    buf_init(&line->held_back, SCRIPT_LETTER_BYTES);
    if (script_answer(line, AT_CONNECT, "220 script.example ESMTP\r\n"))
        while (script_hear(line, &text) && script_command(line, &text))
            ;
    shutdown(line->fd, SHUT_RDWR);
    buf_free(&text);
    buf_free(&line->letter);
    buf_free(&line->held_back);
    return NULL;
}

static inline void *script_listen(void *context) {
    struct script *script = context;
    int fd;
    while (script->connections < SCRIPT_CONNECTIONS && (fd = accept(script->listener, NULL, NULL)) >= 0) {
        struct script_line *line = &script->lines[script->connections++];
        *line = (struct script_line){.script = script, .fd = fd};
        pthread_create(&line->thread, NULL, script_serve, line);
    }
    return NULL;
}

static inline void script_start(struct script *script) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    script->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(script->listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(script->listener, 16), 0);
    assert_int_equal(getsockname(script->listener, (struct sockaddr *)&address, &len), 0);
    script->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&script->thread, NULL, script_listen, script), 0);
}

static inline void script_stop(struct script *script) {
    shutdown(script->listener, SHUT_RDWR);
    pthread_join(script->thread, NULL);
    close(script->listener);
    for (int i = 0; i < script->connections; i++) {
        shutdown(script->lines[i].fd, SHUT_RDWR);
        pthread_join(script->lines[i].thread, NULL);
        close(script->lines[i].fd);
    }
}

#endif
