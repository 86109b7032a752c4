#include "mail/outbox.h"

#include <curl/curl.h>
#include <errno.h>
#include <limits.h>

#include "mail/message.h"
#include "mail/smtp_talk.h"

enum { CONNECTIONS_MOST = 32 };

struct outbox {
    struct outbox_settings settings;
    struct smtp_talk *talks[CONNECTIONS_MOST];
};

const struct name outbox_results[] = {
    {OUTBOX_SENT, "sent"},       {OUTBOX_DELAYED, "delayed"}, {OUTBOX_REFUSED, "refused"},
    {OUTBOX_UNKNOWN, "unknown"}, {OUTBOX_BROKEN, "broken"},   {0, NULL},
};

/* A host name, or an address literal in brackets. */
static bool ehlo_name_usable(const char *name) {
    struct span rest = span_of(name);
    for (size_t i = 0; i < rest.len; i++)
        if (!char_is_alnum(rest.ptr[i]) && !strchr("-.:[]", rest.ptr[i]))
            return false;
    return rest.len > 0 && rest.len <= 255;
}

static int check(const struct outbox_settings *settings, struct why *why) {
    int failed = wire_check(&settings->server, why);
    if (failed)
        return failed;
    if (settings->connections < 1 || settings->connections > CONNECTIONS_MOST)
        return why_set(why, FAIL_CONFIG, "%zu connections: take 1 to %d", settings->connections, CONNECTIONS_MOST);
    if (*settings->envelope_from && !address_usable(span_of(settings->envelope_from)))
        return why_set(why, FAIL_CONFIG, "\"%s\" can not be the sender of a mail: correct it", settings->envelope_from);
    if (settings->ehlo_name && !ehlo_name_usable(settings->ehlo_name))
        return why_set(why, FAIL_CONFIG, "\"%s\" is no host name to greet with: correct it", settings->ehlo_name);
    if (settings->user ? !settings->password == !settings->oauth : settings->oauth != NULL)
        return why_set(why, FAIL_CONFIG, "a user logs in with a password or with tokens: give a user one of them, or none of the three");
    return 0;
}

int outbox_open(const struct outbox_settings *settings, struct outbox **ret, struct why *why) {
    int failed = check(settings, why);
    if (failed)
        return failed;
    struct outbox *outbox = calloc(1, sizeof *outbox);
    if (!outbox)
        return why_set(why, FAIL_SYSTEM, "out of memory");
    outbox->settings = *settings;
    for (size_t i = 0; i < settings->connections; i++) {
        outbox->talks[i] = smtp_talk_new(&outbox->settings);
        if (!outbox->talks[i]) {
            outbox_close(outbox);
            return why_set(why, FAIL_SYSTEM, "out of memory");
        }
    }
    *ret = outbox;
    return 0;
}

void outbox_close(struct outbox *outbox) {
    if (!outbox)
        return;
    for (size_t i = 0; i < outbox->settings.connections; i++)
        smtp_talk_free(outbox->talks[i]);
    free(outbox);
}

size_t outbox_busy(const struct outbox *outbox) {
    size_t busy = 0;
    for (size_t i = 0; i < outbox->settings.connections; i++)
        busy += smtp_talk_busy(outbox->talks[i]);
    return busy;
}

size_t outbox_free(const struct outbox *outbox) { return outbox->settings.connections - outbox_busy(outbox); }

/* One that is connected already, if there is one. */
static struct smtp_talk *choose(const struct outbox *outbox) {
    struct smtp_talk *chosen = NULL;
    for (size_t i = 0; i < outbox->settings.connections; i++) {
        struct smtp_talk *talk = outbox->talks[i];
        if (!smtp_talk_busy(talk) && (!chosen || smtp_talk_connected(talk)))
            chosen = talk;
    }
    return chosen;
}

int outbox_submit(struct outbox *outbox, const char *recipient, struct span bytes, void *tag, struct why *why) {
    struct smtp_talk *talk = choose(outbox);
    if (!address_usable(span_of(recipient)))
        return why_set(why, FAIL_INPUT, "\"%.100s\" is no address that mail can be sent to", recipient);
    if (!talk)
        return why_set(why, FAIL_AGAIN, "all connections to %s are busy", outbox->settings.server.host);
    return smtp_talk_begin(talk, recipient, bytes, tag, why);
}

bool outbox_next(struct outbox *outbox, struct outbox_report *ret) {
    for (size_t i = 0; i < outbox->settings.connections; i++)
        if (smtp_talk_finished(outbox->talks[i])) {
            smtp_talk_take(outbox->talks[i], ret);
            return true;
        }
    return false;
}

/* --- waiting ------------------------------------------------------------------------------------------------------ */

static bool has_report(const struct outbox *outbox) {
    for (size_t i = 0; i < outbox->settings.connections; i++)
        if (smtp_talk_finished(outbox->talks[i]))
            return true;
    return false;
}

/* Until the first of the talks' deadlines and ours, for poll. */
static int poll_time(const struct outbox *outbox, long long until) {
    long long first = until, now = wire_clock_ms();
    for (size_t i = 0; i < outbox->settings.connections; i++) {
        long long deadline = smtp_talk_deadline(outbox->talks[i]);
        if (deadline >= 0 && (first < 0 || deadline < first))
            first = deadline;
    }
    if (first < 0)
        return -1;
    return first <= now ? 0 : first - now > INT_MAX ? INT_MAX : (int)(first - now);
}

/* One poll over everything and the work that follows from it. >0: extra_fd is ready. */
static int work_once(struct outbox *outbox, int extra_fd, short events, long long until) {
    struct pollfd fds[1 + CONNECTIONS_MOST * SMTP_LINK_SOCKETS] = {{.fd = extra_fd, .events = events}};
    size_t counts[CONNECTIONS_MOST], total = 1;
    for (size_t i = 0; i < outbox->settings.connections; i++)
        total += counts[i] = smtp_talk_poll_set(outbox->talks[i], fds + total);
    if (poll(fds, (nfds_t)total, poll_time(outbox, until)) < 0)
        return errno == EINTR ? 0 : -1;
    const struct pollfd *polled = fds + 1;
    for (size_t i = 0; i < outbox->settings.connections; polled += counts[i++])
        smtp_talk_work(outbox->talks[i], polled, counts[i]);
    return fds[0].revents ? 1 : 0;
}

int outbox_wait(struct outbox *outbox, int extra_fd, short events, int timeout_ms) {
    long long until = timeout_ms < 0 ? -1 : wire_clock_ms() + timeout_ms;
    for (;;) {
        int ready = work_once(outbox, extra_fd, events, has_report(outbox) ? 0 : until);
        if (ready != 0 || has_report(outbox) || (until >= 0 && wire_clock_ms() >= until))
            return ready;
    }
}
