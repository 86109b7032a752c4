#include "reader/desk.h"

static const char *domain_of(const char *address) {
    size_t at = span_find_char(span_of(address), '@');
    return at == SPAN_NONE ? address : address + at + 1;
}

static const char *own_address(const struct config *config) { return config->address ? config->address : "codingdesk@localhost"; }

struct reader_desk reader_desk_of(const struct config *config, struct arena *arena) {
    const char **addresses = arena_array(arena, 1 + config->alias_count, sizeof *addresses);
    size_t count = 0;
    if (config->address)
        addresses[count++] = config->address;
    for (size_t i = 0; i < config->alias_count; i++)
        addresses[count++] = config->aliases[i];
    return (struct reader_desk){
        .gate = {.addresses = addresses,
                 .address_count = count,
                 .max_hops = (size_t)config->max_hops,
                 .authserv_id = config->authserv_id,
                 .reply_to_allowed = config->reply_to_allowed,
                 .reply_to_allowed_count = config->reply_to_allowed_count},
        .reply = {.from_address = own_address(config), .from_name = config->name},
        .acknowledge = config->acknowledge,
        .limits = message_default_limits,
        .least_confidence = config->answer_confidence,
    };
}

struct recall reader_recall_of(const struct config *config, struct journal *journal, const struct sign_key *key) {
    return (struct recall){.config = config,
                           .identity = {.account = config->account, .domain = domain_of(own_address(config)), .key = key},
                           .wants_verified = config->authserv_id != NULL,
                           .journal = journal};
}

const char *reader_key_path(const char *journal_file, struct arena *arena) {
    struct span file = span_of(journal_file);
    while (file.len && file.ptr[file.len - 1] != '/')
        file.len--;
    return arena_printf(arena, "%.*scodingdesk.key", SPAN_ARG(file));
}
