/* import.h - official files become part of a knowledge base.
 * What is there stays: a second edition of a set ends the first on the day before its own first day, and rows that agree are joined.
 * Everything is written aside and renamed at the end (kb/write.h): an import that fails or is killed changes nothing, and a running
 * daemon takes the new file by itself. Several files are one import: all of them, or none. */
#ifndef KB_IMPORT_IMPORT_H
#define KB_IMPORT_IMPORT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/fail.h"
#include "base/name.h"

/* Is a file the whole of its set? Of a whole one, what it does not hold has gone. IMPORT_GUESS: it is an extract when it has far fewer
 * rows than such files have, or than the edition before. */
enum import_extent { IMPORT_GUESS, IMPORT_WHOLE, IMPORT_EXTRACT };

enum { IMPORT_REJECTS_SHOWN = 10 };

struct import_reject {
    size_t line; /* 0: the reason names the place, the kind has no lines */
    const char *reason;
};

/* What became of one file; or of several that only say something together: then each of them is put aside, and a result of
 * "the files together" says what they brought. */
struct import_result {
    const char *file;    /* as named, and the name inside where it was packed */
    const char *kind;    /* "icd10cm-order" */
    const char *title;   /* "ICD-10-CM order file" */
    const char *edition; /* "FY2026" */
    struct date valid_from, valid_to;
    bool aside;                      /* rows were read and rejected; what they brought is told further down */
    bool extract;                    /* taken as an extract: nothing has gone */
    size_t rows;                     /* rows of data that were read, rejected ones too */
    size_t added, changed, gone;     /* of what the set is about: codes, or facts, edits, words */
    size_t rejected;                 /* more than 1 % fails the import */
    struct import_reject rejects[IMPORT_REJECTS_SHOWN];
    const char *note; /* what else the reader should know, or NULL */
};

struct import_results {
    struct import_result *items;
    size_t count;
};

/* Called now and then while a file is read: rows so far, packed bytes read and in all. */
typedef void import_progress(void *context, const char *file, size_t rows, uint64_t bytes, uint64_t whole);

struct import_order {
    const char *path; /* the knowledge base that is written */
    const char *from; /* the one to begin with: path itself, or another where there is none yet; NULL: empty */
    const char *kind; /* one of import_kinds, or NULL: each file is recognised */
    const char *const *files;
    size_t file_count;
    struct date effective; /* first day of the edition, where a file does not say (or to overrule it); may be unset */
    struct date today;
    enum import_extent extent;
    import_progress *progress; /* may be NULL */
    void *context;
};

/* The kinds, each with what it is: "icd10cm-order", "ICD-10-CM order file". Ends with a NULL kind. */
struct import_kind {
    const char *kind, *title;
};
extern const struct import_kind *import_kinds(void);

/* Import all files. Results lie in the arena and are filled as far as it came, on failure too (the file that failed is the last).
 * FAIL_INPUT, FAIL_LIMIT: a file can not be used; FAIL_AGAIN: another import is at work; FAIL_CONFIG, FAIL_SYSTEM. */
int kb_import(const struct import_order *, struct arena *, struct import_results *ret, struct why *why);

#endif
