#include "reader/serve.h"

#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "mail/charset_names.h"
#include "reader/messages.h"
#include "reader/sandbox.h"

enum { OWN_ARENA_BYTES = 16 << 20, READING_ARENA_BYTES = 512 << 20 };

struct server {
    struct channel channel;
    struct reader_desk desk;
    reader_read_fn *read;
    struct kb *kb;
    struct arena *own, *reading;
};

static int expect(struct server *server, enum message_kind wanted, size_t most, const struct shape *shape, struct arena *arena, void *ret,
                  struct why *why) {
    uint32_t kind;
    struct span bytes;
    int failed = channel_receive(&server->channel, most, arena, &kind, &bytes, why);
    if (!failed && kind != (uint32_t)wanted)
        failed = why_set(why, FAIL_BUG, "the daemon says something else than it should");
    return failed ? failed : shape_unpack(shape, bytes, arena, ret, why);
}

static int ask_daemon(void *context, const struct sender_view *view, struct arena *arena, struct sender_memory *ret, struct why *why) {
    struct server *server = context;
    int failed = channel_send(&server->channel, MESSAGE_RECALL, &view_shape, view, RECALL_BYTES, why);
    return failed ? failed : expect(server, MESSAGE_MEMORY, MEMORY_BYTES, &memory_shape, arena, ret, why);
}

/* --- warming: what a library loads when it is first needed ---------------------------------------------------------------- */

static const char sample[] = "From: Reader <reader@warming.invalid>\n"
                             "Subject: =?iso-8859-15?Q?Code_f=FCr?= a broken wrist\n"
                             "Message-ID: <sample@warming.invalid>\n"
                             "Content-Type: text/html; charset=x-unknown\n"
                             "\n"
                             "<p>What is the ICD-10-CM code for a broken wrist? Fr\xE9quence \x93 \xD0\xD2\xC9 \x94</p>"
                             "<p>What does CPT 20693 mean, what is its fee, and does it need modifier 58 with 20690?</p>\n";

static int recall_nothing(void *context, const struct sender_view *view, struct arena *arena, struct sender_memory *ret, struct why *why) {
    (void)context, (void)view, (void)arena, (void)why;
    *ret = (struct sender_memory){.reply_message_id = "<reply@warming.invalid>"};
    return 0;
}

static int read_sample(struct server *server, time_t now, struct why *why) {
    struct reader_desk desk = server->desk;
    struct reading reading;
    desk.gate = (struct gate_desk){.max_hops = server->desk.gate.max_hops};
    desk.recall = recall_nothing;
    int failed = reader_read(span_of(sample), true, &desk, server->kb, now, server->reading, &reading, why);
    arena_clear(server->reading);
    return failed;
}

static int open_all(struct server *server, char **paths, time_t now, struct why *why) {
    json_object_seed(0);
    charset_warm();
    int failed = kb_open(paths[0], &server->kb, why);
    if (!failed)
        failed = answer_templates_folder(*paths[1] ? paths[1] : NULL, why);
    return failed ? failed : read_sample(server, now, why);
}

/* --- the process ---------------------------------------------------------------------------------------------------------- */

/* False when the daemon is to hear why not, and nothing else. */
static bool begin(struct server *server, char **paths) {
    struct start_message start;
    struct ready_message ready = {.failed = 0};
    struct why why = {""};
    int failed = sandbox_begin(server->channel.fd, &why);
    if (!failed)
        failed = expect(server, MESSAGE_START, START_BYTES, &start_shape, server->own, &start, &why);
    if (!failed) {
        server->desk = start.desk;
        server->desk.recall = ask_daemon;
        server->desk.recall_context = server;
        failed = open_all(server, paths, start.now, &why);
    }
    if (!failed) {
        ready.editions = note_editions(server->kb, server->own);
        failed = sandbox_enter(server->channel.fd, &why);
    }
    ready.failed = failed;
    ready.why = why.text;
    return channel_send(&server->channel, MESSAGE_READY, &ready_shape, &ready, READY_BYTES, &why) == 0 && !failed;
}

/* False at the end of the daemon, or of the talk with it. */
static bool read_next(struct server *server) {
    struct read_message request;
    struct reading reading;
    struct span raw;
    struct why why = {""};
    struct done_message done = {.note = {.reason = ""}};
    arena_clear(server->reading);
    if (expect(server, MESSAGE_READ, READ_BYTES, &read_shape, server->reading, &request, &why) || request.bytes > MAIL_BYTES ||
        channel_receive_bytes(&server->channel, request.bytes, server->reading, &raw, &why))
        return false;
    done.failed = server->read(raw, request.whole, &server->desk, server->kb, request.now, server->reading, &reading, &why);
    done.why = why.text;
    if (!done.failed)
        note_reading(&reading, server->reading, &done.note);
    int failed = channel_send(&server->channel, MESSAGE_DONE, &done_shape, &done, DONE_BYTES, &why);
    if (failed != FAIL_LIMIT)
        return failed == 0;
    done = (struct done_message){.failed = FAIL_LIMIT, .why = why.text};
    return channel_send(&server->channel, MESSAGE_DONE, &done_shape, &done, DONE_BYTES, &why) == 0;
}

void reader_serve(char **argv, reader_read_fn *read) {
    struct server server = {.channel = {.fd = READER_CHANNEL},
                            .read = read,
                            .own = arena_new(OWN_ARENA_BYTES),
                            .reading = arena_new(READING_ARENA_BYTES)};
    if (begin(&server, argv + 2))
        while (read_next(&server))
            ;
    /* No clean-up: nothing of this process outlives it, and a locked-in one may do little. */
    _exit(EXIT_SUCCESS);
}
