#include "kb/import/columns.h"

enum { ROWS_BEFORE_MAX = 60 };

/* The next letter or digit from at on, in lower case; '\0' behind the last one. */
static char next_sign(struct span text, size_t *at) {
    while (*at < text.len && !char_is_alnum(text.ptr[*at]))
        ++*at;
    return *at < text.len ? char_lower(text.ptr[(*at)++]) : '\0';
}

static bool agrees(struct span a, struct span b) {
    size_t in_a = 0, in_b = 0;
    for (;;) {
        char sign_a = next_sign(a, &in_a), sign_b = next_sign(b, &in_b);
        if (sign_a != sign_b)
            return false;
        if (!sign_a)
            return in_a > 0 && in_b > 0;
    }
}

static bool is_named(struct span field, const char *names) {
    struct span rest = span_of(names), name;
    while (span_cut(&rest, '|', &name))
        if (field.len && agrees(field, name))
            return true;
    return false;
}

bool columns_find(const struct record *row, const struct column *columns, size_t count, size_t ret[]) {
    bool complete = true;
    for (size_t i = 0; i < count; i++) {
        ret[i] = COLUMN_NONE;
        for (size_t at = 0; at < row->count && ret[i] == COLUMN_NONE; at++)
            if (is_named(row->fields[at], columns[i].names))
                ret[i] = at;
        complete = complete && (ret[i] != COLUMN_NONE || !columns[i].required);
    }
    return complete;
}

void columns_split(struct span line, char separator, struct record *ret) {
    struct span field;
    ret->count = 0;
    while (ret->count < INPUT_FIELDS_MAX && span_cut(&line, separator, &field))
        ret->fields[ret->count++] = span_trim(field);
}

static bool has_odd_quotes(struct span text) {
    bool odd = false;
    for (size_t i = 0; i < text.len; i++)
        odd ^= text.ptr[i] == '"';
    return odd;
}

/* A row of the raw bytes, with the line ends that stand in quotes. */
static bool take_row(struct span *head, struct span *row) {
    struct span line;
    if (!span_line(head, row))
        return false;
    for (bool open = has_odd_quotes(*row); open && span_line(head, &line); open ^= has_odd_quotes(line))
        row->len = (size_t)(line.ptr + line.len - row->ptr);
    return true;
}

bool columns_in(struct span head, char separator, const struct column *columns, size_t count) {
    struct record row;
    struct span text;
    size_t found[INPUT_FIELDS_MAX];
    for (size_t i = 0; i <= ROWS_BEFORE_MAX && take_row(&head, &text); i++) {
        columns_split(text, separator, &row);
        if (columns_find(&row, columns, count, found))
            return true;
    }
    return false;
}

int columns_read(struct input *input, char separator, const char *kind, const struct column *columns, size_t count, size_t ret[],
                struct why *why) {
    struct record row;
    for (size_t i = 0; i <= ROWS_BEFORE_MAX; i++) {
        int code = input_record(input, separator, &row, why);
        if (code == FAIL_EMPTY)
            break;
        if (code)
            return code;
        if (columns_find(&row, columns, count, ret))
            return 0;
    }
    return why_set(why, FAIL_INPUT, "no row with the column names of %s: is it the right file?", kind);
}

struct span columns_field(const struct record *row, size_t column) {
    return column < row->count ? row->fields[column] : (struct span){0};
}

static bool is_blank(const struct record *row) {
    for (size_t i = 0; i < row->count; i++)
        if (row->fields[i].len)
            return false;
    return true;
}

int columns_row(struct import *import, struct input *input, char separator, struct record *ret, struct why *why) {
    int code;
    do {
        code = input_record(input, separator, ret, why);
    } while (!code && is_blank(ret));
    if (!code)
        import_row(import, input);
    return code;
}

struct span columns_at(struct span line, size_t from, size_t to) {
    size_t column = 0, start = line.len, end = line.len;
    for (size_t i = 0; i < line.len && end == line.len; i++) {
        if (((unsigned char)line.ptr[i] & 0xc0) == 0x80)
            continue;
        if (column == from)
            start = i;
        if (column == to)
            end = i;
        column++;
    }
    return span_slice(line, start, end);
}
