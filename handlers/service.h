/* service.h - replies about the desk and the sender rather than about codes: registering, leaving, the end of an allowance.
 * What the desk knows of a sender is handed in; nothing here decides about it (reader/standing.h does). */
#ifndef HANDLERS_SERVICE_H
#define HANDLERS_SERVICE_H

#include <stdbool.h>

#include "base/arena.h"

/* Texts are NULL where nothing is known. Borrowed. */
struct service_facts {
    bool registered, listed; /* the sender is, by mail or as one of a domain */
    bool leaves;             /* who wants to leave has left by that */
    const char *register_token, *leave_token, *token_until;
    const char *guest_day, *registered_day; /* replies in 24 hours */
    const char *limit_replies;              /* of the allowance that is used up */
    bool limit_is_hourly;                   /* else it is that of 24 hours */
    const char *resets_at;
};

/* What a mail gets whatever it asks. */
enum service_reply {
    SERVICE_REGISTERED, /* the token held: from now on */
    SERVICE_LEFT,
    SERVICE_EXPIRED, /* the token did not hold */
    SERVICE_WRONG,
    SERVICE_LIMIT, /* the allowance is used up */
};

struct answer;
void answer_service(enum service_reply, const struct service_facts *, struct arena *, struct answer *ret);

#endif
