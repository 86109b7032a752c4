#include "handlers/render.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include "handlers/answer.h"

static const char html_head[] =
    "<!DOCTYPE html>\n"
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
    "</style></head><body>\n";
static const char html_foot[] = "</body></html>\n";

/* Registering the extensions and making a parser costs more than parsing an answer; finishing a document makes it ready again. */
static cmark_parser *the_parser(void) {
    static cmark_parser *parser;
    if (!parser) {
        cmark_gfm_core_extensions_ensure_registered();
        parser = cmark_parser_new(CMARK_OPT_DEFAULT);
        cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension("table"));
    }
    return parser;
}

static cmark_node *parse(const char *commonmark) {
    cmark_parser *parser = the_parser();
    struct span text = span_of(commonmark);
    cmark_parser_feed(parser, text.ptr, text.len);
    return cmark_parser_finish(parser);
}

static const char *text_of(cmark_node *document, size_t width, struct arena *arena) {
    struct buf buf;
    buf_init(&buf, RENDER_CAP_BYTES);
    render_node_text(document, width, &buf);
    const char *ret = buf_keep(&buf, arena);
    buf_free(&buf);
    return ret;
}

static const char *html_of(cmark_node *document, struct arena *arena) {
    char *body = cmark_render_html(document, CMARK_OPT_DEFAULT, cmark_parser_get_syntax_extensions(the_parser()));
    const char *ret = arena_printf(arena, "%s%s%s", html_head, body, html_foot);
    cmark_get_default_mem_allocator()->free(body);
    return ret;
}

void render_both(const char *commonmark, struct arena *arena, struct rendering *ret) {
    cmark_node *document = parse(commonmark);
    ret->text = text_of(document, RENDER_WIDTH, arena);
    ret->html = html_of(document, arena);
    cmark_node_free(document);
}

const char *render_text(const char *commonmark, size_t width, struct arena *arena) {
    cmark_node *document = parse(commonmark);
    const char *ret = text_of(document, width, arena);
    cmark_node_free(document);
    return ret;
}

const char *answer_render_text(const char *commonmark, struct arena *arena) { return render_text(commonmark, RENDER_WIDTH, arena); }

const char *answer_render_html(const char *commonmark, struct arena *arena) {
    cmark_node *document = parse(commonmark);
    const char *ret = html_of(document, arena);
    cmark_node_free(document);
    return ret;
}
