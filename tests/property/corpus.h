/* corpus.h - questions without end: sentences as people write them, with codes of the knowledge base put in by chance. The same seed gives
 * the same questions. Order: corpus_open, corpus_next*, corpus_close. */
#ifndef PROPERTY_CORPUS_H
#define PROPERTY_CORPUS_H

#include "base/arena.h"

struct corpus;

struct corpus *corpus_open(const char *kb_file, unsigned seed); /* ends the program when the file can not be read */
const char *corpus_next(struct corpus *, struct arena *);
void corpus_close(struct corpus *);

#endif
