#include "handlers/handler.h"

const struct handler *const handlers[] = {
    &handler_thanks, &handler_help, &handler_not_coding, &handler_check, &handler_difference, &handler_bundling, &handler_modifier, &handler_units, &handler_fee, &handler_crosswalk, &handler_coverage,
    &handler_guideline, &handler_find_code, &handler_meaning, &handler_unknown, NULL,
};
