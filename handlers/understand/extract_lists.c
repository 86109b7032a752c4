#include "handlers/understand/extract.h"

#include <string.h>

#define BIT(system) (1u << SYSTEM_##system)

/* --- shortened lists and ranges */

/* The head's key with its last characters replaced. */
static struct mention member_of(const struct mention *head, struct span ending, size_t token) {
    struct mention ret = *head;
    size_t len = strlen(ret.key);
    for (size_t i = 0; i < ending.len; i++)
        ret.key[len - ending.len + i] = char_upper(ending.ptr[i]);
    ret.evidence = (head->evidence | EVIDENCE(SHORTENED)) & ~EVIDENCE(HAS_MODIFIER);
    ret.modifier_count = 0;
    ret.first = token;
    ret.end = ret.after = token + 1;
    return ret;
}

static bool is_higher(const struct mention *last, struct span ending, long *ret_distance) {
    size_t len = strlen(last->key);
    long from, to;
    struct span tail = ending.len <= len ? (struct span){last->key + len - ending.len, ending.len} : SPAN("");
    if (!span_to_long(tail, 0, 9999, &from) || !span_to_long(ending, 0, 9999, &to) || to <= from)
        return false;
    *ret_distance = to - from;
    return true;
}

/* "/37" and "-94" behind 20936 and 20690: fewer digits, a higher number, and no modifier unless it follows at once ("/37/38"). */
static bool is_shortened_number(const struct mention *last, struct span ending, char mark) {
    long distance;
    if (!(last->evidence & (EVIDENCE(FIVE_DIGITS) | EVIDENCE(LETTER_DIGITS))) || last->modifier_count || ending.len > 3 ||
        !is_higher(last, ending, &distance))
        return false;
    return !extract_is_modifier(ending) || (mark == '/' && distance <= 4);
}

/* "/D" behind S82.251A: another seventh character. */
static bool is_shortened_letter(const struct mention *last, struct span ending, char mark) {
    return mark == '/' && ending.len == 1 && char_is_alpha(ending.ptr[0]) && (last->systems & BIT(ICD10CM)) && strlen(last->key) == 7;
}

/* "/512" or "/2" behind M25.511 */
static bool is_shortened_diagnosis(const struct mention *last, struct span ending, char mark) {
    long distance;
    return mark == '/' && (last->evidence & EVIDENCE(ICD_DOTTED)) && ending.len + 3 <= strlen(last->key) &&
           is_higher(last, ending, &distance);
}

/* "20690, -92 and -94", "20690, 92, 94": a neighbour's ending in a list with blanks. Where it stands, or 0. */
static size_t spaced_ending(const struct context *context, const struct mention *last) {
    enum { NEIGHBOURS = 9 };
    size_t at = last->after, comma = context_mark_in(context, at, ",/&");
    at += comma;
    bool word = span_is_among(context_at(context, at)->lower, "and or");
    at += word;
    bool hyphen = context_mark_in(context, at, "-") && (comma || word);
    at += hyphen;
    const struct token *ending = context_at(context, at), *behind = context_at(context, at + 1);
    long distance;
    bool ends = behind->kind == TOKEN_NONE || behind->line != ending->line || span_is_among(behind->lower, "and or") ||
                (behind->kind == TOKEN_MARK && strchr(",;?!)/&", behind->text.ptr[0])) ||
                (context_mark_in(context, at + 1, ".") && !context_at(context, at + 2)->glued);
    bool procedure = last->evidence & (EVIDENCE(FIVE_DIGITS) | EVIDENCE(LETTER_DIGITS));
    if ((!comma && !word) || ending->kind != TOKEN_NUMBER || ending->text.len != 2 ||
        ending->line != context_at(context, last->first)->line || ending->glued != hyphen || (!hyphen && !ends) || !procedure ||
        last->modifier_count)
        return 0;
    return is_higher(last, ending->text, &distance) && distance <= NEIGHBOURS ? at : 0;
}

/* Where the ending stands that shortens the next member of the list, or 0. */
static size_t next_ending(const struct context *context, const struct mention *last) {
    size_t at = last->after;
    char mark = context_mark(context, at);
    struct span ending = context_at(context, at + 1)->text;
    bool hangs = (mark == '/' || mark == '-') && context_glued(context, at - 1, 2);
    bool hangs_on = mark == '-' && context_at(context, at + 2)->glued && !context_mark_in(context, at + 2, ".,;:?!)\"'");
    if (hangs && !hangs_on &&
        (is_shortened_number(last, ending, mark) || is_shortened_letter(last, ending, mark) || is_shortened_diagnosis(last, ending, mark)))
        return at + 1;
    return spaced_ending(context, last);
}

void extract_shortened(const struct context *context, struct arena *arena, struct mentions *mentions, size_t head) {
    for (size_t last = head; last < mentions->count; last++) {
        const struct mention *mention = &mentions->items[last];
        size_t at = next_ending(context, mention);
        if (!at)
            return;
        struct mention member = member_of(mention, context_at(context, at)->text, at);
        if (!extract_add(mentions, arena, &member))
            return;
    }
}

/* --- numbers that are codes only beside the name of their system */

static const struct named_system {
    enum code_system system;
    const char *names; /* words that name it */
    size_t min, max;   /* digits */
} named_systems[] = {
    {SYSTEM_DRG, "drg drgs msdrg", 1, 3},
    {SYSTEM_REV, "rc rev revenue", 3, 4},
    {SYSTEM_POS, "pos", 1, 2},
    {SYSTEM_POS, "service", 1, 2},
};

enum { NAMED_SYSTEMS = sizeof named_systems / sizeof *named_systems };

static bool names_system(const struct context *context, size_t i, const struct named_system *named) {
    const struct token *token = context_at(context, i);
    if (token->kind == TOKEN_NUMBER || token->kind == TOKEN_MARK || !span_is_among(token->lower, named->names))
        return false;
    if (named->system == SYSTEM_POS && context_is(context, i, "service"))
        return context_is(context, i - 1, "of") && span_is_among(context_at(context, i - 2)->lower, "place places");
    return true;
}

/* Does the name of the system stand before token i, with nothing of weight between? */
static bool named_before(const struct context *context, size_t i, const struct named_system *named) {
    static const char between[] = "code codes is as number no the a either s";
    for (size_t at = i - 1; at < context->count && i - at <= 4; at--) {
        if (names_system(context, at, named))
            return true;
        if (!context_mark_in(context, at, ":#=-'\"(") && !span_is_among(context_at(context, at)->lower, between))
            return false;
    }
    return false;
}

/* "450 revenue code", "11 POS" */
static bool names_behind(const struct context *context, size_t i, const struct named_system *named) {
    const struct token *name = context_at(context, i + 1);
    char mark = context_mark(context, i + 2);
    bool names_next = context_at(context, i + 2)->kind == TOKEN_NUMBER || mark == ':' || mark == '#';
    return names_system(context, i + 1, named) && !names_next && !name->glued && name->line == context_at(context, i)->line;
}

static bool names_somewhere(const struct context *context, const struct named_system *named) {
    for (size_t i = 0; i < context->count; i++)
        if (names_system(context, i, named))
            return true;
    return false;
}

/* "POS 2" is 02, "DRG 65" is 065. */
static struct span padded(enum code_system system, struct span text, char room[static 4]) {
    size_t whole = system == SYSTEM_POS ? 2 : system == SYSTEM_DRG ? 3 : text.len;
    if (text.len >= whole || whole > 3)
        return text;
    memset(room, '0', whole);
    memcpy(room + whole - text.len, text.ptr, text.len);
    return (struct span){room, whole};
}

static struct mention number_mention(const struct context *context, size_t i, const struct named_system *named) {
    struct span text = context_at(context, i)->text;
    struct mention ret = {.system = named->system, .systems = 1u << named->system, .first = i, .end = i + 1, .after = i + 1};
    ret.evidence = EVIDENCE(NUMBER) | EVIDENCE(SYSTEM_IN_TEXT);
    system_key(named->system, padded(named->system, text, (char[4]){""}), ret.key);
    if (named_before(context, i, named) || names_behind(context, i, named))
        ret.evidence |= EVIDENCE(NAMED);
    if (context_mark(context, i + 1) == '?')
        ret.evidence |= EVIDENCE(SENTENCE_END);
    if (named->system == SYSTEM_REV && text.len == 4 && text.ptr[0] == '0')
        ret.evidence |= EVIDENCE(CODE_WORD);
    return ret;
}

/* "480-82", "469/70": the number that hangs on token i with its first digits left out, written to the key; else false. */
static bool shortened_number(const struct context *context, size_t i, const struct named_system *named, char key[static CODE_BYTES]) {
    struct span head = context_at(context, i)->text, ending = context_at(context, i + 2)->text;
    if (named->system != SYSTEM_DRG || head.len != named->max || ending.len >= head.len || !context_mark_in(context, i + 1, "-/") ||
        !context_glued(context, i, 2) || context_at(context, i + 2)->kind != TOKEN_NUMBER ||
        memcmp(ending.ptr, head.ptr + head.len - ending.len, ending.len) <= 0)
        return false;
    bool hangs_on = context_at(context, i + 3)->glued && context_mark_in(context, i + 3, "-/.") && context_at(context, i + 4)->glued;
    memset(key, 0, CODE_BYTES);
    memcpy(key, head.ptr, head.len);
    memcpy(key + head.len - ending.len, ending.ptr, ending.len);
    return !hangs_on;
}

/* "492-494" is a range, "12-31-1999" and "480.5" are not. */
static bool hangs_on_number(const struct context *context, size_t i) {
    const struct token *far = context_at(context, i + 2);
    if (!context_glued(context, i, 2) || far->kind != TOKEN_NUMBER)
        return false;
    if (context_mark(context, i + 1) == '/' && far->text.len == context_at(context, i)->text.len)
        return false;
    return context_mark(context, i + 1) != '-' || far->text.len != context_at(context, i)->text.len || far->text.len < 3;
}

static bool may_be_number(const struct context *context, size_t i, const struct named_system *named) {
    const struct token *token = context_at(context, i);
    char before = context_mark(context, i - 1);
    return token->kind == TOKEN_NUMBER && !token->literal && !token->postal && token->text.len >= named->min &&
           token->text.len <= named->max && (!hangs_on_number(context, i) || shortened_number(context, i, named, (char[CODE_BYTES]){""})) &&
           !(token->glued && before && strchr("$.:", before));
}

static bool covered(const struct mentions *mentions, size_t count, size_t *next, size_t token) {
    evidence_set loose = EVIDENCE(MARK_WITHIN) | EVIDENCE(BLANK_WITHIN);
    while (*next < count && mentions->items[*next].after <= token)
        (*next)++;
    if (*next == count || mentions->items[*next].first > token)
        return false;
    return mentions->items[*next].accepted || !(mentions->items[*next].evidence & loose);
}

void extract_named_numbers(const struct context *context, struct arena *arena, struct mentions *mentions) {
    size_t forms = mentions->count;
    for (size_t n = 0; n < NAMED_SYSTEMS; n++) {
        const struct named_system *named = &named_systems[n];
        if (!names_somewhere(context, named))
            continue;
        for (size_t i = 0, next = 0; i < context->count; i++) {
            if (!may_be_number(context, i, named) || covered(mentions, forms, &next, i) ||
                !system_fits(named->system, padded(named->system, context_at(context, i)->text, (char[4]){""})))
                continue;
            struct mention mention = number_mention(context, i, named);
            extract_add(mentions, arena, &mention);
            if (!shortened_number(context, i, named, mention.key))
                continue;
            mention.first = i + 2;
            mention.end = mention.after = i + 3;
            mention.evidence |= EVIDENCE(SHORTENED);
            extract_add(mentions, arena, &mention);
            i += 2;
        }
    }
}
