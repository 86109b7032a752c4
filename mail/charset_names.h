/* charset_names.h - the charsets that mail comes in, by the labels that mail gives them, and a converter for each.
 * A list of ours and not all that iconv knows: iconv loads a library for nearly every charset when it is first asked for it, and a
 * process that may open no file any more could not. What is not listed is an unknown charset. Not for two threads at once. */
#ifndef MAIL_CHARSET_NAMES_H
#define MAIL_CHARSET_NAMES_H

#include <iconv.h>

#include "base/span.h"

struct charset;

/* The charset of this label: case, blanks and "-_.:" do not matter. NULL: unknown. */
const struct charset *charset_by_label(struct span label);

/* Its name, as iconv has it; "" is UTF-8. */
const char *charset_name(const struct charset *);

/* From this charset to UTF-8, in its first state; opened on first use and kept. (iconv_t)-1: this machine has no such converter, or it
 * is UTF-8, which needs none. */
iconv_t charset_converter(const struct charset *);

/* Open the converters of all of them, so that no file has to be opened later. */
void charset_warm(void);

#endif
