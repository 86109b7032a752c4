/* codes.h - which of the mentions are codes: form, words around, the knowledge base and the kind of text, weighed in that order.
 * Every weight stands in one table in codes.c; what was weighed is kept as a sentence. */
#ifndef HANDLERS_CODES_H
#define HANDLERS_CODES_H

#include "base/arena.h"
#include "base/date.h"
#include "handlers/understand/context.h"
#include "handlers/understand/extract.h"
#include "handlers/question.h"
#include "kb/kb.h"

/* All mentions, in order of the text, accepted or not; the tokens of accepted ones are marked taken. */
void codes_find(struct context *, struct kb *, struct date, struct arena *, struct mentions *ret);

/* Of a range whose two ends were accepted the codes between that are known; of more than a dozen none, since no answer could show them.
 * Appended: the order of the text is the caller's. */
void codes_fill_ranges(const struct context *, struct kb *, struct date, struct arena *, struct mentions *);

/* The accepted ones as codes: each once, asked before context, in order of the text. At most QUESTION_CODES.
 * quoted_is_asked: the new text points at what it quotes. status is left to the caller. */
struct asked_code *codes_collect(const struct context *, const struct mentions *, bool quoted_is_asked, struct arena *, size_t *ret_count,
                                 bool *ret_more);

/* The mentions outside quoted text that have the form of a code and were not accepted. */
struct passed_over *codes_passed_over(const struct context *, const struct mentions *, struct arena *, size_t *ret_count);

/* "five digits; after its system's name; known" */
const char *codes_evidence(evidence_set, struct arena *);

/* Sum of the weights. */
int codes_points(evidence_set);

#endif
