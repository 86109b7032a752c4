/* cpt.h - what the AMA's CPT data files have in common. For kb/import/ alone. Each begins with paragraphs of notice, of no fixed number of
 * lines, that name the year of the edition and of the copyright; data begins where a line has the form of data. */
#ifndef KB_IMPORT_CPT_H
#define KB_IMPORT_CPT_H

#include "kb/import/importer.h"

/* The code at the beginning of a line, followed by the separator: ^[0-9]{4}[0-9A-Z]. */
bool cpt_begins(struct span line, char separator);

/* Does the head name the AMA, as the notice does? */
bool cpt_is_ama(struct span head);

/* The first line of the head that starts says yes to; empty when there is none. */
struct span cpt_first(struct span head, bool (*starts)(struct span line));

/* The key of a code. False: it is none of CPT, and the row was rejected. */
bool cpt_key(struct import *, const struct input *, struct span text, char key[static CODE_BYTES]);

/* One part of the set, read line by line. */
struct cpt_part {
    const char *part;                 /* of the source's id: "long" */
    unsigned systems;                 /* whose codes it lists */
    bool (*starts)(struct span line); /* is it the first line of data, or of column names? */
    void (*take)(void *context, struct span line);
};

/* Read the file: the notice, then import_edition, then take for each line that is not blank. */
int cpt_read(struct import *, struct input *, const struct cpt_part *, void *context, struct why *why);

#endif
