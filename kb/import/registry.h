/* registry.h - every kind of file that can be imported: one file of this folder, one line here and one in registry.c. The order is
 * the one in which a section shows what they bring. */
#ifndef KB_IMPORT_REGISTRY_H
#define KB_IMPORT_REGISTRY_H

#include "kb/import/importer.h"

extern const struct importer icd10cm_order, icd10pcs_order;
extern const struct importer icd10cm_tabular, icd10cm_index;
extern const struct importer desk_notes;
extern const struct importer cpt, cpt_medium, cpt_short, cpt_clinician, cpt_consumer, cpt_modifiers;
extern const struct importer hcpcs, opps, rbcs, nucc, pos;
extern const struct importer ptp, add_ons, mue, rvu, gpci;
extern const struct importer coverage;

#endif
