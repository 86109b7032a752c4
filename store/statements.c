#include "store/sqlite.h"

#define STEP_ROW "INSERT INTO exchange_step (exchange, number, step, at, reason) "
#define UNTOLD(why) "coalesce(iif(action = 'human', reason, NULL) || '" JOURNAL_UNTOLD "', '') || " why
#define WINDOW "found_at > ?2 AND found_at < ?3 ORDER BY found_at DESC LIMIT 1 OFFSET ?4"
#define PURGEABLE "FROM exchange WHERE step = 4 AND purged_at = 0 AND changed_at < ?1 AND keep = 0 AND (?2 IS NULL OR account = ?2)"
#define OF_ADDRESS "FROM exchange WHERE asker IS NOT NULL AND asker = ?1 "
#define NEXT_NUMBER "(SELECT count(*) FROM exchange_step WHERE exchange = "

/* Steps by number: 2 SENDING, 3 SENT, 4 FILED, 5 HELD. A parameter named "from" is the set of steps that may come before,
 * a bit for each. */
const char *const statement_texts[STATEMENT_COUNT] = {
    [STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
    [STATEMENT_COMMIT] = "COMMIT",
    [STATEMENT_ROLLBACK] = "ROLLBACK",
    [STATEMENT_BY_ID] = "SELECT " ROW_COLUMNS ROW_TABLES "WHERE e.id = ?",
    [STATEMENT_BY_PLACE] = "SELECT " ROW_COLUMNS ROW_TABLES "WHERE e.account = ? AND e.folder = ? AND e.uid_validity = ? AND e.uid = ?",
    [STATEMENT_KEYS] = "SELECT e.question_key IS NOT NULL AND e.question_key <> ?2, "
                       "(SELECT o.id FROM exchange o WHERE o.account = e.account AND o.question_key = ?2 AND o.id <> e.id) "
                       "FROM exchange e WHERE e.id = ?1",
    [STATEMENT_BY_REPLY] = "SELECT max(id) FROM exchange WHERE reply_message_id = ? AND asker = ?",
    [STATEMENT_STATE] = "SELECT step FROM exchange WHERE id = ?",
    [STATEMENT_INSERT] = "INSERT INTO exchange (account, folder, uid_validity, uid, question_bytes, found_at, changed_at, step, attempts) "
                         "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, 0, 1)",
    [STATEMENT_ATTEMPT] = "UPDATE exchange SET attempts = attempts + 1, changed_at = ?2 WHERE id = ?1",
    [STATEMENT_MOVE] = "UPDATE exchange SET folder = ?2, uid_validity = ?3, uid = ?4, changed_at = ?5 WHERE id = ?1",
    [STATEMENT_DISPLACE] = "UPDATE exchange SET uid_validity = 0, uid = id, changed_at = ?2 WHERE id = ?1",
    [STATEMENT_UNFINISHED] = "SELECT id FROM exchange WHERE account = ?1 AND step <> 4 AND step < 4 ORDER BY id",
    [STATEMENT_IDENTIFY] = "UPDATE exchange SET question_key = ?2, question_message_id = ?3 WHERE id = ?1",
    [STATEMENT_DELETE] = "DELETE FROM exchange WHERE id = ?",
    [STATEMENT_READ] = "UPDATE exchange SET step = 1, changed_at = ?3, retry_at = iif(step = 1, retry_at, 0), attempts = 0, asker = ?4, action = ?5, reason = ?6, "
                       "reply_message_id = ?7, told = ?8 WHERE id = ?1 AND (?2 /* from */ >> step) & 1",
    [STATEMENT_READING] = "INSERT OR REPLACE INTO reading (exchange, handler, intents, codes, keywords, reply_text, draft, kb_edition, "
                          "question_subject, question_text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [STATEMENT_FORGET_CODES] = "DELETE FROM exchange_code WHERE exchange = ?",
    [STATEMENT_IS_ARRAY] = "SELECT iif(json_valid(?1), json_type(?1) = 'array', 0)",
    [STATEMENT_CODES] = "INSERT OR IGNORE INTO exchange_code (exchange, code) "
                        "SELECT ?1, upper(replace(json_extract(?2, fullkey || '.code'), '.', '')) FROM json_each(?2) "
                        "WHERE json_type(?2, fullkey || '.code') = 'text' LIMIT 100",
    [STATEMENT_STEP] = "UPDATE exchange SET step = ?3, changed_at = ?4, retry_at = 0, reason = coalesce(?5, reason), "
                       "submit_attempts = submit_attempts + (?3 = 2), sent_at = iif(?3 = 3, ?4, sent_at) "
                       "WHERE id = ?1 AND (?2 /* from */ >> step) & 1",
    [STATEMENT_STEP_ROW] = STEP_ROW "VALUES (?1, " NEXT_NUMBER "?1), ?2, ?3, ?4)",
    [STATEMENT_DELAY] = "UPDATE exchange SET step = 1, changed_at = ?3, retry_at = ?4, reason = iif(action = 'human', reason, ?5) "
                        "WHERE id = ?1 AND (?2 /* from */ >> step) & 1",
    [STATEMENT_HOLD_STEPS] = STEP_ROW "SELECT id, " NEXT_NUMBER "id), 5, ?2, " UNTOLD("?3") " FROM exchange "
                                      "WHERE step = 2 AND step <> 4 AND account = ?1",
    [STATEMENT_HOLD] = "UPDATE exchange SET step = 5, changed_at = ?2, reason = " UNTOLD("?3") " WHERE step = 2 AND step <> 4 AND account = ?1",
    [STATEMENT_STEPS] = "SELECT step, at, reason FROM exchange_step WHERE exchange = ? ORDER BY number",
    [STATEMENT_COUNT_OPEN] = "SELECT step, count(*) FROM exchange WHERE step <> 4 AND account = ? GROUP BY step",
    [STATEMENT_COUNT_ALL] = "SELECT count(*) FROM exchange INDEXED BY exchange_place WHERE account = ?",
    [STATEMENT_SENDER] = "SELECT standing, since FROM sender WHERE address = ?",
    [STATEMENT_SENDER_SET] = "INSERT INTO sender (address, standing, since) VALUES (?1, ?2, ?3) "
                             "ON CONFLICT (address) DO UPDATE SET standing = ?2, since = ?3 WHERE standing <> ?2",
    [STATEMENT_SENDER_FORGET] = "DELETE FROM sender WHERE address = ?",
    [STATEMENT_SENDERS] = "SELECT address, standing, since FROM sender ORDER BY address",
    [STATEMENT_OWN_REPLY] = "SELECT found_at, told FROM exchange WHERE account = ?1 AND question_key = ?2 AND reply_message_id IS NOT NULL",
    [STATEMENT_NTH_BY_ADDRESS] = "SELECT found_at FROM exchange INDEXED BY exchange_asked "
                                 "WHERE reply_message_id IS NOT NULL AND told <> 1 AND asker_mailbox = " MAILBOX_OF("?1") " AND " WINDOW,
    [STATEMENT_NTH_BY_DOMAIN] = "SELECT found_at FROM exchange INDEXED BY exchange_asked_domain "
                                "WHERE reply_message_id IS NOT NULL AND asker_domain = ?1 AND " WINDOW,
    [STATEMENT_NTH_OF_ALL] = "SELECT found_at FROM exchange INDEXED BY exchange_answered "
                             "WHERE reply_message_id IS NOT NULL AND ?1 IS NOT NULL AND " WINDOW,
    [STATEMENT_TOLD_SINCE] = "SELECT count(*) FROM exchange INDEXED BY exchange_told_once "
                             "WHERE told <> 0 AND asker_mailbox = " MAILBOX_OF("?1") " AND told = ?2 AND found_at >= ?3 AND found_at < ?4",
    [STATEMENT_NOTICE] = "INSERT INTO notice (name, at) VALUES (?1, ?2) "
                         "ON CONFLICT (name) DO UPDATE SET at = ?2 WHERE at <= ?2 - ?3 OR at > ?2 + ?3",
    [STATEMENT_PURGE_COUNT] = "SELECT count(*) " PURGEABLE,
    [STATEMENT_PURGE_NEXT] = "SELECT id, coalesce(action = 'silent', 0) " PURGEABLE " ORDER BY changed_at LIMIT ?3",
    [STATEMENT_FORGET_NEXT] = "SELECT id, coalesce(action = 'silent' AND step = 4, 0) " OF_ADDRESS
                              "AND purged_at = 0 AND keep = 0 AND step IN (4, 5) LIMIT ?2",
    [STATEMENT_FORGET_LEFT] = "SELECT coalesce(sum(keep), 0), coalesce(sum(keep = 0), 0) " OF_ADDRESS,
    [STATEMENT_FORGET_READING] = "DELETE FROM reading WHERE exchange = ?",
    [STATEMENT_FORGET_STEPS] = "DELETE FROM exchange_step WHERE exchange = ?",
    [STATEMENT_FORGET_TEXTS] = "UPDATE exchange SET purged_at = ?2, asker = NULL, reason = NULL, question_message_id = NULL, "
                               "reply_message_id = NULL, told = 0 WHERE id = ?1",
    [STATEMENT_KEEP] = "UPDATE exchange SET keep = ?2 WHERE id = ?1",
};
