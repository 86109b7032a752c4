#include "handlers/extract.h"

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

/* "/37" and "-94" behind 20936 and 20690: fewer digits, a higher number, and no modifier unless it follows at once ("/37/38"). */
static bool is_shortened_number(const struct mention *last, struct span ending, char mark) {
    size_t len = strlen(last->key);
    if (!(last->evidence & EVIDENCE(FIVE_DIGITS)) || last->modifier_count || ending.len < (mark == '-' ? 2u : 1u) || ending.len > 3)
        return false;
    struct span tail = {last->key + len - ending.len, ending.len};
    long from, to;
    if (!span_to_long(tail, 0, 999, &from) || !span_to_long(ending, 0, 999, &to) || to <= from)
        return false;
    return !extract_is_modifier(ending) || (mark == '/' && to - from <= 4);
}

/* "/D" behind S82.251A: another seventh character. */
static bool is_shortened_letter(const struct mention *last, struct span ending, char mark) {
    return mark == '/' && ending.len == 1 && char_is_alpha(ending.ptr[0]) && (last->systems & BIT(ICD10CM)) && strlen(last->key) == 7;
}

void extract_shortened(const struct context *context, struct arena *arena, struct mentions *mentions, size_t head) {
    for (size_t last = head; last < mentions->count; last++) {
        const struct mention *mention = &mentions->items[last];
        size_t at = mention->after;
        char mark = context_mark(context, at);
        const struct token *ending = context_at(context, at + 1);
        if ((mark != '/' && mark != '-') || !context_at(context, at)->glued || !ending->glued ||
            (!is_shortened_number(mention, ending->text, mark) && !is_shortened_letter(mention, ending->text, mark)))
            return;
        struct mention member = member_of(mention, ending->text, at + 1);
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
    if (!context_one_of(context_at(context, i)->lower, named->names))
        return false;
    if (named->system == SYSTEM_POS && context_is(context, i, "service"))
        return context_is(context, i - 1, "of") && context_one_of(context_at(context, i - 2)->lower, "place places");
    return true;
}

/* Does the name of the system stand before token i, with nothing of weight between? */
static bool named_before(const struct context *context, size_t i, const struct named_system *named) {
    static const char between[] = "code codes is as number no the a either s";
    for (size_t at = i - 1; at < context->count && i - at <= 4; at--) {
        if (names_system(context, at, named))
            return true;
        if (!context_mark_in(context, at, ":#=-'\"(") && !context_one_of(context_at(context, at)->lower, between))
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

static struct mention number_mention(const struct context *context, size_t i, const struct named_system *named) {
    struct span text = context_at(context, i)->text;
    struct mention ret = {.system = named->system, .systems = 1u << named->system, .first = i, .end = i + 1, .after = i + 1};
    ret.evidence = EVIDENCE(NUMBER) | EVIDENCE(SYSTEM_IN_TEXT);
    system_key(named->system, text, ret.key);
    if (named_before(context, i, named) || names_behind(context, i, named))
        ret.evidence |= EVIDENCE(NAMED);
    if (context_mark(context, i + 1) == '?')
        ret.evidence |= EVIDENCE(SENTENCE_END);
    if (named->system == SYSTEM_REV && text.len == 4 && text.ptr[0] == '0')
        ret.evidence |= EVIDENCE(CODE_WORD);
    return ret;
}

/* "492-494" is a range, "12-31-1999" and "480.5" are not. */
static bool hangs_on_number(const struct context *context, size_t i) {
    const struct token *far = context_at(context, i + 2);
    if (!context_glued(context, i, 2) || far->kind != TOKEN_NUMBER)
        return false;
    return context_mark(context, i + 1) != '-' || far->text.len != context_at(context, i)->text.len || far->text.len < 3;
}

static bool may_be_number(const struct context *context, size_t i, const struct named_system *named) {
    const struct token *token = context_at(context, i);
    char before = context_mark(context, i - 1);
    return token->kind == TOKEN_NUMBER && !token->literal && !token->postal && token->text.len >= named->min &&
           token->text.len <= named->max && !hangs_on_number(context, i) && !(token->glued && before && strchr("$.:", before));
}

static bool covered(const struct mentions *mentions, size_t count, size_t *next, size_t token) {
    while (*next < count && mentions->items[*next].after <= token)
        (*next)++;
    return *next < count && mentions->items[*next].first <= token;
}

void extract_named_numbers(const struct context *context, struct arena *arena, struct mentions *mentions) {
    size_t forms = mentions->count;
    for (size_t n = 0; n < NAMED_SYSTEMS; n++) {
        const struct named_system *named = &named_systems[n];
        if (!names_somewhere(context, named))
            continue;
        for (size_t i = 0, next = 0; i < context->count; i++) {
            if (!may_be_number(context, i, named) || covered(mentions, forms, &next, i) ||
                !system_fits(named->system, context_at(context, i)->text))
                continue;
            struct mention mention = number_mention(context, i, named);
            extract_add(mentions, arena, &mention);
        }
    }
}
