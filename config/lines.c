#include "config/lines.h"

enum { DEPTH_MAX = 16, PART_MAX = 128 };

struct level {
    bool array;
    struct span path; /* of the container; empty at the top */
};

struct scan {
    struct span json;
    size_t at, line;
    struct arena *arena;
    struct level levels[DEPTH_MAX + 1];
    size_t depth, arrays; /* open containers, and how many of them are arrays */
    bool key_next;
    struct span path; /* of the last key */
    struct key_lines found;
};

/* No setting has parts as long as PART_MAX: what is cut is unknown with or without its end. */
static struct span path_join(struct arena *arena, struct span parent, struct span key) {
    if (parent.len == 0)
        return key;
    parent = span_slice(parent, 0, PART_MAX);
    key = span_slice(key, 0, PART_MAX);
    return span_of(arena_printf(arena, "%.*s.%.*s", SPAN_ARG(parent), SPAN_ARG(key)));
}

/* From behind the opening quote to behind the closing one. */
static struct span take_string(struct scan *scan) {
    size_t from = scan->at;
    while (scan->at < scan->json.len && scan->json.ptr[scan->at] != '"')
        scan->at += scan->json.ptr[scan->at] == '\\' ? 2 : 1;
    struct span ret = span_slice(scan->json, from, scan->at);
    scan->at++;
    return ret;
}

static void add_key(struct scan *scan, struct span key) {
    scan->key_next = false;
    if (scan->arrays || scan->depth > DEPTH_MAX)
        return;
    scan->path = path_join(scan->arena, scan->levels[scan->depth].path, key);
    scan->found.items = arena_grow(scan->arena, scan->found.items, scan->found.count, sizeof *scan->found.items);
    scan->found.items[scan->found.count++] = (struct key_line){scan->path, scan->depth - 1, scan->line};
}

static void open_container(struct scan *scan, bool array) {
    struct span path = scan->depth ? scan->path : SPAN("");
    scan->depth++;
    scan->arrays += array || scan->arrays;
    if (scan->depth <= DEPTH_MAX)
        scan->levels[scan->depth] = (struct level){array, path};
    scan->key_next = !array;
}

/* Within an array every container counts as one, so that its end is found by counting. */
static void close_container(struct scan *scan) {
    if (scan->arrays)
        scan->arrays--;
    if (scan->depth)
        scan->depth--;
}

struct key_lines lines_of_keys(struct span json, struct arena *arena) {
    struct scan scan = {.json = json, .line = 1, .arena = arena};
    while (scan.at < json.len) {
        char c = json.ptr[scan.at++];
        if (c == '\n')
            scan.line++;
        else if (c == '{' || c == '[')
            open_container(&scan, c == '[');
        else if (c == '}' || c == ']')
            close_container(&scan);
        else if (c == ',')
            scan.key_next = true;
        else if (c == '"') {
            struct span text = take_string(&scan);
            if (scan.key_next)
                add_key(&scan, text);
        }
    }
    return scan.found;
}

size_t line_of_key(const struct key_lines *keys, struct span key) {
    for (size_t i = 0; i < keys->count; i++)
        if (span_equal(keys->items[i].key, key))
            return keys->items[i].line;
    return 0;
}
