#include "mail/mime.h"

#include <string.h>

struct level {
    struct span boundary;
    size_t part;
};

/* Where the scan stands. open: the leaf whose body runs, or SIZE_MAX between parts. */
struct scan {
    struct mime mime;
    struct level *levels;
    size_t level_count, open;
    const struct message_limits *limits;
    struct arena *arena;
    struct why *why;
};

static const size_t NO_PART = SIZE_MAX;

static struct span content_type_or_default(struct span field, struct span parent_type, struct arena *arena) {
    struct span type = header_token(field, arena);
    size_t slash = span_find_char(type, '/');
    if (slash != SPAN_NONE && slash > 0 && slash + 1 < type.len)
        return type;
    return span_equal(parent_type, SPAN("multipart/digest")) ? SPAN("message/rfc822") : SPAN("text/plain");
}

static struct mime_part described(const struct header *fields, size_t count, struct span parent_type, struct arena *arena) {
    struct span disposition = header_find(fields, count, "content-disposition");
    struct mime_part part = {.content_type = header_find(fields, count, "content-type")};
    part.type = content_type_or_default(part.content_type, parent_type, arena);
    part.coding = coding_named(header_token(header_find(fields, count, "content-transfer-encoding"), arena));
    part.attachment = span_equal(header_token(disposition, arena), SPAN("attachment"));
    part.named = header_parameter(disposition, "filename", arena).ptr || header_parameter(part.content_type, "name", arena).ptr;
    part.multipart = span_starts(part.type, SPAN("multipart/"));
    return part;
}

/* Some programs forget to announce the boundary: the first line that looks like one is it. */
static struct span guessed_boundary(struct span body) {
    enum { LINES = 20 };
    struct span line;
    for (size_t i = 0; i < LINES && header_line(&body, &line); i++)
        if (span_starts(line, SPAN("--")) && line.len > 4 && span_starts_same(body, SPAN("content-")))
            return span_slice(line, 2, line.len);
    return (struct span){NULL, 0};
}

static struct span boundary_of(const struct mime_part *part, struct span body, struct arena *arena) {
    struct span boundary = span_trim(header_parameter(part->content_type, "boundary", arena));
    return boundary.len ? boundary : guessed_boundary(body);
}

static int add_part(struct scan *scan, struct mime_part part, struct span body) {
    if (scan->mime.count >= scan->limits->parts)
        return why_set(scan->why, FAIL_LIMIT, "a message has more than %zu parts", scan->limits->parts);
    if (part.depth > scan->limits->depth)
        return why_set(scan->why, FAIL_LIMIT, "a message nests its parts more than %zu deep", scan->limits->depth);
    struct span boundary = part.multipart ? boundary_of(&part, body, scan->arena) : (struct span){NULL, 0};
    if (part.multipart && !boundary.len) {
        part.multipart = false;
        part.type = SPAN("text/plain");
    }
    part.body = span_slice(body, 0, 0);
    scan->open = part.multipart ? NO_PART : scan->mime.count;
    if (part.multipart) {
        scan->levels = arena_grow(scan->arena, scan->levels, scan->level_count, sizeof *scan->levels);
        scan->levels[scan->level_count++] = (struct level){boundary, scan->mime.count};
    }
    scan->mime.parts = arena_grow(scan->arena, scan->mime.parts, scan->mime.count, sizeof *scan->mime.parts);
    scan->mime.parts[scan->mime.count++] = part;
    return 0;
}

/* Which level's delimiter this line is, counted from the innermost; level_count when it is none. */
static size_t delimiter(const struct scan *scan, struct span line, bool *last) {
    if (!span_starts(line, SPAN("--")))
        return scan->level_count;
    for (size_t i = scan->level_count; i-- > 0;) {
        struct span rest = span_slice(line, 2, line.len);
        if (!span_starts(rest, scan->levels[i].boundary))
            continue;
        rest = span_slice(rest, scan->levels[i].boundary.len, rest.len);
        *last = span_starts(rest, SPAN("--"));
        if (*last || span_trim(rest).len == 0)
            return i;
    }
    return scan->level_count;
}

static size_t without_line_end(const char *from, const char *to) {
    if (to > from && to[-1] == '\n')
        to--;
    if (to > from && to[-1] == '\r')
        to--;
    return (size_t)(to - from);
}

static void close_leaf(struct scan *scan, const char *end) {
    if (scan->open == NO_PART)
        return;
    struct mime_part *leaf = &scan->mime.parts[scan->open];
    leaf->body.len = without_line_end(leaf->body.ptr, end);
    leaf->closed = true;
    scan->open = NO_PART;
}

static int begin_part(struct scan *scan, size_t level, struct span *rest) {
    struct header_block block;
    int failed = header_scan(*rest, HEADER_PART, scan->limits, scan->arena, &block, scan->why);
    if (failed)
        return failed;
    size_t parent = scan->levels[level].part;
    struct mime_part part = described(block.fields, block.count, scan->mime.parts[parent].type, scan->arena);
    part.parent = parent;
    part.depth = scan->mime.parts[parent].depth + 1;
    *rest = block.body;
    return add_part(scan, part, block.body);
}

static int scan_lines(struct scan *scan, struct span rest, bool whole) {
    struct span line;
    const char *end = rest.ptr + rest.len;
    for (const char *from = rest.ptr; scan->level_count && header_line(&rest, &line); from = rest.ptr) {
        bool last = false, cut = !whole && line.ptr + line.len == end;
        size_t level = cut ? scan->level_count : delimiter(scan, line, &last);
        if (level == scan->level_count)
            continue;
        close_leaf(scan, from);
        scan->level_count = level + !last;
        int failed = last ? 0 : begin_part(scan, level, &rest);
        if (failed)
            return failed;
    }
    if (scan->open != NO_PART) {
        struct mime_part *leaf = &scan->mime.parts[scan->open];
        leaf->body.len = (size_t)(end - leaf->body.ptr);
        leaf->closed = whole;
    }
    return 0;
}

int mime_scan(const struct header_block *header, bool whole, const struct message_limits *limits, struct arena *arena, struct mime *ret,
              struct why *why) {
    struct scan scan = {.limits = limits, .arena = arena, .why = why};
    struct mime_part root = described(header->fields, header->count, (struct span){"", 0}, arena);
    int failed = add_part(&scan, root, header->body);
    if (!failed)
        failed = scan_lines(&scan, header->body, whole);
    if (failed)
        return failed;
    struct mime_part *first = &scan.mime.parts[MIME_ROOT];
    if (first->multipart && scan.mime.count == 1) {
        first->multipart = false;
        first->type = SPAN("text/plain");
        first->body = header->body;
        first->closed = whole;
    }
    *ret = scan.mime;
    return 0;
}

struct span mime_decoded(const struct mime_part *part, size_t max_bytes, struct arena *arena) {
    return coding_decode(part->coding, span_slice(part->body, 0, max_bytes), arena);
}

bool mime_is(const struct mime_part *part, const char *type) { return span_equal(part->type, span_of(type)); }
