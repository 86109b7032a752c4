#include "config/settings.h"

#define AT(member) offsetof(struct config, member)
#define KIB 1024L
#define MIB (1024L * 1024)
#define MILLION 1000000L

/* One line a setting. The parser, the example file and docs/SETTINGS.md come from here.
 *   key, type, place, min, max, unit, default, example of a required one, what it is and why this default */
const struct setting settings[] = {
    {"account", SETTING_NAME, AT(account), 1, 64, NULL, "default", NULL,
     "The name of this mailbox in the journal. Each mailbox has a configuration file and a process of its own; change the name for the "
     "second one."},
    {"address", SETTING_ADDRESS, AT(address), 3, 254, NULL, NULL, "coding-questions@example.org",
     "The address people write to, and the one answers come from."},
    {"name", SETTING_TEXT, AT(name), 0, 200, NULL, "Coding desk", NULL, "The display name beside the address in an answer."},
    {"aliases", SETTING_ADDRESSES, AT(aliases), 0, 100, "addresses", NULL, NULL,
     "Further addresses that reach this mailbox. Mail that names none of the desk's addresses is not answered by itself."},
    {"authserv_id", SETTING_NAME, AT(authserv_id), 1, 253, NULL, NULL, NULL,
     "The name that your mail server writes first in the Authentication-Results fields it adds (RFC 8601): look at any mail of the desk. "
     "Set, a mail whose sender the server found to be forged (dmarc=fail) goes to a person, and only who it found to be true may go on from "
     "an earlier answer. The server must remove such fields of its own name from mail that comes in. Not set: nothing can be found out about "
     "a sender, and who answers a mail of the desk goes on from it when he writes from the address it went to."},
    {"reply_to_allowed", SETTING_DOMAINS, AT(reply_to_allowed), 0, 100, "domains", NULL, NULL,
     "Domains, with those below them, to which an answer may go because Reply-To says so, whoever sent the mail; a web form or a ticket "
     "system needs it. Otherwise Reply-To is followed only within the domain of From: it would let anybody have our answers sent to a third "
     "person."},
    {"acknowledge", SETTING_FLAG, AT(acknowledge), 0, 0, NULL, "true", NULL,
     "Whether the asker of a question that goes to a person is told so, with the answers that are sure where the mail asks several things. "
     "true: nobody wonders whether the mail arrived. false: the asker hears nothing until that person writes; for a mailbox that gets much "
     "spam, whose forged senders would otherwise get mail they never asked for."},
    {"answer_confidence", SETTING_NUMBER, AT(answer_confidence), 0, 100, "percent", "40", NULL,
     "How sure an answer has to be to go out by itself; what is less sure goes to a person, with a draft. The percentage is the lower "
     "of two: how far the facts found decide what was asked (95 a verdict, 75 the facts that bear on it, 50 a part of it, 25 a guess), and how "
     "plainly the mail asked it and named its codes. It is no measured rate of right answers. A higher figure leaves more to that person, 100 "
     "nearly all; 0 only what the knowledge base has no answer to. To choose it, begin with 60 and read the drafts: the reason of a held mail "
     "tells its figure, \"not sure enough (50 %)\". Where drafts of one figure need no change, set it to that figure."},

    {"imap.host", SETTING_HOST, AT(imap.host), 1, 253, NULL, NULL, "imap.example.org",
     "The server that holds the mailbox, by the name its certificate bears."},
    {"imap.port", SETTING_NUMBER, AT(imap.port), 1, 65535, NULL, "993", NULL, "993 goes with tls, 143 with starttls."},
    {"imap.security", SETTING_SECURITY, AT(imap.security), 0, 0, NULL, "tls", NULL,
     "tls: encrypted from the first byte. starttls: encrypted before anything secret is said; a server without it is refused. "
     "plain: not encrypted, for a server on this very machine alone. There is no way to leave the certificate unchecked."},
    {"imap.ca_file", SETTING_PATH, AT(imap.ca_file), 1, 4000, NULL, NULL, NULL,
     "Certificates (PEM) to trust for this server instead of the system's. One small file also saves 25 ms of work a connection."},
    {"imap.user", SETTING_TEXT, AT(imap.user), 1, 320, NULL, NULL, "coding-questions@example.org", "The login of the mailbox."},
    {"imap.login", SETTING_LOGIN, AT(imap.login), 0, 0, NULL, "password", NULL,
     "password: with imap.password_file. oauth: with an access token, for providers that take no passwords; then the settings below oauth "
     "are needed, and imap.password_file must not be there. One is never tried in place of the other."},
    {"imap.password_file", SETTING_SECRET, AT(imap.password), 1, 1024, "bytes", NULL, "imap.password",
     "A file that holds the password and nothing else, readable by its owner alone. A relative name is looked for among the credentials "
     "systemd hands over (LoadCredential=), then beside the configuration file."},
    {"imap.timeout_s", SETTING_NUMBER, AT(imap.timeout_s), 1, 600, "s", "30", NULL,
     "How long to wait for the connection and for the answer to a command. Large mailboxes on slow servers need more."},
    {"imap.idle_s", SETTING_NUMBER, AT(idle_s), 30, 1740, "s", "300", NULL,
     "How long one IDLE lasts. Servers end it after 30 minutes, firewalls forget quiet connections after 5 to 10."},
    {"imap.poll_s", SETTING_NUMBER, AT(poll_s), 1, 3600, "s", "60", NULL,
     "How often to look for mail anyway, and where the server has no IDLE. A lost notice costs this long and no more."},

    {"folders.inbox", SETTING_TEXT, AT(folder), 1, 200, NULL, "INBOX", NULL, "Where questions arrive."},
    {"folders.answered", SETTING_TEXT, AT(answered_folder), 1, 200, NULL, "Answered", NULL,
     "Where a question goes once its answer is sent. Made when missing. \\Archive and its like name the folder of that special use."},
    {"folders.desk", SETTING_TEXT, AT(desk_folder), 1, 200, NULL, "Desk", NULL,
     "Where a question goes that a person must look at. Made when missing."},
    {"folders.ignored", SETTING_TEXT, AT(ignored_folder), 1, 200, NULL, "Ignored", NULL,
     "Where mail goes that is not to be answered: notices, lists, bounces. Made when missing."},

    {"smtp.host", SETTING_HOST, AT(smtp.host), 1, 253, NULL, NULL, "smtp.example.org",
     "The submission server that takes the answers, by the name its certificate bears."},
    {"smtp.port", SETTING_NUMBER, AT(smtp.port), 1, 65535, NULL, "587", NULL, "587 goes with starttls, 465 with tls."},
    {"smtp.security", SETTING_SECURITY, AT(smtp.security), 0, 0, NULL, "starttls", NULL, "As imap.security."},
    {"smtp.ca_file", SETTING_PATH, AT(smtp.ca_file), 1, 4000, NULL, NULL, NULL, "As imap.ca_file."},
    {"smtp.user", SETTING_TEXT, AT(smtp.user), 1, 320, NULL, NULL, NULL,
     "The login of the submission server. Not set: it takes mail from this machine without one."},
    {"smtp.login", SETTING_LOGIN, AT(smtp.login), 0, 0, NULL, "password", NULL, "As imap.login."},
    {"smtp.password_file", SETTING_SECRET, AT(smtp.password), 1, 1024, "bytes", NULL, NULL, "As imap.password_file; goes with smtp.user."},
    {"smtp.timeout_s", SETTING_NUMBER, AT(smtp.timeout_s), 1, 600, "s", "60", NULL,
     "How long to wait for the connection and for each answer. RFC 5321 asks for minutes; what is not taken in time is tried again."},
    {"smtp.envelope_from", SETTING_ENVELOPE, AT(envelope_from), 0, 254, NULL, "", NULL,
     "The envelope sender. Empty: the null sender, so that no bounce and no out-of-office notice comes back (RFC 3834). Some providers "
     "refuse that: then the desk's address."},
    {"smtp.connections", SETTING_NUMBER, AT(connections), 1, 32, "connections", "4", NULL,
     "How many answers are handed over side by side. As many exchanges, and no more, can be in doubt after a crash."},

    {"oauth.provider", SETTING_PROVIDER, AT(oauth.provider), 0, 0, NULL, NULL, NULL,
     "Who gives the access tokens. custom: another server, by the three addresses below. docs/OPERATING.md tells what to register."},
    {"oauth.flow", SETTING_FLOW, AT(oauth.flow), 0, 0, NULL, "refresh", NULL,
     "refresh: a person lets the program into the mailbox once, by codingdesk login. client_credentials: the program has been let in by an "
     "administrator (Microsoft calls it app-only); it needs a secret, and no token_file."},
    {"oauth.client_id", SETTING_TEXT, AT(oauth.client_id), 1, 320, NULL, NULL, NULL, "The name under which this program was registered."},
    {"oauth.client_secret_file", SETTING_SECRET, AT(oauth.client_secret), 1, 1024, "bytes", NULL, NULL,
     "As imap.password_file, with the secret of that registration; Google gives one always, Microsoft for client_credentials."},
    {"oauth.tenant", SETTING_NAME, AT(oauth.tenant), 1, 253, NULL, NULL, NULL,
     "Microsoft's name for your organisation: its id or a domain. Not set: organizations, where the registration is for all of them."},
    {"oauth.token_file", SETTING_PATH, AT(oauth.token_file), 1, 4000, NULL, NULL, NULL,
     "Where the tokens are kept, in a folder that codingdeskd may write to: /var/lib/codingdesk/token.json. The program renews it."},
    {"oauth.token_url", SETTING_URL, AT(oauth.token_url), 1, 1000, NULL, NULL, NULL, "With custom alone: the address that gives tokens."},
    {"oauth.device_url", SETTING_URL, AT(oauth.device_url), 1, 1000, NULL, NULL, NULL,
     "With custom alone: the address that gives a code to be entered on any device (RFC 8628), for codingdesk login."},
    {"oauth.browser_url", SETTING_URL, AT(oauth.browser_url), 1, 1000, NULL, NULL, NULL,
     "With custom alone, instead of device_url: the address where a person allows the access in a browser."},
    {"oauth.scope", SETTING_TEXT, AT(oauth.scope), 1, 1000, NULL, NULL, NULL,
     "With custom alone: what the token is for. Not set: what the server gives by itself."},
    {"oauth.ca_file", SETTING_PATH, AT(oauth.ca_file), 1, 4000, NULL, NULL, NULL, "As imap.ca_file, for the server that gives tokens."},

    {"retry.first_s", SETTING_NUMBER, AT(retry_first_s), 1, 86400, "s", "60", NULL,
     "The wait after the server has put an answer off for the first time. It doubles each time."},
    {"retry.max_s", SETTING_NUMBER, AT(retry_max_s), 1, 86400, "s", "3600", NULL, "The longest wait."},
    {"retry.give_up_s", SETTING_NUMBER, AT(retry_give_up_s), 60, 30L * 86400, "s", "172800", NULL,
     "After this long the exchange is held for a person. An answer that comes later than two days helps nobody."},
    {"retry.resend_unknown", SETTING_FLAG, AT(resend_unknown), 0, 0, NULL, "false", NULL,
     "What to do when it is not known whether the server took an answer (the link was lost after the last byte). false: a person looks. "
     "true: it is sent again with the same Message-ID, and may arrive twice."},

    {"limits.max_message_bytes", SETTING_NUMBER, AT(max_message_bytes), 64 * KIB, 64 * MIB, "bytes", "26214400", NULL,
     "Larger mail is not downloaded: it goes to the desk's folder. 25 MiB is what most providers let through."},
    {"limits.head_bytes", SETTING_NUMBER, AT(head_bytes), 4 * KIB, 1 * MIB, "bytes", "65536", NULL,
     "How much of each mail is fetched at first; the rest only when the text is not complete. Questions are short, attachments are not."},
    {"limits.batch", SETTING_NUMBER, AT(batch), 1, 200, "messages", "50", NULL,
     "How many mails are fetched and journaled together. 50 at a time is 2.5 times as fast as one by one, more gains nothing."},
    {"limits.max_hops", SETTING_NUMBER, AT(max_hops), 5, 100, "Received fields", "25", NULL,
     "Mail that came through more servers than this runs in a loop and is not answered."},
    {"limits.guest_hour", SETTING_NUMBER, AT(guest_hour), 1, MILLION, "replies", "5", NULL,
     "How many replies a sender who is not registered gets within 60 minutes. The question after that is told when the next one is answered, "
     "further ones are held for a person without a word: so a robot that no rule has recognised gets an end."},
    {"limits.guest_day", SETTING_NUMBER, AT(guest_day), 1, MILLION, "replies", "5", NULL, "The same within 24 hours."},
    {"limits.registered_hour", SETTING_NUMBER, AT(registered_hour), 1, MILLION, "replies", "20", NULL,
     "As limits.guest_hour, for senders who have registered by mail, or whose domain senders.domains names."},
    {"limits.registered_day", SETTING_NUMBER, AT(registered_day), 1, MILLION, "replies", "50", NULL, "The same within 24 hours."},

    {"senders.domains", SETTING_DOMAINS, AT(sender_domains), 0, 1000, "domains", NULL, NULL,
     "Domains whose senders count as registered, each with those below it: the clinics that the desk works for."},
    {"senders.blocked", SETTING_SENDERS, AT(blocked_senders), 0, 1000, "addresses or domains", NULL, NULL,
     "Who gets no reply, by address or by domain, each with those below it. For single addresses codingdesk sender block ADDRESS needs no restart."},

    {"breaker.domain_hour", SETTING_NUMBER, AT(breaker_domain_hour), 1, MILLION, "replies", "200", NULL,
     "Once one domain's senders got so many replies within 60 minutes, their questions are held for a person until there are fewer. "
     "A storm that comes from many addresses stays in one place."},
    {"breaker.all_hour", SETTING_NUMBER, AT(breaker_all_hour), 1, MILLION, "replies", "1000", NULL,
     "The same over all senders. Set it well above your busiest hour: what it stops, stops for everybody."},
    {"administrator", SETTING_ADDRESS, AT(administrator), 3, 254, NULL, NULL, NULL,
     "Who gets a mail when one of the two breakers opens, at most one an hour for each; no address of the desk. Not set: the log tells it, and nobody is written to."},
    {"retention_days", SETTING_NUMBER, AT(retention_days), 0, 36500, "days", "365", NULL,
     "After so many days a finished exchange is forgotten, but for what keeps its mail from being answered a second time. 0: never."},

    {"journal_file", SETTING_PATH, AT(journal_file), 1, 4000, NULL, NULL, NULL,
     "The journal, on a local disk. Not set: journal.sqlite in $STATE_DIRECTORY, which systemd sets, else in /var/lib/codingdesk."},
    {"kb_file", SETTING_PATH, AT(kb_file), 1, 4000, NULL, NULL, NULL, "The knowledge base. Not set: the one that came with the program."},
    {"text_folder", SETTING_PATH, AT(text_folder), 1, 4000, NULL, NULL, NULL,
     "A folder with your own wording: its NAME.md files take the place of the built-in ones, which lie in share/codingdesk/text/en to be copied. "
     "Not set: the built-in wording."},
};
const size_t setting_count = sizeof settings / sizeof *settings;

const struct name *setting_words(enum setting_type type) {
    static const struct name security[] = {{CONFIG_TLS, "tls"}, {CONFIG_STARTTLS, "starttls"}, {CONFIG_PLAIN, "plain"}, {0, NULL}};
    static const struct name login[] = {{CONFIG_PASSWORD, "password"}, {CONFIG_OAUTH, "oauth"}, {0, NULL}};
    static const struct name provider[] = {{CONFIG_MICROSOFT, "microsoft"}, {CONFIG_GOOGLE, "google"}, {CONFIG_CUSTOM, "custom"}, {0, NULL}};
    static const struct name flow[] = {{CONFIG_REFRESH, "refresh"}, {CONFIG_CLIENT_CREDENTIALS, "client_credentials"}, {0, NULL}};
    switch (type) {
    case SETTING_SECURITY: return security;
    case SETTING_LOGIN: return login;
    case SETTING_PROVIDER: return provider;
    case SETTING_FLOW: return flow;
    default: return NULL;
    }
}

const struct setting *setting_find(struct span key) {
    for (size_t i = 0; i < setting_count; i++)
        if (span_equal(span_of(settings[i].key), key))
            return &settings[i];
    return NULL;
}

bool setting_is_group(struct span key) {
    for (size_t i = 0; i < setting_count; i++) {
        struct span full = span_of(settings[i].key);
        if (full.len > key.len && full.ptr[key.len] == '.' && span_starts(full, key))
            return true;
    }
    return false;
}

const char *setting_type_text(enum setting_type type) {
    static const char *const texts[SETTING_TYPE_COUNT] = {
        [SETTING_TEXT] = "a text",
        [SETTING_NAME] = "a name of letters, digits, dots, hyphens, underscores and at signs",
        [SETTING_ADDRESS] = "an e-mail address",
        [SETTING_ENVELOPE] = "an e-mail address or an empty text",
        [SETTING_ADDRESSES] = "an array of e-mail addresses",
        [SETTING_DOMAINS] = "an array of domains",
        [SETTING_SENDERS] = "an array of e-mail addresses or domains",
        [SETTING_HOST] = "a host name or IP address",
        [SETTING_NUMBER] = "a whole number",
        [SETTING_FLAG] = "true or false",
        [SETTING_SECURITY] = "\"tls\", \"starttls\" or \"plain\"",
        [SETTING_LOGIN] = "\"password\" or \"oauth\"",
        [SETTING_PROVIDER] = "\"microsoft\", \"google\" or \"custom\"",
        [SETTING_FLOW] = "\"refresh\" or \"client_credentials\"",
        [SETTING_URL] = "an address that begins with https://",
        [SETTING_PATH] = "the path of a file",
        [SETTING_SECRET] = "the path of a file",
    };
    return texts[type];
}
