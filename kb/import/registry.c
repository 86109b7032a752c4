#include "kb/import/registry.h"

#include "kb/import/coverage.h"

const struct importer *const importers[] = {
    &icd10cm_order,
    &icd10pcs_order,
    &icd10cm_tabular,
    &icd10cm_index,
    &desk_notes,
    &cpt,
    &cpt_medium,
    &cpt_short,
    &cpt_clinician,
    &cpt_consumer,
    &cpt_modifiers,
    &hcpcs,
    &ptp,
    &add_ons,
    &mue,
    &rvu,
    &gpci,
    &coverage,
    &opps,
    &rbcs,
    &nucc,
    &pos,
    NULL,
};

const struct importer_set importer_sets[] = {
    {&coverage, COVERAGE_PARTS, coverage_finish},
    {NULL, 0, NULL},
};
