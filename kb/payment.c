#include "kb/payment.h"

#include <string.h>

#include "kb/decimal.h"
#include "kb/figures.h"
#include "kb/handle.h"
#include "kb/schema.h"

enum { RVU_PLACES = 2, INDEX_PLACES = 3, FACTOR_PLACES = 4, CENT_PLACES = 2, CENTS = 100 };
enum { COL_CONTRACTOR, COL_NUMBER, COL_STATE, COL_NAME, COL_WORK, COL_PRACTICE, COL_MALPRACTICE, COL_FROM, COL_TO, COL_SOURCE };

/* ---- localities ---- */

static int read_locality(struct kb *kb, sqlite3_stmt *row, struct sources *sources, struct arena *arena, struct kb_locality *ret,
                         struct why *why) {
    *ret = (struct kb_locality){
        .contractor = column_copy(row, COL_CONTRACTOR, arena),
        .number = column_copy(row, COL_NUMBER, arena),
        .state = column_copy(row, COL_STATE, arena),
        .name = column_copy(row, COL_NAME, arena),
        .work = column_copy(row, COL_WORK, arena),
        .practice = column_copy(row, COL_PRACTICE, arena),
        .malpractice = column_copy(row, COL_MALPRACTICE, arena),
        .valid_from = schema_date(sqlite3_column_int64(row, COL_FROM)),
        .valid_to = schema_date(sqlite3_column_int64(row, COL_TO)),
        .source = source_copy(sources, sqlite3_column_int64(row, COL_SOURCE)),
    };
    return ret->source && ret->malpractice ? 0 : handle_damaged(kb, why);
}

int kb_localities(struct kb *kb, struct date date, struct arena *arena, struct kb_localities *ret, struct why *why) {
    struct kb_localities found = {0};
    struct sources sources = sources_open(kb, arena);
    sqlite3_stmt *stmt = statement(kb, STATEMENT_LOCALITIES, why);
    int step = SQLITE_ROW, code = 0;
    if (!stmt)
        return FAIL_SYSTEM;
    sqlite3_bind_int64(stmt, 1, schema_day(date));
    sqlite3_bind_int64(stmt, 2, schema_day(date) - KB_GRACE_YEARS * SCHEMA_YEAR);
    while (!code && (step = sqlite3_step(stmt)) == SQLITE_ROW) {
        found.items = arena_grow(arena, found.items, found.count, sizeof *found.items);
        code = read_locality(kb, stmt, &sources, arena, &found.items[found.count++], why);
    }
    statement_end(stmt);
    if (!code && step != SQLITE_DONE)
        code = handle_damaged(kb, why);
    if (!code)
        *ret = found;
    return code;
}

/* Does a word of the name begin with this one? */
static bool has_word(struct span name, struct span word) {
    for (size_t i = 0; i + word.len <= name.len; i++)
        if ((i == 0 || !char_is_alnum(name.ptr[i - 1])) && span_same(span_slice(name, i, i + word.len), word))
            return true;
    return false;
}

/* The next piece of letters and digits. */
static bool next_word(struct span *rest, struct span *word) {
    size_t from = 0, to;
    while (from < rest->len && !char_is_alnum(rest->ptr[from]))
        from++;
    for (to = from; to < rest->len && char_is_alnum(rest->ptr[to]);)
        to++;
    *word = span_slice(*rest, from, to);
    *rest = span_slice(*rest, to, rest->len);
    return word->len > 0;
}

/* Every word has to be the contractor, the number, the state or in the name. */
static bool is_named(const struct kb_locality *locality, struct span wanted) {
    struct span word;
    bool any = false;
    while (next_word(&wanted, &word)) {
        if (!span_equal(word, span_of(locality->contractor)) && !span_equal(word, span_of(locality->number)) &&
            !span_same(word, span_of(locality->state)) && !has_word(span_of(locality->name), word))
            return false;
        any = true;
    }
    return any;
}

static const char *nearest_name(const struct kb_localities *all, struct span wanted, struct arena *arena) {
    const char **names = arena_array(arena, all->count ? all->count : 1, sizeof *names);
    for (size_t i = 0; i < all->count; i++)
        names[i] = all->items[i].name;
    return name_nearest(names, all->count, wanted);
}

static bool has_digit(struct span text) {
    for (size_t i = 0; i < text.len; i++)
        if (char_is_digit(text.ptr[i]))
            return true;
    return false;
}

/* Who says California does not mean what is left of it. */
static void name_whole_state(const struct kb_localities *all, const char *state, struct arena *arena, struct kb_localities *ret) {
    *ret = (struct kb_localities){0};
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->items[i].state, state) == 0) {
            ret->items = arena_grow(arena, ret->items, ret->count, sizeof *ret->items);
            ret->items[ret->count++] = all->items[i];
        }
}

void kb_localities_named(const struct kb_localities *all, struct span wanted, struct arena *arena, struct kb_localities *ret,
                         const char **nearest) {
    *ret = (struct kb_localities){0};
    *nearest = NULL;
    for (size_t i = 0; i < all->count; i++) {
        if (!is_named(&all->items[i], wanted))
            continue;
        ret->items = arena_grow(arena, ret->items, ret->count, sizeof *ret->items);
        ret->items[ret->count++] = all->items[i];
        if (span_same(wanted, span_of(all->items[i].name))) { /* the whole name is no part of another */
            *ret = (struct kb_localities){arena_array(arena, 1, sizeof *ret->items), 1};
            ret->items[0] = all->items[i];
            return;
        }
    }
    if (!ret->count)
        *nearest = nearest_name(all, wanted, arena);
    else if (ret->count == 1 && !has_digit(wanted) && span_starts(span_of(ret->items[0].name), SPAN("REST OF")))
        name_whole_state(all, ret->items[0].state, arena, ret);
}

const char *kb_locality_title(const struct kb_locality *locality, struct arena *arena) {
    return arena_printf(arena, "%s-%s (%s, %s)", locality->contractor, locality->number, locality->state, locality->name);
}

/* ---- the amount ---- */

/* The figures of a code, as facts; of a modifier its own. NULL: none. */
struct rvus {
    const struct kb_fact *status, *work, *practice, *practice_facility, *malpractice, *total, *factor;
    bool rare, rare_facility;
};

static const struct kb_fact *labelled(const struct kb_facts *facts, const char *label) {
    for (size_t i = 0; i < facts->count; i++) {
        const struct kb_fact *fact = &facts->items[i];
        if (fact->section == SECTION_FEE && fact->label && fact->value && strcmp(fact->label, label) == 0)
            return fact;
    }
    return NULL;
}

static const struct kb_fact *figure(const struct kb_facts *facts, enum figure which) {
    return labelled(facts, name_text(figure_labels, which));
}

/* Of a modifier: the figure of one place, or of both. */
static const struct kb_fact *modified(const struct kb_facts *facts, enum figure which, const char *modifier, struct arena *arena) {
    const struct kb_fact *fact = labelled(facts, figure_label_modified(which, modifier, false, arena));
    enum figure both = which == FIGURE_PRACTICE_FACILITY ? FIGURE_PRACTICE : which;
    return fact ? fact : labelled(facts, figure_label_modified(both, modifier, true, arena));
}

static bool is_rare(const struct kb_fact *fact) { return fact && fact->text && strncmp(fact->text, "Marked NA", 9) == 0; }

/* A technical part is done where the whole is done. */
static struct rvus rvus_of(const struct kb_facts *facts, const char *modifier, struct arena *arena) {
    struct rvus ret = {figure(facts, FIGURE_STATUS),
                       figure(facts, FIGURE_WORK),
                       figure(facts, FIGURE_PRACTICE),
                       figure(facts, FIGURE_PRACTICE_FACILITY),
                       figure(facts, FIGURE_MALPRACTICE),
                       figure(facts, FIGURE_TOTAL),
                       figure(facts, FIGURE_FACTOR),
                       false,
                       false};
    ret.rare = is_rare(ret.practice);
    ret.rare_facility = is_rare(ret.practice_facility);
    if (!modifier)
        return ret;
    bool technical = strcmp(modifier, "TC") == 0;
    ret.rare = ret.rare && technical;
    ret.rare_facility = ret.rare_facility && technical;
    const struct kb_fact *status = labelled(facts, figure_label_modified(FIGURE_STATUS, modifier, false, arena));
    ret.total = modified(facts, FIGURE_TOTAL, modifier, arena);
    ret.work = modified(facts, FIGURE_WORK, modifier, arena);
    ret.practice = modified(facts, FIGURE_PRACTICE, modifier, arena);
    ret.practice_facility = modified(facts, FIGURE_PRACTICE_FACILITY, modifier, arena);
    ret.malpractice = modified(facts, FIGURE_MALPRACTICE, modifier, arena);
    ret.status = status;
    return ret;
}

static int64_t number_of(const char *text, unsigned places) {
    int64_t ret = 0;
    return text && decimal_read(span_of(text), places, &ret) ? ret : 0;
}

static const char *value_of(const struct kb_fact *fact) { return fact ? fact->value : "0.00"; }

static struct kb_amount amount_of(const struct rvus *rvus, const char *practice, bool rare, const struct kb_locality *locality,
                                  struct arena *arena) {
    const char *work = value_of(rvus->work), *malpractice = value_of(rvus->malpractice), *factor = rvus->factor->value;
    const char *one = "1.000";
    int64_t sum = number_of(work, RVU_PLACES) * number_of(locality ? locality->work : one, INDEX_PLACES) +
                  number_of(practice, RVU_PLACES) * number_of(locality ? locality->practice : one, INDEX_PLACES) +
                  number_of(malpractice, RVU_PLACES) * number_of(locality ? locality->malpractice : one, INDEX_PLACES);
    int64_t cents = decimal_round(sum * number_of(factor, FACTOR_PLACES), RVU_PLACES + INDEX_PLACES + FACTOR_PLACES - CENT_PLACES);
    if (rare)
        return (struct kb_amount){0};
    const char *formula = locality ? arena_printf(arena, "(%s x %s + %s x %s + %s x %s) x %s", work, locality->work, practice,
                                                  locality->practice, malpractice, locality->malpractice, factor)
                                   : arena_printf(arena, "(%s + %s + %s) x %s", work, practice, malpractice, factor);
    return (struct kb_amount){arena_printf(arena, "%lld.%02lld", (long long)(cents / CENTS), (long long)(cents % CENTS)), formula};
}

/* The indices of the year that the figures are of. */
static int indices_of_year(struct kb *kb, const struct kb_locality *locality, struct date day, struct arena *arena, struct kb_locality *ret,
                           struct why *why) {
    struct kb_localities all;
    int code = kb_localities(kb, day, arena, &all, why);
    for (size_t i = 0; !code && i < all.count; i++)
        if (strcmp(all.items[i].contractor, locality->contractor) == 0 && strcmp(all.items[i].number, locality->number) == 0 &&
            date_compare(all.items[i].valid_from, day) <= 0 && date_compare(day, all.items[i].valid_to) <= 0) {
            *ret = all.items[i];
            return 0;
        }
    return code ? code : why_set(why, FAIL_EMPTY, "the figures are of %.4s, and no locality indices of that year are loaded", day.iso);
}

/* A status that pays by relative values: A; R where the schedule has some; T with its condition. A modifier's own has none when it is A. */
static void judge(const struct rvus *rvus, const char *modifier, struct kb_payment *ret) {
    const char *status = rvus->status ? rvus->status->value : modifier ? "A" : "";
    bool valued = rvus->total && number_of(rvus->total->value, RVU_PLACES) > 0 && rvus->factor;
    bool restricted = strcmp(status, "R") == 0 || strcmp(status, "T") == 0;
    ret->status = status;
    if (restricted && valued)
        ret->condition = rvus->status->text;
    else if (strcmp(status, "A") != 0)
        ret->unpaid = rvus->status && rvus->status->text ? rvus->status->text : "The schedule has no relative values for it.";
    else if (!valued)
        ret->unpaid = "The schedule has no relative values for it.";
}

int kb_payment(struct kb *kb, enum code_system system, const char *key, const char *modifier, const struct kb_locality *locality,
               struct date date, struct arena *arena, struct kb_payment *ret, struct why *why) {
    struct kb_facts facts;
    struct kb_locality indices;
    struct kb_payment payment = {0};
    int code = kb_facts(kb, system, key, date, arena, &facts, why);
    if (code)
        return code;
    struct rvus rvus = rvus_of(&facts, modifier, arena);
    const struct kb_fact *any = rvus.status ? rvus.status : rvus.total;
    if (!any)
        return why_set(why, FAIL_EMPTY, "no fee figures of %s%s%s are loaded for %s", key, modifier ? "-" : "", modifier ? modifier : "",
                       date.iso);
    payment.of = any->valid_to;
    payment.ended = any->ended;
    payment.source = any->source;
    judge(&rvus, modifier, &payment);
    if (!payment.unpaid) {
        if (locality && (code = indices_of_year(kb, locality, any->ended ? any->valid_to : date, arena, &indices, why)))
            return code;
        payment.factor = rvus.factor;
        payment.office = amount_of(&rvus, value_of(rvus.practice), rvus.rare, locality ? &indices : NULL, arena);
        payment.facility = amount_of(&rvus, value_of(rvus.practice_facility), rvus.rare_facility, locality ? &indices : NULL, arena);
    }
    *ret = payment;
    return 0;
}
