/* Codes, facts and edits on a day, and the codes around one. */
#include <sqlite3.h>

#include "kb/schema.h"
#include "tests/unit/kb/small.h"

static void a_code_has_a_status_on_every_day(void **state) {
    struct small *small = *state;
    static const struct {
        const char *name;
        enum code_system system;
        const char *key, *day;
        enum code_status status;
        const char *title, *successor;
    } rows[] = {
        {"in force", SYSTEM_CPT, "20693", "2026-11-21", STATUS_VALID, "Revise a frame", NULL},
        {"first day", SYSTEM_CPT, "20693", "2026-01-01", STATUS_VALID, "Revise a frame", NULL},
        {"before any edition", SYSTEM_CPT, "20693", "2025-12-31", STATUS_NO_DATA, NULL, NULL},
        {"not in an incomplete edition", SYSTEM_CPT, "20699", "2026-11-21", STATUS_NO_DATA, NULL, NULL},
        {"no edition of the system", SYSTEM_DRG, "492", "2026-11-21", STATUS_NO_DATA, NULL, NULL},
        {"only named, never described", SYSTEM_HCPCS, "A4570", "2026-11-21", STATUS_NO_DATA, NULL, NULL},
        {"header", SYSTEM_ICD10CM, "S821", "2026-05-01", STATUS_HEADER, "Fracture of the upper end", NULL},
        {"not in a complete edition", SYSTEM_ICD10CM, "S82341A", "2026-05-01", STATUS_UNKNOWN, NULL, NULL},
        {"before its retirement", SYSTEM_ICD10CM, "S82109A", "2025-09-30", STATUS_VALID, "Fracture, old way", "S82.101A"},
        {"after its retirement", SYSTEM_ICD10CM, "S82109A", "2025-10-01", STATUS_RETIRED, "Fracture, old way", "S82.101A"},
        {"before its first day", SYSTEM_ICD10CM, "S82191A", "2025-09-30", STATUS_FUTURE, "Fracture, new way", NULL},
        {"on its first day", SYSTEM_ICD10CM, "S82191A", "2025-10-01", STATUS_VALID, "Fracture, new way", NULL},
        {"new in the newer edition, before the older", SYSTEM_ICD10CM, "S82191A", "2023-01-01", STATUS_FUTURE, "Fracture, new way", NULL},
        {"retired, after the last edition", SYSTEM_ICD10CM, "S82109A", "2026-11-21", STATUS_RETIRED, "Fracture, old way", "S82.101A"},
        {"first day of the grace", SYSTEM_ICD10CM, "S82191A", "2026-10-01", STATUS_VALID, "Fracture, new way", NULL},
        {"header in the grace", SYSTEM_ICD10CM, "S821", "2026-11-21", STATUS_HEADER, "Fracture of the upper end", NULL},
        {"last day of the grace", SYSTEM_ICD10CM, "S82191A", "2027-09-30", STATUS_VALID, "Fracture, new way", NULL},
        {"after the grace", SYSTEM_ICD10CM, "S82191A", "2027-10-01", STATUS_NO_DATA, NULL, NULL},
        {"unknown in the grace", SYSTEM_ICD10CM, "S82341A", "2026-10-01", STATUS_NO_DATA, NULL, NULL},
        {"edition without end, in the file's grace", SYSTEM_CPT, "20693", "2027-09-30", STATUS_VALID, "Revise a frame", NULL},
        {"edition without end, after it", SYSTEM_CPT, "20693", "2030-01-01", STATUS_NO_DATA, NULL, NULL},
        {"last day of the newest edition, told by the file", SYSTEM_ICD10CM, "S82101A", "2026-10-01", STATUS_NO_DATA, NULL, NULL},
        {"before the first edition", SYSTEM_ICD10CM, "S82101A", "2024-09-30", STATUS_NO_DATA, NULL, NULL},
        {"of another system", SYSTEM_ICD10CM, "20693", "2026-05-01", STATUS_UNKNOWN, NULL, NULL},
        {"hostile key", SYSTEM_CPT, "' OR 1=1 --", "2026-05-01", STATUS_NO_DATA, NULL, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct kb_code code;
        struct why why;
        if (kb_lookup(small->kb, rows[i].system, rows[i].key, day(rows[i].day), small->arena, &code, &why))
            fail_msg("%s: %s", rows[i].name, why.text);
        if (code.status != rows[i].status || !span_equal(span_of(code.title), span_of(rows[i].title)) ||
            !span_equal(span_of(code.successor), span_of(rows[i].successor)))
            fail_msg("%s: %s, %s, %s", rows[i].name, name_text(status_names, (int)code.status), code.title, code.successor);
        if ((code.source == NULL) != (code.title == NULL))
            fail_msg("%s: a title and its source come together", rows[i].name);
    }
}

/* A file that says no more of the code than its last day, from 2026 on. */
static void tell_last_day(const char *path, enum code_system system, const char *key, const char *last) {
    char sql[512], *error = NULL;
    sqlite3 *db;
    snprintf(sql, sizeof sql,
             "INSERT INTO facts (code, section, position, source, label, value, says_from, says_to, valid_from, valid_to) "
             "VALUES (%lld, %d, 4, 2, 'last day', '%s', 20260101, %d, 20260101, %d)",
             (long long)system_id(system, key), SECTION_SERVICE, last, SCHEMA_FOREVER, SCHEMA_FOREVER);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK)
        fail_msg("%s", error);
    sqlite3_close(db);
}

static void a_code_without_an_edition_ends_on_the_last_day_that_a_file_tells(void **state) {
    struct small *small = *state;
    static const struct {
        const char *name, *key, *day;
        enum code_status status;
        const char *valid_to;
    } rows[] = {
        {"the day after", "20695", "2026-05-01", STATUS_RETIRED, "2026-04-30"},
        {"on its last day", "20695", "2026-04-30", STATUS_NO_DATA, ""},
        {"behind the grace", "20695", "2030-01-01", STATUS_RETIRED, "2026-04-30"},
        {"an edition holds it", "20694", "2026-05-01", STATUS_VALID, "9999-12-31"},
        {"no file tells", "20697", "2026-05-01", STATUS_NO_DATA, ""},
    };
    char path[128];
    struct kb *kb;
    snprintf(path, sizeof path, "%s/ended.sqlite", small->folder);
    build_small(path);
    tell_last_day(path, SYSTEM_CPT, "20695", "2026-04-30");
    tell_last_day(path, SYSTEM_CPT, "20694", "2026-04-30");
    assert_int_equal(kb_open(path, &kb, NULL), 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct kb_code code;
        assert_int_equal(kb_lookup(kb, SYSTEM_CPT, rows[i].key, day(rows[i].day), small->arena, &code, NULL), 0);
        if (code.status != rows[i].status || strcmp(code.valid_to.iso, rows[i].valid_to) != 0)
            fail_msg("%s: %s, %s", rows[i].name, name_text(status_names, (int)code.status), code.valid_to.iso);
        if (code.status == STATUS_RETIRED && (!code.source || strcmp(code.source->publisher, "CMS") != 0 || !code.edition))
            fail_msg("%s: the file that tells it is the source", rows[i].name);
    }
    kb_close(kb);
    unlink(path);
}

static void a_status_names_the_edition_it_rests_on(void **state) {
    struct small *small = *state;
    static const struct {
        const char *name;
        enum code_system system;
        const char *key, *day, *edition;
        bool ended;
    } rows[] = {
        {"older edition", SYSTEM_ICD10CM, "S82109A", "2025-09-30", "FY2025", false},
        {"newer edition", SYSTEM_ICD10CM, "S82191A", "2025-10-01", "FY2026", false},
        {"last day", SYSTEM_ICD10CM, "S82191A", "2026-09-30", "FY2026", false},
        {"grace", SYSTEM_ICD10CM, "S82191A", "2026-11-21", "FY2026", true},
        {"retired", SYSTEM_ICD10CM, "S82109A", "2026-11-21", "FY2026", true},
        {"unknown", SYSTEM_ICD10CM, "S82341A", "2026-05-01", "FY2026", false},
        {"edition without end", SYSTEM_CPT, "20693", "2027-09-30", "seed", false},
        {"after the grace", SYSTEM_ICD10CM, "S82191A", "2027-10-01", NULL, false},
        {"before the first edition", SYSTEM_CPT, "20693", "2025-12-31", NULL, false},
        {"no edition", SYSTEM_DRG, "492", "2026-11-21", NULL, false},
    };
    struct kb_facts facts;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct kb_code code;
        assert_int_equal(kb_lookup(small->kb, rows[i].system, rows[i].key, day(rows[i].day), small->arena, &code, NULL), 0);
        if (!span_equal(span_of(code.edition), span_of(rows[i].edition)) || code.edition_ended != rows[i].ended)
            fail_msg("%s: %s, ended: %d", rows[i].name, code.edition, code.edition_ended);
    }
    assert_int_equal(kb_facts(small->kb, SYSTEM_CPT, "20693", day("2030-01-01"), small->arena, &facts, NULL), 0);
    assert_int_equal(facts.count, 0);
}

static void a_code_tells_all_that_stands_in_the_file(void **state) {
    struct small *small = *state;
    struct kb_code code;
    assert_int_equal(kb_lookup(small->kb, SYSTEM_ICD10CM, "S82109A", day("2025-01-01"), small->arena, &code, NULL), 0);
    assert_string_equal(code.key, "S82109A");
    assert_string_equal(code.display, "S82.109A");
    assert_string_equal(code.valid_from.iso, "2024-10-01");
    assert_string_equal(code.valid_to.iso, "2025-09-30");
    assert_false(code.title_official);
    assert_null(code.family);
    assert_int_equal(kb_lookup(small->kb, SYSTEM_ICD10CM, "S82101A", day("2025-01-01"), small->arena, &code, NULL), 0);
    assert_true(code.title_official);
    assert_int_equal(kb_lookup(small->kb, SYSTEM_CPT, "20693", day("2026-07-01"), small->arena, &code, NULL), 0);
    assert_string_equal(code.family, "frames");
    assert_string_equal(code.valid_to.iso, DATE_FOREVER.iso);
    assert_string_equal(code.source->publisher, "Fixture House");
    assert_null(code.source->notice);
}

static void facts_come_by_section_and_day(void **state) {
    struct small *small = *state;
    static const struct {
        const char *name;
        enum kb_section section;
        const char *label, *value, *related;
    } rows[] = {
        {"plain", SECTION_PLAIN, "", "", ""},
        {"modifier", SECTION_MODIFIERS, "", "", "58"},
        {"supply, never described", SECTION_RELATED, "supply", "", "A4570"},
        {"edit below this code", SECTION_NCCI, "column 1", "1", "20690"},
        {"edit below this code too", SECTION_NCCI, "column 1", "1", "99213"},
        {"fee of the day", SECTION_FEE, "work RVU", "5.91", ""},
        {"guideline", SECTION_GUIDELINES, "", "", ""},
    };
    struct kb_facts facts;
    assert_int_equal(kb_facts(small->kb, SYSTEM_CPT, "20693", day("2026-07-01"), small->arena, &facts, NULL), 0);
    assert_int_equal(facts.count, COUNT(rows));
    assert_false(facts.more_edits);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct kb_fact *fact = &facts.items[i];
        if (fact->section != rows[i].section || !span_equal(span_of(fact->label), span_of(rows[i].label)) ||
            !span_equal(span_of(fact->value), span_of(rows[i].value)) ||
            !span_equal(span_of(fact->related_display), span_of(rows[i].related)) || fact->has_related != (*rows[i].related != '\0') ||
            !fact->source)
            fail_msg("%s: %s %s %s", rows[i].name, fact->label, fact->value, fact->related_display);
    }
    assert_string_equal(facts.items[1].related_title, "Planned");
    assert_int_equal(facts.items[1].related_system, SYSTEM_MOD);
    assert_null(facts.items[2].related_title);
    assert_string_equal(facts.items[3].text, "a modifier may bypass the edit where the services were distinct");
    assert_string_equal(facts.items[5].source->notice, "Somebody's notice");
    assert_string_equal(facts.items[5].valid_from.iso, "2026-07-01");
}

/* The second call finds what the first one left, and must not tell another day's facts. */
static void the_same_code_on_another_day_has_other_facts(void **state) {
    struct small *small = *state;
    struct kb_facts facts;
    for (int turn = 0; turn < 3; turn++) {
        assert_int_equal(kb_facts(small->kb, SYSTEM_CPT, "20693", day("2026-03-31"), small->arena, &facts, NULL), 0);
        assert_int_equal(facts.count, 8);
        assert_string_equal(facts.items[5].label, "column 2");
        assert_string_equal(facts.items[5].related_display, "20692");
        assert_string_equal(facts.items[5].value, "0");
        assert_string_equal(facts.items[6].value, "5.80");
        assert_int_equal(kb_facts(small->kb, SYSTEM_CPT, "20693", day("2025-06-01"), small->arena, &facts, NULL), 0);
        assert_int_equal(facts.count, 3);
        assert_string_equal(facts.items[0].related_display, "20690");
        assert_null(facts.items[0].related_title);
    }
}

static void expect_same(const char *what, const char *first, const char *again) {
    if ((first == NULL) != (again == NULL) || (first && (strcmp(first, again) != 0)))
        fail_msg("%s: first %s, then %s", what, first, again);
}

static void expect_same_facts(const char *what, const struct kb_facts *first, const struct kb_facts *again) {
    if (first->count != again->count || first->more_edits != again->more_edits)
        fail_msg("%s: first %zu facts, then %zu", what, first->count, again->count);
    for (size_t i = 0; i < first->count; i++) {
        const struct kb_fact *a = &first->items[i], *b = &again->items[i];
        if (a->section != b->section || a->has_related != b->has_related || a->related_system != b->related_system)
            fail_msg("%s: fact %zu", what, i);
        expect_same(what, a->label, b->label);
        expect_same(what, a->value, b->value);
        expect_same(what, a->text, b->text);
        expect_same(what, a->related_display, b->related_display);
        expect_same(what, a->related_title, b->related_title);
        expect_same(what, a->valid_from.iso, b->valid_from.iso);
        expect_same(what, a->valid_to.iso, b->valid_to.iso);
        expect_same(what, a->source->id, b->source->id);
        expect_same(what, a->source->notice, b->source->notice);
    }
}

/* Read from the file, then from memory, then after more days than there is room for have been asked. */
static void facts_are_the_same_when_asked_again(void **state) {
    struct small *small = *state;
    struct kb *kb;
    struct kb_codes codes;
    struct kb_facts first, again;
    assert_int_equal(kb_neighbours(small->kb, SYSTEM_CPT, "20639", day("2026-07-01"), 10, small->arena, &codes, NULL), 0);
    assert_int_equal(codes.count, 4);
    for (size_t i = 0; i < codes.count; i++) {
        const char *key = codes.items[i].key;
        assert_int_equal(kb_open(small->path, &kb, NULL), 0);
        assert_int_equal(kb_facts(kb, SYSTEM_CPT, key, day("2026-07-01"), small->arena, &first, NULL), 0);
        assert_int_equal(kb_facts(kb, SYSTEM_CPT, key, day("2026-07-01"), small->arena, &again, NULL), 0);
        expect_same_facts(key, &first, &again);
        for (int days = 1; days < 300; days++)
            assert_int_equal(kb_facts(kb, SYSTEM_CPT, key, date_add_days(day("2026-01-01"), days), small->arena, &again, NULL), 0);
        assert_int_equal(kb_facts(kb, SYSTEM_CPT, key, day("2026-07-01"), small->arena, &again, NULL), 0);
        expect_same_facts(key, &first, &again);
        kb_close(kb);
    }
}

static void a_code_without_facts_is_not_a_code_that_is_not_there(void **state) {
    struct small *small = *state;
    struct kb_facts facts = {.count = 7};
    struct why why;
    assert_int_equal(kb_facts(small->kb, SYSTEM_CPT, "20699", day("2026-07-01"), small->arena, &facts, &why), FAIL_EMPTY);
    assert_int_equal(facts.count, 7);
    assert_int_equal(kb_facts(small->kb, SYSTEM_MOD, "58", day("2026-07-01"), small->arena, &facts, &why), 0);
    assert_int_equal(facts.count, 0);
}

static void an_edit_is_found_from_both_sides(void **state) {
    struct small *small = *state;
    static const struct {
        const char *name, *one, *other, *day;
        int code;
        const char *label, *value;
    } rows[] = {
        {"as column 1", "20693", "20690", "2026-01-01", 0, "column 1", "1"},
        {"as column 2", "20690", "20693", "2026-01-01", 0, "column 2", "1"},
        {"last day", "20693", "20692", "2026-03-31", 0, "column 2", "0"},
        {"a day later", "20693", "20692", "2026-04-01", FAIL_EMPTY, "", ""},
        {"no edit", "20690", "20692", "2026-01-01", FAIL_EMPTY, "", ""},
        {"no such code", "20690", "20699", "2026-01-01", FAIL_EMPTY, "", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct kb_fact edit = {.label = "", .value = ""};
        int code = kb_edit(small->kb, SYSTEM_CPT, rows[i].one, SYSTEM_CPT, rows[i].other, day(rows[i].day), small->arena, &edit, NULL);
        if (code != rows[i].code || strcmp(edit.label, rows[i].label) != 0 || strcmp(edit.value, rows[i].value) != 0)
            fail_msg("%s: %d %s %s", rows[i].name, code, edit.label, edit.value);
        if (!code && strcmp(edit.related_display, rows[i].other) != 0)
            fail_msg("%s: %s", rows[i].name, edit.related_display);
    }
}

/* Every day twice, in both directions: the day last asked is remembered. */
static void days_without_edits_are_told_from_pairs_without_one(void **state) {
    struct small *small = *state;
    static const struct {
        const char *name, *day;
        bool covered;
    } rows[] = {
        {"long before", "2023-03-01", false},
        {"the day before", "2024-06-30", false},
        {"first day", "2024-07-01", true},
        {"today", "2026-11-21", true},
    };
    for (size_t turn = 0; turn < 2 * COUNT(rows); turn++) {
        size_t i = turn < COUNT(rows) ? turn : 2 * COUNT(rows) - 1 - turn;
        const struct kb_source *source = NULL;
        struct why why;
        int code = kb_edits_source(small->kb, day(rows[i].day), small->arena, &source, &why);
        if (kb_edits_cover(small->kb, day(rows[i].day)) != rows[i].covered || code != (rows[i].covered ? 0 : FAIL_EMPTY))
            fail_msg("%s: %d", rows[i].name, code);
        if (rows[i].covered ? strcmp(source->id, "house") != 0 : source || !strstr(why.text, rows[i].day))
            fail_msg("%s: source or reason", rows[i].name);
    }
}

/* The display forms, one after another. */
static const char *list(struct arena *arena, const struct kb_codes *codes) {
    const char *ret = "";
    for (size_t i = 0; i < codes->count; i++)
        ret = arena_printf(arena, "%s%s%s", ret, i ? " " : "", codes->items[i].display);
    return ret;
}

static void a_header_has_the_billable_codes_of_the_day_below_it(void **state) {
    struct small *small = *state;
    static const struct {
        const char *name, *key, *day;
        size_t max;
        int code;
        const char *codes;
    } rows[] = {
        {"old edition", "S821", "2025-01-01", 10, 0, "S82.101A S82.102A S82.109A"},
        {"new edition", "S821", "2026-01-01", 10, 0, "S82.101A S82.102A S82.191A"},
        {"not more than asked for", "S821", "2026-01-01", 2, 0, "S82.101A S82.102A"},
        {"none", "S82101A", "2026-01-01", 10, 0, ""},
        {"no such header", "S83", "2026-01-01", 10, FAIL_EMPTY, "untouched"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct kb_code untouched = {.display = "untouched"};
        struct kb_codes codes = {&untouched, 1};
        int code = kb_children(small->kb, SYSTEM_ICD10CM, rows[i].key, day(rows[i].day), rows[i].max, small->arena, &codes, NULL);
        if (code != rows[i].code || strcmp(list(small->arena, &codes), rows[i].codes) != 0)
            fail_msg("%s: %d %s", rows[i].name, code, list(small->arena, &codes));
    }
}

static void a_diagnosis_that_ended_leaves_codes_of_its_encounter(void **state) {
    struct small *small = *state;
    static const struct {
        const char *name;
        enum code_system system;
        const char *key, *header, *codes;
    } rows[] = {
        {"below the header above it", SYSTEM_ICD10CM, "S82109A", "S82.1", "S82.101A S82.102A S82.191A"},
        {"of another encounter there is none", SYSTEM_ICD10CM, "S82109D", "S82.1", ""},
        {"nothing above it", SYSTEM_ICD10CM, "T99109A", NULL, ""},
        {"another system", SYSTEM_CPT, "20693", NULL, ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct kb_codes codes;
        const char *header;
        struct why why;
        if (kb_remaining(small->kb, rows[i].system, rows[i].key, day("2026-01-01"), 10, small->arena, &header, &codes, &why))
            fail_msg("%s: %s", rows[i].name, why.text);
        if (!span_equal(span_of(header), span_of(rows[i].header)) || strcmp(list(small->arena, &codes), rows[i].codes) != 0)
            fail_msg("%s: %s: %s", rows[i].name, header ? header : "none", list(small->arena, &codes));
    }
}

static void a_mistyped_code_has_neighbours(void **state) {
    struct small *small = *state;
    static const struct {
        const char *name;
        enum code_system system;
        const char *key, *codes;
    } rows[] = {
        {"two digits exchanged", SYSTEM_CPT, "20639", "20693 20690 20692 20694"},
        {"a digit wrong at the start", SYSTEM_CPT, "30693", "20693"},
        {"a character too many", SYSTEM_ICD10CM, "S82101", "S82.101A S82.102A S82.1 S82.191A"},
        {"short key", SYSTEM_MOD, "85", "58"},
        {"nothing near", SYSTEM_CPT, "00100", ""},
        {"itself is no neighbour", SYSTEM_MOD, "58", ""},
        {"no code at all", SYSTEM_CPT, "this is much too long for a code", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct kb_codes codes;
        assert_int_equal(kb_neighbours(small->kb, rows[i].system, rows[i].key, day("2026-05-01"), 10, small->arena, &codes, NULL), 0);
        if (strcmp(list(small->arena, &codes), rows[i].codes) != 0)
            fail_msg("%s: %s", rows[i].name, list(small->arena, &codes));
    }
}

static void a_text_is_looked_for_in_every_system_it_fits(void **state) {
    struct small *small = *state;
    static const struct {
        const char *name, *text, *day;
        unsigned systems;
    } rows[] = {
        {"CPT", "20693", "2026-05-01", 1u << SYSTEM_CPT},
        {"modifier", "58", "2026-05-01", 1u << SYSTEM_MOD},
        {"ICD with dot", "s82.101a", "2026-05-01", 1u << SYSTEM_ICD10CM},
        {"retired", "S82.109A", "2026-05-01", 0},
        {"in the grace", "S82.191A", "2026-11-21", 1u << SYSTEM_ICD10CM},
        {"after the grace", "S82.191A", "2027-10-01", 0},
        {"only named", "A4570", "2026-05-01", 0},
        {"hostile", "'\"*--;", "2026-05-01", 0},
        {"empty", "", "2026-05-01", 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        if (kb_systems_of(small->kb, span_of(rows[i].text), day(rows[i].day)) != rows[i].systems)
            fail_msg("%s", rows[i].name);
}

static void editions_say_what_is_loaded(void **state) {
    struct small *small = *state;
    struct kb_editions editions;
    assert_int_equal(kb_editions(small->kb, small->arena, &editions, NULL), 0);
    assert_int_equal(editions.count, 5);
    assert_string_equal(editions.items[0].name, "seed");
    assert_int_equal(editions.items[0].codes, 5);
    assert_int_equal(editions.items[2].system, SYSTEM_ICD10CM);
    assert_string_equal(editions.items[2].name, "FY2025");
    assert_int_equal(editions.items[2].codes, 4);
    assert_string_equal(editions.items[3].source->id, "house");
    assert_true(kb_complete(small->kb, SYSTEM_ICD10CM, day("2025-10-01")));
    assert_false(kb_complete(small->kb, SYSTEM_ICD10CM, day("2026-10-01")));
    assert_false(kb_complete(small->kb, SYSTEM_CPT, day("2026-05-01")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_has_a_status_on_every_day),    cmocka_unit_test(a_code_tells_all_that_stands_in_the_file),
        cmocka_unit_test(facts_come_by_section_and_day),       cmocka_unit_test(the_same_code_on_another_day_has_other_facts),
        cmocka_unit_test(facts_are_the_same_when_asked_again), cmocka_unit_test(a_code_without_facts_is_not_a_code_that_is_not_there),
        cmocka_unit_test(an_edit_is_found_from_both_sides),    cmocka_unit_test(a_header_has_the_billable_codes_of_the_day_below_it),
        cmocka_unit_test(a_mistyped_code_has_neighbours),      cmocka_unit_test(a_text_is_looked_for_in_every_system_it_fits),
        cmocka_unit_test(a_code_without_an_edition_ends_on_the_last_day_that_a_file_tells),
        cmocka_unit_test(a_status_names_the_edition_it_rests_on),
        cmocka_unit_test(a_diagnosis_that_ended_leaves_codes_of_its_encounter),
        cmocka_unit_test(editions_say_what_is_loaded),         cmocka_unit_test(days_without_edits_are_told_from_pairs_without_one),
    };
    return cmocka_run_group_tests_name("kb.lookup", tests, open_small, close_small);
}
