/* handed.h - figures (kb/figures.h) on their way from an importer into the tables. */
#ifndef KB_IMPORT_HANDED_H
#define KB_IMPORT_HANDED_H

#include "kb/figures.h"
#include "kb/import/importer.h"

/* Each as a fact of the code in that section, for the days of the edition. */
void hand_figures(struct import *, enum code_system, const char *key, enum kb_section, const struct figures *);

#endif
