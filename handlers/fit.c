#include "handlers/fit.h"

#include <string.h>

#include "base/buf.h"
#include "handlers/keywords.h"
#include "handlers/operations.h"

enum { TELLING_LETTERS = 3, SAME_LETTERS = 4, ENDING_LETTERS = 4, SURE_LETTERS = 6, LONG_TEXT = 8, EXCLUDED_WORDS = 3, TEXT_BYTES = 8192 };

/* ---- words ---- */

static bool in_word(char c) { return char_is_alnum(c) || c == '-' || c == '\'' || (unsigned char)c >= 0x80; }

static bool next_word(struct span *rest, struct span *ret) {
    size_t from = 0, to;
    while (from < rest->len && !in_word(rest->ptr[from]))
        from++;
    for (to = from; to < rest->len && in_word(rest->ptr[to]);)
        to++;
    *ret = span_slice(*rest, from, to);
    *rest = span_slice(*rest, to, rest->len);
    return ret->len > 0;
}

bool fit_is_variant(struct span word) {
    return span_is_among(word, "left right both bilateral unilateral side sided first initial subsequent sequela encounter visit");
}

/* Names of systems tell a search where to look. */
static bool is_system(struct span word) {
    return span_is_among(word, "cpts icd10 icd-10 icd10cm icd-10-cm icd-10-pcs dx dxs diagnosis diagnoses pcs pos taxonomy taxonomies revenue drg drgs "
                           "ms-drg modifier modifiers place service services");
}

bool fit_is_asking(struct span word) {
    return span_is_among(word, "code codes coding bill billing billed is are am was which what whats what's wich there should can could would we i you use "
                           "do does did please pls plz looking appropriate number assign choose pick hi thx somebody someone better okay instead "
                           "called replaces says denied rejected rejects bounced contract encoder gone exist exists successor substitute");
}

/* Said of every service. */
static bool is_frame(struct span word) {
    return span_is_among(word, "procedure procedures operation surgery surgical performed patient patients doctor doctors provider physician per "
                           "unknown unspecified nos taking putting");
}

static bool is_telling(struct span word, struct arena *arena) {
    if (word.len < TELLING_LETTERS || char_is_digit(word.ptr[0]) || fit_is_variant(word) || is_system(word) ||
        fit_is_asking(word) || is_frame(word))
        return false;
    char *lower = arena_copy(arena, word);
    for (size_t i = 0; i < word.len; i++)
        lower[i] = char_lower(lower[i]);
    return !keywords_is_common(span_of(lower));
}

/* ---- what is excluded ---- */

static bool begins_exclusion(struct span word, struct span before) {
    if (span_is_among(word, "except excluding"))
        return true;
    return (span_same(word, SPAN("not")) && !span_is_among(before, "is are was were does do did has have had or if")) ||
           (span_is_among(word, "than of") && span_is_among(before, "other rather instead"));
}

/* "not displaced", "not intractable": titles say that, too. */
static bool is_quality(struct span word) {
    return span_ends_same(word, SPAN("ed")) || span_ends_same(word, SPAN("able")) || span_ends_same(word, SPAN("al")) ||
           span_is_among(word, "elsewhere otherwise due yet known given specified sure clear new");
}

struct span fit_without_excluded(struct span words, struct arena *arena, bool *ret_other) {
    struct buf kept;
    struct span rest = words, word, before = span_of("");
    size_t skipping = 0;
    *ret_other = false;
    buf_init(&kept, TEXT_BYTES);
    while (next_word(&rest, &word)) {
        struct span ahead = rest, behind = span_of("");
        next_word(&ahead, &behind);
        if (skipping > 0 && is_telling(word, arena)) {
            skipping--;
        } else {
            skipping = begins_exclusion(word, before) && !is_quality(behind) ? EXCLUDED_WORDS : 0;
            *ret_other = *ret_other || skipping > 0;
            buf_printf(&kept, "%s%.*s", kept.len ? " " : "", SPAN_ARG(word));
        }
        before = word;
    }
    struct span ret = span_of(kept.len ? buf_keep(&kept, arena) : "");
    buf_free(&kept);
    return ret;
}

/* ---- the code ---- */

static bool begins_alike(struct span a, struct span b) {
    size_t most = a.len < b.len ? a.len : b.len, same = 0;
    while (same < most && char_lower(a.ptr[same]) == char_lower(b.ptr[same]))
        same++;
    return same == a.len || (same >= SAME_LETTERS && same + ENDING_LETTERS >= a.len);
}

static bool holds_alike(struct span text, struct span wanted) {
    for (struct span word; next_word(&text, &word);)
        if (begins_alike(wanted, word))
            return true;
    return false;
}

/* Is it one of the asker's words in "collar bone = clavicle, left, fx = fracture"? */
static bool is_reason(struct span because, struct span wanted) {
    for (struct span item; because.len > 0 && span_cut(&because, ',', &item);) {
        size_t taken_for = span_find(item, SPAN(" = "));
        struct span asked = span_slice(item, 0, taken_for == SPAN_NONE ? item.len : taken_for), word;
        while (next_word(&asked, &word))
            if (span_same(word, wanted))
                return true;
    }
    return false;
}

/* "type 2" against "type 1": the word and the number behind it, in both texts. */
static bool says_other_type(struct span words, struct span title) {
    struct span before = span_of("");
    for (struct span word; next_word(&words, &word); before = word) {
        if (!char_is_digit(word.ptr[0]) || word.len > 2 || !span_is_among(before, "type stage grade class level degree"))
            continue;
        struct span rest = title, last = span_of("");
        bool same = false;
        for (struct span other; next_word(&rest, &other); last = other)
            same = same || (span_same(last, before) && span_same(other, word));
        if (!same)
            return true;
    }
    return false;
}

/* What came of an operation is a diagnosis, though its words name the operation. */
static bool tells_outcome(struct span words) {
    for (struct span word; next_word(&words, &word);)
        if (span_is_among(word, "after following status s-p post postop postoperative history h-o failed fails came loose loosening broke broken infected "
                            "infection complication complications pain aftercare encounter dx diagnosis diagnoses icd icd10 icd-10 icd-10-cm drg drgs"))
            return true;
    return false;
}

bool fit_asks_procedure(struct span words) { return operations_asked(words) != 0 && !tells_outcome(words); }

/* A diagnosis is no answer to who asks for a procedure, whatever its words ("vasectomy status"). Of a story one of the operations will do:
 * it tells what else was done. */
static bool is_other_operation(const struct fit_wanted *wanted, const struct kb_hit *hit) {
    unsigned asked = wanted->operations, said;
    if (hit->code.system == SYSTEM_ICD10CM)
        return wanted->procedure;
    if (!asked || (hit->code.system > SYSTEM_HCPCS && hit->code.system != SYSTEM_ICD10PCS))
        return false;
    said = operations_said(span_of(hit->code.title));
    return wanted->telling_count > LONG_TEXT ? !(asked & said) : (asked & said) != asked;
}

/* A sentence that names another code, or says what is not meant. */
static bool is_of_others(struct span sentence) {
    enum { CODE_DIGITS = 5 };
    size_t digits = 0;
    for (size_t i = 0; i < sentence.len; i++) {
        digits = char_is_digit(sentence.ptr[i]) ? digits + 1 : 0;
        if (digits == CODE_DIGITS)
            return true;
    }
    return span_find_same(sentence, SPAN(" not ")) != SPAN_NONE || span_find_same(sentence, SPAN("another code")) != SPAN_NONE;
}

/* Is the word in the description, but only where that speaks of other codes? */
static bool is_only_beside(const char *plain, struct span wanted) {
    struct span rest = span_of(plain), sentence;
    bool found = false;
    while (rest.len > 0 && span_cut(&rest, '.', &sentence)) {
        if (!holds_alike(sentence, wanted))
            continue;
        if (!is_of_others(sentence))
            return false;
        found = true;
    }
    return found;
}

/* A short word that nobody knows was taken for another one: it may as well be an abbreviation of something else. */
static bool is_guessed(struct kb *kb, struct span word) { return word.len < SURE_LETTERS && !kb_knows_word(kb, word); }

/* What the asker's words were taken for: behind " = " in the reasons. */
static bool is_taken_for(struct span because, struct span title_word) {
    for (struct span item; because.len > 0 && span_cut(&because, ',', &item);) {
        size_t taken_for = span_find(item, SPAN(" = "));
        if (taken_for != SPAN_NONE && holds_alike(span_slice(item, taken_for, item.len), title_word))
            return true;
    }
    return false;
}

static size_t count_negations(struct span text) {
    size_t ret = 0;
    for (struct span word; next_word(&text, &word);)
        ret += span_is_among(word, "no not without other");
    return ret;
}

static size_t count_extra(struct span wanted, struct span title, struct span because) {
    size_t said = count_negations(title), meant = count_negations(wanted), ret = said > meant ? said - meant : meant - said;
    for (struct span word; next_word(&title, &word);)
        ret += word.len >= TELLING_LETTERS && !fit_is_variant(word) && !holds_alike(wanted, word) && !is_taken_for(because, word) &&
               !span_is_among(word, "unspecified with without and the for not specified mellitus initial encounter closed");
    return ret;
}

/* "the right code", "left in place" are no sides. */
bool fit_tells_side(struct span word, struct span behind) {
    if (span_same(word, SPAN("right")))
        return !span_is_among(behind, "code codes one ones answer way now away thing cpt icd dx diagnosis modifier place");
    return span_same(word, SPAN("left")) && !span_is_among(behind, "in out over behind by off for the");
}

static unsigned sides_of(struct span text) {
    unsigned ret = 0;
    for (struct span word; next_word(&text, &word);) {
        struct span ahead = text, behind = span_of("");
        next_word(&ahead, &behind);
        if (fit_tells_side(word, behind))
            ret |= span_same(word, SPAN("left")) ? 1u : 2u;
    }
    return ret;
}

bool fit_tells_any_side(struct span words) {
    return sides_of(words) || span_find_same(words, SPAN("bilateral")) != SPAN_NONE || span_find_same(words, SPAN("both")) != SPAN_NONE;
}

static bool is_other_side(struct span words, struct span title) {
    unsigned asked = sides_of(words), said = sides_of(title);
    return asked && said && !(asked & said);
}

size_t fit_count(struct span words, struct span text, struct arena *arena) {
    size_t ret = 0;
    for (struct span word; next_word(&words, &word);)
        ret += is_telling(word, arena) && holds_alike(text, word);
    return ret;
}

/* A story, which holds names and places beside what was asked. */
static bool is_story(struct span words) {
    enum { STORY_WORDS = 24 };
    size_t count = 0;
    for (struct span word; next_word(&words, &word);)
        count++;
    return count > STORY_WORDS;
}

struct fit_wanted fit_read(struct kb *kb, struct span words, struct arena *arena) {
    bool other;
    struct fit_wanted ret = {.words = fit_without_excluded(words, arena, &other)};
    struct span rest = ret.words;
    bool story = is_story(ret.words);
    for (struct span word; next_word(&rest, &word);) {
        if (!is_telling(word, arena) || (story && !kb_knows_word(kb, word)))
            continue;
        ret.telling = arena_grow(arena, ret.telling, ret.telling_count, sizeof *ret.telling);
        ret.telling[ret.telling_count++] = word;
    }
    ret.operations = operations_asked(ret.words);
    ret.procedure = fit_asks_procedure(ret.words);
    return ret;
}

struct fit fit_of(struct kb *kb, const struct fit_wanted *wanted, const struct kb_hit *hit, const char *plain) {
    struct fit ret = {.telling = wanted->telling_count};
    struct span title = span_of(hit->code.title), because = span_of(hit->because);
    for (size_t i = 0; i < wanted->telling_count; i++) {
        struct span word = wanted->telling[i];
        ret.covered += holds_alike(title, word) || (is_reason(because, word) && !is_guessed(kb, word) && !(plain && is_only_beside(plain, word)));
    }
    ret.extra = count_extra(wanted->words, title, because);
    ret.more = wanted->operations && (operations_asked(title) & ~wanted->operations);
    ret.against = is_other_operation(wanted, hit) || says_other_type(wanted->words, title) || is_other_side(wanted->words, title);
    return ret;
}

bool fit_covers(const struct fit *fit) {
    size_t missing = fit->telling - fit->covered;
    return !fit->against && fit->covered > 0 && missing * 4 <= fit->telling && (missing == 0 || fit->telling > 3);
}

bool fit_shares(const struct fit *fit, enum code_system system) {
    size_t missing = fit->telling - fit->covered;
    if (fit->against || fit->covered == 0)
        return false;
    if (fit->telling > LONG_TEXT)
        return fit->covered >= 3 && fit->covered * 2 >= fit->telling;
    return system == SYSTEM_CPT || system == SYSTEM_HCPCS ? missing * 4 <= fit->telling : fit->covered * 2 > fit->telling;
}

bool fit_asks_code(struct span words) {
    enum { ASKING_WORDS = 16 };
    size_t count = 0;
    bool ret = false;
    for (struct span word; next_word(&words, &word); count++)
        ret = ret || span_is_among(word, "code codes cpt hcpcs icd icd10 icd-10 dx taxonomy drg pos");
    return ret && count <= ASKING_WORDS;
}
