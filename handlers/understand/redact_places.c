/* Where somebody lives: what context.h marked as postal, and what stands behind "address" or "lives at". */
#include "handlers/understand/redact_find.h"

#include "handlers/understand/keywords.h"

enum { ADDRESS_TOKENS = 14, LABEL_REACH = 4 };

static bool same_line(const struct context *context, size_t a, size_t b) {
    return context_at(context, b)->kind != TOKEN_NONE && context_at(context, a)->line == context_at(context, b)->line;
}

static bool is_free(const struct context *context, size_t i) { return !context_at(context, i)->taken && !context_at(context, i)->mask; }

static bool is_capitalised(const struct token *token) {
    return token->kind == TOKEN_WORD && token->text.ptr[0] >= 'A' && token->text.ptr[0] <= 'Z';
}

/* ", APT A04": the rest of an address behind its street. */
static size_t unit_end(const struct context *context, size_t i) {
    size_t at = i;
    while (context_mark_in(context, at, ",.#"))
        at++;
    if (!same_line(context, i - 1, at) || !span_is_among(context_at(context, at)->lower, "apt apartment suite ste unit bldg building floor fl lot room rm trlr"))
        return i;
    at += context_mark_in(context, at + 1, ".#") ? 2 : 1;
    bool numbered = same_line(context, i - 1, at) && is_free(context, at) && context_at(context, at)->text.len <= 5;
    return numbered ? unit_end(context, at + 1) : i;
}

static bool is_part(const struct context *context, size_t i) {
    const struct token *token = context_at(context, i);
    bool state = token->kind == TOKEN_WORD && context_at(context, i + 1)->postal && same_line(context, i, i + 1);
    return token->postal || state || (token->name && token->kind == TOKEN_WORD);
}

/* The ZIP code behind its state ends an address. */
static bool is_zip(const struct context *context, size_t i) {
    return context_at(context, i)->postal && context_at(context, i)->text.len == 5 && context_at(context, i - 1)->kind == TOKEN_WORD &&
           same_line(context, i, i - 1) && !context_mark_in(context, i - 2, ".:");
}

/* As far as what context.h and names.h marked goes on: ahead from a house number, back from a ZIP code. */
static struct piece postal(const struct context *context, size_t i) {
    size_t first = i, end = i + 1;
    while (is_zip(context, i) && first > 0 && i - first < 6 && same_line(context, i, first - 1) && is_free(context, first - 1) &&
           (is_part(context, first - 1) || (context_mark_in(context, first - 1, ",") && is_part(context, first - 2))))
        first--;
    for (size_t at = end; !is_zip(context, end - 1) && at < i + ADDRESS_TOKENS && same_line(context, i, at) && is_free(context, at); at++) {
        size_t unit = unit_end(context, at);
        if (is_part(context, at) || unit > at) {
            end = unit > at ? unit : at + 1;
            at = end - 1;
        } else if (!context_mark_in(context, at, ",.#-") && context_at(context, at)->kind != TOKEN_MIXED)
            break;
    }
    bool extended = context_mark(context, end) == '-' && context_glued(context, end - 1, 2) && context_at(context, end + 1)->text.len == 4;
    return (struct piece){first, extended ? end + 2 : end, MASK_ADDRESS};
}

/* "99 WILLOW BEND", "14 Fox Hollow": streets that are not called so. */
static size_t street_end(const struct context *context, size_t i) {
    static const char streets[] = "street st road rd avenue ave blvd boulevard lane ln drive dr court ct terrace parkway circle bend run ridge hollow "
                                  "creek crossing row path alley cove way trail";
    if (context_at(context, i)->text.len > 5 || context_at(context, i + 1)->glued)
        return 0;
    for (size_t at = i + 1; at <= i + 4 && same_line(context, i, at) && is_capitalised(context_at(context, at)) && is_free(context, at); at++)
        if (at > i + 1 && span_is_among(context_at(context, at)->lower, streets))
            return keywords_is_common(context_at(context, i + 1)->lower) ? 0 : at + 1;
    return 0;
}

static bool lives_before(const struct context *context, size_t number) {
    for (size_t i = number - 1; i < context->count && number - i <= LABEL_REACH && same_line(context, number, i); i--) {
        if (span_is_among(context_at(context, i)->lower, "address addr lives living resides residing lived home adresse"))
            return !context_at(context, i)->literal;
        if (!context_mark_in(context, i, ":.-=") && !span_is_among(context_at(context, i)->lower, "is at on his her the in"))
            return false;
    }
    return false;
}

/* Behind "address:" to where something else begins. */
static size_t told_end(const struct context *context, size_t i) {
    size_t end = i + 1;
    bool street = context_at(context, end)->kind == TOKEN_WORD && !context_at(context, end)->glued;
    while (street && end < i + ADDRESS_TOKENS && same_line(context, i, end) && is_free(context, end) && !context_mark_in(context, end, ";()?|") &&
           !(context_mark(context, end) == '.' && !context_at(context, end + 1)->glued && context_at(context, end - 1)->text.len > 3) &&
           !span_is_among(context_at(context, end)->lower, "dob mrn ssn phone cell tel born is has had and for with"))
        end++;
    while (end > i + 1 && context_at(context, end - 1)->kind == TOKEN_MARK)
        end--;
    return street ? end : 0;
}

struct piece redact_address(const struct redaction *redaction, size_t i) {
    const struct context *context = redaction->context;
    const struct token *token = context_at(context, i);
    if ((token->kind != TOKEN_NUMBER && token->kind != TOKEN_MIXED) || !is_free(context, i) || token->literal)
        return (struct piece){0};
    size_t end = lives_before(context, i) ? told_end(context, i) : 0;
    if (end)
        return (struct piece){i, end, MASK_ADDRESS};
    bool is_id = context_is(context, i - 1, "id") && context_mark(context, i - 2) != ','; /* "Payer ID 20680": not of Idaho */
    if (token->postal && !is_id)
        return postal(context, i);
    end = token->kind == TOKEN_NUMBER ? street_end(context, i) : 0;
    bool zip = token->text.len == 5 && (context_is(context, i - 1, "zip") || context_is(context, i - 2, "zip"));
    bool box = context_is(context, i - 1, "box") && (context_is(context, i - 2, "po") || context_mark(context, i - 2) == '.');
    if (end || zip || box)
        return (struct piece){i, end ? unit_end(context, end) : i + 1, MASK_ADDRESS};
    return (struct piece){0};
}
