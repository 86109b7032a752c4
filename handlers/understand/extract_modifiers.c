#include "handlers/understand/extract.h"

#include <string.h>

#define BIT(system) (1u << SYSTEM_##system)

/* Which second characters each first one takes: the modifiers of CPT and of HCPCS Level II (editions 2026 and October 2025). */
static const struct {
    char first;
    const char *second;
} modifier_forms[] = {
    {'1', "P"},
    {'2', "234567P"},
    {'3', "23P"},
    {'4', "7"},
    {'5', "0123456789"},
    {'6', "236"},
    {'7', "346789"},
    {'8', "012P"},
    {'9', "01235679"},
    {'A', "123456789ABDEFGHIJKMOPQRSTUVWXYZ"},
    {'B', "ALOPRU"},
    {'C', "ABCDEFGHIJKLMNOPQRST"},
    {'D', "A"},
    {'E', "1234ABCDEJMPRTXY"},
    {'F', "123456789ABCPQRSTXY"},
    {'G', "0123456789ABCDEFGHJKLMNOPQRSTUVWXYZ"},
    {'H', "9ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    {'J', "12345ABCDEFGKLWZ"},
    {'K', "01234ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    {'L', "1CDLMRSTU"},
    {'M', "2ABCDEFGHS"},
    {'N', "123BRU"},
    {'P', "123456ABCDILMNOST"},
    {'Q', "0123456789ABCDEFGHJKLMNPQRSTWXYZ"},
    {'R', "ABCDEIRT"},
    {'S', "ABCDEFGHJKLMNQSTUVWYZ"},
    {'T', "123456789ABCDEFGHJKLMNPQRSTUVW"},
    {'U', "123456789ABCDEFGHJKNPQRS"},
    {'V', "123456789MP"},
    {'X', "12345EPSU"},
    {'Z', "ABC"},
};

bool extract_is_modifier(struct span text) {
    if (text.len != 2)
        return false;
    for (size_t i = 0; i < sizeof modifier_forms / sizeof *modifier_forms; i++)
        if (modifier_forms[i].first == text.ptr[0])
            return strchr(modifier_forms[i].second, text.ptr[1]) != NULL;
    return false;
}

/* What makes a number a measure, written behind it. */
static const char measures[] =
    "minute minutes min mins hour hours hr hrs day days week weeks month months year years yr yrs mg mcg ml cc cm mm sq unit units "
    "percent patients patient cases times visits members lbs kg yo am pm o dollars usd eur global level levels sessions";

/* "25.5", "25:30", "25/2026": further digits hang on it; "58/78" is a list of modifiers. */
static bool hangs_on_digits(const struct context *context, size_t number) {
    const struct token *far = context_at(context, number + 2);
    return context_mark_in(context, number + 1, ".,:/") && context_glued(context, number, 2) && far->kind == TOKEN_NUMBER &&
           !extract_is_modifier(far->text);
}

static bool is_measured(const struct context *context, size_t number) {
    return span_is_among(context_at(context, number + 1)->lower, measures) || context_mark_in(context, number + 1, "%$") ||
           hangs_on_digits(context, number);
}

/* --- behind a code */

static bool is_written_modifier(const struct context *context, size_t i, bool any_case) {
    struct span text = context_at(context, i)->text;
    if (text.len != 2 || !any_case)
        return extract_is_modifier(text);
    char upper[2] = {char_upper(text.ptr[0]), char_upper(text.ptr[1])};
    return extract_is_modifier((struct span){upper, 2});
}

static bool is_code_at(const struct context *context, size_t i) {
    struct mention ignored;
    return extract_form(context, i, &ignored);
}

/* Two-letter words of English that are modifiers too: they need a hyphen where a whole text is in capitals. */
static bool is_ordinary_word(struct span lower) {
    return span_is_among(lower, "am as at in is it of on or so to us up we an my me no go he by do if be ed");
}

/* What people also call a person, a place, an approval or a state by, seldom a modifier: these need to be named as one. */
static bool is_abbreviation(struct span lower) {
    return span_is_among(lower, "pa pt ga ct sc md ed er em ep gu qa pc pm po pi st ua ma ms am cc bp ca cp hh ha ra pd us");
}

static bool names_modifier(struct span lower) { return span_is_among(lower, "modifier modifiers mod mods"); }

/* "20690/92": another code of the family rather than a modifier. */
static bool is_near_member(const struct mention *mention, struct span ending) {
    long from, to;
    struct span tail = span_slice(span_of(mention->key), 3, 5);
    return span_to_long(tail, 0, 99, &from) && span_to_long(ending, 0, 99, &to) && to > from && to - from <= 4;
}

/* Nothing follows that could make the number a measure or a person's age: the line, a sentence or a field ends. */
static bool field_ends_at(const struct context *context, size_t i) {
    const struct token *token = context_at(context, i);
    return token->kind == TOKEN_NONE || token->line != context_at(context, i - 1)->line || context_mark_in(context, i, ",;?!)/&") ||
           (context_mark_in(context, i, ".") && !context_at(context, i + 1)->glued) || span_is_among(token->lower, "and or vs");
}

/* "- 59", "--59", "+ 59": the mark stands apart, or twice. Where the modifier stands, or 0. */
static size_t loosely_marked(const struct context *context, size_t at) {
    size_t i = at + 1;
    char mark = context_mark(context, at);
    if (mark != '-' && mark != '+')
        return 0;
    if (mark == '-' && context_mark_in(context, i, "-") && context_at(context, i)->glued)
        i++;
    return is_written_modifier(context, i, false) && !is_measured(context, i) && field_ends_at(context, i + 1) ? i : 0;
}

/* Behind a mark: "-59", "(RT)", "/25", ":50"; and further ones: ", RT", "/51". */
static bool marked_modifier_follows(const struct context *context, const struct mention *mention) {
    size_t at = mention->after;
    const struct token *next = context_at(context, at + 1);
    bool further = mention->modifier_count > 0, here = is_written_modifier(context, at + 1, false);
    switch (context_mark(context, at)) {
    case '-':
        return next->glued && is_written_modifier(context, at + 1, true) &&
               !(context_at(context, at + 2)->glued && context_mark(context, at + 2) == '.' && context_at(context, at + 3)->glued);
    case ':': return here && next->glued && context_at(context, at)->glued && !context_at(context, at + 2)->glued;
    case ',': return here && further && !is_measured(context, at + 1);
    case '&': return here && further && next->kind != TOKEN_NUMBER;
    case '/': return here && (further ? !is_measured(context, at + 1) : next->glued && !is_near_member(mention, next->text));
    default: return false;
    }
}

/* Behind a blank: " LT", " 25". */
static bool bare_modifier_follows(const struct context *context, size_t at) {
    const struct token *token = context_at(context, at), *next = context_at(context, at + 1);
    bool joined = next->glued && context_mark(context, at + 1) == '-';
    bool ordinary =
        token->kind == TOKEN_WORD &&
        ((token->capitals && is_ordinary_word(token->lower)) ||
         (is_abbreviation(token->lower) && !field_ends_at(context, at + 1) && !names_modifier(context_at(context, at + 1)->lower)));
    return !token->glued && is_written_modifier(context, at, false) && !is_measured(context, at) && !joined && !ordinary;
}

/* Where the modifier stands that follows the code and its modifiers so far, or 0 when none does. */
static size_t next_modifier(const struct context *context, const struct mention *mention) {
    size_t at = mention->after;
    const struct token *next = context_at(context, at + 1);
    bool same_line = context_at(context, at)->line == context_at(context, at - 1)->line;
    if ((same_line || context_mark(context, at) == '-') && marked_modifier_follows(context, mention))
        return at + 1;
    bool and_letters = context_is(context, at, "and") && next->kind != TOKEN_NUMBER && is_written_modifier(context, at + 1, false);
    if (same_line && mention->modifier_count > 0 && and_letters)
        return at + 1;
    bool listed = context_mark_in(context, at, ",/&") && context_mark_in(context, at + 1, "-") && context_at(context, at + 2)->glued;
    if (same_line && mention->modifier_count > 0 && listed && is_written_modifier(context, at + 2, false))
        return at + 2;
    if (mention->modifier_count == 0 && loosely_marked(context, at))
        return loosely_marked(context, at);
    size_t behind_times = at + (context_is_times(context, at) ? context_is(context, at, "x") ? 2 : 1 : 0); /* "97140 x2 GP" */
    same_line = same_line && context_at(context, behind_times)->line == context_at(context, at - 1)->line;
    bool choice = mention->modifier_count == 0 && span_is_among(context_at(context, behind_times + 1)->lower, "or vs versus") &&
                  is_written_modifier(context, behind_times + 2, false); /* "01400 QK or QY?": neither is on it yet */
    return same_line && !choice && bare_modifier_follows(context, behind_times) ? behind_times : 0;
}

/* Behind "modifier" and an article: "modifier: 25", "mod-25", "a -25". */
static size_t skip_joint(const struct context *context, size_t i) {
    return context_mark_in(context, i, ":#-=") && context_at(context, i + 1)->kind != TOKEN_MARK ? i + 1 : i;
}

/* "with modifier 25", "w/ 59", "with K3", "mod 59", "appended with 59": where the modifier stands, or 0. */
static size_t worded_modifier(const struct context *context, size_t at) {
    bool apart = context_mark_in(context, at, "-,") && names_modifier(context_at(context, at + 1)->lower); /* "20610 - mod 25" */
    size_t start = apart || span_is_among(context_at(context, at)->lower, "appended billed reported modified") ? at + 1 : at;
    bool with = context_is(context, start, "with") || context_is(context, start, "plus");
    size_t i = with ? start + 1 : context_is(context, start, "w") && context_mark(context, start + 1) == '/' ? start + 2 : start;
    if (i == start && start > at && !apart)
        return 0;
    if (span_is_among(context_at(context, i)->lower, "the a an"))
        i++;
    bool named = names_modifier(context_at(context, i)->lower);
    size_t ret = named ? i + 1 : i;
    ret = ret > at ? skip_joint(context, ret) : ret;
    bool joined = context_mark(context, ret + 1) == '-' && context_glued(context, ret, 2);
    if (ret == at || context_at(context, at)->glued || joined || is_measured(context, ret))
        return 0;
    if (!named && is_abbreviation(context_at(context, ret)->lower))
        return 0;
    return is_written_modifier(context, ret, named) ? ret : 0;
}

/* "(LT, 59)", "(modifier 59)", "[59]": brackets that hold nothing but modifiers. The token behind them, or 0. */
static size_t bracketed_modifiers(const struct context *context, struct mention *mention) {
    size_t at = mention->after + 1;
    struct mention found = *mention;
    char closing = context_mark_in(context, at - 1, "(") ? ')' : context_mark_in(context, at - 1, "[") ? ']' : 0;
    if (!closing)
        return 0;
    at += names_modifier(context_at(context, at)->lower);
    for (;; at++) {
        at += context_mark_in(context, at, "-");
        if (!is_written_modifier(context, at, false))
            return 0;
        extract_attach(&found, context_at(context, at)->text);
        at++;
        if (context_mark(context, at) == closing)
            break;
        if (!context_mark_in(context, at, ",/&"))
            return 0;
    }
    *mention = found;
    return at + 1;
}

static bool has_modifier_column(const struct context *context) {
    for (size_t i = 0; i < context->count; i++)
        if (names_modifier(context_at(context, i)->lower))
            return true;
    return false;
}

/* "27814 | RT,59 | 1", "27447;LT;1": a cell that holds nothing but modifiers; numbers alone only where the table names such a column.
 * The token behind the cell, or 0. */
static size_t celled_modifiers(const struct context *context, struct mention *mention) {
    size_t at = mention->after + 1;
    struct mention found = *mention;
    char mark = context_mark(context, at - 1);
    bool letters = false;
    if ((mark != '|' && mark != ';') || mention->modifier_count)
        return 0;
    for (;; at++) {
        at += context_mark_in(context, at, "-");
        if (!is_written_modifier(context, at, false) || context_at(context, at)->line != context_at(context, mention->first)->line)
            return 0;
        letters = letters || context_at(context, at)->kind != TOKEN_NUMBER;
        extract_attach(&found, context_at(context, at)->text);
        at++;
        if (context_mark(context, at) == mark || context_at(context, at)->line != context_at(context, at - 1)->line)
            break;
        at -= !context_mark_in(context, at, ",/&");
    }
    if (!letters && !has_modifier_column(context))
        return 0;
    *mention = found;
    return at;
}

/* "-58RT": two modifiers behind one hyphen. The token behind them, or 0. */
static size_t joined_modifiers(const struct context *context, struct mention *mention) {
    size_t at = mention->after;
    struct span pair = context_at(context, at + 1)->text;
    if (!context_mark_in(context, at, "-") || !context_glued(context, at, 1) || pair.len != 4 ||
        context_at(context, at + 1)->kind == TOKEN_NUMBER || !extract_is_modifier(span_slice(pair, 0, 2)) ||
        !extract_is_modifier(span_slice(pair, 2, 4)))
        return 0;
    extract_attach(mention, span_slice(pair, 0, 2));
    extract_attach(mention, span_slice(pair, 2, 4));
    return at + 2;
}

void extract_attach(struct mention *mention, struct span modifier) {
    char upper[3] = {char_upper(modifier.ptr[0]), char_upper(modifier.ptr[1]), 0};
    for (size_t i = 0; i < mention->modifier_count; i++)
        if (memcmp(mention->modifiers[i], upper, 2) == 0)
            return;
    if (mention->modifier_count < CODE_MODIFIERS)
        memcpy(mention->modifiers[mention->modifier_count++], upper, 3);
}

void extract_attached_modifiers(const struct context *context, struct mention *mention) {
    if (!(mention->systems & (BIT(CPT) | BIT(HCPCS))))
        return;
    for (;;) {
        size_t behind = bracketed_modifiers(context, mention);
        behind = behind ? behind : joined_modifiers(context, mention);
        behind = behind ? behind : celled_modifiers(context, mention);
        size_t at = behind ? 0 : next_modifier(context, mention);
        if (!behind && !at && mention->modifier_count == 0)
            at = worded_modifier(context, mention->after);
        if (!behind && (!at || is_code_at(context, at)))
            break;
        if (at)
            extract_attach(mention, context_at(context, at)->text);
        mention->after = behind ? behind : at + 1;
        mention->evidence |= EVIDENCE(HAS_MODIFIER);
    }
}

/* --- alone */

static bool is_list_mark(const struct context *context, size_t i) {
    return context_mark_in(context, i, ",/&+") || span_is_among(context_at(context, i)->lower, "and or vs versus");
}

static size_t skip_article(const struct context *context, size_t i, size_t step) {
    return span_is_among(context_at(context, i)->lower, "a an the") ? i + step : i;
}

/* A modifier by form stands before or behind, with nothing but a separator between. */
static bool stands_in_list(const struct context *context, size_t i) {
    size_t before = skip_article(context, i - 1, (size_t)-1), behind = skip_article(context, i + 2, 1);
    return (is_list_mark(context, i + 1) && is_written_modifier(context, behind, false) && !is_measured(context, behind)) ||
           (is_list_mark(context, before) && is_written_modifier(context, before - 1, false));
}

static bool sentence_ends(const struct context *context, size_t i) {
    const struct token *token = context_at(context, i);
    return token->kind == TOKEN_NONE || token->paragraph != context_at(context, i - 1)->paragraph || context_mark_in(context, i, ".?!");
}

static bool sentence_begins(const struct context *context, size_t i) {
    const struct token *before = context_at(context, i - 1);
    return before->kind == TOKEN_NONE || before->paragraph != context_at(context, i)->paragraph || context_mark_in(context, i - 1, ".?!;:");
}

/* "L4-S1", "T5 to T7", "level T9": letters and digits that are vertebrae. */
static bool is_spine(const struct context *context, size_t i) {
    const struct token *token = context_at(context, i);
    if (token->kind != TOKEN_MIXED || !strchr("CLTS", char_upper(token->text.ptr[0])))
        return false;
    bool joined =
        (context_mark(context, i + 1) == '-' && context_at(context, i + 1)->glued) || (context_mark(context, i - 1) == '-' && token->glued);
    return joined || context_is(context, i + 1, "to") || context_is(context, i - 1, "to") ||
           span_is_among(context_at(context, i - 1)->lower, "level levels vertebra at");
}

static evidence_set words_around(const struct context *context, size_t i) {
    static const char articles[] = "the a an with without against instead";
    static const char prepositions[] = "after before is does would should on over than of";
    static const char verbs[] =
        "add adding append appending attach attaching use using need needs want wants carry carries carrying beat beats require "
        "requires drop omit bill billed";
    static const char fates[] = "needed required modifier necessary beat beats help helps";
    const struct token *before = context_at(context, i - 1);
    evidence_set ret = 0;
    char mark = context_mark(context, i - 1);
    const struct token *name = context_at(context, mark && strchr(":=#", mark) ? i - 2 : i - 1);
    if (span_is_among(name->lower, "modifier modifiers mod mods") ||
        (context_mark(context, i - 1) == '-' && context_at(context, i)->glued && !before->glued))
        ret |= EVIDENCE(NAMED);
    bool letters = context_at(context, i)->kind != TOKEN_NUMBER;
    if (span_is_among(before->lower, articles) || (letters && span_is_among(before->lower, prepositions)))
        ret |= EVIDENCE(ARTICLE);
    bool replaces = span_is_among(context_at(context, i + 1)->lower, "instead rather") ||
                    (context_is(context, i - 1, "of") && context_is(context, i - 2, "instead"));
    bool goes_on = span_is_among(context_at(context, i + 1)->lower, "on to onto") && is_code_at(context, i + 2);
    static const char judgements[] = "ok okay right correct allowed appropriate enough fine best";
    bool judged = span_is_among(before->lower, "is was") && span_is_among(context_at(context, i + 1)->lower, judgements);
    if (replaces || goes_on || judged || span_is_among(before->lower, verbs) || span_is_among(context_at(context, i + 1)->lower, fates))
        ret |= EVIDENCE(AS_MODIFIER);
    if (stands_in_list(context, i))
        ret |= EVIDENCE(IN_LIST);
    bool asks = context_mark(context, i + 1) == '?' || context_at(context, i)->place == PLACE_SUBJECT;
    if (sentence_ends(context, i + 1))
        ret |= EVIDENCE(ALONE) * (asks && sentence_begins(context, i)) | EVIDENCE(SENTENCE_END) * !letters;
    if (is_measured(context, i) || context_mark(context, i - 1) == '$')
        ret |= EVIDENCE(MEASURE);
    if (is_spine(context, i))
        ret |= EVIDENCE(SPINE);
    return ret;
}

/* A modifier, and no abbreviation, that stands in a list with the one at token i. */
static bool in_list_of_modifiers(const struct context *context, size_t i) {
    size_t before = skip_article(context, i - 1, (size_t)-1), behind = skip_article(context, i + 2, 1);
    const struct token *other = is_list_mark(context, i + 1) ? context_at(context, behind) : context_at(context, before - 1);
    return stands_in_list(context, i) && !is_abbreviation(other->lower);
}

/* What the letters alone tell: some are modifiers and nothing else, some are many other things, unless a text speaks of modifiers. */
static evidence_set letters_evidence(const struct context *context, size_t i, evidence_set around, evidence_set text) {
    static const char nothing_else[] = "xe xp xs xu kx qw gz gy gx qk qx qz qy";
    const struct token *token = context_at(context, i);
    if (around & EVIDENCE(NAMED) || token->kind != TOKEN_WORD || names_modifier(context_at(context, i + 1)->lower))
        return 0;
    if (span_is_among(token->lower, nothing_else))
        return EVIDENCE(ONLY_MODIFIER);
    bool person = span_is_among(token->lower, "pa pt md"), spoken_of = !person && text & EVIDENCE(MODIFIER_IN_TEXT);
    return EVIDENCE(ABBREVIATION) * (is_abbreviation(token->lower) && !spoken_of && !in_list_of_modifiers(context, i));
}

static evidence_set lone_evidence(const struct context *context, size_t i, evidence_set text) {
    const struct token *token = context_at(context, i), *next = context_at(context, i + 1);
    evidence_set ret = token->kind == TOKEN_NUMBER ? EVIDENCE(MODIFIER_DIGITS) : EVIDENCE(MODIFIER_LETTERS);
    ret |= words_around(context, i);
    ret |= letters_evidence(context, i, ret, text);
    bool hyphen_ok = ret & EVIDENCE(NAMED);
    if ((token->glued && !hyphen_ok && !context_mark_in(context, i - 1, "/,(\"'[:")) ||
        (next->glued && (next->kind != TOKEN_MARK || strchr("-_@.", next->text.ptr[0])) && context_at(context, i + 2)->glued))
        ret |= EVIDENCE(GLUED);
    if (token->kind == TOKEN_WORD && token->capitals && is_ordinary_word(token->lower))
        ret |= EVIDENCE(ORDINARY_WORD);
    if (token->kind == TOKEN_WORD && next->postal)
        ret |= EVIDENCE(POSTAL);
    return ret;
}

static evidence_set text_evidence(const struct context *context, const struct mentions *mentions) {
    evidence_set ret = 0;
    for (size_t i = 0; i < mentions->count; i++)
        if (mentions->items[i].accepted && mentions->items[i].systems & (BIT(CPT) | BIT(HCPCS)))
            ret |= EVIDENCE(CODE_IN_TEXT) | EVIDENCE(MODIFIER_IN_TEXT) * (mentions->items[i].modifier_count > 0);
    for (size_t i = 0; i < context->count; i++)
        if (span_is_among(context_at(context, i)->lower, "modifier modifiers mods"))
            ret |= EVIDENCE(MODIFIER_IN_TEXT);
    return ret;
}

/* "modifier 11", "modifier XQ": there is none, and who asks wants to be told so. */
static bool is_called_modifier(const struct context *context, size_t i) {
    const struct token *token = context_at(context, i);
    bool upper = char_is_alnum(token->text.ptr[0]) && token->text.ptr[0] == char_upper(token->text.ptr[0]) &&
                 token->text.ptr[1] == char_upper(token->text.ptr[1]) && !token->capitals && !is_ordinary_word(token->lower);
    return names_modifier(context_at(context, i - 1)->lower) && !token->glued &&
           (!context_at(context, i + 1)->glued || (context_mark_in(context, i + 1, ".,;:?!)") && !context_at(context, i + 2)->glued)) &&
           !is_measured(context, i) && (token->kind == TOKEN_NUMBER || upper);
}

void extract_lone_modifiers(const struct context *context, struct arena *arena, struct mentions *mentions) {
    evidence_set text = text_evidence(context, mentions);
    for (size_t i = 0; i < context->count; i++) {
        const struct token *token = context_at(context, i);
        bool small = names_modifier(context_at(context, i - 1)->lower) && token->kind != TOKEN_NUMBER && !is_ordinary_word(token->lower);
        if (token->text.len != 2 || token->taken || token->literal || token->postal ||
            (!is_written_modifier(context, i, small) && !is_called_modifier(context, i)))
            continue;
        struct mention mention = {.system = SYSTEM_MOD, .systems = BIT(MOD), .first = i, .end = i + 1, .after = i + 1};
        mention.key[0] = char_upper(token->text.ptr[0]);
        mention.key[1] = char_upper(token->text.ptr[1]);
        mention.evidence = lone_evidence(context, i, text) | text;
        if (token->kind == TOKEN_MIXED && !(text & (EVIDENCE(CODE_IN_TEXT) | EVIDENCE(MODIFIER_IN_TEXT))))
            mention.evidence |= EVIDENCE(ABBREVIATION);
        extract_add(mentions, arena, &mention);
    }
}
