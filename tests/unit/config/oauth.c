/* Logins by password and by token: what a provider stands for, and what is told of settings that contradict each other. */
#include "tests/unit/config/scratch.h"

#define IMAP "\"host\": \"h\", \"user\": \"u\""
#define DESK(imap, smtp, oauth)                                                                                                            \
    "{\"address\": \"a@example.org\",\n\"imap\": {" IMAP imap "},\n\"smtp\": {\"host\": \"h\"" smtp "},\n\"oauth\": {" oauth "}}"
#define BY_TOKEN ", \"login\": \"oauth\""
#define BY_PASSWORD ", \"password_file\": \"pw\""
#define CLIENT "\"client_id\": \"id\", "
#define FILE_OF "\"token_file\": \"/t.json\""
#define MICROSOFT "\"provider\": \"microsoft\", " CLIENT
#define CUSTOM "\"provider\": \"custom\", " CLIENT "\"token_url\": \"https://a.example/token\", "
#define APP "\"flow\": \"client_credentials\", \"client_secret_file\": \"pw\""

static const struct {
    const char *name, *text;
    const char *token_url, *device_url, *browser_url, *scope;
} good[] = {
    {"microsoft", DESK(BY_TOKEN, "", MICROSOFT FILE_OF), "https://login.microsoftonline.com/organizations/oauth2/v2.0/token",
     "https://login.microsoftonline.com/organizations/oauth2/v2.0/devicecode", NULL,
     "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access"},
    {"microsoft with a tenant", DESK(BY_TOKEN, ", \"user\": \"u\"" BY_TOKEN, MICROSOFT "\"tenant\": \"clinic.example\", " FILE_OF),
     "https://login.microsoftonline.com/clinic.example/oauth2/v2.0/token",
     "https://login.microsoftonline.com/clinic.example/oauth2/v2.0/devicecode", NULL,
     "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access"},
    {"microsoft as the program itself", DESK(BY_TOKEN, "", MICROSOFT "\"tenant\": \"t\", " APP),
     "https://login.microsoftonline.com/t/oauth2/v2.0/token", "https://login.microsoftonline.com/t/oauth2/v2.0/devicecode", NULL,
     "https://outlook.office365.com/.default"},
    {"google", DESK(BY_TOKEN, "", "\"provider\": \"google\", " CLIENT "\"client_secret_file\": \"pw\", " FILE_OF),
     "https://oauth2.googleapis.com/token", NULL, "https://accounts.google.com/o/oauth2/v2/auth", "https://mail.google.com/"},
    {"custom", DESK(BY_TOKEN, "", CUSTOM "\"device_url\": \"https://a.example/d\", \"scope\": \"mail\", " FILE_OF),
     "https://a.example/token", "https://a.example/d", NULL, "mail"},
    {"custom with a browser", DESK(BY_TOKEN, "", CUSTOM "\"browser_url\": \"https://a.example/b\", " FILE_OF), "https://a.example/token",
     NULL, "https://a.example/b", NULL},
    {"a token for one, a password for the other", DESK(BY_TOKEN, ", \"user\": \"u\"" BY_PASSWORD, CUSTOM FILE_OF),
     "https://a.example/token", NULL, NULL, NULL},
    {"passwords", DESK(BY_PASSWORD, "", ""), NULL, NULL, NULL, NULL},
};

static bool same(const char *a, const char *b) { return a == b || (a && b && strcmp(a, b) == 0); }

static void a_provider_stands_for_its_addresses(void **state) {
    struct scratch *s = *state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        const struct config_oauth *oauth = &s->config.oauth;
        if (load(s, good[i].text))
            fail_msg("%s: %s", good[i].name, report_of(s));
        if (!same(oauth->token_url, good[i].token_url) || !same(oauth->device_url, good[i].device_url) ||
            !same(oauth->browser_url, good[i].browser_url) || !same(oauth->scope, good[i].scope))
            fail_msg("%s: %s %s %s %s", good[i].name, oauth->token_url, oauth->device_url, oauth->browser_url, oauth->scope);
    }
}

static const struct {
    const char *name, *text, *report;
} bad[] = {
    {"no password", DESK("", "", ""), "desk.json:2: imap.password_file: is missing; add it, as in \"imap.password\"\n"},
    {"password and token", DESK(BY_TOKEN BY_PASSWORD, "", CUSTOM FILE_OF),
     "desk.json:2: imap.password_file: is set, but imap.login is \"oauth\"; remove one of them\n"},
    {"password and token for sending", DESK(BY_PASSWORD, ", \"user\": \"u\"" BY_TOKEN BY_PASSWORD, CUSTOM FILE_OF),
     "desk.json:3: smtp.password_file: is set, but smtp.login is \"oauth\"; remove one of them\n"},
    {"a token for nobody", DESK(BY_PASSWORD, BY_TOKEN, CUSTOM FILE_OF),
     "desk.json:3: smtp.user: is missing, but smtp.login is \"oauth\"; write the login\n"},
    {"tokens from nowhere", DESK(BY_TOKEN, "", ""),
     "desk.json:4: oauth.provider: is missing, but a login is \"oauth\"; write \"microsoft\", \"google\" or \"custom\"\n"},
    {"tokens that nobody uses", DESK(BY_PASSWORD, "", CUSTOM FILE_OF),
     "desk.json:4: oauth.provider: is set, but neither imap.login nor smtp.login is \"oauth\"; remove one of them\n"},
    {"unknown words", DESK(", \"login\": \"token\"" BY_PASSWORD, "", "\"provider\": \"yahoo\", \"flow\": \"password\""),
     "desk.json:2: imap.login: \"token\" is none; write \"password\" or \"oauth\"\n"
     "desk.json:4: oauth.provider: \"yahoo\" is none; write \"microsoft\", \"google\" or \"custom\"\n"
     "desk.json:4: oauth.flow: \"password\" is none; write \"refresh\" or \"client_credentials\"\n"
     "desk.json:4: oauth.provider: is set, but neither imap.login nor smtp.login is \"oauth\"; remove one of them\n"},
    {"no client and no file", DESK(BY_TOKEN, "", "\"provider\": \"microsoft\""),
     "desk.json:4: oauth.client_id: is missing, but oauth.provider is set; write the name under which the program was registered\n"
     "desk.json:4: oauth.token_file: is missing, but the flow is refresh; name a file that codingdeskd may write, "
     "/var/lib/codingdesk/token.json\n"},
    {"own addresses for a provider we know", DESK(BY_TOKEN, "", MICROSOFT "\"token_url\": \"https://x\", \"scope\": \"y\", " FILE_OF),
     "desk.json:4: oauth.token_url: is set, but oauth.provider is not \"custom\" and has its own; remove one of them\n"
     "desk.json:4: oauth.scope: is set, but oauth.provider is not \"custom\" and has its own; remove one of them\n"},
    {"custom without an address", DESK(BY_TOKEN, "", "\"provider\": \"custom\", " CLIENT FILE_OF),
     "desk.json:4: oauth.token_url: is missing, but oauth.provider is \"custom\"; write the address that gives tokens\n"},
    {"an address without TLS", DESK(BY_TOKEN, "", "\"provider\": \"custom\", " CLIENT "\"token_url\": \"http://x/\", " FILE_OF),
     "desk.json:4: oauth.token_url: \"http://x/\" is none; write an address that begins with https://\n"},
    {"a tenant elsewhere", DESK(BY_TOKEN, "", CUSTOM "\"tenant\": \"t\", " FILE_OF),
     "desk.json:4: oauth.tenant: is set, but oauth.provider is not \"microsoft\"; remove one of them\n"},
    {"a tenant with a path", DESK(BY_TOKEN, "", MICROSOFT "\"tenant\": \"a/b\", " FILE_OF),
     "desk.json:4: oauth.tenant: \"a/b\" is none; write a name of letters, digits, dots, hyphens, underscores and at signs\n"},
    {"two ways to log in", DESK(BY_TOKEN, "", CUSTOM "\"device_url\": \"https://x\", \"browser_url\": \"https://y\", " FILE_OF),
     "desk.json:4: oauth.browser_url: is set, but oauth.device_url is set; remove one of them\n"},
    {"google without a secret", DESK(BY_TOKEN, "", "\"provider\": \"google\", " CLIENT FILE_OF),
     "desk.json:4: oauth.client_secret_file: is missing, but oauth.provider is \"google\"; name the file that holds the secret of the "
     "registration\n"},
    {"google as the program itself", DESK(BY_TOKEN, "", "\"provider\": \"google\", " CLIENT APP),
     "desk.json:4: oauth.flow: is client_credentials, which Google has not; write \"refresh\"\n"},
    {"the program itself, with a file", DESK(BY_TOKEN, "", CUSTOM APP ", " FILE_OF),
     "desk.json:4: oauth.token_file: is set, but the flow is client_credentials, which keeps no file; remove one of them\n"},
    {"the program itself, without a secret or a tenant", DESK(BY_TOKEN, "", MICROSOFT "\"flow\": \"client_credentials\""),
     "desk.json:4: oauth.client_secret_file: is missing, but the flow is client_credentials; name the file that holds the secret of the "
     "registration\n"
     "desk.json:4: oauth.tenant: is missing, but the flow is client_credentials; write the id of your organisation\n"},
};

static void contradictions_are_told(void **state) {
    struct scratch *s = *state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int failed = load(s, bad[i].text);
        if (failed == FAIL_CONFIG && strcmp(report_of(s), bad[i].report) == 0)
            continue;
        wrong++;
        print_error("%s: %d\n%s", bad[i].name, failed, report_of(s));
    }
    assert_int_equal(wrong, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_provider_stands_for_its_addresses, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(contradictions_are_told, scratch_make, scratch_remove),
    };
    return cmocka_run_group_tests_name("config.oauth", tests, NULL, NULL);
}
