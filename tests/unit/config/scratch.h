/* scratch.h - a folder with a password file, and a configuration file written into it. */
#ifndef TESTS_UNIT_CONFIG_SCRATCH_H
#define TESTS_UNIT_CONFIG_SCRATCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config.h"

struct scratch {
    char folder[64], path[128];
    struct arena *arena;
    struct buf report;
    struct config config;
};

static inline void write_file(struct scratch *s, const char *name, const char *text, size_t len, mode_t mode) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", s->folder, name);
    unlink(path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    fclose(file);
    assert_int_equal(chmod(path, mode), 0);
}

static inline int scratch_make(void **state) {
    struct scratch *s = calloc(1, sizeof *s);
    snprintf(s->folder, sizeof s->folder, "%s", "/tmp/codingdesk-config-XXXXXX");
    if (!mkdtemp(s->folder))
        return -1;
    snprintf(s->path, sizeof s->path, "%s/desk.json", s->folder);
    s->arena = arena_new(256 << 20);
    buf_init(&s->report, 1 << 16);
    unsetenv("CREDENTIALS_DIRECTORY");
    write_file(s, "pw", "secret\n", 7, 0600);
    *state = s;
    return 0;
}

static inline int scratch_remove(void **state) {
    struct scratch *s = *state;
    DIR *dir = opendir(s->folder);
    for (struct dirent *entry; (entry = readdir(dir));) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", s->folder, entry->d_name);
        if (entry->d_name[0] != '.' && unlink(path) != 0)
            rmdir(path);
    }
    closedir(dir);
    int fail = rmdir(s->folder);
    arena_free(s->arena);
    buf_free(&s->report);
    free(s);
    return fail;
}

/* Loads the text; the report is there without the folder's name. */
static inline int load(struct scratch *s, const char *text) {
    write_file(s, "desk.json", text, strlen(text), 0644);
    buf_clear(&s->report);
    memset(&s->config, 0, sizeof s->config);
    return config_load(s->path, s->arena, &s->config, &s->report);
}

static inline const char *report_of(struct scratch *s) {
    struct buf short_report;
    buf_init(&short_report, 1 << 16);
    struct span text = buf_span(&s->report), folder = span_of(s->folder);
    for (size_t at; (at = span_find(text, folder)) != SPAN_NONE; text = span_slice(text, at + folder.len + 1, text.len))
        buf_add(&short_report, span_slice(text, 0, at));
    buf_add(&short_report, text);
    const char *ret = buf_keep(&short_report, s->arena);
    buf_free(&short_report);
    return ret;
}

static inline char *read_text(const char *path) {
    char *text = NULL;
    size_t room = 0;
    FILE *file = fopen(path, "r");
    if (!file)
        return NULL;
    if (getdelim(&text, &room, '\0', file) < 0) {
        free(text);
        text = NULL;
    }
    fclose(file);
    return text;
}

#endif
