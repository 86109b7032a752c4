/* filled.h - the journal of a test, in a folder of its own: where it lies, and how it goes away again. Include behind run.h. */
#ifndef TESTS_UNIT_DESK_FILLED_H
#define TESTS_UNIT_DESK_FILLED_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/journal.h"

static char folder[] = "/tmp/unit-desk-XXXXXX", path[64];

static inline struct journal *new_journal(void) {
    struct journal *ret;
    struct why why;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/journal.sqlite", folder);
    if (journal_open(path, &ret, &why))
        fail_msg("%s", why.text);
    return ret;
}

static inline int clean(void **state) {
    (void)state;
    static const char *const endings[] = {"", "-wal", "-shm"};
    char name[96];
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        snprintf(name, sizeof name, "%s%s", path, endings[i]);
        unlink(name);
    }
    return rmdir(folder);
}

#endif
