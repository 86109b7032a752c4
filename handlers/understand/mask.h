/* mask.h - what of a patient's stands in a question, and what is left of the question without it. redact.h finds it. */
#ifndef HANDLERS_MASK_H
#define HANDLERS_MASK_H

#include <stddef.h>

#include "base/name.h"

enum mask {
    MASK_NONE, MASK_NAME, MASK_DOB, MASK_AGE, MASK_SSN, MASK_MRN, MASK_ACCOUNT, MASK_MEMBER, MASK_CLAIM, MASK_ID, MASK_PHONE, MASK_ADDRESS,
    MASK_EMAIL, MASK_LINK, MASK_TOKEN, MASK_COUNT
};
extern const struct name mask_names[];   /* what stands in its place, without the brackets: NAME, DOB, "MEMBER ID" ... */
extern const struct name mask_meanings[]; /* for people, in small letters: "a date of birth"; a token is nothing of a patient's and has none */

/* What may be kept of a question, and shown. */
struct redacted {
    const char *subject;       /* masked; as it was written where nothing in it had to be */
    const char *text;          /* masked; at most REDACT_TEXT_BYTES */
    size_t counts[MASK_COUNT]; /* pieces masked in the two, by kind */
    size_t total;              /* without tokens, which are no patient's */
};

#endif
