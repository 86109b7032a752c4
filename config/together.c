#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/host.h"
#include "config/settings.h"

static void check_server(struct loading *loading, const char *key, const struct config_server *server) {
    if (server->security == CONFIG_PLAIN && server->host && !host_is_loopback(server->host))
        mistake_at_key(loading, key, "is plain, but the server is not on this machine; write \"tls\" or \"starttls\"");
}

static void check_readable(struct loading *loading, const char *key, const char *path) {
    if (path && access(path, R_OK) != 0)
        mistake_at_key(loading, key, "%s can not be read: %s; name a file with certificates (PEM) that this user may read", path,
                       strerror(errno));
}

/* A value that was refused is still 0 here and has been reported: it is not compared. */
static void check_order(struct loading *loading, const char *small_key, int small, const char *great_key, int great) {
    if (small && great && small > great)
        mistake_at_key(loading, small_key, "is %d and larger than %s, which is %d; make it smaller", small, great_key, great);
}

static void check_folders(struct loading *loading, const struct config *config) {
    const struct {
        const char *key, *name;
    } folders[] = {
        {"folders.inbox", config->folder},
        {"folders.answered", config->answered_folder},
        {"folders.desk", config->desk_folder},
        {"folders.ignored", config->ignored_folder},
    };
    for (size_t i = 1; i < sizeof folders / sizeof *folders; i++)
        for (size_t j = 0; j < i; j++)
            if (folders[i].name && folders[j].name && strcmp(folders[i].name, folders[j].name) == 0)
                mistake_at_key(loading, folders[i].key, "is the same folder as %s; name another", folders[j].key);
}

/* The desk keeps silent about mail from itself: nobody would read the notice. */
static void check_administrator(struct loading *loading, const struct config *config) {
    struct span administrator = span_of(config->administrator);
    bool ours = span_same(administrator, span_of(config->address));
    for (size_t i = 0; i < config->alias_count; i++)
        ours = ours || span_same(administrator, span_of(config->aliases[i]));
    if (config->administrator && ours)
        mistake_at_key(loading, "administrator", "is an address of the desk, which answers no mail of its own; write a person's");
}

void check_together(struct loading *loading, const struct config *config) {
    check_server(loading, "imap.security", &config->imap);
    check_server(loading, "smtp.security", &config->smtp);
    check_readable(loading, "imap.ca_file", config->imap.ca_file);
    check_readable(loading, "smtp.ca_file", config->smtp.ca_file);
    check_readable(loading, "oauth.ca_file", config->oauth.ca_file);
    check_logins(loading, config);
    check_folders(loading, config);
    check_administrator(loading, config);
    check_order(loading, "retry.first_s", config->retry_first_s, "retry.max_s", config->retry_max_s);
    check_order(loading, "retry.max_s", config->retry_max_s, "retry.give_up_s", config->retry_give_up_s);
    check_order(loading, "limits.head_bytes", config->head_bytes, "limits.max_message_bytes", config->max_message_bytes);
}
