#include "store/sqlite.h"

#define STEP_ROW "INSERT INTO exchange_step (exchange, number, step, at, reason) "
#define UNTOLD(why) "coalesce(iif(action = 'human', reason, NULL) || '" JOURNAL_UNTOLD "', '') || " why
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
    [STATEMENT_TOLD] = "SELECT count(*) FROM exchange INDEXED BY exchange_told "
                       "WHERE action = 'human' AND reply_message_id IS NOT NULL AND asker = ?1 AND found_at >= ?2 AND id <> ?3",
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
                       "reply_message_id = ?7 WHERE id = ?1 AND (?2 /* from */ >> step) & 1",
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
};
