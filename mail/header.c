#include "mail/header.h"

#include <string.h>

#include "mail/coding.h"

enum { ID_BYTES = 998 };

bool header_line(struct span *rest, struct span *line) {
    if (rest->len == 0)
        return false;
    size_t end = 0;
    while (end < rest->len && rest->ptr[end] != '\n' && rest->ptr[end] != '\r')
        end++;
    size_t next = end;
    while (next < rest->len && next < end + 2 && rest->ptr[next] == '\r')
        next++;
    if (next < rest->len && rest->ptr[next] == '\n')
        next++;
    else if (next > end)
        next = end + 1;
    *line = span_slice(*rest, 0, end);
    *rest = span_slice(*rest, next, rest->len);
    return true;
}

/* Length of the field name this line begins with, 0 when it begins with none. *colon is where its colon stands. */
static size_t field_name(struct span line, size_t *colon) {
    size_t len = 0;
    while (len < line.len && line.ptr[len] > ' ' && line.ptr[len] < 0x7F && line.ptr[len] != ':')
        len++;
    *colon = len;
    while (*colon < line.len && (line.ptr[*colon] == ' ' || line.ptr[*colon] == '\t'))
        ++*colon;
    return *colon < line.len && line.ptr[*colon] == ':' ? len : 0;
}

static bool is_line_end(char c) { return c == '\r' || c == '\n'; }

static struct span unfold(struct span raw, size_t max, struct arena *arena) {
    raw = span_slice(span_trim(raw), 0, max);
    if (span_find_char(raw, '\n') == SPAN_NONE && span_find_char(raw, '\r') == SPAN_NONE)
        return raw;
    char *out = arena_alloc(arena, raw.len + 1);
    size_t len = 0;
    for (size_t at = 0; at < raw.len;) {
        if (!is_line_end(raw.ptr[at])) {
            out[len++] = raw.ptr[at++];
            continue;
        }
        while (at < raw.len && char_is_space(raw.ptr[at]))
            at++;
        while (len && char_is_space(out[len - 1]))
            len--;
        out[len++] = ' ';
    }
    return (struct span){out, len};
}

/* Where the scan stands: the field whose value may go on, as far as it is known. */
struct scan {
    struct header_block *block;
    struct span name, value;
    bool open, kept;
};

/* Of a part, nobody asks for other fields than these. */
static bool is_of_interest(enum header_kind kind, struct span name) {
    return kind == HEADER_OUTER || span_starts_same(name, SPAN("content-"));
}

static int keep_field(struct scan *scan, const struct message_limits *limits, struct arena *arena, struct why *why) {
    struct header_block *block = scan->block;
    bool keep = scan->open && scan->kept;
    scan->open = false;
    if (!keep)
        return 0;
    if (block->count >= limits->headers)
        return why_set(why, FAIL_LIMIT, "a header has more than %zu fields", limits->headers);
    block->fields = arena_grow(arena, block->fields, block->count, sizeof *block->fields);
    block->fields[block->count++] = (struct header){scan->name, unfold(scan->value, limits->header_bytes, arena)};
    return 0;
}

int header_scan(struct span raw, enum header_kind kind, const struct message_limits *limits, struct arena *arena, struct header_block *ret,
                struct why *why) {
    struct header_block block = {.body = raw};
    struct scan scan = {.block = &block};
    struct span rest = raw, line;
    bool junk = false;
    int failed = 0;
    while (!failed && header_line(&rest, &line)) {
        size_t colon, name = field_name(line, &colon);
        if (kind == HEADER_PART && span_starts(line, SPAN("--")))
            break;
        if (line.len == 0 && (kind == HEADER_PART || block.count || scan.open)) {
            block.closed = true;
            block.body = junk ? block.body : rest;
            break;
        }
        if (scan.open && line.len && (line.ptr[0] == ' ' || line.ptr[0] == '\t')) {
            scan.value.len = (size_t)(line.ptr + line.len - scan.value.ptr);
            block.body = rest;
            continue;
        }
        failed = keep_field(&scan, limits, arena, why);
        junk = name == 0;
        if (junk)
            continue;
        scan = (struct scan){&block, span_slice(line, 0, name), span_slice(line, colon + 1, line.len), true, false};
        scan.kept = is_of_interest(kind, scan.name);
        block.body = rest;
    }
    if (!failed)
        failed = keep_field(&scan, limits, arena, why);
    if (!failed)
        *ret = block;
    return failed;
}

struct span header_find(const struct header *fields, size_t count, const char *name) {
    struct span wanted = span_of(name);
    for (size_t i = 0; i < count; i++)
        if (span_same(fields[i].name, wanted))
            return fields[i].value;
    return (struct span){"", 0};
}

static size_t skip_space(struct span text, size_t at) {
    while (at < text.len && char_is_space(text.ptr[at]))
        at++;
    return at;
}

/* The quoted string that begins at *at, without quotes and escapes; unclosed ones end with the field. */
static struct span quoted(struct span text, size_t *at, struct arena *arena) {
    size_t end = *at + 1, len = 0;
    while (end < text.len && text.ptr[end] != '"')
        end += text.ptr[end] == '\\' && end + 1 < text.len ? 2 : 1;
    char *out = arena_alloc(arena, end - *at + 1);
    for (++*at; *at < end; ++*at) {
        if (text.ptr[*at] == '\\' && *at + 1 < end)
            ++*at;
        out[len++] = text.ptr[*at];
    }
    *at += *at < text.len;
    return (struct span){out, len};
}

static struct span token(struct span text, size_t *at) {
    size_t from = *at;
    while (*at < text.len && text.ptr[*at] != ';' && !char_is_space(text.ptr[*at]))
        ++*at;
    return span_slice(text, from, *at);
}

static struct span percent_decoded(struct span text, struct arena *arena) {
    char *out = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        int high = i + 2 < text.len && text.ptr[i] == '%' ? coding_hex_digit(text.ptr[i + 1]) : -1;
        int low = high >= 0 ? coding_hex_digit(text.ptr[i + 2]) : -1;
        out[len++] = low >= 0 ? (char)(high * 16 + low) : text.ptr[i];
        i += low >= 0 ? 2 : 0;
    }
    return (struct span){out, len};
}

/* RFC 2231: charset'language'text */
static struct span without_charset(struct span text) {
    size_t first = span_find_char(text, '\'');
    size_t second = first == SPAN_NONE ? SPAN_NONE : span_find_char(span_slice(text, first + 1, text.len), '\'');
    return second == SPAN_NONE ? text : span_slice(text, first + second + 2, text.len);
}

struct piece {
    struct span name, value;
};

static bool next_parameter(struct span text, size_t *at, struct piece *ret, struct arena *arena) {
    while (*at < text.len) {
        while (*at < text.len && (text.ptr[*at] == ';' || char_is_space(text.ptr[*at])))
            ++*at;
        size_t from = *at;
        while (*at < text.len && text.ptr[*at] != '=' && text.ptr[*at] != ';' && !char_is_space(text.ptr[*at]))
            ++*at;
        ret->name = span_slice(text, from, *at);
        size_t equals = skip_space(text, *at);
        if (equals >= text.len || text.ptr[equals] != '=')
            continue;
        *at = skip_space(text, equals + 1);
        bool in_quotes = *at < text.len && text.ptr[*at] == '"';
        ret->value = in_quotes ? quoted(text, at, arena) : token(text, at);
        return true;
    }
    return false;
}

/* How a parameter's name relates to the one wanted: not at all, whole, or a piece; *escaped when a star says so. */
static bool is_wanted(struct span name, struct span wanted, bool *piece, bool *escaped) {
    if (!span_starts_same(name, wanted))
        return false;
    struct span rest = span_slice(name, wanted.len, name.len);
    *escaped = rest.len && rest.ptr[rest.len - 1] == '*';
    *piece = rest.len > 1 && rest.ptr[0] == '*' && char_is_digit(rest.ptr[1]);
    return rest.len == 0 || *piece || (*escaped && rest.len == 1);
}

static struct span joined(struct arena *arena, struct span a, struct span b) {
    char *out = arena_alloc(arena, a.len + b.len + 1);
    if (a.len)
        memcpy(out, a.ptr, a.len);
    if (b.len)
        memcpy(out + a.len, b.ptr, b.len);
    return (struct span){out, a.len + b.len};
}

struct span header_parameter(struct span value, const char *name, struct arena *arena) {
    enum { PIECES = 100 };
    struct span ret = {NULL, 0};
    struct piece one;
    size_t at = span_find_char(value, ';');
    if (at == SPAN_NONE)
        at = token(value, &(size_t){0}).len;
    for (size_t pieces = 0; pieces < PIECES && next_parameter(value, &at, &one, arena);) {
        bool piece, escaped;
        if (!is_wanted(one.name, span_of(name), &piece, &escaped))
            continue;
        struct span text = escaped && (!piece || !ret.ptr) ? without_charset(one.value) : one.value;
        if (escaped)
            text = percent_decoded(text, arena);
        if (!piece)
            return text;
        ret = joined(arena, ret, text);
        pieces++;
    }
    return ret;
}

struct span header_token(struct span value, struct arena *arena) {
    size_t at = skip_space(value, 0);
    struct span found = token(value, &at);
    char *out = arena_copy(arena, found);
    for (size_t i = 0; i < found.len; i++)
        out[i] = char_lower(out[i]);
    return (struct span){out, found.len};
}

static bool is_message_id(struct span inner) {
    size_t at_sign = span_find_char(inner, '@');
    if (at_sign == SPAN_NONE || at_sign == 0 || at_sign + 1 == inner.len || inner.len + 2 > ID_BYTES)
        return false;
    for (size_t i = 0; i < inner.len; i++)
        if (inner.ptr[i] <= ' ' || inner.ptr[i] >= 0x7F || inner.ptr[i] == '<')
            return false;
    return true;
}

const char **header_message_ids(struct span value, struct arena *arena, size_t *ret_count) {
    const char **ids = NULL;
    size_t count = 0;
    for (;;) {
        size_t open = span_find_char(value, '<');
        if (open == SPAN_NONE)
            break;
        value = span_slice(value, open + 1, value.len);
        size_t close = span_find_char(span_slice(value, 0, ID_BYTES), '>');
        if (close == SPAN_NONE || !is_message_id(span_slice(value, 0, close)))
            continue;
        ids = arena_grow(arena, ids, count, sizeof *ids);
        ids[count++] = arena_printf(arena, "<%.*s>", (int)close, value.ptr);
        value = span_slice(value, close + 1, value.len);
    }
    *ret_count = count;
    return ids;
}
