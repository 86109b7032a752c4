/* search.h - what the search adds to SQLite's full-text search. */
#ifndef KB_SEARCH_H
#define KB_SEARCH_H

#include <sqlite3.h>

fts5_api *search_api(sqlite3 *); /* NULL when SQLite has no FTS5 */

/* The function matched(search): which words of the query a row holds, a bit each. Returns an SQLite error code. */
int search_register(sqlite3 *);

#endif
