/* sqlite.h - inside store/ alone: the open journal, its statements and the one way to run them.
 * Order of a query: query_start (or query_prepare), query_text and query_number for each parameter in turn,
 * query_row and query_take_* while it yields rows, query_end. What goes wrong on the way is kept and told by query_end,
 * so the one check at the end is enough. */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include <sqlite3.h>

#include "store/journal.h"

/* The texts are in statements.c, in this order. */
enum statement {
    STATEMENT_BEGIN,
    STATEMENT_COMMIT,
    STATEMENT_ROLLBACK,
    STATEMENT_BY_ID,
    STATEMENT_BY_PLACE,
    STATEMENT_KEYS,
    STATEMENT_BY_REPLY,
    STATEMENT_STATE,
    STATEMENT_INSERT,
    STATEMENT_ATTEMPT,
    STATEMENT_MOVE,
    STATEMENT_DISPLACE,
    STATEMENT_UNFINISHED,
    STATEMENT_IDENTIFY,
    STATEMENT_DELETE,
    STATEMENT_READ,
    STATEMENT_READING,
    STATEMENT_FORGET_CODES,
    STATEMENT_IS_ARRAY,
    STATEMENT_CODES,
    STATEMENT_STEP,
    STATEMENT_STEP_ROW,
    STATEMENT_DELAY,
    STATEMENT_HOLD_STEPS,
    STATEMENT_HOLD,
    STATEMENT_STEPS,
    STATEMENT_COUNT_OPEN,
    STATEMENT_COUNT_ALL,
    STATEMENT_SENDER,
    STATEMENT_SENDER_SET,
    STATEMENT_SENDER_FORGET,
    STATEMENT_SENDERS,
    STATEMENT_OWN_REPLY,
    STATEMENT_NTH_BY_ADDRESS,
    STATEMENT_NTH_BY_DOMAIN,
    STATEMENT_NTH_OF_ALL,
    STATEMENT_TOLD_SINCE,
    STATEMENT_NOTICE,
    STATEMENT_PURGE_COUNT,
    STATEMENT_PURGE_NEXT,
    STATEMENT_FORGET_NEXT,
    STATEMENT_FORGET_LEFT,
    STATEMENT_FORGET_READING,
    STATEMENT_FORGET_STEPS,
    STATEMENT_FORGET_TEXTS,
    STATEMENT_KEEP,
    STATEMENT_COUNT
};
extern const char *const statement_texts[STATEMENT_COUNT];

/* What a row of STATEMENT_BY_* holds, in the order row_take reads it. */
#define ROW_COLUMNS                                                                                                                        \
    "e.id, e.account, e.folder, e.uid_validity, e.uid, e.question_key, e.question_message_id, e.step, e.attempts, e.found_at, "            \
    "e.changed_at, e.sent_at, e.question_bytes, e.asker, e.action, e.reason, r.handler, r.intents, r.codes, r.keywords, "                  \
    "e.reply_message_id, r.reply_text, r.draft, r.kb_edition, e.submit_attempts, e.retry_at, r.question_subject, r.question_text, "      \
    "e.bounced_at, e.keep, e.told, e.purged_at"
/* The mailbox of an address: without a +detail, of which everybody can make up as many as he likes for one mailbox. */
#define MAILBOX_OF(address)                                                                                                                \
    "iif(instr(" address ", '+') BETWEEN 2 AND instr(" address ", '@') - 1, substr(" address ", 1, instr(" address ", '+') - 1) || "       \
    "substr(" address ", instr(" address ", '@')), " address ")"

#define ROW_TABLES " FROM exchange e LEFT JOIN reading r ON r.exchange = e.id "

struct journal {
    sqlite3 *db;
    char *path;
    sqlite3_stmt *statements[STATEMENT_COUNT]; /* prepared on first use */
    bool begun;
    int lock, mailbox_lock; /* of the account, of the mailbox, or -1 */
};

struct query {
    struct journal *journal;
    sqlite3_stmt *statement;
    bool once;  /* not one of the cached statements */
    int code;   /* SQLITE_OK, or the first thing that went wrong */
    int bound;  /* parameters so far */
    int column; /* the next one to take */
};

struct query query_start(struct journal *, enum statement);
struct query query_prepare(struct journal *, const char *text);
void query_text(struct query *, const char *); /* borrowed until query_end; NULL is NULL */
void query_number(struct query *, int64_t);
bool query_row(struct query *);
const char *query_take_text(struct query *, struct arena *); /* NULL is NULL */
int64_t query_take_number(struct query *);
int query_end(struct query *, struct why *); /* FAIL_SYSTEM: the open transaction has been rolled back */
int query_run(struct query *, struct why *); /* query_row until there is none, query_end */

void row_take(struct query *, struct arena *, struct exchange_row *ret);

/* SQLite's code as ours, and a sentence that says what to do. Rolls back. */
int journal_fail(struct journal *, int sqlite_code, struct why *);

/* Schema changes, oldest first, each with the version it leads to: 1, 2, ... Each is one transaction.
 * FAIL_CONFIG: the file is of a newer version, or no journal at all. */
struct migration {
    int version;
    const char *sql;
};
int journal_migrate(struct journal *, const struct migration *, size_t count, struct why *);

extern const struct migration journal_migrations[];
extern const size_t journal_migration_count;

#endif
