/* letters.h - what the tests of an outbox send, and how they wait for what becomes of it. */
#ifndef TESTS_LIVE_LETTERS_H
#define TESTS_LIVE_LETTERS_H

#include "mail/outbox.h"
#include "mail/wire.h"

enum { TIMEOUT_S = 10, PATIENCE_MS = 30000 };

static const char letter_text[] = "From: <desk@desk.example>\r\nTo: <asker@clinic.example>\r\nSubject: Re: dots\r\n"
                                  "Date: Sun, 01 Mar 2026 10:04:05 +0000\r\nMessage-ID: <1@desk.example>\r\n\r\n"
                                  ".\r\n..\r\n.hidden\r\nFrom here\r\n\r\n \r\nend\r\n";

static inline struct span letter(void) { return span_of(letter_text); }

static inline struct outbox *open_outbox(const struct outbox_settings *settings) {
    struct outbox *outbox = NULL;
    struct why why;
    if (outbox_open(settings, &outbox, &why))
        fail_msg("%s", why.text);
    return outbox;
}

static inline struct outbox_settings to_port(int port, size_t connections) {
    return (struct outbox_settings){
        .server = {.host = "127.0.0.1", .port = port, .security = WIRE_PLAIN, .timeout_s = TIMEOUT_S}, .envelope_from = "", .connections = connections};
}

static inline void submit(const char *row, struct outbox *outbox, const char *recipient, struct span bytes) {
    struct why why;
    if (outbox_submit(outbox, recipient, bytes, NULL, &why))
        fail_msg("%s: %s", row, why.text);
}

static inline struct outbox_report await_report(const char *row, struct outbox *outbox) {
    struct outbox_report report;
    long long until = wire_clock_ms() + PATIENCE_MS;
    while (!outbox_next(outbox, &report)) {
        if (wire_clock_ms() > until)
            fail_msg("%s: no report", row);
        assert_int_equal(outbox_wait(outbox, -1, 0, 1000), 0);
    }
    return report;
}

static inline struct outbox_report send_one(const char *row, struct outbox *outbox, const char *recipient, struct span bytes) {
    submit(row, outbox, recipient, bytes);
    return await_report(row, outbox);
}

static inline void expect(const char *row, const struct outbox_report *report, enum outbox_result result, int code, const char *words) {
    if (report->result != result || report->smtp_code != code || (result != OUTBOX_SENT && !strstr(report->why.text, words)))
        fail_msg("%s: %s, %d: %s", row, name_text(outbox_results, (int)report->result), report->smtp_code, report->why.text);
}

/* Sends count letters over all connections, fails unless all are taken. */
static inline void send_many(const char *row, struct outbox *outbox, int count, const char *recipient) {
    for (int begun = 0, done = 0; done < count;) {
        struct outbox_report report;
        while (begun < count && outbox_free(outbox) > 0) {
            submit(row, outbox, recipient, letter());
            begun++;
        }
        assert_int_equal(outbox_wait(outbox, -1, 0, PATIENCE_MS), 0);
        for (; outbox_next(outbox, &report); done++)
            expect(row, &report, OUTBOX_SENT, 250, "");
    }
}

#endif
