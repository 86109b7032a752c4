#include "kb/figures.h"

#include <string.h>

const struct name figure_labels[] = {
    {FIGURE_STATUS, "status"},
    {FIGURE_WORK, "work RVU"},
    {FIGURE_PRACTICE, "practice expense RVU, non-facility"},
    {FIGURE_PRACTICE_FACILITY, "practice expense RVU, facility"},
    {FIGURE_MALPRACTICE, "malpractice RVU"},
    {FIGURE_TOTAL, "total RVU, non-facility"},
    {FIGURE_TOTAL_FACILITY, "total RVU, facility"},
    {FIGURE_GLOBAL, "global days"},
    {FIGURE_SPLIT, "global split, before / during / after"},
    {FIGURE_MULTIPLE, "multiple procedure indicator"},
    {FIGURE_BILATERAL, "bilateral indicator"},
    {FIGURE_ASSISTANT, "assistant indicator"},
    {FIGURE_COSURGEON, "co-surgeon indicator"},
    {FIGURE_TEAM, "team indicator"},
    {FIGURE_COMPONENTS, "PC/TC indicator"},
    {FIGURE_FACTOR, "conversion factor"},
    {FIGURE_HOSPITAL_STATUS, "hospital outpatient status indicator"},
    {FIGURE_HOSPITAL_RATE, "hospital outpatient payment rate"},
    {0, NULL},
};

const struct name fee_groups[] = {{FEE_EVERYBODY, "everybody"}, {FEE_OUTSIDE_MODELS, "non-QPP"}, {FEE_IN_MODELS, "QPP"}, {0, NULL}};

/* What a value means, in our words. Ends with a row without value. */
struct meaning {
    const char *value, *text;
};

static const struct meaning statuses[] = {
    {"A", "Active: paid separately under the physician fee schedule, if covered."},
    {"B", "Bundled: never paid separately, its payment lies in that of other services."},
    {"C", "Priced by the Medicare contractor, mostly case by case from the record."},
    {"D", "Deleted from the schedule."},
    {"E", "Left out of the physician fee schedule by regulation; where it is covered, it is paid another way."},
    {"F", "Deleted from the schedule."},
    {"G", "Not valid for Medicare, which uses another code."},
    {"H", "This part of the code was deleted from the schedule."},
    {"I", "Not valid for Medicare, which uses another code."},
    {"J", "Anesthesia: paid by base and time units, not by relative values."},
    {"M", "For measuring and reporting alone, nothing is paid."},
    {"N", "Not covered by Medicare."},
    {"P", "Bundled or left out: no separate payment under the physician fee schedule."},
    {"R", "Restricted: covered in special circumstances only, mostly priced by the Medicare contractor."},
    {"T", "Paid only when the practitioner bills nothing else of the physician fee schedule for the patient on that day."},
    {"X", "By law no physician service: this schedule does not pay it, another one may."},
    {0},
};

static const struct meaning globals[] = {
    {"000", "Minor procedure: the day itself is included, no days after it."},
    {"010", "Minor procedure: the day itself and the 10 days after it are included."},
    {"090", "Major surgery: the day before, the day itself and the 90 days after it are included."},
    {"MMM", "Maternity care: it has rules of its own, the usual global period does not apply."},
    {"XXX", "The global concept does not apply."},
    {"YYY", "The Medicare contractor decides whether there is a global period, and of how many days."},
    {"ZZZ", "Add-on: it takes the global period of the procedure it goes with."},
    {0},
};

static const struct meaning multiples[] = {
    {"0", "No reduction with other procedures of the day."},
    {"1", "Reduction as before 1995: 100 percent for the highest, then 50 and 25 percent."},
    {"2", "Standard reduction: 100 percent for the highest, 50 percent for the next ones."},
    {"3", "Endoscopy: with others of its family the base procedure is paid but once."},
    {"4", "Imaging: with others of the session the technical part of the next ones is halved, the professional part loses 5 percent."},
    {"5", "Therapy: the practice expense of all but the highest unit of the day is halved."},
    {"6", "Tests of heart and vessels: the technical part of all but the highest of the day loses 25 percent."},
    {"7", "Tests of the eye: the technical part of all but the highest of the day loses 20 percent."},
    {0},
};

static const struct meaning bilaterals[] = {
    {"0", "The 150 percent rule does not apply; both sides together are paid at most as one."},
    {"1", "Both sides together are paid at most 150 percent of one side."},
    {"2", "The figures already stand for both sides: nothing is added for the second."},
    {"3", "Each side is paid at most in full, without a reduction for the second."},
    {0},
};

static const struct meaning assistants[] = {
    {"0", "An assistant is paid only when documents show the need."},
    {"1", "An assistant at surgery may not be paid."},
    {"2", "An assistant at surgery may be paid."},
    {0},
};

static const struct meaning cosurgeons[] = {
    {"0", "Two surgeons are not paid."},
    {"1", "Two surgeons of different specialties could be paid when documents show the need."},
    {"2", "Two surgeons of different specialties are paid, without further documents."},
    {0},
};

static const struct meaning teams[] = {
    {"0", "A surgical team is not paid."},
    {"1", "A surgical team could be paid when documents show the need, by report."},
    {"2", "A surgical team is paid, by report."},
    {0},
};

static const struct meaning components[] = {
    {"0", "A physician service: it does not split into professional and technical parts."},
    {"1", "It splits into a professional part (26) and a technical part (TC)."},
    {"2", "Professional part only: the technical part and the whole test have codes of their own."},
    {"3", "Technical part only: staff and equipment, no physician work."},
    {"4", "The whole test only: its professional and technical parts have codes of their own."},
    {"5", "Done by staff, incident to a physician's service: not paid for patients of a hospital."},
    {"6", "A physician's reading of a laboratory test: 26 may be used, TC may not."},
    {"7", "Physical therapy: an independent therapist is not paid for patients of a hospital."},
    {"8", "A physician's reading of an abnormal smear, for inpatients only."},
    {0},
};

static const struct meaning modifiers[] = {
    {"26", "The professional part alone."},
    {"TC", "The technical part alone."},
    {"53", "The procedure when it was broken off."},
    {0},
};

static const struct meaning hospital_statuses[] = {
    {"A", "Paid to the hospital under another fee schedule."},
    {"B", "Not recognized on an outpatient claim of a hospital."},
    {"C", "Inpatient procedure: not paid to the outpatient department."},
    {"E1", "Not paid by Medicare on an outpatient claim."},
    {"E2", "Not paid: there are no figures to price it by."},
    {"F", "Paid at reasonable cost."},
    {"G", "Drug or biological on pass-through: paid separately."},
    {"H", "Device on pass-through: paid separately."},
    {"H1", "Device for pain relief without opioids: paid separately."},
    {"J1", "Paid as one package with the other services of the claim."},
    {"J2", "May be paid as one package with the other services of the claim."},
    {"K", "Drug or biological that is paid separately."},
    {"K1", "Drug for pain relief without opioids: paid separately."},
    {"L", "Vaccine paid at reasonable cost, without a share for the patient."},
    {"M", "Not billed to the Medicare contractor."},
    {"N", "Always packaged into another service."},
    {"P", "Partial hospitalization, paid by the day."},
    {"Q1", "Packaged when an S, T or V service stands on the same claim, otherwise paid by itself."},
    {"Q2", "Packaged when a T service stands on the same claim, otherwise paid by itself."},
    {"Q3", "Paid as part of a composite when its conditions are met, otherwise by itself."},
    {"Q4", "Laboratory test: packaged into the other services of the claim, otherwise paid by the laboratory schedule."},
    {"R", "Blood or blood product: paid separately."},
    {"S", "Paid by itself, never reduced for several procedures."},
    {"S1", "Skin substitute: paid separately, at one rate."},
    {"T", "Paid by itself; reduced when several such procedures are done."},
    {"U", "Brachytherapy source: paid separately."},
    {"V", "Clinic or emergency visit: paid separately."},
    {"Y", "Equipment: not billed by the hospital to this contractor."},
    {0},
};

static const struct meaning rationales[] = {
    {"Anatomic Consideration", "It follows from anatomy."},
    {"CMS Policy", "It rests on CMS policy."},
    {"Clinical: CMS Workgroup", "The number is the judgment of a CMS workgroup."},
    {"Clinical: Data", "CMS took the number from claims data."},
    {"Clinical: Society Comment", "It follows the comment of a medical society."},
    {"Code Descriptor / CPT Instruction", "It rests on the wording of the code."},
    {"Compounded Drug Policy", "It rests on the policy for compounded drugs."},
    {"Drug discontinued", "The drug is no longer made."},
    {"Nature of Analyte", "It follows from what is measured."},
    {"Nature of Equipment", "It follows from the nature of the equipment."},
    {"Nature of Service/Procedure", "It follows from the nature of the service."},
    {"Oral Medication; Not Payable", "What is swallowed is not paid here."},
    {"Prescribing Information", "It follows from the drug's prescribing information."},
    {"Published Contractor Policy", "It rests on what a contractor has published."},
    {0},
};

static const struct meaning limit_indicators[] = {
    {"1", "Limit for each line of the claim: more units may stand on further lines, each with a modifier that fits."},
    {"2", "Limit for the whole day, set by policy: more units can not be paid, whatever the record shows."},
    {"3",
     "Clinical limit for the whole day, not one of policy: all lines of the day are added up. More units can be paid when they were really "
     "given, correctly coded and medically necessary."},
    {0},
};

static const char not_outside[] = "Marked NA: the file says this is rarely or never done outside a facility.";
static const char not_inside[] = "Marked NA: the file says this is rarely or never done in a facility.";

static const char *const factor_texts[] = {
    [FEE_EVERYBODY] = "Dollars a relative value unit, before the locality is applied.",
    [FEE_OUTSIDE_MODELS] =
        "Dollars a relative value unit (clinicians outside a qualifying alternative payment model), before the locality is applied.",
    [FEE_IN_MODELS] =
        "Dollars a relative value unit (clinicians in a qualifying alternative payment model), before the locality is applied.",
};

static const struct meaning *find(const struct meaning *meanings, const char *value) {
    for (; meanings->value; meanings++)
        if (value && strcmp(meanings->value, value) == 0)
            return meanings;
    return NULL;
}

static const char *meaning_of(const struct meaning *meanings, const char *value) {
    const struct meaning *meaning = find(meanings, value);
    return meaning ? meaning->text : NULL;
}

static void put(struct figures *ret, unsigned position, const char *label, const char *value, const char *text) {
    if (value && *value && ret->count < FIGURE_COUNT)
        ret->items[ret->count++] = (struct figure_fact){position, label, value, text};
}

static void put_figure(struct figures *ret, enum figure figure, const char *value, const char *text) {
    put(ret, figure, name_text(figure_labels, figure), value, text);
}

/* 9: the concept does not apply. */
static void put_indicator(struct figures *ret, enum figure figure, const char *value, const struct meaning *meanings) {
    if (value && strcmp(value, "9") != 0)
        put_figure(ret, figure, value, meaning_of(meanings, value));
}

static bool is_zero(const char *value) { return !value || strspn(value, "0.") == strlen(value); }

static bool same(const char *a, const char *b) { return strcmp(a ? a : "", b ? b : "") == 0; }

bool figure_modifier_known(const char *modifier) { return find(modifiers, modifier) != NULL; }

const char *figure_label_modified(enum figure figure, const char *modifier, bool both, struct arena *arena) {
    static const struct name of_both[] = {{FIGURE_PRACTICE, "practice expense RVU"}, {FIGURE_TOTAL, "total RVU"}, {0, NULL}};
    bool placed = figure == FIGURE_PRACTICE || figure == FIGURE_TOTAL;
    return arena_printf(arena, "%s, modifier %s", name_text(both && placed ? of_both : figure_labels, figure), modifier);
}

static const char *status_text(const struct fee *fee, struct arena *arena) {
    const char *text = meaning_of(statuses, fee->status);
    return fee->unused ? arena_printf(arena, "%s%sMedicare does not pay by the figures.", text ? text : "", text ? " " : "") : text;
}

/* Of a modifier's row: what differs from the code's own. */
static void put_modified(const struct fee *fee, struct arena *arena, struct figures *ret) {
    const struct meaning *modifier = find(modifiers, fee->modifier);
    bool both = same(fee->practice, fee->practice_facility);
    if (!modifier)
        return;
    unsigned first = FIGURE_MODIFIED * (1 + (unsigned)(modifier - modifiers));
    const struct {
        enum figure figure;
        const char *value, *text;
        bool wanted;
    } rows[] = {
        {FIGURE_TOTAL, fee->total, modifier->text, true},
        {FIGURE_TOTAL_FACILITY, fee->total_facility, modifier->text, !both},
        {FIGURE_WORK, fee->work, NULL, !is_zero(fee->work)},
        {FIGURE_PRACTICE, fee->practice, NULL, !is_zero(fee->total)},
        {FIGURE_PRACTICE_FACILITY, fee->practice_facility, NULL, !both},
        {FIGURE_MALPRACTICE, fee->malpractice, NULL, !is_zero(fee->total)},
        {FIGURE_STATUS, fee->status, status_text(fee, arena), !same(fee->status, "A")},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].wanted)
            put(ret, first + (unsigned)i, figure_label_modified(rows[i].figure, fee->modifier, both, arena), rows[i].value, rows[i].text);
    if (!is_zero(fee->total)) /* the code itself may have none: a contractor prices the whole, and the schedule a part */
        put_figure(ret, FIGURE_FACTOR, fee->factor, factor_texts[fee->group]);
}

static void put_rvus(const struct fee *fee, struct figures *ret) {
    const char *outside = fee->rare ? not_outside : NULL, *inside = fee->rare_facility ? not_inside : NULL;
    put_figure(ret, FIGURE_WORK, fee->work, NULL);
    put_figure(ret, FIGURE_PRACTICE, fee->practice, outside);
    put_figure(ret, FIGURE_PRACTICE_FACILITY, fee->practice_facility, inside);
    put_figure(ret, FIGURE_MALPRACTICE, fee->malpractice, NULL);
    put_figure(ret, FIGURE_TOTAL, fee->total, outside);
    put_figure(ret, FIGURE_TOTAL_FACILITY, fee->total_facility, inside);
}

void figures_of_fee(const struct fee *fee, struct arena *arena, struct figures *ret) {
    ret->count = 0;
    if (fee->modifier && *fee->modifier) {
        put_modified(fee, arena, ret);
        return;
    }
    bool valued = !is_zero(fee->total) || !is_zero(fee->total_facility);
    bool shown = valued || same(fee->status, "A");
    put_figure(ret, FIGURE_STATUS, fee->status, status_text(fee, arena));
    if (shown)
        put_rvus(fee, ret);
    if (shown || !same(fee->global, "XXX"))
        put_figure(ret, FIGURE_GLOBAL, fee->global, meaning_of(globals, fee->global));
    if (!is_zero(fee->before) || !is_zero(fee->during) || !is_zero(fee->after))
        put_figure(ret, FIGURE_SPLIT, arena_printf(arena, "%s / %s / %s", fee->before, fee->during, fee->after),
                   "Shares of the package, for care that is split with 56, 54 and 55.");
    put_indicator(ret, FIGURE_MULTIPLE, fee->multiple, multiples);
    put_indicator(ret, FIGURE_BILATERAL, fee->bilateral, bilaterals);
    put_indicator(ret, FIGURE_ASSISTANT, fee->assistant, assistants);
    put_indicator(ret, FIGURE_COSURGEON, fee->cosurgeon, cosurgeons);
    put_indicator(ret, FIGURE_TEAM, fee->team, teams);
    put_indicator(ret, FIGURE_COMPONENTS, fee->components, components);
    if (shown)
        put_figure(ret, FIGURE_FACTOR, fee->factor, factor_texts[fee->group]);
}

void figures_of_hospital(const char *status, const char *rate, struct figures *ret) {
    ret->count = 0;
    put_figure(ret, FIGURE_HOSPITAL_STATUS, status, meaning_of(hospital_statuses, status));
    put_figure(ret, FIGURE_HOSPITAL_RATE, rate, "National rate in dollars, for the hospital, not for the surgeon.");
}

void figures_of_limit(const struct limit *limit, struct arena *arena, struct figures *ret) {
    static const char *const words[] = {"No",    "One",   "Two",  "Three", "Four",   "Five",  "Six",
                                        "Seven", "Eight", "Nine", "Ten",   "Eleven", "Twelve"};
    long units;
    ret->count = 0;
    if (!limit->units || !span_to_long(span_of(limit->units), 0, 1000000, &units))
        return;
    bool many = units >= (long)(sizeof words / sizeof *words), plural = units > 1;
    const char *rationale = meaning_of(rationales, limit->rationale);
    put(ret, 0, "MUE", limit->units,
        arena_printf(arena, "%s unit%s a day by the same practitioner for the same patient pass%s the edit.%s%s",
                     many ? limit->units : words[units], plural ? "s" : "", plural ? "" : "es", rationale ? " " : "",
                     rationale ? rationale : ""));
    put(ret, 1, "MAI", limit->indicator,
        units == 0 ? "Of no weight beside an MUE of 0: no unit is payable." : meaning_of(limit_indicators, limit->indicator));
}
