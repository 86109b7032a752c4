#include "base/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAC_BYTES = (SIGN_TEXT_BYTES - 1) / 2, PATH_BYTES = 4096 };

static void add(crypto_auth_hmacsha256_state *state, struct span part) {
    uint64_t len = part.len;
    crypto_auth_hmacsha256_update(state, (const unsigned char *)&len, sizeof len);
    crypto_auth_hmacsha256_update(state, (const unsigned char *)part.ptr, part.len);
}

static void mac_of(const struct sign_key *key, const char *purpose, const struct span *parts, size_t count,
                   unsigned char ret[static crypto_auth_hmacsha256_BYTES]) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key->bytes, sizeof key->bytes);
    add(&state, span_of(purpose));
    for (size_t i = 0; i < count; i++)
        add(&state, parts[i]);
    crypto_auth_hmacsha256_final(&state, ret);
}

struct signature sign_parts(const struct sign_key *key, const char *purpose, const struct span *parts, size_t count) {
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    struct signature ret;
    mac_of(key, purpose, parts, count, mac);
    sodium_bin2hex(ret.hex, sizeof ret.hex, mac, MAC_BYTES);
    return ret;
}

bool sign_holds(const struct sign_key *key, const char *purpose, const struct span *parts, size_t count, struct span hex) {
    unsigned char mac[crypto_auth_hmacsha256_BYTES], said[MAC_BYTES];
    size_t len = 0;
    if (hex.len != SIGN_TEXT_BYTES - 1 || sodium_hex2bin(said, sizeof said, hex.ptr, hex.len, NULL, &len, NULL) || len != sizeof said)
        return false;
    mac_of(key, purpose, parts, count, mac);
    return sodium_memcmp(mac, said, sizeof said) == 0;
}

/* ---- the file ---- */

static int no_key(const char *path, const char *what, struct why *why) { return why_set(why, FAIL_CONFIG, "%s: %s", path, what); }

static int read_key(int fd, const char *path, struct sign_key *ret, struct why *why) {
    struct stat found;
    struct sign_key key;
    char beyond;
    if (fstat(fd, &found) || !S_ISREG(found.st_mode))
        return no_key(path, "is no file; remove it, a new key will be made", why);
    if (found.st_mode & (S_IRWXG | S_IRWXO))
        return no_key(path, "others may read this key; chmod 600, or remove it if they have", why);
    if (read(fd, key.bytes, sizeof key.bytes) != (ssize_t)sizeof key.bytes || read(fd, &beyond, 1) != 0)
        return no_key(path, "is no key of 32 bytes; remove it, a new one will be made", why);
    *ret = key;
    return 0;
}

/* Linked into place when it is whole: of two programs that start at once, both then read the first one's. */
static int make_key(const char *path, struct why *why) {
    char fresh[PATH_BYTES];
    struct sign_key key;
    int len = snprintf(fresh, sizeof fresh, "%s.%ld", path, (long)getpid());
    if (len < 0 || (size_t)len >= sizeof fresh)
        return no_key(path, "its path is too long", why);
    randombytes_buf(key.bytes, sizeof key.bytes);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    bool done = fd >= 0 && write(fd, key.bytes, sizeof key.bytes) == (ssize_t)sizeof key.bytes && fsync(fd) == 0;
    done = done && (link(fresh, path) == 0 || errno == EEXIST);
    int error = errno;
    if (fd >= 0) {
        close(fd);
        unlink(fresh);
    }
    sodium_memzero(&key, sizeof key);
    return done ? 0 : why_set(why, FAIL_CONFIG, "%s: %s; the folder must belong to the user codingdeskd runs as", path, strerror(error));
}

int sign_key_load(const char *path, struct sign_key *ret, struct why *why) {
    if (sodium_init() < 0)
        return why_set(why, FAIL_SYSTEM, "libsodium can not be used on this machine");
    for (int tries = 0; tries < 2; tries++) {
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        if (fd >= 0) {
            int failed = read_key(fd, path, ret, why);
            close(fd);
            return failed;
        }
        if (errno != ENOENT)
            return why_set(why, FAIL_CONFIG, "%s: %s; it must belong to the user codingdeskd runs as", path, strerror(errno));
        int failed = tries == 0 ? make_key(path, why) : 0;
        if (failed)
            return failed;
    }
    return no_key(path, "can not be made", why);
}
