/* journal.h - every exchange and every step it took, in one file (SQLite, WAL, synchronous=FULL). No SQLite type shows here.
 * Order: journal_open, then any call; calls that write go between journal_begin and journal_commit, and are durable once
 * journal_commit has returned 0. journal_close. One writer at a time; readers never wait.
 * Of the asker's text the journal keeps what masking leaves of it (question_subject, question_text): codes, keywords, intents, addresses,
 * reasons, our reply and our draft stand beside it.
 * Errors: FAIL_SYSTEM (disk full, damaged, locked by another for longer than 5 s): the open transaction is rolled back and nothing
 * of it was kept; begin anew once the cause is gone. Any other code: this call changed nothing, the transaction stays open.
 * A journal belongs to the process that opened it: a forked child must neither use nor close it. */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/arena.h"
#include "base/fail.h"
#include "base/name.h"
#include "base/span.h"

/* The steps of an exchange (daemon/exchange.c walks them; the numbers are stored). */
enum step { STEP_FOUND, STEP_READ, STEP_SENDING, STEP_SENT, STEP_FILED, STEP_HELD, STEP_COUNT };
extern const struct name step_names[]; /* FOUND, READ, SENDING, SENT, FILED, HELD */

/* What a reply tells beside an answer, so that it is told once. Stored. */
enum told {
    TOLD_NOTHING,
    TOLD_LIMIT, /* that the allowance is used up: counts against no allowance itself */
    TOLD_TOKEN, /* that a confirmation does not hold */
};

/* What the asker becomes by an exchange (store/senders.h). */
enum sender_change { SENDER_STAYS, SENDER_REGISTERS, SENDER_LEAVES };

struct journal;

/* Where the journal lies when nobody names a place: journal.sqlite in $STATE_DIRECTORY, else in /var/lib/codingdesk. */
const char *journal_default_path(struct arena *);

/* Opens, creates (mode 0600) or migrates. FAIL_CONFIG: written by a newer version, no permission, no such folder, no journal. */
int journal_open(const char *path, struct journal **ret, struct why *why);
int journal_open_readonly(const char *path, struct journal **ret, struct why *why); /* FAIL_EMPTY: no such file */
void journal_close(struct journal *); /* NULL is fine; an open transaction is rolled back */

int journal_begin(struct journal *, struct why *why);
int journal_commit(struct journal *, struct why *why);
void journal_rollback(struct journal *);

/* Where a question lies. */
struct place {
    const char *account;
    const char *folder;
    uint32_t uid_validity;
    uint32_t uid;
};

/* What the journal knows of an exchange. Texts are NULL when not known. Outgoing ones lie in the caller's arena. */
struct exchange_row {
    int64_t id;
    struct place place;
    const char *question_key;     /* digest of Message-ID and content */
    const char *question_message_id;
    enum step step;
    int attempts;                 /* how often its parse was begun */
    time_t found_at, changed_at, sent_at; /* 0: not yet */
    size_t question_bytes;
    const char *asker;            /* address the reply goes to, or the From */
    const char *action;           /* answer, service, human, silent */
    const char *reason;           /* gate rule, hold reason, answer's reason */
    const char *handler;
    const char *intents;          /* comma-separated */
    const char *codes;            /* JSON array of {system, code, modifiers, role, status} */
    const char *keywords;         /* comma-separated */
    const char *reply_message_id;
    const char *reply_subject;    /* always NULL for now: it repeats the asker's words */
    const char *reply_text;       /* CommonMark as written to the asker; NULL: nothing was to be sent */
    const char *draft;            /* CommonMark for the person who answers; NULL: none has to */
    const char *kb_edition;       /* what it was answered from */
    int submit_attempts;
    time_t retry_at;              /* not before, after a delayed submission */
    const char *question_subject; /* what was asked, with what may be a patient's masked; NULL where it was not read */
    const char *question_text;
    time_t bounced_at;            /* the reply came back; 0: it did not */
    bool keep;                    /* never purged */
    enum told told;
    enum sender_change change;    /* for journal_read, which does it in the same transaction; never read back */
    time_t purged_at;             /* what was said is forgotten since (store/retention.h); 0: it is not */
};

/* Enter a question as FOUND with one attempt, or take the row its place has already: *known says which. */
int journal_found(struct journal *, const struct place *, size_t question_bytes, time_t now, struct arena *, struct exchange_row *ret,
                  bool *known, struct why *why);

/* Another message lies at the place of this row: the server gave a UID twice. The row gives the place up, journal_found makes a new one. */
int journal_displace(struct journal *, int64_t id, time_t now, struct why *why);

/* The account's exchanges in FOUND, READ, SENDING and SENT, oldest first: ids in the arena. */
int journal_unfinished(struct journal *, const char *account, struct arena *, int64_t **ret, size_t *ret_count, struct why *why);

/* Before a parse that was begun before: count one more attempt, in a transaction of its own, so that the message which ends the
 * program is told from those that were merely beside it. */
int journal_attempt(struct journal *, int64_t id, time_t now, struct why *why);

/* After the parse: give the row its key. If another row of the account has this key already, *ret_other is that row's id (else 0)
 * and nothing is changed: the same question lies there twice, or came back at another place (moved, or a new UIDVALIDITY).
 * FAIL_INPUT: the row has another key, the server has given one UID to two messages. */
int journal_identify(struct journal *, int64_t id, const char *question_key, const char *message_id, int64_t *ret_other, struct why *why);

/* The row of the same question at its new place: row `other` takes over the place of row `id`, which is deleted. Its step and its
 * Message-ID stay, so what has been answered is not answered again. */
int journal_adopt(struct journal *, int64_t id, int64_t other, time_t now, struct why *why);

/* What the reading found: asker, action, reason, handler, intents, codes, keywords, reply_message_id, reply_text, draft, kb_edition,
 * question_subject, question_text, told, change;
 * step becomes READ and attempts 0, after FOUND, READ or HELD. FAIL_INPUT: codes is no JSON array. FAIL_LIMIT: more than 1 MiB of
 * text. */
int journal_read(struct journal *, const struct exchange_row *, time_t now, struct why *why);

/* Take a step; reason NULL keeps the old one. SENDING increases submit_attempts, SENT sets sent_at.
 * What may follow what stands in a table in journal.c: SENDING comes after READ alone, and SENDING goes to SENT, to HELD, or back
 * by journal_delay. Anything else is FAIL_BUG, an unknown id FAIL_EMPTY. */
int journal_step(struct journal *, int64_t id, enum step, const char *reason, time_t now, struct why *why);

/* A submission that was refused for now: from SENDING back to READ (or still READ), not before retry_at. An exchange whose action is
 * human keeps its reason, which a person will want to know; the step has this one. */
int journal_delay(struct journal *, int64_t id, const char *reason, time_t retry_at, time_t now, struct why *why);

/* Between the reason why a person must answer and the one why the asker could not be told so. */
#define JOURNAL_UNTOLD "; acknowledgement: "

/* After a crash: every exchange of this account in SENDING becomes HELD with this reason; where the action is human, behind the one it has
 * and JOURNAL_UNTOLD. Returns how many in *ret. */
int journal_hold_sending(struct journal *, const char *account, const char *reason, time_t now, size_t *ret, struct why *why);

/* One row by id. FAIL_EMPTY: no such exchange. */
int journal_get(struct journal *, int64_t id, struct arena *, struct exchange_row *ret, struct why *why);

/* The exchange one of whose replies bears one of these message-ids and went to this asker (case does not matter); the newest.
 * Of many ids the last 100 count. FAIL_EMPTY: none. */
int journal_by_reply(struct journal *, const char *const *message_ids, size_t count, const char *asker, struct arena *,
                     struct exchange_row *ret, struct why *why);

/* The steps an exchange took, oldest first. */
struct step_row {
    enum step step;
    time_t at;
    const char *reason; /* or NULL */
};
struct step_rows {
    struct step_row *items;
    size_t count;
};
int journal_steps(struct journal *, int64_t id, struct arena *, struct step_rows *ret, struct why *why);

/* Rows for people, newest first. Fields left 0 or NULL do not filter. */
struct history_filter {
    int64_t before_id;  /* for paging */
    const char *asker;
    const char *code;   /* as people write it; compared without dots, spaces and case */
    int step;           /* -1: any */
    size_t max;         /* 0: 50; at most 1000 */
};
struct exchange_rows {
    struct exchange_row *items;
    size_t count;
};
int journal_history(struct journal *, const struct history_filter *, struct arena *, struct exchange_rows *ret, struct why *why);

/* Exchanges by step, for status lines: counts[STEP_COUNT]. */
int journal_counts(struct journal *, const char *account, size_t counts[static STEP_COUNT], struct why *why);

/* One daemon a mailbox: an advisory lock beside the file, held until journal_close. FAIL_SYSTEM: another process has it. */
int journal_lock_account(struct journal *, const char *account, struct why *why);

/* The same for the mailbox itself, whatever its account is called: user, host and folder, which two configurations may share by mistake. */
int journal_lock_mailbox(struct journal *, const char *user, const char *host, const char *folder, struct why *why);

#endif
