/* check.h - the check of a claim as an answer of its own, for whoever has codes and no question. */
#ifndef HANDLERS_CHECK_H
#define HANDLERS_CHECK_H

#include "handlers/rules/claim_check.h"

/* Checks the codes of a question that has one inquiry, as CommonMark with its sources. */
int check_page(struct kb *, const struct question *, struct arena *, const char **ret_commonmark, struct findings *ret, struct why *why);

#endif
