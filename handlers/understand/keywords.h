/* keywords.h - words of the new text that the knowledge base knows, and the text a search by words is made with.
 * A keyword may stand in the journal, so nothing is taken over that the knowledge base does not know: no number; nor what may be a name (names.h). */
#ifndef HANDLERS_KEYWORDS_H
#define HANDLERS_KEYWORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "handlers/understand/context.h"
#include "handlers/question.h"
#include "kb/kb.h"

/* Each once, in order of the text, neighbours joined ("bone graft"); at most QUESTION_KEYWORDS. */
const char **keywords_find(const struct context *, struct kb *, struct arena *, size_t *ret_count);

/* A word (lower case) that stands in every question and says nothing of its matter. */
bool keywords_is_common(struct span lower);

/* New text and subject without codes, greetings, names, what stands in a URL or an address, and numbers but for those of a type, stage or grade. At most KEYWORDS_TEXT_BYTES. */
enum { KEYWORDS_TEXT_BYTES = 4096 };
struct span keywords_text(const struct context *, struct arena *);

/* The words of it that may be names and are not to be repeated, lower case, separated by blanks. */
const char *keywords_unsaid(const struct context *, struct arena *);

#endif
