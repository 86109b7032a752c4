/* Which numbers and words of a text are codes: forms, decoys, lists, roles. */
#include "tests/unit/handlers/asking.h"

#include <string.h>

static void every_system_has_its_form(void **state) {
    static const struct codes_row rows[] = {
        {"category I", "Is 20693 right here?", "CPT 20693"},
        {"category II", "Do we send 3074F with the visit?", "CPT 3074F"},
        {"category III, lower case", "what about 0101t", "CPT 0101T"},
        {"laboratory analyses", "Lab asks about 0016M and 0001U.", "CPT 0016M, CPT 0001U"},
        {"hcpcs", "Supply was A4649, lower case a4649 too", "HCPCS A4649"},
        {"hcpcs of any case", "billed j1100 once", "HCPCS J1100"},
        {"diagnosis with dot", "dx S82.251A", "ICD10CM S82.251A"},
        {"diagnosis in lower case", "we had s82.251a on it", "ICD10CM S82.251A"},
        {"diagnosis without dot", "S82251A came back from the scrubber", "ICD10CM S82.251A"},
        {"diagnosis with placeholder", "Would T84XXXA or T84.61XA fit?", "ICD10CM T84.XXXA, ICD10CM T84.61XA"},
        {"header", "Is M84 enough?", "ICD10CM M84"},
        {"five characters behind icd", "ICD-10 code S8225 was refused", "ICD10CM S82.25"},
        {"diagnosis with a letter behind the dot", "They want G35.A now", "ICD10CM G35.A"},
        {"procedure coding system", "inpatient side: 0QHG05Z", "ICD10PCS 0QHG05Z"},
        {"taxonomy", "our taxonomy is 207X00000X", "NUCC 207X00000X"},
        {"drg", "Grouped to DRG 482 again", "DRG 482"},
        {"ms-drg", "MS-DRG 493, why?", "DRG 493"},
        {"revenue code", "rev code 360 or 0361?", "REV 0360, REV 0361"},
        {"revenue code by its long name", "revenue code 0278 for the implant", "REV 0278"},
        {"place of service", "POS 22 or 24?", "POS 22, POS 24"},
        {"place of service by its long name", "place of service is 11", "POS 11"},
        {"full-width digits", "\xef\xbc\x92\xef\xbc\x90\xef\xbc\x96\xef\xbc\x99\xef\xbc\x93?", "CPT 20693"},
        {"arabic digits", "\xd9\xa2\xd9\xa0\xd9\xa6\xd9\xa9\xd9\xa3?", "CPT 20693"},
        {"soft hyphen within",
         "what is 20\xc2\xad"
         "693",
         "CPT 20693"},
        {"zero width space within",
         "what is 206\xe2\x80\x8b"
         "93",
         "CPT 20693"},
        {"letter O", "slip says 2O693", "CPT 20693"},
        {"letter O in a diagnosis", "S82.2O1A on the face sheet", "ICD10CM S82.201A"},
        {"blank within, known", "dictated as 20 693 yesterday", "CPT 20693"},
        {"blank within, behind a cue", "CPT 27 758?", "CPT 27758"},
        {"said digit by digit", "the code two oh six nine three please", "CPT 20693"},
        {"bracketed", "the frame (20693) came off [20694].", "CPT 20693, CPT 20694"},
        {"joined to its system", "CPT-20693 / ICD-M84.461A", "CPT 20693, ICD10CM M84.461A"},
        {"hash", "CPT #20693", "CPT 20693"},
        {"trademark signs", "CPT\xc2\xae 20693\xe2\x84\xa2", "CPT 20693"},
        {"placeholders only", "W19.XXXA", "ICD10CM W19.XXXA"},
        {"imaging section", "B2111ZZ on the inpatient side", "ICD10PCS B2111ZZ"},
        {"code and how often", "11042, 11045x3 and J7325x48", "CPT 11042, CPT 11045, HCPCS J7325"},
        {"number before its name", "450 revenue code, 11 POS", "REV 0450, POS 11"},
        {"one field a line", "CPT: 20690\nICD: S82.251A\nPOS: 22", "CPT 20690, ICD10CM S82.251A, POS 22"},
        {"place of service asked in words", "What place of service do I use, 24 or 22?", "POS 24, POS 22"},
        {"hcpcs for which a diagnosis is wanted", "what is the dx for E0748", "HCPCS E0748"},
        {"diagnosis of that form", "dx E1165?", "ICD10CM E11.65"},
        {"how often, before it", "2 x 20680 today", "CPT 20680"},
        {"dictated with blanks", "Is M 17 . 11 right?", "ICD10CM M17.11"},
        {"dictated with blanks, seventh character", "S 82 . 251 A the right leg", "ICD10CM S82.251A"},
        {"letter apart", "Would M 17.11 do?", "ICD10CM M17.11"},
        {"a fever is none", "T 38.5 on arrival?", ""},
        {"a pulse is none", "P 88.5 at rest, 20680?", "CPT 20680"},
        {"at a sentence's end", "We billed 20693. They paid 20694!", "CPT 20693, CPT 20694"},
    };
    expect_codes(*state, rows, sizeof rows / sizeof *rows);
}

static void other_numbers_are_no_codes(void **state) {
    static const struct codes_row rows[] = {
        {"zip behind a state", "Our new office: 12 Elm Street, Albany, NY 20693", ""},
        {"zip without comma", "Send it to Hartwell Ortho, Albany NY 20693", ""},
        {"zip and four", "Mail goes to Albany NY 20693-1122", ""},
        {"zip before the city", "We moved to 20693 Albany NY", ""},
        {"zip by name", "ZIP code 20693, zip 20694", ""},
        {"house number", "Visit us at 20693 Old Mill Road", ""},
        {"numbered road", "The clinic on Route 20693 and 20694 Highway 7", ""},
        {"box", "P.O. Box 20693", ""},
        {"phone", "Call 555-20693 or ext. 20694", ""},
        {"fax", "fax: 20693", ""},
        {"claim", "claim 20693 and claim no. 20694 and claim # 20690", ""},
        {"invoice", "Invoice 20693 is open", ""},
        {"account", "acct 20693, account number: 20694", ""},
        {"chart", "MRN 20693; chart 20694", ""},
        {"member", "member id 20693", ""},
        {"policy with letters", "policy AB-20693-C", ""},
        {"money", "We were paid $20693 and $20,693.00 and 20694 dollars", ""},
        {"decimal", "ratio 20693.5", ""},
        {"underscore", "batch_20693 and 20694_x", ""},
        {"longer number", "120693 and 2069399 and 27NQ20680", ""},
        {"date", "seen 03/01/2026 and 2026-03-01 at 10:45", ""},
        {"url", "see https://example.example/cpt/20693?x=20694 and www.example.example/20690", ""},
        {"mail address", "write to coder20693@example.example or 20693@example.example", ""},
        {"file name", "scan in 20693.pdf and note-20694.docx", ""},
        {"vertebrae", "fusion L4-S1, C5-6 and T12", ""},
        {"vitamin", "She takes vitamin B12 daily", ""},
        {"quantities", "x45 and x155, 250 mg, 12 weeks", ""},
        {"numbers without their system", "bed 12, ward 480, room 0636", ""},
        {"provider number", "NPI 1922510000", ""},
        {"medical license with X", "license 20693", ""},
        {"word of seven capitals", "DEFGHBC said so", ""},
        {"zip before a full stop", "We moved to Main Street, Denver CO 80203. Hello", ""},
        {"name and zip in capitals", "LAKEVIEW ORTHO, JACKSON, MS 39202", ""},
        {"denial codes", "CARC 97, RARC N20, denial code N30", ""},
        {"zip code, access code", "zip code 20693, access code 20694", ""},
        {"ticket and case", "Ticket 27447, Case #20680", ""},
        {"other codes of a claim form", "condition code 44, value code 80", ""},
        {"npi-like token", "group NPI 20693", ""},
        {"remark codes beside a group code", "CO-45, PR-1, N130 and M15 on 20680", "CPT 20680"},
        {"remark codes of a remittance", "The remittance says N18 and M54 for 20680", "CPT 20680"},
        {"remark code behind denial", "Denial N17 on 20680", "CPT 20680"},
        {"a denial that names diagnoses", "EOB: dx M17.11 and N18.30 not covered", "ICD10CM M17.11, ICD10CM N18.30"},
        {"number of a cheque", "Paid on check 20694 for 20680", "CPT 20680"},
        {"a cheque that paid", "Check 20694 paid for 20680 only", "CPT 20680"},
        {"check as a verb", "please check 20694", "CPT 20694"},
        {"electronic payment", "EFT 20694, trace 20693", ""},
    };
    expect_codes(*state, rows, sizeof rows / sizeof *rows);
}

static void a_decoy_does_not_hide_the_code(void **state) {
    static const struct codes_row rows[] = {
        {"zip and code", "Is 20693 right?\nJane, Albany NY 20693", "CPT 20693"},
        {"claim about a code", "Claim 84412345 denied 20693-59 as bundled", "CPT 20693-59"},
        {"price of a code", "20693 paid $1,204.55 in ZIP 30303", "CPT 20693"},
        {"cue beats nothing", "Chart 27870 has CPT 27870 on it", "CPT 27870"},
        {"codes on a claim", "Codes on claim: 20690-59-RT", "CPT 20690-59-RT"},
        {"order of codes", "Is the order M25.511 and then S42.201S?", "ICD10CM M25.511, ICD10CM S42.201S"},
    };
    expect_codes(*state, rows, sizeof rows / sizeof *rows);
}

static void lists_and_ranges_name_each_member(void **state) {
    static const struct codes_row rows[] = {
        {"commas", "20690,20692, 20693 and 20694", "CPT 20690, CPT 20692, CPT 20693, CPT 20694"},
        {"shortened by slashes", "may 20932/33/34 be combined", "CPT 20932, CPT 20933, CPT 20934"},
        {"shortened to one digit", "99213/4/5", "CPT 99213, CPT 99214, CPT 99215"},
        {"shortened range", "the family 20690-94", "CPT 20690, CPT 20692, CPT 20693, CPT 20694"},
        {"range with hyphen", "20690-20694", "CPT 20690, CPT 20692, CPT 20693, CPT 20694"},
        {"range with dash and blanks", "20690 \xe2\x80\x93 20694", "CPT 20690, CPT 20692, CPT 20693, CPT 20694"},
        {"range in words", "99202 through 99205", "CPT 99202, CPT 99203, CPT 99204, CPT 99205"},
        {"hcpcs range", "G0412-G0415", "HCPCS G0412, HCPCS G0413, HCPCS G0414, HCPCS G0415"},
        {"seventh characters", "S82.251A/D", "ICD10CM S82.251A, ICD10CM S82.251D"},
        {"one a line", "20690\n20692\n- 20693\n* 20694", "CPT 20690, CPT 20692, CPT 20693, CPT 20694"},
        {"drg range", "DRG 492-494", "DRG 492, DRG 493, DRG 494"},
        {"drg list", "DRG 480, 481, 482", "DRG 480, DRG 481, DRG 482"},
        {"said twice", "20693 or 20694? I think 20693.", "CPT 20693, CPT 20694"},
        {"neighbour by slash", "20690/92", "CPT 20690, CPT 20692"},
        {"range of codes that ended", "99441 thru 99443", "CPT 99441, CPT 99442, CPT 99443"},
        {"range in words, codes named", "Are the codes 20690 to 20693 all frames?", "CPT 20690, CPT 20692, CPT 20693"},
        {"from one to the other is no range", "Is going from 99213 to 99215 right?", "CPT 99213, CPT 99215"},
        {"one compared to the other", "compare 20690 to 20693", "CPT 20690, CPT 20693"},
        {"a dash between strangers", "20690 - 20985 denied", "CPT 20690, CPT 20985"},
        {"the larger first is no range", "20693-20690", "CPT 20693, CPT 20690"},
        {"range and a list", "20690-20693, 20696", "CPT 20690, CPT 20692, CPT 20693, CPT 20696"},
        {"drg range, its end shortened", "DRG 480-82, which?", "DRG 480, DRG 481, DRG 482"},
        {"drg neighbour by slash", "DRG 469/70", "DRG 469, DRG 470"},
        {"drg and a date", "DRG 480 on 3-1-26", "DRG 480"},
    };
    expect_codes(*state, rows, sizeof rows / sizeof *rows);
}

static void roles_follow_the_kind_of_text(void **state) {
    static const struct {
        const char *name, *subject, *text, *quoted, *signature, *codes;
        bool from_thread;
    } rows[] = {
        {"subject alone", "CPT 20693", "see subject", NULL, NULL, "CPT 20693", false},
        {"quoted is context", "Re: frames", "What about 20694?", "20693 is the adjustment.", NULL, "CPT 20694 | CPT 20693", false},
        {"subject of a reply is context", "Re: 20693", "thanks, all clear", "20693 is the adjustment.", NULL, "| CPT 20693", false},
        {"subject of a new mail with Re", "Re: 20693", "what is it", NULL, NULL, "CPT 20693", false},
        {"new text points at it", "Fwd: frames", "Please answer the question below.", "Is 20693 right?", NULL, "CPT 20693", false},
        {"points back without a code", "Re: frames", "and its modifiers?", "What is 20693?\nSee 20694 too.", NULL, "CPT 20693 | CPT 20694",
         true},
        {"both of them", "Re: frames", "can we bill both?", "20693 and 20694.\nSee 20690.", NULL, "CPT 20693, CPT 20694 | CPT 20690", true},
        {"thanks takes nothing over", "Re: frames", "Great, that helps, have a nice day", "20693 is it.", NULL, "| CPT 20693", false},
        {"leaving takes nothing over", "Re: frames", "unsubscribe this please?", "20693 is it.", NULL, "| CPT 20693", false},
        {"signature number", "hello", "what is 20693", NULL, "Ortho Desk 20694\nAlbany NY 12207", "CPT 20693", false},
        {"signature names a code", "hello", "what is 20693", NULL, "Ask me about CPT 20694", "CPT 20693 | CPT 20694", false},
        {"code and zip alike", NULL, "92014 or 99214?", NULL, "Del Mar, CA 92014", "CPT 92014, CPT 99214", false},
    };
    struct asking *asking = *state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct question *question = ask_all(asking, rows[i].subject, rows[i].text, rows[i].quoted, rows[i].signature, NULL);
        const char *codes = codes_text(question, asking->arena);
        if (strcmp(codes, rows[i].codes) != 0 || question->from_thread != rows[i].from_thread) {
            print_error("%s: wanted [%s], got [%s] %d\n", rows[i].name, rows[i].codes, codes, question->from_thread);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void the_thread_is_remembered(void **state) {
    struct asking *asking = *state;
    static const struct asked_code codes[] = {
        {.system = SYSTEM_CPT, .key = "20693", .display = "20693", .role = ROLE_ASKED},
        {.system = SYSTEM_CPT, .key = "20694", .display = "20694", .role = ROLE_CONTEXT},
    };
    static const enum intent intents[] = {INTENT_FEE};
    const struct thread_memory thread = {codes, 2, intents, 1};
    static const struct {
        const char *name, *text, *codes;
        bool from_thread;
        enum intent first;
    } rows[] = {
        {"anaphora", "and its modifiers?", "CPT 20693", true, INTENT_MODIFIER},
        {"own code wins", "and the modifiers of 20690?", "CPT 20690", false, INTENT_MODIFIER},
        {"another code, same question", "And 20692?", "CPT 20692", false, INTENT_FEE},
        {"no question", "Thanks a lot, have a nice weekend", "", false, INTENT_NOT_CODING},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct question *question = ask_all(asking, "Re: fee", rows[i].text, NULL, NULL, &thread);
        const char *found = codes_text(question, asking->arena);
        if (strcmp(found, rows[i].codes) != 0 || question->from_thread != rows[i].from_thread || question->intents[0] != rows[i].first)
            fail_msg("%s: [%s] %s", rows[i].name, found, name_text(intent_names, (int)question->intents[0]));
    }
}

static void a_thread_code_is_not_named_twice(void **state) {
    struct asking *asking = *state;
    static const struct asked_code codes[] = {{.system = SYSTEM_CPT, .key = "20693", .display = "20693", .role = ROLE_ASKED}};
    const struct thread_memory thread = {codes, 1, NULL, 0};
    const struct question *question = ask_all(asking, "Re: frame", "and its modifiers?", "20690 and 20693 are frames.", NULL, &thread);
    assert_string_equal(codes_text(question, asking->arena), "CPT 20693 | CPT 20690");
}

static void evidence_is_kept(void **state) {
    struct asking *asking = *state;
    const struct question *question = ask(asking, "CPT 20693-59?");
    assert_string_equal(question->codes[0].evidence, "five digits; with a modifier; after its system's name; known");
    assert_int_equal(question->codes[0].status, STATUS_VALID);
}

static void what_was_passed_over_keeps_its_evidence(void **state) {
    struct asking *asking = *state;
    const struct question *question = ask_all(asking, NULL, "Is 20693 right? invoice 20694", "20690 $20692", "Del Mar, CA 92014", NULL);
    assert_int_equal(question->passed_over_count, 2);
    assert_string_equal(question->passed_over[0].text, "20694");
    assert_string_equal(question->passed_over[0].evidence, "five digits; number of something else; known");
    assert_string_equal(question->passed_over[1].text, "92014");
    assert_non_null(strstr(question->passed_over[1].evidence, "part of a postal address"));
}

/* Digits said in subject and text are one row of words, but no one piece of memory. */
static void what_is_written_ends_with_its_text(void **state) {
    const struct question *question = ask_all(*state, "room two oh", "six nine three", NULL, NULL, NULL);
    for (size_t i = 0; i < question->passed_over_count; i++)
        assert_string_equal(question->passed_over[i].text, "two oh");
}

static void what_was_passed_over_is_bounded(void **state) {
    assert_int_equal(ask(*state, "$20690 $20691 $20692 $20693 $20694 $20690 $20691 $20692 $20693 $20694 $20690 $20691 $20692 $20693 $20694 "
                                 "$20690 $20691 $20692 $20693 $20694 $20690 $20691 $20692 $20693 $20694 $20690 $20691 $20692 $20693 $20694 "
                                 "$20690 $20691 $20692 $20693 $20694")
                         ->passed_over_count,
                     QUESTION_PASSED_OVER);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_system_has_its_form),
        cmocka_unit_test(other_numbers_are_no_codes),
        cmocka_unit_test(a_decoy_does_not_hide_the_code),
        cmocka_unit_test(lists_and_ranges_name_each_member),
        cmocka_unit_test(roles_follow_the_kind_of_text),
        cmocka_unit_test(the_thread_is_remembered),
        cmocka_unit_test(a_thread_code_is_not_named_twice),
        cmocka_unit_test(evidence_is_kept),
        cmocka_unit_test(what_was_passed_over_keeps_its_evidence),
        cmocka_unit_test(what_is_written_ends_with_its_text),
        cmocka_unit_test(what_was_passed_over_is_bounded),
    };
    return cmocka_run_group_tests_name("handlers.codes", tests, asking_setup, asking_teardown);
}
