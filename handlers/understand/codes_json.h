/* codes_json.h - the codes of a question as JSON, as `explain --json` prints them and the journal keeps them:
 * [{"system": "CPT", "code": "20693", "modifiers": ["58"], "role": "asked", "status": "unknown", "status_detail": "no-data"}, ...]
 * status is valid, header, retired or unknown; status_detail is one of status_names. */
#ifndef HANDLERS_CODES_JSON_H
#define HANDLERS_CODES_JSON_H

#include <jansson.h>
#include <stddef.h>

#include "base/arena.h"
#include "handlers/question.h"

json_t *codes_to_json(const struct asked_code *codes, size_t count); /* a new reference */

/* What codes_to_json wrote, dumped. Entries that do not fit are left out; NULL text is no codes. */
struct asked_code *codes_from_json(const char *text, struct arena *, size_t *ret_count);

#endif
