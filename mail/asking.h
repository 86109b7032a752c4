/* asking.h - does a person ask something here? The gate's counterweight to words that automatic mail has: mail/ knows no codes, so
 * this goes by how questions on coding look. Pure. */
#ifndef MAIL_ASKING_H
#define MAIL_ASKING_H

#include <stdbool.h>

#include "base/span.h"

enum asking {
    ASKS_NOTHING,
    ASKS,         /* a sentence ends in a question mark: "Need help?" */
    ASKS_CLEARLY, /* one that has a question word, and a code or a word of coding: "Which modifier goes with 20693?" */
};

enum asking asking_of(struct span text);

/* Is there a word of coding at all: "the code for a cast, please"? */
bool asking_speaks_of_coding(struct span text);

#endif
