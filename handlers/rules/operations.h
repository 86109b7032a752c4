/* operations.h - what is done to a patient, as askers and titles say it: "release", "freeing", "...ectomy".
 * Two codes may share every word but that one and be different services, so it decides whether a code fits. */
#ifndef HANDLERS_OPERATIONS_H
#define HANDLERS_OPERATIONS_H

#include <stdbool.h>

#include "base/span.h"

/* A bit for each kind of operation that the asker's words name. */
unsigned operations_asked(struct span words);

/* A bit for each kind that a title speaks of; titles in plain words say more ("taking out") than an asker has to mean by them. */
unsigned operations_said(struct span title);

#endif
