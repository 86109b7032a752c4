#include "reader/desk.h"

static const char *domain_of(const char *address) {
    size_t at = span_find_char(span_of(address), '@');
    return at == SPAN_NONE ? address : address + at + 1;
}

struct reader_desk reader_desk_of(const struct config *config, struct arena *arena) {
    const char **addresses = arena_array(arena, 1 + config->alias_count, sizeof *addresses);
    const char *own = config->address ? config->address : "codingdesk@localhost";
    size_t count = 0;
    if (config->address)
        addresses[count++] = config->address;
    for (size_t i = 0; i < config->alias_count; i++)
        addresses[count++] = config->aliases[i];
    return (struct reader_desk){
        .account = config->account,
        .gate = {.addresses = addresses, .address_count = count, .reply_id_domain = domain_of(own), .max_hops = (size_t)config->max_hops},
        .reply = {.from_address = own, .from_name = config->name, .message_id_domain = domain_of(own)},
        .acknowledge = config->acknowledge,
        .limits = message_default_limits,
        .least_confidence = config->answer_confidence,
    };
}
