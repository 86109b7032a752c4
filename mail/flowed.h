/* flowed.h - format=flowed text (RFC 3676) -> lines as they were meant. Quoted lines keep their marks, "> " each. */
#ifndef MAIL_FLOWED_H
#define MAIL_FLOWED_H

#include "base/arena.h"
#include "base/span.h"

struct span flowed_unwrap(struct span text, bool delete_space, struct arena *);

#endif
