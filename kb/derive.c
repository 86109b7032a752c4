#include "kb/derive.h"

#include <string.h>

#include "base/arena.h"
#include "kb/schema.h"

enum { ARENA_BYTES = 256 << 20, CODE_ARENA_BYTES = 16 << 20 };

static const char house[] = "house";

static int64_t later(int64_t a, int64_t b) { return a > b ? a : b; }

static int64_t earlier(int64_t a, int64_t b) { return a < b ? a : b; }

struct edition {
    int64_t id, from, to;
    bool whole, ends; /* as sources has them */
    size_t set; /* a number for its kind */
    bool house;
};

/* All sources, in the order in which they overrule each other. */
struct editions {
    struct edition *items;
    size_t count;
    const char **sets;
    size_t set_count;
};

static size_t set_number(struct editions *editions, const char *set, struct arena *arena) {
    for (size_t i = 0; i < editions->set_count; i++)
        if (strcmp(editions->sets[i], set) == 0)
            return i;
    editions->sets = arena_grow(arena, editions->sets, editions->set_count, sizeof *editions->sets);
    editions->sets[editions->set_count] = arena_copy(arena, span_of(set));
    return editions->set_count++;
}

#define IN_ORDER " ORDER BY valid_from, released, imported <> 0, whole DESC, id"

static void read_editions(struct writer *writer, struct arena *arena, struct editions *ret) {
    struct row row = row_open(writer, "SELECT id, kind, valid_from, valid_to, whole, ends FROM sources" IN_ORDER);
    while (row_next(&row)) {
        const char *set = (const char *)sqlite3_column_text(row.stmt, 1);
        ret->items = arena_grow(arena, ret->items, ret->count, sizeof *ret->items);
        ret->items[ret->count++] = (struct edition){
            .id = sqlite3_column_int64(row.stmt, 0),
            .from = sqlite3_column_int64(row.stmt, 2),
            .to = sqlite3_column_int64(row.stmt, 3),
            .whole = sqlite3_column_int(row.stmt, 4) != 0,
            .ends = sqlite3_column_int(row.stmt, 5) != 0,
            .set = set_number(ret, set, arena),
            .house = strcmp(set, house) == 0,
        };
    }
    row_close(&row);
}

/* ---- versions ---- */

enum { COL_CODE, COL_SOURCE, COL_FROM, COL_TO, COL_BILLABLE, COL_OFFICIAL, COL_TITLE, COL_SUCCESSOR };

/* What one edition says of the code at hand. */
struct said {
    int64_t from, to; /* 0: it does not say */
    bool billable, official, has_successor;
    const char *title;
    int64_t successor;
};

/* A piece of the code's time. */
struct version {
    int64_t from, to, source;
    const struct said *said;
    bool ended; /* on the day that an edition tells, not because a later one began */
};

struct deriving {
    struct writer *writer;
    struct editions editions;
    struct arena *arena; /* of one code */
    const struct said **said; /* by edition; NULL: it does not hold the code */
    bool *spoken;             /* by set: it spoke of the code */
    struct version *versions;
    size_t count;
    int64_t code;
    struct row out;
};

static bool same_text(const char *a, const char *b) { return a && b ? strcmp(a, b) == 0 : a == b; }

static bool agree(const struct said *a, const struct said *b) {
    return a->billable == b->billable && a->official == b->official && same_text(a->title, b->title) &&
           a->has_successor == b->has_successor && a->successor == b->successor;
}

/* Pieces come in order. One that goes on where the last ended and says the same makes that longer. */
static void add_piece(struct deriving *on, int64_t from, int64_t to, int64_t source, const struct said *said) {
    struct version *last = on->count ? &on->versions[on->count - 1] : NULL;
    if (last)
        from = later(from, schema_add_days(last->to, 1));
    if (from > to || (last && last->to >= SCHEMA_FOREVER))
        return;
    if (last && schema_add_days(last->to, 1) == from && agree(last->said, said)) {
        *last = (struct version){last->from, to, source, said, said->to == to};
        return;
    }
    on->versions = arena_grow(on->arena, on->versions, on->count, sizeof *on->versions);
    on->versions[on->count++] = (struct version){from, to, source, said, said->to == to};
}

/* The code had ended before the edition began: earlier ones did not know that yet. */
static void end_earlier(struct deriving *on, const struct edition *edition, const struct said *said) {
    while (on->count && on->versions[on->count - 1].from > said->to)
        on->count--;
    struct version *last = on->count ? &on->versions[on->count - 1] : NULL;
    if (last && last->to >= said->to) {
        last->to = said->to;
        last->ended = true;
    } else if (!last && said->from)
        add_piece(on, said->from, said->to, edition->id, said);
}

/* The first edition from there on that speaks of the code, or how many there are. */
static size_t speaker(const struct deriving *on, size_t at) {
    for (; at < on->editions.count; at++) {
        const struct edition *edition = &on->editions.items[at];
        if (!edition->house && on->spoken[edition->set] && (edition->whole || on->said[at]))
            break;
    }
    return at;
}

/* Its first day; 0: there is none. */
static int64_t first_day(const struct deriving *on, size_t speaker) {
    return speaker < on->editions.count ? on->editions.items[speaker].from : 0;
}

static void add_edition(struct deriving *on, size_t at) {
    const struct edition *edition = &on->editions.items[at];
    const struct said *said = on->said[at];
    int64_t next = first_day(on, speaker(on, at + 1)), last = next ? schema_add_days(next, -1) : SCHEMA_FOREVER;
    if (!said)
        return;
    if (said->to && said->to < edition->from) {
        end_earlier(on, edition, said);
        return;
    }
    const struct version *before = on->count ? &on->versions[on->count - 1] : NULL;
    if (next == edition->from) { /* overruled from its first day on; what it knows of days before stays */
        if (!before && said->from && said->from < edition->from)
            add_piece(on, said->from, last, edition->id, said);
        return;
    }
    if (!edition->ends && before && before->ended && said->from && said->from <= before->to)
        return;
    bool reaches_back = said->from && !(before && said->from <= before->to);
    int64_t from = reaches_back ? said->from : edition->from;
    add_piece(on, from, said->to ? earlier(said->to, last) : last, edition->id, said);
}

/* What the house says of it, for the days before any set speaks: unless the first that does tells its own earlier days. */
static void add_house(struct deriving *on) {
    size_t speaks = speaker(on, 0);
    int64_t first = first_day(on, speaks);
    const struct said *first_said = first ? on->said[speaks] : NULL;
    if (first_said && first_said->from && first_said->from < first)
        return;
    for (size_t i = 0; i < on->editions.count; i++)
        if (on->editions.items[i].house && on->said[i]) {
            const struct said *said = on->said[i];
            int64_t last = first ? schema_add_days(first, -1) : SCHEMA_FOREVER;
            add_piece(on, said->from ? said->from : on->editions.items[i].from, said->to ? earlier(said->to, last) : last,
                      on->editions.items[i].id, said);
        }
}

static void write_version(struct deriving *on, const struct version *version) {
    const struct said *said = version->said;
    row_put_number(&on->out, on->code);
    row_put_number(&on->out, version->from);
    row_put_number(&on->out, version->to);
    row_put_number(&on->out, said->billable);
    row_put_number(&on->out, said->official);
    row_put_text(&on->out, said->title);
    row_put_id(&on->out, said->has_successor, said->successor);
    row_put_number(&on->out, version->source);
    row_end(&on->out);
}

static void end_code(struct deriving *on) {
    add_house(on);
    for (size_t i = 0; i < on->editions.count; i++)
        if (!on->editions.items[i].house)
            add_edition(on, i);
    for (size_t i = 0; i < on->count; i++)
        write_version(on, &on->versions[i]);
    memset(on->said, 0, on->editions.count * sizeof *on->said);
    memset(on->spoken, 0, on->editions.set_count * sizeof *on->spoken);
    arena_clear(on->arena);
    on->versions = NULL;
    on->count = 0;
}

static void take(struct deriving *on, sqlite3_stmt *row) {
    int64_t source = sqlite3_column_int64(row, COL_SOURCE);
    struct said *said = arena_alloc(on->arena, sizeof *said);
    const char *title = (const char *)sqlite3_column_text(row, COL_TITLE);
    *said = (struct said){
        .from = sqlite3_column_int64(row, COL_FROM),
        .to = sqlite3_column_int64(row, COL_TO),
        .billable = sqlite3_column_int(row, COL_BILLABLE) != 0,
        .official = sqlite3_column_int(row, COL_OFFICIAL) != 0,
        .title = title ? arena_copy(on->arena, span_of(title)) : NULL,
        .has_successor = sqlite3_column_type(row, COL_SUCCESSOR) != SQLITE_NULL,
        .successor = sqlite3_column_int64(row, COL_SUCCESSOR),
    };
    said->to = said->to >= SCHEMA_FOREVER ? 0 : said->to;
    for (size_t i = 0; i < on->editions.count; i++)
        if (on->editions.items[i].id == source) {
            on->said[i] = said;
            on->spoken[on->editions.items[i].set] = true;
        }
}

static void walk(struct deriving *on, enum code_system system) {
    struct row in = row_open(on->writer, "SELECT code, source, valid_from, valid_to, billable, official, title, successor FROM statements "
                                         "WHERE code BETWEEN ? AND ? ORDER BY code");
    row_put_number(&in, system_id(system, ""));
    row_put_number(&in, system_id_last(system, ""));
    on->code = 0;
    while (row_next(&in)) {
        int64_t code = sqlite3_column_int64(in.stmt, COL_CODE);
        if (on->code && code != on->code)
            end_code(on);
        on->code = code;
        take(on, in.stmt);
    }
    if (on->code)
        end_code(on);
    row_close(&in);
}

void derive_versions(struct writer *writer, enum code_system system) {
    struct arena *arena = arena_new(ARENA_BYTES);
    struct deriving on = {.writer = writer, .arena = arena_new(CODE_ARENA_BYTES)};
    struct row old = row_open(writer, "DELETE FROM versions WHERE code BETWEEN ? AND ?");
    row_put_number(&old, system_id(system, ""));
    row_put_number(&old, system_id_last(system, ""));
    row_end(&old);
    row_close(&old);
    read_editions(writer, arena, &on.editions);
    on.said = arena_array(arena, on.editions.count, sizeof *on.said);
    on.spoken = arena_array(arena, on.editions.set_count, sizeof *on.spoken);
    on.out = row_open(writer, "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    walk(&on, system);
    row_close(&on.out);
    writer->texts_changed = true;
    arena_free(on.arena);
    arena_free(arena);
}

/* ---- the days of all else ---- */

/* Facts may reach back before their edition where it is the first of the set. The seed data tells the days of its own editions. */
static const char window_sql[] =
    "UPDATE facts SET valid_from = max(says_from, ?2), valid_to = min(says_to, ?3) WHERE source = ?1 AND "
    "(valid_from <> max(says_from, ?2) OR valid_to <> min(says_to, ?3))";
static const char locality_window_sql[] = "UPDATE localities SET valid_to = ?3 WHERE source = ?1";
static const char edition_window_sql[] = "UPDATE editions SET valid_to = min(?3, coalesce((SELECT nullif(complete_to, 0) FROM sources "
                                         "WHERE id = ?1), ?3)) WHERE source = ?1 AND (SELECT imported FROM sources WHERE id = ?1) <> 0";

/* An extract ends what editions before it say of what it holds. */
static const char extract_facts_sql[] =
    "UPDATE facts SET valid_to = min(valid_to, ?2) WHERE source = ?1 AND valid_to > ?2 AND code IN (SELECT code FROM facts WHERE source = ?3)";
static const char extract_localities_sql[] =
    "UPDATE localities SET valid_to = min(valid_to, ?2) WHERE source = ?1 AND valid_to > ?2 AND "
    "(contractor, number) IN (SELECT contractor, number FROM localities WHERE source = ?3)";

static void run_with(struct writer *writer, const char *sql, const int64_t *numbers, int count) {
    struct row row = row_open(writer, sql);
    for (int i = 0; i < count && row.stmt && i < sqlite3_bind_parameter_count(row.stmt); i++)
        row_put_number(&row, numbers[i]);
    row_end(&row);
    row_close(&row);
}

static void set_window(struct writer *writer, const struct edition *set, size_t count, size_t at) {
    int64_t last = set[at].to;
    for (size_t i = count; i-- > at + 1;)
        if (set[i].whole)
            last = earlier(last, schema_add_days(set[i].from, -1));
    const int64_t numbers[] = {set[at].id, set[at].from > set[0].from ? set[at].from : 0, last};
    run_with(writer, window_sql, numbers, 3);
    run_with(writer, locality_window_sql, numbers, 3);
    run_with(writer, edition_window_sql, numbers, 3);
}

static void end_by_extract(struct writer *writer, const struct edition *set, size_t at) {
    for (size_t i = 0; i < at; i++) {
        const int64_t numbers[] = {set[i].id, schema_add_days(set[at].from, -1), set[at].id};
        run_with(writer, extract_facts_sql, numbers, 3);
        run_with(writer, extract_localities_sql, numbers, 3);
    }
}

void derive_set(struct writer *writer, const char *name) {
    struct arena *arena = arena_new(ARENA_BYTES);
    struct editions all = {0};
    read_editions(writer, arena, &all);
    struct edition *set = arena_array(arena, all.count, sizeof *set);
    size_t count = 0, number = set_number(&all, name, arena);
    for (size_t i = 0; i < all.count; i++)
        if (all.items[i].set == number)
            set[count++] = all.items[i];
    for (size_t i = 0; i < count; i++)
        set_window(writer, set, count, i);
    for (size_t i = 1; i < count; i++)
        if (!set[i].whole)
            end_by_extract(writer, set, i);
    arena_free(arena);
}
