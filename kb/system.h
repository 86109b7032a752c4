/* system.h - the code systems this desk knows, and the shape of their codes.
 * A code has two spellings: the key (upper case, no dot, what the tables hold) and the display form (ICD-10-CM with its dot). */
#ifndef KB_SYSTEM_H
#define KB_SYSTEM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/name.h"
#include "base/span.h"

enum code_system {
    SYSTEM_CPT,      /* Category I nnnnn, II nnnnF, III nnnnT, PLA nnnnU, MAAA nnnnM */
    SYSTEM_HCPCS,    /* Level II: a letter A-V and four digits */
    SYSTEM_ICD10CM,  /* 3 to 7 characters, a dot after the third */
    SYSTEM_ICD10PCS, /* 7 characters without I and O */
    SYSTEM_MOD,      /* two characters, CPT and HCPCS */
    SYSTEM_DRG,      /* MS-DRG, three digits */
    SYSTEM_REV,      /* revenue code (NUBC), four digits */
    SYSTEM_POS,      /* place of service, two digits */
    SYSTEM_NUCC,     /* provider taxonomy, ten characters ending in X */
    SYSTEM_COUNT
};

enum { CODE_BYTES = 12 }; /* the longest display form with its NUL */

extern const struct name system_names[];  /* as the command line prints them: CPT, HCPCS, ICD10CM, ICD10PCS, MOD, DRG, REV, POS, NUCC */
extern const struct name system_titles[]; /* as an answer writes them: "CPT", "HCPCS Level II", "ICD-10-CM", ... */

/* Could this text be a code of the system by form alone? Accepts both spellings, any case. */
bool system_fits(enum code_system, struct span text);

/* The key of a code (system_fits holds): upper case, no dot, REV, DRG and POS padded with zeros. */
void system_key(enum code_system, struct span text, char ret[static CODE_BYTES]);

/* The display form of a key. */
void system_display(enum code_system, const char *key, char ret[static CODE_BYTES]);

/* A code as one number, which tables hold: the key's characters as digits of base 37, behind the numbers of the systems before it.
 * So numbers stand in code order, and the codes that begin alike (a prefix, in upper case) lie between system_id of the prefix and
 * system_id_last of it, both included. Characters beyond the form are left out; any other character counts as none. */
int64_t system_id(enum code_system, const char *key);
int64_t system_id_last(enum code_system, const char *prefix);

/* And back. False when the number is none of a code. */
bool system_of_id(int64_t id, enum code_system *system, char key[static CODE_BYTES]);

#endif
