/* The forms of codes, and their two spellings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "kb/system.h"

/* Which systems a text fits, as bits. */
static unsigned systems_of(const char *text) {
    unsigned ret = 0;
    for (unsigned system = 0; system < SYSTEM_COUNT; system++)
        if (system_fits((enum code_system)system, span_of(text)))
            ret |= 1u << system;
    return ret;
}

enum {
    CPT = 1 << SYSTEM_CPT,
    HCPCS = 1 << SYSTEM_HCPCS,
    CM = 1 << SYSTEM_ICD10CM,
    PCS = 1 << SYSTEM_ICD10PCS,
    MOD = 1 << SYSTEM_MOD,
    DRG = 1 << SYSTEM_DRG,
    REV = 1 << SYSTEM_REV,
    POS = 1 << SYSTEM_POS,
    NUCC = 1 << SYSTEM_NUCC
};

static void a_text_fits_the_systems_whose_form_it_has(void **state) {
    (void)state;
    static const struct {
        const char *name, *text;
        unsigned systems;
    } rows[] = {
        {"category I", "20693", CPT},
        {"category II", "0001F", CPT},
        {"category III, small letter", "0552t", CPT},
        {"PLA", "0001U", CPT},
        {"MAAA", "0002M", CPT},
        {"no category of that letter", "0001X", 0},
        {"a letter inside", "20T93", 0},
        {"four digits", "2069", REV},
        {"six digits", "206931", 0},
        {"HCPCS first letter", "A4570", HCPCS | CM},
        {"HCPCS last letter", "V2020", HCPCS | CM},
        {"beyond HCPCS", "W2020", CM},
        {"ICD category", "S82", CM},
        {"ICD with dot", "S82.251A", CM},
        {"ICD without dot is PCS by form too", "S82251A", CM | PCS},
        {"ICD small letters", "s82.251a", CM},
        {"ICD with a letter in third place", "C4A.0", CM},
        {"ICD with a letter in second place", "QA0.0101", CM},
        {"a word is no ICD category", "CAB", 0},
        {"ICD with another letter in third place", "C4C.0", 0},
        {"ICD dot too early", "S8.2251A", 0},
        {"ICD dot too late", "S822.51A", 0},
        {"ICD dot with nothing behind it", "S82.", 0},
        {"ICD two dots", "S82..1", 0},
        {"ICD eight characters", "S82.251AB", 0},
        {"ICD letter missing", "82.251A", 0},
        {"PCS", "0QSG04Z", PCS},
        {"PCS with an O", "0QSGO4Z", 0},
        {"PCS with an I", "0QSGI4Z", 0},
        {"PCS six characters", "0QSG04", 0},
        {"modifier of digits", "58", MOD | POS},
        {"modifier of letters", "rt", MOD},
        {"modifier of both", "P1", MOD},
        {"modifier with a mark", "-5", 0},
        {"DRG", "492", DRG | REV},
        {"revenue code", "0450", REV},
        {"one digit", "5", 0},
        {"taxonomy", "207X00000X", NUCC},
        {"taxonomy without X", "207X000000", 0},
        {"taxonomy too short", "207X0000X", 0},
        {"empty", "", 0},
        {"blank before", " 20693", 0},
        {"full width digits", "\xef\xbc\x92\xef\xbc\x90", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (systems_of(rows[i].text) != rows[i].systems)
            fail_msg("%s: %s fits %#x", rows[i].name, rows[i].text, systems_of(rows[i].text));
    assert_false(system_fits(SYSTEM_CPT, (struct span){"2069\0", 5}));
    assert_false(system_fits(SYSTEM_MOD, (struct span){"5\0", 2}));
}

static void a_code_has_a_key_and_a_display_form(void **state) {
    (void)state;
    static const struct {
        const char *name;
        enum code_system system;
        const char *text, *key, *display;
    } rows[] = {
        {"ICD loses its dot and gets it back", SYSTEM_ICD10CM, "s82.251a", "S82251A", "S82.251A"},
        {"ICD without dot", SYSTEM_ICD10CM, "S82251A", "S82251A", "S82.251A"},
        {"ICD category has none", SYSTEM_ICD10CM, "I10", "I10", "I10"},
        {"category III", SYSTEM_CPT, "0552t", "0552T", "0552T"},
        {"revenue code of three digits", SYSTEM_REV, "450", "0450", "0450"},
        {"DRG keeps its zeros", SYSTEM_DRG, "003", "003", "003"},
        {"taxonomy", SYSTEM_NUCC, "207x00000x", "207X00000X", "207X00000X"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char key[CODE_BYTES], display[CODE_BYTES];
        system_key(rows[i].system, span_of(rows[i].text), key);
        system_display(rows[i].system, key, display);
        if (!span_equal(span_of(key), span_of(rows[i].key)) || !span_equal(span_of(display), span_of(rows[i].display)))
            fail_msg("%s: %s, %s", rows[i].name, key, display);
    }
}

static void a_key_that_is_too_long_is_cut(void **state) {
    (void)state;
    char display[CODE_BYTES], key[CODE_BYTES];
    system_display(SYSTEM_ICD10CM, "S82251A0123456789", display);
    assert_string_equal(display, "S82.251A01");
    system_key(SYSTEM_CPT, SPAN("0123456789abcdef"), key);
    assert_string_equal(key, "0123456789A");
}

static void every_system_has_its_names(void **state) {
    (void)state;
    for (int system = 0; system < SYSTEM_COUNT; system++) {
        assert_string_not_equal(name_text(system_names, system), "?");
        assert_string_not_equal(name_text(system_titles, system), "?");
    }
}

static void a_number_tells_the_code_it_was_made_of(void **state) {
    (void)state;
    static const struct {
        enum code_system system;
        const char *key;
    } rows[] = {
        {SYSTEM_CPT, "00000"},     {SYSTEM_CPT, "99499"},      {SYSTEM_CPT, "0002M"},       {SYSTEM_HCPCS, "A0021"},
        {SYSTEM_HCPCS, "V5364"},   {SYSTEM_ICD10CM, "A00"},    {SYSTEM_ICD10CM, "S82251A"}, {SYSTEM_ICD10CM, "Z99"},
        {SYSTEM_ICD10PCS, "0QS"},  {SYSTEM_ICD10PCS, "XY0VX83"}, {SYSTEM_MOD, "1P"},        {SYSTEM_MOD, "ZZ"},
        {SYSTEM_DRG, "001"},       {SYSTEM_REV, "0360"},       {SYSTEM_POS, "11"},          {SYSTEM_NUCC, "101Y00000X"},
        {SYSTEM_NUCC, "ZZZZZZZZZX"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum code_system system = SYSTEM_COUNT;
        char key[CODE_BYTES];
        int64_t id = system_id(rows[i].system, rows[i].key);
        if (!system_of_id(id, &system, key) || system != rows[i].system || strcmp(key, rows[i].key) != 0)
            fail_msg("%s is number %lld and comes back as %s", rows[i].key, (long long)id, key);
    }
}

static void numbers_stand_in_code_order_and_a_prefix_is_a_range(void **state) {
    (void)state;
    static const char *const keys[] = {"A00", "A000", "S82", "S825", "S8251", "S82511A", "S82511B", "S825Z", "S82A", "S83"};
    for (size_t i = 1; i < sizeof keys / sizeof *keys; i++)
        if (system_id(SYSTEM_ICD10CM, keys[i - 1]) >= system_id(SYSTEM_ICD10CM, keys[i]))
            fail_msg("%s does not come before %s", keys[i - 1], keys[i]);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        int64_t id = system_id(SYSTEM_ICD10CM, keys[i]);
        bool inside = system_id(SYSTEM_ICD10CM, "S825") <= id && id <= system_id_last(SYSTEM_ICD10CM, "S825");
        if (inside != (strncmp(keys[i], "S825", 4) == 0))
            fail_msg("%s is on the wrong side of the range", keys[i]);
    }
}

static void a_number_that_no_code_has_is_refused(void **state) {
    (void)state;
    enum code_system system;
    char key[CODE_BYTES];
    int64_t numbers[] = {-1, INT64_MIN, INT64_MAX, system_id(SYSTEM_CPT, ""), system_id(SYSTEM_CPT, "20 93"), 0};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (system_of_id(numbers[i], &system, key))
            fail_msg("%lld is taken for %s", (long long)numbers[i], key);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_fits_the_systems_whose_form_it_has),
        cmocka_unit_test(a_code_has_a_key_and_a_display_form),
        cmocka_unit_test(a_key_that_is_too_long_is_cut),
        cmocka_unit_test(every_system_has_its_names),
        cmocka_unit_test(a_number_tells_the_code_it_was_made_of),
        cmocka_unit_test(numbers_stand_in_code_order_and_a_prefix_is_a_range),
        cmocka_unit_test(a_number_that_no_code_has_is_refused),
    };
    return cmocka_run_group_tests_name("kb.system", tests, NULL, NULL);
}
