/* misbehave.h - a reader that does what a mail tells it to, as one would that a mail has taken over: the text behind "X-Misbehave: " names
 * a deed of the table in misbehave.c. A mail without that field is read as always. */
#ifndef TESTS_MISBEHAVE_H
#define TESTS_MISBEHAVE_H

#include "reader/reader.h"

reader_read_fn misbehaving_read;

#endif
