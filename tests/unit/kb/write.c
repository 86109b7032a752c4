/* The place that is written to: links, other file systems, owners, and what lies in the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "kb/write.h"

enum { NOBODY = 65534, OTHER_GROUP = 65533, PATH_BYTES = 1024 };

struct place {
    char folder[64], kb[96], aside[96], other[96];
};

static int open_place(void **state) {
    struct place *place = calloc(1, sizeof *place);
    assert_non_null(place);
    snprintf(place->folder, sizeof place->folder, "/tmp/unit-kb-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->kb, sizeof place->kb, "%s/kb.sqlite", place->folder);
    snprintf(place->aside, sizeof place->aside, "%s/kb.sqlite.new", place->folder);
    snprintf(place->other, sizeof place->other, "%s/other.sqlite", place->folder);
    *state = place;
    return 0;
}

static void clear(const char *path) {
    if (unlink(path) != 0)
        rmdir(path);
}

static int close_place(void **state) {
    struct place *place = *state;
    clear(place->kb);
    clear(place->aside);
    clear(place->other);
    int left = rmdir(place->folder);
    free(place);
    return left;
}

static int write_base(const char *path, const char *from, struct why *why) {
    struct writer writer;
    int code = writer_open(&writer, path, from, why);
    return code ? code : writer_publish(&writer, why);
}

static void write_or_fail(const char *path, const char *from) {
    struct why why = {""};
    if (write_base(path, from, &why))
        fail_msg("%s: %s", path, why.text);
}

static void write_text(const char *path, const char *text) {
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void one_of_another_file_system_is_begun_with(void **state) {
    struct place *place = *state;
    char far[] = "/dev/shm/unit-kb-XXXXXX";
    struct stat here, there;
    int fd = mkstemp(far);
    assert_true(fd >= 0);
    close(fd);
    unlink(far);
    write_or_fail(far, NULL);
    assert_int_equal(stat(far, &there), 0);
    assert_int_equal(stat(place->folder, &here), 0);
    struct why why = {""};
    int code = write_base(place->kb, far, &why);
    unlink(far);
    assert_true(here.st_dev != there.st_dev);
    if (code)
        fail_msg("%s", why.text);
}

static void a_link_is_left_and_its_file_replaced(void **state) {
    struct place *place = *state;
    struct stat before, after, link;
    write_or_fail(place->other, NULL);
    assert_int_equal(stat(place->other, &before), 0);
    assert_int_equal(symlink("other.sqlite", place->kb), 0);
    write_or_fail(place->kb, place->kb);
    assert_int_equal(lstat(place->kb, &link), 0);
    assert_int_equal(stat(place->other, &after), 0);
    assert_true(S_ISLNK(link.st_mode));
    assert_true(S_ISREG(after.st_mode) && after.st_ino != before.st_ino);
}

static void owner_and_mode_stay(void **state) {
    struct place *place = *state;
    struct stat old, new;
    static const mode_t modes[] = {0640, 0600, 0444, 0664};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        unlink(place->kb);
        write_or_fail(place->kb, NULL);
        if (geteuid() == 0)
            assert_int_equal(chown(place->kb, NOBODY, OTHER_GROUP), 0);
        assert_int_equal(chmod(place->kb, modes[i]), 0);
        assert_int_equal(stat(place->kb, &old), 0);
        write_or_fail(place->kb, place->kb);
        assert_int_equal(stat(place->kb, &new), 0);
        if (new.st_ino == old.st_ino || (new.st_mode & 07777) != modes[i] || new.st_uid != old.st_uid || new.st_gid != old.st_gid)
            fail_msg("%o is %o, owner %u is %u", modes[i], new.st_mode & 07777, old.st_uid, new.st_uid);
    }
}

static void a_new_one_has_the_mode_that_the_umask_leaves(void **state) {
    struct place *place = *state;
    struct stat info;
    mode_t mask = umask(027);
    write_or_fail(place->kb, NULL);
    umask(mask);
    assert_int_equal(stat(place->kb, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0640);
}

static void nobody_reads_what_is_being_written(void **state) {
    struct place *place = *state;
    struct writer writer;
    struct stat info;
    struct why why = {""};
    write_text(place->aside, "left by a killed writer");
    assert_int_equal(chmod(place->aside, 0644), 0);
    assert_int_equal(writer_open(&writer, place->kb, NULL, &why), 0);
    assert_int_equal(stat(place->aside, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    writer_abandon(&writer);
}

enum obstacle { NOTHING, FOLDER, PIPE, LINK_TO_NOTHING, LINK_TO_FILE, TEXT, EMPTY_FILE, DATABASE };

static void put(enum obstacle obstacle, const char *path, const char *other) {
    sqlite3 *db;
    if (obstacle == FOLDER)
        assert_int_equal(mkdir(path, 0755), 0);
    if (obstacle == PIPE)
        assert_int_equal(mkfifo(path, 0644), 0);
    if (obstacle == LINK_TO_FILE)
        write_text(other, "somebody's");
    if (obstacle == LINK_TO_FILE || obstacle == LINK_TO_NOTHING)
        assert_int_equal(symlink(other, path), 0);
    if (obstacle == TEXT)
        write_text(path, "Dear editor, this is a text of more than one hundred bytes, which is what SQLite wants to see before it "
                         "says that this is no database.\n");
    if (obstacle == EMPTY_FILE)
        write_text(path, "");
    if (obstacle != DATABASE)
        return;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE songs (name TEXT); PRAGMA user_version = 2", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static const struct {
    const char *name;
    enum obstacle at, aside;
    int code;
    const char *error;
} obstacles[] = {
    {"a folder", FOLDER, NOTHING, FAIL_SYSTEM, "kb.sqlite is no file"},
    {"a pipe", PIPE, NOTHING, FAIL_SYSTEM, "kb.sqlite is no file"},
    {"a link to nothing", LINK_TO_NOTHING, NOTHING, FAIL_SYSTEM, "is a link to nothing"},
    {"a text", TEXT, NOTHING, FAIL_CONFIG, "kb.sqlite is no knowledge base"},
    {"an empty file", EMPTY_FILE, NOTHING, FAIL_CONFIG, "kb.sqlite is no knowledge base"},
    {"a database of somebody else's", DATABASE, NOTHING, FAIL_CONFIG, "kb.sqlite is no knowledge base"},
    {"a folder aside", NOTHING, FOLDER, FAIL_SYSTEM, "kb.sqlite.new is in the way"},
    {"a pipe aside", NOTHING, PIPE, FAIL_SYSTEM, "kb.sqlite.new is in the way"},
    {"a link to nothing aside", NOTHING, LINK_TO_NOTHING, FAIL_SYSTEM, "kb.sqlite.new is in the way"},
    {"a link to a file aside", NOTHING, LINK_TO_FILE, FAIL_SYSTEM, "kb.sqlite.new is in the way"},
};

static void what_is_in_the_way_is_told(void **state) {
    struct place *place = *state;
    for (size_t i = 0; i < sizeof obstacles / sizeof *obstacles; i++) {
        struct why why = {""};
        put(obstacles[i].at, place->kb, place->other);
        put(obstacles[i].aside, place->aside, place->other);
        int code = write_base(place->kb, obstacles[i].at == NOTHING ? NULL : place->kb, &why);
        if (code != obstacles[i].code || !strstr(why.text, obstacles[i].error))
            fail_msg("%s: %d, %s", obstacles[i].name, code, why.text);
        clear(place->kb);
        clear(place->aside);
        clear(place->other);
    }
}

static void a_path_too_long_for_sqlite_is_told(void **state) {
    struct place *place = *state;
    char path[PATH_BYTES], part[201];
    struct why why = {""};
    memset(part, 'a', sizeof part - 1);
    part[sizeof part - 1] = '\0';
    snprintf(path, sizeof path, "%s/%s/%s/%s/kb.sqlite", place->folder, part, part, part);
    assert_int_equal(write_base(path, NULL, &why), FAIL_SYSTEM);
    assert_non_null(strstr(why.text, "too long for SQLite: 500 bytes"));
}

/* As somebody whom permissions concern. */
static int write_as_nobody(const char *path) {
    struct why why = {""};
    pid_t child = fork();
    int status = -1;
    assert_true(child >= 0);
    if (child == 0) {
        if (geteuid() == 0 && setresuid(NOBODY, NOBODY, NOBODY) != 0)
            _exit(99);
        _exit(write_base(path, NULL, &why));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void in_a_folder_that_may_not_be_read_it_is_written(void **state) {
    struct place *place = *state;
    char folder[96], path[128];
    snprintf(folder, sizeof folder, "%s/dark", place->folder);
    snprintf(path, sizeof path, "%s/kb.sqlite", folder);
    assert_int_equal(chmod(place->folder, 0755), 0);
    assert_int_equal(mkdir(folder, 0300), 0);
    if (geteuid() == 0)
        assert_int_equal(chown(folder, NOBODY, NOBODY), 0);
    int code = write_as_nobody(path);
    bool there = access(path, F_OK) == 0;
    unlink(path);
    rmdir(folder);
    assert_int_equal(code, 0);
    assert_true(there);
}

static void a_second_writer_is_told_to_wait(void **state) {
    struct place *place = *state;
    struct writer writer;
    struct why why = {""};
    assert_int_equal(writer_open(&writer, place->kb, NULL, &why), 0);
    assert_int_equal(write_base(place->kb, NULL, &why), FAIL_AGAIN);
    assert_int_equal(writer_publish(&writer, &why), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_of_another_file_system_is_begun_with, open_place, close_place),
        cmocka_unit_test_setup_teardown(a_link_is_left_and_its_file_replaced, open_place, close_place),
        cmocka_unit_test_setup_teardown(owner_and_mode_stay, open_place, close_place),
        cmocka_unit_test_setup_teardown(a_new_one_has_the_mode_that_the_umask_leaves, open_place, close_place),
        cmocka_unit_test_setup_teardown(nobody_reads_what_is_being_written, open_place, close_place),
        cmocka_unit_test_setup_teardown(what_is_in_the_way_is_told, open_place, close_place),
        cmocka_unit_test_setup_teardown(a_path_too_long_for_sqlite_is_told, open_place, close_place),
        cmocka_unit_test_setup_teardown(in_a_folder_that_may_not_be_read_it_is_written, open_place, close_place),
        cmocka_unit_test_setup_teardown(a_second_writer_is_told_to_wait, open_place, close_place),
    };
    return cmocka_run_group_tests_name("kb.write", tests, NULL, NULL);
}
