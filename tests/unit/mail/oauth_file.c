/* The token file: what is written is read back, whole or not at all, by its owner alone, one process at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mail/oauth_file.h"

static char folder[64], path[128];

static struct oauth_settings settings(void) {
    return (struct oauth_settings){
        .provider = "microsoft", .client_id = "id", .token_url = "https://login.example/token", .token_file = path};
}

static struct oauth_tokens tokens_of(const char *access, const char *refresh) {
    return (struct oauth_tokens){.access = strdup(access), .refresh = strdup(refresh), .obtained_at = 1000, .expires_at = 4600};
}

static void put(const char *text, mode_t mode) {
    unlink(path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(path, mode), 0);
}

static void what_is_written_is_read_back(void **state) {
    (void)state;
    const struct oauth_settings s = settings();
    struct oauth_tokens tokens = tokens_of("access", "refresh"), back = {0};
    struct why why = {""};
    struct stat found;
    assert_int_equal(oauth_file_write(&s, &tokens, &why), 0);
    assert_int_equal(oauth_file_read(&s, &back, &why), 0);
    assert_string_equal(back.access, "access");
    assert_string_equal(back.refresh, "refresh");
    assert_int_equal(back.obtained_at, 1000);
    assert_int_equal(back.expires_at, 4600);
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 07777, 0600);
    oauth_tokens_free(&tokens);
    oauth_tokens_free(&back);
}

#define OURS "\"token_url\":\"https://login.example/token\",\"client_id\":\"id\""

static const struct {
    const char *name, *text;
    mode_t mode;
    const char *says;
} bad_files[] = {
    {"readable by others", "{" OURS ",\"refresh_token\":\"hushhush\"}", 0644, "chmod 600"},
    {"of another client", "{\"token_url\":\"https://login.example/token\",\"client_id\":\"other\",\"refresh_token\":\"hushhush\"}", 0600,
     "another client_id"},
    {"of another server", "{\"token_url\":\"https://evil.example/\",\"client_id\":\"id\",\"refresh_token\":\"hushhush\"}", 0600,
     "or authorization server"},
    {"without a refresh token", "{" OURS ",\"access_token\":\"hushhush\"}", 0600, "no refresh token; run codingdesk login microsoft"},
    {"with a broken refresh token", "{" OURS ",\"refresh_token\":\"hush\\nhush\"}", 0600, "no refresh token"},
    {"cut off", "{" OURS ",\"refresh_token\":\"hushh", 0600, "holds no tokens"},
    {"empty", "", 0600, "holds no tokens"},
    {"an array", "[1]", 0600, "holds no tokens"},
};

static void what_can_not_be_used_is_said_without_its_secrets(void **state) {
    (void)state;
    const struct oauth_settings s = settings();
    for (size_t i = 0; i < sizeof bad_files / sizeof *bad_files; i++) {
        struct oauth_tokens tokens = {0};
        struct why why = {""};
        put(bad_files[i].text, bad_files[i].mode);
        int code = oauth_file_read(&s, &tokens, &why);
        if (code != FAIL_CONFIG || !strstr(why.text, bad_files[i].says) || strstr(why.text, "hush") || tokens.access || tokens.refresh)
            fail_msg("%s: %d %s", bad_files[i].name, code, why.text);
    }
}

static void no_file_asks_for_a_login(void **state) {
    (void)state;
    const struct oauth_settings s = settings();
    struct oauth_tokens tokens = {0};
    struct why why = {""};
    unlink(path);
    assert_int_equal(oauth_file_read(&s, &tokens, &why), FAIL_CONFIG);
    assert_string_equal(why.text, "there are no tokens yet: run codingdesk login microsoft");
    assert_int_equal(symlink("/dev/null", path), 0);
    assert_int_equal(oauth_file_read(&s, &tokens, &why), FAIL_CONFIG);
    unlink(path);
}

static void a_folder_that_is_not_there_is_said(void **state) {
    (void)state;
    struct oauth_settings s = settings();
    struct oauth_tokens tokens = tokens_of("access", "refresh");
    struct why why = {""};
    int lock = -1;
    s.token_file = "/nowhere/token.json";
    assert_int_equal(oauth_file_write(&s, &tokens, &why), FAIL_AGAIN);
    assert_non_null(strstr(why.text, "No such file"));
    assert_int_equal(oauth_file_lock(&s, &lock, &why), FAIL_CONFIG);
    assert_int_equal(lock, -1);
    oauth_tokens_free(&tokens);
}

/* What a process that was killed left beside the file is in nobody's way. */
static void a_rest_of_an_earlier_writing_is_replaced(void **state) {
    (void)state;
    const struct oauth_settings s = settings();
    struct oauth_tokens tokens = tokens_of("access", "refresh"), back = {0};
    struct why why = {""};
    char fresh[160];
    snprintf(fresh, sizeof fresh, "%s.new", path);
    assert_int_equal(symlink("/nowhere/else", fresh), 0);
    assert_int_equal(oauth_file_write(&s, &tokens, &why), 0);
    assert_int_equal(oauth_file_read(&s, &back, &why), 0);
    assert_int_not_equal(access(fresh, F_OK), 0);
    oauth_tokens_free(&tokens);
    oauth_tokens_free(&back);
}

enum { WRITERS = 4, TIMES = 50 };

/* Each adds one to the number in the file: none of these is lost, and every file that is read is whole. */
static int add_often(void) {
    const struct oauth_settings s = settings();
    for (int i = 0; i < TIMES; i++) {
        struct oauth_tokens tokens = {0};
        int lock = -1;
        if (oauth_file_lock(&s, &lock, NULL) || oauth_file_read(&s, &tokens, NULL))
            return 1;
        tokens.expires_at++;
        if (oauth_file_write(&s, &tokens, NULL))
            return 2;
        oauth_file_unlock(lock);
        oauth_tokens_free(&tokens);
    }
    return 0;
}

static void several_processes_take_turns(void **state) {
    (void)state;
    const struct oauth_settings s = settings();
    struct oauth_tokens tokens = tokens_of("access", "refresh");
    struct why why = {""};
    pid_t writers[WRITERS];
    assert_int_equal(oauth_file_write(&s, &tokens, &why), 0);
    oauth_tokens_free(&tokens);
    for (int i = 0; i < WRITERS; i++)
        if ((writers[i] = fork()) == 0)
            _exit(add_often());
    for (int i = 0; i < WRITERS; i++) {
        int status = -1;
        assert_int_equal(waitpid(writers[i], &status, 0), writers[i]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(oauth_file_read(&s, &tokens, &why), 0);
    assert_int_equal(tokens.expires_at, 4600 + WRITERS * TIMES);
    oauth_tokens_free(&tokens);
}

static int make(void **state) {
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/codingdesk-token-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/token.json", folder);
    return 0;
}

static int clear(void **state) {
    char name[sizeof folder + 300];
    (void)state;
    DIR *all = opendir(folder);
    for (struct dirent *entry; (entry = readdir(all));) {
        snprintf(name, sizeof name, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.')
            unlink(name);
    }
    closedir(all);
    return rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(what_can_not_be_used_is_said_without_its_secrets),
        cmocka_unit_test(no_file_asks_for_a_login),
        cmocka_unit_test(a_folder_that_is_not_there_is_said),
        cmocka_unit_test(a_rest_of_an_earlier_writing_is_replaced),
        cmocka_unit_test(several_processes_take_turns),
    };
    return cmocka_run_group_tests_name("mail.oauth_file", tests, make, clear);
}
