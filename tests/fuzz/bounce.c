/* Any bytes may come as the report of a mail system. What is taken of them is short, printable and bounded, lists name message-ids and usable addresses
 * alone, and a copy is the same. The last byte chooses whether, and where, the report was cut. */
#include "mail/bounce.h"

#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/holds.h"

enum { ARENA_BYTES = 256 << 20 };

static void check_names(const struct bounce *bounce) {
    struct span rest = span_of(bounce->message_ids), line;
    while (rest.len > 0 && span_cut(&rest, '\n', &line))
        must(line.len >= 5 && line.ptr[0] == '<' && line.ptr[line.len - 1] == '>' && span_find_char(line, '@') != SPAN_NONE, "a message-id is one");
    for (rest = span_of(bounce->recipients); rest.len > 0 && span_cut(&rest, '\n', &line);)
        must(address_usable(line), "a recipient is an address");
}

static void check_copy(const struct bounce *bounce, struct arena *arena) {
    struct bounce copy = bounce_copy(bounce, arena);
    must(copy.action == bounce->action && strcmp(copy.status, bounce->status) == 0 && strcmp(copy.diagnostic, bounce->diagnostic) == 0 &&
             strcmp(copy.message_ids, bounce->message_ids) == 0 && strcmp(copy.recipients, bounce->recipients) == 0,
         "a copy is the same");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct span raw = span_of_bytes(bytes, size);
    size_t cut = take_byte(&raw);
    bool whole = cut < 128;
    raw = span_slice(raw, 0, whole ? raw.len : cut * raw.len / 255);
    struct arena *arena = arena_new(ARENA_BYTES);
    struct message message;
    struct bounce bounce;
    if (!message_read(raw, whole, &message_default_limits, arena, &message, NULL)) {
        bounce_read(raw, whole, &message, &message_default_limits, arena, &bounce);
        must_hold(breach_of_bounce(&bounce));
        check_names(&bounce);
        check_copy(&bounce, arena);
    }
    arena_free(arena);
    return 0;
}
