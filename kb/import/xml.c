#include "kb/import/xml.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum { NOT_GATHERING = 0 };

struct xml {
    XML_Parser parser;
    struct input *input;
    const struct xml_handler *handler;
    void *context;
    struct why *why;
    int code; /* the first failure */
    char names[XML_DEPTH_MAX][XML_NAME_BYTES];
    size_t depth, gathering; /* the depth of the element whose text is kept */
    const char **attributes;
    struct buf text;
    size_t silent; /* bytes since anything was understood */
};

static void stop(struct xml *xml, int code) {
    xml->code = code;
    XML_StopParser(xml->parser, XML_FALSE);
}

static void note_place(struct xml *xml) {
    xml->silent = 0;
    input_at_line(xml->input, XML_GetCurrentLineNumber(xml->parser));
}

/* Elements part words as blanks do. */
static void add_blank(struct xml *xml) {
    if (xml->text.len && xml->text.ptr[xml->text.len - 1] != ' ')
        buf_char(&xml->text, ' ');
}

static void on_open(void *context, const char *name, const char **attributes) {
    struct xml *xml = context;
    note_place(xml);
    if (xml->code)
        return;
    if (xml->depth == XML_DEPTH_MAX) {
        stop(xml, why_set(xml->why, FAIL_LIMIT, "line %zu: elements lie more than %d deep: this is no official file",
                          input_line_number(xml->input), XML_DEPTH_MAX));
        return;
    }
    snprintf(xml->names[xml->depth++], XML_NAME_BYTES, "%s", name);
    if (xml->gathering)
        add_blank(xml);
    xml->attributes = attributes;
    int code = xml->handler->open(xml->context, xml, xml->names[xml->depth - 1], xml->why);
    xml->attributes = NULL;
    if (code)
        stop(xml, code);
}

static void on_close(void *context, const char *name) {
    struct xml *xml = context;
    struct span text = {"", 0};
    (void)name;
    note_place(xml);
    if (xml->code)
        return;
    if (xml->gathering == xml->depth) {
        xml->gathering = NOT_GATHERING;
        text = span_trim(buf_span(&xml->text));
        if (buf_full(&xml->text)) {
            stop(xml, why_set(xml->why, FAIL_LIMIT, "line %zu: a text is longer than %d bytes: this is no official file",
                              input_line_number(xml->input), XML_TEXT_MAX));
            return;
        }
    } else if (xml->gathering)
        add_blank(xml);
    int code = xml->handler->close(xml->context, xml, xml->names[xml->depth - 1], text, xml->why);
    xml->depth--;
    if (code)
        stop(xml, code);
}

static void on_text(void *context, const char *text, int len) {
    struct xml *xml = context;
    xml->silent = 0;
    for (int i = 0; xml->gathering && i < len; i++)
        if (char_is_space(text[i]))
            add_blank(xml);
        else
            buf_char(&xml->text, text[i]);
}

static void on_entity(void *context, const char *name, int parameter, const char *value, int len, const char *base, const char *system,
                      const char *public, const char *notation) {
    struct xml *xml = context;
    (void)name, (void)parameter, (void)value, (void)len, (void)base, (void)system, (void)public, (void)notation;
    if (!xml->code)
        stop(xml, why_set(xml->why, FAIL_INPUT, "it declares entities: this is no official file"));
}

static int parse(struct xml *xml, struct span piece, bool last) {
    enum XML_Status status = XML_Parse(xml->parser, piece.ptr, (int)piece.len, last);
    if (xml->code)
        return xml->code;
    if (status != XML_STATUS_OK)
        return why_set(xml->why, FAIL_INPUT, "line %lu: %s%s", (unsigned long)XML_GetCurrentLineNumber(xml->parser),
                       XML_ErrorString(XML_GetErrorCode(xml->parser)), last ? ": is the file cut off?" : "");
    if (xml->silent > XML_TOKEN_MAX)
        return why_set(xml->why, FAIL_LIMIT, "a tag or comment is longer than %d bytes: this is no official file", XML_TOKEN_MAX);
    return 0;
}

/* expat keeps what it does not understand yet, so it is fed in small pieces. */
static int parse_all(struct xml *xml) {
    enum { PIECE_BYTES = 16 << 10 };
    struct span block;
    int code;
    while (!(code = input_bytes(xml->input, &block, xml->why)))
        for (size_t at = 0; at < block.len; at += PIECE_BYTES) {
            struct span piece = span_slice(block, at, at + PIECE_BYTES);
            xml->silent += piece.len;
            if ((code = parse(xml, piece, false)))
                return code;
        }
    return code == FAIL_EMPTY ? parse(xml, (struct span){"", 0}, true) : code;
}

int xml_read(struct input *input, const struct xml_handler *handler, void *context, struct why *why) {
    struct xml *xml = calloc(1, sizeof *xml);
    XML_Parser parser = xml ? XML_ParserCreate(NULL) : NULL;
    if (!parser) {
        free(xml);
        return why_set(why, FAIL_SYSTEM, "out of memory");
    }
    *xml = (struct xml){.parser = parser, .input = input, .handler = handler, .context = context, .why = why};
    buf_init(&xml->text, XML_TEXT_MAX);
    XML_SetUserData(parser, xml);
    XML_SetElementHandler(parser, on_open, on_close);
    XML_SetCharacterDataHandler(parser, on_text);
    XML_SetEntityDeclHandler(parser, on_entity);
    int code = parse_all(xml);
    buf_free(&xml->text);
    XML_ParserFree(parser);
    free(xml);
    return code;
}

void xml_gather(struct xml *xml) {
    if (xml->gathering)
        return;
    xml->gathering = xml->depth;
    buf_clear(&xml->text);
}

const char *xml_attribute(const struct xml *xml, const char *name) {
    for (size_t i = 0; xml->attributes && xml->attributes[i]; i += 2)
        if (strcmp(xml->attributes[i], name) == 0)
            return xml->attributes[i + 1];
    return NULL;
}

const char *xml_parent(const struct xml *xml) { return xml->depth > 1 ? xml->names[xml->depth - 2] : ""; }

/* The end of what stands before the root: declaration, comments. */
static struct span without_prolog(struct span text) {
    static const struct { const char *start, *end; } parts[] = {{"<?", "?>"}, {"<!--", "-->"}, {"<!", ">"}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts;) {
        text = span_trim(text);
        size_t end = span_starts(text, span_of(parts[i].start)) ? span_find(text, span_of(parts[i].end)) : SPAN_NONE;
        if (end != SPAN_NONE)
            text = span_slice(text, end + strlen(parts[i].end), text.len);
        i = end == SPAN_NONE ? i + 1 : 0;
    }
    return text;
}

bool xml_root_is(struct span head, const char *root) {
    size_t len = strlen(root);
    if (span_starts(head, SPAN("\xef\xbb\xbf")))
        head = span_slice(head, 3, head.len);
    head = without_prolog(head);
    return head.len > len + 1 && head.ptr[0] == '<' && span_starts(span_slice(head, 1, head.len), span_of(root)) &&
           (head.ptr[len + 1] == '>' || char_is_space(head.ptr[len + 1]));
}
