/* pages.h - the facts of the codes that were asked for last, each code's in one piece, so that asking again costs a copy.
 * A file never changes while it is open, so nothing here grows old. Bounded: PAGES_MAX pages of at most PAGE_BYTES_MAX. */
#ifndef KB_PAGES_H
#define KB_PAGES_H

#include <stdint.h>

#include "kb/kb.h"

enum { PAGES_MAX = 128, PAGE_BYTES_MAX = 64 * 1024 };

struct page;

struct pages {
    struct page *slots[PAGES_MAX];
};

/* A copy of the page in the arena. False when it is not there. */
bool pages_find(const struct pages *, int64_t code, int64_t day, struct arena *, struct kb_facts *ret);

/* Keep a copy, in place of another if need be. No memory, or too much of it: nothing happens. */
void pages_keep(struct pages *, int64_t code, int64_t day, const struct kb_facts *);
void pages_free(struct pages *);

#endif
