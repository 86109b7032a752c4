#include "mail/charset.h"

#include <errno.h>
#include <string.h>
#include <uchardet/uchardet.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "mail/charset_names.h"
#include "mail/coding.h"

enum { LABEL_BYTES = 40, GUESS_BYTES = 32 * 1024 };

static bool is_ascii(struct span bytes) {
    for (size_t i = 0; i < bytes.len; i++)
        if ((signed char)bytes.ptr[i] <= 0)
            return false;
    return true;
}

/* Everything converted that can be; *invalid counts the bytes that could not. False when there is no converter: nothing is known of the
 * charset (NULL), it is UTF-8, or this machine does not have it. */
static bool convert(struct span bytes, const struct charset *charset, struct arena *arena, struct span *ret, size_t *invalid) {
    iconv_t cd = charset ? charset_converter(charset) : (iconv_t)-1;
    if (cd == (iconv_t)-1)
        return false;
    size_t room = bytes.len * 4 + 16, left = bytes.len;
    char *out = arena_alloc(arena, room), *to = out, *from = (char *)(uintptr_t)bytes.ptr;
    *invalid = 0;
    while (left && iconv(cd, &from, &left, &to, &room) == (size_t)-1) {
        ++*invalid;
        if (errno == E2BIG || room < 4)
            break;
        memcpy(to, "\xEF\xBF\xBD", 3);
        to += 3;
        room -= 3;
        from++;
        left--;
    }
    *ret = (struct span){out, (size_t)(to - out)};
    return true;
}

static bool guess(struct span bytes, struct arena *arena, struct span *ret, size_t *invalid) {
    uchardet_t detector = uchardet_new();
    if (!detector)
        return false;
    uchardet_handle_data(detector, bytes.ptr, bytes.len < GUESS_BYTES ? bytes.len : GUESS_BYTES);
    uchardet_data_end(detector);
    bool known = convert(bytes, charset_by_label(span_of(uchardet_get_charset(detector))), arena, ret, invalid);
    uchardet_delete(detector);
    return known;
}

/* Charsets in which ASCII bytes mean something else. */
static bool is_unlike_ascii(const struct charset *charset) {
    static const char *const starts[] = {"iso-2022", "utf-7", "utf-16", "utf-32"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (span_starts_same(span_of(charset_name(charset)), span_of(starts[i])))
            return true;
    return false;
}

/* A few broken bytes in a text that is UTF-8 otherwise. */
static bool is_mostly_utf8(struct span bytes) {
    size_t good = 0, bad = 0;
    for (size_t at = 0; at < bytes.len;) {
        size_t from = at;
        utf8_next(bytes, &at);
        good += at - from > 1;
        bad += at - from == 1 && (unsigned char)bytes.ptr[from] >= 0x80;
    }
    return good > bad;
}

static struct span best_guess(struct span bytes, const struct charset *charset, struct arena *arena) {
    struct span converted = bytes, guessed;
    size_t invalid = 0, guess_invalid = 0;
    bool known = convert(bytes, charset, arena, &converted, &invalid);
    if (known && invalid == 0)
        return converted;
    if (!known && is_mostly_utf8(bytes))
        return bytes;
    if (guess(bytes, arena, &guessed, &guess_invalid) && (guess_invalid == 0 || (known && guess_invalid < invalid)))
        return guessed;
    if (!known)
        convert(bytes, charset_by_label(SPAN("windows-1252")), arena, &converted, &invalid);
    return converted;
}

struct span charset_decode(struct span bytes, struct span label, struct arena *arena) {
    const struct charset *charset = charset_by_label(label);
    if (is_ascii(bytes) && !(charset && is_unlike_ascii(charset)))
        return bytes;
    bool says_little = !charset || !*charset_name(charset) || span_same(span_trim(label), SPAN("us-ascii"));
    if (says_little && utf8_valid(bytes))
        return utf8_clean(arena, bytes);
    return utf8_clean(arena, best_guess(bytes, charset, arena));
}

/* An encoded word at the beginning of text: its parts and its whole length, or 0. */
static size_t encoded_word(struct span text, struct span *charset, char *letter, struct span *inner) {
    if (!span_starts(text, SPAN("=?")))
        return 0;
    struct span rest = span_slice(text, 2, text.len);
    size_t mark = span_find_char(span_slice(rest, 0, LABEL_BYTES), '?');
    if (mark == SPAN_NONE || mark + 2 >= rest.len || rest.ptr[mark + 2] != '?' || !strchr("bBqQ", rest.ptr[mark + 1]))
        return 0;
    *charset = span_slice(rest, 0, mark);
    *charset = span_slice(*charset, 0, span_find_char(*charset, '*'));
    *letter = rest.ptr[mark + 1];
    rest = span_slice(rest, mark + 3, rest.len);
    size_t end = span_find_char(rest, '?');
    if (end == SPAN_NONE || end + 1 >= rest.len || rest.ptr[end + 1] != '=')
        return 0;
    *inner = span_slice(rest, 0, end);
    return (size_t)(rest.ptr + end + 2 - text.ptr);
}

/* Words under way: text decoded so far, and the bytes of neighbours that share a charset. */
struct words {
    struct buf text, bytes;
    struct span charset;
    struct arena *arena;
};

static void flush(struct words *words) {
    if (words->bytes.len)
        buf_add(&words->text, charset_decode(buf_span(&words->bytes), words->charset, words->arena));
    buf_clear(&words->bytes);
}

static void add_word(struct words *words, struct span charset, struct span bytes) {
    if (!span_same(charset, words->charset))
        flush(words);
    words->charset = charset;
    buf_add(&words->bytes, bytes);
}

/* U+0080 to U+009F, too: terminals obey them. */
static bool is_control(uint32_t c) { return c < ' ' || (c >= 0x7F && c < 0xA0); }

static const char *one_line(struct words *words) {
    struct span text = buf_span(&words->text);
    char *ret = arena_copy(words->arena, text);
    for (size_t from = 0, at = 0; at < text.len; from = at)
        if (is_control(utf8_next(text, &at)))
            memset(ret + from, ' ', at - from);
    return arena_copy(words->arena, span_trim(span_of(ret)));
}

static size_t next_word(struct span value, size_t at) {
    size_t found = span_find(span_slice(value, at, value.len), SPAN("=?"));
    return found == SPAN_NONE ? value.len : at + found;
}

const char *charset_words(struct span value, struct arena *arena) {
    struct words words = {.arena = arena};
    buf_init(&words.text, value.len * 4 + 16);
    buf_init(&words.bytes, value.len + 16);
    bool after_word = false;
    for (size_t at = 0; at < value.len;) {
        struct span charset, inner;
        char letter;
        size_t len = encoded_word(span_slice(value, at, value.len), &charset, &letter, &inner);
        if (len) {
            add_word(&words, charset, coding_word(letter, inner, arena));
            at += len;
            after_word = true;
            continue;
        }
        size_t next = next_word(value, at + 1);
        struct span plain = span_slice(value, at, next);
        at = next;
        if (after_word && next < value.len && span_trim(plain).len == 0)
            continue;
        flush(&words);
        buf_add(&words.text, charset_decode(plain, SPAN(""), arena));
        after_word = false;
    }
    flush(&words);
    const char *ret = one_line(&words);
    buf_free(&words.text);
    buf_free(&words.bytes);
    return ret;
}
