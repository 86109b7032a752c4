/* sign.h - words that only we can have written: HMAC-SHA256 (RFC 2104) by libsodium, cut to 128 bits, as 32 hex digits.
 * What a signature is for is part of what is signed, so that one made for a Message-ID opens no door elsewhere. The key is a secret of the
 * desk: it stays in the process that keeps the passwords. */
#ifndef BASE_SIGN_H
#define BASE_SIGN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fail.h"
#include "base/span.h"

enum { SIGN_KEY_BYTES = 32, SIGN_TEXT_BYTES = 33 };

struct sign_key {
    unsigned char bytes[SIGN_KEY_BYTES];
};

struct signature {
    char hex[SIGN_TEXT_BYTES];
};

/* purpose: a word of ours. The parts are told apart: {"ab", "c"} and {"a", "bc"} differ. */
struct signature sign_parts(const struct sign_key *, const char *purpose, const struct span *parts, size_t count);

/* In constant time. Hex digits in any case: mail systems have been seen to lower and to raise them. */
bool sign_holds(const struct sign_key *, const char *purpose, const struct span *parts, size_t count, struct span hex);

/* The key in this file; where there is none, a new one is made there (mode 0600, durable before it is used). FAIL_CONFIG: it can not be
 * read or made, is no key, or others may read it. */
int sign_key_load(const char *path, struct sign_key *ret, struct why *why);

#endif
