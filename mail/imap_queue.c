#include "mail/imap_queue.h"

#include <inttypes.h>
#include <libetpan/libetpan.h>

#include "mail/imap_answer.h"
#include "mail/uid_set.h"

enum {
    SET_BYTES = IMAP_BATCH_MAX * 12,
    ANSWER_LINE_BYTES = 1024, /* of a FETCH answer, around the message */
    IN_AIR_MAX = 3,           /* measured: 0.75 of the rate of one command for all; 2 give 0.70, 5 no more than 3 */
    ALL_AGAIN_MS = 3600 * 1000,
};

struct waiting {
    uint32_t uid;
    bool too_large;
    bool arrived; /* an answer for it is held, or was handed out */
};

struct held {
    uint32_t uid;
    struct mailimap_msg_att *answer; /* NULL: what the server says of this one can not be parsed */
};

/* A batch that was asked for: waiting[from] and its successors. */
struct flight {
    size_t from, count;
    int commands;
};

struct imap_queue {
    size_t head_bytes, max_message_bytes;
    uint32_t last_uid;         /* the highest UID found so far */
    long long searched_all_ms; /* when last not only behind it */
    struct uid_set handed_out;

    struct waiting *waiting;     /* what the last search found */
    size_t waiting_count, asked; /* [0, asked) were asked for, the last of them may be in the air */
    size_t alone_until;          /* those before it are asked for one by one */
    struct flight air[IN_AIR_MAX];
    size_t in_air;
    struct held *held; /* fetched and not yet handed out; those of a flight may come among those of the one before it */
    size_t held_count;
};

struct imap_queue *imap_queue_new(const struct mailbox_settings *settings, struct why *why) {
    struct imap_queue *queue = calloc(1, sizeof *queue);
    if (!queue) {
        why_set(why, FAIL_SYSTEM, "out of memory");
        return NULL;
    }
    *queue = (struct imap_queue){.head_bytes = settings->head_bytes, .max_message_bytes = settings->max_message_bytes};
    return queue;
}

static void drop_answer(struct mailimap_msg_att *answer) {
    if (answer)
        mailimap_msg_att_free(answer);
}

void imap_queue_free(struct imap_queue *queue) {
    if (!queue)
        return;
    for (size_t i = 0; i < queue->held_count; i++)
        drop_answer(queue->held[i].answer);
    free(queue->held);
    free(queue->waiting);
    free(queue);
}

bool imap_queue_is_empty(const struct imap_queue *queue) {
    return queue->held_count == 0 && queue->in_air == 0 && queue->asked == queue->waiting_count;
}

/* --- searching ---------------------------------------------------------------------------------------------------- */

static int by_uid(const void *a, const void *b) {
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return left < right ? -1 : left > right;
}

static struct waiting *asked_for(const struct imap_queue *queue, uint32_t uid) {
    const struct waiting wanted = {.uid = uid};
    return queue->waiting_count ? bsearch(&wanted, queue->waiting, queue->waiting_count, sizeof wanted, by_uid) : NULL;
}

/* "n:*" always names the last message, even when it is older than n. */
static int keep_found(struct imap_queue *queue, struct imap *imap, uint32_t first, struct why *why) {
    clist *found = imap_brought(imap)->rsp_search_result;
    size_t room = found ? (size_t)clist_count(found) : 0, count = 0;
    struct waiting *waiting = calloc(room + 1, sizeof *waiting);
    if (!waiting)
        return why_set(why, FAIL_SYSTEM, "out of memory");
    for (clistiter *at = found ? clist_begin(found) : NULL; at; at = clist_next(at)) {
        uint32_t uid = *(uint32_t *)clist_content(at);
        if (uid >= first && !uid_set_has(&queue->handed_out, uid))
            waiting[count++] = (struct waiting){.uid = uid};
    }
    qsort(waiting, count, sizeof *waiting, by_uid);
    free(queue->waiting);
    queue->waiting = waiting;
    queue->waiting_count = count;
    queue->asked = queue->alone_until = 0;
    if (count && waiting[count - 1].uid > queue->last_uid)
        queue->last_uid = waiting[count - 1].uid;
    return 0;
}

static void mark_too_large(struct imap_queue *queue, struct imap *imap) {
    clist *found = imap_brought(imap)->rsp_search_result;
    for (clistiter *at = found ? clist_begin(found) : NULL; at; at = clist_next(at)) {
        struct waiting *known = asked_for(queue, *(uint32_t *)clist_content(at));
        if (known)
            known->too_large = true;
    }
}

/* One search after the other: Dovecot mixes the results of those that are under way together. */
int imap_queue_search(struct imap_queue *queue, struct imap *imap, long long now_ms, struct why *why) {
    bool all = queue->last_uid == 0 || now_ms - queue->searched_all_ms >= ALL_AGAIN_MS;
    uint32_t first = all ? 1 : queue->last_uid + 1;
    if (first == 0)
        return why_set(why, FAIL_EMPTY, "no message can follow number %" PRIu32, queue->last_uid);
    int failed = imap_command(imap, why, "UID SEARCH UID %" PRIu32 ":*", first);
    if (!failed)
        failed = keep_found(queue, imap, first, why);
    if (failed)
        return failed;
    if (all)
        queue->searched_all_ms = now_ms;
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

/* How many go into the next flight; one by one only into an empty sky, and without those that came before the batch was spoiled. */
static size_t next_count(struct imap_queue *queue, size_t max) {
    while (queue->asked < queue->alone_until && queue->waiting[queue->asked].arrived)
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

static int hold(struct imap_queue *queue, struct waiting *waiting, struct mailimap_msg_att *answer, struct why *why) {
    struct held *more = reallocarray(queue->held, queue->held_count + 1, sizeof *more);
    if (!more) {
        drop_answer(answer);
        return why_set(why, FAIL_SYSTEM, "out of memory");
    }
    waiting->arrived = true;
    queue->held = more;
    queue->held[queue->held_count++] = (struct held){waiting->uid, answer};
    return 0;
}

/* Kept is what was asked for, once: servers tell of changed flags in the same form. */
static int take_answer(struct imap_queue *queue, struct mailimap_msg_att *answer, struct why *why) {
    struct imap_message message = imap_message_of(answer);
    struct waiting *waiting = asked_for(queue, message.uid);
    bool wanted = waiting && !waiting->arrived && message.has_size;
    if (wanted && !message.absent)
        return hold(queue, waiting, answer, why);
    drop_answer(answer);
    return wanted ? why_set(why, FAIL_INPUT, "the server has a message no more") : 0;
}

static int take_list(struct imap_queue *queue, struct imap *imap, struct why *why) {
    clist *answers = imap_brought(imap)->rsp_fetch_list;
    int failed = 0;
    imap_brought(imap)->rsp_fetch_list = NULL;
    for (clistiter *at = answers ? clist_begin(answers) : NULL; at; at = clist_next(at)) {
        int taken = take_answer(queue, clist_content(at), why);
        failed = taken ? taken : failed;
    }
    if (answers)
        clist_free(answers);
    return failed;
}

/* Whatever came is kept, also before a NO. */
static int take_answers(struct imap_queue *queue, struct imap *imap, const struct flight *flight, struct why *why) {
    size_t bytes = flight->count * (queue->head_bytes + ANSWER_LINE_BYTES);
    int failed = 0;
    for (int i = 0; i < flight->commands && (failed == 0 || failed == FAIL_INPUT); i++) {
        int said = imap_answer(imap, bytes, why), taken = 0;
        if (said == 0 || said == FAIL_INPUT)
            taken = take_list(queue, imap, why);
        failed = said ? said : taken ? taken : failed;
    }
    return failed;
}

/* What came early of later flights is asked for again with them, so that all stay in order. */
static void drop_behind(struct imap_queue *queue, size_t end) {
    size_t kept = 0;
    for (size_t i = 0; i < queue->held_count; i++) {
        struct waiting *waiting = asked_for(queue, queue->held[i].uid);
        if (waiting < queue->waiting + end) {
            queue->held[kept++] = queue->held[i];
            continue;
        }
        drop_answer(queue->held[i].answer);
        waiting->arrived = false;
    }
    queue->held_count = kept;
}

/* One message spoils the answer for all: after a new connection each is asked for alone, and then it is known which. */
static int spoiled(struct imap_queue *queue, const struct flight *flight, struct why *why) {
    bool alone = flight->from < queue->alone_until;
    queue->in_air = 0;
    drop_behind(queue, flight->from + flight->count);
    queue->asked = alone ? flight->from + 1 : flight->from;
    if (!alone)
        queue->alone_until = flight->from + flight->count;
    int failed = alone ? hold(queue, &queue->waiting[flight->from], NULL, why) : 0;
    return failed ? failed : FAIL_LIMIT;
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

static struct mail to_mail(const struct imap_queue *queue, const struct held *held, struct arena *arena) {
    struct mail mail = {.uid = held->uid};
    if (!held->answer)
        return mail;
    struct imap_message message = imap_message_of(held->answer);
    mail.size = message.size;
    mail.too_large = asked_for(queue, held->uid)->too_large || message.size > queue->max_message_bytes;
    if (mail.too_large || !message.has_body)
        return mail;
    struct span bytes = span_slice(message.body, 0, queue->head_bytes);
    mail.bytes = (struct span){arena_copy(arena, bytes), bytes.len};
    mail.whole = message.body.len < queue->head_bytes || message.body.len == message.size;
    return mail;
}

/* Of these all that will come has come: everything before the first flight that is still in the air. */
static size_t ready(const struct imap_queue *queue) {
    size_t landed = queue->in_air ? queue->air[0].from : queue->asked, count = 0;
    for (size_t i = 0; i < queue->held_count && landed > 0; i++)
        count += queue->held[i].uid <= queue->waiting[landed - 1].uid;
    return count;
}

static void hand_out(struct imap_queue *queue, size_t max, struct arena *arena, struct mail_batch *ret) {
    size_t count = ready(queue);
    count = count < max ? count : max;
    qsort(queue->held, queue->held_count, sizeof *queue->held, by_uid);
    ret->mails = arena_array(arena, count, sizeof *ret->mails);
    ret->count = count;
    for (size_t i = 0; i < count; i++) {
        ret->mails[i] = to_mail(queue, &queue->held[i], arena);
        uid_set_add(&queue->handed_out, queue->held[i].uid);
        drop_answer(queue->held[i].answer);
    }
    queue->held_count -= count;
    memmove(queue->held, queue->held + count, queue->held_count * sizeof *queue->held);
}

int imap_queue_next(struct imap_queue *queue, struct imap *imap, size_t max, struct arena *arena, struct mail_batch *ret, struct why *why) {
    max = max < IMAP_BATCH_MAX ? max : IMAP_BATCH_MAX;
    while (!imap_queue_is_empty(queue)) {
        int failed = launch(queue, imap, max, why);
        while (!failed && ready(queue) == 0 && queue->in_air > 0)
            failed = collect(queue, imap, why);
        if (failed)
            return failed;
        if (ready(queue) == 0)
            continue;
        hand_out(queue, max, arena, ret);
        return 0;
    }
    return why_set(why, FAIL_EMPTY, "nothing waits");
}
