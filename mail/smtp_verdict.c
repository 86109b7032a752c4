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

/* 5.7.1 may mean either at RCPT: that we may not send (relay access denied, sender refused), or not to this one. Of a letter that was
 * read it is the letter's (spam). */
static bool denies_us(enum smtp_command command, struct span text) {
    return command == SAY_RCPT && span_find_same(text, SPAN("recipient")) == SPAN_NONE;
}

static bool is_about_us(enum smtp_command command, int code, struct span text) {
    long subject, detail;
    if (code == 530 || code == 535 || code == 538)
        return command == SAY_RCPT;
    if (!enhanced_code(text, &subject, &detail))
        return false;
    if (subject == 7 && detail == 1)
        return denies_us(command, text);
    for (size_t i = 0; i < sizeof about_us / sizeof *about_us; i++)
        if (subject == about_us[i].subject && detail >= about_us[i].detail_from && detail <= about_us[i].detail_to)
            return true;
    return false;
}

struct smtp_verdict smtp_verdict(enum smtp_command command, int code, struct span text) {
    if (command < SAY_RCPT) {
        bool asks_for_login = code == 530 || code == 535 || code == 538;
        return (struct smtp_verdict){asks_for_login ? OUTBOX_BROKEN : OUTBOX_DELAYED, BLAME_US};
    }
    if (code < 500)
        return (struct smtp_verdict){OUTBOX_DELAYED, BLAME_LETTER};
    if (is_about_us(command, code, text))
        return (struct smtp_verdict){OUTBOX_DELAYED, BLAME_PERHAPS_US};
    return (struct smtp_verdict){OUTBOX_REFUSED, BLAME_LETTER};
}
