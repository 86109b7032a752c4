/* holds.h - what holds of everything that is made from a stranger's bytes, for the fuzz targets and for the tests with hostile mails.
 * Each function gives NULL, or the sentence that does not hold: static text. */
#ifndef TESTS_FUZZ_HOLDS_H
#define TESTS_FUZZ_HOLDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"
#include "mail/bounce.h"
#include "mail/message.h"
#include "reader/recall.h"

/* Wherever a stranger tries to be sent to, linked to or shown from, he uses this domain: no answer may hold it. */
#define ENEMY "target.example"

/* Valid UTF-8 without control characters but those of `allowed`. */
const char *breach_of_text(struct span text, const char *allowed);

/* What message.h promises, and that the message lies within its limits. */
const char *breach_of_message(const struct message *, const struct message_limits *);

/* What a mail system reports: short, printable, and lists of one a line. */
const char *breach_of_bounce(const struct bounce *);

/* Only the elements that CommonMark has, no attribute that runs or loads anything, no link but to the web. */
const char *breach_of_html(struct span html);

/* Question and answer: within their bounds, in printable UTF-8, nothing in them that acts. */
const char *breach_of_question(const struct question *);
const char *breach_of_answer(const struct answer *);

/* A letter: 7 bits, CRLF, lines of at most 998, our header fields and each of them once, one recipient. */
const char *breach_of_letter(struct span bytes, const char *recipient, struct arena *);

/* The same, in lines of at most 78, and read back it is the answer. */
const char *breach_of_reply(const struct reply *, const char *recipient, const struct answer *, struct arena *);

/* What passes between a reading and the one who remembers. Set recall; as recall_context it belongs to overhear, a reader_recall_fn. */
struct overheard {
    struct recall recall;
    bool asked;
    struct sender_view view; /* in the arena of the reading */
    struct sender_memory memory;
};
int overhear(void *context, const struct sender_view *, struct arena *, struct sender_memory *ret, struct why *why);

/* All of a reading of these bytes: and that the daemon would believe it. The desk's recall is overhear. */
const char *breach_of_reading(const struct reading *, struct span raw, const struct reader_desk *, struct arena *);

#endif
