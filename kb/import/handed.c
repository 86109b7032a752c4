#include "kb/import/handed.h"

void hand_figures(struct import *import, enum code_system system, const char *key, enum kb_section section, const struct figures *figures) {
    for (size_t i = 0; i < figures->count; i++) {
        const struct figure_fact *figure = &figures->items[i];
        struct import_fact fact = {.system = system,
                                   .key = key,
                                   .section = section,
                                   .position = figure->position,
                                   .label = figure->label,
                                   .value = figure->value,
                                   .text = figure->text};
        import_fact(import, &fact);
    }
}
