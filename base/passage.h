/* passage.h - a text, cut into what its author wrote now, what he quotes and how he signs.
 * mail/ cuts, handlers/ reads; the type lies here because the two never meet. */
#ifndef BASE_PASSAGE_H
#define BASE_PASSAGE_H

#include "base/span.h"

enum passage_kind { PASSAGE_NEW, PASSAGE_QUOTED, PASSAGE_SIGNATURE };

struct passage {
    enum passage_kind kind;
    struct span text; /* UTF-8, lines end in LF, no NUL */
};

#endif
