/* payment.h - what Medicare's physician fee schedule pays for a code: (work x its index + practice expense x its index + malpractice x its
 * index) x conversion factor, exactly, rounded half up to cents. The indices (GPCI) are those of a locality; all are 1 for the national
 * amount. What is billed beside it, who bills and what the patient pays changes the amount: that is not known here.
 * Everything returned lies in the caller's arena. */
#ifndef KB_PAYMENT_H
#define KB_PAYMENT_H

#include "kb/kb.h"

struct kb_locality {
    const char *contractor, *number; /* "99912", "05" */
    const char *state, *name;        /* "NY", as the file has it */
    const char *work, *practice, *malpractice;
    struct date valid_from, valid_to;
    const struct kb_source *source;
};

struct kb_localities {
    struct kb_locality *items;
    size_t count;
};

/* All localities of that day, by state and number; of a day behind the newest loaded those that ended last, within KB_GRACE_YEARS.
 * count may be 0. */
int kb_localities(struct kb *, struct date, struct arena *, struct kb_localities *ret, struct why *);

/* Those of them that a text names: "99912-05", "05", "NY 05", or words of the name. count may be 0; then nearest is the name most like
 * the text, or NULL. */
void kb_localities_named(const struct kb_localities *, struct span wanted, struct arena *, struct kb_localities *ret, const char **nearest);

/* "99912-05 (NY, EAST)" */
const char *kb_locality_title(const struct kb_locality *, struct arena *);

struct kb_amount {
    const char *dollars; /* "545.77"; NULL: the schedule marks it NA, rarely or never done there */
    const char *formula; /* "(8.56 x 1.064 + 6.05 x 1.162 + 1.73 x 1.586) x 33.4009"; NULL with dollars */
};

struct kb_payment {
    struct kb_amount office, facility; /* non-facility, facility */
    const char *unpaid;                /* why there is no amount: a sentence; NULL: there is one */
    const char *condition;             /* a sentence about when it is paid at all, or NULL */
    const char *status;                /* "A" */
    const struct kb_fact *factor;      /* NULL when unpaid */
    struct date of;                    /* last day of the figures */
    bool ended;                        /* they are of the past: see kb_fact */
    const struct kb_source *source;    /* of the figures */
};

/* modifier: "26", "TC", "53", or NULL. locality: NULL for the national amount; of its indices those of the figures' year are taken.
 * FAIL_EMPTY: no figures of the code (or of that modifier), or no indices of their year: why says which. */
int kb_payment(struct kb *, enum code_system, const char *key, const char *modifier, const struct kb_locality *locality, struct date,
               struct arena *, struct kb_payment *ret, struct why *why);

#endif
