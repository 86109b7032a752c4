/* Any bytes may come as a mail. What is read of them keeps the promises of message.h, within its memory; and where the first bytes of a mail are said to
 * hold its text, the whole mail's begins with it (a part behind an attachment may add to it, and plain text that comes behind HTML is preferred). The last byte chooses where the mail is cut for that. */
#include "mail/message.h"

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/holds.h"

enum { ARENA_BYTES = 48 << 20, BYTES_FOLD = 5 };

static struct arena *arena_for(struct span raw) { return arena_new(ARENA_BYTES + BYTES_FOLD * raw.len); }

static int read_message(struct span raw, bool whole, struct arena *arena, struct message *ret) {
    int failed = message_read(raw, whole, &message_default_limits, arena, ret, NULL);
    must(!failed || failed == FAIL_INPUT || failed == FAIL_LIMIT, "a mail is read, or is to blame");
    if (!failed)
        must_hold(breach_of_message(ret, &message_default_limits));
    return failed;
}

/* Parts are joined by a blank line. */
static struct span span_trim_end(struct span text) {
    while (text.len > 0 && char_is_space(text.ptr[text.len - 1]))
        text.len--;
    return text;
}

/* Where a charset has to be guessed, it is guessed from all that there is. */
static bool is_ascii(struct span raw) {
    for (size_t i = 0; i < raw.len; i++)
        if ((unsigned char)raw.ptr[i] >= 0x80)
            return false;
    return true;
}

static void compare(struct span raw, size_t cut, const struct message *whole) {
    struct arena *arena = arena_for(raw);
    struct message begun;
    if (!read_message(span_slice(raw, 0, cut), false, arena, &begun) && begun.text_complete && begun.text_from_html == whole->text_from_html)
        must(span_starts(whole->text, span_trim_end(begun.text)), "a text that is said to be complete is how the whole one begins");
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct span raw = span_of_bytes(bytes, size);
    size_t cut = (size_t)take_byte(&raw) * raw.len / 255;
    struct arena *arena = arena_for(raw);
    struct message message;
    if (!read_message(raw, true, arena, &message)) {
        must(message.text_complete, "a whole mail has its whole text");
        if (is_ascii(raw))
            compare(raw, cut, &message);
    }
    arena_free(arena);
    return 0;
}
