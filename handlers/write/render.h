/* render.h - CommonMark -> a text for reading, and an HTML document. One parse serves both.
 * Raw HTML and links that run code are dropped (cmark's safe mode); nothing remote is ever referred to.
 * cmark's parser is made once and kept: not for two threads at once. */
#ifndef HANDLERS_RENDER_H
#define HANDLERS_RENDER_H

#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"

enum { RENDER_WIDTH = 76, RENDER_CAP_BYTES = 1 << 20 };

struct rendering {
    const char *text; /* lines of at most RENDER_WIDTH columns, but for words that are longer */
    const char *html; /* a whole document, readable on light and dark ground and on narrow screens */
};

void render_both(const char *commonmark, struct arena *, struct rendering *ret);

/* For a terminal: lines of at most width columns. */
const char *render_text(const char *commonmark, size_t width, struct arena *);

/* The text of a parsed document. cmark's node type is not needed by callers of the functions above. */
struct cmark_node;
void render_node_text(struct cmark_node *document, size_t width, struct buf *ret);

#endif
