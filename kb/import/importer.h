/* importer.h - what an importer of one kind of file is, and what it may call. A file kb/import/NAME.c and a line in registry.c.
 * An importer reads its file to the end, row by row, and hands over what it finds; it keeps nothing. Order of its calls:
 *   import_edition once, before anything else is handed over;
 *   for each row of data: import_row, then import_code, import_fact, import_words, import_edit, import_locality, or import_reject.
 * Everything handed over is copied at once. Failures to write are kept by the writer and end the import; an importer only returns
 * failures of its input, and those are what input_* returned or why_set(..., FAIL_INPUT, ...) when the file is none of its kind. */
#ifndef KB_IMPORT_IMPORTER_H
#define KB_IMPORT_IMPORTER_H

#include "base/arena.h"
#include "base/date.h"
#include "kb/import/import.h"
#include "kb/import/input.h"
#include "kb/kb.h"
#include "kb/system.h"

struct import; /* one file on its way in: sink.c */

struct importer {
    const char *kind, *title;
    /* By its name (lower case, without .gz) and first bytes (raw): is it one? Narrow: two kinds must never both say yes. */
    bool (*recognises)(const char *name, struct span head);
    int (*read)(struct import *, struct input *, struct why *why);
    size_t least; /* fewer rows than this are an extract; 0: every file is taken as it is */
};

extern const struct importer *const importers[]; /* ends with NULL */

/* A set whose files only say something together, and come in any order. The importer's read puts the rows of one file aside (temporary
 * tables of the writer) and counts them, and no more. When all files of the import have been read, finish is called once for each part of
 * the set, from 0 on: it announces that part's edition, says how many rows it is made of (import_rows) and hands over what they say.
 * FAIL_EMPTY: nothing of the part was there. */
struct importer_set {
    const struct importer *importer;
    size_t parts;
    int (*finish)(struct import *, size_t part, struct why *why);
};

extern const struct importer_set importer_sets[]; /* ends with a NULL importer */

/* The edition. All texts are needed but notice. Days: 20261001, schema.h. */
struct import_edition {
    unsigned systems;      /* whose codes it lists, a bit each; 0: it brings only facts, words or edits */
    const char *source;    /* id, unique to the edition and part: "icd10cm-order-fy2026" */
    const char *part;      /* where a set comes in several files with editions of their own: which one ("drug"); otherwise NULL */
    const char *publisher; /* "CMS" */
    const char *name;      /* "FY2026" */
    const char *notice;    /* copyright line to show with what comes from it, or NULL */
    int64_t valid_from;    /* 0: the file does not say, --effective has to */
    int64_t valid_to;      /* the last day of the edition itself, where its publisher names one (a yearly edition); 0: until the next */
    bool always_whole;     /* written by hand: however few rows, they are all; none takes away what the edition said before */
    int64_t complete_to;   /* the last day for which it can hold every code, of a set that is brought out several times a year; 0: its last day */
    int64_t released;      /* where several releases begin on one day: the later one counts; 0: there is but one */
    bool piece;            /* never the whole of its set: it replaces what it holds and ends nothing */
};

/* 0, or FAIL_INPUT: no first day is known. The first day that counts (the --effective of the user comes first) is import_first_day. */
int import_edition(struct import *, const struct import_edition *, struct why *why);
int64_t import_first_day(const struct import *);

/* The name of the file that is read, lower case, and what the user named as first day (0: nothing). For finding the edition. */
const char *import_file_name(const struct import *);
int64_t import_effective(const struct import *);

/* The file does not tell when a code ended: one that an earlier edition ended stays so, though this one lists it. */
void import_ends_untold(struct import *);

/* One row of data was read: counts it, and shows progress. */
void import_row(struct import *, const struct input *);

void import_rows(struct import *, size_t count); /* counted before, in a file that was put aside */

/* The row just counted can not be used. */
__attribute__((format(printf, 3, 4))) void import_reject(struct import *, const struct input *, const char *format, ...);

struct import_code {
    enum code_system system;
    const char *key; /* system_key */
    bool header;     /* needs more characters */
    bool official;   /* the title is the publisher's own */
    struct span title;
    int64_t valid_from, valid_to; /* where the file tells them for this code, otherwise 0: the edition's */
    enum code_system successor_system;
    const char *successor; /* key, or NULL */
};
/* False when the code stood in the file before: reject the row. */
bool import_code(struct import *, const struct import_code *);

/* Facts of a code and section are shown in the order of their position, which the importer gives: 0 to 999,999, one fact each. Their own
 * days may reach back before the edition, but not over what an earlier one says; a fact that no day is left of is dropped. */
struct import_fact {
    enum code_system system;
    const char *key;
    enum kb_section section;
    unsigned position;
    const char *label, *value, *text; /* NULL: none */
    enum code_system related_system;
    const char *related;          /* key, or NULL */
    int64_t valid_from, valid_to; /* 0: the edition's */
};
void import_fact(struct import *, const struct import_fact *);

/* How the code is called: for the search alone. */
void import_words(struct import *, enum code_system, const char *key, struct span text);

/* What this source calls a code that others publish: `kb verify` looks whether both mean the same. */
void import_claim(struct import *, enum code_system, const char *key, struct span title);

struct import_edit {
    const char *column1, *column2; /* as the file writes them: CPT or HCPCS */
    int64_t valid_from, valid_to;  /* 0: the edition's first day; until the next */
    int indicator;                 /* 0, 1, 9 */
};
/* False when the codes have no form of CPT or HCPCS. */
bool import_edit(struct import *, const struct import_edit *);

struct import_locality {
    struct span contractor, number, state, name, work, practice, malpractice;
};
void import_locality(struct import *, const struct import_locality *);

/* A sentence for the summary. */
__attribute__((format(printf, 2, 3))) void import_note(struct import *, const char *format, ...);

/* Memory until the file is finished. */
struct arena *import_arena(struct import *);

/* What many files share: days and codes. */
int64_t import_day(struct span text);                                              /* "20261001", "2026-10-01", "10/01/2026", "10/1/26"; 0: none */
bool import_procedure(struct span text, enum code_system *system, char key[static CODE_BYTES]); /* CPT or HCPCS by form */

#endif
