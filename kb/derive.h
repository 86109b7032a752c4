/* derive.h - from what editions say to what holds on a day. Editions only add what they say; which of them counts on which day follows
 * from their days alone, so it does not matter in which order they came, or whether one came twice.
 *
 * A set is what an edition is one of ("hcpcs", "rvu", "icd10cm-index/drug": sources.kind). Its editions stand in the order of their
 * first days, those of one day in the order of their release, seed data before imports. An edition speaks
 *   - whole: of everything its set ever spoke of, from its first day to the day before the next whole one;
 *   - an extract: only of what it holds.
 * On a day counts the last edition that speaks. What the house says counts before and where no set speaks.
 * For the writers of this room. */
#ifndef KB_DERIVE_H
#define KB_DERIVE_H

#include "kb/system.h"
#include "kb/write.h"

/* The versions of a system's codes, from the statements of all sets. A statement with days of its own may reach back before its edition, but
 * not over another statement, and ends what editions before it said when the code had ended by then. */
void derive_versions(struct writer *, enum code_system);

/* The days of a set's facts, localities and editions. */
void derive_set(struct writer *, const char *set);

#endif
