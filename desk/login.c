/* codingdesk login: a person lets the program into the mailbox, once, and sees what works. mail/oauth_login.h has the two ways. */
#include <signal.h>
#include <sodium.h>
#include <time.h>
#include <unistd.h>

#include "desk/account.h"
#include "desk/command.h"
#include "desk/lines.h"
#include "mail/imap.h"
#include "mail/oauth_file.h"
#include "mail/oauth_login.h"
#include "mail/smtp_link.h"
#include "reader/servers.h"

enum { PASTES_MOST = 3, MINUTE_S = 60 };

struct login {
    struct desk *desk;
    bool json;
    struct oauth_settings settings;
};

static time_t now(void) { return time(NULL); }

/* --- letting it in -------------------------------------------------------------------------------------------------- */

static void show_code(const struct login *login, const struct oauth_device *device) {
    if (login->json) {
        desk_print_json(json_pack("{s:s, s:s, s:i, s:i}", "verification_uri", device->uri, "user_code", device->user_code, "expires_in",
                                  device->expires_in_s, "interval", device->interval_s));
    } else {
        printf("Open   %s\nEnter  %s%s%s\nThere log in as the user of the mailbox, within %d minutes. Waiting ...\n", device->uri,
               login->desk->bold, device->user_code, login->desk->plain, device->expires_in_s / MINUTE_S);
    }
    fflush(stdout);
}

/* Until the person has entered the code, refused, or let it expire. */
static int await_code(const struct login *login, struct oauth_device *device, struct why *why) {
    time_t until = now() + device->expires_in_s;
    int failed = FAIL_EMPTY;
    while (failed == FAIL_EMPTY || failed == FAIL_AGAIN) {
        if (now() + device->interval_s > until)
            return why_set(why, FAIL_CONFIG, "the code was not entered in time: run codingdesk login %s again", login->settings.provider);
        sleep((unsigned)device->interval_s);
        failed = oauth_device_poll(&login->settings, device, why);
        if (failed == FAIL_AGAIN)
            desk_complain(0, "%s; asking again in %d s", why->text, device->interval_s);
    }
    return failed;
}

static int log_in_by_code(const struct login *login, struct why *why) {
    struct oauth_device device;
    int failed = oauth_device_begin(&login->settings, &device, why);
    if (failed)
        return failed;
    show_code(login, &device);
    failed = await_code(login, &device, why);
    oauth_device_free(&device);
    return failed;
}

static void show_address(const struct login *login, const struct oauth_browser *browser) {
    if (login->json)
        desk_print_json(json_pack("{s:s}", "browser_url", browser->url));
    else
        printf("Open this address in a browser, on any machine, and log in there as the user of the mailbox:\n\n%s\n\n"
               "At the end the browser shows an error, since nothing answers at 127.0.0.1. Paste the address it shows then:\n", browser->url);
    fflush(stdout);
}

static int log_in_by_browser(const struct login *login, struct why *why) {
    struct oauth_browser browser;
    struct span pasted;
    int failed = oauth_browser_begin(&login->settings, &browser, why);
    if (failed)
        return failed;
    show_address(login, &browser);
    struct lines *lines = lines_open(NULL);
    failed = FAIL_INPUT;
    why_set(why, FAIL_INPUT, "no address was pasted");
    for (int i = 0; i < PASTES_MOST && failed == FAIL_INPUT && lines_next(lines, &pasted) == LINE_READ; i++) {
        failed = oauth_browser_finish(&login->settings, &browser, pasted, why);
        if (failed == FAIL_INPUT)
            desk_complain(0, "%s", why->text);
    }
    lines_close(lines);
    sodium_memzero(&browser, sizeof browser);
    return failed;
}

/* As the program itself there is nobody to ask. */
static int let_in(const struct login *login, struct why *why) {
    if (login->settings.flow == OAUTH_CLIENT_CREDENTIALS)
        return 0;
    if (login->settings.device_url)
        return log_in_by_code(login, why);
    if (login->settings.browser_url)
        return log_in_by_browser(login, why);
    return why_set(why, FAIL_CONFIG, "oauth.device_url or oauth.browser_url is needed to log in; set one of them");
}

/* --- what works ----------------------------------------------------------------------------------------------------- */

struct trial {
    const char *name, *host;
    int failed;
    struct why why;
};

static int try_imap(const struct config *config, struct oauth *oauth, struct why *why) {
    const struct wire_settings server = servers_wire(&config->imap);
    const struct imap_login login = {config->imap.user, config->imap.password, servers_login(&config->imap, oauth)};
    struct imap *imap = NULL;
    int failed = imap_open(&server, &login, &imap, why);
    imap_close(imap);
    return failed;
}

static int try_smtp(const struct config *config, struct oauth *oauth, struct why *why) {
    const struct outbox_settings settings = {.server = servers_wire(&config->smtp),
                                             .user = config->smtp.user,
                                             .password = config->smtp.password,
                                             .oauth = servers_login(&config->smtp, oauth),
                                             .envelope_from = config->envelope_from,
                                             .connections = 1};
    return smtp_link_try(&settings, why);
}

/* The end of the token at hand, 0 where none is kept. */
static time_t kept_until(const struct login *login) {
    struct oauth_tokens tokens = {0};
    if (!login->settings.token_file || oauth_file_read(&login->settings, &tokens, NULL))
        return 0;
    time_t ret = tokens.expires_at;
    oauth_tokens_free(&tokens);
    return ret;
}

static void print_trials(const struct login *login, const struct trial *trials, size_t count) {
    const char *file = login->settings.token_file;
    time_t until = kept_until(login);
    if (!login->json && file)
        account_line(login->desk, "tokens", until ? arena_printf(login->desk->arena, "in %s, renewed before %s", file,
                                                                 desk_time(login->desk, until)) : "none that can be used");
    json_t *object = json_pack("{s:s, s:o, s:o}", "provider", login->settings.provider, "token_file", desk_json(login->desk, file),
                               "expires_at", until ? json_integer((json_int_t)until) : json_null());
    for (size_t i = 0; i < count; i++) {
        const struct trial *trial = &trials[i];
        json_object_set_new(object, trial->name, json_pack("{s:s, s:b, s:o}", "host", trial->host, "works", !trial->failed, "why",
                                                           desk_json(login->desk, trial->failed ? trial->why.text : NULL)));
        if (!login->json)
            account_line(login->desk, trial->name, trial->failed ? trial->why.text : arena_printf(login->desk->arena, "%s: works", trial->host));
    }
    if (login->json)
        desk_print_json(object);
    else
        json_decref(object);
}

static int try_all(const struct login *login, struct why *why) {
    const struct config *config = &login->desk->config;
    struct trial trials[] = {{.name = "imap", .host = config->imap.host}, {.name = "smtp", .host = config->smtp.host}};
    struct oauth *oauth = NULL;
    int failed = oauth_open(&login->settings, &oauth, why);
    if (failed)
        return failed;
    trials[0].failed = try_imap(config, oauth, &trials[0].why);
    trials[1].failed = try_smtp(config, oauth, &trials[1].why);
    oauth_close(oauth);
    print_trials(login, trials, sizeof trials / sizeof *trials);
    failed = trials[0].failed ? trials[0].failed : trials[1].failed;
    return failed ? why_set(why, failed, "not every login works") : 0;
}

/* --- the command ---------------------------------------------------------------------------------------------------- */

static int check(struct desk *desk, const struct invocation *invocation) {
    const struct config_oauth *oauth = &desk->config.oauth;
    bool status = option_given(invocation, "--status");
    if (!desk->config_file)
        return desk_complain(FAIL_INPUT, "whose mailbox? codingdesk --config FILE login PROVIDER");
    if (oauth->provider == CONFIG_NO_PROVIDER)
        return desk_complain(FAIL_CONFIG, "%s: nothing logs in with tokens; set imap.login to \"oauth\" and oauth.provider", desk->config_file);
    if (!status && invocation->operand_count == 0)
        return desk_complain(FAIL_INPUT, "which provider? codingdesk --config %s login %s", desk->config_file, oauth->provider_name);
    if (invocation->operand_count > 0 && strcmp(invocation->operands[0], oauth->provider_name) != 0)
        return desk_complain(FAIL_INPUT, "%s: oauth.provider is %s, not %s", desk->config_file, oauth->provider_name,
                             invocation->operands[0]);
    return 0;
}

int login_run(struct desk *desk, const struct invocation *invocation) {
    struct why why = {""};
    int failed = check(desk, invocation);
    if (failed)
        return failed;
    if (sodium_init() < 0)
        return desk_complain(FAIL_SYSTEM, "libsodium can not be used on this machine");
    signal(SIGPIPE, SIG_IGN);
    const struct login login = {desk, option_given(invocation, "--json"), servers_oauth(&desk->config.oauth, now)};
    if (!option_given(invocation, "--status"))
        failed = let_in(&login, &why);
    if (!failed)
        failed = try_all(&login, &why);
    return failed ? desk_complain(failed, "%s", why.text) : 0;
}
