/* gate.h - may this mail get an automatic reply, to whom, and is it from who it says? RFC 3834, RFC 5230 section 4.6.
 * One table, one row a rule; the name of the rule that fired is what the journal keeps and what people read.
 * Order: gate_judge; for what it lets through, gate_refuse_own where somebody who has the desk's key knows the mail as ours. Pure. */
#ifndef MAIL_GATE_H
#define MAIL_GATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "mail/authentication.h"
#include "mail/message.h"

/* What the desk is, as far as the gate must know. Borrowed. */
struct gate_desk {
    const char *const *addresses; /* our own addresses, the first is the one we answer from; compared ignoring case and a +detail */
    size_t address_count;
    size_t max_hops;                     /* Received fields; 25 */
    const char *authserv_id;             /* whose Authentication-Results are believed; NULL: nobody's */
    const char *const *reply_to_allowed; /* domains that a Reply-To may name whatever From says; subdomains count */
    size_t reply_to_allowed_count;
};

struct gate_verdict {
    const char *rule;        /* NULL: may be answered. Otherwise the row's name: "auto-submitted", "list-id", ... static text */
    const char *meaning;     /* the row's sentence for people, static text; NULL when rule is NULL */
    const char *recipient;   /* the one address a reply goes to; NULL unless it may be answered. In the message's arena */
    enum sender_trust trust; /* in From */
    bool verified;           /* the recipient is the From that our mail server found to be true */
};

void gate_judge(const struct message *, const struct gate_desk *, struct arena *, struct gate_verdict *ret);

/* The mail bears the desk's own signature (identity.h): it is not to be answered. */
void gate_refuse_own(struct gate_verdict *);

/* The table, for documentation and tests: names and meanings in order, ends with a NULL name. */
struct gate_rule_text {
    const char *name, *meaning;
};
const struct gate_rule_text *gate_rules(void);

#endif
