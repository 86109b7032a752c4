/* The words of a question about fees -> which figures are wanted. They come without marks and numbers: "follow-up" is two of them. */
#include "handlers/fee.h"

static const struct cue {
    const char *words;
    unsigned wishes;
} cues[] = {
    {"pay", WISH_AMOUNT},
    {"pays", WISH_AMOUNT},
    {"get paid", WISH_AMOUNT},
    {"payment", WISH_AMOUNT},
    {"fee", WISH_AMOUNT},
    {"fees", WISH_AMOUNT},
    {"cost", WISH_AMOUNT},
    {"costs", WISH_AMOUNT},
    {"price", WISH_AMOUNT},
    {"dollars", WISH_AMOUNT},
    {"amount", WISH_AMOUNT},
    {"allowable", WISH_AMOUNT},
    {"allowed", WISH_AMOUNT},
    {"allows", WISH_AMOUNT},
    {"allow", WISH_AMOUNT},
    {"reimbursement", WISH_AMOUNT},
    {"reimburse", WISH_AMOUNT},
    {"reimbursed", WISH_AMOUNT},
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
    {"conversion factor", WISH_FACTOR},
    {"status indicator", WISH_STATUS},
    {"status", WISH_STATUS},
};

static const char *const of_visits[] = {"visit",          "visits",  "follow up", "followup", "follow ups", "aftercare",    "wound check",
                                        "suture removal", "see her", "see him",   "postop",   "post op",    "postoperative"};
static const char *const of_ranks[] = {"higher", "highest", "lower", "lowest",  "more",      "most",
                                       "less",   "least",   "which", "compare", "difference"};

static bool has_any(struct span words, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (page_has_words(words, span_of(list[i])))
            return true;
    return false;
}

struct fee_asked fee_asked_read(struct span words) {
    struct fee_asked ret = {.words = words};
    for (size_t i = 0; i < sizeof cues / sizeof *cues; i++)
        if (page_has_words(words, span_of(cues[i].words)))
            ret.wishes |= cues[i].wishes;
    ret.visits = has_any(words, of_visits, sizeof of_visits / sizeof *of_visits);
    ret.ranks = has_any(words, of_ranks, sizeof of_ranks / sizeof *of_ranks);
    ret.total = page_has_words(words, SPAN("total"));
    if (ret.visits)
        ret.wishes |= WISH_GLOBAL;
    if (!ret.wishes)
        ret.wishes = WISH_AMOUNT;
    return ret;
}
