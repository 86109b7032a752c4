/* wire.h - a TLS connection for libetpan, opened by libcurl, which checks chain and host name where libetpan checks neither.
 * Order: wire_open, then mailimap_connect on wire_stream, commands through libetpan with wire_begin_command before each;
 * wire_hang_up, mailimap_free (which closes the stream), wire_close.
 * Each command has a deadline, each answer a cap; past either, and after any failure, every read and write fails at once.
 * What imap_guard.h refuses is such a failure. */
#ifndef MAIL_WIRE_H
#define MAIL_WIRE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fail.h"

enum wire_security {
    WIRE_TLS,      /* TLS from the first byte */
    WIRE_STARTTLS, /* TLS before anything secret; a server that does not offer it is refused */
    WIRE_PLAIN,    /* no TLS: loopback alone, and only when the configuration says so */
};

struct wire_settings {
    const char *host; /* name that the certificate must bear */
    int port;
    enum wire_security security;
    const char *ca_file;       /* PEM; NULL: the system's (reading that takes 25 ms for each connection) */
    int timeout_s;             /* to connect, and for each command */
    size_t max_response_bytes; /* an answer may have so many bytes beside those of the messages asked for */
};

/* Wait until fd is ready for events (poll(2)) or timeout_ms is over: >0 ready, 0 not (come back as early as you like), <0 error.
 * A caller that has other work (mail to send) does it in here while the server thinks. */
typedef int wire_wait_fn(void *context, int fd, short events, int timeout_ms);

struct wire;
struct _mailstream;

/* Blocks up to timeout_s, without wire_wait_fn. Borrows the strings of the settings until wire_close.
 * FAIL_AGAIN: can not be reached now. FAIL_CONFIG: certificate, host name, no STARTTLS, plain text to a host that is not
 * loopback: why says which of them. */
int wire_open(const struct wire_settings *, struct wire **ret, struct why *why);
struct _mailstream *wire_stream(struct wire *); /* owned by the wire until handed to mailimap_connect, then by libetpan */
void wire_while_waiting(struct wire *, wire_wait_fn *, void *context);

/* The deadline and the cap count from here; message_bytes comes on top of max_response_bytes. */
void wire_begin_command(struct wire *, size_t message_bytes);

/* For other protocols that libcurl connects for. Make a curl handle ready for this server: its address ("smtp" becomes "smtps" for TLS
 * from the first byte), TLS and checks as wire_open has them; time limits are the caller's. error_text, of WIRE_ERROR_BYTES, must live
 * as long as the handle; path and scheme are copied. FAIL_CONFIG: no host name, or what wire_check refuses. */
enum { WIRE_ERROR_BYTES = 256 };
int wire_prepare(void *curl_easy, const struct wire_settings *, const char *scheme, const char *path, char *error_text, struct why *why);

/* FAIL_CONFIG: plain text to a host that is not loopback. */
int wire_check(const struct wire_settings *, struct why *why);

/* Until a byte of the server's can be read, other_fd (or -1) is readable or timeout_ms is over: >0 the server, 0 otherwise, <0 lost.
 * 0 may come early: when the wait function came back early. */
int wire_await(struct wire *, int other_fd, int timeout_ms);

/* Milliseconds on a clock that only goes forward, for deadlines. */
long long wire_clock_ms(void);

/* What ended the connection, in words; FAIL_AGAIN, or FAIL_LIMIT when an answer went over its cap or was refused. */
int wire_explain_loss(const struct wire *, struct why *why);

/* After LOGOUT was sent: wait half a second for the server to close, so that it sees no broken connection; then all fails. */
void wire_hang_up(struct wire *);
void wire_close(struct wire *); /* NULL is fine */

/* Text for a person out of a curl error, and whether trying again may help: FAIL_AGAIN or FAIL_CONFIG. detail: CURLOPT_ERRORBUFFER.
 * verify_result: CURLINFO_SSL_VERIFYRESULT of the handle, which tells a foreign certificate from an expired one. */
int wire_explain(int curl_code, const char *detail, long verify_result, const struct wire_settings *, struct why *why);

#endif
