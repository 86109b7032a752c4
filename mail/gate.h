/* gate.h - may this mail get an automatic reply, and to whom? RFC 3834, RFC 5230 section 4.6.
 * One table, one row a rule; the name of the rule that fired is what the journal keeps and what people read. Pure. */
#ifndef MAIL_GATE_H
#define MAIL_GATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "mail/message.h"

/* What the desk is, as far as the gate must know. Borrowed. */
struct gate_desk {
    const char *const *addresses; /* our own addresses, the first is the one we answer from; compared ignoring case and a +detail */
    size_t address_count;
    const char *reply_id_domain;  /* right side of our Message-IDs */
    size_t max_hops;              /* Received fields; 25 */
};

struct gate_verdict {
    const char *rule;      /* NULL: may be answered. Otherwise the row's name: "auto-submitted", "list-id", ... static text */
    const char *meaning;   /* the row's sentence for people, static text; NULL when rule is NULL */
    const char *recipient; /* the one address a reply goes to; NULL unless it may be answered. In the message's arena */
};

void gate_judge(const struct message *, const struct gate_desk *, struct arena *, struct gate_verdict *ret);

/* The table, for documentation and tests: names and meanings in order, ends with a NULL name. */
struct gate_rule_text {
    const char *name, *meaning;
};
const struct gate_rule_text *gate_rules(void);

#endif
