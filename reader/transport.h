/* transport.h - structs as bytes, over a socket, between the daemon and the process that reads for it.
 * What a struct holds is said by a shape: a table with a line a member. Adding a member is adding its line.
 * Order: channel_send and channel_receive by turns; shape_unpack of what came. Nothing that comes is believed: lengths, ends, texts and
 * enums are checked, and nothing is allocated that the bytes at hand do not account for.
 * Both ends are the same program, so numbers travel as this machine has them. */
#ifndef READER_TRANSPORT_H
#define READER_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fail.h"
#include "base/span.h"

enum field_kind {
    FIELD_TEXT,   /* const char *, may be NULL */
    FIELD_SPAN,   /* struct span */
    FIELD_PLAIN,  /* a number or characters, as they lie in memory: any value */
    FIELD_BOOL,
    FIELD_ENUM,   /* 0 up to below a limit */
    FIELD_TEXTS,  /* const char **, and a size_t that counts them */
    FIELD_ITEMS,  /* an array of structs, and a size_t that counts them */
    FIELD_STRUCT, /* a struct inside */
};

struct shape;

struct field {
    enum field_kind kind;
    size_t at, bytes; /* of the member */
    size_t count_at;
    const struct shape *shape;
    unsigned limit;
};

struct shape {
    size_t bytes; /* of the struct */
    const struct field *fields;
    size_t field_count;
};

/* A line for a member whose type tells its kind. */
#define FIELD(type, member)                                                                                                                \
    {.kind = _Generic(((type *)0)->member,                                                                                                 \
         const char *: FIELD_TEXT,                                                                                                         \
         struct span: FIELD_SPAN,                                                                                                          \
         bool: FIELD_BOOL,                                                                                                                 \
         int: FIELD_PLAIN,                                                                                                                \
         long: FIELD_PLAIN,                                                                                                               \
         size_t: FIELD_PLAIN),                                                                                                            \
     FIELD_PLACE(type, member)}
/* char[], from the daemon to its reader only: nobody looks whether they end. */
#define FIELD_OF_CHARS(type, member) {.kind = FIELD_PLAIN, FIELD_PLACE(type, member)}
/* An enum that begins with 0; limit: one more than its last value. */
#define FIELD_OF_ENUM(type, member, below) {.kind = FIELD_ENUM, FIELD_PLACE(type, member), .limit = (below)}
/* Pointers to texts (none of them NULL), or to structs, and the member that counts them. */
#define FIELD_OF_TEXTS(type, member, count) {.kind = FIELD_TEXTS, FIELD_PLACE(type, member), .count_at = offsetof(type, count)}
#define FIELD_OF_ITEMS(type, member, count, item)                                                                                          \
    {.kind = FIELD_ITEMS, FIELD_PLACE(type, member), .count_at = offsetof(type, count), .shape = (item)}
#define FIELD_OF_STRUCT(type, member, inner) {.kind = FIELD_STRUCT, FIELD_PLACE(type, member), .shape = (inner)}

#define FIELD_PLACE(type, member) .at = offsetof(type, member), .bytes = sizeof(((type *)0)->member)
#define SHAPE(type, table) {.bytes = sizeof(type), .fields = (table), .field_count = sizeof(table) / sizeof *(table)}

void shape_pack(const struct shape *, const void *from, struct buf *to);

/* Members without a line are zero. Texts and spans are borrowed from the bytes, arrays lie in the arena. FAIL_INPUT: not what shape_pack writes. */
int shape_unpack(const struct shape *, struct span bytes, struct arena *, void *ret, struct why *why);

/* One end of the socket. until_ms: by wire_clock_ms, when to give up; 0: never. */
struct channel {
    int fd;
    long long until_ms;
};

/* Failures of all four: FAIL_EMPTY (the other end is gone), FAIL_AGAIN (too late), FAIL_LIMIT (more than most bytes). */
int channel_send(struct channel *, uint32_t kind, const struct shape *, const void *from, size_t most, struct why *why);
int channel_receive(struct channel *, size_t most, struct arena *, uint32_t *ret_kind, struct span *ret, struct why *why);

/* Bytes as they are; both ends know how many. */
int channel_send_bytes(struct channel *, struct span, struct why *why);
int channel_receive_bytes(struct channel *, size_t count, struct arena *, struct span *ret, struct why *why);

#endif
