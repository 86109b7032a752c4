/* Doses in all: "40 mg x2", "2 vials of 40 mg", "40 mg to each knee", "10 mg/mL, 4 mL given". */
#include "handlers/understand/extract_dose.h"

#include <limits.h>
#include <string.h>

enum { TIMES_MOST = 100, WORDS_BEHIND = 4, SIDES_OF_BODY = 2 };

static const char vessels[] =
    "vial vials syringe syringes dose doses injection injections shot shots ampule ampules ampoule ampoules bag bags";
static const char paired[] = "side knee shoulder hip ankle elbow wrist eye ear foot heel hand arm leg thigh buttock breast thumb joint";
static const char paired_both[] = "sides knees shoulders hips ankles elbows wrists eyes ears feet heels hands arms legs thighs buttocks "
                                  "breasts thumbs joints";

struct doses {
    const struct context *context;
    struct arena *arena;
    struct asked_amount *amounts;
    struct amount_place *places;
    size_t count;
    bool both; /* sides, with no word that the dose is that of both */
};

/* ---- numbers that are none ---- */

static bool is_bare_number(const struct context *context, size_t i) {
    const struct token *token = context_at(context, i);
    return token->kind == TOKEN_NUMBER && !token->taken;
}

static bool is_of_drug(enum amount_unit unit) { return unit == AMOUNT_DOSE || unit == AMOUNT_ML; }

/* Where the digits from token i on and their unit end; 0: no digits stand there. */
static size_t written_end(const struct context *context, size_t i, struct span *ret_number, enum amount_unit *ret_unit) {
    const struct token *token = context_at(context, i);
    long factor;
    size_t end = i + 1, digits = 0;
    if ((token->kind != TOKEN_NUMBER && token->kind != TOKEN_MIXED) || token->taken || token->literal || token->postal)
        return 0;
    while (context_mark_in(context, end, ".,") && context_glued(context, end - 1, 2) && context_at(context, end + 1)->kind != TOKEN_WORD &&
           context_at(context, end + 1)->kind != TOKEN_MARK)
        end += 2;
    struct span last = context_at(context, end - 1)->lower;
    while (digits < last.len && char_is_digit(last.ptr[digits]))
        digits++;
    struct span word = span_slice(last, digits, last.len);
    *ret_number = context_written(context, i, end);
    *ret_number = span_slice(*ret_number, 0, ret_number->len - (word.len < ret_number->len ? word.len : ret_number->len));
    if (word.len == 0) {
        end += context_mark(context, end) == '-';
        word = context_at(context, end++)->lower;
    }
    *ret_unit = digits > 0 ? amount_unit_of(word, &factor) : AMOUNT_NONE;
    return digits > 0 && end <= context->count && context_at(context, end - 1)->paragraph == token->paragraph ? end : 0;
}

/* "1 000", "40.5.5", "-40", "30 to 40", "two 40": how many tokens more of the number stand before it? */
static size_t more_before(const struct context *context, size_t i) {
    const struct token *before = context_at(context, i - 1);
    long number;
    if (i == 0 || before->line != context_at(context, i)->line)
        return 0;
    if (is_bare_number(context, i - 1) ||
        (before->kind == TOKEN_WORD && !before->taken && amount_number_of(before->lower, &number) && number > 1000))
        return 1;
    bool behind_number = i > 1 && is_bare_number(context, i - 2) && context_at(context, i - 2)->line == before->line;
    if (behind_number &&
        (context_mark_in(context, i - 1, context_at(context, i)->glued ? "-./," : "-./") || context_is(context, i - 1, "to")))
        return 2;
    return context_at(context, i)->glued && context_mark_in(context, i - 1, "-.");
}

bool dose_unreadable(const struct context *context, size_t i, struct arena *arena, struct asked_amount *ret, size_t *ret_end) {
    enum amount_unit unit;
    struct span number;
    long ignored;
    size_t end = written_end(context, i, &number, &unit);
    bool thousands = end && unit == AMOUNT_UNITS && i > 0 && is_bare_number(context, i - 1) && context_at(context, i)->text.len == 3;
    if (!end || (!is_of_drug(unit) && !thousands))
        return false;
    size_t more = more_before(context, i);
    if (more == 0 && amount_number_of(number, &ignored))
        return false;
    *ret = (struct asked_amount){.amount = {.unit = unit}, .in_doubt = true};
    ret->written = arena_copy(arena, context_written(context, i - more, end));
    *ret_end = end;
    return true;
}

/* ---- how often ---- */

static bool ends_sentence(const struct context *context, size_t i, size_t of) {
    return context_at(context, i)->paragraph != context_at(context, of)->paragraph || context_mark_in(context, i, ".?!;");
}

/* "each knee", "per side" in the sentence of the dose. */
static bool is_for_each_side(const struct context *context, const struct amount_place *place) {
    size_t from = place->first, to = place->end;
    while (from > 0 && !ends_sentence(context, from - 1, place->first))
        from--;
    while (to < context->count && !ends_sentence(context, to, place->first))
        to++;
    for (size_t i = from; i + 1 < to; i++)
        if (span_is_among(context_at(context, i)->lower, "each per every") && span_is_among(context_at(context, i + 1)->lower, paired))
            return !context_is(context, i + 1, "joint");
    return false;
}

static bool is_each(const struct context *context, size_t end) {
    for (size_t i = end; i < end + 3 && i < context->count; i++)
        if (span_is_among(context_at(context, i)->lower, "each apiece every"))
            return true;
    return false;
}

/* "both knees", "bilaterally": of the text, which does not say that the dose is that of all. */
static bool tells_both(const struct context *context) {
    bool both = false;
    for (size_t i = 0; i < context->count; i++) {
        struct span word = context_at(context, i)->lower;
        if (!context_is_new(context_at(context, i)))
            continue;
        if (span_is_among(word, "total altogether") || (context_is(context, i, "in") && context_is(context, i + 1, "all")))
            return false;
        for (size_t k = 1; k <= 2 && context_is(context, i, "both"); k++)
            both = both || span_is_among(context_at(context, i + k)->lower, paired_both);
        both = both || span_is_among(word, "bilateral bilaterally bilat");
    }
    return both;
}

/* "2 vials of 40 mg", "2 x 40 mg", "40 mg, 2 vials": in thousandths, 0: none told, -1: in doubt. */
static long vessels_of(const struct context *context, const struct amount_place *place) {
    size_t at = place->first;
    long ret;
    while (at > 0 && (context_at(context, at - 1)->taken || context_mark_in(context, at - 1, "(,")))
        at--;
    bool of = at > 0 && span_is_among(context_at(context, at - 1)->lower, "of x");
    at -= of;
    bool vessel = at > 1 && span_is_among(context_at(context, at - 1)->lower, vessels);
    at -= vessel;
    if (at > 0 && (of || vessel) && !context_at(context, at - 1)->taken && amount_number_of(context_at(context, at - 1)->lower, &ret))
        return ret == 1000 ? 0 : of ? ret : -1;
    at = place->end;
    at += context_mark_in(context, at, ",(");
    bool behind = amount_number_of(context_at(context, at)->lower, &ret) && ret != 1000;
    return behind && span_is_among(context_at(context, at + 1)->lower, vessels) ? -1 : 0;
}

static bool is_times(const struct doses *doses, size_t k) {
    const struct context *context = doses->context;
    struct span word = context_at(context, doses->places[k].first)->lower;
    enum amount_unit unit = doses->amounts[k].amount.unit;
    return unit == AMOUNT_TIMES || (unit == AMOUNT_UNITS && (word.ptr[0] == 'x' || span_is_among(word, "twice thrice")));
}

static bool may_belong(const struct asked_amount *one, const struct asked_amount *two) {
    return !*one->key || !*two->key || strcmp(one->key, two->key) == 0;
}

static bool stands_behind(const struct context *context, size_t end, size_t first) {
    if (first < end || first - end > WORDS_BEHIND)
        return false;
    for (size_t i = end; i < first; i++)
        if (context_at(context, i)->taken || ends_sentence(context, i, end - 1))
            return false;
    return true;
}

/* "40 mg x2": as of vessels. What stands elsewhere may be of the code's lines. */
static long times_of(struct doses *doses, size_t k) {
    const struct context *context = doses->context;
    long ret = 0;
    for (size_t i = 0; i < doses->count; i++) {
        if (!is_times(doses, i) || !may_belong(&doses->amounts[i], &doses->amounts[k]))
            continue;
        bool often = span_is_among(context_at(context, doses->places[i].end)->lower,
                                    "unit units day days daily week weeks weekly a per month months");
        bool plain = !often && ret == 0 && stands_behind(context, doses->places[k].end, doses->places[i].first);
        ret = plain ? doses->amounts[i].amount.thousandths : -1;
        doses->amounts[i].in_doubt = true;
    }
    return ret;
}

static void multiply(struct doses *doses, size_t k) {
    struct asked_amount *dose = &doses->amounts[k];
    long told[] = {vessels_of(doses->context, &doses->places[k]), times_of(doses, k), 0}, factor = 1000;
    bool each_side = is_for_each_side(doses->context, &doses->places[k]), each = is_each(doses->context, doses->places[k].end);
    told[2] = each_side || (each && doses->both) ? SIDES_OF_BODY * 1000 : each || doses->both ? -1 : 0;
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        bool wrong = told[i] < 0 || told[i] % 1000 || told[i] > TIMES_MOST * 1000L || (told[i] && factor > 1000);
        dose->in_doubt = dose->in_doubt || wrong;
        factor = told[i] > 0 ? told[i] : factor;
    }
    if (dose->in_doubt || factor == 1000)
        return;
    dose->amount.thousandths *= factor / 1000;
    dose->written = arena_printf(doses->arena, "%s x %ld", dose->written, factor / 1000);
}

/* ---- so much in a milliliter ---- */

/* "/mL", "per 10 mL", "in each mL" behind the dose: where it ends, or 0. ret_volume is 0 where it is no volume. */
static size_t rate_end(const struct context *context, size_t at, long *ret_volume) {
    long factor;
    size_t number = at + 1, end;
    bool in_each = context_is(context, at, "in") && span_is_among(context_at(context, number)->lower, "each every");
    number += in_each;
    *ret_volume = 0;
    if (!in_each && context_mark(context, at) != '/' && !context_is(context, at, "per"))
        return 0;
    if (span_is_among(context_at(context, number)->lower, paired))
        return 0;
    enum amount_unit unit;
    struct span written;
    end = written_end(context, number, &written, &unit);
    if (end && (unit != AMOUNT_ML || !amount_number_of(written, ret_volume)))
        *ret_volume = 0;
    else if (!end && amount_unit_of(context_at(context, number)->lower, &factor) == AMOUNT_ML)
        *ret_volume = 1000;
    return end ? end : number + 1;
}

/* The one volume that was given of it; NULL: none, or several. */
static const struct asked_amount *volume_of(const struct doses *doses, size_t k) {
    const struct asked_amount *ret = NULL;
    for (size_t i = 0; i < doses->count; i++) {
        const struct asked_amount *amount = &doses->amounts[i];
        if (i == k || amount->amount.unit != AMOUNT_ML || !may_belong(amount, &doses->amounts[k]))
            continue;
        if (ret || amount->in_doubt)
            return NULL;
        ret = amount;
    }
    return ret;
}

static void take_out(struct doses *doses, size_t k) {
    doses->count--;
    memmove(doses->amounts + k, doses->amounts + k + 1, (doses->count - k) * sizeof *doses->amounts);
    memmove(doses->places + k, doses->places + k + 1, (doses->count - k) * sizeof *doses->places);
}

static void dissolve(struct doses *doses, size_t k, size_t end, long volume) {
    struct asked_amount *dose = &doses->amounts[k];
    const struct asked_amount *given = volume > 0 ? volume_of(doses, k) : NULL;
    struct span written = context_written(doses->context, doses->places[k].first, end);
    long ml = given ? given->amount.thousandths : 0;
    dose->in_doubt = dose->in_doubt || dose->amount.unit != AMOUNT_DOSE || ml <= 0 || dose->amount.thousandths > LONG_MAX / ml - volume;
    if (!dose->in_doubt) /* a part of a thousandth is more than none: it may begin a unit */
        dose->amount.thousandths = (dose->amount.thousandths * ml + volume - 1) / volume;
    dose->written =
        dose->in_doubt ? arena_copy(doses->arena, written) : arena_printf(doses->arena, "%s at %.*s", given->written, SPAN_ARG(written));
}

void doses_settle(const struct context *context, struct arena *arena, struct asked_amount *amounts, struct amount_place *places,
                  size_t *count) {
    struct doses doses = {context, arena, amounts, places, *count, tells_both(context)};
    long volumes[QUESTION_AMOUNTS];
    size_t rates[QUESTION_AMOUNTS];
    for (size_t k = 0; k < doses.count; k++) {
        rates[k] = is_of_drug(amounts[k].amount.unit) ? rate_end(context, places[k].end, &volumes[k]) : 0;
        if (rates[k] && k + 1 < doses.count && places[k + 1].first < rates[k])
            take_out(&doses, k + 1);
    }
    for (size_t k = 0; k < doses.count; k++)
        if (is_of_drug(amounts[k].amount.unit) && !rates[k])
            multiply(&doses, k);
    for (size_t k = 0; k < doses.count; k++)
        if (rates[k])
            dissolve(&doses, k, rates[k], volumes[k]);
    for (size_t k = doses.count; k-- > 0;)
        if (amounts[k].in_doubt && is_times(&doses, k))
            take_out(&doses, k);
    *count = doses.count;
}
