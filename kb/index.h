/* index.h - the search tables of a knowledge base, made of its titles, words, families and plain descriptions.
 *
 * What is found is a document: a code, or all ICD-10-CM codes of seven characters that begin with the same six (their titles differ
 * in the encounter alone, and 13,000 documents take the place of 51,000). Documents are numbered from 0 in code order. A term is the
 * stem of a word, numbered from 0 in the order in which it was met. Numbers are packed (kb/packing.h).
 *
 *     search_documents  id, code (the first of it), last (the last code that may belong to it), entries: a text after the other
 *                       (title, then words), each the number of its terms * 2 + (1: title), then its terms in order,
 *                       each * 4 + (2: a mark or a preposition stands before it) + (1: in parentheses, or behind a colon)
 *     search_terms      id, documents: how many hold it, postings: (distance to the last document) * 4 + enum index_field
 *     search_parts      name, bytes:
 *                       "documents"  of each: distance to the document of its header (0: none) * 2 + (1: a header), its system, the words
 * of its title "words"      a line a term: its stem, then the words it was met as (letters only), with blanks between them "counts"     of
 * each term: in how many documents it stands */
#ifndef KB_INDEX_H
#define KB_INDEX_H

#include <sqlite3.h>

#include "base/fail.h"

/* Where a document holds a term; the first that holds. */
enum index_field {
    FIELD_TITLE,
    FIELD_WORDS,
    FIELD_VARIANT, /* what the titles of a document's codes do not have in common: the encounter */
    FIELD_PLAIN,
};

/* Make all search tables anew, in the caller's transaction. FAIL_SYSTEM. */
int index_build(sqlite3 *db, struct why *why);

#endif
