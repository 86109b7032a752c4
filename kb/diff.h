/* diff.h - what became of the codes between two days, of one knowledge base or of two. */
#ifndef KB_DIFF_H
#define KB_DIFF_H

#include "kb/kb.h"

enum diff_change {
    DIFF_ADDED,
    DIFF_GONE,
    DIFF_RETITLED,
    DIFF_NOW_HEADER,   /* more characters are needed since */
    DIFF_NOW_BILLABLE, /* it was a header */
    DIFF_CHANGES
};
extern const struct name diff_names[]; /* added, gone, retitled, now-header, now-billable */

struct diff_item {
    enum diff_change change;
    enum code_system system;
    const char *display;
    const char *family; /* its family in the newer one, or what the code begins with: "S82" */
    const char *before, *after; /* titles; NULL where there is none */
};

/* A code at a time, in code order; what is in the item is valid during the call. */
typedef void diff_report(void *context, const struct diff_item *);

/* Of the codes of one system, or, with SYSTEM_COUNT, of all. 0 also when nothing differs. FAIL_SYSTEM. A code that is both flipped and retitled is reported twice. */
int kb_diff(struct kb *before, struct date, struct kb *after, struct date, enum code_system, diff_report *, void *context,
            struct why *why);

#endif
