/* page_notes.h - the notes of ICD-10-CM: where one stands, and which codes it speaks of. */
#ifndef HANDLERS_PAGE_NOTES_H
#define HANDLERS_PAGE_NOTES_H

#include "handlers/write/page.h"

/* Does the note hold for a whole block or chapter, not for a category or a code? */
bool page_note_is_wide(const struct kb_fact *);

/* Do the codes and ranges of codes in its text, "(Q65-Q66, Z96.6-)", cover this one (a key)? */
bool page_note_covers(const char *text, const char *key);

/* What a note at one code, or above it, says of another one, and not of itself: by kind, the one that weighs most first. NULL: nothing. */
enum page_note { NOTE_EXCLUDES1, NOTE_FIRST, NOTE_ADDITIONAL, NOTE_ALSO, NOTE_EXCLUDES2, NOTE_COUNT };
const struct kb_fact *page_note_on(const struct page_code *, const char *key, enum page_note);

/* What the notes of the diagnoses asked say of each other, as the field verdicts for the wording "verdicts"; the note that weighs most
 * first. */
enum { PAGE_VERDICTS = 3 };
struct page_verdicts {
    const struct kb_fact *notes[PAGE_VERDICTS];
    size_t count;
};
struct page_verdicts page_add_verdicts(struct page *, const struct page_asked *, size_t count, struct template_row *ret);
bool page_verdict_tells(const struct page_verdicts *, const struct kb_fact *); /* does one of them have the text of this fact, or of a part of it? */

/* Where the note stands: "M25" of "Excludes1 at M25"; the code itself for a note of its own. */
const char *page_note_at(struct page *, const struct page_code *, const struct kb_fact *);

/* The seventh characters that the code may have, as the field seventh: letter, letter_text, seventh_at, mark. */
int page_add_seventh(struct page *, const struct kb_code *, struct template_row *ret, struct why *why);

#endif
