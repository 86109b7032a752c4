/* settings.h - inside config/ alone: the table of settings, and how what is wrong with a file is gathered. */
#ifndef CONFIG_SETTINGS_H
#define CONFIG_SETTINGS_H

#include <jansson.h>

#include "base/name.h"
#include "config/config.h"
#include "config/lines.h"

enum setting_type {
    SETTING_TEXT,      /* min to max bytes, no control characters */
    SETTING_NAME,      /* letters, digits and "._-@" */
    SETTING_ADDRESS,   /* an e-mail address, ASCII */
    SETTING_ENVELOPE,  /* an address or "" */
    SETTING_ADDRESSES, /* an array of addresses */
    SETTING_DOMAINS,   /* an array of host names */
    SETTING_SENDERS,   /* an array of addresses and host names */
    SETTING_HOST,
    SETTING_NUMBER, /* min to max */
    SETTING_FLAG,
    SETTING_SECURITY, /* one of a few words, as the next three: setting_words */
    SETTING_LOGIN,
    SETTING_PROVIDER,
    SETTING_FLOW,
    SETTING_URL,    /* https:// */
    SETTING_PATH,   /* relative to the folder of the configuration file */
    SETTING_SECRET, /* a file with one line; the value is that line */
    SETTING_TYPE_COUNT
};

struct setting {
    const char *key; /* "imap.host" */
    enum setting_type type;
    size_t offset; /* in struct config */
    long min, max; /* of the value, or of its length in bytes */
    const char *unit;
    const char *fallback; /* as text; NULL: nothing is set */
    const char *example;  /* of a key that is required; NULL: it is not. Whether a secret is, together.c knows */
    const char *reason;   /* what it is, and why this default */
};

extern const struct setting settings[];
extern const size_t setting_count;
const struct setting *setting_find(struct span key);
bool setting_is_group(struct span key);             /* "imap" */
const char *setting_type_text(enum setting_type);   /* "a whole number" */
const struct name *setting_words(enum setting_type); /* NULL: its values are no words of ours */

/* What is being loaded, and what was found wrong so far. */
struct loading {
    const char *path;
    struct arena *arena;
    struct span text; /* the file */
    json_t *root;
    struct key_lines keys;
    struct mistake *mistakes;
    size_t mistake_count;
};

struct mistake {
    size_t line;
    const char *text; /* what is wrong; what to do */
};

/* The value at a key, NULL when there is none or null. */
const json_t *loading_value(const struct loading *, const char *key);

/* Adds a line "KEY: what is wrong; what to do" to what is reported, at the line of the key (or of the group it is missing in).
 * After 100 of them the file is another one than was meant, and no more are added. */
__attribute__((format(printf, 3, 4))) void mistake_at_key(struct loading *, const char *key, const char *format, ...);
__attribute__((format(printf, 3, 4))) void mistake_at_line(struct loading *, size_t line, const char *format, ...);

/* In order of line, each with the file's name. */
void mistakes_write(struct loading *, struct buf *report);

/* keys.c: keys that are unknown, double or no group. */
void check_keys(struct loading *);

/* values.c: one value into its place; what is wrong with it is a mistake. fallback_apply can not fail. */
void value_apply(struct loading *, const struct setting *, const json_t *value, struct config *ret);
void fallback_apply(struct loading *, const struct setting *, struct config *ret);

/* secret.c: the line in the file. NULL and a mistake when it can not be used. */
const char *secret_read(struct loading *, const char *key, const char *path);
const char *path_beside(struct loading *, const char *path);

/* together.c: what is wrong between settings that are right alone. */
void check_together(struct loading *, const struct config *);

/* oauth.c: the same for the logins and the tokens; and what a provider stands for, once nothing is wrong. */
void check_logins(struct loading *, const struct config *);
void provider_apply(struct loading *, struct config *ret);

#endif
