#include <string.h>

#include "kb/handle.h"
#include "kb/kb.h"
#include "kb/schema.h"

enum { FACT_SECTION, FACT_LABEL, FACT_VALUE, FACT_TEXT, FACT_FROM, FACT_TO, FACT_SOURCE, FACT_RELATED, FACT_TITLE, FACT_ENDED };
enum { EDIT_INDICATOR, EDIT_FROM, EDIT_TO, EDIT_SOURCE, EDIT_OTHER, EDIT_TITLE };

enum { ICD10CM_CATEGORY = 3, ICD10CM_WHOLE = 7, ALL = -1 };

/* What is gathered above a code goes behind its own facts. */
_Static_assert(SECTION_GUIDELINES + 1 == SECTION_COUNT, "guidelines are the last section");

static const char seventh_label[] = "7th character";

/* As seen from the code that is asked about. */
static const char column1_label[] = "column 1", column2_label[] = "column 2";

/* The facts of one code on one day, as they gather. */
struct gathering {
    struct kb *kb;
    struct arena *arena;
    struct why *why;
    int64_t code, day;
    struct sources sources;
    struct kb_facts facts;
    bool edits_done;
};

static struct kb_fact *add(struct gathering *on) {
    on->facts.items = arena_grow(on->arena, on->facts.items, on->facts.count, sizeof *on->facts.items);
    struct kb_fact *fact = &on->facts.items[on->facts.count++];
    *fact = (struct kb_fact){.label = NULL};
    return fact;
}

static bool set_related(struct gathering *on, struct kb_fact *fact, int64_t id) {
    char key[CODE_BYTES], display[CODE_BYTES];
    enum code_system system;
    if (!system_of_id(id, &system, key))
        return false;
    system_display(system, key, display);
    fact->has_related = true;
    fact->related_system = system;
    fact->related_display = arena_copy(on->arena, span_of(display));
    return true;
}

static const struct name indicator_texts[] = {
    {0, "never paid together, no modifier bypasses the edit"},
    {1, "a modifier may bypass the edit where the services were distinct"},
    {9, "the edit was withdrawn from its first day on"},
    {0, NULL},
};

static int read_edit(struct gathering *on, sqlite3_stmt *row, const char *label) {
    struct kb_fact *fact = add(on);
    int indicator = sqlite3_column_int(row, EDIT_INDICATOR);
    fact->section = SECTION_NCCI;
    fact->label = label;
    fact->value = column_copy(row, EDIT_INDICATOR, on->arena);
    fact->text = name_text(indicator_texts, indicator);
    fact->valid_from = schema_date(sqlite3_column_int64(row, EDIT_FROM));
    fact->valid_to = schema_date(sqlite3_column_int64(row, EDIT_TO));
    fact->source = source_copy(&on->sources, sqlite3_column_int64(row, EDIT_SOURCE));
    bool whole = set_related(on, fact, sqlite3_column_int64(row, EDIT_OTHER));
    fact->related_title = column_copy(row, EDIT_TITLE, on->arena);
    return whole && fact->source && fact->value ? 0 : handle_damaged(on->kb, on->why);
}

static int read_edits(struct gathering *on, enum statement which, const char *label) {
    sqlite3_stmt *stmt = statement(on->kb, which, on->why);
    int step = SQLITE_ROW, code = 0;
    if (!stmt)
        return FAIL_SYSTEM;
    sqlite3_bind_int64(stmt, 1, on->code);
    sqlite3_bind_int64(stmt, 2, on->day);
    sqlite3_bind_int(stmt, 3, KB_EDITS_MAX + 1);
    for (size_t count = 0; !code && (step = sqlite3_step(stmt)) == SQLITE_ROW; count++) {
        if (count == KB_EDITS_MAX)
            on->facts.more_edits = true;
        else
            code = read_edit(on, stmt, label);
    }
    statement_end(stmt);
    return code || step == SQLITE_DONE ? code : handle_damaged(on->kb, on->why);
}

/* Edits have a table of their own; their place among the sections is kept all the same. */
static int edits_before(struct gathering *on, enum kb_section section) {
    if (on->edits_done || section <= SECTION_NCCI)
        return 0;
    on->edits_done = true;
    int code = read_edits(on, STATEMENT_COLUMN1, column1_label);
    return code ? code : read_edits(on, STATEMENT_COLUMN2, column2_label);
}

static int read_fact(struct gathering *on, sqlite3_stmt *row) {
    int section = sqlite3_column_int(row, FACT_SECTION);
    bool whole = section >= 0 && section < SECTION_COUNT;
    int code = whole ? edits_before(on, (enum kb_section)section) : handle_damaged(on->kb, on->why);
    if (code)
        return code;
    struct kb_fact *fact = add(on);
    fact->section = (enum kb_section)section;
    fact->label = column_copy(row, FACT_LABEL, on->arena);
    fact->value = column_copy(row, FACT_VALUE, on->arena);
    fact->text = column_copy(row, FACT_TEXT, on->arena);
    fact->valid_from = schema_date(sqlite3_column_int64(row, FACT_FROM));
    fact->valid_to = schema_date(sqlite3_column_int64(row, FACT_TO));
    fact->source = source_copy(&on->sources, sqlite3_column_int64(row, FACT_SOURCE));
    fact->ended = sqlite3_column_int(row, FACT_ENDED) != 0;
    if (sqlite3_column_type(row, FACT_RELATED) != SQLITE_NULL) {
        whole = set_related(on, fact, sqlite3_column_int64(row, FACT_RELATED));
        fact->related_title = column_copy(row, FACT_TITLE, on->arena);
    }
    return whole && fact->source ? 0 : handle_damaged(on->kb, on->why);
}

static int read_facts_of(struct gathering *on, int64_t id, enum kb_section first, int most) {
    sqlite3_stmt *stmt = statement(on->kb, STATEMENT_FACTS, on->why);
    int step = SQLITE_ROW, code = 0;
    if (!stmt)
        return FAIL_SYSTEM;
    sqlite3_bind_int64(stmt, 1, id);
    sqlite3_bind_int64(stmt, 2, on->day);
    sqlite3_bind_int(stmt, 3, first);
    sqlite3_bind_int(stmt, 4, most);
    sqlite3_bind_int(stmt, 5, SECTION_FEE);
    sqlite3_bind_int64(stmt, 6, on->day - KB_GRACE_YEARS * SCHEMA_YEAR);
    while (!code && (step = sqlite3_step(stmt)) == SQLITE_ROW)
        code = read_fact(on, stmt);
    statement_end(stmt);
    return code || step == SQLITE_DONE ? code : handle_damaged(on->kb, on->why);
}

/* A label that ends in brackets names the range that the guideline holds for. */
static const char *label_at(struct gathering *on, const char *label, const char *display) {
    size_t len = label ? strlen(label) : 0;
    if (len && label[len - 1] == ')')
        return label;
    return arena_printf(on->arena, "%s%sat %s", len ? label : "", len ? " " : "", display);
}

/* Of what a category says of seventh characters, a code that has one is only concerned by its own. */
static bool concerns(const struct kb_fact *fact, const char *key) {
    if (strlen(key) < ICD10CM_WHOLE || !fact->label || strcmp(fact->label, seventh_label) != 0)
        return true;
    return fact->value && fact->value[0] == key[ICD10CM_WHOLE - 1] && !fact->value[1];
}

static int read_guidelines_above(struct gathering *on, const char *key, const char *above) {
    char display[CODE_BYTES];
    size_t kept = on->facts.count;
    system_display(SYSTEM_ICD10CM, above, display);
    int code = read_facts_of(on, system_id(SYSTEM_ICD10CM, above), SECTION_GUIDELINES, KB_GUIDELINES_ABOVE_MAX);
    for (size_t i = kept; !code && i < on->facts.count; i++) {
        struct kb_fact fact = on->facts.items[i];
        if (!concerns(&fact, key))
            continue;
        fact.label = label_at(on, fact.label, display);
        on->facts.items[kept++] = fact;
    }
    on->facts.count = kept;
    return code;
}

/* What is said at a code of ICD-10-CM holds for the codes below it: S82.251A, S82.251, S82.25, S82.2, S82. */
static int read_above(struct gathering *on, enum code_system system, const char *key) {
    char above[CODE_BYTES];
    int code = 0;
    if (system != SYSTEM_ICD10CM || !code_known(on->kb, on->code))
        return 0;
    snprintf(above, sizeof above, "%s", key);
    for (size_t len = strlen(above); !code && len-- > ICD10CM_CATEGORY;) {
        above[len] = '\0';
        code = read_guidelines_above(on, key, above);
    }
    return code;
}

static int read_facts(struct gathering *on, enum code_system system, const char *key) {
    int code = read_facts_of(on, on->code, SECTION_PLAIN, ALL);
    if (!code)
        code = edits_before(on, SECTION_COUNT);
    return code ? code : read_above(on, system, key);
}

int kb_facts(struct kb *kb, enum code_system system, const char *key, struct date date, struct arena *arena, struct kb_facts *ret,
             struct why *why) {
    struct gathering on = {.kb = kb, .arena = arena, .why = why, .day = schema_day(date), .sources = sources_open(kb, arena)};
    int code;
    on.code = system_id(system, key);
    if (within_grace(kb, system, on.day) && !pages_find(&kb->pages, on.code, on.day, arena, &on.facts)) {
        if ((code = read_facts(&on, system, key)))
            return code;
        pages_keep(&kb->pages, on.code, on.day, &on.facts);
    }
    if (!on.facts.count && !code_known(kb, on.code))
        return code_missing(system, key, why);
    *ret = on.facts;
    return 0;
}

static int read_edit_between(struct gathering *on, int64_t column1, int64_t column2, int64_t other, const char *label) {
    sqlite3_stmt *stmt = statement(on->kb, STATEMENT_EDIT, on->why);
    if (!stmt)
        return FAIL_SYSTEM;
    sqlite3_bind_int64(stmt, 1, column1);
    sqlite3_bind_int64(stmt, 2, on->day);
    sqlite3_bind_int64(stmt, 3, column2);
    sqlite3_bind_int64(stmt, 4, other);
    int step = sqlite3_step(stmt), code = 0;
    if (step == SQLITE_ROW)
        code = read_edit(on, stmt, label);
    else
        code = step == SQLITE_DONE ? why_set(on->why, FAIL_EMPTY, "there is no NCCI edit between these codes")
                                   : handle_damaged(on->kb, on->why);
    statement_end(stmt);
    return code;
}

int kb_edit(struct kb *kb, enum code_system system, const char *key, enum code_system other, const char *other_key, struct date date,
            struct arena *arena, struct kb_fact *ret, struct why *why) {
    struct gathering on = {.kb = kb, .arena = arena, .why = why, .day = schema_day(date), .sources = sources_open(kb, arena)};
    int64_t this = system_id(system, key), that = system_id(other, other_key);
    int code = read_edit_between(&on, this, that, that, column1_label);
    if (code == FAIL_EMPTY)
        code = read_edit_between(&on, that, this, that, column2_label);
    if (!code)
        *ret = on.facts.items[0];
    return code;
}

static int find_cover(struct kb *kb, int64_t day, struct why *why) {
    if (kb->cover.day == day)
        return 0;
    sqlite3_stmt *stmt = statement(kb, STATEMENT_COVER, why);
    if (!stmt)
        return FAIL_SYSTEM;
    sqlite3_bind_int64(stmt, 1, day);
    int step = sqlite3_step(stmt);
    bool read = step == SQLITE_ROW || step == SQLITE_DONE;
    if (read) {
        kb->cover.day = day;
        kb->cover.source = step == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : 0;
    }
    statement_end(stmt);
    return read ? 0 : handle_damaged(kb, why);
}

bool kb_edits_cover(struct kb *kb, struct date date) { return find_cover(kb, schema_day(date), NULL) == 0 && kb->cover.source != 0; }

int kb_edits_source(struct kb *kb, struct date date, struct arena *arena, const struct kb_source **ret, struct why *why) {
    int code = find_cover(kb, schema_day(date), why);
    if (code)
        return code;
    if (!kb->cover.source)
        return why_set(why, FAIL_EMPTY, "no NCCI edits are loaded for %s", date.iso);
    struct sources sources = sources_open(kb, arena);
    const struct kb_source *source = source_copy(&sources, kb->cover.source);
    if (!source)
        return handle_damaged(kb, why);
    *ret = source;
    return 0;
}
