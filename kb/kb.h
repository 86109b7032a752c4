/* kb.h - the knowledge base: dated, sourced facts about codes, in one SQLite file that never changes.
 * A new edition is built aside and renamed over the old file; kb_refresh notices. Read only here; kb/build.h writes.
 * Order: kb_open, (any look-up)*, kb_close. Not for two threads at once.
 * Everything returned lies in the caller's arena. Look-ups fail with FAIL_EMPTY (not in the knowledge base) or FAIL_SYSTEM
 * (the file is damaged; why says how). A date is the date of service: only what was in force on that day is returned. */
#ifndef KB_KB_H
#define KB_KB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/fail.h"
#include "base/span.h"
#include "kb/system.h"

struct kb;

int kb_open(const char *path, struct kb **ret, struct why *why);
void kb_close(struct kb *); /* NULL is fine */

/* Reopen when another file has been renamed over the one that is open. 0 also when nothing changed. */
int kb_refresh(struct kb *, struct why *why);

/* The file the installed programs use when nobody names one: beside the running program, in ../share/codingdesk/kb.sqlite. */
char *kb_default_path(struct arena *);

/* Where a fact comes from. Never NULL in what is returned. */
struct kb_source {
    const char *id;        /* "cms-pprrvu-2026-jul" */
    const char *title;     /* "Medicare physician fee schedule, relative value file" */
    const char *publisher; /* "CMS" */
    const char *edition;   /* "July 2026" */
    const char *notice;    /* copyright line to show with the fact, or NULL */
};

enum code_status {
    STATUS_VALID,   /* may stand on a claim on that date */
    STATUS_HEADER,  /* needs more characters: kb_children */
    STATUS_RETIRED, /* was valid before; successor says what replaced it, where a file says so. Also of a code of which nothing else is known than
                     * that it has ended: then title is NULL, valid_from not set, and source the file that tells its last day */
    STATUS_FUTURE,  /* becomes valid later */
    STATUS_UNKNOWN, /* the edition on that date is complete and holds no such code */
    STATUS_NO_DATA, /* no complete edition of the system is loaded, so nothing can be said */
};
extern const struct name status_names[]; /* valid, header, retired, future, unknown, no-data */

struct kb_code {
    enum code_system system;
    const char *key;     /* as the tables hold it */
    const char *display; /* as people write it */
    enum code_status status;
    const char *title;                /* one line; NULL when there is none that may be shown */
    bool title_official;              /* the publisher's own words; otherwise ours */
    const char *family;               /* name of the family it belongs to ("external fixation"), or NULL */
    struct date valid_from, valid_to; /* valid_to: last day, DATE_FOREVER while it lasts */
    const char *successor;            /* display form, or NULL */
    const struct kb_source *source;
    const char *edition; /* name of the edition that the status rests on ("FY2026"), or of the file's where it told the last day alone; NULL with NO_DATA */
    bool edition_ended;  /* the day lies behind that edition's last one, and no newer edition is loaded: say so with the status */
};

/* How long a code that lasts counts as valid behind the last day of its system's newest edition; NO_DATA later. Where that edition
 * has no last day, the newest last day of any edition in the file is counted from. */
enum { KB_GRACE_YEARS = 1 };

/* What is known of a code on a day (key as system_key makes it). A code that is not there is not a failure: status tells (UNKNOWN,
 * NO_DATA), with title and source NULL. */
int kb_lookup(struct kb *, enum code_system, const char *key, struct date, struct arena *, struct kb_code *ret, struct why *);

/* The systems that hold this text as a code on that day: a bit each (1u << SYSTEM_CPT). */
unsigned kb_systems_of(struct kb *, struct span text, struct date);

/* The systems that this text may be a code of, known or not: a bit each. By its form, but a text without a dot that has the form of
 * a HCPCS code counts for ICD-10-CM only where that code is known: J1885 is no J18.85. */
unsigned kb_systems_fit(struct kb *, struct span text);

/* Does the loaded edition claim to hold every code of the system on that day? Not within the grace: a newer edition may hold more. */
bool kb_complete(struct kb *, enum code_system, struct date);

/* The sections of a code's page, in the order in which a page shows them. */
enum kb_section {
    SECTION_PLAIN,       /* what is done, in plain words */
    SECTION_CLINICAL,    /* when it is done, how it goes, what the record must document */
    SECTION_SERVICE,     /* type of service and usual places of service */
    SECTION_MODIFIERS,   /* modifiers that fit; related_* is the modifier, text says when */
    SECTION_SPECIALTIES, /* who bills it; related_* is the taxonomy */
    SECTION_DIAGNOSES,   /* diagnoses it is billed with; related_* is the diagnosis, text its relevance */
    SECTION_RELATED,     /* related codes; label is the relation, related_* the code */
    SECTION_NCCI,        /* edits: label "column 1" or "column 2" as seen from this code, related_* the other, value the indicator */
    SECTION_UNITS,       /* label "MUE" value "2", label "MAI" value "3", text what that means */
    SECTION_FEE,         /* label "work RVU" value "5.91", ... "global days" "090", ... */
    SECTION_COVERAGE,    /* NCD, LCD, articles, payer notes */
    SECTION_GUIDELINES,  /* for ICD-10-CM also those of the codes above it: "Excludes1 at S82", "Excludes2 (S80-S89)" */
    SECTION_COUNT
};
extern const struct name section_names[]; /* plain, clinical, service, ... : keys in seed data and --json */

struct kb_fact {
    enum kb_section section;
    const char *label; /* NULL where the section has none */
    const char *value; /* a figure or a word, exactly as the source has it; or NULL */
    const char *text;  /* our sentence; or NULL */
    bool has_related;
    enum code_system related_system;
    const char *related_display; /* NULL unless has_related */
    const char *related_title;   /* NULL when unknown */
    struct date valid_from, valid_to;
    bool ended; /* a figure of SECTION_FEE from before the day, since no newer one is loaded: say of when it is */
    const struct kb_source *source;
};

struct kb_facts {
    struct kb_fact *items;
    size_t count;
    bool more_edits; /* there are more NCCI edits than KB_EDITS_MAX in one of the columns; kb_edit finds any of them */
};

enum { KB_EDITS_MAX = 100, KB_GUIDELINES_ABOVE_MAX = 100 };

/* All facts of a code in force on that day, by section, then in the order of the source. count may be 0, and is behind the grace.
 * A guideline of ICD-10-CM holds for the codes below the one it is told at: those above a code come behind its own, the nearest first,
 * at most KB_GUIDELINES_ABOVE_MAX each, and of their seventh characters a code of seven gets its own.
 * Where a kind of fee figures has none in force on the day, the newest that ended within KB_GRACE_YEARS stand in, marked as ended. */
int kb_facts(struct kb *, enum code_system, const char *key, struct date, struct arena *, struct kb_facts *ret, struct why *);

struct kb_codes {
    struct kb_code *items;
    size_t count;
};

/* The NCCI edit between two codes, as a fact of the first (SECTION_NCCI). FAIL_EMPTY when there is none on that day. */
int kb_edit(struct kb *, enum code_system, const char *key, enum code_system other, const char *other_key, struct date, struct arena *,
            struct kb_fact *ret, struct why *why);

/* Is any NCCI edit loaded that is in force on that day? Only then does FAIL_EMPTY from kb_edit mean that there is no edit. */
bool kb_edits_cover(struct kb *, struct date);

/* The file whose edits are in force on that day: what to name where there is no edit. FAIL_EMPTY when none is loaded for the day. */
int kb_edits_source(struct kb *, struct date, struct arena *, const struct kb_source **ret, struct why *why);

/* The billable codes below a header, at most max, in code order. count may be 0. */
int kb_children(struct kb *, enum code_system, const char *key, struct date, size_t max, struct arena *, struct kb_codes *ret,
                struct why *);

/* Where a diagnosis that has ended without a successor stood: the nearest header above it that is in force, and the billable codes below
 * that which end in the same seventh character, at most max, in code order. header (display form) is NULL and count 0 when there is
 * none, and for other systems: their codes have nothing above them. */
int kb_remaining(struct kb *, enum code_system, const char *key, struct date, size_t max, struct arena *, const char **header,
                 struct kb_codes *ret, struct why *why);

/* The codes that look most like one that does not exist, at most max, best first. count may be 0. */
int kb_neighbours(struct kb *, enum code_system, const char *key, struct date, size_t max, struct arena *, struct kb_codes *ret,
                  struct why *);

/* A code whose fact names another one. */
struct kb_namer {
    enum code_system system;
    const char *display;
    const char *title;   /* NULL when unknown */
    struct kb_fact fact; /* related_display: the code that it names; its related_title is not filled in */
};

struct kb_namers {
    struct kb_namer *items;
    size_t count;
};

/* Who names this code, or one that starts with its characters: facts of SECTION_DIAGNOSES or SECTION_RELATED, no other section, in force
 * on that day, at most max, in the order of the codes named, then of those that name them. count may be 0. */
int kb_named_by(struct kb *, enum code_system, const char *start, enum kb_section, struct date, size_t max, struct arena *,
                struct kb_namers *ret, struct why *);

struct kb_hit {
    struct kb_code code;
    double score;        /* higher is better; about 1 when all that was asked is there, and less the more of it is not */
    const char *because; /* the words of the query that matched, comma-separated, with what they were taken for: "left, fx = fracture" */
};

struct kb_hits {
    struct kb_hit *items;
    size_t count;
};

enum { KB_ALL_SYSTEMS = (1u << SYSTEM_COUNT) - 1 };

/* Codes for words, best first. count may be 0. words is the user's text as it is: nothing in it is query syntax. systems: bits as above.
 * Abbreviations, lay words, brand names and misspelled words find what they stand for (kb/lexicon.h, kb/spelling.h). Codes that differ in
 * the encounter alone are one hit, the one that a coder takes for these words; a header comes behind the best of its codes. A code that
 * stands in the text comes first. What merely qualifies a service, and hospital procedures, come behind unless they are named. */
int kb_search(struct kb *, struct span words, unsigned systems, struct date, size_t max, struct arena *, struct kb_hits *ret, struct why *);

/* Is this word (any case) one that the search index or the lexicon knows? For picking keywords out of a text: what neither knows is
 * never taken over, and nothing is corrected here, so no name and no number of a patient can become a keyword. */
bool kb_knows_word(struct kb *, struct span word);

struct kb_edition {
    enum code_system system;
    const char *name; /* "FY2026", "seed 2026-11" */
    struct date valid_from, valid_to;
    bool complete;
    size_t codes;
    const struct kb_source *source;
};

struct kb_editions {
    struct kb_edition *items;
    size_t count;
};

int kb_editions(struct kb *, struct arena *, struct kb_editions *ret, struct why *);

/* A file that was imported, or a source that the seed data names. */
struct kb_set {
    const char *kind; /* "rvu", "house": what replaces what */
    const struct kb_source *source;
    struct date valid_from, valid_to; /* unset for seed data */
    struct date imported;             /* unset for seed data */
    size_t rows;                      /* that the file held; 0 for seed data */
};

struct kb_sets {
    struct kb_set *items;
    size_t count;
};

/* In the order of their kinds, then of their first days. */
int kb_sets(struct kb *, struct arena *, struct kb_sets *ret, struct why *why);

/* How large the file is. */
size_t kb_file_bytes(const struct kb *);

#endif
