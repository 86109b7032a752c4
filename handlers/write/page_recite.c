/* Marks like [3] in the order in which they are read: parts cite what they look at, and not all of that is shown in the end. */
#include "handlers/write/page.h"

/* "[12]" at the start: its number. 0: it is none, or none of ours. */
static size_t mark_at(struct span text, size_t sources, size_t *ret_len) {
    size_t number = 0, len = 1;
    if (text.ptr[0] != '[')
        return 0;
    for (; len < text.len && char_is_digit(text.ptr[len]) && number <= sources; len++)
        number = number * 10 + (size_t)(text.ptr[len] - '0');
    if (number == 0 || len == text.len || text.ptr[len] != ']' || number > sources)
        return 0;
    *ret_len = len + 1;
    return number;
}

const char *page_recite(const struct page *written, const char *commonmark, struct page *cited) {
    struct span rest = span_of(commonmark);
    struct buf buf;
    buf_init(&buf, 2 * PAGE_CAP_BYTES); /* a mark may grow by some digits */
    for (bool escaped = false; rest.len > 0;) {
        size_t len = 1, number = escaped ? 0 : mark_at(rest, written->source_count, &len);
        if (number)
            buf_printf(&buf, "[%s]", page_cite(cited, written->sources[number - 1]));
        else
            buf_char(&buf, rest.ptr[0]);
        escaped = !escaped && rest.ptr[0] == '\\';
        rest = span_slice(rest, len, rest.len);
    }
    const char *ret = buf_keep(&buf, cited->arena);
    buf_free(&buf);
    return ret;
}
