#include "daemon/returned.h"

#include <string.h>

#include "daemon/log.h"
#include "store/bounces.h"

static const char it_left[] = "a mail system reports on the reply: it had left";

static const char *const beginnings[] = {
    [BOUNCE_FAILED] = "the reply came back",
    [BOUNCE_DELAYED] = "delivery of the reply is delayed",
    [BOUNCE_DELIVERED] = "the reply was delivered",
};

static const char *words_of(const struct bounce *bounce, struct arena *arena) {
    const char *detail = *bounce->diagnostic ? bounce->diagnostic : "without a reason";
    return arena_printf(arena, "%s: %s%s%s", beginnings[bounce->action], bounce->status, *bounce->status ? " " : "", detail);
}

static const char **lines_of(const char *text, struct arena *arena, size_t *ret_count) {
    const char **lines = NULL;
    struct span rest = span_of(text), line;
    for (*ret_count = 0; span_line(&rest, &line);) {
        lines = arena_grow(arena, lines, *ret_count, sizeof *lines);
        lines[(*ret_count)++] = arena_copy(arena, line);
    }
    return lines;
}

/* FAIL_EMPTY: it is not about a reply of this mailbox to one of those recipients. */
static int find(const struct walk *walk, const struct bounce *bounce, struct exchange_row *ret, struct why *why) {
    struct arena *arena = walk->batch_arena;
    size_t ids, recipients;
    const char **id = lines_of(bounce->message_ids, arena, &ids), **recipient = lines_of(bounce->recipients, arena, &recipients);
    int failed = FAIL_EMPTY;
    for (size_t i = 0; i < recipients && failed == FAIL_EMPTY; i++)
        failed = journal_by_reply(walk->parts.journal, id, ids, recipient[i], arena, ret, why);
    return !failed && strcmp(ret->place.account, walk->parts.config->account) != 0 ? FAIL_EMPTY : failed;
}

static bool is_for_a_person(const struct exchange_row *row) { return row->action && strcmp(row->action, "human") == 0; }

/* Why a person must answer, without what was said of telling the asker so. */
static const char *own_reason(const struct exchange_row *row, struct arena *arena) {
    struct span reason = span_of(row->reason);
    return arena_copy(arena, span_slice(reason, 0, span_find(reason, SPAN(JOURNAL_UNTOLD))));
}

static int hold(struct walk *walk, struct exchange *in_hand, const struct exchange_row *row, const char *reason, struct why *why) {
    if (in_hand)
        return hand_hold(walk, in_hand, arena_copy(in_hand->arena, span_of(reason)), why);
    return journal_step(walk->parts.journal, row->id, STEP_HELD, reason, walk->parts.now(), why);
}

static int note_failure(struct walk *walk, struct exchange *in_hand, const struct exchange_row *row, const char *words, struct why *why) {
    struct arena *arena = walk->batch_arena;
    if (is_for_a_person(row))
        words = arena_printf(arena, "%s" JOURNAL_UNTOLD "%s", own_reason(row, arena), words);
    int failed = journal_bounced(walk->parts.journal, row->id, walk->parts.now(), why);
    return failed ? failed : hold(walk, in_hand, row, words, why);
}

/* The doubt is over. What a person must answer stays with him. */
static int note_arrival(struct walk *walk, struct exchange *in_hand, const struct exchange_row *row, struct why *why) {
    if (is_for_a_person(row))
        return hold(walk, in_hand, row, own_reason(row, walk->batch_arena), why);
    if (!in_hand)
        return journal_step(walk->parts.journal, row->id, STEP_FILED, NULL, walk->parts.now(), why);
    in_hand->step = STEP_SENT;
    in_hand->place = PLACE_ANSWERED;
    return 0;
}

static int note(struct walk *walk, const struct bounce *bounce, const struct exchange_row *row, const char *words, struct why *why) {
    struct journal *journal = walk->parts.journal;
    struct exchange *in_hand = hand_find(walk, row->id);
    time_t now = walk->parts.now();
    bool came_back = bounce->action == BOUNCE_FAILED, under_way = in_hand && (in_hand->with_server || in_hand->step == STEP_FOUND);
    bool in_doubt = row->step == STEP_HELD && !row->sent_at;
    int failed = came_back && !under_way ? 0 : journal_remark(journal, row->id, words, now, why);
    if (failed || under_way)
        return failed || !came_back ? failed : journal_bounced(journal, row->id, now, why);
    if (in_doubt)
        failed = journal_step(journal, row->id, STEP_SENT, it_left, now, why);
    if (!failed && came_back)
        failed = note_failure(walk, in_hand, row, words, why);
    else if (!failed && in_doubt)
        failed = note_arrival(walk, in_hand, row, why);
    return failed;
}

int returned_note(struct walk *walk, const struct bounce *bounce, struct why *why) {
    struct exchange_row row;
    if (bounce->action == BOUNCE_NONE)
        return 0;
    int failed = find(walk, bounce, &row, why);
    if (failed || (bounce->action == BOUNCE_FAILED && row.bounced_at))
        return failed == FAIL_EMPTY ? 0 : failed;
    const char *words = words_of(bounce, walk->batch_arena);
    failed = note(walk, bounce, &row, words, why);
    if (!failed)
        log_line(LOG_LEVEL_WARNING, "exchange %lld: %s", (long long)row.id, words);
    return failed;
}
