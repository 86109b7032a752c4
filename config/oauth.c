/* Logging in: what belongs together, what contradicts, and what a provider stands for. */
#include "config/settings.h"

static bool is_set(const struct loading *loading, const char *key) { return loading_value(loading, key) != NULL; }

static void need(struct loading *loading, const char *key, const char *because, const char *what_to_do) {
    if (!is_set(loading, key))
        mistake_at_key(loading, key, "is missing, but %s; %s", because, what_to_do);
}

static void refuse(struct loading *loading, const char *key, const char *because) {
    if (is_set(loading, key))
        mistake_at_key(loading, key, "is set, but %s; remove one of them", because);
}

static void check_imap_login(struct loading *loading, const struct config *config) {
    if (config->imap.login == CONFIG_OAUTH)
        refuse(loading, "imap.password_file", "imap.login is \"oauth\"");
    else if (!is_set(loading, "imap.password_file"))
        mistake_at_key(loading, "imap.password_file", "is missing; add it, as in \"imap.password\"");
}

static void check_smtp_login(struct loading *loading, const struct config *config) {
    if (config->smtp.login == CONFIG_OAUTH) {
        refuse(loading, "smtp.password_file", "smtp.login is \"oauth\"");
        need(loading, "smtp.user", "smtp.login is \"oauth\"", "write the login");
        return;
    }
    if (is_set(loading, "smtp.user"))
        need(loading, "smtp.password_file", "smtp.user is set", "name the file that holds its password");
    if (is_set(loading, "smtp.password_file"))
        need(loading, "smtp.user", "smtp.password_file is set", "write the login");
}

static void check_flow(struct loading *loading, const struct config_oauth *oauth) {
    if (oauth->flow == CONFIG_REFRESH) {
        need(loading, "oauth.token_file", "the flow is refresh", "name a file that codingdeskd may write, /var/lib/codingdesk/token.json");
        return;
    }
    need(loading, "oauth.client_secret_file", "the flow is client_credentials", "name the file that holds the secret of the registration");
    refuse(loading, "oauth.token_file", "the flow is client_credentials, which keeps no file");
    if (oauth->provider == CONFIG_GOOGLE)
        mistake_at_key(loading, "oauth.flow", "is client_credentials, which Google has not; write \"refresh\"");
    if (oauth->provider == CONFIG_MICROSOFT)
        need(loading, "oauth.tenant", "the flow is client_credentials", "write the id of your organisation");
}

static void check_provider(struct loading *loading, const struct config_oauth *oauth) {
    static const char *const of_custom[] = {"oauth.token_url", "oauth.device_url", "oauth.browser_url", "oauth.scope"};
    need(loading, "oauth.client_id", "oauth.provider is set", "write the name under which the program was registered");
    for (size_t i = 0; oauth->provider != CONFIG_CUSTOM && i < sizeof of_custom / sizeof *of_custom; i++)
        refuse(loading, of_custom[i], "oauth.provider is not \"custom\" and has its own");
    if (oauth->provider == CONFIG_CUSTOM)
        need(loading, "oauth.token_url", "oauth.provider is \"custom\"", "write the address that gives tokens");
    if (oauth->provider != CONFIG_MICROSOFT)
        refuse(loading, "oauth.tenant", "oauth.provider is not \"microsoft\"");
    if (oauth->provider == CONFIG_GOOGLE)
        need(loading, "oauth.client_secret_file", "oauth.provider is \"google\"", "name the file that holds the secret of the registration");
    if (is_set(loading, "oauth.device_url"))
        refuse(loading, "oauth.browser_url", "oauth.device_url is set");
    check_flow(loading, oauth);
}

void check_logins(struct loading *loading, const struct config *config) {
    bool wanted = config->imap.login == CONFIG_OAUTH || config->smtp.login == CONFIG_OAUTH;
    check_imap_login(loading, config);
    check_smtp_login(loading, config);
    if (config->oauth.provider != CONFIG_NO_PROVIDER)
        check_provider(loading, &config->oauth);
    if (wanted)
        need(loading, "oauth.provider", "a login is \"oauth\"", "write \"microsoft\", \"google\" or \"custom\"");
    else
        refuse(loading, "oauth.provider", "neither imap.login nor smtp.login is \"oauth\"");
}

/* --- what a provider stands for ----------------------------------------------------------------------------------- */

/* learn.microsoft.com, "Authenticate an IMAP, POP or SMTP connection using OAuth". */
static void apply_microsoft(struct arena *arena, struct config_oauth *ret) {
    const char *tenant = ret->tenant ? ret->tenant : "organizations";
    ret->token_url = arena_printf(arena, "https://login.microsoftonline.com/%s/oauth2/v2.0/token", tenant);
    ret->device_url = arena_printf(arena, "https://login.microsoftonline.com/%s/oauth2/v2.0/devicecode", tenant);
    ret->scope = ret->flow == CONFIG_CLIENT_CREDENTIALS
                     ? "https://outlook.office365.com/.default"
                     : "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access";
}

/* developers.google.com, "OAuth 2.0 for iOS and desktop apps". Its device codes are not for mail, so there is a browser. */
static void apply_google(struct config_oauth *ret) {
    ret->token_url = "https://oauth2.googleapis.com/token";
    ret->browser_url = "https://accounts.google.com/o/oauth2/v2/auth";
    ret->scope = "https://mail.google.com/";
}

void provider_apply(struct loading *loading, struct config *ret) {
    struct config_oauth *oauth = &ret->oauth;
    if (oauth->provider == CONFIG_NO_PROVIDER)
        return;
    oauth->provider_name = name_text(setting_words(SETTING_PROVIDER), (int)oauth->provider);
    if (oauth->provider == CONFIG_MICROSOFT)
        apply_microsoft(loading->arena, oauth);
    if (oauth->provider == CONFIG_GOOGLE)
        apply_google(oauth);
}
