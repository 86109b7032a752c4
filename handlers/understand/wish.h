/* wish.h - what an asker wants besides facts about codes: a person. Told by what is written in so many words. */
#ifndef HANDLERS_WISH_H
#define HANDLERS_WISH_H

#include <stdbool.h>

#include "base/span.h"

bool wish_for_person(struct span words); /* "can a human answer this?", "please let someone call me" */

#endif
