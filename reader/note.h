/* note.h - what is left of a reading: all that the daemon and the journal need of it, flat, so that it can come from another process. */
#ifndef READER_NOTE_H
#define READER_NOTE_H

#include "base/arena.h"
#include "reader/reader.h"
#include "store/journal.h"

/* Texts are NULL where there is none. A new member gets its line in reader/messages.c as well. */
struct reading_note {
    enum answer_action action;
    const char *reason;       /* gate rule, or the answer's reason; never NULL */
    const char *question_key; /* of Message-ID and content: digest hex */
    const char *message_id;   /* the question's */
    const char *asker;        /* address the reply goes to, or the From */
    const char *handler;
    const char *intents;  /* comma-separated */
    const char *codes;    /* JSON array, as codes_to_json writes it */
    const char *keywords; /* comma-separated */
    const char *question_subject, *question_text; /* masked (handlers/understand/redact.h) */
    const char *draft;    /* CommonMark for the person who answers */
    struct bounce bounce;  /* what the mail reports of a reply of ours, perhaps */
    enum told told;           /* what the reply tells beside an answer */
    enum sender_change change; /* what the asker becomes */
    const char *recipient; /* NULL: no reply, and nothing below */
    const char *reply_message_id;
    const char *reply_text; /* CommonMark as written to the asker */
    struct span reply;      /* the mail */
};

/* Everything is copied into the arena. */
void note_reading(const struct reading *, struct arena *, struct reading_note *ret);

/* What the journal gets to know of it; the other members of the row are left alone. Borrowed from the note. */
void note_row(const struct reading_note *, struct exchange_row *ret);

/* "CPT seed 2026-11, ICD10CM FY2026": what answers are made from just now. */
const char *note_editions(struct kb *, struct arena *);

#endif
