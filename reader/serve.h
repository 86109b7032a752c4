/* serve.h - the reader as a process of its own: what it does from its first line to its last. child.h is the other end.
 * It is executed anew, not forked, so that nothing of the daemon is in its memory, and gets a socket (READER_CHANNEL), the paths of the
 * knowledge base and of the wording ("": the built-in one), and no environment. It opens them, reads a mail of its own to warm what needs
 * files, locks itself in (sandbox.h), and reads mail until the socket is closed. */
#ifndef READER_SERVE_H
#define READER_SERVE_H

#include "reader/reader.h"

#define READER_ARGUMENT "--reader" /* of the program, before both paths; not for people */
enum { READER_CHANNEL = 3 };

/* argv: program, READER_ARGUMENT, knowledge base, text folder. How a mail is read is handed in: reader_read, but for tests. */
_Noreturn void reader_serve(char **argv, reader_read_fn *);

#endif
