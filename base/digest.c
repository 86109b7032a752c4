#include "base/digest.h"

#include <sodium.h>
#include <stdint.h>

enum { DIGEST_BYTES = 16 };

struct digest digest_of(const struct span *parts, size_t count) {
    crypto_generichash_state state;
    unsigned char raw[DIGEST_BYTES];
    struct digest ret;
    crypto_generichash_init(&state, NULL, 0, sizeof raw);
    for (size_t i = 0; i < count; i++) {
        uint64_t len = parts[i].len;
        crypto_generichash_update(&state, (const unsigned char *)&len, sizeof len);
        crypto_generichash_update(&state, (const unsigned char *)parts[i].ptr, parts[i].len);
    }
    crypto_generichash_final(&state, raw, sizeof raw);
    sodium_bin2hex(ret.hex, sizeof ret.hex, raw, sizeof raw);
    return ret;
}
