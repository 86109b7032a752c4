#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/settings.h"

enum { SECRET_BYTES = 1024 };

const char *path_beside(struct loading *loading, const char *path) {
    const char *slash = strrchr(loading->path, '/');
    if (path[0] == '/' || !slash)
        return arena_copy(loading->arena, span_of(path));
    return arena_printf(loading->arena, "%.*s%s", (int)(slash - loading->path) + 1, loading->path, path);
}

/* The folder systemd puts credentials into, or NULL. */
static const char *credentials_folder(void) {
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    return folder && folder[0] == '/' ? folder : NULL;
}

static const char *find_secret(struct loading *loading, const char *path) {
    const char *folder = credentials_folder();
    if (folder && path[0] != '/') {
        const char *credential = arena_printf(loading->arena, "%s/%s", folder, path);
        if (access(credential, F_OK) == 0)
            return credential;
    }
    return path_beside(loading, path);
}

/* systemd alone writes there, and gives the files the modes it needs. */
static bool is_credential(const char *path) {
    struct span folder = span_of(credentials_folder()), whole = span_of(path);
    return folder.len > 1 && span_starts(whole, folder) && whole.len > folder.len && whole.ptr[folder.len] == '/' &&
           span_find(whole, SPAN("/../")) == SPAN_NONE;
}

static bool check_file(struct loading *loading, const char *key, const char *path, int file) {
    struct stat status;
    if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
        mistake_at_key(loading, key, "%s is no plain file; name a file that holds the password", path);
        return false;
    }
    if ((status.st_mode & 077) && !is_credential(path)) {
        mistake_at_key(loading, key, "%s may be read by others (mode %04o); run chmod 600 %s", path, (unsigned)status.st_mode & 07777,
                       path);
        return false;
    }
    return true;
}

static const char *take_line(struct loading *loading, const char *key, const char *path, struct span text) {
    struct span rest = text, line = SPAN("");
    span_line(&rest, &line);
    if (text.len > SECRET_BYTES)
        mistake_at_key(loading, key, "%s has more than %d bytes; it should hold the password and nothing else", path, SECRET_BYTES);
    else if (line.len == 0)
        mistake_at_key(loading, key, "%s is empty; write the password into it", path);
    else if (rest.len || span_find_char(line, '\0') != SPAN_NONE)
        mistake_at_key(loading, key, "%s has more than one line; it should hold the password and nothing else", path);
    else
        return arena_copy(loading->arena, line);
    return NULL;
}

static const char *read_file(struct loading *loading, const char *key, const char *path, int file) {
    char bytes[SECRET_BYTES + 1];
    if (!check_file(loading, key, path, file))
        return NULL;
    ssize_t len = read(file, bytes, sizeof bytes);
    if (len < 0) {
        mistake_at_key(loading, key, "%s can not be read: %s", path, strerror(errno));
        return NULL;
    }
    const char *ret = take_line(loading, key, path, (struct span){bytes, (size_t)len});
    explicit_bzero(bytes, sizeof bytes);
    return ret;
}

const char *secret_read(struct loading *loading, const char *key, const char *path) {
    const char *found = find_secret(loading, path);
    int file = open(found, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        mistake_at_key(loading, key, "%s can not be opened: %s; write the password into it, readable by this user alone", found,
                       strerror(errno));
        return NULL;
    }
    const char *ret = read_file(loading, key, found, file);
    close(file);
    return ret;
}
