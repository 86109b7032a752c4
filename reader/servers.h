/* servers.h - the configuration in the words of mail/: what the daemon connects to, and `codingdesk login` tries. Strings are the
 * configuration's. */
#ifndef READER_SERVERS_H
#define READER_SERVERS_H

#include "config/config.h"
#include "mail/oauth.h"
#include "mail/wire.h"

struct wire_settings servers_wire(const struct config_server *);

/* Only where oauth.provider is set. */
struct oauth_settings servers_oauth(const struct config_oauth *, time_t (*now)(void));

/* Where a server's tokens come from: oauth, or NULL where it takes a password. */
struct oauth *servers_login(const struct config_server *, struct oauth *);

#endif
