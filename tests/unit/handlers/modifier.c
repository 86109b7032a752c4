/* A modifier at a code: every value of every indicator, every verdict, and the answers to several, to none, and to modifiers alone. */
#include "tests/unit/handlers/part_of.h"

/* The short answer for one modifier at one code. */
static const struct verdict_row {
    const char *code, *want;
} verdicts[] = {
    {"CPT 30000-50", "No, 50 does not fit 30000: both sides together are paid at most as one (bilateral indicator 0). [2]"},
    {"CPT 30000-LT", "Nothing that is loaded here decides whether LT fits 30000. Where the body part has two sides it may tell which; "
                     "payment does not change with it, since both sides together are paid at most as one (bilateral indicator 0). [2]"},
    {"CPT 30000-80", "Yes, 80 fits 30000 when documents show why an assistant was needed (assistant indicator 0). [2]"},
    {"CPT 30000-62", "No, 62 does not fit 30000: two surgeons are not paid (co-surgeon indicator 0). [2]"},
    {"CPT 30000-66", "No, 66 does not fit 30000: a surgical team is not paid (team indicator 0). [2]"},
    {"CPT 30000-26", "No, 26 does not fit 30000: it is a physician service and does not split into professional and technical parts (PC/TC "
                     "indicator 0). [2]"},
    {"CPT 30000-TC", "No, TC does not fit 30000: it is a physician service and does not split into professional and technical parts (PC/TC "
                     "indicator 0). [2]"},
    {"CPT 30000-51",
     "No, 51 does not fit 30000: nothing is reduced beside other procedures of the day (multiple procedure indicator 0). [2]"},
    {"CPT 30000-58", "Yes, 58 fits 30000 when the same surgeon does it within the global days of an earlier procedure, and it was planned "
                     "from the start, goes further than the first, or treats after a diagnostic procedure. Its own global days are 000; "
                     "those of the earlier one decide. [2]"},
    {"CPT 30000-25", "25 does not go on 30000: it belongs on the visit of the same day, when that was significant and separately "
                     "identifiable from this procedure (global days 000). The decision for the procedure alone is not enough. [2]"},
    {"CPT 30000-57", "No, 57 does not fit 30000: 57 is for the visit that decides on major surgery, with 090 global days; beside this "
                     "procedure the question is 25 on the visit (global days 000). [2]"},
    {"CPT 30000-24", "No, 24 does not fit 30000: no days after it are included, so no later visit needs 24 (global days 000). [2]"},
    {"CPT 30000-54", "No, 54 does not fit 30000: it has no global days after it whose care could be shared (global days 000). [2]"},
    {"CPT 30001-50", "Yes, 50 fits 30001 when it is done on both sides at one session: one line, one unit, and the pair pays at most 150 "
                     "percent of one side (bilateral indicator 1). [2]"},
    {"CPT 30001-RT", "Yes, RT fits 30001 when it is done on one side, to tell which (bilateral indicator 1). [2]"},
    {"CPT 30001-80", "No, 80 does not fit 30001: an assistant at surgery may not be paid (assistant indicator 1). [2]"},
    {"CPT 30001-AS", "No, AS does not fit 30001: an assistant at surgery may not be paid (assistant indicator 1). [2]"},
    {"CPT 30001-62", "Yes, 62 fits 30001 when two surgeons of different specialties each do a part and documents show the need; both "
                     "report the code with 62 (co-surgeon indicator 1). [2]"},
    {"CPT 30001-66", "Yes, 66 fits 30001 when documents show that a team was needed; it is paid by report (team indicator 1). [2]"},
    {"CPT 30001-26",
     "Yes, 26 fits 30001 when only the professional part is billed: reading, supervision and report (PC/TC indicator 1). [2]"},
    {"CPT 30001-TC", "Yes, TC fits 30001 when only the technical part is billed: equipment and staff (PC/TC indicator 1). [2]"},
    {"CPT 30001-51", "Yes, 51 fits 30001 as the second or a further procedure of a session, on the lower valued one. Medicare contractors "
                     "add it themselves (multiple procedure indicator 1). [2]"},
    {"CPT 30001-79", "Yes, 79 fits 30001 when the same surgeon does it within the global days of an earlier procedure that has nothing to "
                     "do with it. The earlier procedure's days decide, not its own (010). [2]"},
    {"CPT 30001-55", "Yes, 55 fits 30001 for the clinician who takes over the aftercare (global days 010). [2]"},
    {"CPT 30001-24", "24 does not go on 30001: it belongs on the visit within the global days that has nothing to do with the operation "
                     "(global days 010). [2]"},
    {"CPT 30001-25", "25 does not go on 30001: it belongs on the visit of the same day, when that was significant and separately "
                     "identifiable from this procedure (global days 010). The decision for the procedure alone is not enough. [2]"},
    {"CPT 30002-50",
     "No, 50 does not fit 30002: the figures stand for both sides already, nothing is added for the second (bilateral indicator 2). [2]"},
    {"CPT 30002-LT",
     "No, LT does not fit 30002: the figures stand for both sides already, nothing is added for the second (bilateral indicator 2). [2]"},
    {"CPT 30002-80", "Yes, 80 fits 30002 for the physician who assists: an assistant may be paid (assistant indicator 2). [2]"},
    {"CPT 30002-82", "Yes, 82 fits 30002 for the physician who assists in a teaching hospital when no qualified resident was available: an "
                     "assistant may be paid (assistant indicator 2). [2]"},
    {"CPT 30002-AS", "Yes, AS fits 30002 for the physician assistant, nurse practitioner or clinical nurse specialist who assists: an "
                     "assistant may be paid (assistant indicator 2). [2]"},
    {"CPT 30002-62", "Yes, 62 fits 30002 when two surgeons of different specialties each do a part; both report the code with 62, without "
                     "further documents (co-surgeon indicator 2). [2]"},
    {"CPT 30002-66", "Yes, 66 fits 30002 when a team of surgeons is at work; it is paid by report (team indicator 2). [2]"},
    {"CPT 30002-26", "No, 26 does not fit 30002: the code is the professional part already; the technical part and the whole have codes of "
                     "their own (PC/TC indicator 2). [2]"},
    {"CPT 30002-TC", "No, TC does not fit 30002: the code is the professional part already; the technical part and the whole have codes of "
                     "their own (PC/TC indicator 2). [2]"},
    {"CPT 30002-51", "Yes, 51 fits 30002 as the second or a further procedure of a session, on the lower valued one. Medicare contractors "
                     "add it themselves (multiple procedure indicator 2). [2]"},
    {"CPT 30002-78", "Yes, 78 fits 30002 when a complication of an earlier procedure brings the patient back to the operating room within "
                     "that one's global days, under the same surgeon. The earlier procedure's days decide, not its own (090). [2]"},
    {"CPT 30002-56", "Yes, 56 fits 30002 for the clinician who does the preparation alone (global days 090). Shares before / during / "
                     "after: 0.10 / 0.70 / 0.20. [2]"},
    {"CPT 30002-25",
     "No, 25 does not fit 30002: with 90 global days the visit that decided on the operation takes 57 (global days 090). [2]"},
    {"CPT 30002-57", "57 does not go on 30002: it belongs on the visit, of the day before or the day itself, at which the operation was "
                     "decided (global days 090). [2]"},
    {"CPT 30002-24", "24 does not go on 30002: it belongs on the visit within the global days that has nothing to do with the operation "
                     "(global days 090). [2]"},
    {"CPT 30003-50", "Yes, 50 fits 30003 when it is done on both sides: each side is paid at most in full, without a reduction for the "
                     "second (bilateral indicator 3). [2]"},
    {"CPT 30003-LT", "Yes, LT fits 30003 when it is done on one side, to tell which (bilateral indicator 3). [2]"},
    {"CPT 30003-26", "No, 26 does not fit 30003: the code is the technical part already (PC/TC indicator 3). [2]"},
    {"CPT 30003-51", "Yes, 51 fits 30003 as the second or a further endoscopy of a session; with others of its family the base procedure "
                     "is paid but once (multiple procedure indicator 3). Medicare contractors add it themselves. [2]"},
    {"CPT 30003-58", "Yes, 58 fits 30003 when the same surgeon does it within the global days of an earlier procedure, and it was planned "
                     "from the start, goes further than the first, or treats after a diagnostic procedure. Its own global days are XXX; "
                     "those of the earlier one decide. [2]"},
    {"CPT 30003-25", "25 does not go on 30003: it belongs on the visit of the same day, when that was significant and separately "
                     "identifiable from this procedure (global days XXX). The decision for the procedure alone is not enough. [2]"},
    {"CPT 30003-57", "No, 57 does not fit 30003: 57 is for the visit that decides on major surgery, with 090 global days; beside this "
                     "procedure the question is 25 on the visit (global days XXX). [2]"},
    {"CPT 30003-24", "No, 24 does not fit 30003: no days after it are included, so no later visit needs 24 (global days XXX). [2]"},
    {"CPT 30003-54", "No, 54 does not fit 30003: it has no global days after it whose care could be shared (global days XXX). [2]"},
    {"CPT 30004-50", "No, 50 does not fit 30004: the schedule knows no two sides for it (bilateral indicator 9). [2]"},
    {"CPT 30004-RT", "Nothing that is loaded here decides whether RT fits 30004: the fee schedule knows no two sides for it (bilateral "
                     "indicator 9). Where the body part has a side, ask the payer. [2]"},
    {"CPT 30004-80", "No, 80 does not fit 30004: the schedule knows no assistant for it (assistant indicator 9). [2]"},
    {"CPT 30004-62", "No, 62 does not fit 30004: the schedule knows no co-surgeons for it (co-surgeon indicator 9). [2]"},
    {"CPT 30004-66", "No, 66 does not fit 30004: the schedule knows no team for it (team indicator 9). [2]"},
    {"CPT 30004-26",
     "No, 26 does not fit 30004: the code stands for the whole test; its parts have codes of their own (PC/TC indicator 4). [2]"},
    {"CPT 30004-51", "Nothing that is loaded here decides whether 51 fits 30004: it has a reduction of its own kind, which the payer "
                     "applies (multiple procedure indicator 4). [2]"},
    {"CPT 30004-58", "Yes, 58 fits 30004 when the same surgeon does it within the global days of an earlier procedure, and it was planned "
                     "from the start, goes further than the first, or treats after a diagnostic procedure. Its own global days are MMM; "
                     "those of the earlier one decide. [2]"},
    {"CPT 30004-54", "Nothing that is loaded here decides whether 54 fits 30004: its global days do not tell (global days MMM). [2]"},
    {"CPT 30004-24", "24 does not go on 30004: it belongs on a visit, never on a procedure. [2]"},
    {"CPT 30005-26",
     "No, 26 does not fit 30005: it is done by staff, incident to a physician's service, and does not split (PC/TC indicator 5). [2]"},
    {"CPT 30005-51", "Nothing that is loaded here decides whether 51 fits 30005: it has a reduction of its own kind, which the payer "
                     "applies (multiple procedure indicator 5). [2]"},
    {"CPT 30005-79", "Yes, 79 fits 30005 when the same surgeon does it within the global days of an earlier procedure that has nothing to "
                     "do with it. The earlier procedure's days decide, not its own (YYY). [2]"},
    {"CPT 30005-55", "Nothing that is loaded here decides whether 55 fits 30005: its global days do not tell (global days YYY). [2]"},
    {"CPT 30005-25", "25 does not go on 30005: it belongs on a visit, never on a procedure. [2]"},
    {"CPT 30006-26",
     "Yes, 26 fits 30006 when only the professional part is billed: reading, supervision and report (PC/TC indicator 6). [2]"},
    {"CPT 30006-TC", "No, TC does not fit 30006: the code is a physician's reading, without a technical part (PC/TC indicator 6). [2]"},
    {"CPT 30006-51", "No, 51 does not fit 30006: an add-on is never reduced as a second procedure (global days ZZZ). [2]"},
    {"CPT 30006-58",
     "Nothing that is loaded here decides whether 58 fits 30006: it is an add-on, and the main code tells (global days ZZZ). [2]"},
    {"CPT 30006-56", "No, 56 does not fit 30006: it has no global days after it whose care could be shared (global days ZZZ). [2]"},
    {"CPT 30006-57", "57 does not go on 30006: it belongs on a visit, never on a procedure. [2]"},
    {"CPT 30007-26", "Nothing that is loaded here decides whether 26 fits 30007: its indicator does not tell (PC/TC indicator 7). [2]"},
    {"CPT 30007-51", "Nothing that is loaded here decides whether 51 fits 30007: it has a reduction of its own kind, which the payer "
                     "applies (multiple procedure indicator 7). [2]"},
    {"CPT 30008-26", "Nothing that is loaded here decides whether 26 fits 30008: its indicator does not tell (PC/TC indicator 8). [2]"},
    {"CPT 30008-TC", "No, TC does not fit 30008: the code is a physician's reading, without a technical part (PC/TC indicator 8). [2]"},
    {"CPT 30008-51",
     "No, 51 does not fit 30008: the schedule knows no rule for several procedures for it (multiple procedure indicator 9). [2]"},
    {"CPT 30009-26", "No, 26 does not fit 30009: the schedule knows no professional and technical parts for it (PC/TC indicator 9). [2]"},
    {"CPT 30009-51",
     "No, 51 does not fit 30009: the schedule knows no rule for several procedures for it (multiple procedure indicator 9). [2]"},
    {"CPT 30009-52", "Yes, 52 fits 30009 when less was done. [1]"},
    {"CPT 30009-91", "No, 91 does not fit 30009: it is for laboratory tests that are repeated."},
    {"CPT 30009-P3", "No, P3 does not fit 30009: it goes on anesthesia codes."},
    {"CPT 30009-76", "Yes, 76 fits 30009 when it is done again. [1]"},
    {"CPT 30009-22", "Yes, 22 fits 30009 on a procedure with more work. [1]"},
    {"CPT 30010-50", "Nothing that is loaded here decides whether 50 fits 30010: neither the facts on the code nor the fee schedule speak "
                     "of it. The payer's policy does."},
    {"CPT 30010-KX", "Nothing that is loaded here decides whether KX fits 30010: neither the facts on the code nor the fee schedule speak "
                     "of it. The payer's policy does."},
    {"CPT 30011-22", "Yes, 22 fits 30011 on a procedure with more work. [1]"},
    {"CPT 30011-57", "57 does not go on 30011: it belongs on a visit, never on a procedure."},
    {"CPT 30011-XS", "Yes, XS fits 30011 on another structure. [1]"},
    {"CPT 30012-50", "Yes, 50 fits 30012 when it is done on both sides at one session: one line, one unit, and the pair pays at most 150 "
                     "percent of one side (bilateral indicator 1, figures of 2025). [2]"},
    {"CPT 30012-80", "No, 80 does not fit 30012: the schedule knows no assistant for it (assistant indicator 9, figures of 2025). [2]"},
    {"CPT 99213-24", "Yes, 24 fits 99213 on a visit in the global days. [1]"},
    {"CPT 99213-25", "Yes, 25 fits 99213 on a visit that was separate. [1]"},
    {"CPT 99213-57", "Yes, 57 fits 99213 on a visit that decided. [1]"},
    {"CPT 99213-58", "No, 58 does not fit 99213: it goes on a procedure, never on a visit."},
    {"CPT 99213-59", "No, 59 does not fit 99213: it goes on a procedure, never on a visit."},
    {"CPT 99213-22", "No, 22 does not fit 99213: it goes on a procedure, never on a visit."},
    {"CPT 99213-26", "No, 26 does not fit 99213: the schedule knows no professional and technical parts for it (PC/TC indicator 9). [2]"},
    {"CPT 01400-P3", "Yes, P3 fits 01400: Severe disease of the body. [1]"},
    {"CPT 01400-AA", "Yes, AA fits 01400 in person. [1]"},
    {"CPT 80048-91", "Yes, 91 fits 80048 when a test is done again. [1]"},
    {"CPT 80048-P3", "No, P3 does not fit 80048: it goes on anesthesia codes."},
    {"HCPCS E0100-KX", "Nothing that is loaded here decides whether KX fits E0100: neither the facts on the code nor the fee schedule "
                       "speak of it. The payer's policy does."},
    {"HCPCS E0100-25", "25 does not go on E0100: it belongs on a visit, never on a procedure."},
    {"CPT 30020-58", "Yes, 58 fits 30020 when the removal was planned. [1]"},
    {"CPT 30020-73", "Yes, 73 fits 30020: Facility claim only: called off. [1]"},
    {"CPT 30020-57", "57 does not go on 30020 but on the visit that decided. [1]"},
    {"CPT 30020-LT", "Yes, LT fits 30020 on the left side. [1]"},
    {"CPT 30020-50", "No, 50 does not fit 30020: both sides are paid as one. [1]"},
    {"CPT 30020-26", "No, 26 does not fit 30020. [1]"},
    {"CPT 30020-81", "No, 81 does not fit 30020: nobody assists. [1]"},
    {"CPT 30020-25", "No, 25 does not fit 30020: 25 on the visit: it is 57 there. [1]"},
    {"CPT 30020-XE", "No, XE does not fit 30020: other reasons are needed. [1]"},
    {"CPT 30020-11", "There is no modifier 11, so it can not stand on 30020. 11 is a place of service (Office): that has a field of its "
                     "own on the line and is no modifier. The professional part of a service is 26."},
    {"CPT 30020-10", "There is no modifier 10, so it can not stand on 30020."}};

static const char *short_answer(struct importing *on, struct kb *kb, const char *written) {
    struct date today;
    struct why why = {""};
    struct part part;
    assert_true(date_parse(SPAN("2026-08-01"), &today));
    struct asked_code code = part_code(on, kb, written, today);
    struct inquiry inquiry = {.intent = INTENT_MODIFIER, .codes = &code, .code_count = 1, .confidence = 100};
    struct question question = {.today = today, .codes = &code, .code_count = 1};
    struct page page = page_begin(kb, &question, on->arena);
    if (!handler_modifier.claims(&question, &inquiry) || handler_modifier.answer(&page, &inquiry, &part, &why))
        fail_msg("%s: %s", written, why.text);
    struct span rest = span_of(answer_render_text(part.commonmark, on->arena));
    size_t end = span_find(rest, SPAN("\n\n"));
    return one_line(arena_copy(on->arena, span_slice(rest, 0, end)), on->arena);
}

static void each_verdict_has_its_reason(void **state) {
    struct importing *on = *state;
    struct kb *kb = part_kb(on, FIXTURES "/modifier.json");
    size_t wrong = 0;
    for (size_t i = 0; i < COUNT(verdicts); i++) {
        const char *text = short_answer(on, kb, verdicts[i].code);
        size_t len = strlen(verdicts[i].want);
        if (len > 0 && strncmp(text, verdicts[i].want, len) == 0)
            continue;
        print_error("%s: wanted\n%s\ngot\n%s\n", verdicts[i].code, verdicts[i].want, text);
        wrong++;
    }
    kb_close(kb);
    assert_int_equal(wrong, 0);
}

enum { WANTED = PART_WANTED };

static const struct row {
    const char *name;
    const char *codes[PART_CODES];
    const char *words;
    int confidence; /* 0: not this handler's */
    const char *want[WANTED], *not_want[WANTED];
} rows[] = {
    {"several at one code",
     {"CPT 30020-58-50-57-KX"},
     "",
     CONFIDENCE_FACTS,
     {"Fit, each on its condition: 30020-58. Do not fit: 30020-50. Belong elsewhere: 30020-57. Not decided by what is loaded here: "
      "30020-KX.",
      "30020-58 fits when the removal was planned.", "30020-57 does not go on this line but on the visit that decided."},
     {NULL}},
    {"one beside the code", {"CPT 30020", "MOD LT"}, "", CONFIDENCE_VERDICT, {"Yes, LT fits 30020 on the left side."}, {NULL}},
    {"a modifier for visits goes to the visit",
     {"CPT 99213", "CPT 30002", "MOD 25"},
     "",
     CONFIDENCE_VERDICT,
     {"Yes, 25 fits 99213 on a visit that was separate."},
     {"30002-25", "25 does not fit"}},
    {"the same code with two sides", {"CPT 30020-LT", "CPT 30020-RT"}, "", CONFIDENCE_VERDICT, {"30020-LT, 30020-RT"}, {NULL}},
    {"59 on column 2",
     {"CPT 30020-59", "CPT 30021"},
     "",
     CONFIDENCE_VERDICT,
     {"Yes, 59 fits 30020 with 30021 only at another site. (Column 2 of the NCCI edit with 30021, indicator 1.)"},
     {NULL}},
    {"59 on column 2 without a fact",
     {"CPT 30022-XS", "CPT 30021"},
     "",
     CONFIDENCE_VERDICT,
     {"Yes, XS fits 30022 beside 30021 only when the record shows a separate site", "(indicator 1)"},
     {NULL}},
    {"59 on column 1",
     {"CPT 30021-59", "CPT 30022"},
     "",
     CONFIDENCE_VERDICT,
     {"59 usually does not go on 30021: the usual line to open the edit with 30022 is that of 30022, which is column 2",
      "Whether column 1 is taken as well"},
     {NULL}},
    {"59 beside both names the line that takes it",
     {"CPT 30021", "CPT 30022", "MOD 59"},
     "",
     CONFIDENCE_VERDICT,
     {"Yes, 59 fits 30022 beside 30021"},
     {"30021-59"}},
    {"59 and an edit that nothing opens",
     {"CPT 30020-59", "CPT 30023"},
     "",
     CONFIDENCE_VERDICT,
     {"No, 59 does not fit 30020: the NCCI edit with 30023 has indicator 0"},
     {NULL}},
    {"59 and an edit that is over",
     {"CPT 30020-59", "CPT 30024"},
     "",
     CONFIDENCE_VERDICT,
     {"No, 59 is not needed on 30020: the NCCI edit with 30024 is no longer in force"},
     {NULL}},
    {"59 where there is no edit",
     {"CPT 30021-59", "CPT 30023"},
     "",
     CONFIDENCE_VERDICT,
     {"No, 59 is not needed on 30021: no NCCI edit between 30021 and 30023 stands in the file here (2026 Q3).",
      "Otherwise it fits 30021 with what an edit includes."},
     {NULL}},
    {"a rule that names it",
     {"CPT 30020-58"},
     "",
     CONFIDENCE_VERDICT,
     {"30020, stages: A planned stage (58) is told in the record."},
     {"days:", "order:"}},
    {"a rule that names its letters",
     {"CPT 30020-LT"},
     "",
     CONFIDENCE_VERDICT,
     {"30020, order: LT stands before all others."},
     {"stages:"}},
    {"a number in a rule is no modifier", {"CPT 30020-73"}, "", CONFIDENCE_VERDICT, {"Yes, 73 fits"}, {"days:"}},
    {"a modifier that opens no edit",
     {"CPT 30020-58", "CPT 30021"},
     "",
     CONFIDENCE_VERDICT,
     {"Yes, 58 fits 30020", "30020 is column 2 of 30021 (NCCI indicator 1)", "do not open that edit. Only one for"},
     {NULL}},
    {"an edit that nothing opens, beside another modifier",
     {"CPT 30020-58", "CPT 30023"},
     "",
     CONFIDENCE_VERDICT,
     {"30020 is column 2 of 30023 (NCCI indicator 0)", "Nothing does."},
     {"Only one for"}},
    {"a modifier that may open it", {"CPT 30020-LT", "CPT 30021"}, "", CONFIDENCE_VERDICT, {"Yes, LT fits 30020"}, {"is column 2"}},
    {"a finger and the diagnosis of another",
     {"CPT 30030-F5", "ICD10CM M65.341"},
     "",
     CONFIDENCE_VERDICT,
     {"Yes, F5 fits 30030: Right thumb.", "Not the same place: M65.341 is Trigger finger, right ring finger", "but F5 is Right hand, thumb",
      "goes with 30030-F8", "30030: Right thumb F5, right ring finger F8."},
     {NULL}},
    {"the other side", {"CPT 30030-F5", "ICD10CM M65.312"}, "", CONFIDENCE_VERDICT, {"Not the same place: M65.312"}, {"goes with"}},
    {"the same place", {"CPT 30030-F5", "ICD10CM M65.311", "ICD10CM R52"}, "", CONFIDENCE_VERDICT, {"Yes, F5"}, {"Not the same place"}},
    {"which ones, from facts",
     {"CPT 30020"},
     "",
     CONFIDENCE_VERDICT,
     {"matter most for 30020 are LT or RT, 58, 59, 57, 73, each", "LT or RT to tell the side",
      "57 not on this line but on the visit that decided", "Do not fit 30020. 50: both sides"},
     {"Others"}},
    {"which ones, from figures",
     {"CPT 30001"},
     "",
     CONFIDENCE_VERDICT,
     {"matter most for 30001 are 50, LT or RT, 26, TC, 58, 78", "Others that can fit: 79, 59, 25, 62, 22, 24, 51, 54, 55, 66",
      "Do not fit 30001: 57 (global days 010), 80 (assistant indicator 1)"},
     {NULL}},
    {"which ones, of two",
     {"CPT 30001", "CPT 30020"},
     "",
     CONFIDENCE_VERDICT,
     {"most for 30001 are 50, LT or RT, 26, TC, each", "most for 30020"},
     {NULL}},
    {"the side is asked in words",
     {"CPT 30001", "CPT 30020"},
     "which needs a modifier for the side",
     CONFIDENCE_VERDICT,
     {"Fit, each on its condition: 30001-50, 30001-LT, 30001-RT, 30020-LT, 30020-RT. Do not fit: 30020-50."},
     {NULL}},
    {"both knees are 50",
     {"CPT 30001"},
     "Both knees today",
     CONFIDENCE_VERDICT,
     {"50 on 30001, as you tell it when it is done on both sides", "For another case: - 30001-LT, RT fit when"},
     {"Fit, each"}},
    {"both knees where both are paid as one",
     {"CPT 30020"},
     "both knees",
     CONFIDENCE_VERDICT,
     {"Fit, each", "Do not fit: 30020-50."},
     {"as you tell"}},
    {"the finger decides",
     {"CPT 30030", "MOD F5", "MOD FA"},
     "release at the right thumb today or",
     CONFIDENCE_FACTS,
     {"F5 on 30030, as you tell it: Right thumb.", "For another case:"},
     {"Fit, each", "What F5 is for"}},
    {"a side that is told twice decides nothing",
     {"CPT 30020", "MOD LT", "MOD RT"},
     "left knee and right knee",
     CONFIDENCE_VERDICT,
     {"Fit, each on its condition: 30020-LT, 30020-RT."},
     {"as you tell"}},
    {"what is no alternative is not decided between",
     {"CPT 30020", "MOD LT", "MOD 58"},
     "left knee, staged",
     CONFIDENCE_VERDICT,
     {"Fit, each on its condition:"},
     {"as you tell"}},
    {"who agrees is no side", {"CPT 30020", "MOD LT", "MOD RT"}, "am I right in", CONFIDENCE_VERDICT, {"Fit, each"}, {"as you tell"}},
    {"another hand",
     {"CPT 30009", "MOD 76", "MOD 77"},
     "a different radiologist did it",
     CONFIDENCE_VERDICT,
     {"77 on 30009, as you tell it"},
     {NULL}},
    {"57 by the days",
     {"CPT 99213", "CPT 30002", "MOD 25", "MOD 57"},
     "",
     CONFIDENCE_VERDICT,
     {"57 on 99213, since 30002 has 090 global days", "For another case: - 99213-25"},
     {"Fit, each"}},
    {"25 by the days",
     {"CPT 99213", "CPT 30001", "MOD 25", "MOD 57"},
     "",
     CONFIDENCE_VERDICT,
     {"25 on 99213, since 30001 has 010 global days"},
     {NULL}},
    {"days of both kinds",
     {"CPT 99213", "CPT 30001", "CPT 30002", "MOD 25", "MOD 57"},
     "",
     CONFIDENCE_VERDICT,
     {"Fit, each on its condition: 99213-25, 99213-57."},
     {"since"}},
    {"the later of two",
     {"CPT 30001", "CPT 30002", "MOD 58", "MOD 78"},
     "the hematoma brought her back",
     CONFIDENCE_VERDICT,
     {"78 on the later procedure, as you tell it", "30001-58 fits"},
     {"30002-58"}},
    {"a visit after an operation",
     {"CPT 99213", "CPT 30002"},
     "modifier for a rash two weeks after",
     CONFIDENCE_VERDICT,
     {"Yes, 24 fits 99213"},
     {"30002-24", "matter most"}},
    {"a reading", {"CPT 30001"}, "reading only at the clinic which modifier", CONFIDENCE_VERDICT, {"Yes, 26 fits 30001"}, {"30001-TC"}},
    {"the machine alone", {"CPT 30001"}, "we own the machine which modifier", CONFIDENCE_VERDICT, {"Yes, TC fits 30001"}, {"30001-26"}},
    {"nothing left over",
     {"MOD JW", "MOD JZ"},
     "nothing was thrown away",
     CONFIDENCE_VERDICT,
     {"JZ (Nothing thrown away), as you tell it", "- JW: What was"},
     {NULL}},
    {"something left over", {"MOD JW", "MOD JZ"}, "half was discarded", CONFIDENCE_VERDICT, {"JW (Thrown away), as you tell it"}, {NULL}},
    {"a drug of which something was thrown away",
     {"HCPCS E0100"},
     "which modifier, we discarded the rest",
     CONFIDENCE_PARTLY,
     {"JW is the one that your words describe: What was thrown away. Whether it fits E0100 is not decided here"},
     {NULL}},
    {"a supply has no visit",
     {"HCPCS E0100"},
     "which modifiers",
     CONFIDENCE_PARTLY,
     {"No data: nothing that is loaded here tells"},
     {"57"}},
    {"who assists, behind the code",
     {"CPT 30002-80-AS"},
     "our PA assisted",
     CONFIDENCE_VERDICT,
     {"AS on 30002, as you tell it"},
     {"Fit, each"}},
    {"by words alone, a visit",
     {NULL},
     "which modifier for an unrelated visit after the surgery",
     CONFIDENCE_VERDICT,
     {"24 (Unrelated visit), as you tell it", "For another case: - 79"},
     {NULL}},
    {"by words alone, a procedure",
     {NULL},
     "modifier for an unrelated operation in the global period",
     CONFIDENCE_VERDICT,
     {"79 (Unrelated), as you tell it"},
     {NULL}},
    {"words that mean none", {NULL}, "which modifier for a bunion", 0, {NULL}, {NULL}},
    {"the same lists are one",
     {"CPT 30031", "CPT 30032"},
     "",
     CONFIDENCE_VERDICT,
     {"matter most for 30031 and 30032 are LT or RT, 58"},
     {"for 30032"}},
    {"nobody assists at a visit", {"CPT 99213"}, "", CONFIDENCE_VERDICT, {"matter most for 99213 are"}, {"80"}},
    {"both codes are no sides", {"CPT 30001"}, "both codes today", CONFIDENCE_VERDICT, {"matter most"}, {NULL}},
    {"alone", {"MOD 59"}, "", CONFIDENCE_VERDICT, {"59 (Distinct): On a procedure that is distinct.", "on the code in column 2"}, {NULL}},
    {"the distinct ones",
     {"MOD 59", "MOD XE", "MOD XS"},
     "",
     CONFIDENCE_VERDICT,
     {"Take the one that says best", "XE: At another encounter."},
     {NULL}},
    {"others",
     {"MOD 25", "MOD P3"},
     "",
     CONFIDENCE_VERDICT,
     {"What each of them is for", "25: On a visit that was separate. Goes on the visit.", "Goes on the anesthesia code."},
     {NULL}},
    {"none that there is",
     {"MOD 11"},
     "",
     CONFIDENCE_VERDICT,
     {"There is no modifier 11. 11 is a place of service (Office)", "is 26"},
     {NULL}},
    {"a code that does not hold",
     {"CPT 30099", "CPT 30020-58"},
     "",
     CONFIDENCE_VERDICT,
     {"CPT 30099 (Once a service) [1] is no longer valid", "Yes, 58 fits 30020"},
     {NULL}},
    {"only one that does not hold", {"CPT 30099-58"}, "", 0, {NULL}, {NULL}},
    {"a diagnosis", {"ICD10CM R52"}, "", 0, {NULL}, {NULL}},
};

static void questions_are_answered(void **state) {
    struct importing *on = *state;
    struct kb *kb = part_kb(on, FIXTURES "/modifier.json");
    struct date today;
    assert_true(date_parse(SPAN("2026-08-01"), &today));
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct asked_code codes[PART_CODES];
        struct inquiry inquiry = {.intent = INTENT_MODIFIER, .codes = codes, .words = span_of(rows[i].words), .confidence = 100};
        for (; inquiry.code_count < PART_CODES && rows[i].codes[inquiry.code_count]; inquiry.code_count++)
            codes[inquiry.code_count] = part_code(on, kb, rows[i].codes[inquiry.code_count], today);
        struct question question = {.today = today, .codes = codes, .code_count = inquiry.code_count, .words = inquiry.words};
        part_check(on, kb, &handler_modifier, rows[i].name, inquiry, &question, rows[i].confidence, rows[i].want, rows[i].not_want);
    }
    kb_close(kb);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_verdict_has_its_reason), cmocka_unit_test(questions_are_answered)};
    return cmocka_run_group_tests(tests, open_importing, close_importing);
}
