/* The codes around one: below a header, and like one that does not exist. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kb/handle.h"
#include "kb/kb.h"
#include "kb/schema.h"

enum { CATEGORY = 3, WHOLE = 7 }; /* characters of a diagnosis */
enum { READ_MAX = 4096, SHARED_START = 3, NEAR_MAX = 2, LIST_MAX = 1000 };

struct keys {
    char (*items)[CODE_BYTES];
    size_t count;
};

/* The keys of a system that start with these characters, in code order. */
static int read_keys(struct kb *kb, enum code_system system, struct span start, struct arena *arena, struct keys *ret, struct why *why) {
    char prefix[CODE_BYTES] = "";
    sqlite3_stmt *stmt = statement(kb, STATEMENT_BETWEEN, why);
    int step;
    if (!stmt)
        return FAIL_SYSTEM;
    start = span_slice(start, 0, CODE_BYTES - 1);
    memcpy(prefix, start.ptr, start.len);
    sqlite3_bind_int64(stmt, 1, system_id(system, prefix));
    sqlite3_bind_int64(stmt, 2, system_id_last(system, prefix));
    sqlite3_bind_int(stmt, 3, READ_MAX);
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        enum code_system found;
        ret->items = arena_grow(arena, ret->items, ret->count, sizeof *ret->items);
        if (system_of_id(sqlite3_column_int64(stmt, 0), &found, ret->items[ret->count]))
            ret->count++;
    }
    statement_end(stmt);
    return step == SQLITE_DONE ? 0 : handle_damaged(kb, why);
}

static int add_in_force(struct kb *kb, enum code_system system, const char *key, struct date date, bool headers, struct arena *arena,
                        struct kb_codes *codes, struct why *why) {
    struct kb_code *item = &codes->items[codes->count];
    int code = kb_lookup(kb, system, key, date, arena, item, why);
    if (!code && (item->status == STATUS_VALID || (headers && item->status == STATUS_HEADER)))
        codes->count++;
    return code;
}

int kb_children(struct kb *kb, enum code_system system, const char *key, struct date date, size_t max, struct arena *arena,
                struct kb_codes *ret, struct why *why) {
    struct keys keys = {.count = 0};
    max = max < LIST_MAX ? max : LIST_MAX;
    if (!code_known(kb, system_id(system, key)))
        return code_missing(system, key, why);
    int code = read_keys(kb, system, span_of(key), arena, &keys, why);
    struct kb_codes codes = {arena_array(arena, max, sizeof *codes.items), 0};
    for (size_t i = 0; !code && i < keys.count && codes.count < max; i++)
        if (strcmp(keys.items[i], key) != 0)
            code = add_in_force(kb, system, keys.items[i], date, false, arena, &codes, why);
    if (!code)
        *ret = codes;
    return code;
}

/* The longest beginning of the key that is a header on the day; "" when there is none. */
static int header_above(struct kb *kb, const char *key, struct date date, struct arena *arena, char ret[static CODE_BYTES],
                        struct why *why) {
    struct kb_code code = {.status = STATUS_UNKNOWN};
    size_t len = strlen(key);
    snprintf(ret, CODE_BYTES, "%s", key);
    while (len > CATEGORY && code.status != STATUS_HEADER) {
        ret[--len] = '\0';
        int failed = kb_lookup(kb, SYSTEM_ICD10CM, ret, date, arena, &code, why);
        if (failed)
            return failed;
    }
    if (code.status != STATUS_HEADER)
        ret[0] = '\0';
    return 0;
}

static bool same_encounter(const char *key, const char *other) {
    return strlen(key) < WHOLE || (strlen(other) == WHOLE && other[WHOLE - 1] == key[WHOLE - 1]);
}

int kb_remaining(struct kb *kb, enum code_system system, const char *key, struct date date, size_t max, struct arena *arena,
                 const char **header, struct kb_codes *ret, struct why *why) {
    char above[CODE_BYTES], display[CODE_BYTES];
    struct kb_codes all = {0}, codes = {0};
    *header = NULL;
    *ret = codes;
    if (system != SYSTEM_ICD10CM || strlen(key) >= CODE_BYTES)
        return 0;
    int code = header_above(kb, key, date, arena, above, why);
    if (code || !above[0])
        return code;
    if ((code = kb_children(kb, system, above, date, LIST_MAX, arena, &all, why)))
        return code;
    codes.items = arena_array(arena, all.count, sizeof *codes.items);
    for (size_t i = 0; i < all.count && codes.count < max; i++)
        if (same_encounter(key, all.items[i].key))
            codes.items[codes.count++] = all.items[i];
    system_display(system, above, display);
    *header = arena_copy(arena, span_of(display));
    *ret = codes;
    return 0;
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* Typing errors between two keys: a character wrong, missing, too many, or two changed places (optimal string alignment). */
static size_t typing_errors(const char *a, const char *b) {
    size_t rows[CODE_BYTES + 1][CODE_BYTES + 1], a_len = strlen(a), b_len = strlen(b);
    for (size_t i = 0; i <= a_len; i++)
        for (size_t k = 0; k <= b_len; k++) {
            if (i == 0 || k == 0) {
                rows[i][k] = i + k;
                continue;
            }
            rows[i][k] = least(least(rows[i - 1][k], rows[i][k - 1]) + 1, rows[i - 1][k - 1] + (a[i - 1] != b[k - 1]));
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
                rows[i][k] = least(rows[i][k], rows[i - 2][k - 2] + 1);
        }
    return rows[a_len][b_len];
}

static size_t shared_start(const char *a, const char *b) {
    size_t ret = 0;
    while (a[ret] && a[ret] == b[ret])
        ret++;
    return ret;
}

struct neighbour {
    const char *key;
    size_t errors, shared;
};

static int compare_neighbours(const void *left, const void *right) {
    const struct neighbour *a = left, *b = right;
    if (a->errors != b->errors)
        return a->errors < b->errors ? -1 : 1;
    if (a->shared != b->shared)
        return a->shared > b->shared ? -1 : 1;
    return strcmp(a->key, b->key);
}

/* Keys that start alike; those of another start would be a quarter of a million in the largest system, so of these only the ones
 * with a single wrong or exchanged character at the start. Short keys: the whole system. */
static int read_similar(struct kb *kb, enum code_system system, const char *key, struct arena *arena, struct keys *ret, struct why *why) {
    static const char characters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    char other[CODE_BYTES];
    size_t len = strlen(key);
    int code = read_keys(kb, system, len > SHARED_START ? span_slice(span_of(key), 0, SHARED_START) : SPAN(""), arena, ret, why);
    for (size_t at = 0; !code && len > SHARED_START && at < SHARED_START; at++)
        for (const char *c = characters; *c; c++) {
            memcpy(other, key, len + 1);
            other[at] = *c;
            if (*c == key[at] || !code_known(kb, system_id(system, other)))
                continue;
            ret->items = arena_grow(arena, ret->items, ret->count, sizeof *ret->items);
            memcpy(ret->items[ret->count++], other, sizeof other);
        }
    return code;
}

int kb_neighbours(struct kb *kb, enum code_system system, const char *key, struct date date, size_t max, struct arena *arena,
                  struct kb_codes *ret, struct why *why) {
    struct keys keys = {.count = 0};
    max = max < LIST_MAX ? max : LIST_MAX;
    struct kb_codes codes = {arena_array(arena, max, sizeof *codes.items), 0};
    int code = strlen(key) < CODE_BYTES ? read_similar(kb, system, key, arena, &keys, why) : 0;
    struct neighbour *near = arena_array(arena, keys.count, sizeof *near);
    for (size_t i = 0; i < keys.count; i++)
        near[i] = (struct neighbour){keys.items[i], typing_errors(key, keys.items[i]), shared_start(key, keys.items[i])};
    if (keys.count)
        qsort(near, keys.count, sizeof *near, compare_neighbours);
    for (size_t i = 0; !code && i < keys.count && codes.count < max && near[i].errors <= NEAR_MAX; i++)
        if (near[i].errors > 0)
            code = add_in_force(kb, system, near[i].key, date, true, arena, &codes, why);
    if (!code)
        *ret = codes;
    return code;
}
