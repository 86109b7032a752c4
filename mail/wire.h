/* wire.h - a TLS connection for libetpan, opened by libcurl, which checks chain and host name where libetpan checks neither.
 * Order: wire_open, then everything through the mailstream it returns; mailstream_close ends it.
 * One deadline a command (wire_deadline) and one cap on the bytes a response may have. */
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
    const char *ca_file;  /* PEM; NULL: the system's */
    int timeout_s;        /* to connect, and for each command */
    size_t max_response_bytes;
};

/* Wait until fd is ready for events (poll(2)) or timeout_ms is over: >0 ready, 0 time is over, <0 error. A caller that has other
 * work (mail to send) does it in here while the server thinks. */
typedef int wire_wait_fn(void *context, int fd, short events, int timeout_ms);

struct wire;
struct _mailstream;

/* FAIL_AGAIN: can not be reached now. FAIL_CONFIG: certificate, host name, no STARTTLS, plain text to a host that is not
 * loopback: why says which of them. */
int wire_open(const struct wire_settings *, struct wire **ret, struct why *why);
struct _mailstream *wire_stream(struct wire *); /* owned by the wire until handed to mailimap_connect, then by libetpan */
void wire_while_waiting(struct wire *, wire_wait_fn *, void *context);
void wire_begin_command(struct wire *); /* the deadline and the byte cap count from here */
int wire_fd(const struct wire *);
bool wire_timed_out(const struct wire *);

/* Text for a person out of a curl error, and whether trying again may help: FAIL_AGAIN or FAIL_CONFIG. */
int wire_explain(int curl_code, const char *detail, const struct wire_settings *, struct why *why);

#endif
