/* loop.h - the daemon's life: connect, answer what waits, wait for more, connect again with back-off, stop in good order. */
#ifndef DAEMON_LOOP_H
#define DAEMON_LOOP_H

#include <stdbool.h>

#include "base/fail.h"
#include "base/sign.h"
#include "config/config.h"

struct loop_settings {
    const struct config *config;
    const char *journal_file, *kb_file;
    const struct sign_key *key; /* by which the desk knows its own mail */
    bool once;   /* answer what waits, then end */
    int stop_fd; /* becomes readable when the program shall end */
};

/* Returns 0 after a stop, and after everything was answered with once. FAIL_CONFIG, FAIL_SYSTEM: why says what to do.
 * FAIL_AGAIN, with once alone: a server was away; what was not answered still waits. */
int loop_run(const struct loop_settings *, struct why *why);

#endif
