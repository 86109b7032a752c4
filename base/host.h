/* host.h - what a host's name tells by itself, without asking a name server. */
#ifndef BASE_HOST_H
#define BASE_HOST_H

#include <stdbool.h>

/* "localhost", ::1, or an IPv4 address in 127.0.0.0/8 (RFC 6890). A name that only begins with "127." is none. */
bool host_is_loopback(const char *host);

#endif
