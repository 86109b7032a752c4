#include "mail/body.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "mail/charset.h"
#include "mail/flowed.h"
#include "mail/html.h"

enum { STUB_BYTES = 400, ATTACHED_MESSAGES = 20, ENCODED_TIMES = 4 /* as long as its text a part may be as written */ };

enum wanted { WANT_PLAIN, WANT_ANY };

/* A part's text, or that of all parts below it. found: there was a text part at all, be it blank. */
struct choice {
    struct span text;
    bool found, html, closed;
};

/* What may still be decoded of a message and those attached to it, however many parts share it. */
struct budget {
    size_t bytes, parts, messages;
};

struct reader {
    const struct mime *mime;
    const struct message_limits *limits;
    struct arena *arena;
    struct choice *seen; /* a part is decoded once */
    struct budget *left;
    bool inner; /* this is an attached message: those attached to it are not opened */
};

static struct span with_line_feeds(struct span text, struct arena *arena) {
    if (span_starts(text, SPAN("\xEF\xBB\xBF")))
        text = span_slice(text, 3, text.len);
    char *out = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    struct span line;
    while (header_line(&text, &line)) {
        memcpy(out + len, line.ptr, line.len);
        len += line.len;
        if (text.ptr > line.ptr + line.len)
            out[len++] = '\n';
    }
    return (struct span){out, len};
}

/* At most max bytes, and no character cut. */
static struct span cut_text(struct span text, size_t max) {
    if (text.len <= max)
        return text;
    while (max && ((unsigned char)text.ptr[max] & 0xC0) == 0x80)
        max--;
    return span_slice(text, 0, max);
}

static bool says(const struct mime_part *part, const char *parameter, struct span value, struct arena *arena) {
    return span_same(header_parameter(part->content_type, parameter, arena), value);
}

static void spend(size_t *left, size_t amount) { *left -= amount < *left ? amount : *left; }

static struct choice read_leaf(const struct reader *reader, const struct mime_part *part) {
    size_t max = reader->limits->text_bytes;
    spend(&reader->left->bytes, part->body.len + 1);
    struct arena *arena = reader->arena;
    struct span bytes = span_slice(mime_decoded(part, max * ENCODED_TIMES, arena), 0, max);
    struct span charset = header_parameter(part->content_type, "charset", arena);
    struct span text = with_line_feeds(cut_text(charset_decode(bytes, charset, arena), max), arena);
    bool html = mime_is(part, "text/html");
    if (html)
        text = html_text(text, max, arena);
    else if (says(part, "format", SPAN("flowed"), arena))
        text = flowed_unwrap(text, says(part, "delsp", SPAN("yes"), arena), arena);
    return (struct choice){cut_text(text, max), true, html, part->closed};
}

static bool is_text(const struct mime_part *part) {
    return mime_is(part, "text/plain") || mime_is(part, "text/html") || mime_is(part, "text/markdown") || mime_is(part, "text/enriched");
}

static struct choice leaf(struct reader *reader, size_t index, enum wanted wanted, bool first) {
    const struct mime_part *part = &reader->mime->parts[index];
    bool attached = part->attachment || (part->named && !first);
    if (!is_text(part) || attached || !reader->left->bytes || (wanted == WANT_PLAIN && mime_is(part, "text/html")))
        return (struct choice){.found = false};
    if (!reader->seen[index].found)
        reader->seen[index] = read_leaf(reader, part);
    return reader->seen[index];
}

static bool is_blank(struct span text) { return span_trim(text).len == 0; }

/* "Your mail program does not show HTML": a plain part that only points to the other one. */
static bool is_stub(struct span text) {
    return is_blank(text) || (text.len < STUB_BYTES && span_find_same(text, SPAN("html")) != SPAN_NONE &&
                              (span_find_same(text, SPAN("view")) != SPAN_NONE || span_find_same(text, SPAN("support")) != SPAN_NONE ||
                               span_find_same(text, SPAN("client")) != SPAN_NONE || span_find_same(text, SPAN("format")) != SPAN_NONE));
}

static struct choice choose(struct reader *reader, size_t index, enum wanted wanted, bool first);
static struct body read_body(const struct mime *mime, const struct message_limits *limits, struct budget *left, bool inner,
                             struct arena *arena);

static size_t next_child(const struct mime *mime, size_t parent, size_t after) {
    for (size_t i = after + 1; i < mime->count; i++)
        if (mime->parts[i].parent == parent)
            return i;
    return mime->count;
}

static struct choice first_child(struct reader *reader, size_t parent, enum wanted wanted, bool first) {
    struct choice blank = {.found = false};
    for (size_t i = next_child(reader->mime, parent, parent); i < reader->mime->count; i = next_child(reader->mime, parent, i)) {
        struct choice one = choose(reader, i, wanted, first);
        if (one.found && !is_blank(one.text))
            return one;
        if (one.found && !blank.found)
            blank = one;
    }
    return blank;
}

static struct choice alternative(struct reader *reader, size_t parent, enum wanted wanted, bool first) {
    struct choice plain = first_child(reader, parent, WANT_PLAIN, first);
    if (wanted == WANT_PLAIN || (plain.found && !is_stub(plain.text)))
        return plain;
    struct choice html = {.found = false};
    for (size_t i = next_child(reader->mime, parent, parent); i < reader->mime->count; i = next_child(reader->mime, parent, i)) {
        struct choice one = choose(reader, i, WANT_ANY, first);
        if (one.html)
            html = one;
    }
    return html.found && (!is_blank(html.text) || !plain.found) ? html : plain;
}

/* An attached message reads like one that was forwarded inline: below a mark, so that it is quoted unless nothing else was written. */
static struct choice attached(const struct reader *reader, const struct mime_part *part) {
    struct message_limits inner = *reader->limits;
    struct arena *arena = reader->arena;
    struct header_block block;
    struct mime mime;
    struct span raw = mime_decoded(part, inner.text_bytes * ENCODED_TIMES, arena);
    inner.depth -= part->depth;
    inner.parts = reader->left->parts;
    spend(&reader->left->messages, 1);
    if (header_scan(raw, HEADER_OUTER, &inner, arena, &block, NULL) || mime_scan(&block, part->closed, &inner, arena, &mime, NULL))
        return (struct choice){.found = false};
    spend(&reader->left->parts, mime.count);
    struct body body = read_body(&mime, &inner, reader->left, true, arena);
    const char *text = arena_printf(arena, "---------- Forwarded message ----------\nFrom: %s\nDate: %s\nSubject: %s\n\n%.*s",
                                    charset_words(header_find(block.fields, block.count, "from"), arena),
                                    charset_words(header_find(block.fields, block.count, "date"), arena),
                                    charset_words(header_find(block.fields, block.count, "subject"), arena), SPAN_ARG(body.text));
    return (struct choice){span_of(text), body.text.len > 0, body.from_html, part->closed || body.complete};
}

static struct choice inline_or_attached(struct reader *reader, size_t index, enum wanted wanted, bool first) {
    const struct mime_part *part = &reader->mime->parts[index];
    bool open = mime_is(part, "message/rfc822") && !reader->inner && reader->left->messages;
    return open ? attached(reader, part) : choose(reader, index, wanted, first);
}

static struct choice mixed(struct reader *reader, size_t parent, enum wanted wanted, bool first) {
    struct choice all = {.found = false, .closed = true};
    size_t max = reader->limits->text_bytes;
    struct buf text;
    buf_init(&text, 2 * max + 2);
    for (size_t i = next_child(reader->mime, parent, parent); i < reader->mime->count; i = next_child(reader->mime, parent, i)) {
        struct choice one = text.len < max ? inline_or_attached(reader, i, wanted, first && !all.found) : (struct choice){.found = false};
        if (!one.found)
            continue;
        buf_text(&text, is_blank(one.text) || is_blank(buf_span(&text)) ? "" : "\n\n");
        buf_add(&text, one.text);
        all.found = true;
        all.html |= one.html;
        all.closed &= one.closed;
    }
    all.text = cut_text((struct span){buf_keep(&text, reader->arena), text.len}, max);
    buf_free(&text);
    return all;
}

/* first: nothing was read before, so a text with a file name may still be the text. */
static struct choice choose(struct reader *reader, size_t index, enum wanted wanted, bool first) {
    const struct mime_part *part = &reader->mime->parts[index];
    if (!part->multipart)
        return leaf(reader, index, wanted, first);
    if (mime_is(part, "multipart/alternative"))
        return alternative(reader, index, wanted, first);
    if (mime_is(part, "multipart/related") || mime_is(part, "multipart/signed") || mime_is(part, "multipart/report"))
        return first_child(reader, index, wanted, first);
    return mixed(reader, index, wanted, first);
}

static struct body read_body(const struct mime *mime, const struct message_limits *limits, struct budget *left, bool inner,
                             struct arena *arena) {
    struct reader reader = {mime, limits, arena, arena_array(arena, mime->count, sizeof(struct choice)), left, inner};
    struct choice found = choose(&reader, MIME_ROOT, WANT_ANY, true);
    return (struct body){found.found ? found.text : (struct span){"", 0}, found.html, found.found && found.closed};
}

struct body body_text(const struct mime *mime, const struct message_limits *limits, struct arena *arena) {
    struct budget left = {ENCODED_TIMES * limits->text_bytes, limits->parts, ATTACHED_MESSAGES};
    return read_body(mime, limits, &left, false, arena);
}
