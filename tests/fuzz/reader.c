/* Any bytes may come as a mail: the whole way from them to a reply ends, stays within its memory, and what it wrote is read back:
 * one recipient, one line for each header field we promise, and the text that the answer had. */
#include <stdint.h>
#include <stdlib.h>

#include "reader/recall.h"

enum { ARENA_BYTES = 256 << 20 };

static const time_t CLOCK = 1795251600; /* 2026-11-21 */
static const char *const addresses[] = {"desk@desk.example"};

static struct recall memory = {.identity = {.account = "fuzz", .domain = "desk.example"}};

static const struct reader_desk desk = {
    .gate = {.addresses = addresses, .address_count = 1, .max_hops = 25, .authserv_id = "mx.desk.example"},
    .reply = {.from_address = "desk@desk.example", .from_name = "Coding desk"},
    .recall = recall_sender,
    .recall_context = &memory,
};

static void must(bool holds) {
    if (!holds)
        abort();
}

static void read_back(const struct reading *reading, struct arena *arena) {
    struct message reply;
    must(message_read(reading->reply.bytes, true, &message_default_limits, arena, &reply, NULL) == 0);
    must(reply.to.count == 1 && reply.cc.count == 0);
    must(span_equal(span_of(reply.to.items[0].mailbox), span_of(reading->gate.recipient)));
    must(span_equal(message_field(&reply, "Auto-Submitted"), SPAN("auto-replied")));
    must(message_field(&reply, "Bcc").len == 0);
    must(span_equal(span_of(reply.message_id), span_of(reading->reply.message_id)));
    must(span_equal(span_trim(reply.text), span_trim(span_of(reading->answer.text))));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static struct kb *kb;
    if (!kb)
        must(kb_open(KB_FILE, &kb, NULL) == 0);
    struct arena *arena = arena_new(ARENA_BYTES);
    struct reader_desk here = desk;
    struct reading reading;
    struct why why;
    here.limits = message_default_limits;
    int failed = reader_read((struct span){(const char *)bytes, size}, true, &here, kb, CLOCK, arena, &reading, &why);
    must(failed == 0 || failed == FAIL_INPUT || failed == FAIL_LIMIT);
    if (!failed && reading.reply_ready)
        read_back(&reading, arena);
    arena_free(arena);
    return 0;
}
