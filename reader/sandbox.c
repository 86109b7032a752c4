#include "reader/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int refuse(struct why *why, const char *what) {
    return why_set(why, FAIL_SYSTEM, "the reader can not be locked in: %s: %s", what, strerror(errno));
}

/* --- limits -------------------------------------------------------------------------------------------------------- */

/* The hard limit is one more: for processor time that is the difference between SIGXCPU, which tells why, and SIGKILL. */
static int limit(int resource, rlim_t most, const char *name, struct why *why) {
    const struct rlimit both = {most, resource == RLIMIT_CPU ? most + 1 : most};
    return setrlimit((__rlimit_resource_t)resource, &both) ? refuse(why, name) : 0;
}

/* As much address space as the process has already: programs, the knowledge base, what a sanitizer reserves. */
static rlim_t address_space(void) {
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file) {
        if (fscanf(file, "%lu", &pages) != 1)
            pages = 0;
        fclose(file);
    }
    return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

/* RLIMIT_NPROC does not hold for root: there it is the table below that forbids processes. */
static int set_limits(rlim_t used, struct why *why) {
    const struct {
        int resource;
        rlim_t most;
        const char *name;
    } limits[] = {
        {RLIMIT_AS, used + SANDBOX_GROWTH_BYTES, "RLIMIT_AS"}, {RLIMIT_CPU, SANDBOX_CPU_S, "RLIMIT_CPU"}, {RLIMIT_FSIZE, 0, "RLIMIT_FSIZE"},
        {RLIMIT_NPROC, 0, "RLIMIT_NPROC"},                     {RLIMIT_NOFILE, 0, "RLIMIT_NOFILE"},
    };
    int failed = 0;
    for (size_t i = 0; i < sizeof limits / sizeof *limits && !failed; i++)
        failed = limit(limits[i].resource, limits[i].most, limits[i].name, why);
    return failed;
}

/* --- Landlock: no file and no port, whatever the calls allow ------------------------------------------------------------- */

/* linux/landlock.h of the machine that builds may be older than the kernel that runs. */
enum { LANDLOCK_CREATE = 444, LANDLOCK_RESTRICT = 446, LANDLOCK_VERSION = 1, LANDLOCK_VERSIONS = 6 };

struct landlock_rights {
    uint64_t files, ports, scopes;
};

/* All that a version can forbid; index 0 is version 1. Newer kernels still take the newest of these. */
static const struct landlock_rights rights_by_version[LANDLOCK_VERSIONS] = {
    {0x1FFF, 0, 0}, {0x3FFF, 0, 0}, {0x7FFF, 0, 0}, {0x7FFF, 3, 0}, {0xFFFF, 3, 0}, {0xFFFF, 3, 3},
};

static int enter_landlock(struct why *why) {
    long version = syscall(LANDLOCK_CREATE, NULL, 0, LANDLOCK_VERSION);
    if (version < 1)
        return 0;
    const struct landlock_rights *rights = &rights_by_version[(version < LANDLOCK_VERSIONS ? version : LANDLOCK_VERSIONS) - 1];
    int rules = (int)syscall(LANDLOCK_CREATE, rights, sizeof *rights, 0);
    if (rules < 0)
        return refuse(why, "Landlock");
    bool entered = syscall(LANDLOCK_RESTRICT, rules, 0) == 0;
    close(rules);
    return entered ? 0 : refuse(why, "Landlock");
}

/* --- seccomp ------------------------------------------------------------------------------------------------------------- */

/* What a reading was seen to need (strace over all mails at hand): the socket, pages of the knowledge base, memory, its own end. */
static const int always[] = {
    SCMP_SYS(pread64),        /* where the knowledge base is not mapped; the file is open already */
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(getpid),         /* abort */
    SCMP_SYS(gettid),         /* abort */
    SCMP_SYS(rt_sigprocmask), /* abort */
    SCMP_SYS(sysinfo),        /* qsort asks how much memory there is */
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit_group),
};

/* What a sanitizer does beside it: look at its stacks, and report. */
static const int when_sanitized[] = {
    SCMP_SYS(madvise), SCMP_SYS(mprotect), SCMP_SYS(futex), SCMP_SYS(sigaltstack), SCMP_SYS(rt_sigaction), SCMP_SYS(sched_yield),
};

static int allow_calls(scmp_filter_ctx filter, const int *calls, size_t count) {
    int error = 0;
    for (size_t i = 0; i < count && !error; i++)
        error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
    return error;
}

/* No memory may be made executable, nothing may be written but into the channel, and no signal sent but the one of abort to itself. The
 * channel's calls take the flags that we use and no others: urgent data on such sockets (MSG_OOB) has let processes out of a sandbox
 * (CVE-2025-38236). */
static int allow_some(scmp_filter_ctx filter, int channel_fd) {
    const scmp_datum_t channel = (scmp_datum_t)channel_fd;
    int error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(recvfrom), 2, SCMP_A0(SCMP_CMP_EQ, channel), SCMP_A3(SCMP_CMP_EQ, 0));
    if (!error)
        error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(sendto), 3, SCMP_A0(SCMP_CMP_EQ, channel),
                                 SCMP_A3(SCMP_CMP_EQ, MSG_NOSIGNAL), SCMP_A4(SCMP_CMP_EQ, 0));
    if (!error)
        error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    if (!error)
        error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 2, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()),
                                 SCMP_A2(SCMP_CMP_EQ, SIGABRT));
    if (!error)
        error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, STDERR_FILENO));
    return error;
}

static int enter_seccomp(int channel_fd, struct why *why) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!filter)
        return refuse(why, "libseccomp");
    int error = allow_calls(filter, always, sizeof always / sizeof *always);
    if (!error && SANITIZED)
        error = allow_calls(filter, when_sanitized, sizeof when_sanitized / sizeof *when_sanitized);
    if (!error)
        error = allow_some(filter, channel_fd);
    if (!error)
        error = seccomp_load(filter);
    seccomp_release(filter);
    errno = -error;
    return error ? refuse(why, "seccomp") : 0;
}

/* --- the order of it ----------------------------------------------------------------------------------------------------- */

int sandbox_begin(int channel_fd, struct why *why) {
    const struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) || prctl(PR_SET_DUMPABLE, 0) || prctl(PR_SET_PDEATHSIG, SIGKILL))
        return refuse(why, "prctl");
    prctl(PR_SET_NAME, "codingdesk-read"); /* otherwise the number it was executed by */
    close_range((unsigned)channel_fd + 1, ~0u, 0);
    return 0;
}

/* What libraries complain of on stderr may hold what they were given to read: it goes nowhere. A sanitizer's report is for us. */
static int silence(struct why *why) {
    int nowhere = SANITIZED ? STDERR_FILENO : open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere == STDERR_FILENO)
        return 0;
    if (nowhere < 0 || dup2(nowhere, STDERR_FILENO) < 0)
        return refuse(why, "/dev/null");
    close(nowhere);
    return 0;
}

int sandbox_enter(int channel_fd, struct why *why) {
    rlim_t used = address_space();
    int failed = used ? silence(why) : refuse(why, "/proc/self/statm can not be read");
    if (!failed && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        failed = refuse(why, "no_new_privs");
    if (!failed)
        failed = enter_landlock(why);
    if (!failed)
        failed = set_limits(used, why);
    return failed ? failed : enter_seccomp(channel_fd, why);
}
