#include "mail/smtp_verdict.h"

/* Refusals that say nothing against a recipient or a letter: another one from us would meet them as well.
 * After RFC 3463: 1.7, 1.8 (our address), 7.8 to 7.14 (login, account, encryption). IANA's registry adds 7.20 to 7.28 (DKIM, SPF, reverse
 * DNS, a sender's domain without mail, too much mail). Microsoft 365: 1.90, 7.57, 7.60, 7.232, 7.233, 7.501, 7.705, 7.708, 7.750 (daily
 * limit, not logged in, no right to this sender, blocked as a source of spam). Google: 4.5 (daily limit). */
static const struct {
    long subject, detail_from, detail_to;
} about_us[] = {{1, 7, 8},   {1, 90, 90}, {4, 5, 5},     {7, 8, 9},     {7, 11, 14},   {7, 20, 28},
                {7, 57, 57}, {7, 60, 60}, {7, 232, 233}, {7, 501, 501}, {7, 705, 708}, {7, 750, 750}};

/* "5.7.1 ..." of a refusal for good. False: there is none. */
static bool enhanced_code(struct span text, long *subject, long *detail) {
    struct span code = span_slice(text, 0, span_find_char(text, ' ')), part;
    return span_cut(&code, '.', &part) && span_equal(part, SPAN("5")) && span_cut(&code, '.', &part) &&
           span_to_long(part, 0, 999, subject) && span_cut(&code, '.', &part) && span_to_long(part, 0, 999, detail) &&
           !span_cut(&code, '.', &part);
}

static bool names(struct span text, const char *word) { return span_find_same(text, span_of(word)) != SPAN_NONE; }

/* 5.7.1 may mean either at RCPT: that we may not send (sender refused), or not to this one. "Relay access denied" leaves it open, and whoever
 * writes to us can bring it about by the form of his address (a%b@c), so the others must not wait for it. Of a letter that was read it is the
 * letter's (spam). */
static enum outbox_blame blame_for_denial(enum smtp_command command, struct span text) {
    if (command != SAY_RCPT || names(text, "recipient"))
        return BLAME_LETTER;
    return names(text, "sender") ? BLAME_PERHAPS_US : BLAME_EITHER;
}

static enum outbox_blame blame_for(enum smtp_command command, int code, struct span text) {
    long subject, detail;
    if (code == 530 || code == 535 || code == 538)
        return command == SAY_RCPT ? BLAME_PERHAPS_US : BLAME_LETTER;
    if (!enhanced_code(text, &subject, &detail))
        return BLAME_LETTER;
    if (subject == 7 && detail == 1)
        return blame_for_denial(command, text);
    for (size_t i = 0; i < sizeof about_us / sizeof *about_us; i++)
        if (subject == about_us[i].subject && detail >= about_us[i].detail_from && detail <= about_us[i].detail_to)
            return BLAME_PERHAPS_US;
    return BLAME_LETTER;
}

struct smtp_verdict smtp_verdict(enum smtp_command command, int code, struct span text) {
    if (command < SAY_RCPT) {
        bool asks_for_login = code == 530 || code == 535 || code == 538;
        return (struct smtp_verdict){asks_for_login ? OUTBOX_BROKEN : OUTBOX_DELAYED, BLAME_US};
    }
    if (code < 500)
        return (struct smtp_verdict){OUTBOX_DELAYED, BLAME_LETTER};
    enum outbox_blame blame = blame_for(command, code, text);
    return (struct smtp_verdict){blame == BLAME_LETTER ? OUTBOX_REFUSED : OUTBOX_DELAYED, blame};
}
