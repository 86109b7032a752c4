#include "mail/mailbox.h"

#include <inttypes.h>
#include <libetpan/libetpan.h>

#include "mail/imap.h"

enum {
    BATCH_MAX = 200,
    SET_BYTES = BATCH_MAX * 12,
    NAME_BYTES = 2048,
    ANSWER_LINE_BYTES = 1024, /* of a FETCH answer, around the message */
    PIECE_BYTES = 1 << 20,    /* in which a whole message is fetched, each with a deadline of its own */
    IN_AIR_MAX = 2,           /* a batch being parsed, and the next one, so that the server need not wait for us */
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

struct mailbox {
    struct mailbox_settings settings;
    struct imap *imap;
    wire_wait_fn *wait;
    void *wait_context;
    struct buf folder, places[PLACE_COUNT]; /* quoted */
    bool can_idle, idling;
    long long idle_since_ms, looked_ms;
    uint32_t uid_validity, last_uid; /* the highest UID found on this connection */

    struct waiting *waiting; /* what the last search found */
    size_t waiting_count, asked; /* [0, asked) were asked for, the last of them may be in the air */
    struct flight air[IN_AIR_MAX];
    size_t in_air;
    clist *held;           /* struct mailimap_msg_att, fetched and not yet returned */
    uint32_t *unreadable;  /* UIDs of which the server's answer can not be parsed, not yet returned */
    size_t unreadable_count;
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
    int failed = imap_open(&settings->server, settings->user, settings->password, &mailbox->imap, why);
    if (failed)
        return failed;
    wire_while_waiting(imap_wire(mailbox->imap), mailbox->wait, mailbox->wait_context);
    failed = check_server(mailbox, why);
    if (!failed && mailbox->folder.len == 0)
        failed = imap_folder_name(mailbox->imap, settings->folder, &mailbox->folder, why);
    for (int place = 0; place < PLACE_COUNT && !failed; place++)
        if (mailbox->places[place].len == 0)
            failed = imap_folder(mailbox->imap, settings->places[place], &mailbox->places[place], why);
    return failed ? failed : imap_select(mailbox->imap, mailbox->folder.ptr, why);
}

int mailbox_open(const struct mailbox_settings *settings, struct mailbox **ret, struct why *why) {
    struct mailbox *mailbox = calloc(1, sizeof *mailbox);
    if (!mailbox)
        return why_set(why, FAIL_SYSTEM, "out of memory");
    mailbox->settings = *settings;
    buf_init(&mailbox->folder, NAME_BYTES);
    for (int place = 0; place < PLACE_COUNT; place++)
        buf_init(&mailbox->places[place], NAME_BYTES);
    mailbox->held = clist_new();
    int failed = mailbox->held ? connect_and_select(mailbox, why) : why_set(why, FAIL_SYSTEM, "out of memory");
    if (failed) {
        mailbox_close(mailbox);
        return outward(failed);
    }
    mailbox->uid_validity = imap_uid_validity(mailbox->imap);
    *ret = mailbox;
    return 0;
}

void mailbox_close(struct mailbox *mailbox) {
    if (!mailbox)
        return;
    imap_close(mailbox->imap);
    if (mailbox->held)
        mailimap_fetch_list_free(mailbox->held);
    buf_free(&mailbox->folder);
    for (int place = 0; place < PLACE_COUNT; place++)
        buf_free(&mailbox->places[place]);
    free(mailbox->waiting);
    free(mailbox->unreadable);
    free(mailbox);
}

uint32_t mailbox_uid_validity(const struct mailbox *mailbox) { return mailbox->uid_validity; }

void mailbox_while_waiting(struct mailbox *mailbox, wire_wait_fn *wait, void *context) {
    mailbox->wait = wait;
    mailbox->wait_context = context;
    wire_while_waiting(imap_wire(mailbox->imap), wait, context);
}

static int reconnect(struct mailbox *mailbox, struct why *why) {
    imap_close(mailbox->imap);
    mailbox->imap = NULL;
    mailbox->idling = false;
    if (mailbox->in_air > 0)
        mailbox->asked = mailbox->air[0].from;
    mailbox->in_air = 0;
    return connect_and_select(mailbox, why);
}

static int still_the_same_folder(struct mailbox *mailbox, struct why *why) {
    if (imap_uid_validity(mailbox->imap) == mailbox->uid_validity)
        return 0;
    return why_set(why, FAIL_AGAIN, "the folder %s was made anew: its messages are counted from the beginning", mailbox->folder.ptr);
}

static int stop_idling(struct mailbox *mailbox, struct why *why) {
    if (!mailbox->idling)
        return 0;
    mailbox->idling = false;
    return imap_idle_end(mailbox->imap, why);
}

/* --- what waits --------------------------------------------------------------------------------------------------- */

static int by_uid(const void *a, const void *b) {
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return left < right ? -1 : left > right;
}

/* "n:*" always names the last message, even when it is older than n. */
static int keep_found(struct mailbox *mailbox, struct why *why) {
    clist *found = imap_brought(mailbox->imap)->rsp_search_result;
    size_t room = found ? (size_t)clist_count(found) : 0, count = 0;
    struct waiting *waiting = calloc(room + 1, sizeof *waiting);
    if (!waiting)
        return why_set(why, FAIL_SYSTEM, "out of memory");
    for (clistiter *at = found ? clist_begin(found) : NULL; at; at = clist_next(at)) {
        uint32_t uid = *(uint32_t *)clist_content(at);
        if (uid > mailbox->last_uid)
            waiting[count++] = (struct waiting){.uid = uid};
    }
    qsort(waiting, count, sizeof *waiting, by_uid);
    free(mailbox->waiting);
    mailbox->waiting = waiting;
    mailbox->waiting_count = count;
    mailbox->asked = 0;
    if (count)
        mailbox->last_uid = waiting[count - 1].uid;
    return 0;
}

static void mark_too_large(struct mailbox *mailbox) {
    clist *found = imap_brought(mailbox->imap)->rsp_search_result;
    for (clistiter *at = found ? clist_begin(found) : NULL; at; at = clist_next(at)) {
        struct waiting wanted = {.uid = *(uint32_t *)clist_content(at)};
        struct waiting *known = bsearch(&wanted, mailbox->waiting, mailbox->waiting_count, sizeof wanted, by_uid);
        if (known)
            known->too_large = true;
    }
}

static bool look_is_due(const struct mailbox *mailbox) {
    return wire_clock_ms() - mailbox->looked_ms >= (long long)mailbox->settings.poll_s * 1000;
}

/* While the server idles it tells by itself: asking it again would only wake it. */
static int nothing_told(struct mailbox *mailbox, struct why *why) {
    if (!mailbox->idling)
        return 0;
    int failed = imap_idle_hear(mailbox->imap, -1, 0, why);
    if (!failed && !imap_has_news(mailbox->imap) && !look_is_due(mailbox))
        return why_set(why, FAIL_EMPTY, "nothing waits");
    return failed ? failed : stop_idling(mailbox, why);
}

/* One after the other: Dovecot mixes the results of searches that are under way together. */
static int search(struct mailbox *mailbox, struct why *why) {
    uint32_t first = mailbox->last_uid + 1;
    int failed = imap_command(mailbox->imap, why, "UID SEARCH UID %" PRIu32 ":*", first);
    if (!failed)
        failed = keep_found(mailbox, why);
    if (failed || mailbox->waiting_count == 0)
        return failed;
    failed = imap_command(mailbox->imap, why, "UID SEARCH UID %" PRIu32 ":* LARGER %zu", first, mailbox->settings.max_message_bytes);
    if (!failed)
        mark_too_large(mailbox);
    return failed;
}

/* NOOP, unless we were told: Dovecot, for one, searches only what it has told of. */
static int look_for_mail(struct mailbox *mailbox, struct why *why) {
    int failed = mailbox->last_uid == UINT32_MAX ? FAIL_EMPTY : nothing_told(mailbox, why);
    if (!failed && !imap_has_news(mailbox->imap))
        failed = imap_command(mailbox->imap, why, "NOOP");
    imap_forget_news(mailbox->imap);
    if (!failed)
        failed = search(mailbox, why);
    if (failed)
        return failed;
    mailbox->looked_ms = wire_clock_ms();
    failed = still_the_same_folder(mailbox, why);
    return failed || mailbox->waiting_count ? failed : why_set(why, FAIL_EMPTY, "nothing waits");
}

/* --- fetching: asked for ahead, taken in order -------------------------------------------------------------------- */

static void put_set(struct buf *set, const uint32_t *uids, size_t count) {
    for (size_t i = 0, last; i < count; i = last + 1) {
        for (last = i; last + 1 < count && uids[last + 1] == uids[last] + 1; last++)
            ;
        buf_printf(set, "%s%" PRIu32, i ? "," : "", uids[i]);
        if (last > i)
            buf_printf(set, ":%" PRIu32, uids[last]);
    }
}

static int ask_for(struct mailbox *mailbox, struct flight *flight, bool too_large, const char *items, struct why *why) {
    uint32_t uids[BATCH_MAX];
    size_t count = 0;
    struct buf set;
    for (size_t i = flight->from; i < flight->from + flight->count; i++)
        if (mailbox->waiting[i].too_large == too_large)
            uids[count++] = mailbox->waiting[i].uid;
    if (count == 0)
        return 0;
    buf_init(&set, SET_BYTES);
    put_set(&set, uids, count);
    int failed = imap_send(mailbox->imap, why, "UID FETCH %s (UID RFC822.SIZE%s)", set.ptr, items);
    buf_free(&set);
    flight->commands++;
    return failed;
}

static int ask_for_all(struct mailbox *mailbox, struct flight *flight, struct why *why) {
    char head[64];
    snprintf(head, sizeof head, " BODY.PEEK[]<0.%zu>", mailbox->settings.head_bytes);
    int failed = ask_for(mailbox, flight, false, head, why);
    return failed ? failed : ask_for(mailbox, flight, true, "", why);
}

static int launch(struct mailbox *mailbox, size_t max, struct why *why) {
    size_t left = mailbox->waiting_count - mailbox->asked;
    struct flight flight = {.from = mailbox->asked, .count = left < max ? left : max};
    if (flight.count == 0 || mailbox->in_air == IN_AIR_MAX)
        return 0;
    int failed = ask_for_all(mailbox, &flight, why);
    mailbox->asked += flight.count;
    mailbox->air[mailbox->in_air++] = flight;
    return failed;
}

static bool is_held(const struct mailbox *mailbox, uint32_t uid);
static bool drop_absent(struct mailbox *mailbox);

static size_t room_for(const struct mailbox *mailbox, size_t count) { return count * (mailbox->settings.head_bytes + ANSWER_LINE_BYTES); }

/* Whatever came is kept, also before a NO. */
static int take_answers(struct mailbox *mailbox, const struct flight *flight, struct why *why) {
    int failed = 0;
    for (int i = 0; i < flight->commands && (failed == 0 || failed == FAIL_INPUT); i++) {
        int said = imap_answer(mailbox->imap, room_for(mailbox, flight->count), why);
        if (said == 0 || said == FAIL_INPUT)
            clist_concat(mailbox->held, imap_brought(mailbox->imap)->rsp_fetch_list);
        if (said == 0 && drop_absent(mailbox))
            said = FAIL_INPUT;
        failed = said ? said : failed;
    }
    return failed;
}

static int note_unreadable(struct mailbox *mailbox, uint32_t uid, struct why *why) {
    uint32_t *more = reallocarray(mailbox->unreadable, mailbox->unreadable_count + 1, sizeof uid);
    if (!more)
        return why_set(why, FAIL_SYSTEM, "out of memory");
    mailbox->unreadable = more;
    mailbox->unreadable[mailbox->unreadable_count++] = uid;
    return 0;
}

static int take_alone(struct mailbox *mailbox, size_t at, struct why *why) {
    struct flight flight = {.from = at, .count = 1};
    int failed = ask_for_all(mailbox, &flight, why);
    if (!failed)
        failed = take_answers(mailbox, &flight, why);
    if (failed == FAIL_LIMIT)
        failed = reconnect(mailbox, why) ? FAIL_AGAIN : FAIL_LIMIT;
    if (failed == FAIL_LIMIT || failed == FAIL_INPUT)
        return note_unreadable(mailbox, mailbox->waiting[at].uid, why);
    return failed;
}

/* One message spoils the answer for all: a new connection, and those that did not come each alone. */
static int take_one_by_one(struct mailbox *mailbox, const struct flight *flight, struct why *why) {
    int failed = reconnect(mailbox, why);
    if (!failed)
        failed = still_the_same_folder(mailbox, why);
    for (size_t i = flight->from; i < flight->from + flight->count && !failed; i++)
        if (!is_held(mailbox, mailbox->waiting[i].uid))
            failed = take_alone(mailbox, i, why);
    return failed;
}

static int collect(struct mailbox *mailbox, struct why *why) {
    struct flight flight = mailbox->air[0];
    int failed = take_answers(mailbox, &flight, why);
    mailbox->air[0] = mailbox->air[IN_AIR_MAX - 1];
    mailbox->in_air--;
    return failed == FAIL_LIMIT || failed == FAIL_INPUT ? take_one_by_one(mailbox, &flight, why) : failed;
}

/* Before any other command: its answer comes behind these. */
static int land(struct mailbox *mailbox, struct why *why) {
    int failed = stop_idling(mailbox, why);
    while (!failed && mailbox->in_air > 0)
        failed = collect(mailbox, why);
    return failed;
}

/* --- handing out -------------------------------------------------------------------------------------------------- */

struct arrived {
    uint32_t uid;
    bool has_size, has_body;
    bool absent; /* NIL where the message should be: Dovecot says so of one that was removed this moment */
    size_t size;
    struct span body;
};

static void read_item(const struct mailimap_msg_att_item *item, struct arrived *arrived) {
    if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC)
        return;
    const struct mailimap_msg_att_static *part = item->att_data.att_static;
    if (part->att_type == MAILIMAP_MSG_ATT_UID)
        arrived->uid = part->att_data.att_uid;
    if (part->att_type == MAILIMAP_MSG_ATT_RFC822_SIZE) {
        arrived->has_size = true;
        arrived->size = part->att_data.att_rfc822_size;
    }
    if (part->att_type == MAILIMAP_MSG_ATT_BODY_SECTION) {
        const struct mailimap_msg_att_body_section *section = part->att_data.att_body_section;
        arrived->has_body = section->sec_body_part != NULL;
        arrived->absent = !arrived->has_body;
        arrived->body = (struct span){section->sec_body_part, section->sec_length};
    }
}

static struct arrived read_answer(const struct mailimap_msg_att *answer) {
    struct arrived arrived = {0};
    for (clistiter *at = clist_begin(answer->att_list); at; at = clist_next(at))
        read_item(clist_content(at), &arrived);
    return arrived;
}

static bool is_held(const struct mailbox *mailbox, uint32_t uid) {
    for (clistiter *at = clist_begin(mailbox->held); at; at = clist_next(at))
        if (read_answer(clist_content(at)).uid == uid)
            return true;
    return false;
}

static bool drop_absent(struct mailbox *mailbox) {
    bool any = false;
    for (clistiter *at = clist_begin(mailbox->held); at;) {
        struct mailimap_msg_att *answer = clist_content(at);
        bool absent = read_answer(answer).absent;
        at = absent ? clist_delete(mailbox->held, at) : clist_next(at);
        if (absent)
            mailimap_msg_att_free(answer);
        any |= absent;
    }
    return any;
}

static const struct waiting *asked_for(const struct mailbox *mailbox, uint32_t uid) {
    const struct waiting wanted = {.uid = uid};
    return bsearch(&wanted, mailbox->waiting, mailbox->waiting_count, sizeof wanted, by_uid);
}

/* False: nobody asked for this one. Servers tell of changed flags in the same form. */
static bool to_mail(const struct mailbox *mailbox, const struct arrived *arrived, struct arena *arena, struct mail *ret) {
    const struct waiting *asked = asked_for(mailbox, arrived->uid);
    size_t head = mailbox->settings.head_bytes;
    if (!asked || !arrived->has_size)
        return false;
    *ret = (struct mail){.uid = arrived->uid,
                         .size = arrived->size,
                         .too_large = asked->too_large || arrived->size > mailbox->settings.max_message_bytes};
    if (ret->too_large || !arrived->has_body)
        return true;
    struct span bytes = span_slice(arrived->body, 0, head);
    ret->bytes = (struct span){arena_copy(arena, bytes), bytes.len};
    ret->whole = arrived->body.len < head || arrived->body.len == arrived->size;
    return true;
}

static size_t drop_repeated(struct mail *mails, size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || mails[kept - 1].uid != mails[i].uid)
            mails[kept++] = mails[i];
    return kept;
}

static void hand_out(struct mailbox *mailbox, size_t max, struct arena *arena, struct mail_batch *ret) {
    struct mail *mails = arena_array(arena, max, sizeof *mails);
    size_t count = 0;
    while (count < max && clist_begin(mailbox->held)) {
        struct mailimap_msg_att *answer = clist_content(clist_begin(mailbox->held));
        struct arrived arrived = read_answer(answer);
        count += to_mail(mailbox, &arrived, arena, &mails[count]);
        clist_delete(mailbox->held, clist_begin(mailbox->held));
        mailimap_msg_att_free(answer);
    }
    while (count < max && mailbox->unreadable_count > 0)
        mails[count++] = (struct mail){.uid = mailbox->unreadable[--mailbox->unreadable_count]};
    qsort(mails, count, sizeof *mails, by_uid);
    *ret = (struct mail_batch){.uid_validity = mailbox->uid_validity, .mails = mails, .count = drop_repeated(mails, count)};
}

static bool none_held(const struct mailbox *mailbox) { return clist_isempty(mailbox->held) && mailbox->unreadable_count == 0; }

static int bring(struct mailbox *mailbox, size_t max, struct why *why) {
    int failed = 0;
    if (mailbox->in_air == 0 && mailbox->asked == mailbox->waiting_count && none_held(mailbox))
        failed = look_for_mail(mailbox, why);
    if (!failed)
        failed = launch(mailbox, max, why);
    if (!failed && none_held(mailbox))
        failed = launch(mailbox, max, why);
    while (!failed && none_held(mailbox) && mailbox->in_air > 0)
        failed = collect(mailbox, why);
    return failed;
}

int mailbox_fetch(struct mailbox *mailbox, size_t max, struct arena *arena, struct mail_batch *ret, struct why *why) {
    struct mail_batch batch = {0};
    max = max < BATCH_MAX ? max : BATCH_MAX;
    while (batch.count == 0) {
        int failed = bring(mailbox, max, why);
        if (failed)
            return outward(failed);
        hand_out(mailbox, max, arena, &batch);
    }
    *ret = batch;
    return 0;
}

/* --- all of one message ------------------------------------------------------------------------------------------- */

static int fetch_piece(struct mailbox *mailbox, uint32_t uid, struct buf *whole, bool *ret_end, struct why *why) {
    int failed = imap_send(mailbox->imap, why, "UID FETCH %" PRIu32 " (UID BODY.PEEK[]<%zu.%d>)", uid, whole->len, PIECE_BYTES);
    if (!failed)
        failed = imap_answer(mailbox->imap, PIECE_BYTES + ANSWER_LINE_BYTES, why);
    if (failed)
        return failed;
    for (clistiter *at = clist_begin(imap_brought(mailbox->imap)->rsp_fetch_list); at; at = clist_next(at)) {
        struct arrived arrived = read_answer(clist_content(at));
        if (arrived.uid != uid || !arrived.has_body)
            continue;
        buf_add(whole, arrived.body);
        *ret_end = arrived.body.len < PIECE_BYTES;
        if (arrived.body.len > PIECE_BYTES)
            return why_set(why, FAIL_INPUT, "%s gives more of a message than was asked for", mailbox->settings.server.host);
        return buf_full(whole) ? why_set(why, FAIL_LIMIT, "the message is larger than %zu bytes", whole->cap) : 0;
    }
    return why_set(why, FAIL_EMPTY, "the message is gone");
}

int mailbox_fetch_whole(struct mailbox *mailbox, uint32_t uid, struct arena *arena, struct span *ret, struct why *why) {
    struct buf whole;
    bool end = false;
    int failed = land(mailbox, why);
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
    return failed == FAIL_INPUT ? FAIL_SYSTEM : failed;
}

int mailbox_file(struct mailbox *mailbox, enum mailbox_place place, const uint32_t *uids, size_t count, struct why *why) {
    struct buf set;
    buf_init(&set, SET_BYTES);
    int failed = land(mailbox, why);
    for (size_t from = 0; from < count && !failed; from += BATCH_MAX) {
        buf_clear(&set);
        put_set(&set, uids + from, count - from < BATCH_MAX ? count - from : BATCH_MAX);
        failed = move_surely(mailbox, set.ptr, place, why);
    }
    buf_free(&set);
    return outward(failed);
}

/* --- waiting ------------------------------------------------------------------------------------------------------ */

static int start_idling(struct mailbox *mailbox, struct why *why) {
    long long now = wire_clock_ms();
    int failed = 0;
    if (mailbox->idling && now - mailbox->idle_since_ms >= (long long)mailbox->settings.idle_s * 1000)
        failed = stop_idling(mailbox, why);
    if (failed || mailbox->idling || !mailbox->can_idle)
        return failed;
    failed = imap_idle_begin(mailbox->imap, why);
    mailbox->can_idle = failed != FAIL_INPUT;
    mailbox->idling = !failed;
    mailbox->idle_since_ms = now;
    return failed == FAIL_INPUT ? 0 : failed;
}

static long long sooner(long long a, long long b) { return a < b ? a : b; }

static int wait_ms(const struct mailbox *mailbox, int timeout_ms) {
    long long now = wire_clock_ms(), left = timeout_ms;
    left = sooner(left, mailbox->looked_ms + (long long)mailbox->settings.poll_s * 1000 - now);
    if (mailbox->idling)
        left = sooner(left, mailbox->idle_since_ms + (long long)mailbox->settings.idle_s * 1000 - now);
    return left > 0 ? (int)left : 0;
}

int mailbox_wait(struct mailbox *mailbox, int wake_fd, int timeout_ms, struct why *why) {
    if (!none_held(mailbox) || mailbox->in_air > 0 || mailbox->asked < mailbox->waiting_count)
        return 0;
    int failed = start_idling(mailbox, why);
    if (!failed && !imap_has_news(mailbox->imap))
        failed = imap_idle_hear(mailbox->imap, wake_fd, wait_ms(mailbox, timeout_ms), why);
    if (failed)
        return outward(failed);
    return imap_has_news(mailbox->imap) || look_is_due(mailbox) ? 0 : why_set(why, FAIL_EMPTY, "nothing new");
}
