#include "reader/transport.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "mail/wire.h"

enum { NO_TEXT = UINT32_MAX, TEXT_LEAST = sizeof(uint32_t) + 1 /* on the way: its length and its NUL */ };

/* --- packing ------------------------------------------------------------------------------------------------------- */

static void pack_bytes(struct buf *to, const void *bytes, size_t count) { buf_add(to, (struct span){bytes, count}); }

static void pack_count(struct buf *to, size_t count) {
    uint32_t number = (uint32_t)count;
    if (count >= NO_TEXT)
        to->full = true;
    pack_bytes(to, &number, sizeof number);
}

/* Its length, the text, a NUL: so it can be used where it lies. */
static void pack_text(struct buf *to, struct span text) {
    pack_count(to, text.len);
    buf_add(to, text);
    buf_char(to, '\0');
}

static void pack_nothing(struct buf *to) {
    const uint32_t none = NO_TEXT;
    pack_bytes(to, &none, sizeof none);
}

static void pack_texts(const char *const *texts, size_t count, struct buf *to) {
    pack_count(to, count);
    for (size_t i = 0; i < count; i++)
        pack_text(to, span_of(texts[i]));
}

static void pack_items(const struct shape *shape, const char *items, size_t count, struct buf *to) {
    pack_count(to, count);
    for (size_t i = 0; i < count; i++)
        shape_pack(shape, items + i * shape->bytes, to);
}

static void pack_field(const struct field *field, const char *from, struct buf *to) {
    const char *member = from + field->at;
    const char *text = NULL;
    const void *items = NULL;
    struct span span;
    size_t count = 0;
    if (field->kind == FIELD_TEXTS || field->kind == FIELD_ITEMS) {
        memcpy(&items, member, sizeof items);
        memcpy(&count, from + field->count_at, sizeof count);
    }
    switch (field->kind) {
    case FIELD_TEXT:
        memcpy(&text, member, sizeof text);
        if (text)
            pack_text(to, span_of(text));
        else
            pack_nothing(to);
        break;
    case FIELD_SPAN:
        memcpy(&span, member, sizeof span);
        pack_text(to, span);
        break;
    case FIELD_PLAIN:
    case FIELD_BOOL:
    case FIELD_ENUM: pack_bytes(to, member, field->bytes); break;
    case FIELD_TEXTS: pack_texts(items, count, to); break;
    case FIELD_ITEMS: pack_items(field->shape, items, count, to); break;
    case FIELD_STRUCT: shape_pack(field->shape, member, to); break;
    }
}

void shape_pack(const struct shape *shape, const void *from, struct buf *to) {
    for (size_t i = 0; i < shape->field_count; i++)
        pack_field(&shape->fields[i], from, to);
}

/* --- unpacking: false as soon as something does not fit ------------------------------------------------------------ */

static bool take_bytes(struct span *rest, size_t count, void *ret) {
    if (count > rest->len)
        return false;
    memcpy(ret, rest->ptr, count);
    *rest = span_slice(*rest, count, rest->len);
    return true;
}

static bool take_span(struct span *rest, bool *ret_there, struct span *ret) {
    uint32_t len;
    if (!take_bytes(rest, sizeof len, &len))
        return false;
    *ret_there = len != NO_TEXT;
    if (!*ret_there)
        return true;
    if (len >= rest->len || rest->ptr[len] != '\0')
        return false;
    *ret = (struct span){rest->ptr, len};
    *rest = span_slice(*rest, len + 1, rest->len);
    return true;
}

static bool take_text(struct span *rest, const char **ret) {
    bool there;
    struct span text;
    if (!take_span(rest, &there, &text))
        return false;
    *ret = there ? text.ptr : NULL;
    return !there || !memchr(text.ptr, '\0', text.len);
}

/* How many follow: never more than the bytes at hand can hold. */
static bool take_count(struct span *rest, size_t least_bytes, size_t *ret) {
    uint32_t count;
    if (!take_bytes(rest, sizeof count, &count) || count > rest->len / least_bytes)
        return false;
    *ret = count;
    return true;
}

static bool take_texts(struct span *rest, struct arena *arena, size_t *ret_count, const char ***ret) {
    if (!take_count(rest, TEXT_LEAST, ret_count))
        return false;
    *ret = arena_array(arena, *ret_count, sizeof **ret);
    for (size_t i = 0; i < *ret_count; i++)
        if (!take_text(rest, &(*ret)[i]) || !(*ret)[i])
            return false;
    return true;
}

static bool take_struct(const struct shape *, struct span *rest, struct arena *, char *ret);

static bool take_items(const struct shape *shape, struct span *rest, struct arena *arena, size_t *ret_count, char **ret) {
    if (!take_count(rest, shape->field_count, ret_count))
        return false;
    *ret = arena_array(arena, *ret_count, shape->bytes);
    for (size_t i = 0; i < *ret_count; i++)
        if (!take_struct(shape, rest, arena, *ret + i * shape->bytes))
            return false;
    return true;
}

static bool take_number(const struct field *field, struct span *rest, char *member) {
    unsigned value = 0;
    unsigned char truth;
    if (field->kind == FIELD_BOOL) /* any other byte would be no bool at all */
        return rest->len && (truth = (unsigned char)rest->ptr[0]) <= 1 && take_bytes(rest, field->bytes, member);
    if (!take_bytes(rest, field->bytes, member))
        return false;
    memcpy(&value, member, field->bytes < sizeof value ? field->bytes : sizeof value);
    return field->kind != FIELD_ENUM || value < field->limit;
}

static bool take_field(const struct field *field, struct span *rest, struct arena *arena, char *to) {
    char *member = to + field->at, *items = NULL;
    const char *text = NULL, **texts = NULL;
    struct span span = SPAN("");
    size_t count = 0;
    bool fits = false, there = false;
    switch (field->kind) {
    case FIELD_TEXT:
        fits = take_text(rest, &text);
        memcpy(member, &text, sizeof text);
        break;
    case FIELD_SPAN:
        fits = take_span(rest, &there, &span) && there;
        memcpy(member, &span, sizeof span);
        break;
    case FIELD_PLAIN:
    case FIELD_BOOL:
    case FIELD_ENUM: fits = take_number(field, rest, member); break;
    case FIELD_TEXTS:
        fits = take_texts(rest, arena, &count, &texts);
        memcpy(member, &texts, sizeof texts);
        memcpy(to + field->count_at, &count, sizeof count);
        break;
    case FIELD_ITEMS:
        fits = take_items(field->shape, rest, arena, &count, &items);
        memcpy(member, &items, sizeof items);
        memcpy(to + field->count_at, &count, sizeof count);
        break;
    case FIELD_STRUCT: fits = take_struct(field->shape, rest, arena, member); break;
    }
    return fits;
}

static bool take_struct(const struct shape *shape, struct span *rest, struct arena *arena, char *ret) {
    for (size_t i = 0; i < shape->field_count; i++)
        if (!take_field(&shape->fields[i], rest, arena, ret))
            return false;
    return true;
}

int shape_unpack(const struct shape *shape, struct span bytes, struct arena *arena, void *ret, struct why *why) {
    char *fresh = arena_alloc(arena, shape->bytes);
    if (!take_struct(shape, &bytes, arena, fresh) || bytes.len)
        return why_set(why, FAIL_INPUT, "a message between the daemon and its reader is not as it should be");
    memcpy(ret, fresh, shape->bytes);
    return 0;
}

/* --- the socket ---------------------------------------------------------------------------------------------------- */

struct frame {
    uint32_t kind, bytes;
};

static int wait_for(const struct channel *channel, short events, struct why *why) {
    struct pollfd ready = {.fd = channel->fd, .events = events};
    long long left = channel->until_ms ? channel->until_ms - wire_clock_ms() : -1;
    if (channel->until_ms && left <= 0)
        return why_set(why, FAIL_AGAIN, "the other process took too long");
    if (poll(&ready, 1, (int)left) < 0 && errno != EINTR)
        return why_set(why, FAIL_EMPTY, "the other process can not be waited for: %s", strerror(errno));
    return 0;
}

/* Where there is no time limit, the socket blocks and nobody has to wait for it. */
static int after_trouble(const struct channel *channel, ssize_t moved, short events, struct why *why) {
    if (moved < 0 && errno == EINTR)
        return 0;
    if (moved < 0 && errno == EAGAIN)
        return wait_for(channel, events, why);
    return why_set(why, FAIL_EMPTY, "the other process is gone: %s", moved < 0 ? strerror(errno) : "it has closed the connection");
}

int channel_send_bytes(struct channel *channel, struct span bytes, struct why *why) {
    while (bytes.len) {
        ssize_t sent = send(channel->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (sent > 0) {
            bytes = span_slice(bytes, (size_t)sent, bytes.len);
            continue;
        }
        int failed = after_trouble(channel, sent, POLLOUT, why);
        if (failed)
            return failed;
    }
    return 0;
}

static int receive(struct channel *channel, char *to, size_t count, struct why *why) {
    for (size_t at = 0; at < count;) {
        ssize_t came = recv(channel->fd, to + at, count - at, 0);
        if (came > 0) {
            at += (size_t)came;
            continue;
        }
        int failed = after_trouble(channel, came, POLLIN, why);
        if (failed)
            return failed;
    }
    return 0;
}

int channel_receive_bytes(struct channel *channel, size_t count, struct arena *arena, struct span *ret, struct why *why) {
    char *bytes = arena_alloc(arena, count + 1);
    int failed = receive(channel, bytes, count, why);
    if (!failed)
        *ret = (struct span){bytes, count};
    return failed;
}

int channel_send(struct channel *channel, uint32_t kind, const struct shape *shape, const void *from, size_t most, struct why *why) {
    struct buf buf;
    struct frame frame = {.kind = kind};
    int failed = 0;
    buf_init(&buf, sizeof frame + most);
    pack_bytes(&buf, &frame, sizeof frame);
    shape_pack(shape, from, &buf);
    if (buf_full(&buf))
        failed = why_set(why, FAIL_LIMIT, "there is more to say than the %zu bytes that may pass between the daemon and its reader", most);
    if (!failed) {
        frame.bytes = (uint32_t)(buf.len - sizeof frame);
        memcpy(buf.ptr, &frame, sizeof frame);
        failed = channel_send_bytes(channel, buf_span(&buf), why);
    }
    buf_free(&buf);
    return failed;
}

int channel_receive(struct channel *channel, size_t most, struct arena *arena, uint32_t *ret_kind, struct span *ret, struct why *why) {
    struct frame frame;
    int failed = receive(channel, (char *)&frame, sizeof frame, why);
    if (!failed && frame.bytes > most)
        failed = why_set(why, FAIL_LIMIT, "a message of %u bytes came, at most %zu may", frame.bytes, most);
    if (!failed)
        failed = channel_receive_bytes(channel, frame.bytes, arena, ret, why);
    if (!failed)
        *ret_kind = frame.kind;
    return failed;
}
