#include <arpa/inet.h>
#include <stddef.h>
#include <stdlib.h>

#include "config/settings.h"

static void *place_of(struct config *config, const struct setting *setting) { return (char *)config + setting->offset; }

static const char *kind_of(const json_t *value) {
    switch (json_typeof(value)) {
    case JSON_OBJECT: return "an object";
    case JSON_ARRAY: return "an array";
    case JSON_STRING: return "a text";
    case JSON_INTEGER: return "a number";
    case JSON_REAL: return "no whole number";
    case JSON_TRUE: return "true";
    case JSON_FALSE: return "false";
    default: return "null";
    }
}

static bool has_control(struct span text) {
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
            return true;
    return false;
}

static bool all_in(struct span text, const char *others) {
    for (size_t i = 0; i < text.len; i++)
        if (!char_is_alnum(text.ptr[i]) && span_find_char(span_of(others), text.ptr[i]) == SPAN_NONE)
            return false;
    return text.len > 0;
}

/* Labels of letters, digits and inner hyphens (RFC 1123). */
static bool is_host_name(struct span host) {
    struct span label;
    if (host.len == 0 || host.len > 253)
        return false;
    while (span_cut(&host, '.', &label))
        if (!all_in(label, "-") || label.len > 63 || label.ptr[0] == '-' || label.ptr[label.len - 1] == '-')
            return false;
    return true;
}

static bool is_host(const char *host) {
    unsigned char address[16];
    return is_host_name(span_of(host)) || inet_pton(AF_INET6, host, address) == 1;
}

/* A dot-atom at a host name (RFC 5322 3.4.1): no quoted parts, no comments, no address literals. */
static bool is_address(struct span text) {
    size_t at = span_find_char(text, '@');
    if (at == SPAN_NONE || at > 64 || text.len > 254)
        return false;
    struct span local = span_slice(text, 0, at), domain = span_slice(text, at + 1, text.len), atom;
    while (span_cut(&local, '.', &atom))
        if (!all_in(atom, "!#$%&'*+-/=?^_`{|}~"))
            return false;
    return is_host_name(domain);
}

/* Which host it names, libcurl finds out; never anything but TLS. */
static bool is_url(struct span text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= 0x20 || text.ptr[i] > 0x7e)
            return false;
    return span_starts(text, SPAN("https://")) && text.len > SPAN("https://").len;
}

static bool fits_type(enum setting_type type, const char *text) {
    struct span span = span_of(text);
    switch (type) {
    case SETTING_NAME: return all_in(span, "._-@");
    case SETTING_ADDRESS: return is_address(span);
    case SETTING_ENVELOPE: return span.len == 0 || is_address(span);
    case SETTING_HOST: return is_host(text);
    case SETTING_URL: return is_url(span);
    default: return !has_control(span);
    }
}

static void wrong_type(struct loading *loading, const struct setting *setting, const json_t *value) {
    if (setting->type == SETTING_NUMBER)
        mistake_at_key(loading, setting->key, "is %s; write a whole number from %ld to %ld", kind_of(value), setting->min, setting->max);
    else
        mistake_at_key(loading, setting->key, "is %s; write %s", kind_of(value), setting_type_text(setting->type));
}

static void apply_number(struct loading *loading, const struct setting *setting, const json_t *value, struct config *ret) {
    if (!json_is_integer(value)) {
        wrong_type(loading, setting, value);
        return;
    }
    json_int_t number = json_integer_value(value);
    if (number < setting->min || number > setting->max)
        mistake_at_key(loading, setting->key, "is %lld; write a whole number from %ld to %ld%s%s", (long long)number, setting->min,
                       setting->max, setting->unit ? " " : "", setting->unit ? setting->unit : "");
    else
        *(int *)place_of(ret, setting) = (int)number;
}

static void apply_flag(struct loading *loading, const struct setting *setting, const json_t *value, struct config *ret) {
    if (json_is_boolean(value))
        *(bool *)place_of(ret, setting) = json_boolean_value(value);
    else
        wrong_type(loading, setting, value);
}

/* Every enum of config.h has the size of an int. */
static void apply_word(struct loading *loading, const struct setting *setting, const json_t *value, struct config *ret) {
    int word = 0;
    if (!json_is_string(value))
        wrong_type(loading, setting, value);
    else if (!name_value(setting_words(setting->type), span_of(json_string_value(value)), &word))
        mistake_at_key(loading, setting->key, "\"%.40s\" is none; write %s", json_string_value(value), setting_type_text(setting->type));
    else
        memcpy(place_of(ret, setting), &word, sizeof word);
}

#define COUNT_FOLLOWS(list, count) (offsetof(struct config, count) == offsetof(struct config, list) + sizeof(const char *const *))
_Static_assert(COUNT_FOLLOWS(aliases, alias_count) && COUNT_FOLLOWS(sender_domains, sender_domain_count) &&
                   COUNT_FOLLOWS(blocked_senders, blocked_sender_count) && COUNT_FOLLOWS(reply_to_allowed, reply_to_allowed_count),
               "the count of a list follows the list");

static bool is_domain(struct span text) { return is_host_name(text) && span_find_char(text, '.') != SPAN_NONE; }

static bool fits_list(enum setting_type type, struct span item) {
    bool address = type != SETTING_DOMAINS && is_address(item);
    return address || (type != SETTING_ADDRESSES && is_domain(item));
}

static void apply_list(struct loading *loading, const struct setting *setting, const json_t *value, struct config *ret) {
    const bool addresses = setting->type != SETTING_DOMAINS, domains = setting->type != SETTING_ADDRESSES;
    const char *what = addresses && domains ? "e-mail address or domain" : domains ? "domain" : "e-mail address";
    const char *form = addresses && domains ? "name@domain, or the domain alone" : domains ? "example.org" : "name@domain";
    if (!json_is_array(value) || json_array_size(value) > (size_t)setting->max) {
        mistake_at_key(loading, setting->key, "is no array of at most %ld %s; write [\"%s\"]", setting->max, setting->unit,
                       addresses ? "one@example.org" : "example.org");
        return;
    }
    size_t count = json_array_size(value);
    const char **items = arena_array(loading->arena, count + 1, sizeof *items);
    for (size_t i = 0; i < count; i++) {
        const char *text = json_string_value(json_array_get(value, i));
        if (text && fits_list(setting->type, span_of(text)))
            items[i] = arena_copy(loading->arena, span_of(text));
        else
            mistake_at_key(loading, setting->key, "number %zu is no %s; write it as %s", i + 1, what, form);
    }
    const char *const **list = place_of(ret, setting);
    *list = items;
    *(size_t *)(void *)(list + 1) = count;
}

static const char *text_value(struct loading *loading, const struct setting *setting, const char *text) {
    if (setting->type == SETTING_PATH)
        return path_beside(loading, text);
    if (setting->type == SETTING_SECRET)
        return secret_read(loading, setting->key, text);
    return arena_copy(loading->arena, span_of(text));
}

static void apply_text(struct loading *loading, const struct setting *setting, const json_t *value, struct config *ret) {
    const char *text = json_string_value(value);
    size_t len = json_string_length(value);
    if (!text)
        wrong_type(loading, setting, value);
    else if (len < (size_t)setting->min)
        mistake_at_key(loading, setting->key, "is empty; write %s", setting_type_text(setting->type));
    else if (len > (size_t)setting->max)
        mistake_at_key(loading, setting->key, "has %zu bytes; write at most %ld", len, setting->max);
    else if (!fits_type(setting->type, text) && setting->type == SETTING_TEXT)
        mistake_at_key(loading, setting->key, "holds control characters; remove them");
    else if (!fits_type(setting->type, text))
        mistake_at_key(loading, setting->key, "\"%.80s\" is none; write %s", text, setting_type_text(setting->type));
    else
        *(const char **)place_of(ret, setting) = text_value(loading, setting, text);
}

void value_apply(struct loading *loading, const struct setting *setting, const json_t *value, struct config *ret) {
    switch (setting->type) {
    case SETTING_NUMBER: apply_number(loading, setting, value, ret); break;
    case SETTING_FLAG: apply_flag(loading, setting, value, ret); break;
    case SETTING_SECURITY:
    case SETTING_LOGIN:
    case SETTING_PROVIDER:
    case SETTING_FLOW: apply_word(loading, setting, value, ret); break;
    case SETTING_ADDRESSES:
    case SETTING_DOMAINS:
    case SETTING_SENDERS: apply_list(loading, setting, value, ret); break;
    default: apply_text(loading, setting, value, ret);
    }
}

void fallback_apply(struct loading *loading, const struct setting *setting, struct config *ret) {
    json_t *value;
    if (!setting->fallback)
        return;
    switch (setting->type) {
    case SETTING_NUMBER: value = json_integer(strtol(setting->fallback, NULL, 10)); break;
    case SETTING_FLAG: value = json_boolean(span_equal(span_of(setting->fallback), SPAN("true"))); break;
    default: value = json_string(setting->fallback);
    }
    value_apply(loading, setting, value, ret);
    json_decref(value);
}
