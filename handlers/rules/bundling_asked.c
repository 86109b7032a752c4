/* How a question about bundling is put. */
#include "handlers/rules/bundling.h"

static bool says_one_of(struct span words, const char *const *list) {
    for (; *list; list++)
        if (page_has_words(words, span_of(*list)))
            return true;
    return false;
}

/* What happened and what is asked of it may stand in two sentences: "They denied it as inclusive. Are they right?" */
static struct span words_of(const struct question *question, const struct inquiry *inquiry) {
    return question->inquiry_count == 1 ? question->words : inquiry->words;
}

enum bundling_way bundling_way(const struct question *question, const struct inquiry *inquiry) {
    static const char *const denials[] = {"denied", "denies", "deny", "denial", "denials", "rejected", "rejects", "refused", "refuses", NULL};
    static const char *const doubts[] = {"right", "correct", "wrong", "appeal", "justified", "legitimate", "fair", "agree", NULL};
    static const char *const edits[] = {"edit", "edits", "bundle", "bundles", "bundled", "bundling", "unbundle", "unbundled", "unbundling", "include",
                                        "includes", "included", "inclusive", "component", "part of", NULL};
    static const char *const together[] = {"together", "both", "allowed", "separate", "separately", "payable", "billable", "alongside", NULL};
    struct span words = words_of(question, inquiry);
    bool edit = says_one_of(words, edits), beside = says_one_of(words, together);
    if (says_one_of(words, denials) && says_one_of(words, doubts))
        return WAY_DENIED;
    return edit && beside ? WAY_EITHER : edit ? WAY_EDIT : WAY_TOGETHER;
}

void bundling_add_way(const struct question *question, const struct inquiry *inquiry, struct template_row *ret) {
    static const char *const flags[] = {
        [WAY_TOGETHER] = "way_together", [WAY_EDIT] = "way_edit", [WAY_EITHER] = "way_either", [WAY_DENIED] = "way_denied"};
    size_t way = bundling_way(question, inquiry);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        template_flag(ret, flags[i], way == i);
}

bool bundling_asks_add_on(const struct inquiry *inquiry) {
    static const char *const words[] = {"add on",       "add-on",        "addon",       "add ons",    "add-ons",     "addons",     "primary code",
                                        "primary codes", "primaries",    "parent code", "stand alone", "stand-alone", "standalone", NULL};
    return says_one_of(inquiry->words, words);
}

bool bundling_asks_reduction(const struct inquiry *inquiry) {
    static const char *const words[] = {"multiple procedure", "multiple procedures", "multiple surgery", "mppr", "reduction", "reduced",
                                        "endoscopy rule", "endoscopic rule", NULL};
    return says_one_of(inquiry->words, words);
}

bool bundling_asks_later_visit(const struct inquiry *inquiry) {
    static const char *const visits[] = {"visit", "visits", "follow up", "followup", "appointment", "office", NULL};
    static const char *const later[] = {"day", "days", "week", "weeks", "after", "later", "postop", "postoperative", "post op", NULL};
    static const char *const same[] = {"same day", "that day", "day of surgery", "day of the", "same visit", "same session", NULL};
    return says_one_of(inquiry->words, visits) && says_one_of(inquiry->words, later) && !says_one_of(inquiry->words, same);
}
