#include "mail/oauth.h"

#include <stdlib.h>
#include <string.h>

#include "mail/oauth_answer.h"
#include "mail/oauth_call.h"
#include "mail/oauth_file.h"

struct oauth {
    struct oauth_settings settings;
    struct oauth_tokens tokens;
    unsigned serial;
    bool refused; /* by a mail server */
    bool unsaved; /* fetched, and not in the file yet */
};

int oauth_open(const struct oauth_settings *settings, struct oauth **ret, struct why *why) {
    struct oauth *oauth = calloc(1, sizeof *oauth);
    if (!oauth)
        return why_set(why, FAIL_SYSTEM, "out of memory");
    oauth->settings = *settings;
    *ret = oauth;
    return 0;
}

void oauth_close(struct oauth *oauth) {
    if (!oauth)
        return;
    oauth_tokens_free(&oauth->tokens);
    free(oauth);
}

void oauth_refused(struct oauth *oauth, unsigned serial) { oauth->refused |= serial == oauth->serial; }

int oauth_explain_refusal(const struct oauth *oauth, const char *host, const char *user, const char *said, struct why *why) {
    struct buf words;
    buf_init(&words, 2 * OAUTH_SAID_BYTES);
    oauth_add_said(&words, span_of(said));
    why_set(why, FAIL_CONFIG,
            "%s refused the access token of %s (%s): see that the mailbox allows this program and protocol, then run codingdesk login %s", host,
            user, words.ptr ? words.ptr : "", oauth->settings.provider);
    buf_free(&words);
    return FAIL_CONFIG;
}

/* --- renewing ------------------------------------------------------------------------------------------------------- */

static void adopt(struct oauth *oauth, struct oauth_tokens *tokens) {
    oauth_tokens_free(&oauth->tokens);
    oauth->tokens = *tokens;
    *tokens = (struct oauth_tokens){0};
    oauth->serial++;
    oauth->refused = false;
}

/* Whoever waits for a person at a login never comes here: there is nobody to wait for. */
static int outward(int failed) { return failed == FAIL_EMPTY ? FAIL_AGAIN : failed; }

static int call(const struct oauth *oauth, const char *refresh_token, struct oauth_tokens *ret, struct why *why) {
    const struct oauth_settings *settings = &oauth->settings;
    struct oauth_call call;
    oauth_call_begin(&call);
    oauth_form_add(&call.form, "grant_type", refresh_token ? "refresh_token" : "client_credentials");
    oauth_form_add(&call.form, "refresh_token", refresh_token);
    oauth_form_add(&call.form, "scope", settings->scope);
    int failed = oauth_call(settings, settings->token_url, &call, why);
    if (!failed)
        failed = oauth_read_tokens(call.status, buf_span(&call.body), settings->now(), settings->provider, call.host, NULL, ret, why);
    oauth_call_end(&call);
    return outward(failed);
}

static int save(struct oauth *oauth, struct why *why) {
    int failed = oauth_file_write(&oauth->settings, &oauth->tokens, why);
    oauth->unsaved = failed != 0;
    return failed;
}

/* The file knows best: another process may have fetched a token since, or a person logged in anew. */
static void take_kept(struct oauth *oauth, struct oauth_tokens *kept) {
    bool same = oauth->tokens.access && kept->access && strcmp(kept->access, oauth->tokens.access) == 0;
    bool refused = oauth->refused;
    unsigned serial = oauth->serial;
    adopt(oauth, kept);
    if (same) {
        oauth->serial = serial;
        oauth->refused = refused;
    }
}

static int fetch_by_refresh_token(struct oauth *oauth, struct why *why) {
    struct oauth_tokens fresh;
    int failed = call(oauth, oauth->tokens.refresh, &fresh, why);
    if (failed)
        return failed;
    if (!fresh.refresh) {
        fresh.refresh = oauth->tokens.refresh;
        oauth->tokens.refresh = NULL;
    }
    adopt(oauth, &fresh);
    return save(oauth, why);
}

static bool still_good(const struct oauth *oauth) {
    return oauth->tokens.access && !oauth->refused && !oauth->unsaved && oauth->settings.now() < oauth->tokens.expires_at;
}

static bool needs_no_other(const struct oauth *oauth) {
    return still_good(oauth) && !oauth_tokens_stale(&oauth->tokens, oauth->settings.now());
}

/* Under the lock. */
static int renew_from_file(struct oauth *oauth, struct why *why) {
    struct oauth_tokens kept;
    if (oauth->unsaved)
        return save(oauth, why);
    int failed = oauth_file_read(&oauth->settings, &kept, why);
    if (failed)
        return failed;
    take_kept(oauth, &kept);
    return needs_no_other(oauth) ? 0 : fetch_by_refresh_token(oauth, why);
}

static int renew(struct oauth *oauth, struct why *why) {
    struct oauth_tokens fresh;
    int lock = -1, failed = 0;
    if (oauth->settings.flow == OAUTH_CLIENT_CREDENTIALS) {
        failed = call(oauth, NULL, &fresh, why);
        if (!failed)
            adopt(oauth, &fresh);
        return failed;
    }
    failed = oauth_file_lock(&oauth->settings, &lock, why);
    if (failed)
        return failed;
    failed = renew_from_file(oauth, why);
    oauth_file_unlock(lock);
    return failed;
}

/* Where none can be had now, the one at hand does to its end. */
int oauth_token(struct oauth *oauth, struct oauth_token *ret, struct why *why) {
    int failed = needs_no_other(oauth) ? 0 : renew(oauth, why);
    if (failed && !(failed == FAIL_AGAIN && still_good(oauth)))
        return failed;
    *ret = (struct oauth_token){oauth->tokens.access, oauth->serial};
    return 0;
}
