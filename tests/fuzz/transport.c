/* The reader has parsed hostile bytes and may be hostile itself: any bytes may come from it, and what the daemon sends it must come as it was. What a message
 * is unpacked to is packed to the same bytes; a question about a sender is believed for somebody whom the mail names alone; and of a note that is almost as
 * it ought to be, no letter is believed but one of ours, to that one recipient. The last byte chooses the way in. */
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "reader/messages.h"
#include "reader/trust.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/holds.h"

enum { ARENA_BYTES = 64 << 20 /* as child.c has for a talk */, PACKED_BYTES = 32 << 20, OWN_ARENA_BYTES = 256 << 20, MOST = 4096 };

/* An edit: where, in two bytes, and the byte that stands there then. */
enum { EDIT_BYTES = 3 };

static const time_t CLOCK = 1795251600; /* 2026-11-21 */
static const struct span mail = SPAN("From: Asa <asker@clinic.example>\r\nTo: desk@desk.example\r\nMessage-ID: <q1@clinic.example>\r\n\r\nWhat is CPT 20693?\r\n");
static const char *const addresses[] = {"desk@desk.example"};

/* One exchange as it ought to be, made once. */
static struct exchange {
    struct reader_desk desk;
    struct overheard heard;
    struct span packed_view, packed_done;
} genuine;

static struct span pack(const struct shape *shape, const void *from, struct arena *arena) {
    struct buf packed;
    buf_init(&packed, PACKED_BYTES);
    shape_pack(shape, from, &packed);
    must(!buf_full(&packed), "what was unpacked can be packed");
    struct span ret = {buf_keep(&packed, arena), packed.len};
    buf_free(&packed);
    return ret;
}

static void make_genuine(void) {
    static const struct sign_key key = {"a key that everybody knows"};
    struct arena *arena = arena_new(OWN_ARENA_BYTES);
    struct reading reading;
    struct done_message done = {.failed = 0};
    struct why why;
    genuine.heard.recall = (struct recall){.now = CLOCK, .identity = {.account = "fuzz", .domain = "desk.example", .key = &key}};
    genuine.desk = (struct reader_desk){.gate = {.addresses = addresses, .address_count = 1, .max_hops = 25},
                                        .reply = {.from_address = "desk@desk.example", .from_name = "Coding desk"},
                                        .recall = overhear, .recall_context = &genuine.heard, .least_confidence = ANSWER_LEAST_CONFIDENCE,
                                        .limits = message_default_limits};
    must(reader_read(mail, true, &genuine.desk, fuzz_kb(), CLOCK, arena, &reading, &why) == 0 && reading.reply_ready, "the genuine mail is answered");
    note_reading(&reading, arena, &done.note);
    must(trust_view(&genuine.heard.view, mail, &genuine.desk, &why) == 0, why.text);
    must(trust_note(&done.note, &genuine.heard.view, &genuine.heard.memory, &genuine.desk, &why) == 0, why.text);
    genuine.packed_view = pack(&view_shape, &genuine.heard.view, arena);
    genuine.packed_done = pack(&done_shape, &done, arena);
}

/* ret: of the shape's bytes. */
static bool unpack(const struct shape *shape, struct span bytes, struct arena *arena, void *ret) {
    struct why why = {""};
    int failed = shape_unpack(shape, bytes, arena, ret, &why);
    must(!failed || (failed == FAIL_INPUT && why.text[0]), "a message is unpacked, or refused with a sentence");
    if (!failed)
        must(span_equal(pack(shape, ret, arena), bytes), "what was unpacked is packed to the same bytes");
    return !failed;
}

static struct span edited(struct span genuine_bytes, struct span edits, struct arena *arena) {
    char *ret = arena_copy(arena, genuine_bytes);
    for (size_t i = 0; i + EDIT_BYTES <= edits.len; i += EDIT_BYTES)
        ret[((size_t)(unsigned char)edits.ptr[i] << 8 | (unsigned char)edits.ptr[i + 1]) % genuine_bytes.len] = edits.ptr[i + 2];
    return (struct span){ret, genuine_bytes.len};
}

static void hear_view(struct span bytes, struct arena *arena) {
    struct sender_view view;
    struct sender_memory memory;
    struct why why = {""};
    if (!unpack(&view_shape, bytes, arena, &view) || trust_view(&view, mail, &genuine.desk, &why))
        return;
    must(address_usable(span_of(view.address)) && strcmp(view.address, addresses[0]) != 0, "who is asked about is usable, and not ourselves");
    must(recall_sender(&genuine.heard.recall, &view, arena, &memory, &why) == 0, "what is believed can be looked up");
    must(memory.reply_message_id && *memory.reply_message_id, "there is a Message-ID for the reply");
}

static void hear_note(struct span bytes, struct arena *arena) {
    struct done_message done;
    struct why why = {""};
    if (!unpack(&done_shape, bytes, arena, &done) || done.failed || trust_note(&done.note, &genuine.heard.view, &genuine.heard.memory, &genuine.desk, &why))
        return;
    const char *const texts[] = {done.note.reason, done.note.asker, done.note.intents, done.note.codes, done.note.keywords, done.note.question_subject,
                                 done.note.question_text, done.note.draft, done.note.reply_text};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        must_hold(breach_of_text(span_of(texts[i]), "\n\t"));
    if (done.note.recipient)
        must_hold(breach_of_letter(done.note.reply, "asker@clinic.example", arena));
    else
        must(done.note.reply.len == 0, "no letter without a recipient");
}

static void hear_channel(struct span bytes, struct arena *arena) {
    int ends[2];
    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "a socket");
    must(send(ends[0], bytes.ptr, bytes.len, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)bytes.len, "room in the socket");
    close(ends[0]);
    struct channel channel = {.fd = ends[1]};
    struct why why;
    uint32_t kind;
    struct span message;
    int failed = 0;
    while (!failed) {
        failed = channel_receive(&channel, MOST, arena, &kind, &message, &why);
        must(failed || message.len <= MOST, "no more comes than may");
    }
    must(failed == FAIL_EMPTY || failed == FAIL_LIMIT, "a channel ends, or brings too much");
    close(ends[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static const struct shape *const shapes[] = {&start_shape, &ready_shape, &read_shape, &memory_shape};
    enum { SHAPES = sizeof shapes / sizeof *shapes, WAYS = SHAPES + 5 };
    if (!genuine.packed_done.len)
        make_genuine();
    struct span raw = span_of_bytes(bytes, size);
    size_t way = take_byte(&raw) % WAYS;
    struct arena *arena = arena_new(ARENA_BYTES);
    if (way < SHAPES)
        unpack(shapes[way], raw, arena, arena_alloc(arena, shapes[way]->bytes));
    else if (way == SHAPES)
        hear_view(raw, arena);
    else if (way == SHAPES + 1)
        hear_note(raw, arena);
    else if (way == SHAPES + 2)
        hear_view(edited(genuine.packed_view, raw, arena), arena);
    else if (way == SHAPES + 3)
        hear_note(edited(genuine.packed_done, raw, arena), arena);
    else
        hear_channel(raw, arena);
    arena_free(arena);
    return 0;
}
