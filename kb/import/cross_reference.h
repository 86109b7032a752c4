/* cross_reference.h - "Abdominalgia: see Pain, abdominal": the terms of an index with the codes they lead to, so that a term that only
 * points at another one gets that one's codes. Both may come in any order, so references wait until the end. Bounded: what goes
 * beyond CROSS_TERMS_MAX or CROSS_WAITING_MAX is left unresolved. All memory is the arena's. */
#ifndef KB_IMPORT_CROSS_REFERENCE_H
#define KB_IMPORT_CROSS_REFERENCE_H

#include "kb/import/importer.h"

enum { CROSS_TERMS_MAX = 100000, CROSS_WAITING_MAX = 20000, CROSS_CODES_MAX = 6 };

struct cross_references;

struct cross_references *cross_references_new(struct arena *);

/* A term, as its path from the main term ("Pain, abdominal"), leads to this code. */
void cross_term(struct cross_references *, struct span path, const char *key);

/* These words stand for whatever the target leads to. */
void cross_see(struct cross_references *, struct span words, struct span target);

/* Hand over the words of every reference that can be resolved. How many could not. */
size_t cross_resolve(struct cross_references *, struct import *);

#endif
