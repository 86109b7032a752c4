#include "config/settings.h"

static bool is_list(const struct setting *setting) {
    return setting->type == SETTING_ADDRESSES || setting->type == SETTING_DOMAINS || setting->type == SETTING_SENDERS;
}

/* Texts of the table need no escapes: a unit test holds them to that. */
static void write_value(struct buf *ret, const struct setting *setting) {
    const char *value = setting->example ? setting->example : setting->fallback;
    if (!value)
        buf_text(ret, is_list(setting) ? "[]" : "null");
    else if (setting->type == SETTING_NUMBER || setting->type == SETTING_FLAG)
        buf_text(ret, value);
    else
        buf_printf(ret, "\"%s\"", value);
}

/* "imap." of "imap.host", empty for a key at the top. */
static struct span group_of(const struct setting *setting) {
    struct span key = span_of(setting->key);
    size_t dot = span_find_char(key, '.');
    return span_slice(key, 0, dot == SPAN_NONE ? 0 : dot + 1);
}

void config_example(struct buf *ret) {
    struct span open = SPAN("");
    for (size_t i = 0; i < setting_count; i++) {
        struct span group = group_of(&settings[i]);
        bool changes = !span_equal(group, open);
        if (changes && open.len)
            buf_text(ret, "\n  }");
        buf_text(ret, i == 0 ? "{\n" : changes && !open.len && !group.len ? "" : ",\n");
        if (changes && group.len)
            buf_printf(ret, "  \"%.*s\": {\n", (int)group.len - 1, group.ptr);
        buf_printf(ret, "%s\"%s\": ", group.len ? "    " : "  ", settings[i].key + group.len);
        write_value(ret, &settings[i]);
        open = group;
    }
    buf_text(ret, open.len ? "\n  }\n}\n" : "\n}\n");
}

static void write_range(struct buf *ret, const struct setting *setting) {
    const char *unit = setting->unit ? setting->unit : "";
    buf_text(ret, setting_type_text(setting->type));
    if (setting->type == SETTING_NUMBER)
        buf_printf(ret, ", %ld to %ld%s%s", setting->min, setting->max, *unit ? " " : "", unit);
    else if (is_list(setting))
        buf_printf(ret, ", at most %ld", setting->max);
    else if (setting->max)
        buf_printf(ret, ", at most %ld bytes", setting->max);
}

static void write_default(struct buf *ret, const struct setting *setting) {
    if (setting->example)
        buf_text(ret, setting->type == SETTING_SECRET ? "required, unless it logs in with tokens" : "required");
    else if (!setting->fallback)
        buf_text(ret, "not set");
    else {
        buf_text(ret, "default `");
        write_value(ret, setting);
        buf_char(ret, '`');
    }
}

void config_reference(struct buf *ret) {
    for (size_t i = 0; i < setting_count; i++) {
        buf_printf(ret, "- **`%s`**: ", settings[i].key);
        write_range(ret, &settings[i]);
        buf_text(ret, "; ");
        write_default(ret, &settings[i]);
        buf_printf(ret, ".\n  %s\n", settings[i].reason);
    }
}
