/* exchange.h - questions on their way from the mailbox to the journal. Read exchange.c first: it is the whole program.
 * Order: walk_open, walk_recover, (walk_take, walk_step)*, walk_close. The mailbox comes and goes under it (walk_attach).
 * Every step is in the journal before it is taken. A crash at any point leaves a question unanswered in its folder, or answered
 * once, or HELD: never answered twice, never forgotten. */
#ifndef DAEMON_EXCHANGE_H
#define DAEMON_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/fail.h"
#include "base/sign.h"
#include "config/config.h"
#include "mail/mailbox.h"
#include "mail/outbox.h"
#include "store/journal.h"

/* What an exchange does when the program starts again and finds it at this step. */
enum after_crash { AFTER_REDO, AFTER_HOLD, AFTER_FILE };

struct walk;

struct step_rule {
    const char *meaning;                     /* what a person at the desk reads */
    int (*run)(struct walk *, struct why *); /* works on every exchange in hand at this step; NULL: it rests here */
    enum after_crash after_crash;
};
extern const struct step_rule step_rules[STEP_COUNT];

/* Everything is borrowed and must outlive the walk. walk_open starts the process that reads (reader/child.h). */
struct walk_parts {
    const struct config *config;
    struct journal *journal;
    const char *kb_file; /* what the reader opens */
    struct outbox *outbox;
    const struct sign_key *key; /* by which the desk knows its own mail */
    time_t (*now)(void);
};

/* FAIL_SYSTEM, FAIL_CONFIG: there is no reader: the knowledge base or the wording can not be opened, or no process be started. */
int walk_open(const struct walk_parts *, struct walk **ret, struct why *why);
void walk_close(struct walk *); /* NULL is fine. What was under way is found again by the next walk */

/* Once at the start: exchanges whose reply may have left when the program ended are HELD. *ret_held: how many. */
int walk_recover(struct walk *, size_t *ret_held, struct why *why);

/* The mailbox to read from and to file into from now on; NULL while there is none. What the last one had given and was not
 * recorded yet is put back: the new one gives it again. */
void walk_attach(struct walk *, struct mailbox *mailbox);

/* Answer from the knowledge base that was renamed over the one in use, if any was. On failure answers go on from the old one; said once. */
int walk_refresh(struct walk *, struct why *why);

/* By turns: take the next waiting questions in hand; read and record them. FAIL_EMPTY: none waits, or enough are in hand. */
int walk_take(struct walk *, struct why *why);

/* Go on with everything in hand: offer, settle, file. Does not wait for the submission servers, only for the mailbox when it files.
 * FAIL_AGAIN: the mailbox is gone. FAIL_CONFIG: the submission server refuses us as such. */
int walk_step(struct walk *, struct why *why);

/* Wait for the submission servers at most timeout_ms, then go on. Shaped as wire_wait_fn: mail leaves, and questions are read, while
 * the mailbox is waited for. May come back early. */
int walk_wait(void *walk, int extra_fd, short events, int timeout_ms);

/* What went wrong in walk_wait, which can not say so itself: 0, or the walk must end. */
int walk_failure(const struct walk *, struct why *why);

/* No further reply is offered: what the servers have is settled, the rest waits for the next start. */
void walk_stop(struct walk *);

/* Once the folder has been read to its end: exchanges of earlier runs whose question is not there any more come to their end. */
int walk_finish_gone(struct walk *, struct why *why);

/* Forget a little of what is finished and older than the configuration wants it kept, once a day. *ret_more: come back soon. */
int walk_tidy(struct walk *, bool *ret_more, struct why *why);

bool walk_idle(const struct walk *);          /* nothing in hand */
bool walk_sending(const struct walk *);       /* a reply is under way, or could leave at once */
bool walk_can_file(const struct walk *);      /* walk_step would move questions out of their folder */
long long walk_retry_ms(const struct walk *); /* until what is put off (a reply, a move) is due; -1: none */

#endif
