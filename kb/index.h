/* index.h - the search index of a knowledge base, made of its titles, words and plain descriptions. */
#ifndef KB_INDEX_H
#define KB_INDEX_H

#include <sqlite3.h>

#include "base/fail.h"

/* Make all search tables anew, in the caller's transaction. FAIL_SYSTEM. */
int index_build(sqlite3 *db, struct why *why);

#endif
