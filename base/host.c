#include "base/host.h"

#include <arpa/inet.h>

#include "base/span.h"

bool host_is_loopback(const char *host) {
    unsigned char address[4];
    if (inet_pton(AF_INET, host, address) == 1)
        return address[0] == 127;
    return span_same(span_of(host), SPAN("localhost")) || span_equal(span_of(host), SPAN("::1"));
}
