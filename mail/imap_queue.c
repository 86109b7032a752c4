#include "mail/imap_queue.h"

#include <inttypes.h>
#include <libetpan/libetpan.h>

#include "mail/imap_answer.h"

enum {
    SET_BYTES = IMAP_BATCH_MAX * 12,
    ANSWER_LINE_BYTES = 1024, /* of a FETCH answer, around the message */
    IN_AIR_MAX = 3,           /* measured: 0.75 of the rate of one command for all; 2 give 0.70, 5 no more than 3 */
};

struct waiting {
    uint32_t uid;
    bool too_large;
};

/* A batch that was asked for: waiting[from] and its successors. */
struct flight {
    size_t from, count;
    int commands;
};

struct imap_queue {
    size_t head_bytes, max_message_bytes;
    uint32_t last_uid; /* the highest UID found so far */

    struct waiting *waiting;     /* what the last search found */
    size_t waiting_count, asked; /* [0, asked) were asked for, the last of them may be in the air */
    size_t alone_until;          /* those before it are asked for one by one */
    struct flight air[IN_AIR_MAX];
    size_t in_air;
    clist *held;          /* struct mailimap_msg_att, fetched and not yet handed out */
    uint32_t *unreadable; /* UIDs of which the server's answer can not be parsed, not yet handed out */
    size_t unreadable_count;
};

struct imap_queue *imap_queue_new(const struct mailbox_settings *settings, struct why *why) {
    struct imap_queue *queue = calloc(1, sizeof *queue);
    clist *held = clist_new();
    if (!queue || !held) {
        free(queue);
        if (held)
            clist_free(held);
        why_set(why, FAIL_SYSTEM, "out of memory");
        return NULL;
    }
    *queue = (struct imap_queue){.head_bytes = settings->head_bytes, .max_message_bytes = settings->max_message_bytes, .held = held};
    return queue;
}

void imap_queue_free(struct imap_queue *queue) {
    if (!queue)
        return;
    mailimap_fetch_list_free(queue->held);
    free(queue->waiting);
    free(queue->unreadable);
    free(queue);
}

static bool none_held(const struct imap_queue *queue) { return clist_isempty(queue->held) && queue->unreadable_count == 0; }

static bool all_asked(const struct imap_queue *queue) { return queue->asked == queue->waiting_count; }

bool imap_queue_is_empty(const struct imap_queue *queue) { return none_held(queue) && queue->in_air == 0 && all_asked(queue); }

/* --- searching ---------------------------------------------------------------------------------------------------- */

static int by_uid(const void *a, const void *b) {
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return left < right ? -1 : left > right;
}

static const struct waiting *asked_for(const struct imap_queue *queue, uint32_t uid) {
    const struct waiting wanted = {.uid = uid};
    return queue->waiting_count ? bsearch(&wanted, queue->waiting, queue->waiting_count, sizeof wanted, by_uid) : NULL;
}

/* "n:*" always names the last message, even when it is older than n. */
static int keep_found(struct imap_queue *queue, struct imap *imap, struct why *why) {
    clist *found = imap_brought(imap)->rsp_search_result;
    size_t room = found ? (size_t)clist_count(found) : 0, count = 0;
    struct waiting *waiting = calloc(room + 1, sizeof *waiting);
    if (!waiting)
        return why_set(why, FAIL_SYSTEM, "out of memory");
    for (clistiter *at = found ? clist_begin(found) : NULL; at; at = clist_next(at)) {
        uint32_t uid = *(uint32_t *)clist_content(at);
        if (uid > queue->last_uid)
            waiting[count++] = (struct waiting){.uid = uid};
    }
    qsort(waiting, count, sizeof *waiting, by_uid);
    free(queue->waiting);
    queue->waiting = waiting;
    queue->waiting_count = count;
    queue->asked = queue->alone_until = 0;
    if (count)
        queue->last_uid = waiting[count - 1].uid;
    return 0;
}

static void mark_too_large(struct imap_queue *queue, struct imap *imap) {
    clist *found = imap_brought(imap)->rsp_search_result;
    for (clistiter *at = found ? clist_begin(found) : NULL; at; at = clist_next(at)) {
        const struct waiting *known = asked_for(queue, *(uint32_t *)clist_content(at));
        if (known)
            queue->waiting[known - queue->waiting].too_large = true;
    }
}

/* One search after the other: Dovecot mixes the results of those that are under way together. */
int imap_queue_search(struct imap_queue *queue, struct imap *imap, struct why *why) {
    uint32_t first = queue->last_uid + 1;
    if (first == 0)
        return why_set(why, FAIL_EMPTY, "no message can follow number %" PRIu32, queue->last_uid);
    int failed = imap_command(imap, why, "UID SEARCH UID %" PRIu32 ":*", first);
    if (!failed)
        failed = keep_found(queue, imap, why);
    if (failed)
        return failed;
    if (queue->waiting_count == 0)
        return why_set(why, FAIL_EMPTY, "nothing waits");
    failed = imap_command(imap, why, "UID SEARCH UID %" PRIu32 ":* LARGER %zu", first, queue->max_message_bytes);
    if (!failed)
        mark_too_large(queue, imap);
    return failed;
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

void imap_put_set(struct buf *set, const uint32_t *uids, size_t count) {
    for (size_t i = 0, last; i < count; i = last + 1) {
        for (last = i; last + 1 < count && uids[last + 1] == uids[last] + 1; last++)
            ;
        buf_printf(set, "%s%" PRIu32, i ? "," : "", uids[i]);
        if (last > i)
            buf_printf(set, ":%" PRIu32, uids[last]);
    }
}

static int ask(struct imap_queue *queue, struct imap *imap, struct flight *flight, bool too_large, const char *items, struct why *why) {
    uint32_t uids[IMAP_BATCH_MAX];
    size_t count = 0;
    struct buf set;
    for (size_t i = flight->from; i < flight->from + flight->count; i++)
        if (queue->waiting[i].too_large == too_large)
            uids[count++] = queue->waiting[i].uid;
    if (count == 0)
        return 0;
    buf_init(&set, SET_BYTES);
    imap_put_set(&set, uids, count);
    int failed = imap_send(imap, why, "UID FETCH %s (UID RFC822.SIZE%s)", set.ptr, items);
    buf_free(&set);
    flight->commands++;
    return failed;
}

static bool is_held(const struct imap_queue *queue, uint32_t uid) {
    for (clistiter *at = clist_begin(queue->held); at; at = clist_next(at))
        if (imap_message_of(clist_content(at)).uid == uid)
            return true;
    return false;
}

/* How many go into the next flight; one by one only into an empty sky, and without those that came before the batch was spoiled. */
static size_t next_count(struct imap_queue *queue, size_t max) {
    while (queue->asked < queue->alone_until && is_held(queue, queue->waiting[queue->asked].uid))
        queue->asked++;
    size_t left = queue->waiting_count - queue->asked;
    if (queue->asked < queue->alone_until)
        return queue->in_air == 0;
    return left < max ? left : max;
}

static int launch(struct imap_queue *queue, struct imap *imap, size_t max, struct why *why) {
    int failed = 0;
    char head[64];
    snprintf(head, sizeof head, " BODY.PEEK[]<0.%zu>", queue->head_bytes);
    for (size_t count; !failed && queue->in_air < IN_AIR_MAX && (count = next_count(queue, max)) > 0;) {
        struct flight flight = {.from = queue->asked, .count = count};
        failed = ask(queue, imap, &flight, false, head, why);
        if (!failed)
            failed = ask(queue, imap, &flight, true, "", why);
        queue->asked += count;
        queue->air[queue->in_air++] = flight;
    }
    return failed;
}

/* --- taking the answers ------------------------------------------------------------------------------------------- */

static bool drop_absent(struct imap_queue *queue) {
    bool any = false;
    for (clistiter *at = clist_begin(queue->held); at;) {
        struct mailimap_msg_att *answer = clist_content(at);
        bool absent = imap_message_of(answer).absent;
        at = absent ? clist_delete(queue->held, at) : clist_next(at);
        if (absent)
            mailimap_msg_att_free(answer);
        any |= absent;
    }
    return any;
}

/* Whatever came is kept, also before a NO. */
static int take_answers(struct imap_queue *queue, struct imap *imap, const struct flight *flight, struct why *why) {
    size_t bytes = flight->count * (queue->head_bytes + ANSWER_LINE_BYTES);
    int failed = 0;
    for (int i = 0; i < flight->commands && (failed == 0 || failed == FAIL_INPUT); i++) {
        int said = imap_answer(imap, bytes, why);
        if (said == 0 || said == FAIL_INPUT)
            clist_concat(queue->held, imap_brought(imap)->rsp_fetch_list);
        if (said == 0 && drop_absent(queue))
            said = why_set(why, FAIL_INPUT, "the server has a message no more");
        failed = said ? said : failed;
    }
    return failed;
}

static int note_unreadable(struct imap_queue *queue, uint32_t uid, struct why *why) {
    uint32_t *more = reallocarray(queue->unreadable, queue->unreadable_count + 1, sizeof uid);
    if (!more)
        return why_set(why, FAIL_SYSTEM, "out of memory");
    queue->unreadable = more;
    queue->unreadable[queue->unreadable_count++] = uid;
    return FAIL_LIMIT;
}

/* One message spoils the answer for all: after a new connection each is asked for alone, and then it is known which. */
static int spoiled(struct imap_queue *queue, const struct flight *flight, struct why *why) {
    bool alone = flight->from < queue->alone_until;
    queue->in_air = 0;
    queue->asked = alone ? flight->from + 1 : flight->from;
    if (alone)
        return note_unreadable(queue, queue->waiting[flight->from].uid, why);
    queue->alone_until = flight->from + flight->count;
    return FAIL_LIMIT;
}

static int collect(struct imap_queue *queue, struct imap *imap, struct why *why) {
    struct flight flight = queue->air[0];
    int failed = take_answers(queue, imap, &flight, why);
    if (failed == FAIL_LIMIT || failed == FAIL_INPUT)
        return spoiled(queue, &flight, why);
    queue->in_air--;
    memmove(queue->air, queue->air + 1, queue->in_air * sizeof *queue->air);
    return failed;
}

int imap_queue_land(struct imap_queue *queue, struct imap *imap, struct why *why) {
    int failed = 0;
    while (!failed && queue->in_air > 0)
        failed = collect(queue, imap, why);
    return failed;
}

void imap_queue_reconnected(struct imap_queue *queue) {
    if (queue->in_air > 0)
        queue->asked = queue->air[0].from;
    queue->in_air = 0;
}

/* --- handing out -------------------------------------------------------------------------------------------------- */

/* False: nobody asked for this one. Servers tell of changed flags in the same form. */
static bool to_mail(const struct imap_queue *queue, const struct imap_message *message, struct arena *arena, struct mail *ret) {
    const struct waiting *asked = asked_for(queue, message->uid);
    if (!asked || !message->has_size)
        return false;
    *ret = (struct mail){
        .uid = message->uid, .size = message->size, .too_large = asked->too_large || message->size > queue->max_message_bytes};
    if (ret->too_large || !message->has_body)
        return true;
    struct span bytes = span_slice(message->body, 0, queue->head_bytes);
    ret->bytes = (struct span){arena_copy(arena, bytes), bytes.len};
    ret->whole = message->body.len < queue->head_bytes || message->body.len == message->size;
    return true;
}

static size_t drop_repeated(struct mail *mails, size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || mails[kept - 1].uid != mails[i].uid)
            mails[kept++] = mails[i];
    return kept;
}

static void hand_out(struct imap_queue *queue, size_t max, struct arena *arena, struct mail_batch *ret) {
    struct mail *mails = arena_array(arena, max, sizeof *mails);
    size_t count = 0;
    while (count < max && !clist_isempty(queue->held)) {
        struct mailimap_msg_att *answer = clist_content(clist_begin(queue->held));
        struct imap_message message = imap_message_of(answer);
        count += to_mail(queue, &message, arena, &mails[count]);
        clist_delete(queue->held, clist_begin(queue->held));
        mailimap_msg_att_free(answer);
    }
    while (count < max && queue->unreadable_count > 0)
        mails[count++] = (struct mail){.uid = queue->unreadable[--queue->unreadable_count]};
    qsort(mails, count, sizeof *mails, by_uid);
    ret->mails = mails;
    ret->count = drop_repeated(mails, count);
}

int imap_queue_next(struct imap_queue *queue, struct imap *imap, size_t max, struct arena *arena, struct mail_batch *ret, struct why *why) {
    struct mail_batch batch = {.uid_validity = ret->uid_validity};
    max = max < IMAP_BATCH_MAX ? max : IMAP_BATCH_MAX;
    while (batch.count == 0) {
        if (imap_queue_is_empty(queue))
            return why_set(why, FAIL_EMPTY, "nothing waits");
        int failed = launch(queue, imap, max, why);
        while (!failed && none_held(queue) && queue->in_air > 0)
            failed = collect(queue, imap, why);
        if (failed)
            return failed;
        hand_out(queue, max, arena, &batch);
    }
    *ret = batch;
    return 0;
}
