/* The command line as a contract: what each line prints, on which stream, and its exit status. */
#include "tests/unit/desk/run.h"

#include <fcntl.h>

static void every_line_has_its_status(void **state) {
    (void)state;
    static const struct {
        const char *name;
        const char *words[WORDS];
        int status;
        const char *out, *err;
    } rows[] = {
        {"nothing", {NULL}, 2, NULL, "which command?"},
        {"help", {"--help"}, 0, "explain FILE.eml...", NULL},
        {"version", {"--version"}, 0, CODINGDESK_VERSION, NULL},
        {"help as a word", {"help"}, 0, "explain FILE.eml...", NULL},
        {"help as a word, of a command", {"help", "history", "list"}, 0, "--before ID", NULL},
        {"help of a command", {"history", "list", "--help"}, 0, "--before ID", NULL},
        {"help before everything else", {"lookup", "--help", "--wrong"}, 0, "--system S", NULL},
        {"misspelt command", {"lokup", "20693"}, 2, NULL, "unknown command lokup; did you mean lookup?"},
        {"misspelt command of two words", {"histroy", "list"}, 2, NULL, "did you mean history list?"},
        {"help of half a command", {"history", "--help"}, 0, "history show ID", NULL},
        {"help of half a command, kb", {"kb", "-h"}, 0, "kb status", NULL},
        {"help as a word, of half a command", {"help", "kb"}, 0, "kb import", NULL},
        {"half a command", {"history"}, 2, NULL, "history list or history show"},
        {"unknown command", {"brew-some-coffee"}, 2, NULL, "--help lists them"},
        {"misspelt option", {"lookup", "--jsn", "20693"}, 2, NULL, "unknown option --jsn; did you mean --json?"},
        {"misspelt global option", {"--kbb", "x", "lookup", "1"}, 2, NULL, "did you mean --kb?"},
        {"option without its value", {"lookup", "20693", "--date"}, 2, NULL, "--date needs a value"},
        {"value where there is none", {"lookup", "--json=yes", "20693"}, 2, NULL, "takes no value"},
        {"too few operands", {"explain"}, 2, NULL, "explain needs FILE.eml"},
        {"too many operands", {"kb", "status", "now"}, 2, NULL, "now is too much"},
        {"no such day", {"--kb", KB_FILE, "lookup", "--date", "2026-02-30", "20693"}, 2, NULL, "2026-02-30 is no day"},
        {"no such number", {"search", "--limit", "many", "x"}, 2, NULL, "whole number from 1 to 1000"},
        {"no knowledge base", {"--kb", "/nonexistent/kb", "lookup", "20693"}, 4, NULL, "/nonexistent/kb"},
        {"no configuration", {"--config", "/nonexistent/c", "kb", "status"}, 3, NULL, "/nonexistent/c"},
        {"no journal", {"--journal", "/nonexistent/j", "history", "list"}, 1, NULL, "there is no journal yet"},
        {"a code", {"--kb", KB_FILE, "lookup", "20693"}, 0, "CPT 20693:", NULL},
        {"two codes", {"--kb", KB_FILE, "lookup", "20693", "20690"}, 0, "\nCPT 20690:", NULL},
        {"a code with its modifier", {"--kb", KB_FILE, "lookup", "20693-59"}, 0, "\nModifier 59:", NULL},
        {"one of two is not there", {"--kb", KB_FILE, "lookup", "20693", "99999"}, 1, "No data for 99999", NULL},
        {"a journal that is none", {"--journal", FIXTURES "/notice.eml", "history", "list"}, 3, NULL, "--journal " FIXTURES "/notice.eml can not be read"},
        {"a code on a day before it began", {"--kb", KB_FILE, "lookup", "20693", "--date=1950-01-01"}, 0, "not yet valid on 1950", NULL},
        {"a code that is not there", {"--kb", KB_FILE, "lookup", "99999"}, 1, "No data for 99999", NULL},
        {"not the form of a code", {"--kb", KB_FILE, "lookup", "!"}, 1, NULL, "has not the form of a code"},
        {"system in words", {"--kb", KB_FILE, "lookup", "modifier", "59"}, 0, "Modifier 59", NULL},
        {"system and code in one word", {"--kb", KB_FILE, "lookup", "POS 11"}, 0, "Place of service 11: Office", NULL},
        {"system as an option", {"--kb", KB_FILE, "lookup", "--system", "POS", "11"}, 0, "Place of service 11: Office", NULL},
        {"a locality, and no localities", {"--kb", KB_FILE, "lookup", "20693", "--locality", "05"}, 2, NULL, "no localities are loaded"},
        {"an amount with its formula", {"--kb", KB_FILE, "lookup", "20694", "--date", "2026-08-01"}, 0,
         "$461.93 = (4.17 + 8.87 + 0.79) x", NULL},
        {"no such system", {"--kb", KB_FILE, "lookup", "modfier", "59"}, 2, NULL, "did you mean modifier?"},
        {"search", {"--kb", KB_FILE, "search", "take", "off", "external", "fixator"}, 0, "20694", NULL},
        {"search in one system", {"--kb", KB_FILE, "search", "--system", "pos", "office"}, 0, "place of service: Office", NULL},
        {"search in no system", {"--kb", KB_FILE, "search", "--system", "CPT,XYZ", "office"}, 2, NULL, "--system CPT,XYZ: CPT, HCPCS"},
        {"search without words", {"search"}, 2, NULL, "search for what?"},
        {"search that finds nothing", {"--kb", KB_FILE, "search", "zzzzqqq"}, 1, NULL, "no code has these words"},
        {"ask", {"--kb", KB_FILE, "ask", "What is CPT 20693?"}, 0, "CPT 20693:", NULL},
        {"ask, told for a terminal", {"--kb", KB_FILE, "ask", "What is CPT 20693?"}, 0, "ask again with the code", NULL},
        {"thanks", {"--kb", KB_FILE, "ask", "thanks, that helped!"}, 0, "No answer is needed: thanks alone.", NULL},
        {"ask what a person must answer", {"--kb", KB_FILE, "ask", "zzzz qqq"}, 1, "holds nothing", NULL},
        {"explain", {"--kb", KB_FILE, "explain", "--address", "ask@desk.example", FIXTURES "/question.eml"}, 0,
         "may be answered, to ann@practice.example", NULL},
        {"explain a notice", {"--kb", KB_FILE, "explain", "--address", "ask@desk.example", FIXTURES "/notice.eml"}, 0,
         "auto-submitted", NULL},
        {"explain what is not there", {"--kb", KB_FILE, "explain", "/nonexistent.eml"}, 4, NULL, "/nonexistent.eml: No such file"},
        {"explain a folder", {"--kb", KB_FILE, "explain", "/tmp"}, 4, NULL, "/tmp can not be read"},
        {"kb status", {"--kb", KB_FILE, "kb", "status"}, 0, "CPT", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int status = run(rows[i].words);
        if (status != rows[i].status)
            fail_msg("%s: exit status %d\n%s%s", rows[i].name, status, out, err);
        if ((rows[i].out && !strstr(out, rows[i].out)) || (!rows[i].out && *out))
            fail_msg("%s: stdout: %s", rows[i].name, out);
        if ((rows[i].err && !strstr(err, rows[i].err)) || (!rows[i].err && *err))
            fail_msg("%s: stderr: %s", rows[i].name, err);
    }
}

static json_t *run_json(const char *name, const char *const *words, int want) {
    json_error_t error;
    if (run(words) != want)
        fail_msg("%s: %s", name, err);
    json_t *ret = json_loads(out, 0, &error);
    if (!ret || strchr(out, '\n') != out + strlen(out) - 1)
        fail_msg("%s: not one JSON value on one line: %s\n%s", name, error.text, out);
    return ret;
}

static void explain_prints_the_contract(void **state) {
    (void)state;
    static const char *const keys[] = {"id", "reply", "action", "reason", "intent", "codes", "keywords", "date_of_service",
                                       "reply_subject", "reply_text", "reply_html", "log_text", "meaning", "sender"};
    static const struct {
        const char *file, *id, *action;
        bool reply;
    } rows[] = {{FIXTURES "/question.eml", "question", "answer", true}, {FIXTURES "/notice.eml", "notice", "silent", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *const words[] = {"--kb", KB_FILE, "explain", "--json", "--address", "ask@desk.example", rows[i].file, NULL};
        json_t *object = run_json(rows[i].id, words, 0);
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
            if (!json_object_get(object, keys[k]))
                fail_msg("%s: no %s", rows[i].id, keys[k]);
        assert_string_equal(json_string_value(json_object_get(object, "id")), rows[i].id);
        assert_string_equal(json_string_value(json_object_get(object, "action")), rows[i].action);
        assert_int_equal(json_is_true(json_object_get(object, "reply")), rows[i].reply);
        assert_int_equal(json_is_string(json_object_get(object, "reply_html")), rows[i].reply);
        json_decref(object);
    }
    const char *const ask[] = {"--kb", KB_FILE, "ask", "--json", "CPT 20693 on 3/1/2026", "\xff\xfe", NULL};
    json_t *object = run_json("ask", ask, 0);
    assert_string_equal(json_string_value(json_object_get(object, "date_of_service")), "2026-03-01");
    assert_string_equal(json_string_value(json_object_get(json_array_get(json_object_get(object, "codes"), 0), "code")), "20693");
    json_decref(object);
}

/* Who asks for a person gets no reply where the desk acknowledges nothing, or where the sender may be forged. */
static void explain_tells_why_nobody_is_told(void **state) {
    (void)state;
    char mail[] = "/tmp/unit-desk-XXXXXX", config[] = "/tmp/unit-desk-XXXXXX", secret[] = "/tmp/unit-desk-XXXXXX";
    FILE *file = fdopen(mkstemp(secret), "w");
    assert_non_null(file);
    fputs("secret\n", file);
    fclose(file);
    file = fdopen(mkstemp(mail), "w");
    assert_non_null(file);
    fputs("From: ann@practice.example\r\nTo: ask@desk.example\r\nSubject: q\r\nMessage-ID: <q@practice.example>\r\n"
          "Authentication-Results: mx.desk.example; dmarc=fail header.from=practice.example\r\n"
          "Date: Sat, 01 Aug 2026 10:00:00 +0000\r\n\r\nzzzz qqq\r\n",
          file);
    fclose(file);
    static const struct {
        const char *settings, *wanted;
    } rows[] = {
        {"\"acknowledge\": false", "none: acknowledge is false"},
        {"\"acknowledge\": true", "person at the desk"},
        {"\"authserv_id\": \"mx.desk.example\"", "none: its sender may be forged"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        file = fdopen(i ? open(config, O_WRONLY | O_TRUNC) : mkstemp(config), "w");
        assert_non_null(file);
        fprintf(file, "{\"address\": \"ask@desk.example\", %s, \"imap\": {\"host\": \"i.example\", \"user\": \"u\", "
                      "\"password_file\": \"%s\"}, \"smtp\": {\"host\": \"s.example\"}}\n", rows[i].settings, secret);
        fclose(file);
        const char *const words[] = {"--config", config, "--kb", KB_FILE, "explain", mail, NULL};
        assert_int_equal(run(words), 0);
        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
            if ((strstr(out, rows[k].wanted) != NULL) != (k == i))
                fail_msg("%s: %s%s", rows[i].settings, out, err);
    }
    unlink(config);
    unlink(secret);
    unlink(mail);
}

static void lookup_and_search_print_json(void **state) {
    (void)state;
    const char *const lookup[] = {"--kb", KB_FILE, "lookup", "--json", "20693", NULL};
    json_t *object = run_json("lookup", lookup, 0);
    assert_string_equal(json_string_value(json_object_get(object, "status")), "valid");
    assert_true(json_array_size(json_object_get(object, "facts")) > 20);
    json_decref(object);
    const char *const search[] = {"--kb", KB_FILE, "search", "--json", "--limit", "3", "external fixator", NULL};
    object = run_json("search", search, 0);
    assert_int_equal(json_array_size(json_object_get(object, "results")), 3);
    json_decref(object);
}

static void a_batch_answers_line_by_line(void **state) {
    (void)state;
    char path[] = "/tmp/unit-desk-XXXXXX";
    FILE *file = fdopen(mkstemp(path), "w");
    assert_non_null(file);
    fputs("{\"id\": \"a\", \"query\": \"external fixator removal\"}\n\n{\"id\": 2, \"query\": \"zzzzqqq\"}\n{\"query\": 5}\n", file);
    fclose(file);
    const char *const words[] = {"--kb", KB_FILE, "search", "--batch", path, NULL};
    int status = run(words);
    unlink(path);
    assert_int_equal(status, 2);
    assert_non_null(strstr(err, ":4: not an object with \"query\""));
    assert_ptr_equal(strstr(out, "{\"id\": \"a\", \"results\": [{\"system\": \"CPT\", \"code\": \"20694\""), out);
    assert_non_null(strstr(out, "\n{\"id\": 2, \"results\": []}\n"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_has_its_status),
        cmocka_unit_test(explain_prints_the_contract),
        cmocka_unit_test(explain_tells_why_nobody_is_told),
        cmocka_unit_test(lookup_and_search_print_json),
        cmocka_unit_test(a_batch_answers_line_by_line),
    };
    return cmocka_run_group_tests_name("desk.command", tests, NULL, NULL);
}
