/* Days of birth and ages. A day of service stays: words of birth, or a name beside an old day, make the difference. */
#include "handlers/understand/redact_find.h"

#include "handlers/understand/extract.h"

enum {
    LABEL_REACH = 7,
    OLDEST_AGE_KEPT = 89, /* 45 CFR 164.514(b)(2)(i)(C) */
    OLDEST_AGE = 120,
    OLD_YEAR = 2000, /* a day before it, of which nothing is said, is taken for one of birth */
    SPELLED = 3,     /* words of a day that is spelled out */
};

size_t redact_day_end(const struct redaction *redaction, size_t i, struct date *ret) {
    const struct token *token = context_at(redaction->context, i);
    bool may_be = token->kind != TOKEN_MARK && token->kind != TOKEN_NONE && !token->taken && !token->mask && !token->literal;
    size_t used = may_be ? extract_day(redaction->context, i, redaction->today, ret) : 0;
    return used ? i + used : 0;
}

/* --- birth */

/* "DOB", "born", "D.O.B.", "(b." at token i, the last of its tokens. */
static bool is_birth(const struct context *context, size_t i) {
    struct span word = context_at(context, i)->lower;
    if (span_is_among(word, "dob dobs born birth birthdate birthday bday bdate yob geboren naissance nacimiento nacido nacida"))
        return true;
    if (!span_equal(word, SPAN("b")) || context_at(context, i)->kind != TOKEN_WORD)
        return false;
    bool spelled = context_mark(context, i - 1) == '.' && context_is(context, i - 2, "o");
    const struct token *before = context_at(context, i - 1);
    return spelled || context_mark_in(context, i - 1, "(,") || (before->kind == TOKEN_WORD && (before->name || before->doubtful));
}

static bool born_before(const struct context *context, size_t day) {
    const struct token *token = context_at(context, day);
    for (size_t i = day - 1; i < context->count && day - i <= LABEL_REACH; i--) {
        if (context_at(context, i)->paragraph != token->paragraph)
            return false;
        if (is_birth(context, i))
            return true;
        bool between = context_mark_in(context, i, ":.-(=#/*|") ||
                       span_is_among(context_at(context, i)->lower, "is was on in of the date day year her his around about sex gender age back");
        if (!between)
            return false;
    }
    return false;
}

/* "11/02/1966 (DOB)", unless the word goes with a day of its own. */
static bool born_behind(const struct redaction *redaction, size_t end) {
    const struct context *context = redaction->context;
    struct date date;
    size_t at = end + (context_mark_in(context, end, "(") ? 1 : 0), behind;
    if (!is_birth(context, at) || context_is(context, at, "b") || context_at(context, at)->line != context_at(context, end - 1)->line)
        return false;
    for (behind = at + 1; context_mark_in(context, behind, ":.=-") || context_is(context, behind, "on") || context_is(context, behind, "is");)
        behind++;
    return !redact_day_end(redaction, behind, &date) && context_at(context, behind)->kind != TOKEN_NUMBER;
}

static bool is_month(struct span lower) {
    return span_is_among(lower, "january february march april may june july august september october november december jan feb mar apr jun jul "
                                "aug sep sept oct nov dec");
}

static bool is_word_of_day(struct span lower) {
    return is_month(lower) ||
           span_is_among(lower, "of the and in first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
                                "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth twenty thirty nineteen "
                                "hundred oh one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
                                "seventeen eighteen forty fifty sixty seventy eighty ninety thousand");
}

/* "ninth of march nineteen fifty one", "march 51", "1951", "030956": only beside a word of birth. */
static size_t loose_day_end(const struct redaction *redaction, size_t i) {
    const struct context *context = redaction->context;
    const struct token *token = context_at(context, i);
    long year;
    size_t end = i;
    if (token->kind == TOKEN_NUMBER && (token->text.len == 6 || token->text.len == 8))
        return i + 1;
    if (token->kind == TOKEN_NUMBER && token->text.len == 4 && span_to_long(token->text, 1900, 2100, &year))
        return i + 1;
    while (context_at(context, end)->line == token->line && is_word_of_day(context_at(context, end)->lower))
        end++;
    if (end == i || span_is_among(token->lower, "of the and in"))
        return 0;
    bool year_behind = context_at(context, end)->kind == TOKEN_NUMBER && context_at(context, end)->line == token->line;
    return year_behind ? end + 1 : end - i >= SPELLED ? end : 0;
}

/* "04/March/56", "1956.03.04", "3/4/'56": behind a word of birth all that hangs together is of the day. 0: it is no day's parts. */
static size_t hung_day_end(const struct context *context, size_t i) {
    size_t end = i, parts = 0;
    for (bool more = true; more; end++) {
        const struct token *token = context_at(context, end);
        if (end > i && !token->glued)
            break;
        bool part = (token->kind == TOKEN_NUMBER && token->text.len <= 4) || is_month(token->lower);
        parts += part;
        more = part || (end > i && context_mark_in(context, end, "./-'") && context_at(context, end + 1)->glued);
        if (!more)
            break;
    }
    return parts >= SPELLED ? end : 0;
}

/* A day before OLD_YEAR of which nothing is said, not even "on". */
static bool is_old_alone(const struct context *context, size_t i, struct date date) {
    static const char events[] = "dos on in since until till from to thru through effective service surgery done performed placed seen "
                                 "implanted published edition dated revised operated fused removed injured between and before after";
    long year = 0;
    if (!span_to_long((struct span){date.iso, 4}, 1, 9999, &year) || year >= OLD_YEAR)
        return false;
    for (size_t at = i - 1; at < context->count && i - at <= 4 && context_at(context, at)->line == context_at(context, i)->line; at--)
        if (span_is_among(context_at(context, at)->lower, events))
            return false;
    return true;
}

struct piece redact_birth(const struct redaction *redaction, size_t i) {
    const struct context *context = redaction->context;
    const struct token *token = context_at(context, i);
    struct date date;
    if (token->taken || token->mask || token->kind == TOKEN_MARK)
        return (struct piece){0};
    bool hangs = token->glued && context_mark_in(context, i - 1, "-/.") && context_at(context, i - 2)->kind == TOKEN_NUMBER;
    size_t end = hangs ? 0 : redact_day_end(redaction, i, &date);
    bool day = end > 0, born = born_before(context, i);
    if (!day && born)
        end = loose_day_end(redaction, i);
    size_t hung = born && !hangs ? hung_day_end(context, i) : 0;
    end = hung > end ? hung : end;
    if (!end || !(born || (day && (born_behind(redaction, end) || is_old_alone(context, i, date)))))
        return (struct piece){0};
    return (struct piece){i, end, MASK_DOB};
}

/* --- ages */

/* "y/o", "-year-old", "yo", "years of age" from token i on. */
static bool years_old(const struct context *context, size_t i) {
    size_t at = i + (context_mark_in(context, i, "-") ? 1 : 0), behind = at + 1 + (context_mark_in(context, at + 1, "-./") ? 1 : 0);
    if (span_is_among(context_at(context, at)->lower, "yo yof yom yoa jährig"))
        return true;
    return span_is_among(context_at(context, at)->lower, "y yr yrs year years") &&
           (span_is_among(context_at(context, behind)->lower, "old o female male woman man lady gentleman f m") ||
            (context_is(context, behind, "of") && context_is(context, behind + 1, "age")));
}

/* "90 and older": a limit, and nobody's age. */
static bool is_limit(const struct context *context, size_t i) {
    for (size_t at = i; at < i + 7 && context_at(context, at)->line == context_at(context, i - 1)->line; at++)
        if (context_mark(context, at) == '+' ||
            (span_is_among(context_at(context, at)->lower, "or and") &&
             span_is_among(context_at(context, at + 1)->lower, "older over above up more")))
            return true;
    return false;
}

/* "she is 93", "age: 93", "aged 93" */
static bool age_before(const struct context *context, size_t i) {
    size_t at = i - 1 - (context_mark_in(context, i - 1, ":=") ? 1 : 0);
    if (span_is_among(context_at(context, i + 1)->lower, "day days week weeks month months hours"))
        return false;
    if (span_is_among(context_at(context, at)->lower, "age aged"))
        return true;
    bool ends = context_at(context, i + 1)->kind == TOKEN_NONE || context_at(context, i + 1)->line != context_at(context, i)->line ||
                (context_mark_in(context, i + 1, ".,;)!") && !(context_at(context, i + 2)->glued && context_at(context, i + 2)->kind == TOKEN_NUMBER)) ||
                span_is_among(context_at(context, i + 1)->lower, "and with now");
    const struct token *who = context_at(context, context_is(context, at, "s") ? at - 2 : at - 1);
    bool person = who->mask == MASK_NAME || span_is_among(who->lower, "he she pt patient mother father mom dad grandmother grandfather husband wife");
    return person && (context_is(context, at, "turned") || (ends && span_is_among(context_at(context, at)->lower, "is was s")));
}

struct piece redact_age(const struct redaction *redaction, size_t i) {
    const struct context *context = redaction->context;
    const struct token *token = context_at(context, i);
    struct span text = token->text;
    size_t digits = 0;
    long age;
    while (digits < text.len && char_is_digit(text.ptr[digits]))
        digits++;
    if (token->taken || token->mask || !span_to_long(span_slice(text, 0, digits), OLDEST_AGE_KEPT + 1, OLDEST_AGE, &age) ||
        (token->glued && context_mark_in(context, i - 1, "-./$")))
        return (struct piece){0};
    struct span letters = span_slice(token->lower, digits, text.len);
    bool told = letters.len == 0 ? years_old(context, i + 1) || age_before(context, i)
                                 : span_is_among(letters, "yo yof yom y") || (span_is_among(letters, "f m") && text.ptr[digits] <= 'Z') ||
                                       (span_is_among(letters, "yr yrs year") && context_mark_in(context, i + 1, "-"));
    return told && !is_limit(context, i + 1) ? (struct piece){i, i + 1, MASK_AGE} : (struct piece){0};
}
