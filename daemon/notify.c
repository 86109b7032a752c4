#include "daemon/notify.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/span.h"

static void say(const char *message) {
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    struct span path = span_of(getenv("NOTIFY_SOCKET"));
    if (path.len == 0 || path.len >= sizeof to.sun_path)
        return;
    memcpy(to.sun_path, path.ptr, path.len);
    if (to.sun_path[0] == '@')
        to.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path.len);
    /* Nobody listening is no failure of ours. */
    (void)!sendto(fd, message, strlen(message), MSG_NOSIGNAL, (const struct sockaddr *)&to, size);
    close(fd);
}

void notify_ready(void) { say("READY=1"); }

void notify_stopping(void) { say("STOPPING=1"); }

void notify_status(const char *format, ...) {
    char status[256] = "STATUS=";
    size_t start = strlen(status);
    va_list args;
    va_start(args, format);
    vsnprintf(status + start, sizeof status - start, format, args);
    va_end(args);
    say(status);
}
