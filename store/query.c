#include <stdio.h>

#include "store/sqlite.h"

static struct query query_of(struct journal *journal, sqlite3_stmt **statement, const char *text, unsigned flags) {
    struct query ret = {.journal = journal};
    if (!*statement)
        ret.code = sqlite3_prepare_v3(journal->db, text, -1, flags, statement, NULL);
    ret.statement = *statement;
    return ret;
}

struct query query_start(struct journal *journal, enum statement which) {
    return query_of(journal, &journal->statements[which], statement_texts[which], SQLITE_PREPARE_PERSISTENT);
}

struct query query_prepare(struct journal *journal, const char *text) {
    sqlite3_stmt *statement = NULL;
    struct query ret = query_of(journal, &statement, text, 0);
    ret.once = true;
    return ret;
}

void query_text(struct query *query, const char *text) {
    if (query->code == SQLITE_OK)
        query->code = sqlite3_bind_text(query->statement, ++query->bound, text, -1, SQLITE_STATIC);
}

void query_number(struct query *query, int64_t number) {
    if (query->code == SQLITE_OK)
        query->code = sqlite3_bind_int64(query->statement, ++query->bound, number);
}

bool query_row(struct query *query) {
    if (query->code != SQLITE_OK)
        return false;
    query->column = 0;
    int code = sqlite3_step(query->statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        query->code = code;
    return code == SQLITE_ROW;
}

const char *query_take_text(struct query *query, struct arena *arena) {
    int column = query->column++;
    const unsigned char *text = sqlite3_column_text(query->statement, column);
    if (!text)
        return NULL;
    return arena_copy(arena, (struct span){(const char *)text, (size_t)sqlite3_column_bytes(query->statement, column)});
}

int64_t query_take_number(struct query *query) { return sqlite3_column_int64(query->statement, query->column++); }

int query_end(struct query *query, struct why *why) {
    if (query->once)
        sqlite3_finalize(query->statement);
    else if (query->statement)
        sqlite3_reset(query->statement);
    query->statement = NULL;
    return query->code == SQLITE_OK ? 0 : journal_fail(query->journal, query->code, why);
}

int query_run(struct query *query, struct why *why) {
    while (query_row(query))
        continue;
    return query_end(query, why);
}

void row_take(struct query *query, struct arena *arena, struct exchange_row *ret) {
    *ret = (struct exchange_row){.id = query_take_number(query)};
    ret->place.account = query_take_text(query, arena);
    ret->place.folder = query_take_text(query, arena);
    ret->place.uid_validity = (uint32_t)query_take_number(query);
    ret->place.uid = (uint32_t)query_take_number(query);
    ret->question_key = query_take_text(query, arena);
    ret->question_message_id = query_take_text(query, arena);
    ret->step = (enum step)query_take_number(query);
    ret->attempts = (int)query_take_number(query);
    ret->found_at = (time_t)query_take_number(query);
    ret->changed_at = (time_t)query_take_number(query);
    ret->sent_at = (time_t)query_take_number(query);
    ret->question_bytes = (size_t)query_take_number(query);
    ret->asker = query_take_text(query, arena);
    ret->action = query_take_text(query, arena);
    ret->reason = query_take_text(query, arena);
    ret->handler = query_take_text(query, arena);
    ret->intents = query_take_text(query, arena);
    ret->codes = query_take_text(query, arena);
    ret->keywords = query_take_text(query, arena);
    ret->reply_message_id = query_take_text(query, arena);
    ret->reply_text = query_take_text(query, arena);
    ret->draft = query_take_text(query, arena);
    ret->kb_edition = query_take_text(query, arena);
    ret->submit_attempts = (int)query_take_number(query);
    ret->retry_at = (time_t)query_take_number(query);
    ret->question_subject = query_take_text(query, arena);
    ret->question_text = query_take_text(query, arena);
    ret->bounced_at = (time_t)query_take_number(query);
    ret->keep = query_take_number(query) != 0;
    ret->told = (enum told)query_take_number(query);
    ret->purged_at = (time_t)query_take_number(query);
}

#define DISK_FULL "the disk is full; free some space"
#define DISK_REFUSES                                                                                                                       \
    "can not be written, the disk is full, a quota is used up or the disk fails; free some space and look at the system's log"

/* A quota or a limit comes as SQLITE_IOERR_WRITE, as a failing disk does, and SQLite keeps no errno for a commit. */
int journal_fail(struct journal *journal, int sqlite_code, struct why *why) {
    static const struct {
        int code, fail;
        const char *text;
    } sentences[] = {
        {SQLITE_FULL, FAIL_SYSTEM, DISK_FULL},
        {SQLITE_IOERR_WRITE, FAIL_SYSTEM, DISK_REFUSES},
        {SQLITE_IOERR_FSYNC, FAIL_SYSTEM, DISK_REFUSES},
        {SQLITE_IOERR_TRUNCATE, FAIL_SYSTEM, DISK_REFUSES},
        {SQLITE_IOERR_SHMSIZE, FAIL_SYSTEM, DISK_REFUSES},
        {SQLITE_BUSY, FAIL_SYSTEM, "another program has been writing to it for more than 5 s; end that program (fuser shows it)"},
        {SQLITE_CORRUPT, FAIL_SYSTEM, "is damaged; stop codingdeskd, keep a copy of the file and its -wal, and bring back the last backup"},
        {SQLITE_NOTADB, FAIL_CONFIG, "is no journal; name another file as journal_file"},
        {SQLITE_READONLY, FAIL_CONFIG, "may not be written to; give the file and its folder to the user codingdeskd runs as"},
        {SQLITE_CANTOPEN, FAIL_CONFIG, "can not be opened; the folder must belong to the user codingdeskd runs as"},
        {SQLITE_PERM, FAIL_CONFIG, "may not be opened; give the file and its folder to the user codingdeskd runs as"},
        {SQLITE_TOOBIG, FAIL_LIMIT, "will not take a text this long; a person has to answer this question"},
    };
    char detail[256];
    snprintf(detail, sizeof detail, "%s", sqlite3_errmsg(journal->db));
    journal_rollback(journal);
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
        if (sentences[i].code == sqlite_code || sentences[i].code == (sqlite_code & 0xff))
            return why_set(why, sentences[i].fail, "journal %s: %s", journal->path, sentences[i].text);
    return why_set(why, FAIL_SYSTEM, "journal %s: %s (SQLite error %d); look at the disk and at the system's log", journal->path, detail,
                   sqlite_code);
}
