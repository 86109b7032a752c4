/* outbox_manual.h - the table of docs/OPERATING.md that tells what becomes of a reply, whatever the submission server does: the same words
 * here and there. Each test of an outbox names its row; what a report says must be what the row promises. */
#ifndef TESTS_LIVE_OUTBOX_MANUAL_H
#define TESTS_LIVE_OUTBOX_MANUAL_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "mail/outbox.h"

enum manual_row {
    M_AWAY, M_MUTE, M_GREETING, M_PUT_OFF, M_UNFIT, M_CERTIFICATE, M_LOGIN, M_MAIL_LOGIN, M_MAIL, M_ABOUT_US, M_DENIED, M_RCPT, M_LETTER, M_LATER,
    M_LOST, M_EARLY, M_DOUBT, M_TAKEN, M_STALE, M_ODD, M_OLD, M_ADDRESS, M_ROWS
};

#define AGAIN "tried again"
#define ALL_WAIT "tried again; all others wait"
#define HELD "HELD"
#define DOUBT "in doubt"
#define STOPS "the service stops"
#define SENT "sent"

static const struct {
    const char *words, *outcome;
} manual_rows[M_ROWS] = {
    [M_AWAY] = {"can not be reached, or its name is not found", ALL_WAIT},
    [M_MUTE] = {"closes, is silent, dribbles or speaks no SMTP before greeting, EHLO, TLS and login are done", ALL_WAIT},
    [M_GREETING] = {"greets with 4xx or 5xx", ALL_WAIT},
    [M_PUT_OFF] = {"puts EHLO, STARTTLS or the login off with 4xx", ALL_WAIT},
    [M_UNFIT] = {"offers no STARTTLS or no login that we know where the settings want them, or refuses EHLO, STARTTLS", STOPS},
    [M_CERTIFICATE] = {"shows a certificate that has expired, is for another name, or of a CA that is not trusted", STOPS},
    [M_LOGIN] = {"refuses the login with 5xx", STOPS},
    [M_MAIL_LOGIN] = {"answers MAIL with 530, 535 or 538: it wants TLS or a login", STOPS},
    [M_MAIL] = {"answers MAIL with another 4xx or 5xx: it does not want us", ALL_WAIT},
    [M_ABOUT_US] = {"answers RCPT or the reply with a 5xx that is about us", ALL_WAIT},
    [M_DENIED] = {"answers RCPT with 5.7.1 and leaves open whether because of us or of the recipient", AGAIN},
    [M_RCPT] = {"answers RCPT with another 5xx", HELD},
    [M_LETTER] = {"answers DATA or the reply with another 5xx", HELD},
    [M_LATER] = {"answers RCPT, DATA or the reply with 4xx, or DATA with what is no answer to it", AGAIN},
    [M_LOST] = {"closes, is silent, dribbles or speaks no SMTP before it has the end of the reply", AGAIN},
    [M_EARLY] = {"answers what was not asked yet", AGAIN},
    [M_DOUBT] = {"closes, is silent or speaks no SMTP after it had the end of the reply", DOUBT},
    [M_TAKEN] = {"answers the reply with 2xx, whatever follows", SENT},
    [M_STALE] = {"has closed a connection that lay idle, or says 421 on it", SENT},
    [M_ODD] = {"answers in several lines, in pieces, with NULs, or all at once where it offers pipelining", SENT},
    [M_OLD] = {"knows HELO only, where neither TLS nor login is wanted", SENT},
    [M_ADDRESS] = {"is not even asked: the address needs SMTPUTF8 or can not stand in a command", HELD},
};

static bool manual_shown[M_ROWS];

static inline const char *outcome_of(const struct outbox_report *report) {
    switch (report->result) {
    case OUTBOX_SENT: return SENT;
    case OUTBOX_DELAYED: return report->reached && (report->blame == BLAME_LETTER || report->blame == BLAME_EITHER) ? AGAIN : ALL_WAIT;
    case OUTBOX_REFUSED: return HELD;
    case OUTBOX_UNKNOWN: return DOUBT;
    case OUTBOX_BROKEN: return STOPS;
    }
    return "";
}

static inline void expect_outcome(const char *row, enum manual_row manual, const char *outcome) {
    manual_shown[manual] = true;
    if (strcmp(outcome, manual_rows[manual].outcome) != 0)
        fail_msg("%s: the manual says \"%s\", it is \"%s\"", row, manual_rows[manual].outcome, outcome);
}

static inline void expect_manual(const char *row, enum manual_row manual, const struct outbox_report *report) {
    expect_outcome(row, manual, outcome_of(report));
}

/* Every row of the table in the manual is one of ours, and the other way round. */
static inline void manual_agrees(void) {
    static const char head[] = "| the submission server | the reply is |\n";
    char line[512], want[512];
    FILE *file = fopen(MANUAL, "re");
    if (!file)
        fail_msg("%s can not be opened", MANUAL);
    while (fgets(line, sizeof line, file) && strcmp(line, head) != 0)
        ;
    if (feof(file) || !fgets(line, sizeof line, file))
        fail_msg("%s: no line %s", MANUAL, head);
    for (int i = 0; i < M_ROWS; i++) {
        snprintf(want, sizeof want, "| %s | %s |\n", manual_rows[i].words, manual_rows[i].outcome);
        if (!fgets(line, sizeof line, file) || strcmp(line, want) != 0)
            fail_msg("%s says %s where the test says %s", MANUAL, line, want);
    }
    if (!fgets(line, sizeof line, file) || line[0] == '|')
        fail_msg("%s has a row that no test shows: %s", MANUAL, line);
    fclose(file);
}

#endif
