#include "mail/charset.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <uchardet/uchardet.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "mail/coding.h"

enum { LABEL_BYTES = 40, GUESS_BYTES = 32 * 1024 };

/* Labels that stand for more than they say, or that iconv does not know. "" is UTF-8 or plain ASCII. */
static const struct {
    const char *label, *iconv;
} labels[] = {
    {"", ""},
    {"utf-8", ""},
    {"utf8", ""},
    {"us-ascii", "CP1252"},
    {"ascii", "CP1252"},
    {"ansi_x3.4-1968", "CP1252"},
    {"iso-8859-1", "CP1252"},
    {"iso8859-1", "CP1252"},
    {"iso_8859-1", "CP1252"},
    {"latin1", "CP1252"},
    {"iso-8859-8-i", "ISO-8859-8"},
    {"iso-8859-9", "CP1254"},
    {"iso-8859-11", "CP874"},
    {"tis-620", "CP874"},
    {"gb2312", "GB18030"},
    {"gbk", "GB18030"},
    {"x-gbk", "GB18030"},
    {"shift_jis", "CP932"},
    {"shift-jis", "CP932"},
    {"x-sjis", "CP932"},
    {"ks_c_5601-1987", "CP949"},
    {"euc-kr", "CP949"},
    {"unicode-1-1-utf-7", "UTF-7"},
    {"x-mac-roman", "MACINTOSH"},
};

static bool is_ascii(struct span bytes) {
    for (size_t i = 0; i < bytes.len; i++)
        if ((signed char)bytes.ptr[i] <= 0)
            return false;
    return true;
}

/* The name iconv is asked for, or NULL: only letters that occur in charset names, as "//" would switch transliteration on. */
static const char *iconv_name(struct span label, char room[LABEL_BYTES]) {
    label = span_trim(label);
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (span_same(label, span_of(labels[i].label)))
            return labels[i].iconv;
    if (label.len >= LABEL_BYTES)
        return NULL;
    for (size_t i = 0; i < label.len; i++)
        if (!char_is_alnum(label.ptr[i]) && !strchr("-_.:", label.ptr[i]))
            return NULL;
    memcpy(room, label.ptr, label.len);
    room[label.len] = '\0';
    return room;
}

/* Everything converted that can be; *invalid counts the bytes that could not. False when iconv does not know the name. */
static bool convert(struct span bytes, const char *name, struct arena *arena, struct span *ret, size_t *invalid) {
    iconv_t cd = iconv_open("UTF-8", name);
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
    iconv_close(cd);
    *ret = (struct span){out, (size_t)(to - out)};
    return true;
}

static bool guess(struct span bytes, struct arena *arena, struct span *ret, size_t *invalid) {
    uchardet_t detector = uchardet_new();
    if (!detector)
        return false;
    uchardet_handle_data(detector, bytes.ptr, bytes.len < GUESS_BYTES ? bytes.len : GUESS_BYTES);
    uchardet_data_end(detector);
    char room[LABEL_BYTES];
    const char *name = iconv_name(span_of(uchardet_get_charset(detector)), room);
    bool known = name && *name && convert(bytes, name, arena, ret, invalid);
    uchardet_delete(detector);
    return known;
}

/* Charsets in which ASCII bytes mean something else. */
static bool is_unlike_ascii(const char *name) {
    static const char *const starts[] = {"iso-2022", "utf-7", "hz", "utf-16", "utf-32", "ucs-", "ebcdic", "ibm0", "ibm1"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (span_starts_same(span_of(name), span_of(starts[i])))
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

static struct span best_guess(struct span bytes, const char *name, struct arena *arena) {
    struct span converted = bytes, guessed;
    size_t invalid = 0, guess_invalid = 0;
    bool known = name && *name && convert(bytes, name, arena, &converted, &invalid);
    if (known && invalid == 0)
        return converted;
    if (!known && is_mostly_utf8(bytes))
        return bytes;
    if (guess(bytes, arena, &guessed, &guess_invalid) && (guess_invalid == 0 || (known && guess_invalid < invalid)))
        return guessed;
    if (!known)
        convert(bytes, "CP1252", arena, &converted, &invalid);
    return converted;
}

struct span charset_decode(struct span bytes, struct span label, struct arena *arena) {
    char room[LABEL_BYTES];
    const char *name = iconv_name(label, room);
    if (is_ascii(bytes) && !(name && is_unlike_ascii(name)))
        return bytes;
    bool says_little = !name || !*name || span_same(span_trim(label), SPAN("us-ascii"));
    if (says_little && utf8_valid(bytes))
        return utf8_clean(arena, bytes);
    return utf8_clean(arena, best_guess(bytes, name, arena));
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
