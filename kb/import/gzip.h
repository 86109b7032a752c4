/* gzip.h - a gzip file (RFC 1952) unpacked and checked: each of its members has to be whole and to have the sum and the length that its
 * end tells, and nothing else may follow. libarchive's own filter looks at none of this. For kb/import/input.c alone.
 * Order: gzip_open, gzip_read*, gzip_close. */
#ifndef KB_IMPORT_GZIP_H
#define KB_IMPORT_GZIP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct gzip;

/* Does the file begin as gzip does? */
bool gzip_is(const char *path);

/* NULL: it can not be opened, or there is no memory. */
struct gzip *gzip_open(const char *path);
void gzip_close(struct gzip *); /* NULL is fine */

/* The next piece, valid until the next call; empty at the end. NULL, or what is wrong with the file. */
const char *gzip_read(struct gzip *, struct span *ret);

/* How much of the packed file is behind us. */
uint64_t gzip_bytes_read(const struct gzip *);

#endif
