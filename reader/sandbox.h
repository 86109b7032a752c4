/* sandbox.h - a process gives up everything but memory, the files it has open, and one socket. There is no way back.
 * Order: sandbox_begin first thing in the process; open and warm all that needs files; sandbox_enter.
 * Afterwards a system call that is not in the table of sandbox.c ends the process (SIGSYS), as does more processor time than
 * SANDBOX_CPU_S (SIGXCPU); more memory than SANDBOX_GROWTH_BYTES beyond what it has by then is not given. */
#ifndef READER_SANDBOX_H
#define READER_SANDBOX_H

#include "base/fail.h"
#include "base/sanitized.h"

/* A build with sanitizers measures something else than a build for users does, and needs more room. */
enum { SANDBOX_CPU_S = SANITIZED ? 600 : 60 };
#define SANDBOX_GROWTH_BYTES (1ul << 30)

/* No core file, nobody may look into the process, it ends with its parent, and no other open file than the standard three and the channel. */
int sandbox_begin(int channel_fd, struct why *why);

/* FAIL_SYSTEM: this machine can not do it; nothing untrusted may be read. A kernel without Landlock is no failure: it is the
 * second lock of two, and open() ends the process anyhow. */
int sandbox_enter(int channel_fd, struct why *why);

#endif
