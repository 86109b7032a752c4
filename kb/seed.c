#include "kb/seed.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "kb/schema.h"

enum { FILE_BYTES_MAX = 64 << 20, LINE_BYTES_MAX = 400, TEXT_BYTES_MAX = 8000, LIST_MAX = 5000, NAMES_MAX = 32 };

void problem(struct problems *problems, const char *at, const char *format, ...) {
    char what[WHY_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    problems->count++;
    buf_printf(problems->lines, "%s: %s\n", at, what);
}

/* What a key of an object may hold, and where it goes. A table of these ends with a row without key. */
enum field_kind {
    FIELD_LINE,    /* const char *, one line */
    FIELD_TEXT,    /* const char *, may have several lines */
    FIELD_FLAG,    /* bool */
    FIELD_DAY,     /* int64_t */
    FIELD_SYSTEM,  /* enum code_system */
    FIELD_SECTION, /* enum kb_section */
    FIELD_RELATED, /* struct seed_ref */
    FIELD_WORDS,   /* struct seed_words, each one line */
    FIELD_FACTS,   /* struct seed_facts */
};

struct field {
    const char *key;
    enum field_kind kind;
    bool required;
    size_t offset;
};

#define AT(type, member) offsetof(struct type, member)

static const struct field source_fields[] = {
    {"id", FIELD_LINE, true, AT(seed_source, id)},          {"publisher", FIELD_LINE, true, AT(seed_source, publisher)},
    {"title", FIELD_LINE, true, AT(seed_source, title)},    {"edition", FIELD_LINE, true, AT(seed_source, edition)},
    {"notice", FIELD_LINE, false, AT(seed_source, notice)}, {"kind", FIELD_LINE, false, AT(seed_source, kind)},
    {"valid_from", FIELD_DAY, false, AT(seed_source, valid_from)},
    {0},
};

static const struct field edition_fields[] = {
    {"system", FIELD_SYSTEM, true, AT(seed_edition, system)},
    {"name", FIELD_LINE, true, AT(seed_edition, name)},
    {"valid_from", FIELD_DAY, true, AT(seed_edition, valid_from)},
    {"valid_to", FIELD_DAY, false, AT(seed_edition, valid_to)},
    {"complete", FIELD_FLAG, true, AT(seed_edition, complete)},
    {"source", FIELD_LINE, true, AT(seed_edition, source)},
    {0},
};

static const struct field code_fields[] = {
    {"system", FIELD_SYSTEM, true, AT(seed_code, system)},
    {"code", FIELD_LINE, true, AT(seed_code, code)},
    {"title", FIELD_LINE, true, AT(seed_code, title)},
    {"official", FIELD_FLAG, false, AT(seed_code, official)},
    {"billable", FIELD_FLAG, false, AT(seed_code, billable)},
    {"family", FIELD_LINE, false, AT(seed_code, family)},
    {"valid_from", FIELD_DAY, false, AT(seed_code, valid_from)},
    {"valid_to", FIELD_DAY, false, AT(seed_code, valid_to)},
    {"successor", FIELD_LINE, false, AT(seed_code, successor_text)},
    {"source", FIELD_LINE, true, AT(seed_code, source)},
    {"words", FIELD_WORDS, false, AT(seed_code, words)},
    {"facts", FIELD_FACTS, false, AT(seed_code, facts)},
    {0},
};

static const struct field fact_fields[] = {
    {"section", FIELD_SECTION, true, AT(seed_fact, section)},
    {"label", FIELD_LINE, false, AT(seed_fact, label)},
    {"value", FIELD_LINE, false, AT(seed_fact, value)},
    {"text", FIELD_TEXT, false, AT(seed_fact, text)},
    {"related", FIELD_RELATED, false, AT(seed_fact, related)},
    {"source", FIELD_LINE, true, AT(seed_fact, source)},
    {"valid_from", FIELD_DAY, false, AT(seed_fact, valid_from)},
    {"valid_to", FIELD_DAY, false, AT(seed_fact, valid_to)},
    {0},
};

static const struct field family_fields[] = {
    {"name", FIELD_LINE, true, AT(seed_family, name)},
    {"facts", FIELD_FACTS, true, AT(seed_family, facts)},
    {0},
};

/* Pairs that have all but column 2 in common. */
struct pair_group {
    struct seed_pair pair;
    struct seed_words column2;
};

static const struct field pair_fields[] = {
    {"column1", FIELD_LINE, true, AT(pair_group, pair.column1_text)},
    {"column2", FIELD_WORDS, true, AT(pair_group, column2)},
    {"indicator", FIELD_LINE, true, AT(pair_group, pair.indicator)},
    {"valid_from", FIELD_DAY, true, AT(pair_group, pair.valid_from)},
    {"valid_to", FIELD_DAY, false, AT(pair_group, pair.valid_to)},
    {"source", FIELD_LINE, true, AT(pair_group, pair.source)},
    {0},
};

static const struct field fee_fields[] = {
    {"code", FIELD_LINE, true, AT(seed_fee, code)},
    {"modifier", FIELD_LINE, false, AT(seed_fee, fee.modifier)},
    {"source", FIELD_LINE, true, AT(seed_fee, source)},
    {"valid_from", FIELD_DAY, true, AT(seed_fee, valid_from)},
    {"valid_to", FIELD_DAY, true, AT(seed_fee, valid_to)},
    {"status", FIELD_LINE, true, AT(seed_fee, fee.status)},
    {"work", FIELD_LINE, true, AT(seed_fee, fee.work)},
    {"practice", FIELD_LINE, true, AT(seed_fee, fee.practice)},
    {"practice_facility", FIELD_LINE, true, AT(seed_fee, fee.practice_facility)},
    {"malpractice", FIELD_LINE, true, AT(seed_fee, fee.malpractice)},
    {"total", FIELD_LINE, true, AT(seed_fee, fee.total)},
    {"total_facility", FIELD_LINE, true, AT(seed_fee, fee.total_facility)},
    {"rare", FIELD_FLAG, false, AT(seed_fee, fee.rare)},
    {"rare_facility", FIELD_FLAG, false, AT(seed_fee, fee.rare_facility)},
    {"unused", FIELD_FLAG, false, AT(seed_fee, fee.unused)},
    {"global", FIELD_LINE, false, AT(seed_fee, fee.global)},
    {"before", FIELD_LINE, false, AT(seed_fee, fee.before)},
    {"during", FIELD_LINE, false, AT(seed_fee, fee.during)},
    {"after", FIELD_LINE, false, AT(seed_fee, fee.after)},
    {"multiple", FIELD_LINE, false, AT(seed_fee, fee.multiple)},
    {"bilateral", FIELD_LINE, false, AT(seed_fee, fee.bilateral)},
    {"assistant", FIELD_LINE, false, AT(seed_fee, fee.assistant)},
    {"cosurgeon", FIELD_LINE, false, AT(seed_fee, fee.cosurgeon)},
    {"team", FIELD_LINE, false, AT(seed_fee, fee.team)},
    {"components", FIELD_LINE, false, AT(seed_fee, fee.components)},
    {"factor", FIELD_LINE, true, AT(seed_fee, fee.factor)},
    {"group", FIELD_LINE, false, AT(seed_fee, group)},
    {0},
};

static const struct field limit_fields[] = {
    {"code", FIELD_LINE, true, AT(seed_limit, code)},
    {"source", FIELD_LINE, true, AT(seed_limit, source)},
    {"valid_from", FIELD_DAY, true, AT(seed_limit, valid_from)},
    {"valid_to", FIELD_DAY, false, AT(seed_limit, valid_to)},
    {"mue", FIELD_LINE, true, AT(seed_limit, limit.units)},
    {"mai", FIELD_LINE, true, AT(seed_limit, limit.indicator)},
    {"rationale", FIELD_LINE, true, AT(seed_limit, limit.rationale)},
    {0},
};

static const struct field hospital_fields[] = {
    {"code", FIELD_LINE, true, AT(seed_hospital, code)},
    {"source", FIELD_LINE, true, AT(seed_hospital, source)},
    {"valid_from", FIELD_DAY, true, AT(seed_hospital, valid_from)},
    {"valid_to", FIELD_DAY, true, AT(seed_hospital, valid_to)},
    {"status", FIELD_LINE, true, AT(seed_hospital, status)},
    {"rate", FIELD_LINE, false, AT(seed_hospital, rate)},
    {0},
};

struct reading {
    struct seed *seed;
    struct problems *problems;
    const char *at;
};

static void read_object(const struct reading *, json_t *object, const struct field *fields, void *into);

static void misplaced(const struct reading *on, const char *key, const char *wanted) {
    problem(on->problems, on->at, "\"%s\" has to be %s", key, wanted);
}

static const char *read_text(const struct reading *on, const char *key, json_t *value, bool one_line) {
    const char *text = json_string_value(value);
    if (!text) {
        misplaced(on, key, "a text");
        return NULL;
    }
    size_t len = json_string_length(value), most = one_line ? LINE_BYTES_MAX : TEXT_BYTES_MAX;
    if (len > most)
        problem(on->problems, on->at, "\"%s\" is longer than %zu bytes", key, most);
    if (span_trim(span_of(text)).len != len || len == 0)
        problem(on->problems, on->at, "\"%s\" is empty or has blanks around it", key);
    for (const char *c = text; *c; c++)
        if (((unsigned char)*c < 0x20 && (one_line || *c != '\n')) || *c == 0x7f) {
            problem(on->problems, on->at, "\"%s\" has a control character", key);
            break;
        }
    return text;
}

static int64_t read_day(const struct reading *on, const char *key, json_t *value) {
    struct date date;
    const char *text = json_string_value(value);
    if (text && date_parse(span_of(text), &date))
        return schema_day(date);
    problem(on->problems, on->at, "\"%s\" has to be a day, YYYY-MM-DD, that exists", key);
    return 0;
}

static int read_name(const struct reading *on, const char *key, json_t *value, const struct name *table) {
    const char *names[NAMES_MAX];
    size_t count = 0;
    int ret = 0;
    struct span text = span_of(json_string_value(value));
    if (name_value(table, text, &ret))
        return ret;
    for (; table[count].text && count < NAMES_MAX; count++)
        names[count] = table[count].text;
    const char *near = name_nearest(names, count, text);
    problem(on->problems, on->at, "unknown %s \"%.40s\"%s%s", key, text.ptr ? text.ptr : "", near ? ", the nearest is " : "",
            near ? near : "");
    return 0;
}

/* "SYSTEM:CODE". */
static void read_related(const struct reading *on, json_t *value, struct seed_ref *ret) {
    struct span text = span_of(json_string_value(value)), system;
    int number = 0;
    if (!span_cut(&text, ':', &system) || !name_value(system_names, system, &number) || !system_fits((enum code_system)number, text)) {
        problem(on->problems, on->at, "\"related\" has to be SYSTEM:CODE, and the code has to fit the system");
        return;
    }
    ret->set = true;
    ret->system = (enum code_system)number;
    system_key(ret->system, text, ret->key);
}

static void read_words(const struct reading *on, const char *key, json_t *value, struct seed_words *ret) {
    size_t i;
    json_t *item;
    if (!json_is_array(value) || json_array_size(value) > LIST_MAX) {
        misplaced(on, key, "a list of texts");
        return;
    }
    ret->items = arena_array(on->seed->arena, json_array_size(value), sizeof *ret->items);
    json_array_foreach(value, i, item) {
        const char *text = read_text(on, key, item, true);
        if (text)
            ret->items[ret->count++] = text;
    }
}

static void read_facts(const struct reading *on, json_t *value, struct seed_facts *ret) {
    size_t i;
    json_t *item;
    if (!json_is_array(value) || json_array_size(value) > LIST_MAX) {
        misplaced(on, "facts", "a list of objects");
        return;
    }
    ret->items = arena_array(on->seed->arena, json_array_size(value), sizeof *ret->items);
    json_array_foreach(value, i, item) {
        struct seed_fact *fact = &ret->items[ret->count++];
        fact->at = arena_printf(on->seed->arena, "%s facts[%zu]", on->at, i);
        struct reading inside = {on->seed, on->problems, fact->at};
        read_object(&inside, item, fact_fields, fact);
    }
}

static void read_field(const struct reading *on, const struct field *field, json_t *value, void *into) {
    switch (field->kind) {
    case FIELD_LINE: *(const char **)into = read_text(on, field->key, value, true); break;
    case FIELD_TEXT: *(const char **)into = read_text(on, field->key, value, false); break;
    case FIELD_DAY: *(int64_t *)into = read_day(on, field->key, value); break;
    case FIELD_SYSTEM: *(enum code_system *)into = (enum code_system)read_name(on, field->key, value, system_names); break;
    case FIELD_SECTION: *(enum kb_section *)into = (enum kb_section)read_name(on, field->key, value, section_names); break;
    case FIELD_RELATED: read_related(on, value, into); break;
    case FIELD_WORDS: read_words(on, field->key, value, into); break;
    case FIELD_FACTS: read_facts(on, value, into); break;
    case FIELD_FLAG:
        if (!json_is_boolean(value))
            misplaced(on, field->key, "true or false");
        *(bool *)into = json_is_true(value);
        break;
    }
}

static void unknown_key(const struct reading *on, const struct field *fields, const char *key) {
    const char *names[NAMES_MAX];
    size_t count = 0;
    for (; fields[count].key && count < NAMES_MAX; count++)
        names[count] = fields[count].key;
    const char *near = name_nearest(names, count, span_of(key));
    problem(on->problems, on->at, "unknown key \"%.40s\"%s%s", key, near ? ", the nearest is " : "", near ? near : "");
}

static void read_object(const struct reading *on, json_t *object, const struct field *fields, void *into) {
    const char *key;
    json_t *value;
    if (!json_is_object(object)) {
        problem(on->problems, on->at, "this has to be an object");
        return;
    }
    json_object_foreach(object, key, value) {
        const struct field *field = fields;
        while (field->key && strcmp(field->key, key) != 0)
            field++;
        if (!field->key)
            unknown_key(on, fields, key);
        else if (!json_is_null(value))
            read_field(on, field, value, (char *)into + field->offset);
    }
    for (const struct field *field = fields; field->key; field++)
        if (field->required && !json_object_get(object, field->key))
            problem(on->problems, on->at, "\"%s\" is missing", field->key);
        else if (field->required && json_is_null(json_object_get(object, field->key)))
            problem(on->problems, on->at, "\"%s\" may not be null", field->key);
}

/* A code names itself in what is said about it; a missing or odd one is told by its place alone. */
static const char *place(const struct reading *on, const char *list, size_t i, json_t *item) {
    const char *system = json_string_value(json_object_get(item, "system")), *code = json_string_value(json_object_get(item, "code"));
    if (system && code)
        return arena_printf(on->seed->arena, "%s: %s[%zu] %.10s:%.12s", on->at, list, i, system, code);
    return arena_printf(on->seed->arena, "%s: %s[%zu]", on->at, list, i);
}

static void read_source(const struct reading *on, json_t *item) {
    struct seed *seed = on->seed;
    seed->sources = arena_grow(seed->arena, seed->sources, seed->source_count, sizeof *seed->sources);
    struct seed_source *source = &seed->sources[seed->source_count++];
    *source = (struct seed_source){.at = on->at, .kind = "house"};
    read_object(on, item, source_fields, source);
}

static void read_edition(const struct reading *on, json_t *item) {
    struct seed *seed = on->seed;
    seed->editions = arena_grow(seed->arena, seed->editions, seed->edition_count, sizeof *seed->editions);
    struct seed_edition *edition = &seed->editions[seed->edition_count++];
    *edition = (struct seed_edition){.at = on->at};
    read_object(on, item, edition_fields, edition);
}

static void read_code(const struct reading *on, json_t *item) {
    struct seed *seed = on->seed;
    seed->codes = arena_grow(seed->arena, seed->codes, seed->code_count, sizeof *seed->codes);
    struct seed_code *code = &seed->codes[seed->code_count++];
    *code = (struct seed_code){.at = on->at, .billable = true};
    read_object(on, item, code_fields, code);
}

static void read_family(const struct reading *on, json_t *item) {
    struct seed *seed = on->seed;
    seed->families = arena_grow(seed->arena, seed->families, seed->family_count, sizeof *seed->families);
    struct seed_family *family = &seed->families[seed->family_count++];
    *family = (struct seed_family){.at = on->at};
    read_object(on, item, family_fields, family);
}

static void read_pair(const struct reading *on, json_t *item) {
    struct seed *seed = on->seed;
    struct pair_group group = {.pair = {.at = on->at}};
    read_object(on, item, pair_fields, &group);
    for (size_t i = 0; i < group.column2.count; i++) {
        seed->pairs = arena_grow(seed->arena, seed->pairs, seed->pair_count, sizeof *seed->pairs);
        struct seed_pair *pair = &seed->pairs[seed->pair_count++];
        *pair = group.pair;
        pair->column2_text = group.column2.items[i];
    }
}

static void read_fee(const struct reading *on, json_t *item) {
    struct seed *seed = on->seed;
    seed->fees = arena_grow(seed->arena, seed->fees, seed->fee_count, sizeof *seed->fees);
    struct seed_fee *fee = &seed->fees[seed->fee_count++];
    *fee = (struct seed_fee){.at = on->at, .group = name_text(fee_groups, FEE_EVERYBODY)};
    read_object(on, item, fee_fields, fee);
}

static void read_limit(const struct reading *on, json_t *item) {
    struct seed *seed = on->seed;
    seed->limits = arena_grow(seed->arena, seed->limits, seed->limit_count, sizeof *seed->limits);
    struct seed_limit *limit = &seed->limits[seed->limit_count++];
    *limit = (struct seed_limit){.at = on->at};
    read_object(on, item, limit_fields, limit);
}

static void read_hospital(const struct reading *on, json_t *item) {
    struct seed *seed = on->seed;
    seed->hospitals = arena_grow(seed->arena, seed->hospitals, seed->hospital_count, sizeof *seed->hospitals);
    struct seed_hospital *hospital = &seed->hospitals[seed->hospital_count++];
    *hospital = (struct seed_hospital){.at = on->at};
    read_object(on, item, hospital_fields, hospital);
}

static const struct list {
    const char *key;
    void (*read)(const struct reading *, json_t *item);
} lists[] = {{"sources", read_source}, {"editions", read_edition}, {"families", read_family}, {"codes", read_code},
             {"pairs", read_pair},     {"fees", read_fee},         {"limits", read_limit},
             {"hospital", read_hospital}};

static void read_list(const struct reading *on, const char *key, json_t *items) {
    size_t i;
    json_t *item;
    const struct list *list = NULL;
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
        if (strcmp(lists[k].key, key) == 0)
            list = &lists[k];
    if (!list) {
        problem(on->problems, on->at, "unknown key \"%.40s\": sources, editions, families, codes, pairs, fees, limits and hospital are known", key);
        return;
    }
    if (!json_is_array(items)) {
        misplaced(on, key, "a list of objects");
        return;
    }
    json_array_foreach(items, i, item) {
        struct reading inside = {on->seed, on->problems, place(on, key, i, item)};
        list->read(&inside, item);
    }
}

void seed_open(struct seed *seed, struct arena *arena) { *seed = (struct seed){.arena = arena}; }

void seed_close(struct seed *seed) {
    for (size_t i = 0; i < seed->document_count; i++)
        json_decref(seed->documents[i]);
    seed->document_count = 0;
}

void seed_read(struct seed *seed, const char *file, struct problems *problems) {
    struct stat info;
    json_error_t error;
    const char *key;
    json_t *items;
    if (stat(file, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size > FILE_BYTES_MAX) {
        problem(problems, file, "this is no file, or one of more than %d MB", FILE_BYTES_MAX >> 20);
        return;
    }
    json_t *document = json_load_file(file, JSON_REJECT_DUPLICATES, &error);
    if (!document) {
        problem(problems, file, "line %d: %s", error.line, error.text);
        return;
    }
    seed->documents = arena_grow(seed->arena, seed->documents, seed->document_count, sizeof *seed->documents);
    seed->documents[seed->document_count++] = document;
    struct reading on = {seed, problems, file};
    if (!json_is_object(document))
        problem(problems, file, "this has to hold one object");
    json_object_foreach(document, key, items) read_list(&on, key, items);
}
