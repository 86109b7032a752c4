#include "base/utf8.h"

#include <string.h>

enum { REPLACEMENT = 0xFFFD };

/* Length of the valid character that starts here, 0 when there is none (Unicode 15, table 3-7). */
static size_t character_len(const unsigned char *c, size_t left) {
    size_t len = c[0] < 0x80 ? 1 : c[0] < 0xC2 ? 0 : c[0] < 0xE0 ? 2 : c[0] < 0xF0 ? 3 : c[0] < 0xF5 ? 4 : 0;
    if (len == 0 || len > left)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((c[i] & 0xC0) != 0x80)
            return 0;
    if ((c[0] == 0xE0 && c[1] < 0xA0) || (c[0] == 0xED && c[1] > 0x9F) || (c[0] == 0xF0 && c[1] < 0x90) || (c[0] == 0xF4 && c[1] > 0x8F))
        return 0;
    return len;
}

uint32_t utf8_next(struct span text, size_t *at) {
    const unsigned char *c = (const unsigned char *)text.ptr + *at;
    size_t len = character_len(c, text.len - *at);
    if (len == 0) {
        ++*at;
        return REPLACEMENT;
    }
    uint32_t ret = len == 1 ? c[0] : c[0] & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++)
        ret = ret << 6 | (c[i] & 0x3Fu);
    *at += len;
    return ret;
}

/* Where the first byte that is not ASCII may stand: most text is ASCII, and eight bytes are looked at at once. */
static size_t skip_ascii(struct span text, size_t at) {
    uint64_t eight;
    for (; text.len - at >= sizeof eight; at += sizeof eight) {
        memcpy(&eight, text.ptr + at, sizeof eight);
        if (eight & UINT64_C(0x8080808080808080))
            break;
    }
    return at;
}

bool utf8_valid(struct span text) {
    for (size_t at = skip_ascii(text, 0); at < text.len;) {
        size_t len = character_len((const unsigned char *)text.ptr + at, text.len - at);
        if (len == 0)
            return false;
        at = skip_ascii(text, at + len);
    }
    return true;
}

void utf8_put(struct buf *buf, uint32_t c) {
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        c = REPLACEMENT;
    if (c < 0x80) {
        buf_char(buf, (char)c);
        return;
    }
    char bytes[4];
    size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--, c >>= 6)
        bytes[i] = (char)(0x80 | (c & 0x3F));
    bytes[0] = (char)((0xF00u >> len & 0xFFu) | c);
    buf_add(buf, (struct span){bytes, len});
}

struct span utf8_cut(struct span text, size_t max) {
    if (text.len <= max)
        return text;
    while (max && ((unsigned char)text.ptr[max] & 0xc0) == 0x80)
        max--;
    return span_slice(text, 0, max);
}

struct span utf8_clean(struct arena *arena, struct span text) {
    if (utf8_valid(text) && span_find_char(text, '\0') == SPAN_NONE)
        return (struct span){arena_copy(arena, text), text.len};
    struct buf buf;
    buf_init(&buf, text.len * 3 + 1);
    for (size_t at = 0; at < text.len;) {
        uint32_t c = utf8_next(text, &at);
        utf8_put(&buf, c ? c : REPLACEMENT);
    }
    struct span ret = {buf_keep(&buf, arena), buf.len};
    buf_free(&buf);
    return ret;
}
