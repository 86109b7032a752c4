/* log.h - one line an event on stderr, with the priority mark that journald reads when it listens there. Never the text of a question,
 * never a secret. */
#ifndef DAEMON_LOG_H
#define DAEMON_LOG_H

enum log_level { LOG_LEVEL_ERROR = 3, LOG_LEVEL_WARNING = 4, LOG_LEVEL_NOTICE = 5, LOG_LEVEL_DETAIL = 6 };

void log_open(enum log_level most_detailed);
__attribute__((format(printf, 2, 3))) void log_line(enum log_level, const char *format, ...);

#endif
