/* template.h - wording with named fields -> CommonMark. The wording lies in handlers/text/en, is built into the program, and
 * can be replaced file by file from an administrator's folder (answer_templates_folder).
 * Of Mustache's notation:
 *   {{name}}               the field's text, escaped: whatever it holds, it stays text in CommonMark and HTML
 *   {{#name}} ... {{/name}} once for each row of the field; once when the field is a text that is not empty
 *   {{^name}} ... {{/name}} when the field has neither rows nor text
 *   {{>name}}              another template
 * A #, ^, / or > tag that stands alone on its line takes the line with it; a template put in the middle of a line leaves the
 * line ends at its end out. A field is looked up in the innermost row first, then outwards. "first" is set in the first row of the
 * innermost list. Order: build a row (template_row_new, template_text ...), template_render, buf_full. */
#ifndef HANDLERS_TEMPLATE_H
#define HANDLERS_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fail.h"
#include "base/span.h"

struct template_row;

struct template_rows {
    struct template_row *items;
    size_t count;
};

struct template_field {
    struct span name;
    const char *text; /* NULL is the empty text */
    bool markup;      /* text is CommonMark that we made */
    struct template_rows rows;
};

struct template_row {
    struct template_field *fields;
    size_t count;
    struct arena *arena;
};

/* Names and texts are borrowed, the arrays lie in the arena. A field that is set to nothing still hides one further out. */
struct template_row template_row_new(struct arena *);
void template_text(struct template_row *, const char *name, const char *text);
void template_markup(struct template_row *, const char *name, const char *commonmark);
void template_list(struct template_row *, const char *name, struct template_rows rows);
void template_flag(struct template_row *, const char *name, bool set); /* for {{#name}} alone */

/* One more row at the end of a list, to be filled. The pointer holds until the next call. */
struct template_row *template_rows_add(struct template_rows *, struct arena *);

/* Adds to ret, until it is full. The text is read once and kept in parts: not for two threads at once. A name that is no template adds nothing: the names are
 * ours, and template_check has seen the texts. */
void template_render(const char *name, const struct template_row *, struct buf *ret);

/* The text as CommonMark that shows exactly it, on one line. */
void template_escape(struct span text, struct buf *ret);

/* Is this a template that can be rendered: UTF-8 without control characters but line ends and tabs, tags closed in order, only names that the
 * built-in templates know; of "answer" that it shows {{answer}}? FAIL_CONFIG. */
int template_check(const char *name, struct span text, struct why *why);

/* Use this text for that template from now on; borrowed. For answer_templates_folder, which checks first. */
void template_replace(const char *name, struct span text);

/* The built-in ones, generated from handlers/text/en; the last has no name. */
struct template_file {
    const char *name;
    struct span text;
};
extern const struct template_file template_files[];

/* With these in place of the built-in ones of their names: does none hold itself, be it through others? After template_check of each.
 * FAIL_CONFIG. */
int template_check_nesting(const struct template_file *own, size_t count, struct why *why);

#endif
