/* Texts as they come in, on codes and on what only looks like one: payments, remark codes, measures, names. */
#include "tests/unit/handlers/asking.h"

static void codes_stand_in_many_ways(void **state) {
    static const struct codes_row rows[] = {
        {"slash pair", "Doc wrote 29823/29827 for one shoulder, both ok?", "CPT 29823, CPT 29827"},
        {"modifier before code", "Can I hang a 59 on 20680?", "MOD 59, CPT 20680-59"},
        {"mod of code", "does modifier 78 go with 20694?", "MOD 78, CPT 20694"},
        {"put mod on", "should we put modifier RT on 27758", "MOD RT, CPT 27758-RT"},
        {"append mod to", "We appended 79 to 20694 and it bounced.", "MOD 79, CPT 20694"},
        {"range en dash",
         "Which of 20690\xe2\x80\x93"
         "20694 is the one-plane frame?",
         "CPT 20690, CPT 20692, CPT 20693, CPT 20694"},
        {"range through", "fees for 99212 through 99214 please", "CPT 99212, CPT 99213, CPT 99214"},
        {"icd list bar", "Dx: M17.11 | M25.561 | Z96.651 for 27447?", "ICD10CM M17.11, ICD10CM M25.561, ICD10CM Z96.651, CPT 27447"},
        {"icd no dot list", "dx M1711, M25561 with 20610 RT", "ICD10CM M17.11, ICD10CM M25.561, CPT 20610-RT"},
        {"units first", "3 units of 97110 and 1 unit of 97140 on one day?", "CPT 97110, CPT 97140"},
        {"x before code", "we did 2 x 20610, one per knee", "CPT 20610"},
        {"qty column", "Qty 2 20610 RT LT", "CPT 20610-RT-LT"},
        {"claim table tabs", "97110 | GP | 2\n97140 | GP,59 | 1\nok to bill?", "CPT 97110-GP, CPT 97140-GP-59"},
        {"claim table semicolons", "Line;CPT;Mod;Units\n1;27447;LT;1\n2;20985;;1", "CPT 27447-LT, CPT 20985"},
        {"drg shortened", "Case moved between DRG 480-82, which weighs more?", "DRG 480, DRG 481, DRG 482"},
        {"drg slash", "DRG 469/470 for an ankle?", "DRG 469, DRG 470"},
        {"ms drg no blank", "What is MSDRG493?", "DRG 493"},
        {"rev shortened", "rev codes 0360/0361/0278 on one UB?", "REV 0360, REV 0361, REV 0278"},
        {"pos words", "POS: 24, cpt: 20680, dx: T84.84XA", "POS 24, CPT 20680, ICD10CM T84.84XA"},
        {"hcpcs known", "Is E0748 paid twice a year", "HCPCS E0748"},
        {"hcpcs dx for", "what is the dx for E0748", "HCPCS E0748"},
        {"hcpcs icd-shaped for", "need a diagnosis for E0747 please", "HCPCS E0747"},
        {"quoted code", "\"20694\" means what exactly", "CPT 20694"},
        {"emoji",
         "20694 \xf0\x9f\x99\x82"
         "?",
         "CPT 20694"},
        {"bold marks", "**20694** or _20680_?", "CPT 20694, CPT 20680"},
        {"plural code", "Do the 20694s need a modifier?", "CPT 20694"},
        {"possessive code", "What's 20694's global?", "CPT 20694"},
        {"dash bullet", "- 20690\n- 20692\n- 20693\nplease explain", "CPT 20690, CPT 20692, CPT 20693"},
        {"numbered bullet", "1. 20690\n2. 20692\nwhich one has the higher fee", "CPT 20690, CPT 20692"},
        {"equals", "CPT=20694;ICD=S82.251A;MOD=58", "CPT 20694, ICD10CM S82.251A, MOD 58"},
        {"seven char lowercase", "s82.251d with 20694?", "ICD10CM S82.251D, CPT 20694"},
        {"icd spaced all", "Is S 82 . 251 A the left or right leg", "ICD10CM S82.251A"},
        {"icd spaced letter", "Would M 25.511 do?", "ICD10CM M25.511"},
        {"cat II", "does 4010F get paid", "CPT 4010F"},
        {"cat III", "0232T a dead code?", "CPT 0232T"},
        {"plus code", "+20985 with 27447?", "CPT 20985, CPT 27447"},
        {"plus sign between", "27447+20985 paid?", "CPT 27447, CPT 20985"},
        {"no blank after comma", "20690,20692,20694?", "CPT 20690, CPT 20692, CPT 20694"},
        {"code at subject like", "[20694] denied 8/3", "CPT 20694"},
        {"mods slash list", "99213-25/57 which one", "CPT 99213-25-57"},
        {"anesth", "01400 QK or QY for two rooms?", "CPT 01400, MOD QK, MOD QY"},
        {"telehealth", "99213 95 vs 93 for a phone call", "CPT 99213, MOD 95, MOD 93"},
        {"modifiers in parentheses", "27814 (RT) and 20690 (RT, 59)", "CPT 27814-RT, CPT 20690-RT-59"},
    };
    expect_codes(*state, rows, sizeof rows / sizeof *rows);
}

static void codes_stand_among_other_numbers(void **state) {
    static const struct codes_row rows[] = {
        {"remark N", "Remittance says N130 and M15 on the 20680 line", "CPT 20680"},
        {"reason code word", "Reason code 97 and remark code M80 for 36415, why?", "CPT 36415"},
        {"carc", "CARC 151, RARC N362 - 97110 denied", "CPT 97110"},
        {"denial", "Denial N122: 22853 without primary", "CPT 22853"},
        {"CO only", "CO-16 MA130 M51 came back for 20610", "CPT 20610"},
        {"PI group", "PI-204/N381 for L1833?", "HCPCS L1833"},
        {"check number", "Check 20694 paid for 20680 only", "CPT 20680"},
        {"check nr no hash", "their check no 27447 covered 20610", "CPT 20610"},
        {"deposit", "EFT 29881 of 5/6/2026 posted for 29880", "CPT 29880"},
        {"batch", "batch 20610 has 20611 twice", "CPT 20611"},
        {"trace number", "trace 99213 on the 835, code 99214", "CPT 99214"},
        {"case number", "Case 20690-B, 20692 was planned", "CPT 20692"},
        {"extension", "I am at x20690, what is 20692?", "CPT 20692"},
        {"extension 2", "ext 20693; question on 20694", "CPT 20694"},
        {"zip plus code", "Mail to Reno, NV 89501. Is 20694 ok?", "CPT 20694"},
        {"money 5 digits", "charged 20680 dollars for 20694?", "CPT 20694"},
        {"money k", "our AR is $27,447 for 27130", "CPT 27130"},
        {"patient count", "we treated 20610 patients with 20611", "CPT 20611"},
        {"steps device", "walked 27447 steps after 27130", "CPT 27130"},
        {"ndc", "NDC 00409-1966-02 with J3301", "HCPCS J3301"},
        {"npi", "NPI 1234567893 billed 20680", "CPT 20680"},
        {"vertebra", "Fusion L4-L5 and L5-S1, 22633 with 22634", "CPT 22633, CPT 22634"},
        {"vertebra list", "C5, C6 and C7 were fused: 22551 22552?", "CPT 22551, CPT 22552"},
        {"blood type", "HLA B27 positive, 86812 billed", "CPT 86812"},
        {"highway", "off I-95 exit 20, suite 27447", ""},
        {"form names", "UB04 and CMS1500 for 20680 - which?", "CPT 20680"},
        {"vitals", "HR 72 BP 120/80 O2 98, 99213 ok?", "CPT 99213"},
        {"implant ref", "plate REF 02.113.206, screw 20694X, removal 20680?", "CPT 20680"},
        {"lot number", "lot A1234 expired, J0585?", "HCPCS J0585"},
        {"weights", "wt 99.5 kg, A1C 7.2, code E11.65?", "ICD10CM E11.65"},
        {"model", "DJO L1851 brace vs model X1851", "HCPCS L1851"},
        {"room", "Room E119 at 9, bring S82.251A chart", "ICD10CM S82.251A"},
        {"policy lcd", "LCD L33609 limits 97597", "CPT 97597"},
        {"ncd", "NCD 150.10 and 22857?", "CPT 22857"},
        {"years", "2019-2025 edits of 20680", "CPT 20680"},
    };
    expect_codes(*state, rows, sizeof rows / sizeof *rows);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_stand_in_many_ways),
        cmocka_unit_test(codes_stand_among_other_numbers),
    };
    return cmocka_run_group_tests_name("handlers.extraction_mixed", tests, asking_setup, asking_teardown);
}
