#include <stdlib.h>
#include <string.h>

#include "kb/decimal.h"
#include "kb/schema.h"
#include "kb/seed.h"

enum { RVU_PLACES = 2, FACTOR_PLACES = 4, UNITS_MAX = 1000000 };

static int64_t read_code(const struct seed *seed, const char *code, struct seed_ref *ref, const char *at, struct problems *problems) {
    if (!code)
        return 0;
    seed_read_procedure(code, ref, at, problems);
    if (ref->set && !seed_describes(seed, ref))
        problem(problems, at, "%s is named here, but no file describes it", ref->key);
    return ref->set ? system_id(ref->system, ref->key) : 0;
}

static int64_t read_figure(const char *text, unsigned places, const char *at, struct problems *problems) {
    int64_t ret = 0;
    if (text && !decimal_read(span_of(text), places, &ret))
        problem(problems, at, "\"%.20s\" is no figure with up to %u places", text, places);
    return ret;
}

/* The file prints sums beside what they are made of: a typing error in any of them shows. */
static void check_sums(const struct seed_fee *row, struct problems *problems) {
    const struct fee *fee = &row->fee;
    const char *const texts[] = {fee->work, fee->malpractice, fee->practice, fee->total, fee->practice_facility, fee->total_facility};
    enum { WORK, MALPRACTICE, OUTSIDE, TOTAL, INSIDE, TOTAL_INSIDE, COUNT };
    int64_t figures[COUNT];
    size_t before = problems->count;
    for (size_t i = 0; i < COUNT; i++)
        figures[i] = read_figure(texts[i], RVU_PLACES, row->at, problems);
    if (problems->count == before && (figures[WORK] + figures[MALPRACTICE] + figures[OUTSIDE] != figures[TOTAL] ||
                                      figures[WORK] + figures[MALPRACTICE] + figures[INSIDE] != figures[TOTAL_INSIDE]))
        problem(problems, row->at, "work, practice expense and malpractice do not sum up to the totals");
}

static void check_fee(const struct seed *seed, struct seed_fee *row, struct problems *problems) {
    int group;
    row->source_id = seed_source_id(seed, row->source, row->at, problems);
    seed_check_days(row->valid_from, row->valid_to, row->at, problems);
    read_code(seed, row->code, &row->self, row->at, problems);
    check_sums(row, problems);
    read_figure(row->fee.factor, FACTOR_PLACES, row->at, problems);
    if (row->fee.modifier && !figure_modifier_known(row->fee.modifier))
        problem(problems, row->at, "\"modifier\" has to be 26, TC or 53");
    if (!name_value(fee_groups, span_of(row->group), &group))
        problem(problems, row->at, "\"group\" has to be everybody, non-QPP or QPP");
    else
        row->fee.group = (enum fee_group)group;
}

static void check_limit(const struct seed *seed, struct seed_limit *row, struct problems *problems) {
    long units;
    row->source_id = seed_source_id(seed, row->source, row->at, problems);
    row->valid_to = row->valid_to ? row->valid_to : SCHEMA_FOREVER;
    seed_check_days(row->valid_from, row->valid_to, row->at, problems);
    read_code(seed, row->code, &row->self, row->at, problems);
    if (row->limit.units && !span_to_long(span_of(row->limit.units), 0, UNITS_MAX, &units))
        problem(problems, row->at, "\"mue\" has to be a number of units");
    if (row->limit.indicator && (strlen(row->limit.indicator) != 1 || !strchr("123", *row->limit.indicator)))
        problem(problems, row->at, "\"mai\" has to be \"1\", \"2\" or \"3\"");
}

static void check_hospital(const struct seed *seed, struct seed_hospital *row, struct problems *problems) {
    row->source_id = seed_source_id(seed, row->source, row->at, problems);
    seed_check_days(row->valid_from, row->valid_to, row->at, problems);
    read_code(seed, row->code, &row->self, row->at, problems);
    read_figure(row->rate, FACTOR_PLACES, row->at, problems); /* drugs have thousandths */
}

static int compare_refs(const struct seed_ref *a, const struct seed_ref *b) {
    return a->system != b->system ? (a->system < b->system ? -1 : 1) : strcmp(a->key, b->key);
}

static const char *modifier_of(const struct seed_fee *row) { return row->fee.modifier ? row->fee.modifier : ""; }

static int compare_fees(const void *left, const void *right) {
    const struct seed_fee *a = left, *b = right;
    int ret = compare_refs(&a->self, &b->self);
    ret = ret ? ret : strcmp(modifier_of(a), modifier_of(b));
    return ret ? ret : (a->valid_from > b->valid_from) - (a->valid_from < b->valid_from);
}

static int compare_limits(const void *left, const void *right) {
    const struct seed_limit *a = left, *b = right;
    int ret = compare_refs(&a->self, &b->self);
    return ret ? ret : (a->valid_from > b->valid_from) - (a->valid_from < b->valid_from);
}

static int compare_hospitals(const void *left, const void *right) {
    const struct seed_hospital *a = left, *b = right;
    int ret = compare_refs(&a->self, &b->self);
    return ret ? ret : (a->valid_from > b->valid_from) - (a->valid_from < b->valid_from);
}

static void order_hospitals(struct seed *seed, struct problems *problems) {
    if (seed->hospital_count)
        qsort(seed->hospitals, seed->hospital_count, sizeof *seed->hospitals, compare_hospitals);
    for (size_t i = 1; i < seed->hospital_count; i++) {
        const struct seed_hospital *a = &seed->hospitals[i - 1], *b = &seed->hospitals[i];
        if (b->self.set && compare_refs(&a->self, &b->self) == 0 && b->valid_from <= a->valid_to)
            problem(problems, b->at, "this rate stands in %s too, for the same days", a->at);
    }
}

static void order(struct seed *seed, struct problems *problems) {
    if (seed->fee_count)
        qsort(seed->fees, seed->fee_count, sizeof *seed->fees, compare_fees);
    if (seed->limit_count)
        qsort(seed->limits, seed->limit_count, sizeof *seed->limits, compare_limits);
    for (size_t i = 1; i < seed->fee_count; i++) {
        const struct seed_fee *a = &seed->fees[i - 1], *b = &seed->fees[i];
        if (b->self.set && compare_refs(&a->self, &b->self) == 0 && strcmp(modifier_of(a), modifier_of(b)) == 0 &&
            b->valid_from <= a->valid_to)
            problem(problems, b->at, "these figures stand in %s too, for the same days", a->at);
    }
    for (size_t i = 1; i < seed->limit_count; i++) {
        const struct seed_limit *a = &seed->limits[i - 1], *b = &seed->limits[i];
        if (b->self.set && compare_refs(&a->self, &b->self) == 0 && b->valid_from <= a->valid_to)
            problem(problems, b->at, "this limit stands in %s too, for the same days", a->at);
    }
}

static void keep(struct seed *seed, const struct figures *figures, struct seed_figure figure) {
    for (size_t i = 0; i < figures->count; i++) {
        seed->figures = arena_grow(seed->arena, seed->figures, seed->figure_count, sizeof *seed->figures);
        figure.fact = figures->items[i];
        seed->figures[seed->figure_count++] = figure;
    }
}

static void make_figures(struct seed *seed) {
    struct figures figures;
    for (size_t i = 0; i < seed->limit_count; i++) {
        const struct seed_limit *row = &seed->limits[i];
        figures_of_limit(&row->limit, seed->arena, &figures);
        keep(seed, &figures,
             (struct seed_figure){
                 system_id(row->self.system, row->self.key), SECTION_UNITS, {0}, row->valid_from, row->valid_to, row->source_id});
    }
    for (size_t i = 0; i < seed->fee_count; i++) {
        const struct seed_fee *row = &seed->fees[i];
        figures_of_fee(&row->fee, seed->arena, &figures);
        keep(seed, &figures,
             (struct seed_figure){
                 system_id(row->self.system, row->self.key), SECTION_FEE, {0}, row->valid_from, row->valid_to, row->source_id});
    }
    for (size_t i = 0; i < seed->hospital_count; i++) {
        const struct seed_hospital *row = &seed->hospitals[i];
        figures_of_hospital(row->status, row->rate, &figures);
        keep(seed, &figures,
             (struct seed_figure){
                 system_id(row->self.system, row->self.key), SECTION_FEE, {0}, row->valid_from, row->valid_to, row->source_id});
    }
}

void seed_check_figures(struct seed *seed, struct problems *problems) {
    for (size_t i = 0; i < seed->fee_count; i++)
        check_fee(seed, &seed->fees[i], problems);
    for (size_t i = 0; i < seed->limit_count; i++)
        check_limit(seed, &seed->limits[i], problems);
    for (size_t i = 0; i < seed->hospital_count; i++)
        check_hospital(seed, &seed->hospitals[i], problems);
    order(seed, problems);
    order_hospitals(seed, problems);
    if (!problems->count)
        make_figures(seed);
}
