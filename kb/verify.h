/* verify.h - is a knowledge base sound, and does it agree with itself? Every code that anything names has to exist on the days on which it is named, as far
 * as an edition that claims to be whole says so; whoever gives a code another name has to mean the same; rows must have sources and days
 * that make sense. What is wrong is an error; what a newer edition has overtaken, or what can not be looked up, is a note. */
#ifndef KB_VERIFY_H
#define KB_VERIFY_H

#include "base/arena.h"
#include "base/fail.h"
#include "kb/kb.h"

enum verify_level { VERIFY_ERROR, VERIFY_NOTE };

struct verify_finding {
    enum verify_level level;
    const char *check;  /* "named codes" */
    const char *source; /* id of the source that says it */
    const char *text;   /* one sentence, for people */
};

/* One finding, valid during the call. */
typedef void verify_report(void *context, const struct verify_finding *);

struct verify_counts {
    size_t checked, errors, notes;
};

/* 0 whatever is found: counts tell. Of a damaged file the damage is what is found. FAIL_SYSTEM: it can not be read at all. A full knowledge base takes seconds. */
int kb_verify(struct kb *, struct date today, struct arena *, verify_report *, void *context, struct verify_counts *ret, struct why *why);

#endif
