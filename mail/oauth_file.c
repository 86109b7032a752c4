#include "mail/oauth_file.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sodium.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "mail/oauth_call.h"
#include "mail/wire.h"

enum { PATH_BYTES = 4096, FILE_BYTES = 3 * OAUTH_TOKEN_BYTES, TURN_US = 50000 };

/* --- names and owners ----------------------------------------------------------------------------------------------- */

static bool beside(const char *path, const char *ending, char ret[PATH_BYTES]) {
    int len = snprintf(ret, PATH_BYTES, "%s%s", path, ending);
    return len >= 0 && len < PATH_BYTES;
}

static int open_folder(const char *path) {
    char folder[PATH_BYTES];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
    return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static bool give_to_owner_of_folder(const char *path, int fd) {
    struct stat folder;
    if (geteuid() != 0)
        return true;
    int folder_fd = open_folder(path);
    bool given = folder_fd >= 0 && fstat(folder_fd, &folder) == 0 && fchown(fd, folder.st_uid, folder.st_gid) == 0;
    if (folder_fd >= 0)
        close(folder_fd);
    return given;
}

/* --- the lock ------------------------------------------------------------------------------------------------------- */

int oauth_file_lock(const struct oauth_settings *settings, int *ret_fd, struct why *why) {
    char path[PATH_BYTES];
    long long until = wire_clock_ms() + 2 * OAUTH_CALL_S * 1000;
    int fd = beside(settings->token_file, ".lock", path) ? open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR) : -1;
    if (fd < 0 || !give_to_owner_of_folder(path, fd)) {
        why_set(why, FAIL_CONFIG, "%s can not be made: %s; its folder must be there and belong to the user codingdeskd runs as", path,
                strerror(errno));
        if (fd >= 0)
            close(fd);
        return FAIL_CONFIG;
    }
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (wire_clock_ms() >= until) {
            close(fd);
            return why_set(why, FAIL_AGAIN, "another process holds %s", path);
        }
        usleep(TURN_US);
    }
    *ret_fd = fd;
    return 0;
}

void oauth_file_unlock(int fd) { close(fd); }

/* --- reading -------------------------------------------------------------------------------------------------------- */

static int unusable(const struct oauth_settings *settings, const char *what, struct why *why) {
    return why_set(why, FAIL_CONFIG, "%s %s; run codingdesk login %s", settings->token_file, what, settings->provider);
}

static bool says(const json_t *root, const char *key, const char *wanted) {
    const char *text = json_string_value(json_object_get(root, key));
    return text && strcmp(text, wanted) == 0;
}

static char *token_of(const json_t *root, const char *key) {
    const json_t *value = json_object_get(root, key);
    struct span token = {json_string_value(value), json_string_length(value)};
    return oauth_token_usable(token) ? strndup(token.ptr, token.len) : NULL;
}

static int take(const struct oauth_settings *settings, const json_t *root, struct oauth_tokens *ret, struct why *why) {
    if (!json_is_object(root))
        return unusable(settings, "holds no tokens", why);
    if (!says(root, "client_id", settings->client_id) || !says(root, "token_url", settings->token_url))
        return unusable(settings, "was written for another client_id or authorization server", why);
    struct oauth_tokens tokens = {.access = token_of(root, "access_token"),
                                  .refresh = token_of(root, "refresh_token"),
                                  .obtained_at = (time_t)json_integer_value(json_object_get(root, "obtained_at")),
                                  .expires_at = (time_t)json_integer_value(json_object_get(root, "expires_at"))};
    if (!tokens.refresh) {
        oauth_tokens_free(&tokens);
        return unusable(settings, "holds no refresh token", why);
    }
    *ret = tokens;
    return 0;
}

static int read_open(const struct oauth_settings *settings, int fd, struct oauth_tokens *ret, struct why *why) {
    struct stat found;
    char *bytes = malloc(FILE_BYTES + 1);
    if (!bytes)
        return why_set(why, FAIL_SYSTEM, "out of memory");
    int failed = 0;
    ssize_t len = 0;
    if (fstat(fd, &found) != 0 || !S_ISREG(found.st_mode))
        failed = unusable(settings, "is no plain file", why);
    else if (found.st_mode & 077)
        failed = why_set(why, FAIL_CONFIG, "%s may be read by others (mode %04o); run chmod 600 %s", settings->token_file,
                         (unsigned)found.st_mode & 07777, settings->token_file);
    else if ((len = read(fd, bytes, FILE_BYTES + 1)) < 0 || len > FILE_BYTES)
        failed = unusable(settings, "holds no tokens", why);
    if (!failed) {
        json_t *root = json_loadb(bytes, (size_t)len, JSON_REJECT_DUPLICATES, NULL);
        failed = take(settings, root, ret, why);
        json_decref(root);
    }
    sodium_memzero(bytes, FILE_BYTES + 1);
    free(bytes);
    return failed;
}

int oauth_file_read(const struct oauth_settings *settings, struct oauth_tokens *ret, struct why *why) {
    int fd = open(settings->token_file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT)
        return why_set(why, FAIL_CONFIG, "there are no tokens yet: run codingdesk login %s", settings->provider);
    if (fd < 0)
        return why_set(why, FAIL_CONFIG, "%s can not be opened: %s; it must belong to the user codingdeskd runs as", settings->token_file,
                       strerror(errno));
    int failed = read_open(settings, fd, ret, why);
    close(fd);
    return failed;
}

/* --- writing -------------------------------------------------------------------------------------------------------- */

static char *to_text(const struct oauth_settings *settings, const struct oauth_tokens *tokens) {
    json_t *root = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "token_url", settings->token_url, "client_id", settings->client_id,
                             "refresh_token", tokens->refresh, "access_token", tokens->access, "obtained_at",
                             (json_int_t)tokens->obtained_at, "expires_at", (json_int_t)tokens->expires_at);
    char *text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
    json_decref(root);
    return text;
}

static bool write_whole(const char *path, const char *text) {
    size_t len = strlen(text);
    unlink(path); /* left by a process that ended while it wrote: we hold the lock */
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    bool done = fd >= 0 && write(fd, text, len) == (ssize_t)len && give_to_owner_of_folder(path, fd) && fsync(fd) == 0;
    int error = errno;
    if (fd >= 0)
        close(fd);
    errno = error;
    return done;
}

static bool replace(const char *fresh, const char *path) {
    if (rename(fresh, path) != 0)
        return false;
    int folder = open_folder(path);
    bool done = folder >= 0 && fsync(folder) == 0;
    if (folder >= 0)
        close(folder);
    return done;
}

int oauth_file_write(const struct oauth_settings *settings, const struct oauth_tokens *tokens, struct why *why) {
    char fresh[PATH_BYTES];
    char *text = to_text(settings, tokens);
    if (!text || !beside(settings->token_file, ".new", fresh)) {
        free(text);
        return why_set(why, FAIL_CONFIG, "%s: tokens can not be written there", settings->token_file);
    }
    bool done = write_whole(fresh, text) && replace(fresh, settings->token_file);
    int error = errno;
    if (!done)
        unlink(fresh);
    sodium_memzero(text, strlen(text));
    free(text);
    return done ? 0
                : why_set(why, FAIL_AGAIN, "%s can not be written: %s; nothing is sent or fetched until it can", settings->token_file,
                          strerror(error));
}
