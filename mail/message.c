#include "mail/message.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "mail/address.h"
#include "mail/body.h"
#include "mail/charset.h"
#include "mail/passages.h"

const struct message_limits message_default_limits = {
    .depth = 50, .parts = 500, .headers = 1000, .header_bytes = 64 * 1024, .text_bytes = 512 * 1024};

const struct header *message_header(const struct message *message, const char *name, size_t *at) {
    struct span wanted = span_of(name);
    while (*at < message->header_count) {
        const struct header *header = &message->headers[(*at)++];
        if (span_same(header->name, wanted))
            return header;
    }
    return NULL;
}

struct span message_field(const struct message *message, const char *name) {
    return header_find(message->headers, message->header_count, name);
}

static struct addresses addresses_of(const struct message *message, const char *name, struct arena *arena) {
    struct addresses all = {NULL, 0};
    const struct header *header;
    for (size_t at = 0; (header = message_header(message, name, &at));) {
        struct addresses some = address_list(header->value, arena);
        for (size_t i = 0; i < some.count; i++) {
            all.items = arena_grow(arena, all.items, all.count, sizeof *all.items);
            all.items[all.count++] = some.items[i];
        }
    }
    return all;
}

static void read_people(struct message *message, struct arena *arena) {
    message->from = addresses_of(message, "from", arena);
    message->sender = addresses_of(message, "sender", arena);
    message->reply_to = addresses_of(message, "reply-to", arena);
    message->to = addresses_of(message, "to", arena);
    message->cc = addresses_of(message, "cc", arena);
}

static void read_thread(struct message *message, struct arena *arena) {
    size_t count;
    const char **ids = header_message_ids(message_field(message, "message-id"), arena, &count);
    message->message_id = count ? ids[0] : NULL;
    message->in_reply_to = header_message_ids(message_field(message, "in-reply-to"), arena, &message->in_reply_to_count);
    message->references = header_message_ids(message_field(message, "references"), arena, &message->reference_count);
    if (message->reference_count == 0) {
        message->references = message->in_reply_to;
        message->reference_count = message->in_reply_to_count;
    }
}

static bool is_report(const struct mime_part *part) {
    static const char *const types[] = {"message/delivery-status",
                                        "message/global-delivery-status",
                                        "message/feedback-report",
                                        "message/disposition-notification",
                                        "message/global-disposition-notification",
                                        "text/rfc822-headers",
                                        "message/global-headers"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (mime_is(part, types[i]))
            return true;
    return false;
}

/* "" becomes NULL. */
static const char *lower_parameter(const struct mime_part *part, const char *name, struct arena *arena) {
    struct span value = header_token(header_parameter(part->content_type, name, arena), arena);
    return value.len ? value.ptr : NULL;
}

static void read_kind(struct message *message, const struct mime *mime, struct arena *arena) {
    const struct mime_part *root = &mime->parts[MIME_ROOT];
    message->content_type = arena_copy(arena, root->type);
    message->report_type = lower_parameter(root, "report-type", arena);
    for (size_t i = 0; i < mime->count; i++) {
        message->has_report_part |= is_report(&mime->parts[i]);
        if (mime_is(&mime->parts[i], "text/calendar") && !message->calendar_method)
            message->calendar_method = lower_parameter(&mime->parts[i], "method", arena);
    }
}

int message_read(struct span raw, bool whole, const struct message_limits *limits, struct arena *arena, struct message *ret,
                 struct why *why) {
    struct header_block block;
    struct mime mime;
    int failed = header_scan(raw, HEADER_OUTER, limits, arena, &block, why);
    if (failed)
        return failed;
    if (block.count == 0)
        return why_set(why, FAIL_INPUT, "this is no mail: it has no header field");
    failed = mime_scan(&block, whole, limits, arena, &mime, why);
    if (failed)
        return failed;
    struct message message = {.headers = block.fields, .header_count = block.count};
    read_people(&message, arena);
    read_thread(&message, arena);
    message.subject = charset_words(message_field(&message, "subject"), arena);
    read_kind(&message, &mime, arena);
    struct body body = body_text(&mime, limits, arena);
    message.text = body.text;
    message.text_from_html = body.from_html;
    message.text_complete = whole || (block.closed && body.complete);
    message.passages = passages_split(body.text, arena, &message.passage_count);
    *ret = message;
    return 0;
}
