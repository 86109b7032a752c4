/* oauth_file.h - where tokens are kept between runs: one JSON object, mode 0600, written beside and renamed, on the disk before it is used.
 *     {"token_url", "client_id", "refresh_token", "access_token", "obtained_at", "expires_at"}
 * Whose tokens they are is part of it: one made for another client or server is never sent. Written by root, the file belongs to whom its
 * folder belongs, so that the administrator logs in and the service uses it.
 * Order: oauth_file_lock, (read, write)*, oauth_file_unlock. The lock is FILE.lock: the file itself is another after each writing. */
#ifndef MAIL_OAUTH_FILE_H
#define MAIL_OAUTH_FILE_H

#include "mail/oauth.h"
#include "mail/oauth_answer.h"

/* FAIL_AGAIN: another process has held it for longer than its own calls may take. FAIL_CONFIG: it can not be made. */
int oauth_file_lock(const struct oauth_settings *, int *ret_fd, struct why *why);
void oauth_file_unlock(int fd);

/* FAIL_CONFIG: there is none, it can not be read, others may read it, it is of another client, or is none of ours. */
int oauth_file_read(const struct oauth_settings *, struct oauth_tokens *ret, struct why *why);

/* FAIL_AGAIN: not now (a full disk); what was there still is. */
int oauth_file_write(const struct oauth_settings *, const struct oauth_tokens *, struct why *why);

#endif
