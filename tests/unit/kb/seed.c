/* The knowledge base that is shipped: the figures of the first family, its edits, its search words, and none of the wrong facts
 * that circulate about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "kb/kb.h"
#include "kb/system.h"

struct shipped {
    struct kb *kb;
    struct arena *arena;
    struct date day;
};

static int open_shipped(void **state) {
    static struct shipped shipped;
    struct why why;
    if (kb_open(KB_FILE, &shipped.kb, &why) != 0)
        fail_msg("%s", why.text);
    shipped.arena = arena_new(1 << 24);
    shipped.day = (struct date){"2026-11-21"};
    *state = &shipped;
    return 0;
}

static int close_shipped(void **state) {
    struct shipped *shipped = *state;
    arena_free(shipped->arena);
    kb_close(shipped->kb);
    return 0;
}

static int clear_arena(void **state) {
    arena_clear(((struct shipped *)*state)->arena);
    return 0;
}

static struct kb_code look_up(struct shipped *s, enum code_system system, const char *key) {
    struct kb_code code = {0};
    struct why why = {""};
    if (kb_lookup(s->kb, system, key, s->day, s->arena, &code, &why) != 0)
        fail_msg("%s: %s", key, why.text);
    return code;
}

static struct kb_facts facts_of(struct shipped *s, enum code_system system, const char *key) {
    struct kb_facts facts = {0};
    struct why why = {""};
    if (kb_facts(s->kb, system, key, s->day, s->arena, &facts, &why) != 0)
        fail_msg("%s: %s", key, why.text);
    return facts;
}

/* NULL when there is none. Two figures of one label on one day are wrong, whatever they say. */
static const struct kb_fact *labelled(const struct kb_facts *facts, enum kb_section section, const char *label) {
    const struct kb_fact *found = NULL;
    for (size_t i = 0; i < facts->count; i++) {
        const struct kb_fact *fact = &facts->items[i];
        if (fact->section != section || !fact->label || strcmp(fact->label, label) != 0)
            continue;
        if (found)
            fail_msg("%s stands there twice", label);
        found = fact;
    }
    return found;
}

static void has_value(const char *row, const struct kb_facts *facts, enum kb_section section, const char *label, const char *wanted) {
    const struct kb_fact *fact = labelled(facts, section, label);
    if (!fact || !fact->value || strcmp(fact->value, wanted) != 0)
        fail_msg("%s: %s is %s, not %s", row, label, fact && fact->value ? fact->value : "absent", wanted);
}

static bool marked_na(const struct kb_facts *facts, const char *label) {
    const struct kb_fact *fact = labelled(facts, SECTION_FEE, label);
    return fact && fact->text && strncmp(fact->text, "Marked NA", strlen("Marked NA")) == 0;
}

enum na { NA_NONE, NA_OFFICE, NA_FACILITY };

struct figures {
    const char *code, *work, *office, *facility, *global, *bilateral, *assistant, *cosurgeon, *mue, *mai;
    enum na na;
};

/* Physician fee schedule of July 2026, medically unlikely edits of July 2024. */
static const struct figures family[] = {
    /* code, work, office, facility, global, bilateral, assistant, co-surgeon, MUE, MAI */
    {"20670", "1.75", "11.09", "4.19", "010", "0", "1", "0", "3", "3", NA_NONE},
    {"20680", "5.81", "18.92", "11.81", "090", "0", "0", "0", "3", "3", NA_NONE},
    {"20690", "8.56", "16.34", "16.34", "090", "0", "1", "0", "2", "3", NA_OFFICE},
    {"20692", "15.86", "31.35", "31.35", "090", "0", "2", "1", "2", "3", NA_OFFICE},
    {"20693", "5.91", "12.87", "12.87", "090", "0", "1", "0", "2", "3", NA_OFFICE},
    {"20694", "4.17", "13.83", "9.83", "090", "0", "1", "0", "2", "3", NA_NONE},
    {"20696", "17.12", "31.79", "31.79", "090", "0", "2", "1", "2", "3", NA_OFFICE},
    {"20697", "0.00", "57.20", "57.20", "000", "0", "2", "1", "4", "3", NA_FACILITY},
    {"20932", "12.68", "19.42", "19.42", "ZZZ", "0", "2", "1", "1", "3", NA_OFFICE},
    {"20933", "11.64", "17.83", "17.83", "ZZZ", "0", "2", "1", "1", "3", NA_OFFICE},
    {"20934", "12.68", "19.42", "19.42", "ZZZ", "0", "2", "1", "1", "3", NA_OFFICE},
    {"11042", "0.98", "3.97", "1.67", "000", "0", "1", "0", "1", "2", NA_NONE},
    {"76000", "0.30", "1.32", "1.32", "XXX", "0", "0", "0", "3", "3", NA_FACILITY},
    {"99213", "1.30", "2.85", "1.72", "XXX", "0", "0", "0", "2", "3", NA_NONE},
};
enum { FAMILY_COUNT = sizeof family / sizeof *family };

static void figures_are_those_of_the_files(void **state) {
    struct shipped *s = *state;
    for (size_t i = 0; i < FAMILY_COUNT; i++) {
        const struct figures *row = &family[i];
        struct kb_facts facts = facts_of(s, SYSTEM_CPT, row->code);
        has_value(row->code, &facts, SECTION_FEE, "status", "A");
        has_value(row->code, &facts, SECTION_FEE, "work RVU", row->work);
        has_value(row->code, &facts, SECTION_FEE, "total RVU, non-facility", row->office);
        has_value(row->code, &facts, SECTION_FEE, "total RVU, facility", row->facility);
        has_value(row->code, &facts, SECTION_FEE, "global days", row->global);
        has_value(row->code, &facts, SECTION_FEE, "bilateral indicator", row->bilateral);
        has_value(row->code, &facts, SECTION_FEE, "assistant indicator", row->assistant);
        has_value(row->code, &facts, SECTION_FEE, "co-surgeon indicator", row->cosurgeon);
        has_value(row->code, &facts, SECTION_FEE, "conversion factor", "33.4009");
        has_value(row->code, &facts, SECTION_UNITS, "MUE", row->mue);
        has_value(row->code, &facts, SECTION_UNITS, "MAI", row->mai);
        if (marked_na(&facts, "total RVU, non-facility") != (row->na == NA_OFFICE) ||
            marked_na(&facts, "total RVU, facility") != (row->na == NA_FACILITY))
            fail_msg("%s: NA is at the wrong place", row->code);
        arena_clear(s->arena);
    }
}

/* Behind their year figures stand in for a while, and are told to be old. */
static void figures_tell_their_year(void **state) {
    struct shipped *s = *state;
    static const struct {
        const char *name, *code, *day, *work, *year;
        bool ended;
    } rows[] = {
        {"before any file", "20693", "2024-12-31", NULL, NULL, false},
        {"first day of 2025", "20693", "2025-01-01", "6.06", "2025-12-31", false},
        {"last day of 2025", "20693", "2025-12-31", "6.06", "2025-12-31", false},
        {"first day of 2026", "20693", "2026-01-01", "5.91", "2026-12-31", false},
        {"last day of 2026", "20693", "2026-12-31", "5.91", "2026-12-31", false},
        {"after the last file", "20693", "2027-01-01", "5.91", "2026-12-31", true},
        {"behind the grace", "20693", "2028-01-01", NULL, NULL, false},
        {"no figures of this year, in the one before", "99214", "2025-12-31", "1.92", "2025-12-31", false},
        {"no figures of this year, first day", "99214", "2026-01-01", "1.92", "2025-12-31", true},
        {"no figures of this year, last day", "99214", "2026-12-31", "1.92", "2025-12-31", true},
        {"no figures of two years", "99214", "2027-01-01", NULL, NULL, false},
    };
    struct date today = s->day;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(date_parse(span_of(rows[i].day), &s->day));
        struct kb_facts facts = facts_of(s, SYSTEM_CPT, rows[i].code);
        const struct kb_fact *fact = labelled(&facts, SECTION_FEE, "work RVU");
        s->day = today;
        if (!rows[i].work && fact)
            fail_msg("%s: there is a figure", rows[i].name);
        if (!rows[i].work)
            continue;
        has_value(rows[i].name, &facts, SECTION_FEE, "work RVU", rows[i].work);
        if (fact->ended != rows[i].ended || strcmp(fact->valid_to.iso, rows[i].year) != 0)
            fail_msg("%s: %s, of %s", rows[i].name, fact->ended ? "ended" : "in force", fact->valid_to.iso);
    }
}

static void the_parts_of_fluoroscopy_are_told_apart(void **state) {
    struct shipped *s = *state;
    struct kb_facts facts = facts_of(s, SYSTEM_CPT, "76000");
    has_value("76000", &facts, SECTION_FEE, "total RVU, modifier 26", "0.46");
    has_value("76000", &facts, SECTION_FEE, "total RVU, modifier TC", "0.86");
}

static void every_page_has_every_section(void **state) {
    struct shipped *s = *state;
    for (size_t i = 0; i < FAMILY_COUNT; i++) {
        struct kb_facts facts = facts_of(s, SYSTEM_CPT, family[i].code);
        unsigned seen = 0;
        for (size_t k = 0; k < facts.count; k++) {
            assert_non_null(facts.items[k].source);
            seen |= 1u << facts.items[k].section;
        }
        for (unsigned section = 0; section < SECTION_COUNT; section++) /* coverage: no source for it yet */
            if (section != SECTION_COVERAGE && !(seen & 1u << section))
                fail_msg("%s: nothing in section %u", family[i].code, section);
        arena_clear(s->arena);
    }
}

/* Column 1, then all of its column 2 within the family; the edits of the third quarter of 2024. */
static const struct {
    const char *column1, *column2;
} edits[] = {
    {"20670", "11042 76000 99213"},
    {"20680", "11042 20670 76000 99213"},
    {"20690", "99213"},
    {"20692", "20690 99213"},
    {"20693", "11042 20690 20692 99213"},
    {"20694", "11042 76000 99213"},
    {"20696", "20690 20692 20693 76000 99213"},
    {"20697", "11042 20690 20692 20693 20696 76000 99213"},
    {"20932", "11042 20933 20934 99213"},
    {"20933", "11042 99213"},
    {"20934", "11042 20933 99213"},
    {"11042", "76000 99213"},
    {"76000", ""},
    {"99213", ""},
};

static bool in_family(const char *code) {
    for (size_t i = 0; i < FAMILY_COUNT; i++)
        if (strcmp(family[i].code, code) == 0)
            return true;
    return false;
}

static void edits_of_the_family_are_those_of_the_file(void **state) {
    struct shipped *s = *state;
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        struct kb_facts facts = facts_of(s, SYSTEM_CPT, edits[i].column1);
        char found[128] = "";
        for (size_t k = 0; k < facts.count; k++) {
            const struct kb_fact *fact = &facts.items[k];
            if (fact->section != SECTION_NCCI || strcmp(fact->label, "column 1") != 0 || !in_family(fact->related_display))
                continue;
            if (strcmp(fact->value, "1") != 0)
                fail_msg("%s/%s: indicator %s", edits[i].column1, fact->related_display, fact->value);
            size_t len = strlen(found);
            assert_true(len + strlen(fact->related_display) + 2 < sizeof found);
            if (len > 0)
                found[len++] = ' ';
            memcpy(found + len, fact->related_display, strlen(fact->related_display) + 1);
        }
        if (strcmp(found, edits[i].column2) != 0)
            fail_msg("%s: column 2 is %s, not %s", edits[i].column1, found, edits[i].column2);
        arena_clear(s->arena);
    }
}

/* 11010 is the first of all codes in the file. */
static void an_edit_with_the_first_code_is_found(void **state) {
    struct shipped *s = *state;
    struct kb_fact edit;
    assert_int_equal(kb_edit(s->kb, SYSTEM_CPT, "20693", SYSTEM_CPT, "11010", s->day, s->arena, &edit, NULL), 0);
    assert_string_equal(edit.related_display, "11010");
}

static void add_ons_name_their_primary_codes(void **state) {
    struct shipped *s = *state;
    static const char *const add_ons[] = {"20932", "20933", "20934"};
    static const char *const primaries[] = {"23210", "23220", "24150", "25170", "27075", "27076", "27077", "27365", "27645", "27704"};
    for (size_t i = 0; i < sizeof add_ons / sizeof *add_ons; i++) {
        struct kb_facts facts = facts_of(s, SYSTEM_CPT, add_ons[i]);
        size_t found = 0;
        for (size_t k = 0; k < facts.count; k++) {
            const struct kb_fact *fact = &facts.items[k];
            if (fact->section == SECTION_RELATED && strcmp(fact->label, "primary code") == 0) {
                if (found >= sizeof primaries / sizeof *primaries)
                    fail_msg("%s: too many primary codes", add_ons[i]);
                assert_string_equal(fact->related_display, primaries[found++]);
            }
        }
        if (found != sizeof primaries / sizeof *primaries)
            fail_msg("%s: %zu primary codes", add_ons[i], found);
    }
}

static void codes_mean_what_they_mean(void **state) {
    struct shipped *s = *state;
    static const struct {
        const char *name;
        enum code_system system;
        const char *key;
        enum code_status status;
        const char *title_has; /* NULL: there is no title */
    } rows[] = {
        {"11 is no modifier", SYSTEM_MOD, "11", STATUS_UNKNOWN, NULL},
        {"11 is the office", SYSTEM_POS, "11", STATUS_VALID, "Office"},
        {"26 is the professional part", SYSTEM_MOD, "26", STATUS_VALID, "Professional"},
        {"orthopaedics", SYSTEM_NUCC, "207X00000X", STATUS_VALID, "Orthopaedic surgeon"},
        {"anesthesiology", SYSTEM_NUCC, "207L00000X", STATUS_VALID, "Anesthesiologist"},
        {"surgery", SYSTEM_NUCC, "208600000X", STATUS_VALID, "Surgeon"},
        {"pediatrics", SYSTEM_NUCC, "208000000X", STATUS_VALID, "Pediatrician"},
        {"emergency medicine", SYSTEM_NUCC, "207P00000X", STATUS_VALID, "Emergency"},
        {"no such surgery", SYSTEM_NUCC, "2086S0200X", STATUS_NO_DATA, NULL},
        {"interventional pain", SYSTEM_NUCC, "208VP0014X", STATUS_VALID, "Pain physician, interventional"},
        {"no such urology", SYSTEM_NUCC, "2088S0124X", STATUS_NO_DATA, NULL},
        {"rehabilitation", SYSTEM_NUCC, "208100000X", STATUS_VALID, "Physiatrist"},
        {"nurse practitioner", SYSTEM_NUCC, "363L00000X", STATUS_VALID, "Nurse practitioner"},
        {"comminuted", SYSTEM_ICD10CM, "S82251A", STATUS_VALID, "comminuted fracture of shaft of right tibia"},
        {"spiral", SYSTEM_ICD10CM, "S82241A", STATUS_VALID, "spiral fracture of shaft of right tibia"},
        {"trimalleolar, closed", SYSTEM_ICD10CM, "S82851A", STATUS_VALID, "trimalleolar fracture of right lower leg, initial"},
        {"no such lower end", SYSTEM_ICD10CM, "S82341A", STATUS_NO_DATA, NULL},
        {"upper end of tibia", SYSTEM_ICD10CM, "S821", STATUS_HEADER, "upper end of tibia"},
        {"uniplane", SYSTEM_CPT, "20690", STATUS_VALID, "in one plane"},
        {"multiplane", SYSTEM_CPT, "20692", STATUS_VALID, "in several planes"},
        {"removal of a frame", SYSTEM_CPT, "20694", STATUS_VALID, "external fixator off"},
        {"removal of an implant", SYSTEM_CPT, "20680", STATUS_VALID, "deep implant"},
        {"a place that is not assigned", SYSTEM_POS, "28", STATUS_UNKNOWN, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct kb_code code = look_up(s, rows[i].system, rows[i].key);
        if (code.status != rows[i].status)
            fail_msg("%s: status %d", rows[i].name, (int)code.status);
        if (!rows[i].title_has ? code.title != NULL : !code.title || !strstr(code.title, rows[i].title_has))
            fail_msg("%s: title %s", rows[i].name, code.title ? code.title : "absent");
    }
}

/* One sentence says where the number comes from, the other what kind of limit it is. */
static void the_limits_read_as_they_are(void **state) {
    struct shipped *s = *state;
    for (size_t i = 0; i < FAMILY_COUNT; i++) {
        struct kb_facts facts = facts_of(s, SYSTEM_CPT, family[i].code);
        const char *number = labelled(&facts, SECTION_UNITS, "MUE")->text, *kind = labelled(&facts, SECTION_UNITS, "MAI")->text;
        bool one = strcmp(family[i].mue, "1") == 0, clinical = strcmp(family[i].mai, "3") == 0;
        if (!strstr(number, one ? "passes the edit" : "pass the edit"))
            fail_msg("%s: %s", family[i].code, number);
        if (!strstr(kind, clinical ? "Clinical limit for the whole day" : "set by policy") || strstr(kind, "benchmark"))
            fail_msg("%s: %s", family[i].code, kind);
    }
}

/* What a figure of a page forbids among its modifiers. */
static const struct {
    const char *label, *value, *modifiers;
} unfit[] = {
    {"work RVU", "0.00", " 22 53 62 73 74 80 81 82 AS "},
    {"assistant indicator", "1", " 80 81 82 AS "},
    {"assistant indicator", "9", " 80 81 82 AS "},
    {"co-surgeon indicator", "0", " 62 "},
    {"team indicator", "0", " 66 "},
    {"bilateral indicator", "0", " 50 "},
    {"multiple procedure indicator", "0", " 51 "},
    {"PC/TC indicator", "0", " 26 TC "},
    {"PC/TC indicator", "3", " 26 TC "},
    {"global days", "000", " 54 55 56 57 "},
    {"global days", "010", " 57 "},
    {"global days", "090", " 25 "},
    {"global days", "ZZZ", " 25 51 54 55 57 "},
};

static void expect_fitting(const char *page, const struct kb_facts *facts, const char *modifiers, const char *reason) {
    for (size_t i = 0; i < facts->count; i++) {
        const struct kb_fact *fact = &facts->items[i];
        char wanted[CODE_BYTES + 2];
        if (fact->section != SECTION_MODIFIERS || !fact->has_related)
            continue;
        snprintf(wanted, sizeof wanted, " %s ", fact->related_display);
        if (strstr(modifiers, wanted))
            fail_msg("%s: modifier %s against its %s", page, fact->related_display, reason);
    }
}

/* 2025, since some pages have figures of that year alone. */
static void no_modifier_goes_against_a_figure_of_its_page(void **state) {
    struct shipped *s = *state;
    static const char *const others[] = {"11010", "11011", "11012", "11043", "11044", "11045", "11046", "11047", "99214", "99202"};
    static const char *const days[] = {"2025-10-15", "2026-11-21"};
    struct date today = s->day;
    for (size_t i = 0; i < 2 * (FAMILY_COUNT + sizeof others / sizeof *others); i++) {
        const char *page = i / 2 < FAMILY_COUNT ? family[i / 2].code : others[i / 2 - FAMILY_COUNT];
        assert_true(date_parse(span_of(days[i % 2]), &s->day));
        struct kb_facts facts = facts_of(s, SYSTEM_CPT, page);
        s->day = today;
        for (size_t k = 0; k < sizeof unfit / sizeof *unfit; k++) {
            const struct kb_fact *figure = labelled(&facts, SECTION_FEE, unfit[k].label);
            if (figure && figure->value && strcmp(figure->value, unfit[k].value) == 0)
                expect_fitting(page, &facts, unfit[k].modifiers, unfit[k].label);
        }
        arena_clear(s->arena);
    }
}

/* Before the first edition nothing is known, unless a file says when a code began. */
static void no_status_goes_beyond_what_the_files_give(void **state) {
    struct shipped *s = *state;
    static const struct {
        const char *name;
        enum code_system system;
        const char *key, *day;
        enum code_status status;
    } rows[] = {
        {"diagnosis before both editions", SYSTEM_ICD10CM, "S82251A", "2023-03-01", STATUS_NO_DATA},
        {"header before both editions", SYSTEM_ICD10CM, "S82", "2024-09-30", STATUS_NO_DATA},
        {"diagnosis in the older edition", SYSTEM_ICD10CM, "S82251A", "2024-10-01", STATUS_VALID},
        {"diagnosis in the newer edition", SYSTEM_ICD10CM, "S82251A", "2025-10-01", STATUS_VALID},
        {"diagnosis today", SYSTEM_ICD10CM, "S82251A", "2026-11-21", STATUS_VALID},
        {"diagnosis far ahead", SYSTEM_ICD10CM, "S82251A", "2030-01-01", STATUS_NO_DATA},
        {"CPT code far ahead", SYSTEM_CPT, "20697", "2030-01-01", STATUS_NO_DATA},
        {"place far ahead", SYSTEM_POS, "11", "2030-01-01", STATUS_NO_DATA},
        {"place before the edition", SYSTEM_POS, "11", "2023-01-01", STATUS_NO_DATA},
        {"place in the edition", SYSTEM_POS, "11", "2024-08-01", STATUS_VALID},
        {"specialty before the edition", SYSTEM_NUCC, "207X00000X", "2025-06-30", STATUS_NO_DATA},
        {"CPT modifier before the edition", SYSTEM_MOD, "59", "2025-12-31", STATUS_NO_DATA},
        {"HCPCS modifier, day from its file", SYSTEM_MOD, "XS", "2015-01-01", STATUS_VALID},
        {"HCPCS modifier before that day", SYSTEM_MOD, "XS", "2014-12-31", STATUS_FUTURE},
        {"CPT code, day from a file", SYSTEM_CPT, "20697", "2009-01-01", STATUS_VALID},
        {"CPT code before that day", SYSTEM_CPT, "20697", "2008-12-31", STATUS_FUTURE},
    };
    struct date today = s->day;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(date_parse(span_of(rows[i].day), &s->day));
        struct kb_code code = look_up(s, rows[i].system, rows[i].key);
        s->day = today;
        if (code.status != rows[i].status)
            fail_msg("%s: %s", rows[i].name, name_text(status_names, (int)code.status));
    }
}

/* What a page may not say about a code that it names. */
static const struct {
    const char *related, *word;
} wrong[] = {
    {"207L00000X", "rthop"},     {"208000000X", "urge"}, {"363L00000X", "ehab"}, {"S82.241A", "omminuted"},
    {"S82.241A", "fragments"},   {"S82.851A", "pen"},    {"S82.851A", "shaft"},  {"20692", "one plane"},
    {"20690", "several planes"}, {"20680", "xternal"},   {"20680", "frame"},     {"20694", "mplant"},
};

static void expect_not_wrong(const char *page, const struct kb_fact *fact) {
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (fact->has_related && strcmp(fact->related_display, wrong[i].related) == 0 &&
            ((fact->text && strstr(fact->text, wrong[i].word)) || (fact->label && strstr(fact->label, wrong[i].word))))
            fail_msg("%s: %s is called %s", page, wrong[i].related, wrong[i].word);
}

static void expect_valid(struct shipped *s, const char *page, const struct kb_fact *fact) {
    char key[CODE_BYTES];
    system_key(fact->related_system, span_of(fact->related_display), key);
    if (look_up(s, fact->related_system, key).status != STATUS_VALID)
        fail_msg("%s: names %s, which is not valid", page, fact->related_display);
}

static void no_page_holds_a_wrong_fact(void **state) {
    struct shipped *s = *state;
    for (size_t i = 0; i < FAMILY_COUNT; i++) {
        struct kb_facts facts = facts_of(s, SYSTEM_CPT, family[i].code);
        for (size_t k = 0; k < facts.count; k++) {
            const struct kb_fact *fact = &facts.items[k];
            if (fact->has_related)
                expect_valid(s, family[i].code, fact);
            expect_not_wrong(family[i].code, fact);
        }
        arena_clear(s->arena);
    }
}

static void words_find_codes(void **state) {
    struct shipped *s = *state;
    static const struct {
        const char *words, *code;
    } rows[] = {
        {"code for taking off an external fixator under anesthesia", "20694"},
        {"take out a buried wire", "20670"},
        {"hardware removal: plate and screws, deep", "20680"},
        {"put on a frame with pins in one plane", "20690"},
        {"Ilizarov ring", "20692"},
        {"ex-fix adjustment in the OR under anesthesia", "20693"},
        {"frame steered by computer", "20696"},
        {"strut change", "20697"},
        {"donor bone with joint surface", "20932"},
        {"each further 20 sq cm of subcutaneous debridement", "11045"},
        {"C-arm fluoroscopy", "76000"},
        {"shattered shin bone, right, open fracture type III, first visit", "S82.251C"},
        {"unplanned return to the operating room", "78"},
        {"place of service surgery center", "24"},
        {"orthopedic surgery", "207X00000X"},
        {"orthopaedic surgery", "207X00000X"},
        {"orthopedic surgeon", "207X00000X"},
        {"orthopaedic surgeon taxonomy", "207X00000X"},
        {"anaesthesiology", "207L00000X"},
        {"Taylor spatial frame strut", "20697"},
        {"strut exchange", "20697"},
        {"office visit established patient 25 minutes", "99213"},
        {"office visit, new patient, 50 minutes", "99204"},
        {"modifier 25", "25"},
        {"right side", "RT"},
        {"left side", "LT"},
        {"displaced comminuted fracture of shaft of left tibia", "S82.252A"},
        {"displaced comminuted fracture of shaft of right tibia", "S82.251A"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct kb_hits hits = {0};
        struct why why = {""};
        int failed = kb_search(s->kb, span_of(rows[i].words), KB_ALL_SYSTEMS, s->day, 3, s->arena, &hits, &why);
        if (failed || hits.count == 0 || strcmp(hits.items[0].code.display, rows[i].code) != 0)
            fail_msg("%s: %s", rows[i].words, hits.count > 0 ? hits.items[0].code.display : why.text);
    }
}

static void a_drug_code_is_no_diagnosis(void **state) {
    struct shipped *s = *state;
    static const struct {
        const char *text;
        unsigned systems;
    } rows[] = {
        {"J1885", 1u << SYSTEM_HCPCS},
        {"g0463", 1u << SYSTEM_HCPCS},
        {"J18.85", 1u << SYSTEM_ICD10CM},
        {"S82251A", 1u << SYSTEM_ICD10CM | 1u << SYSTEM_ICD10PCS},
        {"T8484", 1u << SYSTEM_HCPCS | 1u << SYSTEM_ICD10CM},
        {"20693", 1u << SYSTEM_CPT},
        {"25", 1u << SYSTEM_MOD | 1u << SYSTEM_POS},
        {"", 0},
        {"'; --", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (kb_systems_fit(s->kb, span_of(rows[i].text)) != rows[i].systems)
            fail_msg("%s: %x", rows[i].text, kb_systems_fit(s->kb, span_of(rows[i].text)));
}

#define SHIPPED_TEST(test) cmocka_unit_test_teardown(test, clear_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        SHIPPED_TEST(figures_are_those_of_the_files),
        SHIPPED_TEST(figures_tell_their_year),
        SHIPPED_TEST(the_parts_of_fluoroscopy_are_told_apart),
        SHIPPED_TEST(every_page_has_every_section),
        SHIPPED_TEST(edits_of_the_family_are_those_of_the_file),
        SHIPPED_TEST(an_edit_with_the_first_code_is_found),
        SHIPPED_TEST(add_ons_name_their_primary_codes),
        SHIPPED_TEST(codes_mean_what_they_mean),
        SHIPPED_TEST(no_status_goes_beyond_what_the_files_give),
        SHIPPED_TEST(the_limits_read_as_they_are),
        SHIPPED_TEST(no_modifier_goes_against_a_figure_of_its_page),
        SHIPPED_TEST(no_page_holds_a_wrong_fact),
        SHIPPED_TEST(words_find_codes),
        SHIPPED_TEST(a_drug_code_is_no_diagnosis),
    };
    return cmocka_run_group_tests_name("kb.seed", tests, open_shipped, close_shipped);
}
