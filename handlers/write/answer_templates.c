/* An administrator's own wording: a folder, read once. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "handlers/answer.h"
#include "handlers/write/template.h"

enum { TEMPLATE_BYTES = 64 * 1024, TEMPLATES_ARENA_BYTES = 8 << 20, NAME_BYTES = 64 };

/* Never waits, as for somebody to write into a pipe. */
static int open_regular(const char *path, FILE **ret, struct why *why) {
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return why_set(why, FAIL_SYSTEM, "%s: %s", path, strerror(errno));
    bool regular = fstat(file, &status) == 0 && S_ISREG(status.st_mode);
    *ret = regular ? fdopen(file, "r") : NULL;
    if (*ret)
        return 0;
    close(file);
    return regular ? why_set(why, FAIL_SYSTEM, "%s can not be read", path) : why_set(why, FAIL_CONFIG, "%s is no file; remove it", path);
}

static int read_template(const char *path, struct arena *arena, struct span *ret, struct why *why) {
    FILE *file;
    int failed = open_regular(path, &file, why);
    if (failed)
        return failed;
    char *text = arena_alloc(arena, TEMPLATE_BYTES + 1);
    size_t len = fread(text, 1, TEMPLATE_BYTES + 1, file);
    bool broken = ferror(file);
    fclose(file);
    if (broken)
        return why_set(why, FAIL_SYSTEM, "%s can not be read", path);
    if (len > TEMPLATE_BYTES)
        return why_set(why, FAIL_CONFIG, "%s is longer than %d bytes; shorten it", path, TEMPLATE_BYTES);
    *ret = (struct span){text, len};
    return 0;
}

/* "NAME.md" -> NAME; false for what is no template's file: a hidden one, another ending. */
static bool template_name(struct span file, struct arena *arena, const char **ret) {
    if (file.len < 4 || file.len > NAME_BYTES || file.ptr[0] == '.' || !span_equal(span_slice(file, file.len - 3, file.len), SPAN(".md")))
        return false;
    *ret = arena_copy(arena, span_slice(file, 0, file.len - 3));
    return true;
}

static int read_folder(DIR *folder, const char *path, struct arena *arena, struct template_file **ret, size_t *ret_count, struct why *why) {
    struct template_file *own = NULL, one;
    size_t count = 0;
    int failed = 0;
    for (struct dirent *entry; !failed && (entry = readdir(folder));) {
        if (!template_name(span_of(entry->d_name), arena, &one.name))
            continue;
        failed = read_template(arena_printf(arena, "%s/%s", path, entry->d_name), arena, &one.text, why);
        if (!failed)
            failed = template_check(one.name, one.text, why);
        own = arena_grow(arena, own, count, sizeof *own);
        own[count++] = one;
    }
    if (!failed)
        failed = template_check_nesting(own, count, why);
    *ret = own;
    *ret_count = count;
    return failed;
}

/* arena holds the texts from now on; NULL: none are left. */
static void take_over(const struct template_file *own, size_t count, struct arena *arena) {
    static struct arena *kept;
    for (size_t i = 0; template_files[i].name; i++)
        template_replace(template_files[i].name, (struct span){NULL, 0});
    for (size_t i = 0; i < count; i++)
        template_replace(own[i].name, own[i].text);
    arena_free(kept);
    kept = arena;
}

int answer_templates_folder(const char *path, struct why *why) {
    struct template_file *own = NULL;
    size_t count = 0;
    if (!path) {
        take_over(NULL, 0, NULL);
        return 0;
    }
    DIR *folder = opendir(path);
    if (!folder)
        return why_set(why, FAIL_SYSTEM, "%s: %s", path, strerror(errno));
    struct arena *arena = arena_new(TEMPLATES_ARENA_BYTES);
    int failed = read_folder(folder, path, arena, &own, &count, why);
    closedir(folder);
    if (failed)
        arena_free(arena);
    else
        take_over(own, count, arena);
    return failed;
}
