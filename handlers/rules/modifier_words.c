/* Which modifier the asker's words mean: by what happened ("nothing was thrown away": JZ) or by the place ("right great toe": T5). */
#include "handlers/rules/fit.h"
#include "handlers/rules/modifier.h"

#include <string.h>

#include "kb/figures.h"

/* Phrases, one bar between them. */
#define UNRELATED "unrelated|not related|nothing to do with"
#define VISIT "visit|visits|office|e m|em|exam|evaluation|consult|seen|follow up|appointment"
#define KEPT                                                                                                                               \
    "nothing thrown|nothing was thrown|nothing wasted|nothing was wasted|nothing discarded|nothing was discarded|nothing left|no waste|"   \
    "no wastage|none wasted|none was wasted|none discarded|not wasted|without waste|whole vial|entire vial|full vial|whole syringe"
#define THROWN "wasted|waste|wastage|discarded|thrown away|thrown out|threw|leftover|unused"
#define NO_PICTURE "no video|without video|no camera|audio only|phone only|sound only|voice only|only phone|only audio"
#define SAME_HAND "same doctor|same physician|same provider|same surgeon|same clinician|same radiologist|same doc"
#define READS "reading only|only reading|read only|only read|only reads|professional part|professional component|interpretation only"
#define EQUIPS                                                                                                                             \
    "machine only|only the machine|own the machine|equipment only|only the equipment|equipment part|technical part|technical component"
#define PRIVATE "commercial|private|aetna|cigna|blue cross|bcbs|anthem|united|uhc|humana"
#define PLANNED "planned|staged|second look|more extensive|scheduled from the start"
#define UNPLANNED                                                                                                                          \
    "unplanned|not planned|complication|complications|hematoma|infection|infected|dehiscence|bleed|bleeding|hemorrhage|abscess"
#define ASSISTS "assist|assists|assisted|assisting|assistant"
#define NO_NOTICE "no abn|without abn|without an abn|abn was not signed|abn not signed|no signed abn|unsigned"

/* A modifier and what has to be written: a phrase of each list, and none of the last. Only where the alternatives are among the others. */
static const struct situation {
    const char *modifier, *others, *all[2], *none;
} situations[] = {
    {"JZ", "JW", {KEPT, NULL}, NULL},
    {"JW", "JZ", {THROWN, NULL}, KEPT},
    {"93", "95", {NO_PICTURE "|telephone|by phone|over the phone", NULL}, NULL},
    {"95", "93", {"video|camera", NULL}, NO_PICTURE},
    {"76", "77", {SAME_HAND, NULL}, NULL},
    {"77", "76", {"another|different|other|second", "doctor|physician|provider|surgeon|clinician|radiologist|doc"}, SAME_HAND},
    {"PT", "33", {"medicare", NULL}, PRIVATE},
    {"33", "PT", {PRIVATE, NULL}, "medicare"},
    {"58", "78 79", {PLANNED, NULL}, UNRELATED "|" UNPLANNED},
    {"78", "58 79", {UNPLANNED, NULL}, UNRELATED "|no complication|without complication|planned second|staged"},
    {"79", "58 78 24", {UNRELATED, NULL}, VISIT},
    {"24", "25 57", {UNRELATED, NULL}, "same day"},
    {"24", "79", {UNRELATED, VISIT}, "same day"},
    {"26", "TC", {READS "|interpretation|interprets|interpreted|professional", NULL}, EQUIPS},
    {"TC", "26", {EQUIPS "|technical", NULL}, READS},
    {"62", "80 81 82", {"together|cosurgeon|cosurgeons|co surgeon|co surgeons|two surgeons|both surgeons|each did", NULL}, ASSISTS},
    {"80", "62", {ASSISTS, NULL}, "two surgeons|both surgeons|together|cosurgeon|cosurgeons|co surgeon|co surgeons|each did"},
    {"AS", "80 81 82", {"pa|physician assistant|nurse practitioner|np|clinical nurse specialist", NULL}, NULL},
    {"82", "80 81 AS", {"resident|residents", NULL}, "physician assistant|nurse practitioner"},
    {"73", "74", {"before anesthesia|before the anesthesia|before induction|prior to anesthesia", NULL}, NULL},
    {"74", "73", {"after anesthesia|after the anesthesia|after induction|under anesthesia", NULL}, NULL},
    {"GZ", "GA GY", {NO_NOTICE, NULL}, NULL},
    {"GA", "GZ GY", {"signed|abn on file|has an abn|with an abn", NULL}, NO_NOTICE},
    {"50", "LT RT", {"both|bilateral|bilaterally|each side", NULL}, NULL},
};

static bool says_any(struct span words, const char *phrases) {
    struct span rest = span_of(phrases), phrase;
    while (phrases && span_cut(&rest, '|', &phrase))
        if (page_has_words(words, phrase))
            return true;
    return false;
}

static bool happened(const struct situation *situation, struct span words) {
    bool first = says_any(words, situation->all[0]), second = !situation->all[1] || says_any(words, situation->all[1]);
    return first && second && !says_any(words, situation->none);
}

/* ---- the place ---- */

/* What tells one of the modifiers from the next: of each line, words that mean the same. */
static const struct axis {
    const char *modifiers; /* first letters of those that it tells apart */
    const char *values[5];
} axes[] = {
    {"FTE L R", {"left", "right"}},
    {"E", {"upper", "lower"}},
    {"F", {"thumb", "index second 2nd pointer", "middle long third 3rd", "ring fourth 4th", "little small pinky fifth 5th"}},
    {"T", {"great big hallux", "second 2nd", "third 3rd", "fourth 4th", "little small fifth 5th"}},
    {"L R", {"circumflex circ", "descending lad", "main", "intermedius ramus"}},
};
enum { NO_VALUE = -1, SEVERAL_VALUES = -2 };

static bool is_one_of(struct span word, const char *list) {
    struct span rest = span_of(list), item;
    while (span_cut(&rest, ' ', &item))
        if (span_same(item, word))
            return true;
    return false;
}

static int value_of(const struct axis *axis, struct span word) {
    int ret = NO_VALUE;
    for (int i = 0; i < (int)(sizeof axis->values / sizeof *axis->values) && axis->values[i] && ret == NO_VALUE; i++)
        ret = is_one_of(word, axis->values[i]) ? i : NO_VALUE;
    return ret;
}

/* "Am I right" and "what is left" tell no side. */
static bool tells_side(struct span before, struct span word, struct span behind) {
    return !is_one_of(before, "i it that this is am are all") && fit_tells_side(word, behind);
}

static int value_on(const struct axis *axis, struct span text) {
    int ret = NO_VALUE;
    struct span before = SPAN(""), word, behind;
    while (span_cut(&text, ' ', &word)) {
        struct span ahead = text;
        word = span_slice(word, 0, word.len - (word.len > 0 && strchr(",;.", word.ptr[word.len - 1]) != NULL));
        if (!span_cut(&ahead, ' ', &behind))
            behind = SPAN("");
        int value = value_of(axis, word);
        if (value != NO_VALUE && (axis != axes || tells_side(before, word, behind)))
            ret = ret == NO_VALUE || ret == value ? value : SEVERAL_VALUES;
        before = word;
    }
    return ret;
}

/* Nothing in the words speaks against the modifier's place, and something for it. */
static bool is_place(const struct modifier *modifier, struct span words) {
    size_t agree = 0;
    for (size_t i = 0; i < sizeof axes / sizeof *axes; i++) {
        bool applies = strchr(axes[i].modifiers, modifier->key[0]);
        int own = applies ? value_on(&axes[i], span_of(modifier->found.code.title)) : NO_VALUE;
        int asked = own == NO_VALUE ? NO_VALUE : value_on(&axes[i], words);
        if (asked != NO_VALUE && asked != own)
            return false;
        agree += asked != NO_VALUE;
    }
    return agree > 0;
}

/* ---- the choice ---- */

/* All the others are alternatives to it, and the words mean this one. */
static bool is_meant(const struct modifier *modifier, const struct modifier *const *all, size_t count, struct span words) {
    bool places = modifier_is_anatomic(modifier->key) && is_place(modifier, words);
    for (size_t i = 0; i < count; i++)
        places = places && (modifier_is_anatomic(all[i]->key) || strcmp(all[i]->key, "50") == 0);
    for (size_t k = 0; k < sizeof situations / sizeof *situations; k++) {
        const struct situation *row = &situations[k];
        bool rivals = strcmp(row->modifier, modifier->key) == 0;
        for (size_t i = 0; i < count && rivals; i++)
            rivals = all[i] == modifier || modifier_is_one_of(all[i]->key, row->others);
        if (rivals && happened(row, words))
            return true;
    }
    return places;
}

size_t modifier_choose(const struct modifier *const *modifiers, size_t count, struct span words) {
    size_t ret = count, meant = 0;
    for (size_t i = 0; i < count && count > 1; i++)
        if (is_meant(modifiers[i], modifiers, count, words)) {
            ret = i;
            meant++;
        }
    return meant == 1 ? ret : count;
}

const char *modifier_of_days(const struct page_asked *asked, size_t count, const struct page_asked **ret) {
    const char *told = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct kb_fact *days = page_fact(&asked[i].found, SECTION_FEE, name_text(figure_labels, FIGURE_GLOBAL));
        if (!days || !days->value || modifier_is_visit(&asked[i].found.code))
            continue;
        const char *key = strcmp(days->value, "090") == 0 ? "57" : modifier_is_one_of(days->value, "000 010") ? "25" : NULL;
        if (told && key && strcmp(told, key) != 0)
            return NULL;
        if (key && !told)
            *ret = &asked[i];
        told = key ? key : told;
    }
    return told;
}

/* ---- what is asked without a number ---- */

static const struct {
    const char *words, *modifiers;
} topics[] = {
    {"side|sides|laterality|bilateral|bilaterally|lateral", MODIFIERS_OF_SIDES},
    {"assistant|assistants|assist|assists|assisted|assisting", "80 82 AS"},
    {"cosurgeon|cosurgeons|surgeons", "62"},
    {EQUIPS "|technical|equipment|scanner", "TC"},
    {"professional|interpretation|" READS, "26"},
    {"staged|unrelated|complication", "58 78 79"},
    {"repeat|repeated|repeats", "76 77"},
    {"aborted|discontinued|terminated", "53 73 74"},
};

/* "both knees" means the sides, "both codes" does not. */
static const char paired[] = "sides knees hips shoulders elbows wrists hands ankles feet legs arms eyes ears thumbs heels breasts thighs "
                             "kidneys lids groins";

static bool says_both(struct span words, struct arena *arena) {
    struct span word, before = SPAN("");
    while (span_cut(&words, ' ', &word)) {
        char *lower = arena_copy(arena, word);
        for (char *c = lower; *c; c++)
            *c = char_lower(*c);
        if (span_same(before, SPAN("both")) && modifier_is_one_of(lower, paired))
            return true;
        before = word;
    }
    return false;
}

const char *modifier_topic(struct span words, struct arena *arena) {
    if (says_both(words, arena))
        return MODIFIERS_OF_SIDES;
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
        if (says_any(words, topics[i].words))
            return topics[i].modifiers;
    return NULL;
}

const char *modifier_beside_visit(struct span words) {
    if (says_any(words, UNRELATED) || says_any(words, "weeks after|days after|week after|postop|postoperative|post op|global period"))
        return says_any(words, "same day|decision|decided") ? NULL : "24";
    return says_any(words, "same day|same visit|same encounter|decision|decided") ? "25 57" : NULL;
}

const char *modifier_of_drug(struct span words) { return says_any(words, KEPT) || says_any(words, THROWN) ? "JW JZ" : NULL; }

const char *modifier_alone_topic(struct span words) {
    bool asked = says_any(words, "modifier|modifiers|mod");
    if (asked && says_any(words, UNRELATED) && says_any(words, "surgery|operation|procedure|global|postop|postoperative|post op"))
        return "24 79";
    return NULL;
}
