/* scratch.h - a folder of its own for each test of the journal, and the calls every test begins with. */
#ifndef TESTS_UNIT_STORE_SCRATCH_H
#define TESTS_UNIT_STORE_SCRATCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/journal.h"

struct scratch {
    char folder[64], path[128];
    struct arena *arena;
    struct journal *journal;
    struct why why;
};

/* Fails the test with the sentence. */
#define ok(scratch, call)                                                                                                                  \
    do {                                                                                                                                   \
        int ok_code = (call);                                                                                                              \
        if (ok_code)                                                                                                                       \
            fail_msg("%s: %d %s", #call, ok_code, (scratch)->why.text);                                                                    \
    } while (0)

static inline int scratch_make(void **state) {
    struct scratch *s = calloc(1, sizeof *s);
    snprintf(s->folder, sizeof s->folder, "%s", "/tmp/codingdesk-store-XXXXXX");
    if (!mkdtemp(s->folder))
        return -1;
    snprintf(s->path, sizeof s->path, "%s/journal.sqlite", s->folder);
    s->arena = arena_new(64 << 20);
    *state = s;
    return journal_open(s->path, &s->journal, &s->why);
}

static inline int scratch_remove(void **state) {
    struct scratch *s = *state;
    journal_close(s->journal);
    DIR *dir = opendir(s->folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", s->folder, entry->d_name);
        if (entry->d_name[0] != '.')
            unlink(path);
    }
    closedir(dir);
    int fail = rmdir(s->folder);
    arena_free(s->arena);
    free(s);
    return fail;
}

static inline struct place place_of(const char *account, uint32_t uid) {
    return (struct place){.account = account, .folder = "INBOX", .uid_validity = 7, .uid = uid};
}

/* A new FOUND row, inside the caller's transaction. */
static inline int64_t found(struct scratch *s, const char *account, uint32_t uid) {
    struct exchange_row row;
    bool known = true;
    struct place place = place_of(account, uid);
    ok(s, journal_found(s->journal, &place, 1000, 1000, s->arena, &row, &known, &s->why));
    assert_false(known);
    return row.id;
}

static inline void read_it(struct scratch *s, int64_t id) {
    struct exchange_row row = {
        .id = id,
        .asker = "Ann@Example.org",
        .action = "answer",
        .reason = "known code",
        .handler = "meaning",
        .intents = "meaning",
        .codes = "[{\"system\":\"CPT\",\"code\":\"20693\"},{\"system\":\"ICD10CM\",\"code\":\"S82.251A\"}]",
        .keywords = "fixator,revise",
        .reply_message_id = "<reply@desk.example>",
        .reply_text = "**20693**",
        .kb_edition = "2026-07",
    };
    ok(s, journal_read(s->journal, &row, 1001, &s->why));
}

/* Bring a new row to a step by the way a question goes. */
static inline int64_t brought_to(struct scratch *s, const char *account, uint32_t uid, enum step step) {
    int64_t id = found(s, account, uid);
    if (step != STEP_FOUND)
        read_it(s, id);
    if (step == STEP_HELD)
        ok(s, journal_step(s->journal, id, STEP_HELD, "a person must look", 1002, &s->why));
    for (enum step next = STEP_SENDING; step != STEP_HELD && next <= step; next++)
        ok(s, journal_step(s->journal, id, next, NULL, 1000 + (time_t)next, &s->why));
    return id;
}

static inline enum step step_of(struct scratch *s, int64_t id) {
    struct exchange_row row;
    ok(s, journal_get(s->journal, id, s->arena, &row, &s->why));
    return row.step;
}

#endif
