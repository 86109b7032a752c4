/* The words of a question about fees -> which figures are wanted. They come without marks and numbers: "follow-up" is two of them. */
#include "handlers/rules/fee.h"

static const struct cue {
    const char *words;
    unsigned wishes;
} cues[] = {
    {"pay", WISH_AMOUNT},
    {"pays", WISH_AMOUNT},
    {"get paid", WISH_AMOUNT},
    {"payment", WISH_AMOUNT},
    {"the fee", WISH_AMOUNT},
    {"its fee", WISH_AMOUNT},
    {"fee for", WISH_AMOUNT},
    {"fee of", WISH_AMOUNT},
    {"fees for", WISH_AMOUNT},
    {"fees of", WISH_AMOUNT},
    {"and fee", WISH_AMOUNT},
    {"and fees", WISH_AMOUNT},
    {"fee and", WISH_AMOUNT},
    {"fees and", WISH_AMOUNT},
    {"cost", WISH_AMOUNT},
    {"costs", WISH_AMOUNT},
    {"price", WISH_AMOUNT},
    {"dollars", WISH_AMOUNT},
    {"amount", WISH_AMOUNT},
    {"allowable", WISH_AMOUNT},
    {"allowed", WISH_AMOUNT},
    {"allows", WISH_AMOUNT},
    {"allow", WISH_AMOUNT},
    {"reimbursement for", WISH_AMOUNT},
    {"reimbursement of", WISH_AMOUNT},
    {"the reimbursement", WISH_AMOUNT},
    {"reimburse", WISH_AMOUNT},
    {"reimbursed", WISH_AMOUNT},
    {"wrvu", WISH_RVU},
    {"wrvus", WISH_RVU},
    {"work value", WISH_RVU},
    {"rvu", WISH_RVU},
    {"rvus", WISH_RVU},
    {"relative value", WISH_RVU},
    {"relative values", WISH_RVU},
    {"global", WISH_GLOBAL},
    {"globals", WISH_GLOBAL},
    {"follow up", WISH_GLOBAL},
    {"follow ups", WISH_GLOBAL},
    {"followup", WISH_GLOBAL},
    {"followups", WISH_GLOBAL},
    {"aftercare", WISH_GLOBAL},
    {"postop", WISH_GLOBAL},
    {"post op", WISH_GLOBAL},
    {"postoperative", WISH_GLOBAL},
    {"wound check", WISH_GLOBAL},
    {"apc", WISH_HOSPITAL},
    {"opps", WISH_HOSPITAL},
    {"outpatient", WISH_HOSPITAL},
    {"addendum b", WISH_HOSPITAL},
    {"facility fee", WISH_HOSPITAL},
    {"technical", WISH_PARTS},
    {"tc", WISH_PARTS},
    {"professional component", WISH_PARTS},
    {"professional part", WISH_PARTS},
    {"components", WISH_PARTS},
    {"conversion factor", WISH_FACTOR},
    {"status indicator", WISH_STATUS},
    {"status", WISH_STATUS},
};

static const char *const of_visits[] = {"visit",          "visits",  "follow up", "followup", "follow ups", "aftercare",    "wound check",
                                        "suture removal", "see her", "see him",   "postop",   "post op",    "postoperative"};
static const char *const of_work[] = {"wrvu", "wrvus", "work"};
static const char *const of_office[] = {"office", "non facility", "nonfacility"};
static const char *const of_inclusion[] = {"included", "inclusive",  "free",         "part of",
                                           "bundled",  "covered by", "global visit", "no charge"};
static const char *const of_payment[] = {"payable",  "paid",   "pay",     "pays",       "bill",       "billed",
                                         "billable", "charge", "charged", "separately", "reimbursed", "reimbursable"};
static const char *const of_operations[] = {"surgery", "surgeries", "surgical", "operation", "operated", "operative", "replacement", "replaced",
                                            "arthroplasty", "repair", "post op", "postop", "postoperative", "wound check", "suture removal",
                                            "staple removal", "global period", "the global", "within global", "in global", "global days of"};
static const char *const of_ranks[] = {"higher", "highest", "lower", "lowest",  "more",      "most",
                                       "less",   "least",   "which", "compare", "difference"};

static bool has_any(struct span words, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (page_has_words(words, span_of(list[i])))
            return true;
    return false;
}

/* Both 26 and TC, as modifiers by themselves. */
static bool names_parts(const struct inquiry *inquiry) {
    bool reading = false, equipment = false;
    for (size_t i = 0; i < inquiry->code_count; i++)
        if (inquiry->codes[i].system == SYSTEM_MOD) {
            reading = reading || span_equal(span_of(inquiry->codes[i].key), SPAN("26"));
            equipment = equipment || span_equal(span_of(inquiry->codes[i].key), SPAN("TC"));
        }
    return reading && equipment;
}

#define HAS_ANY(words, list) has_any(words, list, sizeof(list) / sizeof *(list))

struct fee_asked fee_asked_read(const struct inquiry *inquiry) {
    struct span words = inquiry->words;
    struct fee_asked ret = {.words = words, .wishes = names_parts(inquiry) ? WISH_PARTS : 0};
    for (size_t i = 0; i < sizeof cues / sizeof *cues; i++)
        if (page_has_words(words, span_of(cues[i].words)))
            ret.wishes |= cues[i].wishes;
    ret.visits = HAS_ANY(words, of_visits);
    ret.ranks = HAS_ANY(words, of_ranks);
    ret.total = page_has_words(words, SPAN("total"));
    ret.work = !ret.total && HAS_ANY(words, of_work);
    ret.office = HAS_ANY(words, of_office);
    ret.facility = !ret.office && page_has_words(words, SPAN("facility"));
    ret.payable = HAS_ANY(words, of_payment) && !HAS_ANY(words, of_inclusion);
    if (ret.visits)
        ret.wishes |= WISH_GLOBAL;
    ret.after = HAS_ANY(words, of_operations) && (ret.visits || HAS_ANY(words, of_payment) || HAS_ANY(words, of_inclusion)) &&
                !(ret.wishes & (WISH_RVU | WISH_FACTOR | WISH_STATUS | WISH_PARTS));
    if (ret.wishes & WISH_PARTS)
        ret.wishes |= WISH_RVU;
    if (!ret.wishes)
        ret.wishes = WISH_AMOUNT;
    return ret;
}
