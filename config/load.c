#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "config/settings.h"

enum { FILE_BYTES = 64 << 10 };

const json_t *loading_value(const struct loading *loading, const char *key) {
    const json_t *value = loading->root;
    struct span rest = span_of(key), part;
    while (value && span_cut(&rest, '.', &part))
        value = json_object_getn(value, part.ptr, part.len);
    return json_is_null(value) ? NULL : value;
}

static bool read_bytes(struct loading *loading, int file, char *bytes) {
    size_t len = 0;
    ssize_t got = 1;
    while (got > 0 && len <= FILE_BYTES) {
        got = read(file, bytes + len, FILE_BYTES + 1 - len);
        len += got > 0 ? (size_t)got : 0;
    }
    if (got < 0)
        mistake_at_line(loading, 1, "can not be read: %s; name the configuration file", strerror(errno));
    else if (len > FILE_BYTES)
        mistake_at_line(loading, 1, "has more than %d bytes; this is no configuration file", FILE_BYTES);
    loading->text = (struct span){bytes, len};
    return loading->mistake_count == 0;
}

static bool read_file(struct loading *loading) {
    int file = open(loading->path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        mistake_at_line(loading, 1, "can not be opened: %s; create it, config/codingdesk.example.json is a beginning", strerror(errno));
        return false;
    }
    bool ret = read_bytes(loading, file, arena_alloc(loading->arena, FILE_BYTES + 1));
    close(file);
    return ret;
}

static bool parse(struct loading *loading) {
    json_error_t error;
    loading->root = json_loadb(loading->text.ptr, loading->text.len, 0, &error);
    if (!loading->root) {
        mistake_at_line(loading, error.line > 0 ? (size_t)error.line : 1, "is no JSON: %s; look at this line and the one before",
                        error.text);
        return false;
    }
    if (!json_is_object(loading->root)) {
        mistake_at_line(loading, 1, "holds no object; write {\"address\": ...}");
        return false;
    }
    loading->keys = lines_of_keys(loading->text, loading->arena);
    return true;
}

static void apply_all(struct loading *loading, struct config *ret) {
    for (size_t i = 0; i < setting_count; i++) {
        const struct setting *setting = &settings[i];
        const json_t *value = loading_value(loading, setting->key);
        if (value)
            value_apply(loading, setting, value, ret);
        else if (setting->example && setting->type != SETTING_SECRET)
            mistake_at_key(loading, setting->key, "is missing; add it, as in \"%s\"", setting->example);
        else
            fallback_apply(loading, setting, ret);
    }
}

void config_defaults(struct arena *arena, struct config *ret) {
    struct loading loading = {.arena = arena};
    *ret = (struct config){0};
    for (size_t i = 0; i < setting_count; i++)
        fallback_apply(&loading, &settings[i], ret);
}

int config_load(const char *path, struct arena *arena, struct config *ret, struct buf *report) {
    struct loading loading = {.path = path, .arena = arena};
    struct config config = {0};
    if (read_file(&loading) && parse(&loading)) {
        check_keys(&loading);
        apply_all(&loading, &config);
        check_together(&loading, &config);
    }
    json_decref(loading.root);
    mistakes_write(&loading, report);
    if (loading.mistake_count)
        return FAIL_CONFIG;
    provider_apply(&loading, &config);
    *ret = config;
    return 0;
}
