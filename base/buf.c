#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 256 };

void buf_init(struct buf *buf, size_t cap_bytes) { *buf = (struct buf){.cap = cap_bytes}; }

void buf_free(struct buf *buf) {
    free(buf->ptr);
    buf_init(buf, buf->cap);
}

void buf_clear(struct buf *buf) {
    buf->len = 0;
    buf->full = false;
    if (buf->ptr)
        buf->ptr[0] = '\0';
}

static bool make_room(struct buf *buf, size_t more) {
    if (buf->full || more > buf->cap - buf->len) {
        buf->full = true;
        return false;
    }
    size_t need = buf->len + more + 1;
    if (need <= buf->room)
        return true;
    size_t room = buf->room ? buf->room : FIRST_ROOM;
    while (room < need)
        room *= 2;
    char *ptr = realloc(buf->ptr, room);
    if (!ptr) {
        buf->full = true;
        return false;
    }
    buf->ptr = ptr;
    buf->room = room;
    return true;
}

void buf_add(struct buf *buf, struct span text) {
    if (!make_room(buf, text.len))
        return;
    if (text.len)
        memcpy(buf->ptr + buf->len, text.ptr, text.len);
    buf->len += text.len;
    buf->ptr[buf->len] = '\0';
}

void buf_text(struct buf *buf, const char *text) { buf_add(buf, span_of(text)); }

void buf_char(struct buf *buf, char c) { buf_add(buf, (struct span){&c, 1}); }

void buf_printf(struct buf *buf, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        buf->full = true;
    else if (make_room(buf, (size_t)len)) {
        vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, again);
        buf->len += (size_t)len;
    }
    va_end(again);
}

bool buf_full(const struct buf *buf) { return buf->full; }

struct span buf_span(const struct buf *buf) {
    return (struct span){buf->ptr ? buf->ptr : "", buf->len};
}

char *buf_keep(const struct buf *buf, struct arena *arena) { return arena_copy(arena, buf_span(buf)); }
