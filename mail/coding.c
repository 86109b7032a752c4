#include "mail/coding.h"

#include "base/name.h"

static const struct name codings[] = {
    {CODING_NONE, "7bit"},
    {CODING_NONE, "8bit"},
    {CODING_NONE, "binary"},
    {CODING_BASE64, "base64"},
    {CODING_QUOTED_PRINTABLE, "quoted-printable"},
    {0, NULL},
};

enum coding coding_named(struct span name) {
    int value = CODING_NONE;
    name_value(codings, span_trim(name), &value);
    return (enum coding)value;
}

static int base64_digit(char c) {
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (char_is_digit(c))
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static bool is_base64_line(struct span line) {
    line = span_trim(line);
    for (size_t i = 0; i < line.len; i++)
        if (base64_digit(line.ptr[i]) < 0 && line.ptr[i] != '=')
            return false;
    return true;
}

/* Mailing lists put their footer below a blank line, without a thought for the encoding. */
static struct span without_footer(struct span text) {
    struct span rest = text, line;
    bool begun = false, blank = false;
    while (span_line(&rest, &line)) {
        if (begun && blank && !is_base64_line(line))
            return span_slice(text, 0, (size_t)(line.ptr - text.ptr));
        blank = span_trim(line).len == 0;
        begun |= !blank;
    }
    return text;
}

/* Letters outside the alphabet are skipped, until a padding was seen. */
static struct span base64(struct span text, struct arena *arena) {
    text = without_footer(text);
    char *out = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    unsigned bits = 0, have = 0;
    bool padded = false;
    for (size_t i = 0; i < text.len; i++) {
        int digit = base64_digit(text.ptr[i]);
        if (text.ptr[i] == '=') {
            padded = true;
            have = 0;
        } else if (digit < 0) {
            if (padded && !char_is_space(text.ptr[i]))
                break;
        } else {
            bits = bits << 6 | (unsigned)digit;
            have += 6;
            if (have >= 8) {
                have -= 8;
                out[len++] = (char)(bits >> have & 0xFF);
            }
        }
    }
    return (struct span){out, len};
}

int coding_hex_digit(char c) {
    if (char_is_digit(c))
        return c - '0';
    c = char_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static size_t behind_blanks(struct span text, size_t at) {
    while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t'))
        at++;
    return at;
}

static size_t behind_line_end(struct span text, size_t at) {
    at += at < text.len && text.ptr[at] == '\r';
    return at + (at < text.len && text.ptr[at] == '\n');
}

static bool at_line_end(struct span text, size_t at) { return at == text.len || text.ptr[at] == '\r' || text.ptr[at] == '\n'; }

/* The byte "=XX" stands for, or -1. */
static int escaped_byte(struct span text, size_t at) {
    int high = at + 2 < text.len ? coding_hex_digit(text.ptr[at + 1]) : -1;
    int low = high >= 0 ? coding_hex_digit(text.ptr[at + 2]) : -1;
    return low < 0 ? -1 : high * 16 + low;
}

/* White space at the end of a line was added on the way (RFC 2045 section 6.7, rule 3). */
static struct span quoted_printable(struct span text, struct arena *arena) {
    char *out = arena_alloc(arena, text.len + 1);
    size_t len = 0, at = 0;
    while (at < text.len) {
        char c = text.ptr[at];
        int byte = c == '=' ? escaped_byte(text, at) : -1;
        size_t from = at++, blanks = behind_blanks(text, at);
        if (byte >= 0) {
            out[len++] = (char)byte;
            at += 2;
        } else if (c == '=' && at_line_end(text, blanks)) {
            at = behind_line_end(text, blanks);
        } else if (c == ' ' || c == '\t') {
            at = blanks;
            for (size_t i = from; i < blanks && !at_line_end(text, blanks); i++)
                out[len++] = text.ptr[i];
        } else {
            out[len++] = c;
        }
    }
    return (struct span){out, len};
}

struct span coding_decode(enum coding coding, struct span text, struct arena *arena) {
    switch (coding) {
    case CODING_BASE64: return base64(text, arena);
    case CODING_QUOTED_PRINTABLE: return quoted_printable(text, arena);
    case CODING_NONE: break;
    }
    return text;
}

struct span coding_word(char letter, struct span text, struct arena *arena) {
    if (char_upper(letter) == 'B')
        return base64(text, arena);
    char *out = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        int byte = text.ptr[i] == '=' ? escaped_byte(text, i) : -1;
        out[len++] = byte >= 0 ? (char)byte : text.ptr[i] == '_' ? ' ' : text.ptr[i];
        i += byte >= 0 ? 2 : 0;
    }
    return (struct span){out, len};
}
