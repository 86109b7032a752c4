#include "daemon/take.h"

#include <string.h>

#include "daemon/alert.h"
#include "daemon/log.h"
#include "daemon/returned.h"
#include "reader/note.h"

/* One mail of a batch on its way into the journal. */
struct taken {
    const struct mail *mail;
    struct exchange_row row;               /* what the journal has, then what it gets */
    const struct exchange_row *finished;   /* the row at this place, where it says that all is done; else NULL */
    bool was_begun;                        /* its reading was begun before */
    struct exchange *exchange;             /* NULL: there is nothing to read any more, or it was in hand already */
    bool unread;                           /* it could not be read: a person must look */
    struct bounce bounce;                  /* what the mail reports of a reply of ours, perhaps */
    const char *question_key, *message_id; /* NULL until read, and for what can not be read */
};

/* --- FOUND: every mail gets its row before it is looked at ------------------------------------------------------- */

static struct place place_of(const struct walk *walk, uint32_t uid_validity, uint32_t uid) {
    return (struct place){walk->parts.config->account, walk->parts.config->folder, uid_validity, uid};
}

/* An exchange of an earlier run whose question lies in its folder still. */
static void note_seen(struct walk *walk, int64_t id) {
    for (size_t i = 0; i < walk->unfinished_count; i++)
        if (walk->unfinished[i] == id) {
            walk->unfinished[i] = walk->unfinished[--walk->unfinished_count];
            return;
        }
}

static int enter(struct walk *walk, const struct mail_batch *batch, struct why *why) {
    int failed = hand_begin(walk, why);
    for (size_t i = 0; i < batch->count && !failed; i++) {
        struct taken *taken = &walk->taken[i];
        const struct place place = place_of(walk, batch->uid_validity, batch->mails[i].uid);
        bool known = false;
        taken->mail = &batch->mails[i];
        failed =
            journal_found(walk->parts.journal, &place, taken->mail->size, walk->parts.now(), walk->batch_arena, &taken->row, &known, why);
        taken->was_begun = known;
        if (known)
            note_seen(walk, taken->row.id);
    }
    if (!failed)
        failed = hand_commit(walk, why);
    return failed;
}

/* Where a question belongs whose exchange is over. */
static enum mailbox_place final_place(const struct exchange_row *row) {
    if (row->step == STEP_HELD)
        return PLACE_DESK;
    return row->action && strcmp(row->action, "silent") == 0 ? PLACE_IGNORED : PLACE_ANSWERED;
}

/* An exchange the journal knows already: what its step asks for now. One that is over is read all the same: servers have been seen
 * to give a UID twice. AFTER_HOLD comes here only where walk_recover left it, because the configuration says that it is sent again. */
static void resume(struct walk *walk, struct taken *taken, uint32_t uid_validity) {
    struct exchange *exchange = hand_find(walk, taken->row.id);
    if (exchange) { /* the mailbox was opened anew meanwhile */
        exchange->uid_validity = uid_validity;
        exchange->uid = taken->mail->uid;
        return;
    }
    if (step_rules[taken->row.step].after_crash == AFTER_FILE) {
        struct exchange_row *finished = arena_alloc(walk->batch_arena, sizeof *finished);
        *finished = taken->row;
        taken->finished = finished;
        taken->was_begun = false;
    }
    taken->exchange = hand_take(walk, &taken->row, uid_validity, taken->mail->uid);
    taken->exchange->step = STEP_FOUND;
}

/* --- the reading --------------------------------------------------------------------------------------------------- */

static void keep_reading(struct walk *walk, const struct reading_note *note, struct taken *taken) {
    struct exchange *exchange = taken->exchange;
    note_row(note, &taken->row);
    taken->row.kb_edition = arena_copy(exchange->arena, span_of(child_editions(walk->reader)));
    exchange->action = taken->row.action;
    exchange->reason = taken->row.reason;
    taken->question_key = note->question_key;
    taken->message_id = note->message_id;
    taken->bounce = note->bounce;
    exchange->recipient = note->recipient;
    exchange->reply = note->reply;
    if (note->recipient && !taken->was_begun && !taken->finished)
        recall_note_reply(&walk->recall, note->recipient, note->question_key, note->told);
}

/* The first bytes are enough for nearly all; the rest is fetched when the text goes on behind them. */
static int read_bytes(struct walk *walk, const struct mail *mail, const struct exchange *exchange, struct reading_note *ret,
                      bool *ret_died, struct why *why) {
    time_t now = walk->recall.now = walk->parts.now();
    int failed = child_read(walk->reader, mail->bytes, mail->whole, now, exchange->arena, ret, ret_died, why);
    if (failed != FAIL_AGAIN)
        return failed;
    struct span whole;
    if (mailbox_uid_validity(walk->mailbox) != exchange->uid_validity)
        return FAIL_EMPTY;
    failed = mailbox_fetch_whole(walk->mailbox, mail->uid, walk->reading_arena, &whole, why);
    if (failed)
        return failed;
    return child_read(walk->reader, whole, true, now, exchange->arena, ret, ret_died, why);
}

static bool refuses_this_message(int failed) { return failed == FAIL_INPUT || failed == FAIL_LIMIT; }

static void leave_to_a_person(struct taken *taken, const char *reason) {
    taken->unread = true;
    taken->row.action = taken->exchange->action = "human";
    taken->row.reason = taken->exchange->reason = reason;
}

static bool is_not_to_be_read(struct walk *walk, struct taken *taken) {
    struct arena *arena = taken->exchange->arena;
    if (taken->mail->too_large)
        leave_to_a_person(taken, arena_printf(arena, "too large: %zu bytes, at most %d are read", taken->mail->size,
                                              walk->parts.config->max_message_bytes));
    else if (taken->was_begun && taken->row.attempts >= MAX_ATTEMPTS)
        leave_to_a_person(taken, "reading it did not come to an end, three times");
    return taken->unread;
}

/* The reader died over it. Where that was the first time, the question is read once more, by itself, and counted before. */
static bool is_read_again(struct taken *taken, const struct why *death) {
    bool again = taken->row.attempts < MAX_DEATHS;
    log_line(LOG_LEVEL_WARNING, "exchange %lld: %s; %s", (long long)taken->exchange->id, death->text,
             again ? "it is read once more" : "a person must read it");
    taken->was_begun = true;
    return again;
}

static int read_one(struct walk *walk, struct taken *taken, bool *ret_again, struct why *why) {
    struct reading_note note;
    struct why refusal;
    bool died = false;
    arena_clear(walk->reading_arena);
    int failed = read_bytes(walk, taken->mail, taken->exchange, &note, &died, &refusal);
    *ret_again = died && is_read_again(taken, &refusal);
    if (*ret_again)
        return 0;
    if (refuses_this_message(failed)) {
        leave_to_a_person(taken, arena_printf(taken->exchange->arena, "can not be read: %s", refusal.text));
        return 0;
    }
    if (failed) {
        if (why)
            *why = refusal;
        return failed;
    }
    keep_reading(walk, &note, taken);
    return 0;
}

/* --- READ: what was found out goes into the journal --------------------------------------------------------------- */

/* A second copy of a question that is in hand: it has a row of its own and gets no reply. */
static void note_copy(struct taken *taken, int64_t original) {
    struct exchange *exchange = taken->exchange;
    taken->row = (struct exchange_row){.id = taken->row.id, .asker = taken->row.asker, .action = "silent"};
    taken->row.reason = arena_printf(exchange->arena, "the same question as exchange %lld", (long long)original);
    exchange->action = taken->row.action;
    exchange->reason = taken->row.reason;
    exchange->recipient = NULL;
}

/* The question goes on as the exchange it was before: unanswered ones are answered, the others only leave the folder again.
 * True: there is nothing to record. */
static bool take_over(struct walk *walk, struct taken *taken, const struct exchange_row *other) {
    struct exchange *exchange = taken->exchange;
    struct exchange *in_hand = hand_find(walk, other->id);
    if (in_hand) {
        in_hand->uid_validity = exchange->uid_validity;
        in_hand->uid = exchange->uid;
        hand_drop(walk, exchange);
        taken->exchange = NULL;
        return true;
    }
    exchange->id = taken->row.id = other->id;
    taken->row.step = other->step;
    exchange->submit_attempts = other->submit_attempts;
    exchange->retry_at = other->retry_at;
    exchange->found_at = other->found_at;
    note_seen(walk, other->id);
    if (step_rules[other->step].after_crash != AFTER_FILE)
        return false;
    exchange->step = other->step;
    exchange->recipient = NULL;
    exchange->place = final_place(other);
    exchange->to_file = true;
    return true;
}

/* The row gets its key. Where the journal knows the question already it came back (moved, or under a new UIDVALIDITY), or is a copy. */
static int identify(struct walk *walk, struct taken *taken, bool *ret_over, struct why *why) {
    struct journal *journal = walk->parts.journal;
    struct exchange_row other;
    int64_t other_id = 0;
    int failed = journal_identify(journal, taken->exchange->id, taken->question_key, taken->message_id, &other_id, why);
    if (failed || other_id == 0)
        return failed;
    const struct exchange *in_hand = hand_find(walk, other_id);
    if (in_hand && in_hand->uid_validity == taken->exchange->uid_validity) {
        note_copy(taken, other_id);
        return 0;
    }
    failed = journal_get(journal, other_id, walk->batch_arena, &other, why);
    if (!failed)
        failed = journal_adopt(journal, taken->exchange->id, other_id, walk->parts.now(), why);
    if (!failed)
        *ret_over = take_over(walk, taken, &other);
    return failed;
}

static int record_reading(struct walk *walk, struct taken *taken, struct why *why) {
    struct journal *journal = walk->parts.journal;
    struct exchange *exchange = taken->exchange;
    time_t now = walk->parts.now();
    int failed = 0;
    if (!exchange->recipient)
        taken->row.reply_message_id = taken->row.reply_text = NULL;
    if (taken->row.step == STEP_SENDING) /* the configuration wants a reply in doubt to be sent again */
        failed = journal_delay(journal, taken->row.id, "sent again after a doubt", now, now, why);
    if (!failed)
        failed = journal_read(journal, &taken->row, now, why);
    if (failed)
        return failed;
    exchange->step = STEP_READ;
    exchange->to_file = !exchange->recipient;
    exchange->place = PLACE_IGNORED;
    return exchange->to_file && hand_is_for_a_person(exchange) ? hand_hold(walk, exchange, exchange->reason, why) : 0;
}

static bool is_the_finished_one(const struct taken *taken) {
    const struct exchange_row *finished = taken->finished;
    if (finished->question_key && taken->question_key)
        return strcmp(finished->question_key, taken->question_key) == 0;
    return finished->question_bytes == taken->mail->size;
}

/* All is done for this question but that it leaves the folder. Or another message lies at its place, which needs a row of its own. */
static int record_finished(struct walk *walk, struct taken *taken, bool *ret_over, struct why *why) {
    struct journal *journal = walk->parts.journal;
    struct exchange *exchange = taken->exchange;
    const struct place place = place_of(walk, exchange->uid_validity, exchange->uid);
    struct exchange_row fresh;
    bool known;
    if (is_the_finished_one(taken)) {
        exchange->step = taken->finished->step;
        exchange->recipient = NULL;
        exchange->place = final_place(taken->finished);
        exchange->to_file = *ret_over = true;
        return 0;
    }
    int failed = journal_displace(journal, taken->finished->id, walk->parts.now(), why);
    if (!failed)
        failed = journal_found(journal, &place, taken->mail->size, walk->parts.now(), walk->batch_arena, &fresh, &known, why);
    if (!failed) {
        exchange->id = taken->row.id = fresh.id;
        exchange->found_at = fresh.found_at;
        exchange->retry_at = 0;
        exchange->submit_attempts = 0;
        taken->row.step = STEP_FOUND;
    }
    return failed;
}

/* What the journal can not take of one message (its UID belonged to another before, its answer is too long) is that message's trouble
 * alone. */
static int record(struct walk *walk, struct taken *taken, struct why *why) {
    struct why refusal;
    bool over = false;
    int failed = taken->finished ? record_finished(walk, taken, &over, &refusal) : 0;
    if (!failed && !over && !taken->unread)
        failed = identify(walk, taken, &over, &refusal);
    if (!failed && !over)
        failed = record_reading(walk, taken, &refusal);
    if (!failed && !over)
        failed = returned_note(walk, &taken->bounce, &refusal);
    if (refuses_this_message(failed))
        return hand_hold(walk, taken->exchange, arena_copy(taken->exchange->arena, span_of(refusal.text)), why);
    if (failed && why)
        *why = refusal;
    return failed;
}

static int record_all(struct walk *walk, struct taken *taken, size_t count, struct why *why) {
    int failed = hand_begin(walk, why);
    for (size_t i = 0; i < count && !failed; i++)
        if (taken[i].exchange)
            failed = record(walk, &taken[i], why);
    if (!failed)
        failed = alert_raise(walk, why);
    return failed ? failed : hand_commit(walk, why);
}

/* The program or the reader ended before this one was read, or the program over one beside it. Now each is counted, read and recorded by
 * itself, so that only the one that ends them is left to a person. */
static int read_alone(struct walk *walk, struct taken *taken, bool *ret_again, struct why *why) {
    int failed = hand_begin(walk, why);
    if (!failed)
        failed = journal_attempt(walk->parts.journal, taken->row.id, walk->parts.now(), why);
    if (!failed)
        failed = hand_commit(walk, why);
    if (failed)
        return failed;
    taken->row.attempts++;
    failed = read_one(walk, taken, ret_again, why);
    if (failed || *ret_again)
        return failed;
    failed = record_all(walk, taken, 1, why);
    if (!failed)
        taken->exchange = NULL;
    return failed;
}

/* A mail that is gone meanwhile is nobody's question until it comes back. */
static int read_next(struct walk *walk, struct why *why) {
    struct taken *taken = &walk->taken[walk->next_unread];
    bool again = false;
    int failed = 0;
    if (taken->exchange && !is_not_to_be_read(walk, taken))
        failed = taken->was_begun ? read_alone(walk, taken, &again, why) : read_one(walk, taken, &again, why);
    if (failed == FAIL_EMPTY) {
        hand_drop(walk, taken->exchange);
        taken->exchange = NULL;
        failed = 0;
    }
    if (!failed && !again)
        walk->next_unread++;
    return failed;
}

bool take_read_ahead(struct walk *walk) {
    if (walk->next_unread == walk->taken_count)
        return false;
    const struct taken *taken = &walk->taken[walk->next_unread];
    if (taken->exchange && (taken->was_begun || !taken->mail->whole))
        return false;
    return read_next(walk, NULL) == 0;
}

/* What was taken but not recorded is taken again after the next connection. */
void take_put_back(struct walk *walk) {
    hand_rollback(walk);
    for (size_t i = 0; i < walk->taken_count; i++)
        if (walk->taken[i].exchange)
            hand_drop(walk, walk->taken[i].exchange);
    walk->taken_count = walk->next_unread = 0;
    recall_forget_replies(&walk->recall);
}

static int fetch(struct walk *walk, struct why *why) {
    struct mail_batch batch;
    arena_clear(walk->batch_arena);
    int failed = mailbox_fetch(walk->mailbox, (size_t)walk->parts.config->batch, walk->batch_arena, &batch, why);
    if (failed)
        return failed;
    walk->taken = arena_array(walk->batch_arena, batch.count, sizeof *walk->taken);
    walk->taken_count = batch.count;
    failed = enter(walk, &batch, why);
    for (size_t i = 0; i < batch.count && !failed; i++)
        resume(walk, &walk->taken[i], batch.uid_validity);
    return failed;
}

/* The submission servers do not wait until the whole batch is read. */
static int read_rest(struct walk *walk, struct why *why) {
    int failed = 0;
    while (!failed && walk->next_unread < walk->taken_count) {
        failed = read_next(walk, why);
        walk_wait(walk, -1, 0, 0);
    }
    if (!failed)
        failed = record_all(walk, walk->taken, walk->taken_count, why);
    if (!failed) {
        walk->taken_count = walk->next_unread = 0;
        recall_forget_replies(&walk->recall);
    }
    return failed;
}

int take_batch(struct walk *walk, struct why *why) {
    int failed = walk->taken_count ? read_rest(walk, why) : fetch(walk, why);
    if (failed)
        take_put_back(walk);
    return failed;
}

static bool was_read_as(const struct exchange_row *row, const char *action) {
    return row->step == STEP_READ && row->action && strcmp(row->action, action) == 0;
}

/* The program ended between the move and the journal's word of it. What was not answered yet stays as it is: should the question
 * come back, it is answered then. What a person must answer is held, wherever it went: somebody took it before its asker was told. */
static int finish(struct walk *walk, int64_t id, struct why *why) {
    struct exchange_row row;
    int failed = journal_get(walk->parts.journal, id, walk->batch_arena, &row, why);
    if (failed || strcmp(row.place.folder, walk->parts.config->folder) != 0)
        return failed;
    if (was_read_as(&row, "human"))
        return journal_step(walk->parts.journal, id, STEP_HELD, row.reason, walk->parts.now(), why);
    if (row.step != STEP_SENT && !was_read_as(&row, "silent"))
        return 0;
    return journal_step(walk->parts.journal, id, STEP_FILED, NULL, walk->parts.now(), why);
}

int take_finish_gone(struct walk *walk, struct why *why) {
    int failed = walk->unfinished_count ? hand_begin(walk, why) : 0;
    for (size_t i = 0; i < walk->unfinished_count && !failed; i++)
        if (!hand_find(walk, walk->unfinished[i]))
            failed = finish(walk, walk->unfinished[i], why);
    if (!failed)
        failed = hand_commit(walk, why);
    if (failed)
        hand_rollback(walk);
    walk->unfinished_count = 0;
    return failed;
}
