#include "daemon/loop.h"

#include <poll.h>
#include <sodium.h>
#include <time.h>

#include "daemon/exchange.h"
#include "daemon/log.h"
#include "daemon/notify.h"
#include "reader/servers.h"

enum {
    BACK_OFF_FIRST_S = 1,
    BACK_OFF_MAX_S = 60,
    JITTER_MS = 500,
    SETTLE_MS = 250,        /* how long one wait for the submission servers lasts */
    STOP_WITHIN_MS = 45000, /* what is with a server when we end may be settled for so long; the unit allows a minute */
    LOOK_AGAIN_MS = 300000, /* the longest wait for mail without a look at the knowledge base and the clock */
};

struct loop {
    const struct loop_settings *settings;
    struct journal *journal;
    struct oauth *oauth; /* NULL: nothing logs in with tokens */
    struct outbox *outbox;
    struct mailbox *mailbox;
    struct walk *walk;
    int back_off_s;
    bool was_open;
};

static time_t now(void) { return time(NULL); }

static int open_mailbox(struct loop *loop, struct why *why) {
    const struct config *config = loop->settings->config;
    const struct mailbox_settings settings = {
        .server = servers_wire(&config->imap),
        .user = config->imap.user,
        .password = config->imap.password,
        .oauth = servers_login(&config->imap, loop->oauth),
        .folder = config->folder,
        .places =
            {[PLACE_ANSWERED] = config->answered_folder, [PLACE_DESK] = config->desk_folder, [PLACE_IGNORED] = config->ignored_folder},
        .idle_s = config->idle_s,
        .poll_s = config->poll_s,
        .max_message_bytes = (size_t)config->max_message_bytes,
        .head_bytes = (size_t)config->head_bytes,
        .was_open = loop->was_open,
    };
    int failed = mailbox_open(&settings, &loop->mailbox, why);
    if (failed)
        return failed;
    loop->was_open = true;
    mailbox_while_waiting(loop->mailbox, walk_wait, loop->walk);
    walk_attach(loop->walk, loop->mailbox);
    notify_status("watching %s on %s", config->folder, config->imap.host);
    return 0;
}

static void close_mailbox(struct loop *loop) {
    walk_attach(loop->walk, NULL);
    mailbox_close(loop->mailbox);
    loop->mailbox = NULL;
}

static bool stop_wanted(const struct loop *loop) {
    struct pollfd stop = {.fd = loop->settings->stop_fd, .events = POLLIN};
    return poll(&stop, 1, 0) > 0;
}

/* The mailbox is away: mail that is ready still leaves, and the wait doubles each time, with jitter so that many desks do not come at once.
 */
static void back_off(struct loop *loop, const struct why *why) {
    long long until = wire_clock_ms() + loop->back_off_s * 1000 + randombytes_uniform(JITTER_MS);
    log_line(LOG_LEVEL_WARNING, "%s; again in %d s", why->text, loop->back_off_s);
    notify_status("mailbox away: %s", why->text);
    for (long long left; (left = until - wire_clock_ms()) > 0 && !stop_wanted(loop);)
        if (walk_wait(loop->walk, loop->settings->stop_fd, POLLIN, (int)left) < 0)
            return;
    loop->back_off_s = loop->back_off_s * 2 < BACK_OFF_MAX_S ? loop->back_off_s * 2 : BACK_OFF_MAX_S;
}

/* A link that is lost is opened again; everything else ends the program. */
static int after_failure(struct loop *loop, int failed, struct why *why) {
    if (failed != FAIL_AGAIN || loop->settings->once)
        return failed;
    close_mailbox(loop);
    back_off(loop, why);
    return walk_failure(loop->walk, why);
}

static int wait_ms(const struct loop *loop) {
    long long retry = walk_retry_ms(loop->walk);
    return retry >= 0 && retry < LOOK_AGAIN_MS ? (int)retry : LOOK_AGAIN_MS;
}

/* Nothing waits in the folder and all that is in hand goes on by itself. */
static int rest(struct loop *loop, bool *ret_done, struct why *why) {
    if (walk_can_file(loop->walk))
        return 0;
    if (walk_sending(loop->walk)) {
        walk_wait(loop->walk, -1, 0, SETTLE_MS);
        return 0;
    }
    bool more = false;
    int failed = walk_finish_gone(loop->walk, why);
    if (!failed)
        failed = walk_tidy(loop->walk, &more, why);
    if (failed || more)
        return failed;
    if (loop->settings->once) {
        *ret_done = true;
        return walk_idle(loop->walk)
                   ? 0
                   : why_set(why, FAIL_AGAIN, "not all could be done: what a server put off waits in the folder");
    }
    failed = mailbox_wait(loop->mailbox, loop->settings->stop_fd, wait_ms(loop), why);
    return failed == FAIL_EMPTY ? 0 : failed;
}

/* A new knowledge base that can not be opened is no reason to stop answering from the old one. */
static void look_for_knowledge(struct loop *loop) {
    struct why why;
    if (walk_refresh(loop->walk, &why))
        log_line(LOG_LEVEL_ERROR, "%s; answers go on from the knowledge base opened before", why.text);
}

static int one_round(struct loop *loop, bool *ret_done, struct why *why) {
    int failed = loop->mailbox ? 0 : open_mailbox(loop, why);
    if (failed)
        return failed;
    look_for_knowledge(loop);
    int taken = walk_take(loop->walk, why);
    if (taken && taken != FAIL_EMPTY)
        return taken;
    failed = walk_step(loop->walk, why);
    if (failed)
        return failed;
    loop->back_off_s = BACK_OFF_FIRST_S;
    return taken ? rest(loop, ret_done, why) : 0;
}

/* However the end comes, no reply is left in doubt that a server is just taking. */
static void settle(struct loop *loop) {
    long long until = wire_clock_ms() + STOP_WITHIN_MS;
    walk_stop(loop->walk);
    while (walk_sending(loop->walk) && wire_clock_ms() < until)
        if (walk_wait(loop->walk, -1, 0, SETTLE_MS) < 0)
            return;
}

static int run(struct loop *loop, struct why *why) {
    bool done = false;
    int failed = 0;
    notify_ready();
    while (!failed && !done && !stop_wanted(loop)) {
        failed = one_round(loop, &done, why);
        if (failed)
            failed = after_failure(loop, failed, why);
    }
    notify_stopping();
    settle(loop);
    if (!failed)
        failed = walk_failure(loop->walk, why);
    if (failed || done || !loop->mailbox)
        return failed;
    failed = walk_step(loop->walk, why);
    return failed == FAIL_AGAIN ? 0 : failed; /* what can not be filed any more is filed after the next start */
}

static int open_oauth(struct loop *loop, struct why *why) {
    const struct config_oauth *oauth = &loop->settings->config->oauth;
    const struct oauth_settings settings = servers_oauth(oauth, now);
    return oauth->provider == CONFIG_NO_PROVIDER ? 0 : oauth_open(&settings, &loop->oauth, why);
}

static int open_outbox(struct loop *loop, struct why *why) {
    const struct config *config = loop->settings->config;
    const struct outbox_settings settings = {.server = servers_wire(&config->smtp),
                                             .user = config->smtp.user,
                                             .password = config->smtp.password,
                                             .oauth = servers_login(&config->smtp, loop->oauth),
                                             .envelope_from = config->envelope_from,
                                             .connections = (size_t)config->connections};
    return outbox_open(&settings, &loop->outbox, why);
}

static int open_walk(struct loop *loop, struct why *why) {
    const struct walk_parts parts = {
        .config = loop->settings->config, .journal = loop->journal, .kb_file = loop->settings->kb_file, .outbox = loop->outbox, .key = loop->settings->key, .now = now};
    size_t held = 0;
    int failed = walk_open(&parts, &loop->walk, why);
    if (!failed)
        failed = walk_recover(loop->walk, &held, why);
    if (!failed && held)
        log_line(LOG_LEVEL_WARNING, "%zu exchanges are held: their replies may have left when the program ended", held);
    return failed;
}

/* Two processes that answer the same mailbox would answer each question twice. */
static int lock_mailbox(struct loop *loop, struct why *why) {
    const struct config *config = loop->settings->config;
    int failed = journal_lock_account(loop->journal, config->account, why);
    return failed ? failed : journal_lock_mailbox(loop->journal, config->imap.user, config->imap.host, config->folder, why);
}

static int open_all(struct loop *loop, struct why *why) {
    int failed = journal_open(loop->settings->journal_file, &loop->journal, why);
    if (!failed)
        failed = lock_mailbox(loop, why);
    if (!failed)
        failed = open_oauth(loop, why);
    if (!failed)
        failed = open_outbox(loop, why);
    if (!failed)
        failed = open_walk(loop, why);
    return failed;
}

int loop_run(const struct loop_settings *settings, struct why *why) {
    struct loop loop = {.settings = settings, .back_off_s = BACK_OFF_FIRST_S};
    int failed = open_all(&loop, why);
    if (!failed)
        failed = run(&loop, why);
    mailbox_close(loop.mailbox);
    outbox_close(loop.outbox);
    oauth_close(loop.oauth);
    walk_close(loop.walk);
    journal_close(loop.journal);
    return failed;
}
