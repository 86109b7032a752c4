#include "handlers/write/render.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <stddef.h>
#include <string.h>

#include "handlers/answer.h"

enum { NODES_CAP_BYTES = 256 << 20 };

static const char html_head[] = "<!DOCTYPE html>\n"
                                "<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                                "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                                "<meta name=\"color-scheme\" content=\"light dark\">\n"
                                "<title>Answer</title>\n"
                                "<style>\n"
                                ":root{color-scheme:light dark}\n"
                                "body{font:16px/1.5 sans-serif;max-width:44em;margin:0 auto;padding:1em;overflow-wrap:break-word}\n"
                                "h1,h2,h3{line-height:1.25;margin:1.2em 0 .3em}h1{font-size:1.3em}h2{font-size:1.15em}h3{font-size:1em}\n"
                                "p,ul,ol{margin:.4em 0}ul,ol{padding-left:1.4em}\n"
                                "table{border-collapse:collapse;display:block;overflow-x:auto;margin:.5em 0}\n"
                                "th,td{border:1px solid #8888;padding:.2em .6em;text-align:left;vertical-align:top}\n"
                                "@media(max-width:30em){body{padding:.6em}th,td{padding:.15em .35em;font-size:.9em}}\n"
                                "</style></head><body>\n";
static const char html_foot[] = "</body></html>\n";

/* A document's nodes live and die together: an arena instead of malloc saves a third of the time. cmark hands its allocator
 * no context, hence the static. Each piece is headed by its size, for realloc. */
static struct arena *nodes;

union piece {
    size_t size;
    max_align_t align;
};

static void *node_alloc(size_t count, size_t size) {
    if (size > 0 && count > NODES_CAP_BYTES / size)
        count = NODES_CAP_BYTES / size; /* more than the arena gives: it ends the process */
    union piece *piece = arena_alloc(nodes, sizeof *piece + count * size);
    piece->size = count * size;
    return piece + 1;
}

static void *node_realloc(void *old, size_t size) {
    size_t had = old ? ((union piece *)old)[-1].size : 0;
    if (size <= had)
        return old;
    void *ret = node_alloc(1, size);
    if (had > 0)
        memcpy(ret, old, had);
    return ret;
}

static void node_free(void *piece) { (void)piece; }

static cmark_mem node_memory = {node_alloc, node_realloc, node_free};

static void begin_document(void) {
    if (!nodes) {
        cmark_gfm_core_extensions_ensure_registered();
        nodes = arena_new(NODES_CAP_BYTES);
    }
    arena_clear(nodes);
}

/* Holds until the next one is parsed. */
struct document {
    cmark_node *root;
    cmark_llist *extensions;
};

static struct document parse(const char *commonmark) {
    struct span text = span_of(commonmark);
    begin_document();
    cmark_parser *parser = cmark_parser_new_with_mem(CMARK_OPT_DEFAULT, &node_memory);
    cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension("table"));
    cmark_parser_feed(parser, text.ptr, text.len);
    cmark_node *root = cmark_parser_finish(parser);
    return (struct document){root, cmark_parser_get_syntax_extensions(parser)};
}

static const char *text_of(const struct document *document, size_t width, struct arena *arena) {
    struct buf buf;
    buf_init(&buf, RENDER_CAP_BYTES);
    render_node_text(document->root, width, &buf);
    const char *ret = buf_keep(&buf, arena);
    buf_free(&buf);
    return ret;
}

static const char *html_of(const struct document *document, struct arena *arena) {
    const char *body = cmark_render_html_with_mem(document->root, CMARK_OPT_DEFAULT, document->extensions, &node_memory);
    size_t head = sizeof html_head - 1, len = strlen(body);
    char *ret = arena_alloc(arena, head + len + sizeof html_foot);
    memcpy(ret, html_head, head);
    memcpy(ret + head, body, len);
    memcpy(ret + head + len, html_foot, sizeof html_foot);
    return ret;
}

void render_both(const char *commonmark, struct arena *arena, struct rendering *ret) {
    struct document document = parse(commonmark);
    ret->text = text_of(&document, RENDER_WIDTH, arena);
    ret->html = html_of(&document, arena);
}

const char *render_text(const char *commonmark, size_t width, struct arena *arena) {
    struct document document = parse(commonmark);
    return text_of(&document, width, arena);
}

const char *answer_render_text(const char *commonmark, struct arena *arena) { return render_text(commonmark, RENDER_WIDTH, arena); }

const char *answer_render_html(const char *commonmark, struct arena *arena) {
    struct document document = parse(commonmark);
    return html_of(&document, arena);
}
