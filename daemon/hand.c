#include "daemon/hand.h"

#include <stdlib.h>
#include <string.h>

int hand_begin(struct walk *walk, struct why *why) {
    if (walk->in_transaction)
        return 0;
    int failed = journal_begin(walk->parts.journal, why);
    walk->in_transaction = !failed;
    return failed;
}

int hand_commit(struct walk *walk, struct why *why) {
    if (!walk->in_transaction)
        return 0;
    walk->in_transaction = false;
    return journal_commit(walk->parts.journal, why);
}

void hand_rollback(struct walk *walk) {
    if (walk->in_transaction)
        journal_rollback(walk->parts.journal);
    walk->in_transaction = false;
}

static struct exchange *new_exchange(struct walk *walk) {
    if (walk->spare_count)
        return walk->spare[--walk->spare_count];
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (!exchange)
        abort();
    exchange->arena = arena_new(EXCHANGE_ARENA_BYTES);
    return exchange;
}

struct exchange *hand_take(struct walk *walk, const struct exchange_row *row, uint32_t uid_validity, uint32_t uid) {
    struct exchange *exchange = new_exchange(walk);
    struct arena *arena = exchange->arena;
    arena_clear(arena);
    *exchange = (struct exchange){
        .id = row->id,
        .uid_validity = uid_validity,
        .uid = uid,
        .step = row->step,
        .arena = arena,
        .action = row->action ? arena_copy(arena, span_of(row->action)) : "",
        .reason = row->reason ? arena_copy(arena, span_of(row->reason)) : "",
        .found_at = row->found_at,
        .retry_at = row->retry_at,
        .submit_attempts = row->submit_attempts,
    };
    walk->hand[walk->hand_count++] = exchange;
    return exchange;
}

struct exchange *hand_find(const struct walk *walk, int64_t id) {
    for (size_t i = 0; i < walk->hand_count; i++)
        if (walk->hand[i]->id == id)
            return walk->hand[i];
    return NULL;
}

void hand_drop(struct walk *walk, struct exchange *exchange) {
    for (size_t i = 0; i < walk->hand_count; i++) {
        if (walk->hand[i] != exchange)
            continue;
        for (size_t j = i + 1; j < walk->hand_count; j++)
            walk->hand[j - 1] = walk->hand[j];
        walk->hand_count--;
        walk->spare[walk->spare_count++] = exchange;
        return;
    }
}

bool hand_is_for_a_person(const struct exchange *exchange) { return strcmp(exchange->action, "human") == 0; }

int hand_hold(struct walk *walk, struct exchange *exchange, const char *reason, struct why *why) {
    exchange->action = "human";
    exchange->reason = reason;
    exchange->recipient = NULL;
    exchange->step = STEP_HELD;
    exchange->place = PLACE_DESK;
    exchange->to_file = true;
    return journal_step(walk->parts.journal, exchange->id, STEP_HELD, reason, walk->parts.now(), why);
}

void hand_drop_strangers(struct walk *walk, uint32_t uid_validity) {
    for (size_t i = walk->hand_count; i-- > 0;)
        if (walk->hand[i]->uid_validity != uid_validity && walk->hand[i]->step != STEP_FOUND && !walk->hand[i]->with_server)
            hand_drop(walk, walk->hand[i]);
}

static void free_exchanges(struct exchange **exchanges, size_t count) {
    for (size_t i = 0; i < count; i++) {
        arena_free(exchanges[i]->arena);
        free(exchanges[i]);
    }
}

void hand_free(struct walk *walk) {
    hand_rollback(walk);
    free_exchanges(walk->hand, walk->hand_count);
    free_exchanges(walk->spare, walk->spare_count);
    walk->hand_count = walk->spare_count = 0;
}
