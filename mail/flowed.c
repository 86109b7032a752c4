#include "mail/flowed.h"

#include "base/buf.h"

static size_t quote_depth(struct span *line) {
    size_t depth = 0;
    while (depth < line->len && line->ptr[depth] == '>')
        depth++;
    *line = span_slice(*line, depth, line->len);
    if (line->len && line->ptr[0] == ' ')
        *line = span_slice(*line, 1, line->len);
    return depth;
}

static void begin_line(struct buf *out, size_t depth) {
    for (size_t i = 0; i < depth; i++)
        buf_char(out, '>');
    if (depth)
        buf_char(out, ' ');
}

struct span flowed_unwrap(struct span text, bool delete_space, struct arena *arena) {
    struct buf out;
    buf_init(&out, text.len * 2 + 16);
    struct span line;
    size_t depth_before = 0;
    bool flowing = false, first = true;
    while (span_line(&text, &line)) {
        size_t depth = quote_depth(&line);
        bool signature = span_equal(line, SPAN("-- "));
        if (!flowing || signature || depth != depth_before) {
            if (!first)
                buf_char(&out, '\n');
            begin_line(&out, depth);
        }
        flowing = !signature && line.len && line.ptr[line.len - 1] == ' ';
        buf_add(&out, span_slice(line, 0, line.len - (flowing && delete_space)));
        depth_before = depth;
        first = false;
    }
    struct span ret = {buf_keep(&out, arena), out.len};
    buf_free(&out);
    return ret;
}
