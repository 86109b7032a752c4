#include "handlers/rules/fit.h"

#include <string.h>

#include "base/buf.h"
#include "handlers/understand/keywords.h"
#include "handlers/rules/operations.h"

enum { TELLING_LETTERS = 3, SAME_LETTERS = 4, ENDING_LETTERS = 4, SURE_LETTERS = 6, LONG_TEXT = 8, EXCLUDED_WORDS = 3, TITLE_WORDS = 96, TEXT_BYTES = 8192 };

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
    return span_is_among(
        word, "cpts icd10 icd-10 icd10cm icd-10-cm icd-10-pcs dx dxs diagnosis diagnoses pcs pos taxonomy taxonomies revenue drg drgs "
              "ms-drg modifier modifiers place service services");
}

bool fit_is_asking(struct span word) {
    return span_is_among(
        word, "code codes coding bill billing billed is are am was which what whats what's wich there should can could would we i you use "
              "do does did please pls plz question questions looking appropriate number assign choose pick hi thx somebody someone better "
              "okay instead "
              "called replaces says denied rejected rejects bounced kicked payer invalid contract encoder gone exist exists successor "
              "substitute sequence sequencing");
}

/* Said of every service. */
static bool is_frame(struct span word) {
    return span_is_among(word,
                         "procedure procedures operation surgery surgical performed patient patients doctor doctors provider physician per "
                         "unknown unspecified nos taking putting dme later ago month months general asleep");
}

/* Two letters that are no other word. */
static bool is_short(struct span word) { return span_is_among(word, "er ed"); }

static bool is_telling(struct span word, struct arena *arena) {
    if (is_short(word))
        return true;
    if (word.len < TELLING_LETTERS || char_is_digit(word.ptr[0]) || fit_is_variant(word) || is_system(word) || fit_is_asking(word) ||
        is_frame(word))
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

static bool any_alike(const struct span *words, size_t count, struct span wanted) {
    for (size_t i = 0; i < count; i++)
        if (begins_alike(wanted, words[i]))
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

static bool has_word(struct span text, struct span wanted) {
    for (struct span word; next_word(&text, &word);)
        if (span_same(word, wanted))
            return true;
    return false;
}

static bool has_number_behind(struct span text, struct span wanted) {
    struct span before = span_of("");
    for (struct span word; next_word(&text, &word); before = word)
        if (span_same(before, wanted) && char_is_digit(word.ptr[0]))
            return true;
    return false;
}

static unsigned number_of(struct span word) {
    unsigned ret = 0;
    for (size_t i = 0; i < word.len && char_is_digit(word.ptr[i]); i++)
        ret = ret * 10 + (unsigned)(word.ptr[i] - '0');
    return ret;
}

/* "stage 3b" in "stage 1 through stage 4": rest is what stands behind the 1. */
static bool is_in_range(struct span word, struct span from, struct span rest, struct span kind) {
    struct span other;
    if (!next_word(&rest, &other) || !span_is_among(other, "through to") || !next_word(&rest, &other) ||
        (span_same(other, kind) && !next_word(&rest, &other)))
        return false;
    return number_of(from) <= number_of(word) && number_of(word) <= number_of(other);
}

/* "type 2" against "type 1": the word and the number behind it, in both texts. */
static bool says_other_type(const struct fit_wanted *wanted, struct span title) {
    struct span words = wanted->words, before = span_of("");
    for (struct span word; next_word(&words, &word); before = word) {
        if (!char_is_digit(word.ptr[0]) || word.len > 2 || !span_is_among(before, "type stage grade class level degree"))
            continue;
        struct span rest = title, last = span_of("");
        bool same = (wanted->part || span_same(before, SPAN("level"))) && !has_number_behind(title, before);
        for (struct span other; next_word(&rest, &other); last = other)
            same = same || (span_same(last, before) && (span_same(other, word) || is_in_range(word, other, rest, before)));
        if (!same)
            return true;
    }
    return false;
}

/* What came of an operation is a diagnosis, though its words name the operation. */
static bool tells_outcome(struct span words) {
    for (struct span word; next_word(&words, &word);)
        if (span_is_among(
                word,
                "after following status s-p post postop postoperative history h-o failed fails came loose loosening broke broken infected "
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

/* "With and without", "without and then with contrast", "w/wo": both in one. */
static bool says_with_and_without(struct span text) {
    enum { NEITHER, WITH, WITHOUT } last = NEITHER;
    for (struct span word; next_word(&text, &word);) {
        bool with = span_is_among(word, "with w"), without = span_is_among(word, "without wo");
        if ((with && last == WITHOUT) || (without && last == WITH))
            return true;
        if (with || without)
            last = with ? WITH : WITHOUT;
        else if (!span_is_among(word, "and or then followed by contrast"))
            last = NEITHER;
    }
    return false;
}

/* Of pictures with, without, and with and without contrast each has its own code. */
static bool is_other_contrast(const struct fit_wanted *wanted, const struct kb_hit *hit) {
    struct span title = span_of(hit->code.title);
    return (hit->code.system == SYSTEM_CPT || hit->code.system == SYSTEM_HCPCS) && has_word(title, SPAN("contrast")) &&
           says_with_and_without(wanted->words) && !says_with_and_without(title);
}

struct span fit_medicare_wants(const struct fit_wanted *wanted, struct span title, const char *plain) {
    struct span rest = span_of(plain ? plain : ""), sentence;
    if (!has_word(wanted->words, SPAN("medicare")))
        return span_of("");
    while (rest.len > 0 && span_cut(&rest, '.', &sentence)) {
        if (!span_starts(span_trim(sentence), SPAN("Medicare wants ")))
            continue;
        for (size_t i = 0; i < wanted->telling_count; i++) {
            struct span word = wanted->telling[i];
            if (!span_same(word, SPAN("medicare")) && has_word(sentence, word) && !holds_alike(title, word))
                return sentence;
        }
    }
    return span_of("");
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

/* "Not otherwise specified" denies nothing. */
static size_t count_negations(struct span text) {
    size_t ret = 0;
    for (struct span word; next_word(&text, &word);) {
        struct span ahead = text, behind = span_of("");
        next_word(&ahead, &behind);
        ret += span_is_among(word, "no not without other") && !span_is_among(behind, "otherwise elsewhere specified");
    }
    return ret;
}

static size_t count_extra(const struct fit_wanted *wanted, struct span title, struct span because) {
    size_t said = count_negations(title), meant = count_negations(wanted->words), ret = said > meant ? said - meant : meant - said;
    for (struct span word; next_word(&title, &word);)
        ret += word.len >= TELLING_LETTERS && !fit_is_variant(word) && !any_alike(wanted->all, wanted->all_count, word) &&
               !is_taken_for(because, word) &&
               !span_is_among(word,
                              "unspecified with without and the for not otherwise elsewhere specified mellitus initial encounter closed");
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

/* "Bilateral" is another side than the right one, but "unilateral or bilateral" is any. */
static bool is_other_side(const struct fit_wanted *wanted, struct span title) {
    enum { BOTH = 3 };
    unsigned asked = wanted->sides, said = sides_of(title);
    if (asked && asked != BOTH && !said && has_word(title, SPAN("bilateral")))
        return !has_word(title, SPAN("unilateral")) && !has_word(wanted->words, SPAN("bilateral"));
    return asked && said && !(asked & said);
}

/* What a service takes is not the service. */
static bool is_supply(struct span title) { return has_word(title, SPAN("supplies")) || has_word(title, SPAN("supply")); }

/* Chapter 20: how it came about, which is told beside the injury. */
static bool is_external_cause(const struct kb_code *code) { return code->system == SYSTEM_ICD10CM && strchr("VWXY", code->key[0]); }

/* "Encounter for checking of a pacemaker": who asks for what is done to one wants the service. */
static bool is_encounter(const struct kb_code *code) { return code->system == SYSTEM_ICD10CM && code->key[0] == 'Z'; }

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

static bool holds_any(struct span words, const char *wanted) {
    for (struct span word; next_word(&words, &word);)
        if (span_is_among(word, wanted))
            return true;
    return false;
}

/* "Modifier for the right side": what else tells codes apart is the matter itself. */
static void tell_variants(struct fit_wanted *wanted, struct arena *arena) {
    struct span rest = wanted->words;
    for (struct span word; next_word(&rest, &word);)
        if (fit_is_variant(word) && word.len >= TELLING_LETTERS) {
            wanted->telling = arena_grow(arena, wanted->telling, wanted->telling_count, sizeof *wanted->telling);
            wanted->telling[wanted->telling_count++] = word;
        }
}

static void set_words(struct fit_wanted *wanted, struct span words, struct arena *arena) {
    wanted->words = words;
    wanted->all_count = 0;
    for (struct span word; next_word(&words, &word);) {
        wanted->all = arena_grow(arena, wanted->all, wanted->all_count, sizeof *wanted->all);
        wanted->all[wanted->all_count++] = word;
    }
}

struct fit_wanted fit_read(struct kb *kb, struct span words, struct arena *arena) {
    bool other;
    struct fit_wanted ret = {.telling = NULL};
    set_words(&ret, fit_without_excluded(words, arena, &other), arena);
    struct span rest = ret.words;
    bool story = is_story(ret.words);
    ret.cause = fit_asks_cause(ret.words) ? FIT_CAUSE : FIT_ANY;
    for (struct span word; next_word(&rest, &word);) {
        if (!is_telling(word, arena) || (ret.cause == FIT_CAUSE && span_is_among(word, "external cause causes")) ||
            (story && !kb_knows_word(kb, word)))
            continue;
        ret.telling = arena_grow(arena, ret.telling, ret.telling_count, sizeof *ret.telling);
        ret.telling[ret.telling_count++] = word;
    }
    if (ret.telling_count == 0)
        tell_variants(&ret, arena);
    ret.operations = operations_asked(ret.words);
    ret.procedure = fit_asks_procedure(ret.words);
    ret.sides = sides_of(ret.words);
    ret.applied = holds_any(ret.words, "application applying apply applied placement removal");
    ret.done = (ret.operations || ret.applied || holds_any(ret.words, "change changed changing")) && !tells_outcome(ret.words);
    ret.add_on = holds_any(ret.words, "add-on addon add additional extra second third each further");
    return ret;
}

struct fit_wanted fit_read_part(struct kb *kb, struct span words, struct span part, struct arena *arena) {
    struct fit_wanted ret = fit_read(kb, part, arena);
    set_words(&ret, words, arena);
    ret.part = true;
    ret.sides = sides_of(words);
    return ret;
}

struct fit fit_of(struct kb *kb, const struct fit_wanted *wanted, const struct kb_hit *hit, const char *plain) {
    struct fit ret = {.telling = wanted->telling_count};
    struct span title = span_of(hit->code.title), because = span_of(hit->because), rest = title, words[TITLE_WORDS];
    size_t count = 0;
    while (count < TITLE_WORDS && next_word(&rest, &words[count]))
        count++;
    for (size_t i = 0; i < wanted->telling_count; i++) {
        struct span word = wanted->telling[i];
        bool covered = any_alike(words, count, word) ||
                       (is_reason(because, word) && (is_short(word) || !is_guessed(kb, word)) && !(plain && is_only_beside(plain, word)));
        ret.covered += covered;
        ret.words |= covered && i < 32 ? UINT32_C(1) << i : 0;
    }
    ret.extra = count_extra(wanted, title, because);
    ret.more = wanted->operations && (operations_asked(title) & ~wanted->operations);
    ret.on_top = !wanted->add_on && span_starts_same(title, SPAN("add-on"));
    ret.side = wanted->sides && (sides_of(title) & wanted->sides);
    ret.beside = (wanted->done && is_encounter(&hit->code)) || is_other_contrast(wanted, hit);
    ret.against = is_other_operation(wanted, hit) || says_other_type(wanted, title) || is_other_side(wanted, title) ||
                  fit_medicare_wants(wanted, title, plain).len > 0 ||
                  (wanted->applied && !is_supply(wanted->words) && is_supply(title)) ||
                  (wanted->cause != FIT_ANY && is_external_cause(&hit->code) != (wanted->cause == FIT_CAUSE));
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

bool fit_asks_cause(struct span words) { return span_find_same(words, SPAN("external cause")) != SPAN_NONE; }

bool fit_asks_code(struct span words) {
    enum { ASKING_WORDS = 20 };
    size_t count = 0;
    bool ret = span_find_same(words, SPAN("place of service")) != SPAN_NONE;
    for (struct span word; next_word(&words, &word); count++)
        ret = ret || span_is_among(word, "code codes cpt hcpcs icd icd10 icd-10 dx taxonomy drg pos modifier");
    return ret && count <= ASKING_WORDS;
}
