#include "store/sqlite.h"

/* A version that was released never changes: add the next one.
 * exchange holds what every step rewrites and stays small; reading holds the long texts and is written once or twice.
 * exchange_unfinished has an entry only while an exchange is under way or held, whatever the size of the journal; queries
 * that want it say "step <> 4" as it does. */
static const char version_1[] = "CREATE TABLE exchange ("
                                " id INTEGER PRIMARY KEY AUTOINCREMENT,"
                                " account TEXT NOT NULL,"
                                " folder TEXT NOT NULL,"
                                " uid_validity INTEGER NOT NULL,"
                                " uid INTEGER NOT NULL,"
                                " question_key TEXT,"
                                " question_message_id TEXT,"
                                " question_bytes INTEGER NOT NULL,"
                                " step INTEGER NOT NULL CHECK (step BETWEEN 0 AND 5),"
                                " attempts INTEGER NOT NULL,"
                                " submit_attempts INTEGER NOT NULL DEFAULT 0,"
                                " found_at INTEGER NOT NULL,"
                                " changed_at INTEGER NOT NULL,"
                                " sent_at INTEGER NOT NULL DEFAULT 0,"
                                " retry_at INTEGER NOT NULL DEFAULT 0,"
                                " asker TEXT COLLATE NOCASE,"
                                " action TEXT,"
                                " reason TEXT,"
                                " reply_message_id TEXT"
                                ") STRICT;"
                                "CREATE UNIQUE INDEX exchange_place ON exchange (account, folder, uid_validity, uid);"
                                "CREATE UNIQUE INDEX exchange_key ON exchange (account, question_key) WHERE question_key IS NOT NULL;"
                                "CREATE INDEX exchange_reply ON exchange (reply_message_id) WHERE reply_message_id IS NOT NULL;"
                                "CREATE INDEX exchange_asker ON exchange (asker) WHERE asker IS NOT NULL;"
                                "CREATE INDEX exchange_unfinished ON exchange (step) WHERE step <> 4;"
                                "CREATE TABLE reading ("
                                " exchange INTEGER PRIMARY KEY REFERENCES exchange ON DELETE CASCADE,"
                                " handler TEXT,"
                                " intents TEXT,"
                                " codes TEXT,"
                                " keywords TEXT,"
                                " reply_text TEXT,"
                                " kb_edition TEXT"
                                ") STRICT;"
                                "CREATE TABLE exchange_code ("
                                " code TEXT NOT NULL,"
                                " exchange INTEGER NOT NULL REFERENCES exchange ON DELETE CASCADE,"
                                " PRIMARY KEY (code, exchange)"
                                ") STRICT, WITHOUT ROWID;"
                                "CREATE INDEX exchange_code_exchange ON exchange_code (exchange);"
                                "CREATE TABLE exchange_step ("
                                " exchange INTEGER NOT NULL REFERENCES exchange ON DELETE CASCADE,"
                                " number INTEGER NOT NULL,"
                                " step INTEGER NOT NULL,"
                                " at INTEGER NOT NULL,"
                                " reason TEXT,"
                                " PRIMARY KEY (exchange, number)"
                                ") STRICT, WITHOUT ROWID;";

/* The draft for a person has a column of its own: what the asker was sent stands beside it. Until then nobody was sent anything who asked
 * what a person had to answer, and the draft stood in reply_text. exchange_told has an entry for each asker who was told so. */
static const char version_2[] = "ALTER TABLE reading ADD COLUMN draft TEXT;"
                                "UPDATE reading SET draft = reply_text, reply_text = NULL"
                                " WHERE exchange IN (SELECT id FROM exchange WHERE action = 'human');"
                                "CREATE INDEX exchange_told ON exchange (asker, found_at)"
                                " WHERE action = 'human' AND reply_message_id IS NOT NULL;";

/* What was asked, masked (handlers/understand/redact.h), stands beside the answer; a bounce of the reply and a word that an exchange is
 * to be kept mark its row. What is counted against limits is counted from the exchanges themselves (store/senders.h): by the asker's
 * mailbox, by the asker's domain, and all; exchange_told_once, which takes the place of exchange_told, has an entry for what is told once. sender has a row
 * only for those who are not guests. exchange_done has an entry for what is finished and not purged yet (store/retention.h). */
static const char version_3[] = "ALTER TABLE reading ADD COLUMN question_subject TEXT;"
                                "ALTER TABLE reading ADD COLUMN question_text TEXT;"
                                "ALTER TABLE exchange ADD COLUMN bounced_at INTEGER NOT NULL DEFAULT 0;"
                                "ALTER TABLE exchange ADD COLUMN keep INTEGER NOT NULL DEFAULT 0;"
                                "ALTER TABLE exchange ADD COLUMN told INTEGER NOT NULL DEFAULT 0;"
                                "ALTER TABLE exchange ADD COLUMN purged_at INTEGER NOT NULL DEFAULT 0;"
                                "ALTER TABLE exchange ADD COLUMN asker_domain TEXT COLLATE NOCASE"
                                " AS (substr(asker, instr(asker, '@') + 1)) VIRTUAL;"
                                "ALTER TABLE exchange ADD COLUMN asker_mailbox TEXT COLLATE NOCASE AS (" MAILBOX_OF("asker") ") VIRTUAL;"
                                "DROP INDEX exchange_told;"
                                "CREATE INDEX exchange_asked ON exchange (asker_mailbox, found_at) WHERE reply_message_id IS NOT NULL AND told <> 1;"
                                "CREATE INDEX exchange_asked_domain ON exchange (asker_domain, found_at) WHERE reply_message_id IS NOT NULL;"
                                "CREATE INDEX exchange_answered ON exchange (found_at) WHERE reply_message_id IS NOT NULL;"
                                "CREATE INDEX exchange_told_once ON exchange (asker_mailbox, told, found_at) WHERE told <> 0;"
                                "CREATE INDEX exchange_done ON exchange (changed_at) WHERE step = 4 AND purged_at = 0;"
                                "CREATE TABLE sender ("
                                " address TEXT PRIMARY KEY COLLATE NOCASE,"
                                " standing INTEGER NOT NULL,"
                                " since INTEGER NOT NULL"
                                ") STRICT, WITHOUT ROWID;"
                                "CREATE TABLE notice ("
                                " name TEXT PRIMARY KEY,"
                                " at INTEGER NOT NULL"
                                ") STRICT, WITHOUT ROWID;";

const struct migration journal_migrations[] = {
    {1, version_1},
    {2, version_2},
    {3, version_3},
};
const size_t journal_migration_count = sizeof journal_migrations / sizeof *journal_migrations;
