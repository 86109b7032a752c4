/* messages.h - what the daemon and its reader say to each other.
 *
 *     daemon                     reader
 *     START  ------------------>         the desk; the reader opens the knowledge base, warms, locks itself in
 *            <------------------ READY   or why not
 *     READ, the mail's bytes --->         for each mail:
 *            <------------------ RECALL  who asks; at most once, and only where the mail may be answered
 *     MEMORY ------------------>         what the journal knows of them
 *            <------------------ DONE    what is left of the reading
 *
 * A new member of one of these structs needs its line in messages.c: a static assertion there says so. */
#ifndef READER_MESSAGES_H
#define READER_MESSAGES_H

#include "reader/note.h"
#include "reader/transport.h"

enum message_kind { MESSAGE_START = 1, MESSAGE_READY, MESSAGE_READ, MESSAGE_RECALL, MESSAGE_MEMORY, MESSAGE_DONE };

/* The most that each may be. */
enum {
    START_BYTES = 1 << 20,
    READY_BYTES = 64 << 10,
    READ_BYTES = 64,
    MAIL_BYTES = 65 << 20, /* limits.max_message_bytes is at most 64 MiB */
    RECALL_BYTES = 1 << 20,
    MEMORY_BYTES = 4 << 20,
    DONE_BYTES = 6 << 20, /* a reply is at most 4 MiB, what the journal keeps 1. The daemon has 256 of them in hand (MAX_READY): a reader
                           * that fills each may not bring it to the 2 GiB at which systemd kills it */
};

struct start_message {
    struct reader_desk desk;
    time_t now;
};
struct ready_message {
    int failed;
    const char *why, *editions; /* note_editions */
};
struct read_message {
    size_t bytes; /* of the mail; they follow bare */
    bool whole;
    time_t now;
};
struct done_message {
    int failed; /* as reader_read */
    const char *why;
    struct reading_note note;
};

extern const struct shape start_shape, ready_shape, read_shape, view_shape, memory_shape, done_shape;

#endif
