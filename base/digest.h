/* digest.h - a name for bytes that nobody can choose: BLAKE2b (RFC 7693) by libsodium, cut to 128 bits, as 32 hex digits. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>

#include "base/span.h"

enum { DIGEST_TEXT_BYTES = 33 };

struct digest {
    char hex[DIGEST_TEXT_BYTES];
};

/* The parts are told apart: {"ab", "c"} and {"a", "bc"} differ. */
struct digest digest_of(const struct span *parts, size_t count);

#endif
