/* names.h - words that may be the name of a person, a street or a town. They are searched for nowhere and repeated nowhere.
 * Told by how they are written and what stands beside them; an eponym before its noun ("Wilson disease") is none. */
#ifndef HANDLERS_NAMES_H
#define HANDLERS_NAMES_H

#include "handlers/understand/context.h"

/* Sets token.name and token.doubtful; after literal and postal are set. */
void names_mark(struct context *);

#endif
