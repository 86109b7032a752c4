#include "mail/smtp_link.h"

#include <curl/curl.h>
#include <sys/socket.h>

#include "mail/sasl.h"
#include "mail/wire.h"

void smtp_link_init(struct smtp_link *link, const struct outbox_settings *settings) {
    *link = (struct smtp_link){.settings = settings, .fd = -1, .timer_ms = -1};
}

/* --- what libcurl calls ------------------------------------------------------------------------------------------- */

static void forget_socket(struct smtp_link *link, int fd) {
    for (size_t i = 0; i < link->socket_count; i++)
        if (link->sockets[i].fd == fd)
            link->sockets[i--] = link->sockets[--link->socket_count];
}

static int on_socket(CURL *curl, curl_socket_t fd, int what, void *user, void *of_socket) {
    struct smtp_link *link = user;
    short events = (short)(((what & CURL_POLL_IN) ? POLLIN : 0) | ((what & CURL_POLL_OUT) ? POLLOUT : 0));
    (void)curl, (void)of_socket;
    forget_socket(link, fd);
    if (what == CURL_POLL_REMOVE)
        return 0;
    if (link->socket_count == SMTP_LINK_SOCKETS)
        return -1;
    link->sockets[link->socket_count++] = (struct pollfd){.fd = fd, .events = events};
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *user) {
    struct smtp_link *link = user;
    (void)multi;
    link->timer_ms = timeout_ms < 0 ? -1 : wire_clock_ms() + timeout_ms;
    return 0;
}

/* Why a token is refused: in a challenge (RFC 7628), or in words. */
static void note_refusal(struct smtp_link *link, int code, struct span line) {
    char status[SASL_STATUS_BYTES] = "";
    if (code == 334)
        sasl_status(span_slice(line, 4, line.len), status);
    if (code >= 500)
        snprintf(link->login_text, sizeof link->login_text, "%.*s", SPAN_ARG(span_slice(line, 0, sizeof link->login_text - 1)));
    else if (*status)
        snprintf(link->login_text, sizeof link->login_text, "%s", status);
}

/* Every line the server says while libcurl talks to it. A new EHLO, after STARTTLS, makes the answer to the first void. */
static size_t on_line(char *line, size_t one, size_t len, void *user) {
    struct smtp_link *link = user;
    struct span rest = span_trim((struct span){line, one * len});
    long code = 0;
    if (span_to_long(span_slice(rest, 0, 3), 200, 599, &code))
        link->greeting_code = (int)code;
    note_refusal(link, (int)code, rest);
    if (code == 220)
        link->pipelining = false;
    if (code == 235)
        link->logged_in = true;
    if (code == 250 && span_same(span_slice(rest, 4, rest.len), SPAN("PIPELINING")))
        link->pipelining = true;
    return one * len;
}

/* --- connecting --------------------------------------------------------------------------------------------------- */

/* By token or by password; neither is ever tried in place of the other. */
static int set_login(struct smtp_link *link, struct why *why) {
    const struct outbox_settings *settings = link->settings;
    struct oauth_token token;
    if (!settings->user)
        return 0;
    curl_easy_setopt(link->curl, CURLOPT_USERNAME, settings->user);
    curl_easy_setopt(link->curl, CURLOPT_SASL_IR, 1L);
    if (!settings->oauth) {
        curl_easy_setopt(link->curl, CURLOPT_PASSWORD, settings->password);
        return 0;
    }
    int failed = oauth_token(settings->oauth, &token, why);
    if (failed)
        return failed;
    link->token_serial = token.serial;
    curl_easy_setopt(link->curl, CURLOPT_XOAUTH2_BEARER, token.text);
    curl_easy_setopt(link->curl, CURLOPT_LOGIN_OPTIONS, "AUTH=OAUTHBEARER;AUTH=XOAUTH2");
    return 0;
}

static int set_options(struct smtp_link *link, struct why *why) {
    const struct outbox_settings *settings = link->settings;
    CURL *curl = link->curl;
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)settings->server.timeout_s);
    curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)settings->server.timeout_s);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_line);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, link);
    return set_login(link, why);
}

static int start(struct smtp_link *link, struct why *why) {
    curl_multi_setopt(link->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(link->multi, CURLMOPT_SOCKETDATA, link);
    curl_multi_setopt(link->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(link->multi, CURLMOPT_TIMERDATA, link);
    return curl_multi_add_handle(link->multi, link->curl) == CURLM_OK
               ? 0
               : why_set(why, FAIL_SYSTEM, "libcurl can not open a connection: out of memory?");
}

int smtp_link_connect(struct smtp_link *link, struct why *why) {
    const struct outbox_settings *settings = link->settings;
    const char *ehlo_name = settings->ehlo_name ? settings->ehlo_name : "";
    smtp_link_init(link, settings);
    link->curl = curl_easy_init();
    link->multi = curl_multi_init();
    int failed = link->curl && link->multi ? wire_prepare(link->curl, &settings->server, "smtp", ehlo_name, link->curl_text, why)
                                           : why_set(why, FAIL_SYSTEM, "out of memory");
    if (!failed)
        failed = set_options(link, why);
    if (!failed)
        failed = start(link, why);
    if (failed)
        smtp_link_hang_up(link);
    return failed;
}

/* Of a login that libcurl gave up without the server's word on it (no mechanism of ours), greeting_code still tells of EHLO. */
static bool token_refused(const struct smtp_link *link) {
    return link->settings->oauth && link->curl_code == CURLE_LOGIN_DENIED && (link->greeting_code == 334 || link->greeting_code >= 500);
}

static enum smtp_link_state with_another_token(struct smtp_link *link) {
    struct why why = {""};
    smtp_link_hang_up(link);
    int failed = smtp_link_connect(link, &why);
    link->second_token = true;
    link->failed = failed;
    link->why = why;
    return failed ? SMTP_LINK_FAILED : SMTP_LINK_BUSY;
}

/* Shut first: otherwise libcurl says QUIT and waits for the answer. */
void smtp_link_hang_up(struct smtp_link *link) {
    if (link->fd >= 0)
        shutdown(link->fd, SHUT_RDWR);
    if (link->multi && link->curl)
        curl_multi_remove_handle(link->multi, link->curl);
    curl_easy_cleanup(link->curl);
    curl_multi_cleanup(link->multi);
    smtp_link_init(link, link->settings);
}

size_t smtp_link_poll_set(const struct smtp_link *link, struct pollfd ret[SMTP_LINK_SOCKETS]) {
    memcpy(ret, link->sockets, link->socket_count * sizeof *ret);
    return link->socket_count;
}

static enum smtp_link_state outcome(struct smtp_link *link) {
    int left = 0;
    curl_socket_t fd = CURL_SOCKET_BAD;
    const CURLMsg *done = curl_multi_info_read(link->multi, &left);
    if (!done)
        return SMTP_LINK_BUSY;
    link->curl_code = (int)done->data.result;
    if (link->curl_code == CURLE_OK)
        link->curl_code = (int)curl_easy_getinfo(link->curl, CURLINFO_ACTIVESOCKET, &fd);
    link->fd = fd;
    if (link->curl_code == CURLE_OK && link->settings->user && !link->logged_in)
        link->curl_code = CURLE_AUTH_ERROR; /* libcurl goes on without a login where none is offered */
    if (!token_refused(link))
        return link->curl_code == CURLE_OK ? SMTP_LINK_UP : SMTP_LINK_FAILED;
    oauth_refused(link->settings->oauth, link->token_serial);
    return link->second_token ? SMTP_LINK_FAILED : with_another_token(link);
}

enum smtp_link_state smtp_link_work(struct smtp_link *link, const struct pollfd *polled, size_t count) {
    int running = 0;
    for (size_t i = 0; i < count; i++) {
        short got = polled[i].revents;
        int ready = ((got & (POLLIN | POLLHUP)) ? CURL_CSELECT_IN : 0) | ((got & POLLOUT) ? CURL_CSELECT_OUT : 0) |
                    ((got & (POLLERR | POLLNVAL)) ? CURL_CSELECT_ERR : 0);
        if (ready)
            curl_multi_socket_action(link->multi, polled[i].fd, ready, &running);
    }
    if (link->timer_ms >= 0 && wire_clock_ms() >= link->timer_ms) {
        link->timer_ms = -1;
        curl_multi_socket_action(link->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    return outcome(link);
}

static int explain_login(const struct smtp_link *link, struct why *why) {
    const struct outbox_settings *settings = link->settings;
    const struct wire_settings *server = &settings->server;
    if (token_refused(link))
        return oauth_explain_refusal(settings->oauth, server->host, settings->user, link->login_text, why);
    if (settings->oauth)
        return why_set(why, FAIL_CONFIG, "%s:%d takes no access tokens (neither OAUTHBEARER nor XOAUTH2): set smtp.login to password",
                       server->host, server->port);
    return why_set(why, FAIL_CONFIG, "%s:%d offers no login that we know: use its submission port, or no user", server->host, server->port);
}

/* A 4xx is the server's trouble of the moment, whatever libcurl makes of it. */
int smtp_link_explain(const struct smtp_link *link, struct why *why) {
    const struct wire_settings *server = &link->settings->server;
    long verify_result = 0;
    if (link->failed)
        return why_set(why, link->failed, "%s", link->why.text);
    curl_easy_getinfo(link->curl, CURLINFO_SSL_VERIFYRESULT, &verify_result);
    if (link->greeting_code >= 400 && link->greeting_code < 500)
        return why_set(why, FAIL_AGAIN, "%s:%d takes no mail now (%d)", server->host, server->port, link->greeting_code);
    if (link->curl_code == CURLE_REMOTE_ACCESS_DENIED)
        return why_set(why, FAIL_CONFIG, "%s:%d refuses us (%d after EHLO): ask its administrator", server->host, server->port,
                       link->greeting_code);
    if (link->curl_code == CURLE_AUTH_ERROR || (link->curl_code == CURLE_LOGIN_DENIED && link->settings->oauth))
        return explain_login(link, why);
    return wire_explain(link->curl_code, link->curl_text, verify_result, server, why);
}

enum { TRY_STEP_MS = 200 };

int smtp_link_try(const struct outbox_settings *settings, struct why *why) {
    struct smtp_link link;
    struct pollfd fds[SMTP_LINK_SOCKETS];
    enum smtp_link_state state = SMTP_LINK_BUSY;
    smtp_link_init(&link, settings);
    int failed = smtp_link_connect(&link, why);
    while (!failed && state == SMTP_LINK_BUSY) {
        size_t count = smtp_link_poll_set(&link, fds);
        state = poll(fds, (nfds_t)count, TRY_STEP_MS) < 0 ? SMTP_LINK_BUSY : smtp_link_work(&link, fds, count);
    }
    if (!failed && state == SMTP_LINK_FAILED)
        failed = smtp_link_explain(&link, why);
    smtp_link_hang_up(&link);
    return failed;
}

/* --- talking ------------------------------------------------------------------------------------------------------ */

ssize_t smtp_link_send(struct smtp_link *link, struct span bytes) {
    size_t sent = 0;
    CURLcode code = curl_easy_send(link->curl, bytes.ptr, bytes.len, &sent);
    if (code == CURLE_AGAIN)
        return 0;
    return code == CURLE_OK ? (ssize_t)sent : -1;
}

/* The code of a reply line, 0 for what is none. */
static int line_code(struct span line, bool *last) {
    long code = 0;
    if (!span_to_long(span_slice(line, 0, 3), 200, 599, &code))
        return 0;
    *last = line.len == 3 || line.ptr[3] == ' ';
    return *last || line.ptr[3] == '-' ? (int)code : 0;
}

static void drop_front(struct smtp_link *link, size_t count) {
    memmove(link->in, link->in + count, link->in_len - count);
    link->in_len -= count;
}

/* The lines of a reply stay in front of the buffer until the last of them is there. */
static int take_reply(struct smtp_link *link, struct smtp_reply *ret) {
    struct span rest = {link->in, link->in_len};
    for (size_t end; (end = span_find_char(rest, '\n')) != SPAN_NONE; rest = span_slice(rest, end + 1, rest.len)) {
        struct span line = span_trim(span_slice(rest, 0, end));
        bool last = false;
        int code = line_code(line, &last);
        if (!code)
            return -1;
        if (!last)
            continue;
        struct span text = span_slice(span_slice(line, 4, line.len), 0, SMTP_LINK_TEXT_BYTES);
        memcpy(link->reply_text, text.ptr, text.len);
        *ret = (struct smtp_reply){code, {link->reply_text, text.len}};
        drop_front(link, (size_t)(rest.ptr - link->in) + end + 1);
        return 1;
    }
    return 0;
}

int smtp_link_reply(struct smtp_link *link, struct smtp_reply *ret) {
    for (;;) {
        size_t got = 0;
        int taken = link->in_len ? take_reply(link, ret) : 0;
        if (taken != 0)
            return taken;
        if (link->in_len == sizeof link->in)
            return -1;
        CURLcode code = curl_easy_recv(link->curl, link->in + link->in_len, sizeof link->in - link->in_len, &got);
        if (code == CURLE_AGAIN)
            return 0;
        if (code != CURLE_OK || got == 0)
            return -1;
        link->in_len += got;
    }
}
