/* columns.h - the header row of a file of separated fields: which column is which, whatever the year calls it; and fixed columns. For kb/import/ alone.
 * Names are compared by their letters and digits alone, ignoring case: "HCPCS/\nCode", "hcpcs_code" and "HCPCSCode" agree. */
#ifndef KB_IMPORT_COLUMNS_H
#define KB_IMPORT_COLUMNS_H

#include "kb/import/importer.h"

#define COLUMN_NONE ((size_t)-1)

struct column {
    const char *names; /* alternatives: "HCPC|HCPCS Code" */
    bool required;
};

/* Find the columns in one row: ret[i] is the field's number, or COLUMN_NONE. False when a required one is missing. */
bool columns_find(const struct record *, const struct column *, size_t count, size_t ret[]);

/* Is there such a row among the first lines? For recognising a file by its head. */
bool columns_in(struct span head, char separator, const struct column *, size_t count);

/* Read on to the header: titles and notices may stand before it. FAIL_INPUT when it is not there; kind is for the sentence. */
int columns_read(struct input *, char separator, const char *kind, const struct column *, size_t count, size_t ret[], struct why *why);

/* The fields of a line without quotes. */
void columns_split(struct span line, char separator, struct record *ret);

/* Columns of a line of fixed ones, from 0, the end not included: characters, not bytes. */
struct span columns_at(struct span line, size_t from, size_t to);

/* A field of a row; empty when the row or the file does not have it. */
struct span columns_field(const struct record *, size_t column);

/* The next row of data: those of nothing but separators are passed over, others are counted (import_row). FAIL_EMPTY at the end. */
int columns_row(struct import *, struct input *, char separator, struct record *ret, struct why *why);

#endif
