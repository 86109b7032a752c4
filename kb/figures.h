/* figures.h - the figures of the fee schedule and of the unit limits as facts: their labels, their meaning and their order, for the
 * importers of the official files and for the seed alike. Values are texts, exactly as the source writes them; NULL or empty: none.
 * What is returned points to what was handed in, to constants, or into the arena. */
#ifndef KB_FIGURES_H
#define KB_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "kb/kb.h"

/* The lines of SECTION_FEE in their order. Each modifier with figures of its own has as many places as a fee has figures. */
enum figure {
    FIGURE_STATUS,
    FIGURE_WORK,
    FIGURE_PRACTICE,
    FIGURE_PRACTICE_FACILITY,
    FIGURE_MALPRACTICE,
    FIGURE_TOTAL,
    FIGURE_TOTAL_FACILITY,
    FIGURE_MODIFIED,
    FIGURE_GLOBAL = FIGURE_MODIFIED * 4, /* behind those of 26, TC and 53 */
    FIGURE_SPLIT,
    FIGURE_MULTIPLE,
    FIGURE_BILATERAL,
    FIGURE_ASSISTANT,
    FIGURE_COSURGEON,
    FIGURE_TEAM,
    FIGURE_COMPONENTS, /* PC/TC */
    FIGURE_FACTOR,
    FIGURE_HOSPITAL_STATUS,
    FIGURE_HOSPITAL_RATE,
    FIGURE_COUNT
};

/* "work RVU", "global days", ...: the labels of those above that have one. */
extern const struct name figure_labels[];

/* The label of a modifier's own figure: "work RVU, modifier 26". Both is the figure of both places of service: "total RVU, modifier 26". */
const char *figure_label_modified(enum figure, const char *modifier, bool both, struct arena *);

/* Does the schedule have figures of their own for this modifier? */
bool figure_modifier_known(const char *modifier);

struct figures {
    struct figure_fact {
        unsigned position; /* below FIGURE_COUNT */
        const char *label, *value, *text;
    } items[FIGURE_COUNT];
    size_t count;
};

/* Whom the conversion factor is for. */
enum fee_group { FEE_EVERYBODY, FEE_OUTSIDE_MODELS, FEE_IN_MODELS };
extern const struct name fee_groups[]; /* "everybody", "non-QPP", "QPP" */

/* A row of the physician fee schedule: a code, or a code with a modifier. */
struct fee {
    const char *modifier; /* "26", "TC", "53"; NULL: the code itself */
    const char *status, *work, *practice, *practice_facility, *malpractice, *total, *total_facility;
    bool rare, rare_facility; /* marked NA: rarely or never done there */
    bool unused;              /* marked +: Medicare does not pay by these figures */
    const char *global, *before, *during, *after;
    const char *multiple, *bilateral, *assistant, *cosurgeon, *team, *components;
    const char *factor;
    enum fee_group group;
};

/* Facts of SECTION_FEE. Left out is what does not apply: indicators 9, figures of nothing, what a modifier shares with its code,
 * but for the conversion factor, which both tell at the same position. */
void figures_of_fee(const struct fee *, struct arena *, struct figures *ret);

/* What the hospital is paid (Addendum B). */
void figures_of_hospital(const char *status, const char *rate, struct figures *ret);

/* A medically unlikely edit for practitioners. */
struct limit {
    const char *units;     /* "3" */
    const char *indicator; /* MAI: "1", "2", "3" */
    const char *rationale; /* in the words of the file: "Clinical: Data" */
};

/* Facts of SECTION_UNITS. */
void figures_of_limit(const struct limit *, struct arena *, struct figures *ret);

#endif
