#include "config/settings.h"

enum { SHOWN_KEY = 60, NAMES_MAX = 128 };

static size_t dots_in(struct span key) {
    size_t count = 0;
    for (size_t i = 0; i < key.len; i++)
        count += key.ptr[i] == '.';
    return count;
}

static struct span last_part(struct span key) {
    for (size_t i = key.len; i > 0; i--)
        if (key.ptr[i - 1] == '.')
            return span_slice(key, i, key.len);
    return key;
}

/* The nearest full key or group; else a key of another group whose last part is this one ("host" for "imap.host"). */
static const char *nearest_key(struct span key) {
    const char *names[NAMES_MAX] = {"imap", "smtp", "folders", "retry", "limits"};
    size_t count = 5;
    for (size_t i = 0; i < setting_count && count < NAMES_MAX; i++)
        names[count++] = settings[i].key;
    for (size_t i = 0; i < setting_count; i++)
        if (span_same(last_part(span_of(settings[i].key)), last_part(key)))
            return settings[i].key;
    return name_nearest(names, count, key);
}

static void report_unknown(struct loading *loading, const struct key_line *key) {
    int len = (int)(key->key.len < SHOWN_KEY ? key->key.len : SHOWN_KEY);
    if (setting_find(key->key)) {
        mistake_at_line(loading, key->line, "%.*s: is written in one word; write {\"%.*s\": {...}} with the rest inside", len, key->key.ptr,
                        (int)span_find_char(key->key, '.'), key->key.ptr);
        return;
    }
    const char *nearest = nearest_key(key->key);
    if (nearest)
        mistake_at_line(loading, key->line, "%.*s: unknown key; did you mean %s?", len, key->key.ptr, nearest);
    else
        mistake_at_line(loading, key->line, "%.*s: unknown key; remove it", len, key->key.ptr);
}

static bool is_below(struct span key, struct span group) {
    return group.len && key.len > group.len && key.ptr[group.len] == '.' && span_starts(key, group);
}

static bool is_known(const struct key_line *key) {
    return dots_in(key->key) == key->depth && (setting_find(key->key) || setting_is_group(key->key));
}

static void check_double(struct loading *loading, size_t at) {
    const struct key_line *key = &loading->keys.items[at];
    for (size_t i = 0; i < at; i++)
        if (span_equal(loading->keys.items[i].key, key->key)) {
            mistake_at_line(loading, key->line, "%.*s: is there twice, first in line %zu; remove one", SPAN_ARG(key->key),
                            loading->keys.items[i].line);
            return;
        }
}

static void check_group(struct loading *loading, struct span key) {
    const char *name = arena_copy(loading->arena, key);
    const json_t *value = loading_value(loading, name);
    if (value && !json_is_object(value))
        mistake_at_key(loading, name, "is no object; write \"%s\": {...}", name);
}

/* What lies inside an unknown key, or inside one that takes no object, is not looked at. */
void check_keys(struct loading *loading) {
    struct span closed = SPAN("");
    for (size_t i = 0; i < loading->keys.count; i++) {
        const struct key_line *key = &loading->keys.items[i];
        if (is_below(key->key, closed))
            continue;
        if (!is_known(key))
            report_unknown(loading, key);
        else
            check_double(loading, i);
        if (is_known(key) && setting_is_group(key->key))
            check_group(loading, key->key);
        else
            closed = key->key;
    }
}
