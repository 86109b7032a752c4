/* From a code to those that name it, and how far a text bears on a question. */
#include "tests/unit/kb/from_seed.h"

#include "kb/relevance.h"

#define EDITION(system)                                                                                                                    \
    "{\"system\": \"" system "\", \"name\": \"n\", \"valid_from\": \"2026-01-01\", \"valid_to\": \"2026-12-31\", \"complete\": true, \"source\": \"s\"}"
#define NAMES(section, related, text, from)                                                                                                \
    "{\"section\": \"" section "\", \"text\": \"" text "\", \"related\": \"" related "\", \"source\": \"s\", \"valid_from\": \"" from "\"}"
#define CODE(system, code, facts)                                                                                                          \
    "{\"system\": \"" system "\", \"code\": \"" code "\", \"title\": \"t" code "\", \"source\": \"s\", \"facts\": [" facts "]}"

enum { MANY = 8 };

struct row {
    const char *name;
    enum code_system system;
    const char *start;
    enum kb_section section;
    const char *day;
    size_t max;
    const char *want; /* "20690 S82.101A Why.; ..." */
};

static const struct row rows[] = {
    {"all that name it", SYSTEM_ICD10CM, "S82101A", SECTION_DIAGNOSES, "2026-03-01", MANY, "20690 S82.101A Fresh.; 20692 S82.101A Bad."},
    {"one that names another side only", SYSTEM_ICD10CM, "S82102A", SECTION_DIAGNOSES, "2026-03-01", MANY, "20692 S82.102A Left."},
    {"the codes below", SYSTEM_ICD10CM, "S8210", SECTION_DIAGNOSES, "2026-03-01", MANY,
     "20690 S82.101A Fresh.; 20692 S82.101A Bad.; 20692 S82.102A Left."},
    {"not more than wanted", SYSTEM_ICD10CM, "S8210", SECTION_DIAGNOSES, "2026-03-01", 1, "20690 S82.101A Fresh."},
    {"nobody", SYSTEM_ICD10CM, "M170", SECTION_DIAGNOSES, "2026-03-01", MANY, ""},
    {"a day before", SYSTEM_ICD10CM, "S82102A", SECTION_DIAGNOSES, "2026-01-15", MANY, ""},
    {"the other section", SYSTEM_CPT, "20692", SECTION_RELATED, "2026-03-01", MANY, "20690 20692 Bigger."},
    {"the same text in another system", SYSTEM_HCPCS, "20692", SECTION_RELATED, "2026-03-01", MANY, ""},
};

static const char seed[] =
    "{\"sources\": [{\"id\": \"s\", \"publisher\": \"p\", \"title\": \"t\", \"edition\": \"e\", \"kind\": \"house\"}],"
    "\"editions\": [" EDITION("CPT") "," EDITION("ICD10CM") "],"
    "\"codes\": [" CODE("CPT", "20690", NAMES("diagnoses", "ICD10CM:S82.101A", "Fresh.", "2026-01-01") ","
                        NAMES("related", "CPT:20692", "Bigger.", "2026-01-01")) ","
    CODE("CPT", "20692", NAMES("diagnoses", "ICD10CM:S82.101A", "Bad.", "2026-01-01") ","
                        NAMES("diagnoses", "ICD10CM:S82.102A", "Left.", "2026-02-01")) ","
    CODE("ICD10CM", "S82.101A", "") "," CODE("ICD10CM", "S82.102A", "") "]}";

static void open_seed(struct importing *on, struct kb **ret) {
    struct why why = {""};
    build_from_seed(on, seed);
    if (kb_open(on->kb, ret, &why))
        fail_msg("%s", why.text);
}

static const char *list(const struct kb_namers *namers, struct arena *arena) {
    const char *ret = "";
    for (size_t i = 0; i < namers->count; i++)
        ret = arena_printf(arena, "%s%s%s %s %s", ret, i ? "; " : "", namers->items[i].display, namers->items[i].fact.related_display,
                           namers->items[i].fact.text);
    return ret;
}

static void who_names_a_code_is_found(void **state) {
    struct importing *on = *state;
    struct kb *kb;
    open_seed(on, &kb);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct kb_namers namers;
        struct date date;
        struct why why = {""};
        assert_true(date_parse(span_of(rows[i].day), &date));
        if (kb_named_by(kb, rows[i].system, rows[i].start, rows[i].section, date, rows[i].max, on->arena, &namers, &why))
            fail_msg("%s: %s", rows[i].name, why.text);
        const char *found = list(&namers, on->arena);
        if (strcmp(found, rows[i].want) != 0)
            fail_msg("%s: [%s], not [%s]", rows[i].name, found, rows[i].want);
        if (namers.count && strncmp(namers.items[0].title, "t20", 3) != 0)
            fail_msg("%s: title %s", rows[i].name, namers.items[0].title);
    }
    kb_close(kb);
}

static void words_are_found_by_their_stems(void **state) {
    static const struct {
        const char *name, *words, *text;
        size_t want;
    } texts[] = {
        {"the same word", "what must the note show", "The note.", 1},
        {"another ending", "how is it documented", "Documentation of the side", 1},
        {"each word once", "pin pins pin", "Pins, and a pin", 1},
        {"several", "loose pins of the frame", "A frame with a loose pin", 3},
        {"words of every question", "which code should we bill with it", "the code that is billed with it", 0},
        {"numbers", "is 58 right", "58 when planned", 1},
        {"no part of a word", "arm", "pharmacy", 0},
        {"nothing asked", "", "The note.", 0},
        {"no text", "note", NULL, 0},
    };
    struct importing *on = *state;
    struct kb *kb;
    struct kb_terms terms;
    struct why why = {""};
    forget(on);
    open_seed(on, &kb);
    for (size_t i = 0; i < COUNT(texts); i++) {
        if (kb_terms(kb, span_of(texts[i].words), on->arena, &terms, &why))
            fail_msg("%s: %s", texts[i].name, why.text);
        size_t found = kb_terms_found(&terms, texts[i].text);
        if (found != texts[i].want)
            fail_msg("%s: %zu, not %zu", texts[i].name, found, texts[i].want);
    }
    kb_close(kb);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(who_names_a_code_is_found), cmocka_unit_test(words_are_found_by_their_stems)};
    return cmocka_run_group_tests_name("kb.reverse", tests, open_importing, close_importing);
}
