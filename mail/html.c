#include "mail/html.h"

#include <gumbo.h>
#include <setjmp.h>
#include <string.h>

#include "base/buf.h"
#include "mail/phrases.h"

enum {
    TREE_BYTES = 16 << 20,  /* what gumbo may allocate for one document */
    HTML_BYTES = 256 << 10, /* of a document that are read */
    TAGS = 20000,
    LOOKS = 60000000,  /* at open elements: gumbo goes up from each tag to the next table cell */
    TAG_PIECES = 8000, /* and compares each attribute of a tag with all before it */
    QUOTE_DEPTH = 8,
    STYLE_BYTES = 2048,
    BREAKS = 3,
};

/* Text under construction. breaks: line ends to write before what comes next; space: a blank, if it is on the same line. */
struct page {
    struct buf text;
    size_t breaks, quotes;
    bool space;
};

/* An element whose children are being walked. */
struct frame {
    const GumboNode *node;
    unsigned next;
    size_t quotes_above;
    bool preformatted, painted;
};

enum flow { FLOW_INLINE, FLOW_LINE, FLOW_PARAGRAPH, FLOW_DROPPED };

static bool is_one_of(GumboTag tag, const GumboTag *tags, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (tags[i] == tag)
            return true;
    return false;
}

static enum flow flow_of(GumboTag tag) {
    static const GumboTag lines[] = {GUMBO_TAG_DIV,      GUMBO_TAG_TABLE,   GUMBO_TAG_TR,      GUMBO_TAG_LI,       GUMBO_TAG_DT,
                                     GUMBO_TAG_DD,       GUMBO_TAG_ADDRESS, GUMBO_TAG_ARTICLE, GUMBO_TAG_SECTION,  GUMBO_TAG_HEADER,
                                     GUMBO_TAG_FOOTER,   GUMBO_TAG_MAIN,    GUMBO_TAG_NAV,     GUMBO_TAG_ASIDE,    GUMBO_TAG_FORM,
                                     GUMBO_TAG_FIELDSET, GUMBO_TAG_CENTER,  GUMBO_TAG_CAPTION, GUMBO_TAG_TEXTAREA, GUMBO_TAG_BODY};
    static const GumboTag paragraphs[] = {GUMBO_TAG_P,  GUMBO_TAG_H1, GUMBO_TAG_H2,  GUMBO_TAG_H3,         GUMBO_TAG_H4,
                                          GUMBO_TAG_H5, GUMBO_TAG_H6, GUMBO_TAG_PRE, GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_UL,
                                          GUMBO_TAG_OL, GUMBO_TAG_DL, GUMBO_TAG_HR};
    static const GumboTag dropped[] = {GUMBO_TAG_HEAD,   GUMBO_TAG_STYLE,  GUMBO_TAG_SCRIPT, GUMBO_TAG_TITLE, GUMBO_TAG_TEMPLATE,
                                       GUMBO_TAG_OBJECT, GUMBO_TAG_IFRAME, GUMBO_TAG_SELECT, GUMBO_TAG_SVG,   GUMBO_TAG_MATH};
    if (is_one_of(tag, lines, sizeof lines / sizeof *lines))
        return FLOW_LINE;
    if (is_one_of(tag, paragraphs, sizeof paragraphs / sizeof *paragraphs))
        return FLOW_PARAGRAPH;
    return is_one_of(tag, dropped, sizeof dropped / sizeof *dropped) ? FLOW_DROPPED : FLOW_INLINE;
}

static struct span attribute(const GumboElement *element, const char *name) {
    const GumboAttribute *found = gumbo_get_attribute(&element->attributes, name);
    return found ? span_of(found->value) : (struct span){"", 0};
}

/* A style without blanks, lower case, with a semicolon before it and behind it. */
static struct span plain_style(struct span style, char room[STYLE_BYTES]) {
    size_t len = 0;
    room[len++] = ';';
    for (size_t i = 0; i < style.len && len + 1 < STYLE_BYTES; i++)
        if (!char_is_space(style.ptr[i]))
            room[len++] = char_lower(style.ptr[i]);
    room[len++] = ';';
    return (struct span){room, len};
}

static bool has_any(struct span text, const char *const *wanted, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (span_find(text, span_of(wanted[i])) != SPAN_NONE)
            return true;
    return false;
}

static bool is_hidden(const GumboElement *element, struct span style, bool painted) {
    static const char *const hidden[] = {";display:none", ";visibility:hidden", ";mso-hide:all",  ";opacity:0;",    ";font-size:0;",
                                         ";font-size:0p", ";font-size:0!",      ";font-size:1px", ";max-height:0;", ";max-height:0p"};
    static const char *const white[] = {";color:#fff;", ";color:#ffffff", ";color:white", ";color:rgb(255,255,255)"};
    if (gumbo_get_attribute(&element->attributes, "hidden") || has_any(style, hidden, sizeof hidden / sizeof *hidden))
        return true;
    struct span color = attribute(element, "color");
    bool white_font = element->tag == GUMBO_TAG_FONT && (span_same(color, SPAN("#ffffff")) || span_same(color, SPAN("white")));
    return !painted && (white_font || has_any(style, white, sizeof white / sizeof *white));
}

static bool is_quote(const GumboElement *element) {
    static const char *const classes[] = {"gmail_quote", "yahoo_quoted", "protonmail_quote", "moz-forward-container"};
    return element->tag == GUMBO_TAG_BLOCKQUOTE || has_any(attribute(element, "class"), classes, sizeof classes / sizeof *classes);
}

static void begin_text(struct page *page) {
    bool line_start = page->text.len == 0 || page->breaks;
    for (; page->text.len && page->breaks; page->breaks--)
        buf_char(&page->text, '\n');
    page->breaks = 0;
    for (size_t i = 0; line_start && i < page->quotes; i++)
        buf_char(&page->text, '>');
    if (line_start && page->quotes)
        buf_char(&page->text, ' ');
    if (!line_start && page->space)
        buf_char(&page->text, ' ');
    page->space = false;
}

static void break_lines(struct page *page, size_t lines) {
    if (page->breaks < lines)
        page->breaks = lines;
    if (lines)
        page->space = false;
}

/* Bytes of an invisible character (soft hyphen, zero width space, word joiner, byte order mark) that begins here. */
static size_t invisible(struct span text) {
    static const char *const characters[] = {"\xC2\xAD", "\xE2\x80\x8B", "\xE2\x81\xA0", "\xEF\xBB\xBF"};
    for (size_t i = 0; i < sizeof characters / sizeof *characters; i++)
        if (span_starts(text, span_of(characters[i])))
            return strlen(characters[i]);
    return 0;
}

static void add_text(struct page *page, struct span text, bool preformatted) {
    for (size_t at = 0; at < text.len;) {
        struct span rest = span_slice(text, at, text.len);
        size_t skip = (unsigned char)rest.ptr[0] < 0x80 ? 0 : invisible(rest);
        bool hard_space = span_starts(rest, SPAN("\xC2\xA0"));
        at += skip ? skip : hard_space ? 2 : 1;
        if (skip)
            continue;
        if (hard_space && (page->breaks || page->text.len == 0))
            begin_text(page);
        else if (preformatted && rest.ptr[0] == '\n')
            break_lines(page, page->breaks < BREAKS ? page->breaks + 1 : BREAKS);
        else if (hard_space || char_is_space(rest.ptr[0]))
            page->space = true;
        else {
            if (page->breaks || page->space || page->text.len == 0)
                begin_text(page);
            buf_char(&page->text, rest.ptr[0]);
        }
    }
}

static size_t breaks_around(const GumboElement *element) {
    switch (flow_of(element->tag)) {
    case FLOW_LINE: return 1;
    case FLOW_PARAGRAPH: return span_find(attribute(element, "class"), SPAN("MsoNormal")) == SPAN_NONE ? 2 : 1;
    case FLOW_INLINE:
    case FLOW_DROPPED: break;
    }
    return 0;
}

/* False: its children are not to be seen. */
static bool enter(struct page *page, const GumboNode *node, const struct frame *above, struct frame *ret) {
    const GumboElement *element = &node->v.element;
    char room[STYLE_BYTES];
    struct span style = plain_style(attribute(element, "style"), room);
    bool painted = above->painted || span_find(style, SPAN(";background")) != SPAN_NONE || attribute(element, "bgcolor").len;
    if (flow_of(element->tag) == FLOW_DROPPED || is_hidden(element, style, painted))
        return false;
    break_lines(page, breaks_around(element));
    if (element->tag == GUMBO_TAG_BR)
        break_lines(page, page->breaks < BREAKS ? page->breaks + 1 : BREAKS);
    *ret = (struct frame){node, 0, page->quotes, above->preformatted || element->tag == GUMBO_TAG_PRE, painted};
    if (is_quote(element)) {
        break_lines(page, 1);
        page->quotes += page->quotes < QUOTE_DEPTH;
    }
    return true;
}

static void leave(struct page *page, const struct frame *frame) {
    const GumboElement *element = &frame->node->v.element;
    if (element->tag == GUMBO_TAG_TD || element->tag == GUMBO_TAG_TH)
        page->space = true;
    size_t breaks = breaks_around(element);
    break_lines(page, breaks > 0 || page->quotes == frame->quotes_above ? breaks : 1);
    page->quotes = frame->quotes_above;
}

static bool is_element(const GumboNode *node) { return node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE; }

/* The stack is ours: a document may be nested deeper than the process's stack is high. */
static void walk(struct page *page, const GumboNode *root, struct arena *scratch) {
    struct frame *frames = arena_grow(scratch, NULL, 0, sizeof *frames);
    size_t depth = 0;
    if (is_element(root) && enter(page, root, &(struct frame){.node = root}, &frames[0]))
        depth = 1;
    while (depth && !buf_full(&page->text)) {
        struct frame *top = &frames[depth - 1];
        const GumboVector *children = &top->node->v.element.children;
        if (top->next == children->length) {
            leave(page, top);
            depth--;
            continue;
        }
        const GumboNode *child = children->data[top->next++];
        struct frame below;
        if (child->type == GUMBO_NODE_TEXT || child->type == GUMBO_NODE_WHITESPACE || child->type == GUMBO_NODE_CDATA) {
            add_text(page, span_of(child->v.text.text), top->preformatted);
        } else if (is_element(child) && enter(page, child, top, &below)) {
            frames = arena_grow(scratch, frames, depth, sizeof *frames);
            frames[depth++] = below;
        }
    }
}

/* gumbo does not survive an allocation that fails, so the parse is left by a jump; all it made lies in the scratch arena. */
struct budget {
    struct arena *scratch;
    jmp_buf out;
};

static void *allocate(void *budget_ptr, size_t bytes) {
    struct budget *budget = budget_ptr;
    if (bytes > TREE_BYTES || arena_used(budget->scratch) > TREE_BYTES - bytes)
        longjmp(budget->out, 1);
    return arena_alloc(budget->scratch, bytes);
}

static void keep(void *budget_ptr, void *ptr) {
    (void)budget_ptr;
    (void)ptr;
}

static bool render(struct span html, struct page *page, struct arena *scratch) {
    struct budget budget = {.scratch = scratch};
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = allocate;
    options.deallocator = keep;
    options.userdata = &budget;
    options.max_errors = 0;
    if (setjmp(budget.out))
        return false;
    const GumboOutput *tree = gumbo_parse_with_options(&options, html.ptr, html.len);
    walk(page, tree->root, scratch);
    return true;
}

/* How far gumbo looks up behind this tag; text begins behind its "<". */
static size_t depth_behind(struct span text, size_t depth) {
    static const char *const cells[] = {"table", "td", "th", "caption", "br"};
    if (phrase_starts(text, PHRASES(cells)))
        return span_starts_same(text, SPAN("br")) ? depth : 0;
    return span_starts(text, SPAN("/")) ? depth - (depth > 0) : depth + 1;
}

/* The part of a document that can be parsed in bounded time. Pieces are counted up to the next tag, words of text included: telling
 * them from attributes would be a parser of its own. */
static struct span bearable(struct span html) {
    size_t tags = 0, pieces = 0, depth = 0, looks = 0;
    html = span_slice(html, 0, HTML_BYTES);
    for (size_t i = 0; i < html.len; i++) {
        char c = html.ptr[i];
        pieces = c == '<' ? 0 : pieces + (char_is_space(c) || c == '=' || c == '/' || c == '"' || c == '\'');
        if (c == '<') {
            tags++;
            depth = depth_behind(span_slice(html, i + 1, html.len), depth);
            looks += depth;
        }
        if (tags > TAGS || pieces > TAG_PIECES || looks > LOOKS)
            return span_slice(html, 0, i);
    }
    return html;
}

struct span html_text(struct span html, size_t max_bytes, struct arena *arena) {
    struct arena *scratch = arena_new(2 * (size_t)TREE_BYTES);
    struct page page = {.breaks = 0};
    buf_init(&page.text, max_bytes);
    html = bearable(html);
    while (html.len && !render(html, &page, scratch)) {
        html.len /= 2;
        arena_clear(scratch);
    }
    arena_free(scratch);
    struct span ret = {buf_keep(&page.text, arena), page.text.len};
    buf_free(&page.text);
    return ret;
}
