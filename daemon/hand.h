/* hand.h - what the daemon has in hand: the exchanges between the mailbox and the journal, and the transaction they share.
 * Inside daemon/ only. */
#ifndef DAEMON_HAND_H
#define DAEMON_HAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/arena.h"
#include "daemon/exchange.h"
#include "reader/child.h"
#include "reader/recall.h"

enum {
    MAX_READY = 256,    /* exchanges that are not put off: with more the mailbox is left alone until some are gone */
    MAX_IN_HAND = 4096, /* those that are put off with them */
    MAX_BATCH = 200,    /* and the most that are filed at once */
    MAX_CONNECTIONS = 32,
    MAX_BLAMED = 3,      /* so often a reply is refused because of us, while others leave, until it is held: then it is not because of us */
    MAX_ATTEMPTS = 3,    /* a question whose reading did not come to an end so often is left to a person */
    MAX_DEATHS = 2,      /* of the reader over one question: one may be the machine's doing (memory, a kill), two are the question's */
};

/* Caps, not sizes. A mail is read from its first bytes, or whole (config: at most 64 MiB), with five times as much around it. */
enum {
    BATCH_ARENA_BYTES = 512 << 20,
    READING_ARENA_BYTES = 128 << 20,
    EXCHANGE_ARENA_BYTES = 32 << 20,
    OWN_ARENA_BYTES = 16 << 20,
};

/* One question in hand. All that it points to lies in its arena. */
struct exchange {
    int64_t id;
    uint32_t uid_validity, uid;
    enum step step;
    struct arena *arena;
    const char *action, *reason; /* for the log line; never NULL */
    const char *recipient;       /* NULL: no reply */
    struct span reply;
    time_t found_at, retry_at;
    int submit_attempts;
    int blamed_on_us;         /* so often a server refused it and laid it at our door */
    uint64_t blamed_after;    /* walk->sent when it did so first */
    bool with_server;         /* the outbox has it */
    bool to_file;             /* nothing left to do but to move the question to its place */
    enum mailbox_place place; /* where to */
};

/* A mail to the administrator (daemon/alert.h). */
struct alert {
    struct arena *arena;
    struct span bytes;
    bool waits, with_server;
    int tries;
    long long not_before_ms; /* by wire_clock_ms */
};

struct taken;

struct walk {
    struct walk_parts parts;
    struct reader_desk desk;
    struct recall recall; /* what desk.recall looks into */
    struct child *reader;
    struct mailbox *mailbox;
    struct arena *batch_arena, *reading_arena, *own_arena;
    int64_t *unfinished; /* rows of earlier runs whose question was not seen yet, in own_arena */
    size_t unfinished_count;
    struct taken *taken; /* the batch that is being read, in batch_arena */
    size_t taken_count, next_unread;
    struct exchange *hand[MAX_IN_HAND];
    size_t hand_count;
    struct exchange *spare[MAX_IN_HAND];
    size_t spare_count;
    struct exchange *chosen[MAX_CONNECTIONS]; /* SENDING in the open transaction, not yet with a server */
    size_t chosen_count;
    struct outbox_report reports[MAX_CONNECTIONS]; /* what servers said and the journal does not know yet */
    size_t report_count;
    long long reported_at_ms;  /* when the oldest of them came, by wire_clock_ms */
    long long paused_until_ms; /* no submission server answers, or wants us: nothing is tried before then */
    int pause_s;
    int blamed_in_a_row; /* replies that were not taken because of us, since one was */
    uint64_t sent;       /* replies that servers took */
    long long unfiled_until_ms; /* the mailbox server refuses to move questions: nothing is moved before then */
    int unfiled_s;
    struct alert alerts[BREAKER_COUNT];
    time_t tidy_at; /* when the journal is looked through again for what is to be forgotten; 0: not yet */
    size_t tidied;  /* forgotten since */
    bool stopped; /* nothing is offered any more */
    bool in_transaction;
    int failed; /* what went wrong while the mailbox was waited for; the loop ends with it */
    struct why why;
};

/* One transaction for all that happens at once: begin is free when one is open, commit when none is. */
int hand_begin(struct walk *, struct why *why);
int hand_commit(struct walk *, struct why *why);
void hand_rollback(struct walk *);

struct exchange *hand_take(struct walk *, const struct exchange_row *, uint32_t uid_validity, uint32_t uid);
struct exchange *hand_find(const struct walk *, int64_t id); /* NULL: not in hand */
void hand_drop(struct walk *, struct exchange *);

/* Whether its asker waits for a person, and the reply only says so. */
bool hand_is_for_a_person(const struct exchange *);

/* A person must look: HELD in the journal, to the desk's folder, no further reply. The reason must live as long as the exchange. */
int hand_hold(struct walk *, struct exchange *, const char *reason, struct why *why);

/* What belongs to an earlier UIDVALIDITY is found again under its new place: all that was read and is not with a server. */
void hand_drop_strangers(struct walk *, uint32_t uid_validity);
void hand_free(struct walk *);

#endif
