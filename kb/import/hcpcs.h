/* hcpcs.h - one record of the HCPCS Level II file, whichever of its two forms it came in: hcpcs_anweb.c (fixed columns) and hcpcs_csv.c
 * (separated fields) read it, hcpcs.c hands it over. For kb/import/ alone. Texts are borrowed from the reader until it reads on. */
#ifndef KB_IMPORT_HCPCS_H
#define KB_IMPORT_HCPCS_H

#include "kb/import/importer.h"

enum { PIECES_MAX = 5 };

/* A group of columns of one meaning, the empty ones left out. */
struct pieces {
    struct span items[PIECES_MAX];
    size_t count;
};

struct hcpcs_record {
    struct span code; /* two characters: a modifier */
    struct span long_title, short_title;
    struct pieces prices, issues_manual, carriers_manual, cross_references, types;
    struct span statute, coverage, betos;
    struct span added, terminated; /* YYYYMMDD */
};

/* The width of one column of each group. */
enum { PRICE_WIDTH = 2, ISSUES_WIDTH = 6, CARRIERS_WIDTH = 8, CROSS_REFERENCE_WIDTH = 5, TYPE_WIDTH = 1 };

/* Cut a text into columns of this width and add what is in them. */
void pieces_add(struct pieces *, struct span text, size_t width);

/* One record was read: hands it over, or rejects it. */
void hcpcs_take(struct import *, const struct input *, const struct hcpcs_record *);

/* The two forms: by the first bytes, and read to the end. */
bool hcpcs_is_anweb(struct span head);
bool hcpcs_is_csv(struct span head);
int hcpcs_read_anweb(struct import *, struct input *, struct why *why);
int hcpcs_read_csv(struct import *, struct input *, struct why *why);

/* Our words for the indicators; NULL for one that is not known. */
const char *hcpcs_coverage_text(struct span indicator);
const char *hcpcs_price_text(struct span indicator);
const char *hcpcs_type_text(struct span indicator);
const char *hcpcs_betos_text(struct span indicator);

#endif
