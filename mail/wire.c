#include "mail/wire.h"

#include <curl/curl.h>
#include <errno.h>
#include <libetpan/mailstream.h>
#include <poll.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "base/host.h"
#include "mail/imap_guard.h"

enum {
    STREAM_BYTES = 16384, /* libetpan moves the rest of this buffer down after each piece it takes: not larger than a TLS record */
    EARLY_BYTES = 512,
    FAREWELL_MS = 500,
    URL_BYTES = 600,
    GNUTLS_SIGNER_UNKNOWN = 1 << 6, /* gnutls_certificate_status_t, which curl hands on as it is */
    GNUTLS_NOT_YET_VALID = 1 << 9,
    GNUTLS_EXPIRED = 1 << 10,
};

enum fault { FAULT_NONE, FAULT_CLOSED, FAULT_BROKEN, FAULT_LATE, FAULT_TOO_MUCH, FAULT_HUNG_UP };

_Static_assert(WIRE_ERROR_BYTES >= CURL_ERROR_SIZE, "libcurl writes its error text there");

struct wire {
    struct wire_settings settings;
    CURL *curl;
    mailstream *stream;
    int fd;
    wire_wait_fn *wait;
    void *wait_context;
    long long deadline_ms;
    size_t bytes_left;
    struct imap_guard guard;
    enum fault fault;
    size_t early_from, early_len; /* read before libetpan asked, in early[] */
    char early[EARLY_BYTES];
    char curl_text[WIRE_ERROR_BYTES];
};

/* curl has read the server's greeting; libetpan wants one. */
static const char greeting[] = "* OK connected\r\n";

long long wire_clock_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int plain_poll(void *context, int fd, short events, int timeout_ms) {
    (void)context;
    struct pollfd wanted = {.fd = fd, .events = events};
    int ready = poll(&wanted, 1, timeout_ms);
    return ready < 0 && errno == EINTR ? 0 : ready;
}

/* --- the stream's driver: once at fault, always at fault ---------------------------------------------------------- */

static bool await_server(struct wire *wire, short events) {
    long long left = wire->deadline_ms - wire_clock_ms();
    if (left <= 0)
        wire->fault = FAULT_LATE;
    else if (wire->wait(wire->wait_context, wire->fd, events, (int)left) < 0)
        wire->fault = FAULT_BROKEN;
    return wire->fault == FAULT_NONE;
}

static bool admit(struct wire *wire, char *bytes, size_t count) {
    if (count > wire->bytes_left || !imap_guard_pass(&wire->guard, bytes, count, wire->bytes_left - count))
        wire->fault = FAULT_TOO_MUCH;
    else
        wire->bytes_left -= count;
    return wire->fault == FAULT_NONE;
}

/* >0 bytes, 0 none there now, <0 fault. */
static ssize_t read_now(struct wire *wire, char *to, size_t room) {
    size_t got = 0;
    if (wire->fault != FAULT_NONE)
        return -1;
    CURLcode code = curl_easy_recv(wire->curl, to, room, &got);
    if (code == CURLE_AGAIN)
        return 0;
    if (code != CURLE_OK || got == 0)
        wire->fault = code == CURLE_OK ? FAULT_CLOSED : FAULT_BROKEN;
    else
        admit(wire, to, got);
    return wire->fault == FAULT_NONE ? (ssize_t)got : -1;
}

static ssize_t take_early(struct wire *wire, char *to, size_t room) {
    size_t count = wire->early_len < room ? wire->early_len : room;
    memcpy(to, wire->early + wire->early_from, count);
    wire->early_from += count;
    wire->early_len -= count;
    return (ssize_t)count;
}

/* Never 0: libetpan would ask for ever. */
static ssize_t driver_read(mailstream_low *low, void *to, size_t room) {
    struct wire *wire = low->data;
    if (wire->early_len > 0)
        return take_early(wire, to, room);
    ssize_t got = read_now(wire, to, room);
    while (got == 0)
        got = await_server(wire, POLLIN) ? read_now(wire, to, room) : -1;
    return got;
}

static ssize_t driver_write(mailstream_low *low, const void *from, size_t count) {
    struct wire *wire = low->data;
    while (wire->fault == FAULT_NONE) {
        size_t sent = 0;
        CURLcode code = curl_easy_send(wire->curl, from, count, &sent);
        if (code == CURLE_OK)
            return (ssize_t)sent;
        if (code != CURLE_AGAIN)
            wire->fault = FAULT_BROKEN;
        else
            await_server(wire, POLLOUT);
    }
    return -1;
}

static int driver_close(mailstream_low *low) {
    (void)low;
    return 0;
}

static int driver_fd(mailstream_low *low) { return ((struct wire *)low->data)->fd; }

static void driver_free(mailstream_low *low) { free(low); }

static mailstream_low_driver driver = {.mailstream_read = driver_read,
                                       .mailstream_write = driver_write,
                                       .mailstream_close = driver_close,
                                       .mailstream_get_fd = driver_fd,
                                       .mailstream_free = driver_free};

/* --- opening ------------------------------------------------------------------------------------------------------ */

int wire_check(const struct wire_settings *settings, struct why *why) {
    if (settings->security != WIRE_PLAIN || host_is_loopback(settings->host))
        return 0;
    return why_set(why, FAIL_CONFIG, "%s: a connection without TLS is for this machine alone; choose tls or starttls", settings->host);
}

static void set_options(CURL *curl, const struct wire_settings *settings, char *error_text) {
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L); /* or it waits for its thread that asks the name server, however long that takes */
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error_text);
    curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(settings->security == WIRE_PLAIN ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (settings->ca_file) {
        curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
        curl_easy_setopt(curl, CURLOPT_CAINFO, settings->ca_file);
    }
}

int wire_prepare(void *curl, const struct wire_settings *settings, const char *scheme, const char *path, char *error_text,
                 struct why *why) {
    bool numeric_v6 = strchr(settings->host, ':') != NULL;
    char url[URL_BYTES];
    int failed = wire_check(settings, why);
    if (failed)
        return failed;
    int length = snprintf(url, sizeof url, "%s%s://%s%s%s:%d/%s", scheme, settings->security == WIRE_TLS ? "s" : "", numeric_v6 ? "[" : "",
                          settings->host, numeric_v6 ? "]" : "", settings->port, path);
    if (length < 0 || (size_t)length >= sizeof url || curl_easy_setopt(curl, CURLOPT_URL, url) != CURLE_OK)
        return wire_explain(CURLE_URL_MALFORMAT, NULL, 0, settings, why);
    set_options(curl, settings, error_text);
    return 0;
}

static int connect_to_server(struct wire *wire, struct why *why) {
    curl_socket_t fd = CURL_SOCKET_BAD;
    long verify_result = 0;
    curl_easy_setopt(wire->curl, CURLOPT_TIMEOUT, (long)wire->settings.timeout_s);
    CURLcode code = curl_easy_perform(wire->curl);
    curl_easy_getinfo(wire->curl, CURLINFO_SSL_VERIFYRESULT, &verify_result);
    if (code == CURLE_OK)
        code = curl_easy_getinfo(wire->curl, CURLINFO_ACTIVESOCKET, &fd);
    if (code != CURLE_OK)
        return wire_explain((int)code, wire->curl_text, verify_result, &wire->settings, why);
    wire->fd = fd;
    return 0;
}

static int make_stream(struct wire *wire, struct why *why) {
    mailstream_low *low = mailstream_low_new(wire, &driver);
    wire->stream = low ? mailstream_new(low, STREAM_BYTES) : NULL;
    if (!wire->stream) {
        free(low);
        return why_set(why, FAIL_SYSTEM, "out of memory");
    }
    memcpy(wire->early, greeting, sizeof greeting - 1);
    wire->early_len = sizeof greeting - 1;
    return 0;
}

int wire_open(const struct wire_settings *settings, struct wire **ret, struct why *why) {
    struct wire *wire = calloc(1, sizeof *wire);
    if (!wire)
        return why_set(why, FAIL_SYSTEM, "out of memory");
    *wire = (struct wire){.settings = *settings, .fd = -1, .wait = plain_poll, .curl = curl_easy_init()};
    int failed = wire->curl ? wire_prepare(wire->curl, settings, "imap", "", wire->curl_text, why)
                            : why_set(why, FAIL_SYSTEM, "libcurl can not start");
    if (!failed)
        failed = connect_to_server(wire, why);
    if (!failed)
        failed = make_stream(wire, why);
    if (failed) {
        wire_close(wire);
        return failed;
    }
    wire_begin_command(wire, 0);
    *ret = wire;
    return 0;
}

void wire_close(struct wire *wire) {
    if (!wire)
        return;
    curl_easy_cleanup(wire->curl);
    free(wire);
}

mailstream *wire_stream(struct wire *wire) { return wire->stream; }

void wire_while_waiting(struct wire *wire, wire_wait_fn *wait, void *context) {
    wire->wait = wait ? wait : plain_poll;
    wire->wait_context = context;
}

void wire_begin_command(struct wire *wire, size_t message_bytes) {
    wire->deadline_ms = wire_clock_ms() + (long long)wire->settings.timeout_s * 1000;
    wire->bytes_left = wire->settings.max_response_bytes + message_bytes;
}

void wire_hang_up(struct wire *wire) {
    char rest[EARLY_BYTES];
    wire->wait = plain_poll;
    wire->deadline_ms = wire_clock_ms() + FAREWELL_MS;
    for (ssize_t got = 0; got >= 0; got = read_now(wire, rest, sizeof rest))
        if (got == 0)
            await_server(wire, POLLIN);
    wire->fault = FAULT_HUNG_UP;
}

/* --- waiting for what nobody asked for ---------------------------------------------------------------------------- */

/* One descriptor that stands for both, so that one wait function is enough. */
static int wait_for_either(struct wire *wire, int other_fd, int timeout_ms) {
    int both = epoll_create1(EPOLL_CLOEXEC), ready = -1;
    struct epoll_event readable = {.events = EPOLLIN};
    if (both >= 0 && epoll_ctl(both, EPOLL_CTL_ADD, wire->fd, &readable) == 0 &&
        (other_fd < 0 || epoll_ctl(both, EPOLL_CTL_ADD, other_fd, &readable) == 0))
        ready = wire->wait(wire->wait_context, both, POLLIN, timeout_ms);
    if (both >= 0)
        close(both);
    return ready;
}

int wire_await(struct wire *wire, int other_fd, int timeout_ms) {
    if (wire->early_len > 0 || wire->stream->read_buffer_len > 0)
        return 1;
    for (bool waited = false;; waited = true) {
        ssize_t got = read_now(wire, wire->early, sizeof wire->early);
        wire->early_from = 0;
        wire->early_len = got > 0 ? (size_t)got : 0;
        if (got != 0 || waited)
            return got > 0 ? 1 : (int)got;
        if (wait_for_either(wire, other_fd, timeout_ms) < 0) {
            wire->fault = FAULT_BROKEN;
            return -1;
        }
    }
}

/* --- words -------------------------------------------------------------------------------------------------------- */

int wire_explain_loss(const struct wire *wire, struct why *why) {
    const struct wire_settings *settings = &wire->settings;
    switch (wire->fault) {
    case FAULT_LATE:
        return why_set(why, FAIL_AGAIN, "%s:%d did not answer within %d s", settings->host, settings->port, settings->timeout_s);
    case FAULT_TOO_MUCH:
        return why_set(why, FAIL_LIMIT, "%s:%d answered with more, or with other things, than was asked for", settings->host,
                       settings->port);
    case FAULT_CLOSED: return why_set(why, FAIL_AGAIN, "%s:%d closed the connection", settings->host, settings->port);
    default: return why_set(why, FAIL_AGAIN, "the connection to %s:%d was lost", settings->host, settings->port);
    }
}

static const char *certificate_trouble(const char *detail, long verify_result) {
    if (verify_result & GNUTLS_EXPIRED)
        return "its certificate has expired";
    if (verify_result & GNUTLS_NOT_YET_VALID)
        return "its certificate is not valid yet: is the clock right?";
    if (verify_result & GNUTLS_SIGNER_UNKNOWN)
        return "its certificate was signed by a CA that is not trusted here; set ca_file to the right one";
    if (strstr(detail, "does not match"))
        return "its certificate is for another host name";
    return "its certificate can not be verified";
}

int wire_explain(int curl_code, const char *detail, long verify_result, const struct wire_settings *settings, struct why *why) {
    const char *host = settings->host, *more = detail && *detail ? detail : curl_easy_strerror((CURLcode)curl_code);
    int port = settings->port;
    switch ((CURLcode)curl_code) {
    case CURLE_PEER_FAILED_VERIFICATION:
        return why_set(why, FAIL_CONFIG, "%s:%d is refused: %s (%s)", host, port, certificate_trouble(more, verify_result), more);
    case CURLE_SSL_CACERT_BADFILE:
        return why_set(why, FAIL_CONFIG, "the CA file %s can not be used: %s", settings->ca_file ? settings->ca_file : "of the system",
                       more);
    case CURLE_USE_SSL_FAILED:
        return why_set(why, FAIL_CONFIG, "%s:%d offers no STARTTLS: use the port for TLS, or another server", host, port);
    case CURLE_LOGIN_DENIED: return why_set(why, FAIL_CONFIG, "%s:%d refused the login: check user and password (%s)", host, port, more);
    case CURLE_URL_MALFORMAT: return why_set(why, FAIL_CONFIG, "\"%.100s\" is no host name: correct it", host);
    case CURLE_COULDNT_RESOLVE_HOST: return why_set(why, FAIL_AGAIN, "%s is not known to the name server: check the host name", host);
    case CURLE_COULDNT_CONNECT: return why_set(why, FAIL_AGAIN, "%s:%d can not be reached: %s", host, port, more);
    case CURLE_OPERATION_TIMEDOUT: return why_set(why, FAIL_AGAIN, "%s:%d did not answer within %d s", host, port, settings->timeout_s);
    case CURLE_SSL_CONNECT_ERROR:
        return why_set(why, FAIL_AGAIN, "%s:%d: TLS could not be started, is this the port for it? (%s)", host, port, more);
    default: return why_set(why, FAIL_AGAIN, "%s:%d: %s", host, port, more);
    }
}
