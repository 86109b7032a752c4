/* The place of service that a text tells, by number or in words. It is told when all that is said fits one place: several of them, words
 * that leave it open ("telehealth" is 02 or 10), or a question about the place itself tell none. */
#include "handlers/understand/extract.h"

#include <string.h>

enum { WORDS_BEFORE = 2 };

/* Words in lower case, a|b for one of these; apostrophes and hyphens between them count for nothing. The longest that fits is taken.
 * place: a key of SYSTEM_POS (place of service codes for professional claims, CMS), or several between which the words leave it open. */
#define TELEHEALTH "02|10"
#define HOSPITAL "19|21|22|23"
static const struct wording {
    const char *place, *words;
} wordings[] = {
    {"11", "in|at the|our|my|his|her|a|an|their|your office"},
    {"11", "in|at the|our|my|his|her|a|an|their|your doctor|doctors|physician|physicians|provider|providers office"},
    {"11", "in|at the|our|my|a|an|their doctor|physician|provider s office"},
    {"11", "in office"},
    {"11", "office setting|based"},
    {"12", "at home"},
    {"12", "patient|patients home"},
    {"12", "patient s home"},
    {"12", "in|at her|his|their home"},
    {"12", "home visit|visits"},
    {"12", "house call|calls"},
    {"13", "assisted living"},
    {"19", "off campus"},
    {"19", "off campus outpatient hospital|department"},
    {"19", "off campus hopd"},
    {"19", "off campus hospital outpatient"},
    {"20", "urgent care"},
    {"21", "inpatient"},
    {"21", "in patient hospital|stay|admission"},
    {"22", "hopd"},
    {"22", "on campus outpatient hospital|department"},
    {"22", "hospital outpatient"},
    {"22", "in|at the|our|a hospital outpatient"},
    {"22", "outpatient hospital"},
    {"23", "emergency room|department|dept"},
    {"23", "in|at|from the|our er|ed"},
    {"23", "in er"},
    {"24", "asc"},
    {"24", "ambulatory surgery|surgical center|centre"},
    {"24", "in|at|for|by the|our|a|an surgery|surgical|outpatient center|centre"},
    {"24", "in|at|for|by the|our|a|an outpatient surgery center|centre"},
    {"24", "in|at|for|by the|our|a|an surgicenter"},
    {"31", "snf"},
    {"31", "skilled nursing"},
    {"31", "skilled nursing facility|home"},
    {"32", "nursing home|facility"},
    {TELEHEALTH, "telehealth|telemedicine"},
    {TELEHEALTH, "virtual|video visit|visits"},
    {HOSPITAL, "in|at the|our|a hospital"},
};

/* What stands behind "inpatient" where no stay is meant: "inpatient-only list", "inpatient coding". */
static const char other_inpatient[] = "only list coding coder coders code codes side claim claims drg rehab rehabilitation psych or vs";

static size_t skip_joints(const struct context *context, size_t i) {
    while (context_mark_in(context, i, "-'") && context_at(context, i)->glued)
        i++;
    return i;
}

/* Is the word one of the alternatives at the front of the wording? Moves behind them. */
static bool next_fits(struct span *wording, struct span lower) {
    struct span alternatives, one;
    bool ret = false;
    if (!span_cut(wording, ' ', &alternatives))
        return false;
    while (span_cut(&alternatives, '|', &one))
        ret = ret || span_equal(one, lower);
    return ret;
}

/* The token behind the wording, if the text says it from token i on; else 0. */
static size_t said(const struct context *context, size_t i, const char *words) {
    struct span rest = span_of(words);
    for (size_t at = i; rest.len > 0; at = skip_joints(context, at + 1)) {
        const struct token *token = context_at(context, at);
        if (token->paragraph != context_at(context, i)->paragraph || !next_fits(&rest, token->lower))
            return 0;
        if (rest.len == 0)
            return at + 1;
    }
    return 0;
}

static const struct wording *longest_said(const struct context *context, size_t i, size_t *end) {
    const struct wording *ret = NULL;
    *end = 0;
    for (size_t k = 0; k < sizeof wordings / sizeof *wordings; k++) {
        size_t behind = said(context, i, wordings[k].words);
        if (behind > *end) {
            *end = behind;
            ret = &wordings[k];
        }
    }
    return ret;
}

/* "not in the office", "rather than at home", "I am in the office until five" */
static bool is_denied(const struct context *context, size_t i) {
    for (size_t k = 1; k <= WORDS_BEFORE; k++)
        if (span_is_among(context_at(context, i - k)->lower, "not non never than isn wasn outside am i'm m back"))
            return true;
    return false;
}

struct telling {
    const char *place; /* NULL: nothing was told yet */
    const char *open;  /* the places between which it was left open; NULL: it never was */
    bool several;
};

static bool is_among(const char *place, const char *open) { return span_find(span_of(open), span_of(place)) != SPAN_NONE; }

static void tell(struct telling *telling, const char *place) {
    const char **told = span_find_char(span_of(place), '|') == SPAN_NONE ? &telling->place : &telling->open;
    telling->several = telling->several || (*told && strcmp(*told, place) != 0);
    *told = place;
}

static void tell_in_words(const struct context *context, struct telling *ret) {
    for (size_t i = 0, end; i<context->count; i = end> i ? end : i + 1) {
        const struct wording *wording = NULL;
        end = 0;
        if (context_is_new(context_at(context, i)) && !context_at(context, i)->literal)
            wording = longest_said(context, i, &end);
        if (!wording || is_denied(context, i))
            continue;
        bool inpatient = context_is(context, end - 1, "inpatient");
        if (!inpatient || !span_is_among(context_at(context, skip_joints(context, end))->lower, other_inpatient))
            tell(ret, wording->place);
    }
}

/* Is the place what is asked? "which POS", "is POS 22 right", or no other code beside it. */
static bool asks_place(const struct context *context, const struct mentions *mentions) {
    size_t places = 0, others = 0;
    for (size_t i = 0; i < mentions->count; i++)
        if (mentions->items[i].accepted && context_is_new(context_at(context, mentions->items[i].first)))
            *(mentions->items[i].system == SYSTEM_POS ? &places : &others) += 1;
    bool names_place = places > 0, judged = false, which = false;
    for (size_t i = 0; i < context->count; i++) {
        bool named = context_is(context, i, "pos") || (context_is(context, i, "place") && context_is(context, i + 1, "of"));
        if (!context_is_new(context_at(context, i)))
            continue;
        names_place = names_place || named;
        which = which || (named && span_is_among(context_at(context, i - 1)->lower, "which what right correct wrong"));
        judged = judged || span_is_among(context_at(context, i)->lower, "right correct wrong valid allowed mean means stand stands");
    }
    return which || (places > 0 && others == 0) || (names_place && places > 0 && judged);
}

const char *extract_place(const struct context *context, const struct mentions *mentions, struct arena *arena) {
    struct telling telling = {0};
    if (asks_place(context, mentions))
        return NULL;
    for (size_t i = 0; i < mentions->count; i++) {
        const struct mention *mention = &mentions->items[i];
        if (mention->accepted && mention->system == SYSTEM_POS && context_is_new(context_at(context, mention->first)))
            tell(&telling, mention->key);
    }
    tell_in_words(context, &telling);
    if (!telling.place || telling.several)
        return NULL;
    if (telling.open && strcmp(telling.open, TELEHEALTH) == 0 && strcmp(telling.place, "12") == 0)
        return "10";
    return !telling.open || is_among(telling.place, telling.open) ? arena_copy(arena, span_of(telling.place)) : NULL;
}
