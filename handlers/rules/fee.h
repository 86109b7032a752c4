/* fee.h - what a question about fees wants, and one code's answer to it as fields for the wording "fee".
 * Order: fee_asked_read, page_add_places, then fee_add_code for each code, fee_add_ranks when there are several. */
#ifndef HANDLERS_FEE_H
#define HANDLERS_FEE_H

#include "handlers/write/page.h"

struct part;

enum fee_wish {
    WISH_AMOUNT = 1u << 0,
    WISH_RVU = 1u << 1,
    WISH_GLOBAL = 1u << 2,
    WISH_HOSPITAL = 1u << 3, /* what the hospital is paid for an outpatient */
    WISH_FACTOR = 1u << 4,
    WISH_STATUS = 1u << 5,
    WISH_PARTS = 1u << 6, /* the RVU of the reading (26) and of the equipment (TC) */
};

/* The label under which a payment group's guidelines say why its weight is not here. */
#define FEE_GROUP_MISSING "what is not here"

/* The label of what HCPCS says of how a code is priced. */
#define FEE_PRICING "pricing indicator"

struct fee_asked {
    unsigned wishes;  /* never none */
    bool visits;      /* what becomes of a visit within the global days */
    bool ranks;       /* which of several is the highest, and by how much */
    bool total, work; /* which RVU: all together, or those of the work */
    bool facility, office;
    bool payable;      /* is the visit paid by itself? Not: is it included? */
    bool after;        /* whether a visit is paid after an operation: the operation's global days decide, not the visit's own */
    struct span words; /* the asker's, borrowed */
};

struct fee_asked fee_asked_read(const struct inquiry *);

/* The place of service that the question names and the rate that counts there. Fields place, place_title and one of place_facility and
 * place_office; not set where the place is not known or has no rate on file. */
int fee_add_place(struct page *, const struct inquiry *, struct template_row *ret, struct why *why);

/* Fields of one procedure or payment group, which page_status has filled before. Cites. */
int fee_add_code(struct page *, const struct fee_asked *, const struct page_asked *, struct template_row *ret, struct why *why);

/* Which of several has the most work or total RVU, or the highest amount: the fields rank_best, rank_figure, rank_label, rank_unit, and the
 * rows ranked with code, figure and less. Not for figures of different years. */
void fee_add_ranks(struct page *, const struct fee_asked *, const struct page_asked *, size_t count, struct template_row *ret);

/* What lets something be billed within the global days, a row each: what the code's own facts say of the modifier, else its title. */
int fee_add_openers(struct page *, const struct page_code *, const char *const *openers, size_t count, struct template_row *ret,
                    struct why *why);

/* An evaluation and management service, which has no global days of its own. */
bool fee_is_visit(const struct asked_code *);

/* The visits among the codes go, where anything else is there: its days decide of them. Returns how many are left; all where they are
 * visits alone. */
size_t fee_leave_visits_out(struct page_asked *codes, size_t count);

/* A visit after an operation that has no code in the question: what decides, and what to ask for. */
int fee_answer_visit(struct page *, const struct page_asked *visit, struct part *ret, struct why *why);

/* What is asked of no code: the conversion factor, or the indices (GPCI) of a state or place. */
bool fee_is_general(const struct inquiry *);
int fee_answer_general(struct page *, const struct inquiry *, struct part *ret, struct why *why);

#endif
