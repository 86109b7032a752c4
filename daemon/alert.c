#include "daemon/alert.h"

#include "daemon/log.h"
#include "mail/notice.h"
#include "store/senders.h"

enum { ALERT_ARENA_BYTES = 1 << 20, TRIES_MOST = 10, AGAIN_MS = 60000 };

static const char explanation[] =
    "Their questions are not lost: they go to the desk's folder, HELD, with the reason %s. Answering goes on by itself once there were "
    "fewer replies within 60 minutes.\n\nWhat to look at: codingdesk history list shows who asks. A sender that is a robot is silenced by\n\n"
    "    codingdesk sender block ADDRESS\n\nA limit that is too low for your busiest hour is breaker.%s in the configuration.\n\n"
    "You get this at most once an hour.\n";

static const char *what_happened(const struct walk *walk, enum breaker breaker, struct arena *arena) {
    const struct config *config = walk->parts.config;
    if (breaker == BREAKER_ALL)
        return arena_printf(arena, "%d replies left within 60 minutes: nobody is answered for now", config->breaker_all_hour);
    return arena_printf(arena, "%d replies went to senders of %s within 60 minutes: they are not answered for now",
                        config->breaker_domain_hour, walk->recall.domain);
}

/* Each has its own arena: its bytes are with the outbox for as long as that takes. */
static int write_alert(struct walk *walk, enum breaker breaker, struct alert *alert, const char *what, struct why *why) {
    static const char *const settings[BREAKER_COUNT] = {[BREAKER_DOMAIN] = "domain_hour", [BREAKER_ALL] = "all_hour"};
    const char *name = breaker_names[breaker];
    time_t now = walk->parts.now();
    struct arena *arena = alert->arena;
    const char *key = arena_printf(arena, "%s %lld", name, (long long)now);
    const struct reply_marks marks = {identity_message_id(&walk->recall.identity, key, arena),
                                      identity_loop_mark(&walk->recall.identity, key, arena)};
    struct buf text;
    buf_init(&text, ALERT_ARENA_BYTES / 4);
    buf_printf(&text, "%s.\n\n", what);
    buf_printf(&text, explanation, name, settings[breaker]);
    int failed = notice_write(walk->parts.config->administrator, arena_printf(arena, "Codingdesk: %s", name), buf_span(&text), &marks,
                              &walk->desk.reply, now, arena, &alert->bytes, why);
    buf_free(&text);
    return failed;
}

static int raise_one(struct walk *walk, enum breaker breaker, struct why *why) {
    struct alert *alert = &walk->alerts[breaker];
    const struct window window = {walk->parts.now(), BREAKER_WINDOW_S};
    bool due = false;
    int failed = journal_notice(walk->parts.journal, breaker_names[breaker], &window, &due, why);
    if (failed || !due)
        return failed;
    if (!alert->arena)
        alert->arena = arena_new(ALERT_ARENA_BYTES);
    if (alert->with_server) {
        log_line(LOG_LEVEL_WARNING, "%s is open still", breaker_names[breaker]);
        return 0;
    }
    arena_clear(alert->arena);
    const char *what = what_happened(walk, breaker, alert->arena);
    log_line(LOG_LEVEL_WARNING, "%s: %s", breaker_names[breaker], what);
    *alert = (struct alert){.arena = alert->arena, .waits = walk->parts.config->administrator != NULL};
    return alert->waits ? write_alert(walk, breaker, alert, what, why) : 0;
}

int alert_raise(struct walk *walk, struct why *why) {
    int failed = 0;
    for (int breaker = 0; breaker < BREAKER_COUNT && !failed; breaker++)
        if (walk->recall.breaker_opened[breaker]) {
            walk->recall.breaker_opened[breaker] = false;
            failed = raise_one(walk, (enum breaker)breaker, why);
        }
    return failed;
}

bool alert_waits(const struct walk *walk) {
    for (int i = 0; i < BREAKER_COUNT; i++)
        if (walk->alerts[i].waits && wire_clock_ms() >= walk->alerts[i].not_before_ms)
            return true;
    return false;
}

bool alert_under_way(const struct walk *walk) {
    for (int i = 0; i < BREAKER_COUNT; i++)
        if (walk->alerts[i].with_server)
            return true;
    return false;
}

static void give_up(struct alert *alert, const struct why *why) {
    alert->waits = false;
    log_line(LOG_LEVEL_ERROR, "the administrator could not be told of it: %s", why->text);
}

void alert_submit(struct walk *walk) {
    for (int i = 0; i < BREAKER_COUNT; i++) {
        struct alert *alert = &walk->alerts[i];
        struct why why;
        if (!alert->waits || wire_clock_ms() < alert->not_before_ms || outbox_free(walk->parts.outbox) == 0)
            continue;
        alert->with_server = outbox_submit(walk->parts.outbox, walk->parts.config->administrator, alert->bytes, alert, &why) == 0;
        if (!alert->with_server)
            give_up(alert, &why);
        alert->waits = false;
    }
}

/* Only what was surely not taken is tried again. */
bool alert_settle(struct walk *walk, const struct outbox_report *report) {
    for (int i = 0; i < BREAKER_COUNT; i++) {
        struct alert *alert = &walk->alerts[i];
        if (report->tag != alert)
            continue;
        alert->with_server = false;
        if (report->result == OUTBOX_DELAYED && ++alert->tries < TRIES_MOST) {
            alert->waits = true;
            alert->not_before_ms = wire_clock_ms() + AGAIN_MS;
        } else if (report->result != OUTBOX_SENT)
            give_up(alert, &report->why);
        return true;
    }
    return false;
}

void alert_free(struct walk *walk) {
    for (int i = 0; i < BREAKER_COUNT; i++)
        arena_free(walk->alerts[i].arena);
}
