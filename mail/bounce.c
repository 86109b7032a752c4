#include "mail/bounce.h"

#include <string.h>

#include "base/buf.h"
#include "mail/address.h"
#include "mail/mime.h"
#include "mail/robot_bounces.h"

enum { NAMES = 50, NAME_BYTES = 1000, STATUS_BYTES = 12, DIAGNOSTIC_BYTES = 200, EARLY_BYTES = 4096 };

/* Of a whole mail, whatever its parts. */
enum { GROUPS = 500, TEXT_LINES = 5000, LOOKS_FOR_IDS = 200 };

struct names {
    const char **items;
    size_t count;
};

/* What has been found so far. */
struct reading_of {
    const struct message_limits *limits;
    struct arena *arena;
    struct bounce bounce;
    size_t groups, lines, looked_for_ids;
    struct names ids, recipients, written_to; /* written_to: the To of the returned header */
};

static void add_name(struct reading_of *of, struct names *names, const char *name) {
    if (names->count == NAMES)
        return;
    names->items = arena_grow(of->arena, names->items, names->count, sizeof *names->items);
    names->items[names->count++] = name;
}

/* Looking for ids in what pretends to hold some is dear: each "<" may cost as much as the longest id. */
static void add_ids(struct reading_of *of, struct span value) {
    size_t count;
    if (of->looked_for_ids++ >= LOOKS_FOR_IDS)
        return;
    const char **ids = header_message_ids(span_slice(value, 0, NAME_BYTES), of->arena, &count);
    for (size_t i = 0; i < count; i++)
        add_name(of, &of->ids, ids[i]);
}

static void add_addresses(struct reading_of *of, struct names *names, struct span value) {
    struct addresses list = address_list(value, of->arena);
    for (size_t i = 0; i < list.count; i++)
        add_name(of, names, list.items[i].mailbox);
}

/* One printable line; what is none becomes "?". */
static const char *printable(struct span text, size_t max, struct arena *arena) {
    char *line = arena_copy(arena, span_slice(span_trim(text), 0, max));
    for (char *c = line; *c; c++)
        if (*c < ' ' || *c > '~')
            *c = *c == '\t' ? ' ' : '?';
    return line;
}

/* --- status codes ------------------------------------------------------------------------------------------------- */

/* Length of "5.1.1" at the start of text, 0 when something else stands there. */
static size_t status_length(struct span text) {
    size_t at = 0, dots = 0, digits = 0;
    if (text.len == 0 || !strchr("245", text.ptr[0]))
        return 0;
    for (; at < text.len; at++) {
        if (char_is_digit(text.ptr[at]) && digits < 3)
            digits++;
        else if (text.ptr[at] == '.' && dots < 2 && digits && (dots || digits == 1)) {
            dots++;
            digits = 0;
        } else
            break;
    }
    bool goes_on =
        at < text.len && (char_is_alnum(text.ptr[at]) || (text.ptr[at] == '.' && at + 1 < text.len && char_is_digit(text.ptr[at + 1])));
    return dots == 2 && digits && !goes_on && at < STATUS_BYTES ? at : 0;
}

static struct span find_status(struct span line) {
    for (size_t i = 0; i < line.len; i++) {
        bool begins = i == 0 || !(char_is_alnum(line.ptr[i - 1]) || line.ptr[i - 1] == '.');
        size_t len = begins ? status_length(span_slice(line, i, line.len)) : 0;
        if (len)
            return span_slice(line, i, i + len);
    }
    return SPAN("");
}

/* --- message/delivery-status -------------------------------------------------------------------------------------- */

static enum bounce_action action_named(struct span word, struct span status) {
    static const struct {
        struct span word;
        enum bounce_action action;
    } words[] = {{SPAN("failed"), BOUNCE_FAILED},       {SPAN("failure"), BOUNCE_FAILED},    {SPAN("delayed"), BOUNCE_DELAYED},
                 {SPAN("delivered"), BOUNCE_DELIVERED}, {SPAN("relayed"), BOUNCE_DELIVERED}, {SPAN("expanded"), BOUNCE_DELIVERED}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_equal(word, words[i].word))
            return words[i].action;
    char class = status.len ? status.ptr[0] : '?';
    return class == '5' ? BOUNCE_FAILED : class == '2' ? BOUNCE_DELIVERED : class == '4' ? BOUNCE_DELAYED : BOUNCE_NONE;
}

/* What stands behind "rfc822;" or "smtp;". */
static struct span untyped(struct span value) {
    size_t semicolon = span_find_char(value, ';');
    return span_trim(semicolon == SPAN_NONE ? value : span_slice(value, semicolon + 1, value.len));
}

/* Our replies have one recipient; where his mail system sent it on to several, the worst counts. */
static void read_recipient(struct reading_of *of, const struct header_block *group) {
    struct span status = find_status(header_find(group->fields, group->count, "status"));
    struct span diagnostic = untyped(header_find(group->fields, group->count, "diagnostic-code"));
    enum bounce_action action = action_named(header_token(header_find(group->fields, group->count, "action"), of->arena), status);
    if (action == BOUNCE_NONE || (of->bounce.action != BOUNCE_NONE && action > of->bounce.action))
        return;
    if (of->bounce.action != action) {
        of->bounce.action = action;
        of->recipients.count = 0;
        of->bounce.status = printable(status, STATUS_BYTES, of->arena);
        of->bounce.diagnostic = printable(diagnostic, DIAGNOSTIC_BYTES, of->arena);
    }
    static const char *const fields[] = {"original-recipient", "final-recipient", "x-actual-recipient"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        add_addresses(of, &of->recipients, untyped(header_find(group->fields, group->count, fields[i])));
}

/* A Message-ID here is that of the returned header, where the boundary before it is broken. */
static void read_status(struct reading_of *of, struct span text) {
    static const char *const ids[] = {"original-message-id", "x-original-message-id", "message-id"};
    struct header_block group;
    while (of->groups++ < GROUPS && !header_scan(text, HEADER_OUTER, of->limits, of->arena, &group, NULL) && group.count) {
        read_recipient(of, &group);
        for (size_t j = 0; j < sizeof ids / sizeof *ids; j++)
            add_ids(of, header_find(group.fields, group.count, ids[j]));
        text = group.body;
    }
}

/* --- the mail that came back -------------------------------------------------------------------------------------- */

static void read_returned(struct reading_of *of, struct span text) {
    struct header_block block;
    if (header_scan(text, HEADER_OUTER, of->limits, of->arena, &block, NULL))
        return;
    add_ids(of, header_find(block.fields, block.count, "message-id"));
    add_addresses(of, &of->written_to, header_find(block.fields, block.count, "to"));
}

/* --- reports in plain text ---------------------------------------------------------------------------------------- */

/* "<asker@clinic.example>:" as qmail writes it, or the address alone, as others do. */
static void read_lone_address(struct reading_of *of, struct span line) {
    if (line.len && line.ptr[line.len - 1] == ':')
        line = span_slice(line, 0, line.len - 1);
    if (line.len > 1 && line.ptr[0] == '<' && line.ptr[line.len - 1] == '>')
        line = span_slice(line, 1, line.len - 1);
    if (address_usable(line))
        add_name(of, &of->recipients, arena_copy(of->arena, line));
}

static struct span unquoted(struct span line) {
    line = span_trim(line);
    while (line.len && line.ptr[0] == '>')
        line = span_trim(span_slice(line, 1, line.len));
    return line;
}

static void read_copied_id(struct reading_of *of, struct span line, struct span rest) {
    static const struct span name = SPAN("message-id:");
    if (!span_starts_same(line, name))
        return;
    size_t before = of->ids.count;
    add_ids(of, span_slice(line, name.len, line.len));
    if (of->ids.count == before && span_line(&rest, &line))
        add_ids(of, unquoted(line));
}

/* Message-IDs anywhere, where the header that came back is a part of the text; the rest out of what stands before them. */
static void read_text(struct reading_of *of, struct span text, bool alone) {
    struct span line;
    while (of->lines++ < TEXT_LINES && span_line(&text, &line)) {
        line = unquoted(line);
        read_copied_id(of, line, text);
        if (span_starts_same(line, SPAN("to:")))
            add_addresses(of, &of->written_to, span_slice(line, 3, line.len));
        if (!alone || of->ids.count)
            continue;
        read_lone_address(of, line);
        struct span status = find_status(line);
        if (status.len && !*of->bounce.status) {
            of->bounce.status = printable(status, STATUS_BYTES, of->arena);
            of->bounce.diagnostic = printable(line, DIAGNOSTIC_BYTES, of->arena);
        }
    }
}

static bool says_delayed(struct span text) {
    static const struct span words[] = {
        SPAN("(delay"),       SPAN("delayed"),         SPAN("warning message only"), SPAN("warning: could not send"),
        SPAN("not yet been"), SPAN("will be retried"), SPAN("will keep trying"),     SPAN("will continue to")};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_find_same(text, words[i]) != SPAN_NONE)
            return true;
    return false;
}

/* Without a delivery-status the words have to say so, lest an absence notice be taken for a bounce. */
static void read_words(struct reading_of *of, const struct message *message) {
    struct span subject = span_of(message->subject), opening = span_slice(message->text, 0, EARLY_BYTES);
    struct span failed = message_field(message, "x-failed-recipients");
    if (!failed.len && !robot_bounce_subject(subject) && !robot_bounce_text(opening))
        return;
    add_addresses(of, &of->recipients, failed);
    bool delayed = says_delayed(subject) || (!failed.len && says_delayed(opening));
    of->bounce.action = delayed ? BOUNCE_DELAYED : BOUNCE_FAILED;
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

static bool is_one_of(const struct mime_part *part, const char *const *types, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (mime_is(part, types[i]))
            return true;
    return false;
}

static bool holds_status(const struct mime_part *part) {
    static const char *const types[] = {"message/delivery-status", "message/global-delivery-status"};
    return is_one_of(part, types, sizeof types / sizeof *types);
}

static bool holds_returned(const struct mime_part *part) {
    static const char *const types[] = {"message/rfc822",         "message/global", "text/rfc822-headers",
                                        "message/global-headers", "text/rfc822",    "message/partial"};
    return is_one_of(part, types, sizeof types / sizeof *types);
}

/* What is said in so many fields first, so that it is known whether the words are needed. */
static void read_parts(struct reading_of *of, const struct message *message, const struct mime *mime) {
    for (size_t i = 0; i < mime->count; i++) {
        const struct mime_part *part = &mime->parts[i];
        if (holds_status(part))
            read_status(of, mime_decoded(part, of->limits->text_bytes, of->arena));
        else if (holds_returned(part))
            read_returned(of, mime_decoded(part, of->limits->text_bytes, of->arena));
    }
    bool in_words = of->bounce.action == BOUNCE_NONE;
    if (in_words)
        read_words(of, message);
    if (of->bounce.action == BOUNCE_NONE || (!in_words && of->ids.count))
        return;
    for (size_t i = 0; i < mime->count; i++)
        if (span_starts(mime->parts[i].type, SPAN("text/")) && !holds_returned(&mime->parts[i]))
            read_text(of, mime_decoded(&mime->parts[i], of->limits->text_bytes, of->arena), in_words);
}

static const char *lines_of(const struct names *names, struct arena *arena) {
    struct buf buf;
    buf_init(&buf, NAMES * NAME_BYTES);
    for (size_t i = 0; i < names->count; i++)
        buf_printf(&buf, "%s%s", i ? "\n" : "", names->items[i]);
    const char *ret = buf_keep(&buf, arena);
    buf_free(&buf);
    return ret;
}

void bounce_read(struct span raw, bool whole, const struct message *message, const struct message_limits *limits, struct arena *arena,
                 struct bounce *ret) {
    struct reading_of of = {.limits = limits, .arena = arena, .bounce = {BOUNCE_NONE, "", "", "", ""}};
    struct header_block block;
    struct mime mime;
    *ret = of.bounce;
    if (header_scan(raw, HEADER_OUTER, limits, arena, &block, NULL) || mime_scan(&block, whole, limits, arena, &mime, NULL))
        return;
    read_parts(&of, message, &mime);
    if (of.bounce.action == BOUNCE_NONE)
        return;
    for (size_t i = 0; i < message->in_reply_to_count; i++)
        add_name(&of, &of.ids, message->in_reply_to[i]);
    for (size_t i = 0; i < message->reference_count; i++)
        add_name(&of, &of.ids, message->references[i]);
    *ret = of.bounce;
    ret->message_ids = lines_of(&of.ids, arena);
    ret->recipients = lines_of(of.recipients.count ? &of.recipients : &of.written_to, arena);
}

struct bounce bounce_copy(const struct bounce *bounce, struct arena *arena) {
    return (struct bounce){bounce->action, arena_copy(arena, span_of(bounce->status)), arena_copy(arena, span_of(bounce->diagnostic)),
                           arena_copy(arena, span_of(bounce->message_ids)), arena_copy(arena, span_of(bounce->recipients))};
}
