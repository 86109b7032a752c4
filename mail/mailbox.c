#include "mail/mailbox.h"

#include <inttypes.h>
#include <limits.h>
#include <libetpan/libetpan.h>

#include "mail/imap.h"
#include "mail/imap_answer.h"
#include "mail/imap_queue.h"

enum {
    SET_BYTES = IMAP_BATCH_MAX * 12,
    NAME_BYTES = 2048,
    ANSWER_LINE_BYTES = 1024, /* of a FETCH answer, around the message */
    PIECE_BYTES = 1 << 20,    /* in which a whole message is fetched, each with a deadline of its own */
    QUIET_MS = 1000,          /* after a search that found nothing, none without news */
};

struct mailbox {
    struct mailbox_settings settings;
    struct imap *imap;
    struct imap_queue *queue;
    wire_wait_fn *wait;
    void *wait_context;
    struct buf folder, places[PLACE_COUNT]; /* quoted */
    bool can_idle;
    long long idle_since_ms, looked_ms, quiet_until_ms;
    uint32_t uid_validity;
};

/* What is wrong with an answer is nothing the caller could act on: a new connection is. */
static int outward(int failed) { return failed == FAIL_LIMIT || failed == FAIL_INPUT ? FAIL_AGAIN : failed; }

/* --- opening ------------------------------------------------------------------------------------------------------ */

static int check_server(struct mailbox *mailbox, struct why *why) {
    mailbox->can_idle = imap_can(mailbox->imap, "IDLE");
    if (imap_can(mailbox->imap, "MOVE") || imap_can(mailbox->imap, "UIDPLUS"))
        return 0;
    return why_set(why, FAIL_CONFIG, "%s knows neither MOVE nor UIDPLUS: single messages can not be moved; another server is needed",
                   mailbox->settings.server.host);
}

static int connect_and_select(struct mailbox *mailbox, struct why *why) {
    const struct mailbox_settings *settings = &mailbox->settings;
    const struct imap_login login = {settings->user, settings->password, settings->oauth};
    int failed = imap_open(&settings->server, &login, &mailbox->imap, why);
    if (failed)
        return failed;
    wire_while_waiting(imap_wire(mailbox->imap), mailbox->wait, mailbox->wait_context);
    failed = check_server(mailbox, why);
    if (!failed && mailbox->folder.len == 0)
        failed = imap_folder_name(mailbox->imap, settings->folder, &mailbox->folder, why);
    for (int place = 0; place < PLACE_COUNT && !failed; place++)
        if (mailbox->places[place].len == 0)
            failed = imap_folder(mailbox->imap, settings->places[place], &mailbox->places[place], why);
    if (failed)
        return failed;
    failed = imap_select(mailbox->imap, mailbox->folder.ptr, why);
    return failed == FAIL_CONFIG && settings->was_open ? FAIL_AGAIN : failed;
}

int mailbox_open(const struct mailbox_settings *settings, struct mailbox **ret, struct why *why) {
    struct mailbox *mailbox = calloc(1, sizeof *mailbox);
    if (!mailbox)
        return why_set(why, FAIL_SYSTEM, "out of memory");
    mailbox->settings = *settings;
    buf_init(&mailbox->folder, NAME_BYTES);
    for (int place = 0; place < PLACE_COUNT; place++)
        buf_init(&mailbox->places[place], NAME_BYTES);
    mailbox->queue = imap_queue_new(settings, why);
    int failed = mailbox->queue ? connect_and_select(mailbox, why) : FAIL_SYSTEM;
    if (failed) {
        mailbox_close(mailbox);
        return outward(failed);
    }
    mailbox->uid_validity = imap_uid_validity(mailbox->imap);
    mailbox->settings.was_open = true;
    *ret = mailbox;
    return 0;
}

void mailbox_close(struct mailbox *mailbox) {
    if (!mailbox)
        return;
    imap_close(mailbox->imap);
    imap_queue_free(mailbox->queue);
    buf_free(&mailbox->folder);
    for (int place = 0; place < PLACE_COUNT; place++)
        buf_free(&mailbox->places[place]);
    free(mailbox);
}

uint32_t mailbox_uid_validity(const struct mailbox *mailbox) { return mailbox->uid_validity; }

void mailbox_while_waiting(struct mailbox *mailbox, wire_wait_fn *wait, void *context) {
    mailbox->wait = wait;
    mailbox->wait_context = context;
    wire_while_waiting(imap_wire(mailbox->imap), wait, context);
}

static int still_the_same_folder(struct mailbox *mailbox, struct why *why) {
    if (imap_uid_validity(mailbox->imap) == mailbox->uid_validity)
        return 0;
    return why_set(why, FAIL_AGAIN, "the folder %s was made anew: its messages are counted from the beginning", mailbox->folder.ptr);
}

/* After an answer that could not be parsed: the queue goes on where it was. */
static int reconnect(struct mailbox *mailbox, struct why *why) {
    imap_close(mailbox->imap);
    mailbox->imap = NULL;
    imap_queue_reconnected(mailbox->queue);
    int failed = connect_and_select(mailbox, why);
    return failed ? failed : still_the_same_folder(mailbox, why);
}

static int stop_idling(struct mailbox *mailbox, struct why *why) {
    return imap_is_idling(mailbox->imap) ? imap_idle_end(mailbox->imap, why) : 0;
}

static int lost_before(const struct mailbox *mailbox, struct why *why) {
    return mailbox->imap ? 0 : why_set(why, FAIL_AGAIN, "the connection to %s was lost", mailbox->settings.server.host);
}

/* --- fetching ----------------------------------------------------------------------------------------------------- */

static bool look_is_due(const struct mailbox *mailbox) {
    return wire_clock_ms() - mailbox->looked_ms >= (long long)mailbox->settings.poll_s * 1000;
}

/* While the server idles it tells by itself: asking it would only wake it. */
static int look_is_needed(struct mailbox *mailbox, struct why *why) {
    bool idling = imap_is_idling(mailbox->imap);
    if (!idling && wire_clock_ms() >= mailbox->quiet_until_ms)
        return 0;
    int failed = imap_idle_hear(mailbox->imap, -1, 0, why);
    if (!failed && !imap_has_news(mailbox->imap) && !(idling && look_is_due(mailbox)))
        return why_set(why, FAIL_EMPTY, "nothing waits");
    return failed ? failed : stop_idling(mailbox, why);
}

/* NOOP, unless we were told: Dovecot, for one, searches only what it has told of. */
static int look_for_mail(struct mailbox *mailbox, struct why *why) {
    int failed = look_is_needed(mailbox, why);
    if (!failed && !imap_has_news(mailbox->imap))
        failed = imap_command(mailbox->imap, why, "NOOP");
    if (failed)
        return failed;
    imap_forget_news(mailbox->imap);
    failed = imap_queue_search(mailbox->queue, mailbox->imap, wire_clock_ms(), why);
    if (failed && failed != FAIL_EMPTY)
        return failed;
    mailbox->looked_ms = wire_clock_ms();
    mailbox->quiet_until_ms = failed == FAIL_EMPTY ? mailbox->looked_ms + QUIET_MS : 0;
    int changed = still_the_same_folder(mailbox, why);
    return changed ? changed : failed;
}

int mailbox_fetch(struct mailbox *mailbox, size_t max, struct arena *arena, struct mail_batch *ret, struct why *why) {
    struct mail_batch batch = {.uid_validity = mailbox->uid_validity};
    int failed = FAIL_EMPTY;
    while (failed == FAIL_EMPTY || failed == FAIL_LIMIT) {
        failed = failed == FAIL_LIMIT ? reconnect(mailbox, why) : lost_before(mailbox, why);
        if (!failed && imap_queue_is_empty(mailbox->queue))
            failed = look_for_mail(mailbox, why);
        if (failed)
            return outward(failed);
        failed = imap_queue_next(mailbox->queue, mailbox->imap, max, arena, &batch, why);
    }
    if (!failed)
        *ret = batch;
    return outward(failed);
}

/* Before any other command: its answer would come behind those that are under way. */
static int clear_the_line(struct mailbox *mailbox, struct why *why) {
    int failed = lost_before(mailbox, why);
    if (!failed)
        failed = stop_idling(mailbox, why);
    if (!failed)
        failed = imap_queue_land(mailbox->queue, mailbox->imap, why);
    return failed == FAIL_LIMIT ? reconnect(mailbox, why) : failed;
}

static int fetch_piece(struct mailbox *mailbox, uint32_t uid, struct buf *whole, bool *ret_end, struct why *why) {
    int failed = imap_send(mailbox->imap, why, "UID FETCH %" PRIu32 " (UID BODY.PEEK[]<%zu.%d>)", uid, whole->len, PIECE_BYTES);
    if (!failed)
        failed = imap_answer(mailbox->imap, PIECE_BYTES + ANSWER_LINE_BYTES, why);
    if (failed)
        return failed;
    for (clistiter *at = clist_begin(imap_brought(mailbox->imap)->rsp_fetch_list); at; at = clist_next(at)) {
        struct imap_message message = imap_message_of(clist_content(at));
        if (message.uid != uid || !message.has_body)
            continue;
        buf_add(whole, message.body);
        *ret_end = message.body.len < PIECE_BYTES;
        if (message.body.len > PIECE_BYTES)
            return why_set(why, FAIL_INPUT, "%s gives more of a message than was asked for", mailbox->settings.server.host);
        return buf_full(whole) ? why_set(why, FAIL_LIMIT, "the message is larger than %zu bytes", whole->cap) : 0;
    }
    return why_set(why, FAIL_EMPTY, "the message is gone");
}

int mailbox_fetch_whole(struct mailbox *mailbox, uint32_t uid, struct arena *arena, struct span *ret, struct why *why) {
    struct buf whole;
    bool end = false;
    int failed = clear_the_line(mailbox, why);
    if (failed)
        return outward(failed);
    buf_init(&whole, mailbox->settings.max_message_bytes);
    while (!failed && !end)
        failed = fetch_piece(mailbox, uid, &whole, &end, why);
    if (failed == FAIL_LIMIT && !buf_full(&whole))
        failed = reconnect(mailbox, NULL) ? FAIL_AGAIN : FAIL_INPUT;
    if (!failed)
        *ret = (struct span){buf_keep(&whole, arena), whole.len};
    buf_free(&whole);
    return failed;
}

/* --- filing ------------------------------------------------------------------------------------------------------- */

static int move(struct mailbox *mailbox, const char *set, const char *place, struct why *why) {
    if (imap_can(mailbox->imap, "MOVE"))
        return imap_command(mailbox->imap, why, "UID MOVE %s %s", set, place);
    int failed = imap_command(mailbox->imap, why, "UID COPY %s %s", set, place);
    if (!failed)
        failed = imap_command(mailbox->imap, why, "UID STORE %s +FLAGS.SILENT (\\Deleted)", set);
    return failed ? failed : imap_command(mailbox->imap, why, "UID EXPUNGE %s", set);
}

/* A refusal is tried once more, after what may have caused it: a person removed the folder, or messages of the set. */
static int move_surely(struct mailbox *mailbox, const char *set, enum mailbox_place place, struct why *why) {
    struct buf *folder = &mailbox->places[place];
    int failed = move(mailbox, set, folder->ptr, why);
    if (failed != FAIL_INPUT)
        return failed;
    buf_clear(folder);
    failed = imap_folder(mailbox->imap, mailbox->settings.places[place], folder, why);
    if (!failed)
        failed = imap_command(mailbox->imap, why, "NOOP");
    if (!failed)
        failed = move(mailbox, set, folder->ptr, why);
    if (failed != FAIL_INPUT)
        return failed;
    return imap_refusal(mailbox->imap, FAIL_SYSTEM) == FAIL_AGAIN ? FAIL_AGAIN : FAIL_SYSTEM;
}

int mailbox_file(struct mailbox *mailbox, enum mailbox_place place, const uint32_t *uids, size_t count, struct why *why) {
    struct buf set;
    buf_init(&set, SET_BYTES);
    int failed = clear_the_line(mailbox, why);
    for (size_t from = 0; from < count && !failed; from += IMAP_BATCH_MAX) {
        buf_clear(&set);
        imap_put_set(&set, uids + from, count - from < IMAP_BATCH_MAX ? count - from : IMAP_BATCH_MAX);
        failed = move_surely(mailbox, set.ptr, place, why);
    }
    buf_free(&set);
    return outward(failed);
}

/* --- waiting ------------------------------------------------------------------------------------------------------ */

static int start_idling(struct mailbox *mailbox, struct why *why) {
    long long now = wire_clock_ms();
    int failed = 0;
    if (imap_is_idling(mailbox->imap) && now - mailbox->idle_since_ms >= (long long)mailbox->settings.idle_s * 1000)
        failed = stop_idling(mailbox, why);
    if (failed || imap_is_idling(mailbox->imap) || !mailbox->can_idle)
        return failed;
    failed = imap_idle_begin(mailbox->imap, why);
    mailbox->can_idle = failed != FAIL_INPUT;
    mailbox->idle_since_ms = now;
    return failed == FAIL_INPUT ? 0 : failed;
}

static long long sooner(long long a, long long b) { return a < b ? a : b; }

static int wait_ms(const struct mailbox *mailbox, int timeout_ms) {
    long long now = wire_clock_ms(), left = timeout_ms < 0 ? INT_MAX : timeout_ms;
    left = sooner(left, mailbox->looked_ms + (long long)mailbox->settings.poll_s * 1000 - now);
    if (imap_is_idling(mailbox->imap))
        left = sooner(left, mailbox->idle_since_ms + (long long)mailbox->settings.idle_s * 1000 - now);
    return left > 0 ? (int)left : 0;
}

int mailbox_wait(struct mailbox *mailbox, int wake_fd, int timeout_ms, struct why *why) {
    if (!imap_queue_is_empty(mailbox->queue))
        return 0;
    int failed = lost_before(mailbox, why);
    if (!failed)
        failed = start_idling(mailbox, why);
    if (!failed && !imap_has_news(mailbox->imap))
        failed = imap_idle_hear(mailbox->imap, wake_fd, wait_ms(mailbox, timeout_ms), why);
    if (failed)
        return outward(failed);
    return imap_has_news(mailbox->imap) || look_is_due(mailbox) ? 0 : why_set(why, FAIL_EMPTY, "nothing new");
}
