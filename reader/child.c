#include "reader/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/utf8.h"
#include "mail/wire.h"
#include "reader/messages.h"
#include "reader/serve.h"
#include "reader/trust.h"

enum {
    OWN_ARENA_BYTES = 1 << 20,
    TALK_ARENA_BYTES = 64 << 20, /* what came for one mail: two messages within their bounds, and what recall found */
    SPARE_FD = 10,               /* descriptors are kept out of the way of those that the process gets */
    PROGRAM_FD = READER_CHANNEL + 1,
    PROGRAM_PATH_BYTES = 4096,
};

/* One process. pid 0: there is none. */
struct process {
    pid_t pid;
    struct channel channel;
    struct arena *arena; /* of what it said when it was ready */
    const char *editions;
    struct stat kb; /* what it has opened */
    size_t mails;
};

struct child {
    struct child_settings settings;
    int program; /* open, so that a program that is replaced on disk still finds the reader that fits it */
    struct process process;
    struct stat refused; /* the knowledge base that no reader could open */
    struct arena *talk;
};

/* --- its end -------------------------------------------------------------------------------------------------------------- */

static const struct {
    int signal;
    const char *meaning;
} deaths[] = {
    {SIGSYS, "reading it led to a system call that no reading needs: it may be an attack"},
    {SIGABRT, "reading it took more memory than a reading may have, or damaged it"},
    {SIGXCPU, "the reader had used up its processor time"},
    {SIGKILL, "the reader was killed from outside"},
    {SIGSEGV, "the reader crashed over it (SIGSEGV)"},
    {SIGBUS, "the reader crashed over it (SIGBUS): is the knowledge base whole?"},
    {SIGILL, "the reader crashed over it (SIGILL)"},
    {SIGFPE, "the reader crashed over it (SIGFPE)"},
};

static int tell_death(int status, struct why *why) {
    if (!WIFSIGNALED(status))
        return why_set(why, FAIL_INPUT, "the reader ended over it with status %d", WIFEXITED(status) ? WEXITSTATUS(status) : status);
    for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++)
        if (deaths[i].signal == WTERMSIG(status))
            return why_set(why, FAIL_INPUT, "%s", deaths[i].meaning);
    return why_set(why, FAIL_INPUT, "the reader crashed over it (signal %d)", WTERMSIG(status));
}

/* How it ended by itself; killed by us only when it had not. */
static int end_process(struct process *process) {
    int status = 0;
    if (process->pid > 0) {
        kill(process->pid, SIGKILL);
        while (waitpid(process->pid, &status, 0) < 0 && errno == EINTR)
            ;
        close(process->channel.fd);
    }
    arena_free(process->arena);
    *process = (struct process){.pid = 0};
    return status;
}

/* --- its beginning -------------------------------------------------------------------------------------------------------- */

/* The socket and the program get their numbers, nothing else that is open passes, and there is no environment. */
static int spawn(const struct child *child, int socket, pid_t *ret) {
    char *const argv[] = {(char *)(uintptr_t) "codingdeskd", (char *)(uintptr_t)READER_ARGUMENT, (char *)(uintptr_t)child->settings.kb_file,
                          (char *)(uintptr_t)(child->settings.text_folder ? child->settings.text_folder : ""), NULL};
    char *const environment[] = {NULL};
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error)
        return error;
    if (!(error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)) &&
        !(error = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)) &&
        !(error = posix_spawn_file_actions_adddup2(&actions, socket, READER_CHANNEL)) &&
        !(error = posix_spawn_file_actions_adddup2(&actions, child->program, PROGRAM_FD)) &&
        !(error = posix_spawn_file_actions_addclosefrom_np(&actions, PROGRAM_FD + 1)))
        error = posix_spawn(ret, "/proc/self/fd/4", &actions, NULL, argv, environment);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* Our end does not block: every wait for the process has an end. */
static int start_process(const struct child *child, struct process *ret, struct why *why) {
    int ends[2], theirs = -1, ours = -1;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
        return why_set(why, FAIL_SYSTEM, "no reader can be started: %s", strerror(errno));
    ours = fcntl(ends[0], F_DUPFD_CLOEXEC, SPARE_FD);
    theirs = fcntl(ends[1], F_DUPFD_CLOEXEC, SPARE_FD);
    close(ends[0]);
    close(ends[1]);
    int error = ours < 0 || theirs < 0 || fcntl(ours, F_SETFL, O_NONBLOCK) ? errno : spawn(child, theirs, &ret->pid);
    if (theirs >= 0)
        close(theirs);
    if (!error) {
        ret->channel.fd = ours;
        return 0;
    }
    if (ours >= 0)
        close(ours);
    ret->pid = 0;
    return why_set(why, FAIL_SYSTEM, "no reader can be started: %s", strerror(error));
}

static int expect(struct process *process, enum message_kind wanted, size_t most, const struct shape *shape, struct arena *arena, void *ret,
                  struct why *why) {
    uint32_t kind;
    struct span bytes;
    int failed = channel_receive(&process->channel, most, arena, &kind, &bytes, why);
    if (!failed && kind != (uint32_t)wanted)
        failed = why_set(why, FAIL_INPUT, "it says something else than it should");
    return failed ? failed : shape_unpack(shape, bytes, arena, ret, why);
}

static int greet(const struct child *child, struct process *process, struct why *why) {
    const struct start_message start = {.desk = *child->settings.desk, .now = child->settings.now()};
    struct ready_message ready;
    process->channel.until_ms = wire_clock_ms() + READER_START_MS;
    int failed = channel_send(&process->channel, MESSAGE_START, &start_shape, &start, START_BYTES, why);
    if (!failed)
        failed = expect(process, MESSAGE_READY, READY_BYTES, &ready_shape, process->arena, &ready, why);
    if (failed == FAIL_EMPTY) {
        struct why death;
        tell_death(end_process(process), &death);
        return why_set(why, FAIL_SYSTEM, "no reader can be started: it ended before it was ready: %s", death.text);
    }
    if (failed)
        return why_prefix(why, FAIL_SYSTEM, "no reader can be started");
    process->editions = ready.editions;
    return ready.failed ? why_set(why, ready.failed == FAIL_CONFIG ? FAIL_CONFIG : FAIL_SYSTEM, "%s", ready.why ? ready.why : "no reader")
                        : 0;
}

static int begin_process(const struct child *child, struct process *ret, struct why *why) {
    struct process process = {.arena = arena_new(OWN_ARENA_BYTES)};
    /* Before it is opened: a file that comes in between is found to be another one by the next child_refresh. */
    if (stat(child->settings.kb_file, &process.kb))
        process.kb = (struct stat){.st_ino = 0};
    int failed = start_process(child, &process, why);
    if (!failed)
        failed = greet(child, &process, why);
    if (failed)
        end_process(&process);
    else
        *ret = process;
    return failed;
}

/* The path is looked up now and the file kept open: under valgrind /proc/self/exe is ours only for readlink. */
static int open_program(void) {
    char path[PROGRAM_PATH_BYTES];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    if (len <= 0)
        return -1;
    path[len] = '\0';
    int file = open(path, O_PATH | O_CLOEXEC), ret = file < 0 ? -1 : fcntl(file, F_DUPFD_CLOEXEC, SPARE_FD);
    if (file >= 0)
        close(file);
    return ret;
}

int child_open(const struct child_settings *settings, struct child **ret, struct why *why) {
    struct child *child = calloc(1, sizeof *child);
    if (!child)
        return why_set(why, FAIL_SYSTEM, "out of memory");
    child->settings = *settings;
    child->talk = arena_new(TALK_ARENA_BYTES);
    child->program = open_program();
    int failed = child->program < 0 ? why_set(why, FAIL_SYSTEM, "no reader can be started: /proc/self/exe: %s", strerror(errno))
                                    : begin_process(child, &child->process, why);
    if (failed)
        child_close(child);
    else
        *ret = child;
    return failed;
}

void child_close(struct child *child) {
    if (!child)
        return;
    end_process(&child->process);
    if (child->program >= 0)
        close(child->program);
    arena_free(child->talk);
    free(child);
}

const char *child_editions(const struct child *child) { return child->process.editions; }

static bool same_file(const struct stat *a, const struct stat *b) {
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static int replace_process(struct child *child, struct why *why) {
    struct process fresh;
    int failed = begin_process(child, &fresh, why);
    if (failed)
        return failed;
    end_process(&child->process);
    child->process = fresh;
    return 0;
}

int child_refresh(struct child *child, struct why *why) {
    struct stat now;
    if (!child->process.pid || stat(child->settings.kb_file, &now) || same_file(&now, &child->process.kb) || same_file(&now, &child->refused))
        return 0;
    int failed = replace_process(child, why);
    if (failed)
        child->refused = now;
    return failed;
}

/* --- one mail ------------------------------------------------------------------------------------------------------------- */

/* What the daemon knows while a mail is read. asked is NULL until the reader has asked. */
struct talk {
    struct child *child;
    struct span raw;
    struct sender_view view;
    struct sender_memory memory;
    const struct sender_view *asked;
    int failed; /* of recall: the daemon's own trouble, not the reader's */
};

static int answer_recall(struct talk *talk, struct span bytes, struct why *why) {
    struct child *child = talk->child;
    const struct reader_desk *desk = child->settings.desk;
    int failed = talk->asked || bytes.len > RECALL_BYTES ? why_set(why, FAIL_INPUT, "it asks too much")
                                                         : shape_unpack(&view_shape, bytes, child->talk, &talk->view, why);
    if (!failed)
        failed = trust_view(&talk->view, talk->raw, desk, why);
    if (failed)
        return failed;
    talk->asked = &talk->view;
    long long begun = wire_clock_ms();
    talk->failed = desk->recall(desk->recall_context, &talk->view, child->talk, &talk->memory, why);
    child->process.channel.until_ms += wire_clock_ms() - begun; /* a journal that is slow is not the mail's fault */
    return talk->failed ? talk->failed
                        : channel_send(&child->process.channel, MESSAGE_MEMORY, &memory_shape, &talk->memory, MEMORY_BYTES, why);
}

/* ret: the reader's last word on this mail, as it came. */
static int converse(struct talk *talk, bool whole, time_t now, struct span *ret, struct why *why) {
    struct process *process = &talk->child->process;
    const struct read_message request = {.bytes = talk->raw.len, .whole = whole, .now = now};
    process->channel.until_ms = wire_clock_ms() + READING_MS;
    int failed = channel_send(&process->channel, MESSAGE_READ, &read_shape, &request, READ_BYTES, why);
    if (!failed)
        failed = channel_send_bytes(&process->channel, talk->raw, why);
    for (uint32_t kind = 0; !failed && kind != MESSAGE_DONE;) {
        failed = channel_receive(&process->channel, DONE_BYTES, talk->child->talk, &kind, ret, why);
        if (!failed && kind == MESSAGE_RECALL)
            failed = answer_recall(talk, *ret, why);
        else if (!failed && kind != MESSAGE_DONE)
            failed = why_set(why, FAIL_INPUT, "it says something else than it should");
    }
    return failed;
}

static int believe(const struct talk *talk, struct span bytes, struct done_message *ret, struct why *why) {
    int failed = shape_unpack(&done_shape, bytes, talk->child->talk, ret, why);
    if (failed || ret->failed)
        return failed;
    return trust_note(&ret->note, talk->asked, &talk->memory, talk->child->settings.desk, why);
}

/* The process is of no use any more. failed: how the talk with it ended. */
static int bury(struct child *child, int failed, struct why *why) {
    struct why cause = {""};
    if (why)
        cause = *why;
    int status = end_process(&child->process);
    if (failed == FAIL_AGAIN)
        return why_set(why, FAIL_INPUT, "reading it took longer than %d s", READING_MS / 1000);
    if (failed == FAIL_EMPTY)
        return tell_death(status, why);
    return why_set(why, FAIL_INPUT, "the reader's answer can not be used: %s", cause.text);
}

/* What reader_read may say of a mail, in the words of another process. Anything else is the reader's own trouble, over this mail. */
static int pass_on(const struct done_message *done, bool whole, struct why *why) {
    const char *words = done->why && utf8_valid(span_of(done->why)) ? done->why : "";
    if ((done->failed == FAIL_AGAIN && !whole) || done->failed == FAIL_INPUT || done->failed == FAIL_LIMIT)
        return why_set(why, done->failed, "%s", words);
    return why_set(why, FAIL_INPUT, "the reader failed: %s", words);
}

/* One that has read its share goes on where no other can be started: perhaps the knowledge base has been replaced by what is none. */
static int ensure_process(struct child *child, struct why *why) {
    if (!child->process.pid)
        return begin_process(child, &child->process, why);
    if (child->process.mails >= READER_MOST_MAILS && replace_process(child, NULL))
        child->process.mails = 0;
    return 0;
}

int child_read(struct child *child, struct span raw, bool whole, time_t now, struct arena *arena, struct reading_note *ret, bool *ret_died,
               struct why *why) {
    struct talk talk = {.child = child, .raw = raw};
    struct done_message done;
    struct span bytes;
    struct why cause;
    *ret_died = false;
    arena_clear(child->talk);
    int failed = ensure_process(child, why);
    if (failed)
        return failed;
    child->process.mails++;
    failed = converse(&talk, whole, now, &bytes, &cause);
    if (!failed)
        failed = believe(&talk, bytes, &done, &cause);
    if (failed) {
        *ret_died = talk.failed == 0;
        int buried = talk.failed ? (end_process(&child->process), talk.failed) : bury(child, failed, &cause);
        if (why)
            *why = cause;
        return buried;
    }
    if (done.failed)
        return pass_on(&done, whole, why);
    /* It was looked at where it lies; what is kept is a copy of just that. */
    struct span kept = {arena_copy(arena, bytes), bytes.len};
    failed = shape_unpack(&done_shape, kept, arena, &done, why);
    if (!failed)
        *ret = done.note;
    return failed;
}
