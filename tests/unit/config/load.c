/* Loading: what is set, what is taken when nothing is set, and a line for each mistake. */
#include "tests/unit/config/scratch.h"

/* What every file needs, in lines 2 to 4, with a row's own lines behind. */
#define BASE                                                                                                                               \
    "{\n\"address\": \"desk@example.org\",\n"                                                                                              \
    "\"imap\": {\"host\": \"imap.example.org\", \"user\": \"desk\", \"password_file\": \"pw\"},\n"                                         \
    "\"smtp\": {\"host\": \"smtp.example.org\"}"
#define IMAP "\"host\": \"imap.example.org\", \"user\": \"desk\", \"password_file\": \"pw\""

static void what_is_not_set_has_a_default(void **state) {
    struct scratch *s = *state;
    char *text = read_text(FIXTURES "/minimal.json");
    assert_non_null(text);
    if (load(s, text))
        fail_msg("%s", s->report.ptr);
    free(text);
    const struct config *c = &s->config;
    assert_string_equal(c->account, "default");
    assert_string_equal(c->address, "desk@example.org");
    assert_string_equal(c->name, "Coding desk");
    assert_int_equal(c->alias_count, 0);
    assert_true(c->acknowledge);
    assert_int_equal(c->answer_confidence, 40);
    assert_string_equal(c->imap.host, "imap.example.org");
    assert_int_equal(c->imap.port, 993);
    assert_int_equal(c->imap.security, CONFIG_TLS);
    assert_null(c->imap.ca_file);
    assert_string_equal(c->imap.user, "desk");
    assert_string_equal(c->imap.password, "secret");
    assert_int_equal(c->imap.timeout_s, 30);
    assert_string_equal(c->folder, "INBOX");
    assert_string_equal(c->answered_folder, "Answered");
    assert_string_equal(c->desk_folder, "Desk");
    assert_string_equal(c->ignored_folder, "Ignored");
    assert_int_equal(c->idle_s, 300);
    assert_int_equal(c->poll_s, 60);
    assert_int_equal(c->max_message_bytes, 25 << 20);
    assert_int_equal(c->head_bytes, 65536);
    assert_int_equal(c->batch, 50);
    assert_int_equal(c->smtp.port, 587);
    assert_int_equal(c->smtp.security, CONFIG_STARTTLS);
    assert_null(c->smtp.user);
    assert_null(c->smtp.password);
    assert_string_equal(c->envelope_from, "");
    assert_int_equal(c->connections, 4);
    assert_int_equal(c->retry_first_s, 60);
    assert_int_equal(c->retry_max_s, 3600);
    assert_int_equal(c->retry_give_up_s, 172800);
    assert_int_equal(c->max_hops, 25);
    assert_false(c->resend_unknown);
    assert_null(c->journal_file);
    assert_null(c->kb_file);
    assert_int_equal(s->report.len, 0);
}

static void what_is_set_is_taken(void **state) {
    struct scratch *s = *state;
    write_file(s, "ca.pem", "-----BEGIN CERTIFICATE-----\n", 28, 0644);
    int fail = load(s, "{\"account\": \"second\", \"address\": \"desk+x@example.org\", \"name\": \"D\\u00e9sk\","
                       "\"aliases\": [\"a@example.org\", \"b@example.org\"], \"acknowledge\": false, \"answer_confidence\": 75,"
                       "\"imap\": {\"host\": \"127.0.0.1\", \"port\": 143, \"security\": \"plain\", \"ca_file\": \"ca.pem\","
                       "\"user\": \"u\", \"password_file\": \"pw\", \"timeout_s\": 5, \"idle_s\": 600, \"poll_s\": 9},"
                       "\"folders\": {\"inbox\": \"Q\", \"answered\": \"\\\\Archive\", \"desk\": \"B\", \"ignored\": \"C\"},"
                       "\"smtp\": {\"host\": \"::1\", \"port\": 465, \"security\": \"tls\", \"user\": \"v\", \"password_file\": \"pw\","
                       "\"envelope_from\": \"desk@example.org\", \"connections\": 1},"
                       "\"retry\": {\"first_s\": 1, \"max_s\": 2, \"give_up_s\": 60, \"resend_unknown\": true},"
                       "\"limits\": {\"max_message_bytes\": 65536, \"head_bytes\": 4096, \"batch\": 1, \"max_hops\": 9, \"guest_day\": 3},"
                       "\"senders\": {\"domains\": [\"clinic.example\"], \"blocked\": [\"pest@clinic.example\", \"rude.example\"]},"
                       "\"breaker\": {\"all_hour\": 7}, \"administrator\": \"admin@example.org\", \"retention_days\": 0,"
                       "\"journal_file\": \"j.sqlite\", \"kb_file\": \"/kb.sqlite\"}");
    if (fail)
        fail_msg("%s", s->report.ptr);
    const struct config *c = &s->config;
    assert_string_equal(c->account, "second");
    assert_string_equal(c->name, "D\xc3\xa9sk");
    assert_int_equal(c->alias_count, 2);
    assert_string_equal(c->aliases[1], "b@example.org");
    assert_false(c->acknowledge);
    assert_int_equal(c->answer_confidence, 75);
    assert_int_equal(c->imap.security, CONFIG_PLAIN);
    assert_string_equal(c->imap.ca_file, arena_printf(s->arena, "%s/ca.pem", s->folder));
    assert_int_equal(c->idle_s, 600);
    assert_string_equal(c->folder, "Q");
    assert_string_equal(c->answered_folder, "\\Archive");
    assert_string_equal(c->smtp.password, "secret");
    assert_int_equal(c->smtp.security, CONFIG_TLS);
    assert_string_equal(c->envelope_from, "desk@example.org");
    assert_int_equal(c->retry_give_up_s, 60);
    assert_true(c->resend_unknown);
    assert_int_equal(c->max_hops, 9);
    assert_int_equal(c->guest_day, 3);
    assert_int_equal(c->sender_domain_count, 1);
    assert_string_equal(c->sender_domains[0], "clinic.example");
    assert_int_equal(c->blocked_sender_count, 2);
    assert_string_equal(c->blocked_senders[1], "rude.example");
    assert_int_equal(c->breaker_all_hour, 7);
    assert_string_equal(c->administrator, "admin@example.org");
    assert_int_equal(c->retention_days, 0);
    assert_string_equal(c->journal_file, arena_printf(s->arena, "%s/j.sqlite", s->folder));
    assert_string_equal(c->kb_file, "/kb.sqlite");
}

/* Who runs without a file gets what a file that says nothing would give. */
static void the_defaults_are_those_of_a_minimal_file(void **state) {
    struct scratch *s = *state;
    struct config defaults = {.account = "none"};
    char *text = read_text(FIXTURES "/minimal.json");
    assert_int_equal(load(s, text), 0);
    free(text);
    config_defaults(s->arena, &defaults);
    assert_null(defaults.address);
    assert_null(defaults.imap.host);
    assert_string_equal(defaults.account, s->config.account);
    assert_string_equal(defaults.name, s->config.name);
    assert_int_equal(defaults.acknowledge, s->config.acknowledge);
    assert_int_equal(defaults.answer_confidence, s->config.answer_confidence);
    assert_int_equal(defaults.max_hops, s->config.max_hops);
    assert_int_equal(defaults.smtp.security, s->config.smtp.security);
}

static const struct {
    const char *name, *text, *report;
} bad_files[] = {
    {"empty", "", "desk.json:1: is no JSON: '[' or '{' expected near end of file; look at this line and the one before\n"},
    {"a comma too many", BASE ",\n\n}", "desk.json:6: is no JSON: string or '}' expected near '}'; look at this line and the one before\n"},
    {"an array", "[]", "desk.json:1: holds no object; write {\"address\": ...}\n"},
    {"text behind", BASE "}\nx", "desk.json:5: is no JSON: end of file expected near 'x'; look at this line and the one before\n"},
    {"all is missing", "{}",
     "desk.json:1: address: is missing; add it, as in \"coding-questions@example.org\"\n"
     "desk.json:1: imap.host: is missing; add it, as in \"imap.example.org\"\n"
     "desk.json:1: imap.user: is missing; add it, as in \"coding-questions@example.org\"\n"
     "desk.json:1: smtp.host: is missing; add it, as in \"smtp.example.org\"\n"
     "desk.json:1: imap.password_file: is missing; add it, as in \"imap.password\"\n"},
    {"missing in its group", "{\"address\": \"desk@example.org\",\n\"imap\": {" IMAP "},\n\n\"smtp\": {\n}}",
     "desk.json:4: smtp.host: is missing; add it, as in \"smtp.example.org\"\n"},
    {"null is not set", "{\"address\": null,\n\"imap\": {" IMAP ", \"port\": null},\n\"smtp\": {\"host\": \"h\"}}",
     "desk.json:1: address: is missing; add it, as in \"coding-questions@example.org\"\n"},
    {"unknown key", BASE ",\n\"adress\": 1}", "desk.json:5: adress: unknown key; did you mean address?\n"},
    {"unknown key in a group", BASE ",\n\"limits\": {\n\"bach\": 7}}",
     "desk.json:6: limits.bach: unknown key; did you mean limits.batch?\n"},
    {"key of another group", BASE ",\n\"connections\": 1}", "desk.json:5: connections: unknown key; did you mean smtp.connections?\n"},
    {"key like none", BASE ",\n\"xyzzy\": {\"inner\": 1}}", "desk.json:5: xyzzy: unknown key; remove it\n"},
    {"key with a dot", BASE ",\n\"limits.batch\": 5}",
     "desk.json:5: limits.batch: is written in one word; write {\"limits\": {...}} with the rest inside\n"},
    {"key with a line end in it", BASE ",\n\"a\\nb\": 5}", "desk.json:5: a\\nb: unknown key; remove it\n"},
    {"key with a control character", BASE ",\n\"a\x7f\": 5}", "desk.json:5: a?: unknown key; remove it\n"},
    {"key twice", BASE ",\n\"name\": \"A\",\n\"account\": \"b\",\n\"name\": \"C\"}",
     "desk.json:7: name: is there twice, first in line 5; remove one\n"},
    {"key twice in a group", BASE ",\n\"limits\": {\"batch\": 5,\n\"batch\": 6}}",
     "desk.json:6: limits.batch: is there twice, first in line 5; remove one\n"},
    {"a group that is none", BASE ",\n\"limits\": 5}", "desk.json:5: limits: is no object; write \"limits\": {...}\n"},
    {"a key that is a group", BASE ",\n\"account\": {\"x\": 1}}",
     "desk.json:5: account: is an object; write a name of letters, digits, dots, hyphens, underscores and at signs\n"},
    {"text for a number", BASE ",\n\"limits\": {\"batch\": \"5\"}}",
     "desk.json:5: limits.batch: is a text; write a whole number from 1 to 200\n"},
    {"no whole number", BASE ",\n\"limits\": {\"batch\": 5.0}}",
     "desk.json:5: limits.batch: is no whole number; write a whole number from 1 to 200\n"},
    {"too small", BASE ",\n\"limits\": {\"batch\": 0}}", "desk.json:5: limits.batch: is 0; write a whole number from 1 to 200 messages\n"},
    {"too large for an int", BASE ",\n\"limits\": {\"batch\": 4294967297}}",
     "desk.json:5: limits.batch: is 4294967297; write a whole number from 1 to 200 messages\n"},
    {"acknowledged in words", BASE ",\n\"acknowledge\": \"yes\"}", "desk.json:5: acknowledge: is a text; write true or false\n"},
    {"surer than sure", BASE ",\n\"answer_confidence\": 101}",
     "desk.json:5: answer_confidence: is 101; write a whole number from 0 to 100 percent\n"},
    {"a confidence as a fraction", BASE ",\n\"answer_confidence\": 0.4}",
     "desk.json:5: answer_confidence: is no whole number; write a whole number from 0 to 100\n"},
    {"number for a flag", BASE ",\n\"retry\": {\"resend_unknown\": 1}}",
     "desk.json:5: retry.resend_unknown: is a number; write true or false\n"},
    {"number for a text", BASE ",\n\"name\": 1}", "desk.json:5: name: is a number; write a text\n"},
    {"empty folder", BASE ",\n\"folders\": {\"desk\": \"\"}}", "desk.json:5: folders.desk: is empty; write a text\n"},
    {"line end in a name", BASE ",\n\"name\": \"A\\r\\nBcc: x@example.org\"}",
     "desk.json:5: name: holds control characters; remove them\n"},
    {"account that is a path", BASE ",\n\"account\": \"../x\"}",
     "desk.json:5: account: \"../x\" is none; write a name of letters, digits, dots, hyphens, underscores and at signs\n"},
    {"account too long", BASE ",\n\"account\": \"01234567890123456789012345678901234567890123456789012345678901234\"}",
     "desk.json:5: account: has 65 bytes; write at most 64\n"},
    {"address without domain", BASE ",\n\"smtp2\": 0,\n\"aliases\": [\"a@example.org\", \"b\", 7]}",
     "desk.json:5: smtp2: unknown key; did you mean smtp?\n"
     "desk.json:6: aliases: number 2 is no e-mail address; write it as name@domain\n"
     "desk.json:6: aliases: number 3 is no e-mail address; write it as name@domain\n"},
    {"aliases as objects", BASE ",\n\"aliases\": [{\"address\": \"a@example.org\"}]}",
     "desk.json:5: aliases: number 1 is no e-mail address; write it as name@domain\n"},
    {"senders that are none", BASE ",\n\"senders\": {\"domains\": [\"a@clinic.example\"], \"blocked\": [\"rude\", \"a@b@c\"]}}",
     "desk.json:5: senders.domains: number 1 is no domain; write it as example.org\n"
     "desk.json:5: senders.blocked: number 1 is no e-mail address or domain; write it as name@domain, or the domain alone\n"
     "desk.json:5: senders.blocked: number 2 is no e-mail address or domain; write it as name@domain, or the domain alone\n"},
    {"limits of nothing", BASE ",\n\"limits\": {\"guest_day\": 0}}",
     "desk.json:5: limits.guest_day: is 0; write a whole number from 1 to 1000000 replies\n"},
    {"addresses that are none",
     BASE ",\n\"aliases\": [\"01234567890123456789012345678901234567890123456789012345678901234@example.org\", \"a@-b.example.org\","
          "\"a@b-.example.org\", \"a@b..org\", \"a@\", \"@b\", \"a..b@c\", \"a@b@c\", \"<a@b>\"]}",
     "desk.json:5: aliases: number 1 is no e-mail address; write it as name@domain\n"
     "desk.json:5: aliases: number 2 is no e-mail address; write it as name@domain\n"
     "desk.json:5: aliases: number 3 is no e-mail address; write it as name@domain\n"
     "desk.json:5: aliases: number 4 is no e-mail address; write it as name@domain\n"
     "desk.json:5: aliases: number 5 is no e-mail address; write it as name@domain\n"
     "desk.json:5: aliases: number 6 is no e-mail address; write it as name@domain\n"
     "desk.json:5: aliases: number 7 is no e-mail address; write it as name@domain\n"
     "desk.json:5: aliases: number 8 is no e-mail address; write it as name@domain\n"
     "desk.json:5: aliases: number 9 is no e-mail address; write it as name@domain\n"},
    {"aliases as a text", BASE ",\n\"aliases\": \"a@example.org\"}",
     "desk.json:5: aliases: is no array of at most 100 addresses; write [\"one@example.org\"]\n"},
    {"address with a comma", "{\"address\": \"a@example.org, b@example.org\",\n\"imap\": {" IMAP "},\n\"smtp\": {\"host\": \"h\"}}",
     "desk.json:1: address: \"a@example.org, b@example.org\" is none; write an e-mail address\n"},
    {"host with a scheme", "{\"address\": \"a@example.org\",\n\"imap\": {" IMAP "},\n\"smtp\": {\"host\": \"smtp://h\"}}",
     "desk.json:3: smtp.host: \"smtp://h\" is none; write a host name or IP address\n"},
    {"security of no kind", BASE ",\n\"imap\": {}}",
     "desk.json:3: imap.host: is missing; add it, as in \"imap.example.org\"\n"
     "desk.json:3: imap.user: is missing; add it, as in \"coding-questions@example.org\"\n"
     "desk.json:3: imap.password_file: is missing; add it, as in \"imap.password\"\n"
     "desk.json:5: imap: is there twice, first in line 3; remove one\n"},
    {"unknown security", "{\"address\": \"a@example.org\",\n\"imap\": {" IMAP ",\n\"security\": \"ssl\"},\n\"smtp\": {\"host\": \"h\"}}",
     "desk.json:3: imap.security: \"ssl\" is none; write \"tls\", \"starttls\" or \"plain\"\n"},
    {"plain to another machine",
     "{\"address\": \"a@example.org\",\n\"imap\": {" IMAP
     ",\n\"security\": \"plain\"},\n\"smtp\": {\"host\": \"128.0.0.1\", \"security\": \"plain\"}}",
     "desk.json:3: imap.security: is plain, but the server is not on this machine; write \"tls\" or \"starttls\"\n"
     "desk.json:4: smtp.security: is plain, but the server is not on this machine; write \"tls\" or \"starttls\"\n"},
    {"login without password", "{\"address\": \"a@example.org\",\n\"imap\": {" IMAP "},\n\"smtp\": {\"host\": \"h\", \"user\": \"u\"}}",
     "desk.json:3: smtp.password_file: is missing, but smtp.user is set; name the file that holds its password\n"},
    {"password without login",
     "{\"address\": \"a@example.org\",\n\"imap\": {" IMAP "},\n\"smtp\": {\"host\": \"h\", \"password_file\": \"pw\"}}",
     "desk.json:3: smtp.user: is missing, but smtp.password_file is set; write the login\n"},
    {"no certificates", "{\"address\": \"a@example.org\",\n\"imap\": {" IMAP "},\n\"smtp\": {\"host\": \"h\", \"ca_file\": \"none.pem\"}}",
     "desk.json:3: smtp.ca_file: none.pem can not be read: No such file or directory; name a file with certificates (PEM) that this user "
     "may read\n"},
    {"two folders in one", BASE ",\n\"folders\": {\"desk\": \"X\",\n\"ignored\": \"X\"}}",
     "desk.json:6: folders.ignored: is the same folder as folders.desk; name another\n"},
    {"first wait above the longest", BASE ",\n\"retry\": {\"first_s\": 7200}}",
     "desk.json:5: retry.first_s: is 7200 and larger than retry.max_s, which is 3600; make it smaller\n"},
    {"a whole field as the server's name", BASE ",\n\"authserv_id\": \"mx.example.org; dmarc=pass\"}",
     "desk.json:5: authserv_id: \"mx.example.org; dmarc=pass\" is none; write a name of letters, digits, dots, hyphens, underscores and at "
     "signs\n"},
    {"the desk as its own administrator", BASE ",\n\"administrator\": \"Help@example.org\",\n\"aliases\": [\"help@example.org\"]}",
     "desk.json:5: administrator: is an address of the desk, which answers no mail of its own; write a person's\n"},
    {"several at once",
     "{\n\"adress\": \"a@example.org\",\n\"imap\": {\"host\": \"\",\n\"port\": 0,\n\"user\": \"u\",\n\"password_file\": "
     "\"none\"},\n\"smtp\": {\"hst\": \"h\"}}",
     "desk.json:1: address: is missing; add it, as in \"coding-questions@example.org\"\n"
     "desk.json:2: adress: unknown key; did you mean address?\n"
     "desk.json:3: imap.host: is empty; write a host name or IP address\n"
     "desk.json:4: imap.port: is 0; write a whole number from 1 to 65535\n"
     "desk.json:6: imap.password_file: none can not be opened: No such file or directory; write the password into it, readable by this "
     "user alone\n"
     "desk.json:7: smtp.hst: unknown key; did you mean smtp.host?\n"
     "desk.json:7: smtp.host: is missing; add it, as in \"smtp.example.org\"\n"},
};

static void every_mistake_has_its_line(void **state) {
    struct scratch *s = *state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof bad_files / sizeof *bad_files; i++) {
        int fail = load(s, bad_files[i].text);
        if (fail == FAIL_CONFIG && strcmp(report_of(s), bad_files[i].report) == 0)
            continue;
        wrong++;
        print_error("%s: %d\n%s", bad_files[i].name, fail, report_of(s));
    }
    assert_int_equal(wrong, 0);
}

static void a_refused_file_leaves_the_configuration_alone(void **state) {
    struct scratch *s = *state;
    struct config before = {.account = "before"};
    assert_int_equal(load(s, "{}"), FAIL_CONFIG);
    buf_clear(&s->report);
    s->config = before;
    assert_int_equal(config_load(s->path, s->arena, &s->config, &s->report), FAIL_CONFIG);
    assert_memory_equal(&s->config, &before, sizeof before);
}

static void a_file_that_can_not_be_read_says_so(void **state) {
    struct scratch *s = *state;
    snprintf(s->path, sizeof s->path, "%s/none.json", s->folder);
    assert_int_equal(config_load(s->path, s->arena, &s->config, &s->report), FAIL_CONFIG);
    assert_string_equal(report_of(s),
                        "none.json:1: can not be opened: No such file or directory; create it, config/codingdesk.example.json "
                        "is a beginning\n");
    buf_clear(&s->report);
    snprintf(s->path, sizeof s->path, "%s", s->folder);
    assert_int_equal(config_load(s->path, s->arena, &s->config, &s->report), FAIL_CONFIG);
    assert_non_null(strstr(s->report.ptr, "Is a directory; name the configuration file"));
    char large[65538] = "";
    memset(large, ' ', sizeof large - 1);
    snprintf(s->path, sizeof s->path, "%s/desk.json", s->folder);
    assert_int_equal(load(s, large), FAIL_CONFIG);
    assert_non_null(strstr(s->report.ptr, "has more than 65536 bytes"));
}

static void a_file_of_nothing_but_mistakes_has_a_bounded_report(void **state) {
    struct scratch *s = *state;
    struct buf text;
    buf_init(&text, 1 << 16);
    buf_char(&text, '{');
    for (int i = 0; i < 6000; i++)
        buf_text(&text, i % 2 ? "\"name\":1,\n" : "\"x\":1,");
    buf_text(&text, "\"y\":1}");
    assert_false(buf_full(&text));
    assert_int_equal(load(s, text.ptr), FAIL_CONFIG);
    size_t lines = 0;
    for (struct span rest = buf_span(&s->report), line; span_line(&rest, &line);)
        lines++;
    assert_int_equal(lines, 100);

    /* A long name above many others is not written out for each of them. */
    buf_clear(&text);
    buf_printf(&text, "{\"%030000d\":{", 0);
    for (int i = 0; i < 5000; i++)
        buf_text(&text, "\"x\":1,");
    buf_text(&text, "\"y\":1}}");
    assert_int_equal(load(s, text.ptr), FAIL_CONFIG);
    assert_in_range(arena_used(s->arena), 0, 4 << 20);
    buf_free(&text);
}

/* Nested far deeper than any setting, and keys without number: an answer, not a crash. */
static void odd_json_is_survived(void **state) {
    struct scratch *s = *state;
    struct buf deep;
    buf_init(&deep, 1 << 20);
    for (int i = 0; i < 1000; i++)
        buf_text(&deep, i % 3 ? "{\"a\":" : "{\"b\":[");
    buf_text(&deep, "1");
    for (int i = 999; i >= 0; i--)
        buf_text(&deep, i % 3 ? "}" : "]}");
    assert_int_equal(load(s, deep.ptr), FAIL_CONFIG);
    assert_non_null(strstr(s->report.ptr, ":1: b: unknown key; remove it\n"));
    assert_int_equal(load(s, "{\"a\\\\\": \"\\\\\", \"b\": \"{\\\"x\\\": [\", \"c\\\"\": [[[\"d\", {\"e\": 1}]]],\n\"name\": 5}"),
                     FAIL_CONFIG);
    assert_non_null(strstr(s->report.ptr, ":2: name: is a number"));
    buf_free(&deep);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_is_not_set_has_a_default),
        TEST(what_is_set_is_taken),
        TEST(the_defaults_are_those_of_a_minimal_file),
        TEST(every_mistake_has_its_line),
        TEST(a_refused_file_leaves_the_configuration_alone),
        TEST(a_file_that_can_not_be_read_says_so),
        TEST(a_file_of_nothing_but_mistakes_has_a_bounded_report),
        TEST(odd_json_is_survived),
    };
    return cmocka_run_group_tests_name("config.load", tests, NULL, NULL);
}
