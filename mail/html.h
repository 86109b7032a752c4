/* html.h - an HTML mail -> the text a person would see. gumbo parses; the walk over its tree is ours.
 * Hidden elements, scripts and styles are dropped; quotes become lines with "> ". */
#ifndef MAIL_HTML_H
#define MAIL_HTML_H

#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"

/* html: UTF-8. At most max_bytes of text. Memory and time are bounded: of a document too rich for them the beginning is rendered. */
struct span html_text(struct span html, size_t max_bytes, struct arena *);

#endif
