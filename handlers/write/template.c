#include "handlers/write/template.h"

#include <string.h>

#include "base/utf8.h"

enum { TEMPLATES_MAX = 256, PARTIAL_DEPTH = 4, SECTION_DEPTH = 16, COMPILED_BYTES = 16 << 20 };

static struct span replaced[TEMPLATES_MAX];

/* ---- rows ---- */

struct template_row template_row_new(struct arena *arena) {
    return (struct template_row){.arena = arena};
}

static void add_field(struct template_row *row, struct template_field field) {
    row->fields = arena_grow(row->arena, row->fields, row->count, sizeof *row->fields);
    row->fields[row->count++] = field;
}

void template_text(struct template_row *row, const char *name, const char *text) {
    add_field(row, (struct template_field){.name = span_of(name), .text = text});
}

void template_markup(struct template_row *row, const char *name, const char *commonmark) {
    add_field(row, (struct template_field){.name = span_of(name), .text = commonmark, .markup = true});
}

void template_list(struct template_row *row, const char *name, struct template_rows rows) {
    add_field(row, (struct template_field){.name = span_of(name), .rows = rows});
}

void template_flag(struct template_row *row, const char *name, bool set) { template_text(row, name, set ? "yes" : NULL); }

struct template_row *template_rows_add(struct template_rows *rows, struct arena *arena) {
    rows->items = arena_grow(arena, rows->items, rows->count, sizeof *rows->items);
    rows->items[rows->count] = template_row_new(arena);
    return &rows->items[rows->count++];
}

/* ---- escaping ---- */

static bool marks_up(char c) { return strchr("\\`*_[]<>|#!&~=", c) != NULL; }

/* "-", "+", "1." and "1)" begin a list only where a line begins, and a field may stand there. */
static bool begins_list(struct span text, size_t at, bool only_digits_before) {
    char c = text.ptr[at];
    bool ends = at + 1 == text.len || char_is_space(text.ptr[at + 1]);
    return ((c == '-' || c == '+') && at == 0) || ((c == '.' || c == ')') && only_digits_before && ends);
}

static void escape_char(struct span text, size_t at, bool only_digits_before, struct buf *ret) {
    char c = text.ptr[at];
    if (c == '\\') /* an entity, since a backslash before the bar of a table cell would be read twice */
        buf_text(ret, "&#92;");
    else if ((unsigned char)c < ' ' || c == '\x7f')
        buf_char(ret, ' ');
    else {
        if (marks_up(c) || begins_list(text, at, only_digits_before))
            buf_char(ret, '\\');
        buf_char(ret, c);
    }
}

void template_escape(struct span text, struct buf *ret) {
    text = span_trim(text);
    bool only_digits = true;
    size_t plain_from = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!char_is_alnum(c) && c != ' ' && (unsigned char)c < 0x80) {
            buf_add(ret, span_slice(text, plain_from, i));
            escape_char(text, i, only_digits, ret);
            plain_from = i + 1;
        }
        only_digits = only_digits && char_is_digit(c);
    }
    buf_add(ret, span_slice(text, plain_from, text.len));
}

/* ---- tags ---- */

struct tag {
    char kind; /* '#', '^', '/', '>', or 0 for a field */
    struct span name;
    size_t from, to;
    bool alone; /* on its line, which it takes with it */
};

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

/* A tag that is no field takes its whole line when nothing else stands there. */
static void widen_to_line(struct span text, struct tag *tag) {
    size_t from = tag->from, to = tag->to;
    while (from > 0 && is_blank(text.ptr[from - 1]))
        from--;
    while (to < text.len && is_blank(text.ptr[to]))
        to++;
    if ((from > 0 && text.ptr[from - 1] != '\n') || (to < text.len && text.ptr[to] != '\n'))
        return;
    tag->from = from;
    tag->to = to < text.len ? to + 1 : to;
    tag->alone = true;
}

/* The next tag that begins in [at, end). False also when "{{" is not closed. */
static bool next_tag(struct span text, size_t at, size_t end, struct tag *ret) {
    size_t open = span_find(span_slice(text, at, end), SPAN("{{"));
    if (open == SPAN_NONE)
        return false;
    open += at;
    size_t length = span_find(span_slice(text, open, end), SPAN("}}"));
    if (length == SPAN_NONE)
        return false;
    struct span inside = span_trim(span_slice(text, open + 2, open + length));
    *ret = (struct tag){.from = open, .to = open + length + 2};
    if (inside.len > 0 && strchr("#^/>", inside.ptr[0])) {
        ret->kind = inside.ptr[0];
        inside = span_trim(span_slice(inside, 1, inside.len));
        widen_to_line(text, ret);
    }
    ret->name = inside;
    return true;
}

/* ---- compiled templates: what a text says is found out once ---- */

enum part_kind { PART_TEXT, PART_FIELD, PART_SECTION, PART_ABSENT, PART_PARTIAL };

struct part {
    enum part_kind kind;
    struct span text; /* the text itself, or the name */
    size_t end;       /* sections: the part behind the last inside */
    bool alone;       /* partials */
    size_t template;  /* partials: place in template_files */
};

struct compiled {
    struct part *parts;
    size_t count;
    bool done;
};

static struct compiled compiled[TEMPLATES_MAX];
static struct arena *compiled_arena; /* the parts of all of them */

static size_t template_place(struct span name) {
    size_t at = 0;
    while (at < TEMPLATES_MAX && template_files[at].name && !span_equal(span_of(template_files[at].name), name))
        at++;
    return at < TEMPLATES_MAX && template_files[at].name ? at : SPAN_NONE;
}

static void add_part(struct compiled *ret, struct part part) {
    if (part.kind == PART_TEXT && part.text.len == 0)
        return;
    ret->parts = arena_grow(compiled_arena, ret->parts, ret->count, sizeof *ret->parts);
    ret->parts[ret->count++] = part;
}

static void add_tag(struct compiled *ret, const struct tag *tag, size_t open[static SECTION_DEPTH], size_t *depth) {
    struct part part = {.kind = PART_FIELD, .text = tag->name, .alone = tag->alone, .template = SPAN_NONE};
    if (tag->kind == '/') {
        if (*depth > 0)
            ret->parts[open[--*depth]].end = ret->count;
        return;
    }
    if (tag->kind == '#' || tag->kind == '^') {
        if (*depth == SECTION_DEPTH)
            return;
        open[(*depth)++] = ret->count;
        part.kind = tag->kind == '#' ? PART_SECTION : PART_ABSENT;
    } else if (tag->kind == '>') {
        part.kind = PART_PARTIAL;
        part.template = template_place(tag->name);
    }
    add_part(ret, part);
}

static void compile(struct span text, struct compiled *ret) {
    size_t open[SECTION_DEPTH], depth = 0, at = 0;
    struct tag tag;
    if (!compiled_arena)
        compiled_arena = arena_new(COMPILED_BYTES);
    for (; next_tag(text, at, text.len, &tag); at = tag.to) {
        add_part(ret, (struct part){.kind = PART_TEXT, .text = span_slice(text, at, tag.from)});
        add_tag(ret, &tag, open, &depth);
    }
    add_part(ret, (struct part){.kind = PART_TEXT, .text = span_slice(text, at, text.len)});
    while (depth > 0)
        ret->parts[open[--depth]].end = ret->count;
    ret->done = true;
}

static const struct compiled *compiled_at(size_t place) {
    struct compiled *ret = &compiled[place];
    if (!ret->done)
        compile(replaced[place].ptr ? replaced[place] : template_files[place].text, ret);
    return ret;
}

/* ---- rendering ---- */

struct scope {
    const struct template_row *row;
    const struct scope *outer;
    bool listed, first; /* a row of a list, and its first */
};

static const struct template_field first_row = {.name = SPAN("first"), .text = "yes"};

static const struct template_field *find_field(const struct scope *scope, struct span name) {
    bool asks_first = span_equal(name, first_row.name);
    for (; scope; scope = scope->outer) {
        for (size_t i = 0; i < scope->row->count; i++)
            if (span_equal(scope->row->fields[i].name, name))
                return &scope->row->fields[i];
        if (asks_first && scope->listed)
            return scope->first ? &first_row : NULL;
    }
    return NULL;
}

static void render_parts(const struct compiled *, size_t at, size_t end, const struct scope *, int depth, struct buf *ret);

/* The part at place is a section: what is inside, as often as the field says. */
static void render_section(const struct compiled *from, size_t place, const struct scope *scope, int depth, struct buf *ret) {
    const struct part *part = &from->parts[place];
    const struct template_field *field = find_field(scope, part->text);
    bool has_text = field && field->text && *field->text;
    size_t rows = field ? field->rows.count : 0;
    if (part->kind == PART_ABSENT ? !has_text && rows == 0 : has_text)
        render_parts(from, place + 1, part->end, scope, depth, ret);
    for (size_t i = 0; part->kind == PART_SECTION && i < rows && !buf_full(ret); i++) {
        const struct scope inner = {.row = &field->rows.items[i], .outer = scope, .listed = true, .first = i == 0};
        render_parts(from, place + 1, part->end, &inner, depth, ret);
    }
}

static void render_field(const struct scope *scope, struct span name, struct buf *ret) {
    const struct template_field *field = find_field(scope, name);
    if (field && field->text && field->markup)
        buf_text(ret, field->text);
    else if (field && field->text)
        template_escape(span_of(field->text), ret);
}

static void render_partial(const struct part *part, const struct scope *scope, int depth, struct buf *ret) {
    size_t before = ret->len;
    if (part->template == SPAN_NONE || depth > PARTIAL_DEPTH)
        return;
    const struct compiled *partial = compiled_at(part->template);
    render_parts(partial, 0, partial->count, scope, depth, ret);
    while (!part->alone && ret->len > before && ret->ptr[ret->len - 1] == '\n')
        ret->ptr[--ret->len] = '\0';
}

static void render_parts(const struct compiled *from, size_t at, size_t end, const struct scope *scope, int depth, struct buf *ret) {
    while (at < end && !buf_full(ret)) {
        const struct part *part = &from->parts[at];
        switch (part->kind) {
        case PART_TEXT: buf_add(ret, part->text); break;
        case PART_FIELD: render_field(scope, part->text, ret); break;
        case PART_PARTIAL: render_partial(part, scope, depth + 1, ret); break;
        case PART_SECTION:
        case PART_ABSENT: render_section(from, at, scope, depth, ret); break;
        }
        at = part->end > at ? part->end : at + 1;
    }
}

void template_render(const char *name, const struct template_row *row, struct buf *ret) {
    size_t place = template_place(span_of(name));
    if (place == SPAN_NONE)
        return;
    const struct scope scope = {.row = row};
    const struct compiled *from = compiled_at(place);
    render_parts(from, 0, from->count, &scope, 0, ret);
}

/* ---- an administrator's own wording ---- */

static bool name_is_used(struct span name) {
    struct tag tag;
    for (size_t i = 0; template_files[i].name; i++)
        for (size_t at = 0; next_tag(template_files[i].text, at, template_files[i].text.len, &tag); at = tag.to)
            if (tag.kind != '>' && span_equal(tag.name, name))
                return true;
    return false;
}

static int check_name(const char *name, const struct tag *tag, struct why *why) {
    if (tag->kind == '>' ? template_place(tag->name) != SPAN_NONE : name_is_used(tag->name))
        return 0;
    return why_set(why, FAIL_CONFIG, "%s.md: {{%.*s}} is no %s; the built-in texts show all there are", name, SPAN_ARG(tag->name),
                   tag->kind == '>' ? "template" : "field");
}

static int check_bytes(const char *name, struct span text, struct why *why) {
    for (size_t i = 0; i < text.len; i++)
        if (((unsigned char)text.ptr[i] < ' ' && text.ptr[i] != '\n' && text.ptr[i] != '\t') || text.ptr[i] == '\x7f')
            return why_set(why, FAIL_CONFIG, "%s.md: byte %zu is a control character (%d); only line ends (LF) and tabs may stand there", name, i + 1,
                           text.ptr[i]);
    return utf8_valid(text) ? 0 : why_set(why, FAIL_CONFIG, "%s.md is no UTF-8; save it as UTF-8", name);
}

static bool shows_field(struct span text, struct span name) {
    struct tag tag;
    for (size_t at = 0; next_tag(text, at, text.len, &tag); at = tag.to)
        if (!tag.kind && span_equal(tag.name, name))
            return true;
    return false;
}

static int check_whole(const char *name, struct span text, struct why *why) {
    int failed = check_bytes(name, text, why);
    if (!failed && strcmp(name, "answer") == 0 && !shows_field(text, SPAN("answer")))
        return why_set(why, FAIL_CONFIG, "answer.md: {{answer}} is missing, so no mail would hold its answer");
    return failed;
}

int template_check(const char *name, struct span text, struct why *why) {
    struct span open[SECTION_DEPTH];
    size_t depth = 0, at = 0;
    struct tag tag;
    if (template_place(span_of(name)) == SPAN_NONE)
        return why_set(why, FAIL_CONFIG, "%s.md is no template; remove it, or give it the name of one", name);
    int failed = check_whole(name, text, why);
    if (failed)
        return failed;
    for (; next_tag(text, at, text.len, &tag); at = tag.to) {
        failed = check_name(name, &tag, why);
        if (failed)
            return failed;
        if ((tag.kind == '#' || tag.kind == '^') && depth == SECTION_DEPTH)
            return why_set(why, FAIL_CONFIG, "%s.md: more than %d sections inside each other", name, SECTION_DEPTH);
        if (tag.kind == '#' || tag.kind == '^')
            open[depth++] = tag.name;
        else if (tag.kind == '/' && (depth == 0 || !span_equal(open[--depth], tag.name)))
            return why_set(why, FAIL_CONFIG, "%s.md: {{/%.*s}} closes no section", name, SPAN_ARG(tag.name));
    }
    if (depth > 0)
        return why_set(why, FAIL_CONFIG, "%s.md: {{#%.*s}} is not closed", name, SPAN_ARG(open[depth - 1]));
    if (span_find(span_slice(text, at, text.len), SPAN("{{")) != SPAN_NONE)
        return why_set(why, FAIL_CONFIG, "%s.md: {{ without }}", name);
    return 0;
}

/* Which templates have been followed to their ends, and which lie on the way to the one at hand. */
struct nesting {
    const struct template_file *own;
    size_t count;
    bool open[TEMPLATES_MAX], done[TEMPLATES_MAX];
};

static struct span text_in(const struct nesting *nesting, size_t place) {
    for (size_t i = 0; i < nesting->count; i++)
        if (strcmp(nesting->own[i].name, template_files[place].name) == 0)
            return nesting->own[i].text;
    return template_files[place].text;
}

static bool holds_itself(struct nesting *nesting, size_t place) {
    struct span text = text_in(nesting, place);
    struct tag tag;
    if (nesting->open[place] || nesting->done[place])
        return nesting->open[place];
    nesting->open[place] = true;
    for (size_t at = 0; next_tag(text, at, text.len, &tag); at = tag.to) {
        size_t next = tag.kind == '>' ? template_place(tag.name) : SPAN_NONE;
        if (next != SPAN_NONE && holds_itself(nesting, next))
            return true;
    }
    nesting->open[place] = false;
    nesting->done[place] = true;
    return false;
}

int template_check_nesting(const struct template_file *own, size_t count, struct why *why) {
    struct nesting nesting = {.own = own, .count = count};
    for (size_t i = 0; i < count; i++) {
        size_t place = template_place(span_of(own[i].name));
        if (place != SPAN_NONE && holds_itself(&nesting, place))
            return why_set(why, FAIL_CONFIG, "%s.md holds itself, or leads to a template that does: a {{>...}} too many", own[i].name);
    }
    return 0;
}

void template_replace(const char *name, struct span text) {
    size_t place = template_place(span_of(name));
    if (place == SPAN_NONE)
        return;
    replaced[place] = text;
    arena_free(compiled_arena);
    compiled_arena = NULL;
    memset(compiled, 0, sizeof compiled);
}
