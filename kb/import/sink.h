/* sink.h - one file on its way into the tables: what importer.h's calls fill and merge.c finishes. For kb/import/ alone.
 * Order: sink_open, (the importer), sink_finish or sink_aside, sink_close (also after a failure: it gives the statements back). */
#ifndef KB_IMPORT_SINK_H
#define KB_IMPORT_SINK_H

#include "kb/import/importer.h"
#include "kb/write.h"

/* SQL: the day before one that the tables hold. */
#define DAY_BEFORE(day)                                                                                                                    \
    "CAST(strftime('%Y%m%d', substr(" day ", 1, 4) || '-' || substr(" day ", 5, 2) || '-' || substr(" day ", 7, 2), '-1 day') AS INTEGER)"

enum sink_statement {
    SINK_CODE,
    SINK_FACT,
    SINK_WORDS,
    SINK_CLAIM,
    SINK_EDIT,
    SINK_EDIT_KNOWN,
    SINK_EDIT_AGAIN,
    SINK_LOCALITY,
    SINK_COUNT
};

struct import {
    const struct importer *importer;
    const struct import_order *order;
    struct writer *writer;
    struct arena *arena; /* the results' */
    struct arena *own;   /* the file's */
    struct import_result *result;
    const char *name; /* lower case */
    const char *set;  /* what an edition replaces one of, sources.kind: the importer's kind, and the part ("icd10cm-index/drug") */
    bool announced;   /* import_edition was called */
    unsigned systems;
    bool piece, always_whole; /* as the edition says */
    bool ends_untold;
    int64_t complete_to;
    int64_t from, to;        /* its first day, and the last one it names itself */
    const char *source_name; /* sources.name, but for an extract */
    int64_t source;                /* its id */
    struct row rows[SINK_COUNT];   /* prepared when first needed */
    bool brings[SINK_COUNT];       /* something was handed over */
    int64_t first_edit, last_edit; /* the range of column 1 codes */
};

void sink_open(struct import *, struct writer *, const struct importer *, const struct import_order *, struct arena *, const char *name,
               struct import_result *);

/* merge.c: bring what was handed over together with what was there, and count. FAIL_INPUT: too many rows were rejected, or none read. */
int sink_finish(struct import *, struct why *why);

/* A file whose rows were put aside for the importer's finish: FAIL_INPUT when too many were rejected. */
int sink_aside(struct import *, struct why *why);

void sink_close(struct import *);

#endif
