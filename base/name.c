#include "base/name.h"

#include <string.h>

enum { NEAREST_LEN = 64 };

const char *name_text(const struct name *table, int value) {
    for (; table->text; table++)
        if (table->value == value)
            return table->text;
    return "?";
}

bool name_value(const struct name *table, struct span text, int *ret) {
    for (; table->text; table++)
        if (span_same(span_of(table->text), text)) {
            *ret = table->value;
            return true;
        }
    return false;
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* Levenshtein's distance over one row of the table. */
static size_t distance(struct span a, struct span b) {
    size_t row[NEAREST_LEN + 1];
    for (size_t j = 0; j <= b.len; j++)
        row[j] = j;
    for (size_t i = 0; i < a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < b.len; j++) {
            size_t change = diagonal + (char_lower(a.ptr[i]) != char_lower(b.ptr[j]));
            diagonal = row[j + 1];
            row[j + 1] = least(change, 1 + least(row[j], row[j + 1]));
        }
    }
    return row[b.len];
}

const char *name_nearest(const char *const *names, size_t count, struct span text) {
    const char *best = NULL;
    size_t best_distance = text.len / 2 + 1;
    if (text.len > NEAREST_LEN)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        struct span name = span_of(names[i]);
        if (name.len > NEAREST_LEN)
            continue;
        size_t far = distance(name, text);
        if (far < best_distance) {
            best_distance = far;
            best = names[i];
        }
    }
    return best;
}
