/* names.h - words that may be the name of a person, a street or a town. They are searched for nowhere and repeated nowhere.
 * Told by how they are written and what stands beside them; an eponym before its noun ("Wilson disease") is none. */
#ifndef HANDLERS_NAMES_H
#define HANDLERS_NAMES_H

#include "handlers/understand/context.h"

/* Sets token.name and token.doubtful; after literal and postal are set. */
void names_mark(struct context *);

/* A word (lower case) that is written with a capital as often as not, and no name. */
bool names_is_of_field(struct span lower);

/* A name of people (lower case) that is a word of the knowledge base, or one of the commonest. */
bool names_is_known(struct span lower);

/* "Baker's cyst", "Colles fracture": do tokens [from, end) name a thing after somebody? */
bool names_is_eponym(const struct context *, size_t from, size_t end);

#endif
