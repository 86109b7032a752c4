/* child.h - mail is read by another process, which has no secret, no file but the knowledge base, little memory and little time.
 * Order: child_open, (child_read, child_refresh)*, child_close. A process that dies, dawdles or answers what it may not answer is
 * killed, costs the mail it was reading its answer, and is replaced before the next mail is read.
 * The program is this program (/proc/self/exe) with the argument READER_ARGUMENT: its main must call reader_serve for it (serve.h). */
#ifndef READER_CHILD_H
#define READER_CHILD_H

#include "reader/note.h"

enum {
    READING_MS = 2000,         /* for one mail; the slowest of thousands took 5 */
    READER_START_MS = 30000,   /* for opening the knowledge base and warming */
    READER_MOST_MAILS = 5000,  /* then a new process takes its place: what the old one may have been made to do ends there */
};

struct child;

/* Borrowed, but for the desk; its recall is called in this process. */
struct child_settings {
    const struct reader_desk *desk;
    const char *kb_file;
    const char *text_folder; /* NULL: the built-in wording */
    time_t (*now)(void);
};

/* FAIL_SYSTEM, FAIL_CONFIG: there can be no reader; why says what to do. */
int child_open(const struct child_settings *, struct child **ret, struct why *why);
void child_close(struct child *); /* NULL is fine */

/* raw, whole and now as in reader_read, and so are the failures; the note and all behind it lie in the arena.
 * *ret_died, with FAIL_INPUT: the process ended over this mail, for the reason that why holds.
 * FAIL_SYSTEM: recall failed, or no new process can be started. */
int child_read(struct child *, struct span raw, bool whole, time_t now, struct arena *, struct reading_note *ret, bool *ret_died,
               struct why *why);

/* Start anew when another knowledge base has been renamed over the one it reads. On failure the old process goes on, and that file is
 * not tried again. */
int child_refresh(struct child *, struct why *why);

/* What answers are made from just now (note_editions); until the next call of anything here. */
const char *child_editions(const struct child *);

#endif
