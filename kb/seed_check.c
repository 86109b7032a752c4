#include "kb/seed.h"

#include <stdlib.h>
#include <string.h>

#include "kb/schema.h"

/* Systems whose every named code has to be described: a typing error in one of these must not get in. */
static const bool described[SYSTEM_COUNT] = {
    [SYSTEM_CPT] = true, [SYSTEM_ICD10CM] = true, [SYSTEM_MOD] = true, [SYSTEM_NUCC] = true, [SYSTEM_POS] = true,
};

/* The system that a section's related codes belong to, where there is but one. */
static const struct {
    enum kb_section section;
    enum code_system system;
} section_systems[] = {{SECTION_MODIFIERS, SYSTEM_MOD}, {SECTION_SPECIALTIES, SYSTEM_NUCC}};

size_t seed_source_id(const struct seed *seed, const char *name, const char *at, struct problems *problems) {
    if (!name)
        return 0;
    for (size_t i = 0; i < seed->source_count; i++)
        if (seed->sources[i].id && strcmp(seed->sources[i].id, name) == 0)
            return i + 1;
    problem(problems, at, "no file describes the source \"%.60s\"", name);
    return 0;
}

void seed_check_days(int64_t from, int64_t to, const char *at, struct problems *problems) {
    if (from > to)
        problem(problems, at, "valid_from lies after valid_to");
}

static void check_sources(struct seed *seed, struct problems *problems) {
    for (size_t i = 0; i < seed->source_count; i++)
        for (size_t k = 0; k < i; k++)
            if (seed->sources[i].id && seed->sources[k].id && strcmp(seed->sources[i].id, seed->sources[k].id) == 0)
                problem(problems, seed->sources[i].at, "the source \"%.60s\" stands in %s too", seed->sources[i].id, seed->sources[k].at);
}

static bool same_edition(const struct seed_edition *a, const struct seed_edition *b) {
    return a->system == b->system && a->name && b->name && strcmp(a->name, b->name) == 0;
}

static void check_editions(struct seed *seed, struct problems *problems) {
    for (size_t i = 0; i < seed->edition_count; i++) {
        struct seed_edition *edition = &seed->editions[i];
        edition->source_id = seed_source_id(seed, edition->source, edition->at, problems);
        edition->valid_to = edition->valid_to ? edition->valid_to : SCHEMA_FOREVER;
        seed_check_days(edition->valid_from, edition->valid_to, edition->at, problems);
        for (size_t k = 0; k < i; k++)
            if (same_edition(edition, &seed->editions[k]))
                problem(problems, edition->at, "this edition stands in %s too", seed->editions[k].at);
    }
}

/* The edition that covers the first day of a code, or else the oldest of its system: a code without a first day of its own is in
 * all of them. 0 when there is none. */
static size_t edition_id(const struct seed *seed, const struct seed_code *code) {
    size_t oldest = 0;
    for (size_t i = 0; i < seed->edition_count; i++) {
        const struct seed_edition *edition = &seed->editions[i];
        if (edition->system != code->system)
            continue;
        if (code->valid_from && edition->valid_from <= code->valid_from && code->valid_from <= edition->valid_to)
            return i + 1;
        if (!oldest || edition->valid_from < seed->editions[oldest - 1].valid_from)
            oldest = i + 1;
    }
    return oldest;
}

static void date_code(const struct seed *seed, struct seed_code *code, struct problems *problems) {
    size_t edition = edition_id(seed, code);
    if (!edition) {
        problem(problems, code->at, "no file describes an edition of %s", name_text(system_names, (int)code->system));
        return;
    }
    code->valid_from = code->valid_from ? code->valid_from : seed->editions[edition - 1].valid_from;
    code->valid_to = code->valid_to ? code->valid_to : SCHEMA_FOREVER;
    seed_check_days(code->valid_from, code->valid_to, code->at, problems);
}

/* Of the same system, or SYSTEM:CODE. */
static void read_successor(struct seed_code *code, struct problems *problems) {
    struct span text = span_of(code->successor_text), before = text;
    int system = (int)code->system;
    if (!code->successor_text)
        return;
    if (span_find_char(text, ':') != SPAN_NONE && (!span_cut(&text, ':', &before) || !name_value(system_names, before, &system)))
        system = SYSTEM_COUNT;
    if (system == SYSTEM_COUNT || !system_fits((enum code_system)system, text)) {
        problem(problems, code->at, "\"successor\" has to be a code of the same system, or SYSTEM:CODE");
        return;
    }
    code->successor = (struct seed_ref){.set = true, .system = (enum code_system)system};
    system_key((enum code_system)system, text, code->successor.key);
}

static void check_fact(const struct seed *seed, const struct seed_code *code, struct seed_fact *fact, struct problems *problems) {
    fact->source_id = seed_source_id(seed, fact->source, fact->at, problems);
    fact->valid_from = fact->valid_from ? fact->valid_from : code->valid_from;
    fact->valid_to = fact->valid_to ? fact->valid_to : code->valid_to;
    seed_check_days(fact->valid_from, fact->valid_to, fact->at, problems);
    if (!fact->text && !fact->value && !fact->related.set)
        problem(problems, fact->at, "this says nothing: a fact has a text, a value or a related code");
    for (size_t i = 0; i < sizeof section_systems / sizeof *section_systems; i++)
        if (fact->related.set && fact->section == section_systems[i].section && fact->related.system != section_systems[i].system)
            problem(problems, fact->at, "the related code of this section has to be one of %s",
                    name_text(system_names, (int)section_systems[i].system));
}

static void check_code(const struct seed *seed, struct seed_code *code, struct problems *problems) {
    struct span text = span_of(code->code);
    code->source_id = seed_source_id(seed, code->source, code->at, problems);
    if (system_fits(code->system, text)) {
        code->self = (struct seed_ref){.set = true, .system = code->system};
        system_key(code->system, text, code->self.key);
    } else if (code->code)
        problem(problems, code->at, "\"%.20s\" has not the form of a code of %s", code->code, name_text(system_names, (int)code->system));
    date_code(seed, code, problems);
    read_successor(code, problems);
    for (size_t i = 0; i < code->facts.count; i++)
        check_fact(seed, code, &code->facts.items[i], problems);
}

void seed_read_procedure(const char *text, struct seed_ref *ret, const char *at, struct problems *problems) {
    enum code_system system = system_fits(SYSTEM_CPT, span_of(text)) ? SYSTEM_CPT : SYSTEM_HCPCS;
    if (!text)
        return;
    if (!system_fits(system, span_of(text))) {
        problem(problems, at, "\"%.20s\" has neither the form of a CPT nor of a HCPCS code", text);
        return;
    }
    *ret = (struct seed_ref){.set = true, .system = system};
    system_key(system, span_of(text), ret->key);
}

static bool known_indicator(const char *text) { return text && strlen(text) == 1 && strchr("019", *text); }

static void check_pair(const struct seed *seed, struct seed_pair *pair, struct problems *problems) {
    pair->source_id = seed_source_id(seed, pair->source, pair->at, problems);
    pair->valid_to = pair->valid_to ? pair->valid_to : SCHEMA_FOREVER;
    seed_check_days(pair->valid_from, pair->valid_to, pair->at, problems);
    seed_read_procedure(pair->column1_text, &pair->column1, pair->at, problems);
    seed_read_procedure(pair->column2_text, &pair->column2, pair->at, problems);
    if (pair->indicator && !known_indicator(pair->indicator))
        problem(problems, pair->at, "\"indicator\" has to be \"0\", \"1\" or \"9\"");
    if (pair->column1.set && strcmp(pair->column1.key, pair->column2.key) == 0)
        problem(problems, pair->at, "a code can not be paired with itself");
}

static int compare_identities(const void *left, const void *right) {
    const struct seed_identity *a = left, *b = right;
    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    return (a->code > b->code) - (a->code < b->code);
}

static void order_codes(struct seed *seed, struct problems *problems) {
    seed->identities = arena_array(seed->arena, seed->code_count, sizeof *seed->identities);
    for (size_t i = 0; i < seed->code_count; i++)
        seed->identities[i] = (struct seed_identity){system_id(seed->codes[i].system, seed->codes[i].self.key), &seed->codes[i]};
    if (seed->code_count)
        qsort(seed->identities, seed->code_count, sizeof *seed->identities, compare_identities);
    for (size_t i = 1; i < seed->code_count; i++)
        if (seed->identities[i].id == seed->identities[i - 1].id && seed->identities[i].code->self.set)
            problem(problems, seed->identities[i].code->at, "this code stands in %s too", seed->identities[i - 1].code->at);
}

bool seed_describes(const struct seed *seed, const struct seed_ref *ref) {
    struct seed_identity wanted = {system_id(ref->system, ref->key), NULL};
    size_t low = 0, high = seed->code_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (seed->identities[middle].id == wanted.id)
            return true;
        if (seed->identities[middle].id < wanted.id)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static void check_named(const struct seed *seed, const struct seed_ref *ref, const char *at, struct problems *problems) {
    if (ref->set && described[ref->system] && !seed_describes(seed, ref))
        problem(problems, at, "%s %s is named here, but no file describes it", name_text(system_names, (int)ref->system), ref->key);
}

static void check_names(const struct seed *seed, struct problems *problems) {
    for (size_t i = 0; i < seed->code_count; i++) {
        const struct seed_code *code = &seed->codes[i];
        check_named(seed, &code->successor, code->at, problems);
        for (size_t k = 0; k < code->facts.count; k++)
            check_named(seed, &code->facts.items[k].related, code->facts.items[k].at, problems);
    }
    for (size_t i = 0; i < seed->pair_count; i++) {
        check_named(seed, &seed->pairs[i].column1, seed->pairs[i].at, problems);
        check_named(seed, &seed->pairs[i].column2, seed->pairs[i].at, problems);
    }
}

/* A code's own facts come first. */
static void inherit(struct seed *seed, const struct seed_family *family, struct problems *problems) {
    size_t members = 0;
    for (size_t i = 0; i < seed->code_count; i++) {
        struct seed_code *code = &seed->codes[i];
        if (!code->family || !family->name || strcmp(code->family, family->name) != 0)
            continue;
        size_t own = code->facts.count, count = own + family->facts.count;
        struct seed_fact *items = arena_array(seed->arena, count, sizeof *items);
        if (own)
            memcpy(items, code->facts.items, own * sizeof *items);
        memcpy(items + own, family->facts.items, family->facts.count * sizeof *items);
        code->facts = (struct seed_facts){items, count};
        members++;
    }
    if (!members)
        problem(problems, family->at, "no code belongs to this family");
}

static int compare_pairs(const void *left, const void *right) {
    const struct seed_pair *a = left, *b = right;
    int ret = strcmp(a->column1.key, b->column1.key);
    ret = ret ? ret : strcmp(a->column2.key, b->column2.key);
    if (ret)
        return ret;
    return (a->valid_from > b->valid_from) - (a->valid_from < b->valid_from);
}

static bool overlap(const struct seed_pair *a, const struct seed_pair *b) {
    return strcmp(a->column1.key, b->column1.key) == 0 && strcmp(a->column2.key, b->column2.key) == 0 && b->valid_from <= a->valid_to;
}

static void order_pairs(struct seed *seed, struct problems *problems) {
    if (seed->pair_count)
        qsort(seed->pairs, seed->pair_count, sizeof *seed->pairs, compare_pairs);
    for (size_t i = 1; i < seed->pair_count; i++)
        if (seed->pairs[i].column1.set && seed->pairs[i].column2.set && overlap(&seed->pairs[i - 1], &seed->pairs[i]))
            problem(problems, seed->pairs[i].at, "this pair stands in %s too, for the same days", seed->pairs[i - 1].at);
}

void seed_check(struct seed *seed, struct problems *problems) {
    check_sources(seed, problems);
    check_editions(seed, problems);
    for (size_t i = 0; i < seed->family_count; i++)
        inherit(seed, &seed->families[i], problems);
    for (size_t i = 0; i < seed->code_count; i++)
        check_code(seed, &seed->codes[i], problems);
    for (size_t i = 0; i < seed->pair_count; i++)
        check_pair(seed, &seed->pairs[i], problems);
    order_codes(seed, problems);
    check_names(seed, problems);
    order_pairs(seed, problems);
    seed_check_figures(seed, problems);
}
