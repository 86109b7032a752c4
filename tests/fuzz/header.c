/* Any bytes may stand in a header block. What the scanner takes of them is one line a field, within the limits, and written out again it is scanned the
 * same. What is read of a field (parameters, message-ids, addresses, words) is clean, and a subject or name that we write comes back as it was.
 * The last byte chooses the kind of block. */
#include <string.h>

#include "base/utf8.h"
#include "mail/address.h"
#include "mail/charset.h"
#include "mail/encode.h"
#include "mail/header.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/holds.h"

enum { ARENA_BYTES = 256 << 20, BLOCK_BYTES = 64 << 20, LINE_BYTES = 250 };

static struct header_block scan(struct span raw, enum header_kind kind, struct arena *arena, int *failed) {
    struct header_block ret = {0};
    *failed = header_scan(raw, kind, &message_default_limits, arena, &ret, NULL);
    must(*failed == 0 || *failed == FAIL_LIMIT, "a header is scanned, or has too many fields");
    return ret;
}

static void check_field(const struct header *field) {
    must(field->name.len > 0 && field->value.len <= message_default_limits.header_bytes, "a name, and no more bytes than allowed");
    for (size_t i = 0; i < field->name.len; i++)
        must(field->name.ptr[i] > ' ' && field->name.ptr[i] <= '~' && field->name.ptr[i] != ':', "a name is printable");
    for (size_t i = 0; i < field->value.len; i++)
        must(field->value.ptr[i] != '\r' && field->value.ptr[i] != '\n', "a value is one line");
}

static void scan_again(const struct header_block *block, enum header_kind kind, struct arena *arena) {
    struct buf written;
    int failed;
    buf_init(&written, BLOCK_BYTES);
    for (size_t i = 0; i < block->count; i++)
        buf_printf(&written, "%.*s: ", SPAN_ARG(block->fields[i].name)), buf_add(&written, block->fields[i].value), buf_text(&written, "\r\n");
    buf_text(&written, "\r\nbody");
    struct header_block again = scan(buf_span(&written), kind, arena, &failed);
    must(!failed && again.count == block->count, "as many fields come back");
    for (size_t i = 0; i < block->count; i++)
        must(span_equal(again.fields[i].name, block->fields[i].name) && span_equal(again.fields[i].value, block->fields[i].value),
             "a field comes back as it was");
    must(block->count == 0 || span_equal(again.body, SPAN("body")), "the body comes back");
    buf_free(&written);
}

/* Written by us and read again it is the same, and one field. */
static void come_back(struct span line, const char *mailbox, struct arena *arena) {
    struct buf written;
    int failed;
    buf_init(&written, BLOCK_BYTES);
    encode_text_field(&written, "Subject", line);
    encode_mailbox_field(&written, "To", line, mailbox);
    struct header_block block = scan(buf_span(&written), HEADER_OUTER, arena, &failed);
    must(!failed && block.count == 2, "what we write is one field each");
    must(span_equal(span_of(charset_words(block.fields[0].value, arena)), line), "a subject that we write comes back");
    struct addresses to = address_list(block.fields[1].value, arena);
    must(to.count == 1 && strcmp(to.items[0].mailbox, mailbox) == 0, "an address that we write comes back, alone");
    must(span_equal(span_of(to.items[0].name), line), "a name that we write comes back");
    buf_free(&written);
}

static void read_values(struct span value, struct arena *arena) {
    size_t count;
    const char **ids = header_message_ids(value, arena, &count);
    for (size_t i = 0; i < count; i++)
        must(span_of(ids[i]).len >= 5 && span_of(ids[i]).len <= 998 && !breach_of_text(span_of(ids[i]), ""), "a message-id is clean");
    struct addresses addresses = address_list(value, arena);
    for (size_t i = 0; i < addresses.count; i++) {
        must(address_usable(span_of(addresses.items[i].mailbox)), "an address can stand in an SMTP command");
        must_hold(breach_of_text(span_of(addresses.items[i].name), ""));
        must(span_find_char(address_domain(span_of(addresses.items[i].mailbox)), '@') == SPAN_NONE, "a domain has no at sign");
    }
    header_token(value, arena);
    header_parameter(value, "boundary", arena);
    header_parameter(value, "charset", arena);
    struct span words = span_of(charset_words(value, arena));
    must_hold(breach_of_text(words, ""));
    come_back(encode_one_line(words, LINE_BYTES, arena), addresses.count ? addresses.items[0].mailbox : "asker@clinic.example", arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct span raw = span_of_bytes(bytes, size);
    enum header_kind kind = take_byte(&raw) & 1 ? HEADER_PART : HEADER_OUTER;
    struct arena *arena = arena_new(ARENA_BYTES);
    int failed;
    struct header_block block = scan(raw, kind, arena, &failed);
    if (!failed) {
        must(block.body.len <= raw.len && (block.body.len == 0 || block.body.ptr + block.body.len == raw.ptr + raw.len), "the body is the rest");
        for (size_t i = 0; i < block.count; i++)
            check_field(&block.fields[i]);
        scan_again(&block, kind, arena);
        for (size_t i = 0; i < block.count && i < 16; i++)
            read_values(block.fields[i].value, arena);
    }
    arena_free(arena);
    return 0;
}
