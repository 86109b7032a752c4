/* The text part: what the CommonMark shows, for eyes and fixed-width type. cmark's own plain text writer leaves tables as
 * source, so the tree is walked here. */
#include "handlers/write/render.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <string.h>

#include "base/span.h"

enum { COLUMNS_MAX = 8, CELL_GAP = 2, COLUMN_LEAST = 8, PREFIX_MAX = 48, DEPTH_MAX = 12, WIDTH_LEAST = 20 };

struct writer {
    struct buf *out, *scratch;
    size_t width;
    char prefix[PREFIX_MAX + 1]; /* stands before every line */
    char first[PREFIX_MAX + 1];  /* stands before the next line instead, when not empty: the bullet of an item */
    bool tight;                  /* no blank line between blocks */
    int depth;
};

static size_t columns_of(struct span text) {
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
    return count;
}

static void repeat(struct buf *out, char c, size_t columns) {
    static const char blanks[] = "                                                                                ";
    static const char dashes[] = "--------------------------------------------------------------------------------";
    const char *from = c == ' ' ? blanks : dashes;
    for (size_t part; columns > 0; columns -= part) {
        part = columns < sizeof blanks - 1 ? columns : sizeof blanks - 1;
        buf_add(out, (struct span){from, part});
    }
}

/* ---- inlines ---- */

static void add_inlines(cmark_node *parent, struct buf *ret, int depth);

static void add_link_target(cmark_node *link, size_t text_from, struct buf *ret) {
    struct span url = span_of(cmark_node_get_url(link)), shown = span_slice(buf_span(ret), text_from, ret->len);
    if (url.len == 0 || span_equal(url, shown) || (span_starts(url, SPAN("mailto:")) && span_equal(span_slice(url, 7, url.len), shown)))
        return;
    buf_text(ret, " <");
    buf_add(ret, url);
    buf_char(ret, '>');
}

static void add_inline(cmark_node *node, struct buf *ret, int depth) {
    size_t from = ret->len;
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
    case CMARK_NODE_CODE: buf_text(ret, cmark_node_get_literal(node)); break;
    case CMARK_NODE_SOFTBREAK: buf_char(ret, ' '); break;
    case CMARK_NODE_LINEBREAK: buf_char(ret, '\n'); break;
    case CMARK_NODE_HTML_INLINE: break;
    default: add_inlines(node, ret, depth + 1); break;
    }
    if (cmark_node_get_type(node) == CMARK_NODE_LINK)
        add_link_target(node, from, ret);
}

static void add_inlines(cmark_node *parent, struct buf *ret, int depth) {
    if (depth > DEPTH_MAX)
        return;
    for (cmark_node *node = cmark_node_first_child(parent); node; node = cmark_node_next(node))
        add_inline(node, ret, depth);
}

/* ---- lines ---- */

static void begin_line(struct writer *writer) {
    buf_text(writer->out, *writer->first ? writer->first : writer->prefix);
    writer->first[0] = '\0';
}

static void end_line(struct writer *writer) {
    struct buf *out = writer->out;
    while (out->len > 0 && out->ptr[out->len - 1] == ' ')
        out->ptr[--out->len] = '\0';
    buf_char(out, '\n');
}

static size_t room_of(const struct writer *writer) {
    size_t used = columns_of(span_of(writer->prefix));
    return writer->width > used + WIDTH_LEAST ? writer->width - used : WIDTH_LEAST;
}

/* Take as many words off *rest as fit into width columns; a longer word has a line of its own. */
static bool take_line(struct span *rest, size_t width, struct span *line) {
    *rest = span_trim(*rest);
    if (rest->len == 0)
        return false;
    size_t end = 0, columns = 0, at = 0;
    for (; at < rest->len && rest->ptr[at] != '\n'; at++) {
        if (rest->ptr[at] == ' ')
            end = at;
        columns += ((unsigned char)rest->ptr[at] & 0xc0) != 0x80;
        if (columns > width && end > 0)
            break;
    }
    if (at == rest->len || rest->ptr[at] == '\n')
        end = at;
    *line = span_trim(span_slice(*rest, 0, end));
    *rest = span_slice(*rest, end, rest->len);
    return true;
}

static void write_wrapped(struct writer *writer, struct span text) {
    struct span line;
    while (take_line(&text, room_of(writer), &line)) {
        begin_line(writer);
        buf_add(writer->out, line);
        end_line(writer);
    }
}

static void write_verbatim(struct writer *writer, struct span text) {
    struct span line;
    while (span_line(&text, &line)) {
        begin_line(writer);
        buf_text(writer->out, "    ");
        buf_add(writer->out, line);
        end_line(writer);
    }
}

static void write_inlines(struct writer *writer, cmark_node *block) {
    buf_clear(writer->scratch);
    add_inlines(block, writer->scratch, 0);
    write_wrapped(writer, buf_span(writer->scratch));
}

static void write_rule(struct writer *writer, char mark, size_t columns) {
    begin_line(writer);
    for (size_t i = 0; i < columns && i < room_of(writer); i++)
        buf_char(writer->out, mark);
    end_line(writer);
}

/* ---- tables ---- */

struct table {
    struct span cells; /* row after row, each ends in a line end */
    size_t columns;
    size_t widths[COLUMNS_MAX];
};

static void read_row(cmark_node *row, struct table *table, struct buf *ret) {
    cmark_node *cell = cmark_node_first_child(row);
    for (size_t i = 0; i < table->columns; i++) {
        size_t from = ret->len;
        if (cell) {
            add_inlines(cell, ret, 0);
            cell = cmark_node_next(cell);
        }
        size_t width = columns_of(span_slice(buf_span(ret), from, ret->len));
        table->widths[i] = width > table->widths[i] ? width : table->widths[i];
        buf_char(ret, '\n');
    }
}

/* As wide as the widest cell; when that is too much together, the widest column gives. */
static void fit_columns(struct table *table, size_t room) {
    for (;;) {
        size_t widest = 0, total = (table->columns - 1) * CELL_GAP;
        for (size_t i = 0; i < table->columns; i++) {
            total += table->widths[i];
            widest = table->widths[i] > table->widths[widest] ? i : widest;
        }
        size_t too_much = total > room ? total - room : 0, spare = table->widths[widest] - COLUMN_LEAST;
        if (too_much == 0 || table->widths[widest] <= COLUMN_LEAST)
            return;
        table->widths[widest] -= spare < too_much ? spare : too_much;
    }
}

/* The cells of the next row, side by side, in as many lines as the longest needs. False at the end. */
static bool write_row(struct writer *writer, struct table *table) {
    struct span rest[COLUMNS_MAX], part[COLUMNS_MAX];
    for (size_t i = 0; i < table->columns; i++)
        if (!span_cut(&table->cells, '\n', &rest[i]))
            return false;
    for (;;) {
        bool any = false;
        for (size_t i = 0; i < table->columns; i++) {
            part[i] = SPAN("");
            any = take_line(&rest[i], table->widths[i], &part[i]) || any;
        }
        if (!any)
            return true;
        begin_line(writer);
        for (size_t i = 0; i < table->columns; i++) {
            size_t columns = columns_of(part[i]);
            buf_add(writer->out, part[i]);
            repeat(writer->out, ' ', CELL_GAP + (columns < table->widths[i] ? table->widths[i] - columns : 0));
        }
        end_line(writer);
    }
}

static void write_dashes(struct writer *writer, const struct table *table) {
    begin_line(writer);
    for (size_t i = 0; i < table->columns; i++) {
        repeat(writer->out, '-', table->widths[i]);
        repeat(writer->out, ' ', CELL_GAP);
    }
    end_line(writer);
}

static void write_table(struct writer *writer, cmark_node *node) {
    size_t columns = cmark_gfm_extensions_get_table_columns(node);
    struct table table = {.columns = columns > COLUMNS_MAX ? COLUMNS_MAX : columns};
    buf_clear(writer->scratch);
    for (cmark_node *row = cmark_node_first_child(node); row; row = cmark_node_next(row))
        read_row(row, &table, writer->scratch);
    table.cells = buf_span(writer->scratch);
    fit_columns(&table, room_of(writer));
    if (columns == 0 || !write_row(writer, &table))
        return;
    write_dashes(writer, &table);
    while (write_row(writer, &table))
        ;
}

/* ---- blocks ---- */

static void write_blocks(struct writer *writer, cmark_node *parent);

static void write_inside(struct writer *writer, cmark_node *block, const char *first, const char *rest) {
    struct writer inner = *writer;
    if (++inner.depth > DEPTH_MAX || strlen(writer->prefix) + strlen(first) > PREFIX_MAX)
        return;
    snprintf(inner.first, sizeof inner.first, "%s%s", *writer->first ? writer->first : writer->prefix, first);
    snprintf(inner.prefix, sizeof inner.prefix, "%s%s", writer->prefix, rest);
    write_blocks(&inner, block);
    writer->first[0] = '\0';
}

static void write_list(struct writer *writer, cmark_node *list) {
    int number = cmark_node_get_list_start(list);
    bool was_tight = writer->tight;
    writer->tight = cmark_node_get_list_tight(list);
    for (cmark_node *item = cmark_node_first_child(list); item; item = cmark_node_next(item), number++) {
        char bullet[16] = "- ", blank[16];
        if (cmark_node_get_list_type(list) == CMARK_ORDERED_LIST)
            snprintf(bullet, sizeof bullet, "%d. ", number);
        snprintf(blank, sizeof blank, "%*s", (int)strlen(bullet), "");
        write_inside(writer, item, bullet, blank);
        if (!writer->tight && cmark_node_next(item))
            buf_char(writer->out, '\n');
    }
    writer->tight = was_tight;
}

static void write_heading(struct writer *writer, cmark_node *heading) {
    size_t from = writer->out->len;
    write_inlines(writer, heading);
    size_t columns = columns_of(span_trim(span_slice(buf_span(writer->out), from, writer->out->len)));
    if (cmark_node_get_heading_level(heading) < 3)
        write_rule(writer, cmark_node_get_heading_level(heading) == 1 ? '=' : '-', columns);
}

static void write_block(struct writer *writer, cmark_node *block) {
    switch (cmark_node_get_type(block)) {
    case CMARK_NODE_LIST: write_list(writer, block); return;
    case CMARK_NODE_BLOCK_QUOTE: write_inside(writer, block, "> ", "> "); return;
    case CMARK_NODE_CODE_BLOCK: write_verbatim(writer, span_of(cmark_node_get_literal(block))); return;
    case CMARK_NODE_HEADING: write_heading(writer, block); return;
    case CMARK_NODE_THEMATIC_BREAK: write_rule(writer, '-', writer->width); return;
    case CMARK_NODE_HTML_BLOCK: return;
    default: break;
    }
    if (strcmp(cmark_node_get_type_string(block), "table") == 0)
        write_table(writer, block);
    else
        write_inlines(writer, block);
}

/* The third level of headings stands close to its text. */
static bool stands_apart(const struct writer *writer, cmark_node *block) {
    if (writer->tight || !cmark_node_previous(block))
        return false;
    cmark_node *before = cmark_node_previous(block);
    return cmark_node_get_type(before) != CMARK_NODE_HEADING || cmark_node_get_heading_level(before) < 3;
}

static void write_blocks(struct writer *writer, cmark_node *parent) {
    for (cmark_node *block = cmark_node_first_child(parent); block; block = cmark_node_next(block)) {
        if (stands_apart(writer, block)) {
            buf_text(writer->out, writer->prefix);
            end_line(writer);
        }
        write_block(writer, block);
    }
}

void render_node_text(struct cmark_node *document, size_t width, struct buf *ret) {
    struct buf scratch;
    buf_init(&scratch, RENDER_CAP_BYTES);
    struct writer writer = {.out = ret, .scratch = &scratch, .width = width};
    write_blocks(&writer, document);
    buf_free(&scratch);
}
