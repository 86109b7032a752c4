#include "kb/import/registry.h"

const struct importer *const importers[] = {
    &icd10cm_order,
    &icd10pcs_order,
    &desk_notes,
    NULL,
};
