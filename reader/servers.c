#include "reader/servers.h"

enum { MAX_RESPONSE_BYTES = 64 << 20 };

static enum wire_security security_of(enum config_security security) {
    return security == CONFIG_TLS ? WIRE_TLS : security == CONFIG_STARTTLS ? WIRE_STARTTLS : WIRE_PLAIN;
}

struct wire_settings servers_wire(const struct config_server *server) {
    return (struct wire_settings){.host = server->host,
                                  .port = server->port,
                                  .security = security_of(server->security),
                                  .ca_file = server->ca_file,
                                  .timeout_s = server->timeout_s,
                                  .max_response_bytes = MAX_RESPONSE_BYTES};
}

struct oauth_settings servers_oauth(const struct config_oauth *oauth, time_t (*now)(void)) {
    return (struct oauth_settings){.provider = oauth->provider_name,
                                   .flow = oauth->flow == CONFIG_REFRESH ? OAUTH_REFRESH : OAUTH_CLIENT_CREDENTIALS,
                                   .client_id = oauth->client_id,
                                   .client_secret = oauth->client_secret,
                                   .token_url = oauth->token_url,
                                   .device_url = oauth->device_url,
                                   .browser_url = oauth->browser_url,
                                   .scope = oauth->scope,
                                   .ca_file = oauth->ca_file,
                                   .token_file = oauth->token_file,
                                   .now = now};
}

struct oauth *servers_login(const struct config_server *server, struct oauth *oauth) {
    return server->login == CONFIG_OAUTH ? oauth : NULL;
}
