#include "daemon/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "daemon/alert.h"
#include "daemon/hand.h"
#include "daemon/log.h"
#include "daemon/notify.h"
#include "daemon/take.h"
#include "reader/desk.h"

enum {
    REPORT_WAITS_MS = 20, /* the longest that a server's word waits for others to share its commit */
    PAUSE_FIRST_S = 5,    /* after no submission server answered, or wanted us, or the mailbox server moved nothing; doubles */
    PAUSE_AFTER_BLAMED = 2, /* one alone may be its recipient's trouble */
    PAUSE_MAX_S = 60,
    TELL_WITHIN_S = 3600, /* so long a question is kept from the desk's folder because its asker can not be told yet */
};

static int offer(struct walk *, struct why *);
static int settle(struct walk *, struct why *);
static int file(struct walk *, struct why *);

/* The way of a question: mailbox -> message -> question -> answer -> reply -> journal.
 * walk_take (take.c) brings it from the mailbox to READ; the rest is this table. What servers said (SENDING) is settled before more is
 * offered (READ), in one transaction; filing comes last, since it waits for the mailbox. */
/* clang-format off */
const struct step_rule step_rules[STEP_COUNT] = {
    /*                the desk reads                  run     after a crash */
    [STEP_FOUND]   = {"nothing done yet",             NULL,   AFTER_REDO},
    [STEP_READ]    = {"reply ready, not offered",     offer,  AFTER_REDO},
    [STEP_SENDING] = {"reply may have left",          settle, AFTER_HOLD},
    [STEP_SENT]    = {"server took the reply",        file,   AFTER_FILE},
    [STEP_FILED]   = {"done",                         NULL,   AFTER_FILE},
    [STEP_HELD]    = {"a person must look",           NULL,   AFTER_FILE},
};
/* clang-format on */

int walk_open(const struct walk_parts *parts, struct walk **ret, struct why *why) {
    struct walk *walk = calloc(1, sizeof *walk);
    if (!walk)
        return why_set(why, FAIL_SYSTEM, "out of memory");
    walk->parts = *parts;
    walk->batch_arena = arena_new(BATCH_ARENA_BYTES);
    walk->reading_arena = arena_new(READING_ARENA_BYTES);
    walk->own_arena = arena_new(OWN_ARENA_BYTES);
    walk->desk = reader_desk_of(parts->config, walk->own_arena);
    walk->desk.recall = recall_sender;
    walk->desk.recall_context = &walk->recall;
    walk->recall = reader_recall_of(parts->config, parts->journal, parts->key);
    const struct child_settings reader = {
        .desk = &walk->desk, .kb_file = parts->kb_file, .text_folder = parts->config->text_folder, .now = parts->now};
    int failed = child_open(&reader, &walk->reader, why);
    if (failed)
        walk_close(walk);
    else
        *ret = walk;
    return failed;
}

int walk_refresh(struct walk *walk, struct why *why) { return child_refresh(walk->reader, why); }

void walk_close(struct walk *walk) {
    if (!walk)
        return;
    hand_free(walk);
    child_close(walk->reader);
    alert_free(walk);
    arena_free(walk->batch_arena);
    arena_free(walk->reading_arena);
    arena_free(walk->own_arena);
    free(walk);
}

static int hold_doubtful(struct walk *walk, size_t *ret_held, struct why *why) {
    int failed = hand_begin(walk, why);
    if (!failed)
        failed = journal_hold_sending(walk->parts.journal, walk->parts.config->account, "the program ended while the reply was on its way",
                                      walk->parts.now(), ret_held, why);
    if (!failed)
        failed = hand_commit(walk, why);
    if (failed)
        hand_rollback(walk);
    return failed;
}

int walk_recover(struct walk *walk, size_t *ret_held, struct why *why) {
    const struct config *config = walk->parts.config;
    *ret_held = 0;
    int failed = config->resend_unknown ? 0 : hold_doubtful(walk, ret_held, why);
    if (!failed)
        failed = journal_unfinished(walk->parts.journal, config->account, walk->own_arena, &walk->unfinished, &walk->unfinished_count, why);
    return failed;
}

void walk_attach(struct walk *walk, struct mailbox *mailbox) {
    take_put_back(walk);
    walk->mailbox = mailbox;
    if (mailbox)
        hand_drop_strangers(walk, mailbox_uid_validity(mailbox));
}

/* --- SENDING: what the submission server said ------------------------------------------------------------------- */

static time_t retry_time(const struct walk *walk, const struct exchange *exchange) {
    const struct config *config = walk->parts.config;
    time_t wait = config->retry_first_s;
    for (int i = 1; i < exchange->submit_attempts && wait < config->retry_max_s; i++)
        wait *= 2;
    return walk->parts.now() + (wait < config->retry_max_s ? wait : config->retry_max_s);
}

/* The reply did not leave, or nobody knows. Where it was to say that a person will answer, that person wants both reasons. */
static int hold(struct walk *walk, struct exchange *exchange, const struct why *refusal, struct why *why) {
    const char *reason = hand_is_for_a_person(exchange)
                             ? arena_printf(exchange->arena, "%s" JOURNAL_UNTOLD "%s", exchange->reason, refusal->text)
                             : arena_copy(exchange->arena, span_of(refusal->text));
    return hand_hold(walk, exchange, reason, why);
}

static int longer(int pause_s) { return pause_s == 0 ? PAUSE_FIRST_S : pause_s * 2 < PAUSE_MAX_S ? pause_s * 2 : PAUSE_MAX_S; }

static void end_pause(struct walk *walk) {
    if (walk->pause_s && walk->mailbox)
        notify_status("watching %s on %s", walk->parts.config->folder, walk->parts.config->imap.host);
    walk->pause_s = 0;
}

/* What others, offered before, are told meanwhile does not make it longer. */
static void pause_sending(struct walk *walk, const char *reason) {
    if (wire_clock_ms() < walk->paused_until_ms)
        return;
    walk->pause_s = longer(walk->pause_s);
    walk->paused_until_ms = wire_clock_ms() + walk->pause_s * 1000;
    notify_status("replies wait: %s", reason);
}

/* Where no server could be reached at all, or where it wants nothing from us, none of the others is tried either for a while. */
static void note_server(struct walk *walk, const struct outbox_report *report) {
    bool blamed = report->result == OUTBOX_DELAYED && (report->blame == BLAME_US || report->blame == BLAME_PERHAPS_US);
    walk->blamed_in_a_row = report->result == OUTBOX_SENT ? 0 : walk->blamed_in_a_row + blamed;
    walk->sent += report->result == OUTBOX_SENT;
    if (report->result != OUTBOX_SENT && !report->reached)
        pause_sending(walk, report->why.text);
    else if (!blamed)
        end_pause(walk);
    else if (walk->blamed_in_a_row >= PAUSE_AFTER_BLAMED)
        pause_sending(walk, report->why.text);
}

/* The server says that it is because of us, again and again, and takes the replies to others: so it is because of this one. */
static bool is_its_own_trouble(const struct walk *walk, struct exchange *exchange, const struct outbox_report *report) {
    if (report->blame != BLAME_PERHAPS_US && report->blame != BLAME_EITHER)
        return false;
    if (exchange->blamed_on_us++ == 0)
        exchange->blamed_after = walk->sent;
    return exchange->blamed_on_us >= MAX_BLAMED && walk->sent > exchange->blamed_after;
}

static time_t patience(const struct walk *walk, const struct exchange *exchange) {
    time_t longest = walk->parts.config->retry_give_up_s;
    return hand_is_for_a_person(exchange) && longest > TELL_WITHIN_S ? TELL_WITHIN_S : longest;
}

/* Not taken this time: the reply stays ready, unless the next time would be too late. */
static int delay(struct walk *walk, struct exchange *exchange, const struct outbox_report *report, struct why *why) {
    time_t now = walk->parts.now(), retry_at = report->reached ? retry_time(walk, exchange) : now;
    if (retry_at - exchange->found_at > patience(walk, exchange) || is_its_own_trouble(walk, exchange, report))
        return hold(walk, exchange, &report->why, why);
    exchange->step = STEP_READ;
    exchange->retry_at = retry_at;
    log_line(LOG_LEVEL_WARNING, "exchange %lld: reply not taken yet: %s", (long long)exchange->id, report->why.text);
    return journal_delay(walk->parts.journal, exchange->id, report->why.text, exchange->retry_at, now, why);
}

/* What a person must answer is SENT and HELD at once, so that no crash in between can make it an answered question. */
static int settle_sent(struct walk *walk, struct exchange *exchange, struct why *why) {
    exchange->step = STEP_SENT;
    exchange->place = PLACE_ANSWERED;
    exchange->to_file = true;
    int failed = journal_step(walk->parts.journal, exchange->id, STEP_SENT, NULL, walk->parts.now(), why);
    return failed || !hand_is_for_a_person(exchange) ? failed : hand_hold(walk, exchange, exchange->reason, why);
}

static int settle_one(struct walk *walk, struct exchange *exchange, const struct outbox_report *report, struct why *why) {
    exchange->with_server = false;
    note_server(walk, report);
    switch (report->result) {
    case OUTBOX_SENT: return settle_sent(walk, exchange, why);
    case OUTBOX_REFUSED: return hold(walk, exchange, &report->why, why);
    case OUTBOX_UNKNOWN:
        return walk->parts.config->resend_unknown ? delay(walk, exchange, report, why) : hold(walk, exchange, &report->why, why);
    case OUTBOX_BROKEN:
        walk->failed = FAIL_CONFIG;
        walk->why = report->why;
        return delay(walk, exchange, report, why);
    case OUTBOX_DELAYED: break;
    }
    return delay(walk, exchange, report, why);
}

static int settle(struct walk *walk, struct why *why) {
    int failed = walk->report_count ? hand_begin(walk, why) : 0;
    for (size_t i = 0; i < walk->report_count && !failed; i++)
        failed = alert_settle(walk, &walk->reports[i]) ? 0 : settle_one(walk, walk->reports[i].tag, &walk->reports[i], why);
    walk->report_count = 0;
    return failed;
}

/* --- READ: the reply is offered to the submission server --------------------------------------------------------- */

/* A time further away than any delay means that the clock was set back since. */
static bool is_due(const struct walk *walk, const struct exchange *exchange) {
    time_t now = walk->parts.now();
    return exchange->retry_at <= now || exchange->retry_at > now + walk->parts.config->retry_max_s;
}

static bool waits_for_a_server(const struct exchange *exchange) {
    return exchange->step == STEP_READ && exchange->recipient && !exchange->to_file && !exchange->with_server;
}

static bool anything_to_offer(const struct walk *walk) {
    if (walk->stopped || wire_clock_ms() < walk->paused_until_ms)
        return false;
    if (alert_waits(walk))
        return true;
    for (size_t i = 0; i < walk->hand_count; i++)
        if (waits_for_a_server(walk->hand[i]) && is_due(walk, walk->hand[i]))
            return true;
    return false;
}

static int choose(struct walk *walk, struct exchange *exchange, struct why *why) {
    int failed = hand_begin(walk, why);
    if (!failed)
        failed = journal_step(walk->parts.journal, exchange->id, STEP_SENDING, NULL, walk->parts.now(), why);
    exchange->step = STEP_SENDING;
    walk->chosen[walk->chosen_count++] = exchange;
    return failed;
}

/* Chooses as many as there are free connections: so many, and no more, are in doubt if the program ends now. Those that were not
 * tried yet go first, so that one that always fails does not stand in their way. */
static int offer(struct walk *walk, struct why *why) {
    size_t free_connections = outbox_free(walk->parts.outbox);
    int failed = 0;
    if (!anything_to_offer(walk))
        return 0;
    for (int tried = 0; tried <= 1; tried++)
        for (size_t i = 0; i < walk->hand_count && walk->chosen_count < free_connections && !failed; i++) {
            struct exchange *exchange = walk->hand[i];
            if (waits_for_a_server(exchange) && is_due(walk, exchange) && (exchange->submit_attempts > 0) == tried)
                failed = choose(walk, exchange, why);
        }
    return failed;
}

/* The journal says SENDING by now; from here on the reply may leave. */
static int submit_chosen(struct walk *walk, struct why *why) {
    for (size_t i = 0; i < walk->chosen_count; i++) {
        struct exchange *exchange = walk->chosen[i];
        struct why refusal;
        exchange->submit_attempts++;
        exchange->with_server = true;
        int failed = outbox_submit(walk->parts.outbox, exchange->recipient, exchange->reply, exchange, &refusal);
        if (!failed)
            continue;
        exchange->with_server = false;
        failed = hand_begin(walk, why);
        if (!failed)
            failed = hold(walk, exchange, &refusal, why);
        if (failed)
            return failed;
    }
    walk->chosen_count = 0;
    return 0;
}

static void collect_reports(struct walk *walk) {
    if (walk->report_count == 0)
        walk->reported_at_ms = wire_clock_ms();
    while (walk->report_count < MAX_CONNECTIONS && outbox_next(walk->parts.outbox, &walk->reports[walk->report_count]))
        walk->report_count++;
}

/* A commit waits for the disk, so it is worth one when half of the connections have something new, when nothing else can come, and
 * when a server's word has waited for long enough. */
static bool is_worth_a_commit(const struct walk *walk) {
    size_t under_way = outbox_busy(walk->parts.outbox);
    if (under_way <= outbox_free(walk->parts.outbox) || !anything_to_offer(walk))
        return true;
    return walk->report_count && wire_clock_ms() - walk->reported_at_ms >= REPORT_WAITS_MS;
}

/* What the servers said and what they get next stand in one transaction. */
static int exchange_with_servers(struct walk *walk, struct why *why) {
    collect_reports(walk);
    if (!is_worth_a_commit(walk))
        return 0;
    int failed = step_rules[STEP_SENDING].run(walk, why);
    if (!failed)
        failed = step_rules[STEP_READ].run(walk, why);
    if (!failed)
        failed = hand_commit(walk, why);
    if (!failed)
        failed = submit_chosen(walk, why);
    if (!failed)
        failed = hand_commit(walk, why);
    if (!failed && anything_to_offer(walk))
        alert_submit(walk);
    if (failed)
        hand_rollback(walk);
    return failed;
}

/* --- SENT, silent and held ones: the question leaves the folder -------------------------------------------------- */

static bool is_filed_here(const struct walk *walk, const struct exchange *exchange) {
    return exchange->to_file && exchange->uid_validity == mailbox_uid_validity(walk->mailbox);
}

static bool filing_is_put_off(const struct walk *walk) { return wire_clock_ms() < walk->unfiled_until_ms; }

/* A mailbox over its quota, a folder that may not be written to: the journal knows what is done, so questions are answered all the same. */
static void put_off_filing(struct walk *walk, const struct why *refusal) {
    walk->unfiled_s = longer(walk->unfiled_s);
    walk->unfiled_until_ms = wire_clock_ms() + walk->unfiled_s * 1000;
    log_line(LOG_LEVEL_ERROR, "questions that are done stay in %s: %s; again in %d s", walk->parts.config->folder, refusal->text,
             walk->unfiled_s);
}

static size_t collect(struct walk *walk, enum mailbox_place place, struct exchange **ret, uint32_t *uids) {
    size_t count = 0;
    for (size_t i = 0; i < walk->hand_count && count < MAX_BATCH; i++) {
        struct exchange *exchange = walk->hand[i];
        if (exchange->place != place || !is_filed_here(walk, exchange))
            continue;
        ret[count] = exchange;
        uids[count++] = exchange->uid;
    }
    return count;
}

static int journal_filed(struct walk *walk, struct exchange **filed, size_t count, struct why *why) {
    int failed = hand_begin(walk, why);
    for (size_t i = 0; i < count && !failed; i++) {
        if (filed[i]->step != STEP_HELD && filed[i]->step != STEP_FILED)
            failed = journal_step(walk->parts.journal, filed[i]->id, STEP_FILED, NULL, walk->parts.now(), why);
        if (!failed)
            log_line(LOG_LEVEL_NOTICE, "exchange %lld: %s%s%s", (long long)filed[i]->id, filed[i]->action, filed[i]->reason[0] ? ": " : "",
                     filed[i]->reason);
    }
    if (!failed)
        failed = hand_commit(walk, why);
    for (size_t i = 0; i < count && !failed; i++)
        hand_drop(walk, filed[i]);
    return failed;
}

static int file(struct walk *walk, struct why *why) {
    struct exchange *filed[MAX_BATCH];
    uint32_t uids[MAX_BATCH];
    int failed = 0;
    for (int place = 0; place < PLACE_COUNT && walk->mailbox && !failed && !filing_is_put_off(walk); place++) {
        struct why refusal;
        size_t count = collect(walk, (enum mailbox_place)place, filed, uids);
        if (count == 0)
            continue;
        int refused = mailbox_file(walk->mailbox, (enum mailbox_place)place, uids, count, &refusal);
        if (refused == FAIL_SYSTEM) {
            put_off_filing(walk, &refusal);
            break;
        }
        if (refused && why)
            *why = refusal;
        failed = refused ? refused : journal_filed(walk, filed, count, why);
        if (!failed)
            walk->unfiled_s = 0;
    }
    if (failed)
        hand_rollback(walk);
    return failed;
}

/* --- the walk ----------------------------------------------------------------------------------------------------- */

int walk_failure(const struct walk *walk, struct why *why) {
    if (walk->failed && why)
        *why = walk->why;
    return walk->failed;
}

/* What went wrong while the mailbox was waited for counts before what the mailbox then says. */
static int first_failure(const struct walk *walk, int failed, struct why *why) { return walk->failed ? walk_failure(walk, why) : failed; }

static bool is_put_off(const struct walk *walk, const struct exchange *exchange) {
    return exchange->to_file ? filing_is_put_off(walk) : waits_for_a_server(exchange) && !is_due(walk, exchange);
}

/* Those that are put off do not keep others from being answered. */
static bool has_room(const struct walk *walk) {
    size_t batch = (size_t)walk->parts.config->batch, ready = 0;
    for (size_t i = 0; i < walk->hand_count; i++)
        ready += !is_put_off(walk, walk->hand[i]);
    return ready + batch <= MAX_READY && walk->hand_count + batch <= MAX_IN_HAND;
}

int walk_take(struct walk *walk, struct why *why) {
    if (walk->taken_count == 0 && !has_room(walk))
        return FAIL_EMPTY;
    return first_failure(walk, take_batch(walk, why), why);
}

int walk_step(struct walk *walk, struct why *why) {
    int failed = exchange_with_servers(walk, why);
    if (!failed && walk->mailbox)
        hand_drop_strangers(walk, mailbox_uid_validity(walk->mailbox));
    if (!failed)
        failed = step_rules[STEP_SENT].run(walk, why);
    return first_failure(walk, failed, why);
}

int walk_wait(void *context, int extra_fd, short events, int timeout_ms) {
    struct walk *walk = context;
    if (walk->failed)
        return -1;
    if (extra_fd >= 0 && take_read_ahead(walk))
        timeout_ms = 0;
    if (walk->report_count && (timeout_ms < 0 || timeout_ms > REPORT_WAITS_MS))
        timeout_ms = REPORT_WAITS_MS;
    int ready = outbox_wait(walk->parts.outbox, extra_fd, events, timeout_ms);
    struct why why;
    int failed = exchange_with_servers(walk, &why);
    if (failed) {
        walk->failed = failed;
        walk->why = why;
    }
    return walk->failed ? -1 : ready;
}

int walk_finish_gone(struct walk *walk, struct why *why) { return has_room(walk) ? take_finish_gone(walk, why) : 0; }

void walk_stop(struct walk *walk) { walk->stopped = true; }

bool walk_idle(const struct walk *walk) { return walk->hand_count == 0; }

bool walk_sending(const struct walk *walk) {
    for (size_t i = 0; i < walk->hand_count; i++)
        if (walk->hand[i]->with_server)
            return true;
    return alert_under_way(walk) || anything_to_offer(walk);
}

bool walk_can_file(const struct walk *walk) {
    for (size_t i = 0; i < walk->hand_count && walk->mailbox && !filing_is_put_off(walk); i++)
        if (is_filed_here(walk, walk->hand[i]))
            return true;
    return false;
}

long long walk_retry_ms(const struct walk *walk) {
    long long next = -1, pause = walk->paused_until_ms - wire_clock_ms();
    for (size_t i = 0; i < walk->hand_count; i++) {
        const struct exchange *exchange = walk->hand[i];
        long long wait = is_due(walk, exchange) ? 0 : (long long)(exchange->retry_at - walk->parts.now()) * 1000;
        if (waits_for_a_server(exchange) && (next < 0 || wait < next))
            next = wait;
    }
    next = next >= 0 && next < pause ? pause : next;
    long long filing = walk->unfiled_until_ms - wire_clock_ms();
    return filing > 0 && (next < 0 || filing < next) ? filing : next;
}
