/* Any bytes may come as a mail: the whole way from them to a reply ends, stays within its memory, and what it wrote is read back. The same mail gets
 * the same reply. */
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/holds.h"

enum { ARENA_BYTES = 256 << 20 };

static const time_t CLOCK = 1795251600; /* 2026-11-21 */
static const char *const addresses[] = {"desk@desk.example"};

static int read_mail(struct span raw, struct arena *arena, struct reading *ret) {
    static const struct sign_key key = {"a key that everybody knows"};
    static struct overheard overheard;
    overheard = (struct overheard){.recall = {.now = CLOCK, .identity = {.account = "fuzz", .domain = "desk.example", .key = &key}}};
    const struct reader_desk desk = {
        .gate = {.addresses = addresses, .address_count = 1, .max_hops = 25, .authserv_id = "mx.desk.example"},
        .reply = {.from_address = "desk@desk.example", .from_name = "Coding desk"},
        .recall = overhear,
        .recall_context = &overheard,
        .acknowledge = true,
        .least_confidence = ANSWER_LEAST_CONFIDENCE,
        .limits = message_default_limits,
    };
    int failed = reader_read(raw, true, &desk, fuzz_kb(), CLOCK, arena, ret, NULL);
    must(failed == 0 || failed == FAIL_INPUT || failed == FAIL_LIMIT, "a mail is read, or is to blame");
    if (!failed)
        must_hold(breach_of_reading(ret, raw, &desk, arena));
    return failed;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena *arena = arena_new(ARENA_BYTES);
    struct reading first, second;
    struct span raw = span_of_bytes(bytes, size);
    if (!read_mail(raw, arena, &first)) {
        must(!read_mail(raw, arena, &second) && first.reply_ready == second.reply_ready, "the same mail is read in the same way");
        must(!first.reply_ready || span_equal(first.reply.bytes, second.reply.bytes), "the same mail gets the same reply");
    }
    arena_free(arena);
    return 0;
}
