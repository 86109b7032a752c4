/* notify.h - tell systemd how we are (sd_notify(3)'s protocol: a datagram to $NOTIFY_SOCKET). Silent without systemd. */
#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H

void notify_ready(void);
void notify_stopping(void);
__attribute__((format(printf, 1, 2))) void notify_status(const char *format, ...);

#endif
