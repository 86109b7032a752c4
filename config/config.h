/* config.h - one JSON file. The table in config/table.c is the parser, the example file and the reference at once.
 * All that is wrong is reported in one go, each with file, line, key and what to do. Secrets are read from files of their own. */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fail.h"

enum config_security { CONFIG_TLS, CONFIG_STARTTLS, CONFIG_PLAIN };
enum config_login { CONFIG_PASSWORD, CONFIG_OAUTH };
enum config_provider { CONFIG_NO_PROVIDER, CONFIG_MICROSOFT, CONFIG_GOOGLE, CONFIG_CUSTOM };
enum config_flow { CONFIG_REFRESH, CONFIG_CLIENT_CREDENTIALS };

struct config_server {
    const char *host;
    int port;
    enum config_security security; /* "tls", "starttls", "plain" (loopback alone) */
    const char *ca_file;           /* NULL: the system's */
    const char *user;              /* NULL for smtp: no authentication */
    enum config_login login;       /* "password" or "oauth": never one in place of the other */
    const char *password;          /* read from password_file, without its line end; NULL where there is none */
    int timeout_s;
};

/* What mail/oauth.h takes. A provider we know stands for its addresses and scope. */
struct config_oauth {
    enum config_provider provider; /* CONFIG_NO_PROVIDER: nothing logs in with tokens, all else is NULL */
    const char *provider_name;     /* "microsoft", "google", "custom" */
    enum config_flow flow;         /* "refresh", "client_credentials" */
    const char *tenant, *client_id, *client_secret;
    const char *token_url, *device_url, *browser_url, *scope;
    const char *token_file, *ca_file;
};

struct config {
    const char *account;           /* name of this mailbox in the journal; "default" */
    const char *address;           /* the desk's own address, answers come from it */
    const char *name;              /* display name */
    const char *const *aliases;    /* further addresses of the desk */
    size_t alias_count;
    const char *authserv_id;       /* whose Authentication-Results are believed; NULL: nobody's */
    const char *const *reply_to_allowed; /* domains */
    size_t reply_to_allowed_count;
    bool acknowledge;              /* the asker of a question that goes to a person is told so */
    int answer_confidence;         /* in percent: what is less sure goes to a person */

    struct config_server imap;
    const char *folder;            /* "INBOX" */
    const char *answered_folder, *desk_folder, *ignored_folder;
    int idle_s, poll_s;
    int max_message_bytes, head_bytes, batch;

    struct config_server smtp;
    struct config_oauth oauth;
    const char *envelope_from;     /* "" is the null sender */
    int connections;
    int retry_first_s, retry_max_s, retry_give_up_s;
    int max_hops;
    int guest_hour, guest_day, registered_hour, registered_day; /* replies to one sender */
    int breaker_domain_hour, breaker_all_hour;                  /* replies to one domain, and in all */
    const char *const *sender_domains; /* whose senders count as registered */
    size_t sender_domain_count;
    const char *const *blocked_senders; /* addresses and domains */
    size_t blocked_sender_count;
    const char *administrator;     /* gets a mail when a breaker opens; NULL: nobody does */
    int retention_days;            /* 0: for ever */
    bool resend_unknown;           /* an unknown outcome: false hold (default), true send again with the same Message-ID */

    const char *journal_file;      /* NULL: the default place */
    const char *kb_file;           /* NULL: the one beside the program */
    const char *text_folder;       /* NULL: the built-in wording */
};

/* Everything lies in the arena, which needs 4 MiB. FAIL_CONFIG: *report holds one line for each mistake (at most 100), in order of line:
 * FILE:LINE: KEY: what is wrong; what to do. A key that is null counts as not set. Relative paths begin at the folder of the file;
 * those of secrets are looked for in $CREDENTIALS_DIRECTORY first. */
int config_load(const char *path, struct arena *, struct config *ret, struct buf *report);

/* What holds where no file says anything; keys that a file must have stay NULL or 0. */
void config_defaults(struct arena *, struct config *ret);

/* The example file, from the table: every key with its default, in the table's order, as strict JSON (which has no room for words:
 * those are in the reference). */
void config_example(struct buf *ret);

/* The reference for the manual, from the table (one item a key: name, type, unit, range, default, reason), in CommonMark. */
void config_reference(struct buf *ret);

#endif
