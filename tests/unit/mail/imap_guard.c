/* What must not reach libetpan does not, however the bytes are cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "mail/imap_guard.h"

enum { MAX = 100 };

static const struct {
    const char *name, *bytes;
    bool fits;
} rows[] = {
    {"no literal", "* 1 FETCH (UID 1)\r\n", true},
    {"small", "* 1 FETCH (BODY[] {5}\r\nabcde)\r\n", true},
    {"as large as allowed", "* 1 FETCH (BODY[] {100}\r\n", true},
    {"one too many", "* 1 FETCH (BODY[] {101}\r\n", false},
    {"huge", "* 1 FETCH (BODY[] {3000000000}\r\n", false},
    {"wraps around", "* 1 FETCH (BODY[] {18446744073709551617}\r\n", false},
    {"digits without end", "* 1 FETCH (BODY[] {00000000000000000000000000000000000000001}\r\n", false},
    {"bare LF", "* 1 FETCH (BODY[] {101}\n", false},
    {"space before the end", "* 1 FETCH (BODY[] {101} \r\n", false},
    {"inside a mail", "* 1 FETCH (BODY[] {15}\r\nlook {99999}\r\nx)\r\n", true},
    {"behind a mail", "* 1 FETCH (BODY[] {3}\r\nabc X {101}\r\n", false},
    {"second in one answer", "* 1 FETCH (A {3}\r\nabc B {2}\r\nxy C {101}\r\n", false},
    {"in the text of an OK", "* OK see {101}\r\n", true},
    {"in the text of a tagged answer", "17 NO see {101}\r\n", true},
    {"a text literal hides no real one", "* OK see {90}\r\n* 1 FETCH (BODY[] {101}\r\n", false},
    {"not at the end", "* LIST () \"/\" {101} x\r\n", true},
    {"no number", "* LIST () \"/\" {}\r\n", true},
    {"a name", "* LIST () \"/\" \"a{101}\"\r\n", true},
    {"deep, but as deep as needed", "* 1 FETCH (FLAGS (\\Seen) X ((((a))))\r\n", true},
    {"deeper than anything asked for", "* 1 FETCH (BODY ((((((((((((((((((((((((((((((((((a\r\n", false},
    {"parentheses in a name", "* LIST () \"/\" \"((((((((((((((((((((((((((((((((((((((((((\"\r\n", true},
    {"escaped quote in a name", "* LIST () \"/\" \"a\\\"(((((((((((((((((((((((((((((((((((((\"\r\n", true},
    {"parentheses in a mail", "* 1 FETCH (BODY[] {40}\r\n(((((((((((((((((((((((((((((((((((((((()\r\n", true},
    {"depth ends with the line", "* X ((((((((((((((((((((\r\n* X ((((((((((((((((((((\r\n", true},
};

static void what_breaks_libetpan_is_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char bytes[256];
        size_t len = (size_t)snprintf(bytes, sizeof bytes, "%s", rows[i].bytes);
        for (size_t piece = 1; piece <= len; piece++) {
            struct imap_guard guard = {0};
            bool fits = true;
            for (size_t from = 0; from < len && fits; from += piece)
                fits = imap_guard_pass(&guard, bytes + from, from + piece < len ? piece : len - from, MAX);
            if (fits != rows[i].fits)
                fail_msg("%s, in pieces of %zu", rows[i].name, piece);
        }
    }
}

static void words_that_it_can_not_read_become_unknown_ones(void **state) {
    (void)state;
    static const struct {
        const char *name, *in, *out;
    } masked[] = {
        {"charset", "3 NO [BADCHARSET (a)] x\r\n", "3 NO [BADCHARSEX (a)] x\r\n"},
        {"flags", "* OK [PERMANENTFLAGS (\\a)] x\r\n", "* OK [PERMANENTFLAGX (\\a)] x\r\n"},
        {"lower case, second try", "* OK [perm[permanentflags (\\a)] x\r\n", "* OK [perm[permanentflagX (\\a)] x\r\n"},
        {"an answer nobody asked for", "* NAMESPACE NIL NIL\r\n", "* NAMESPACX NIL NIL\r\n"},
        {"another code", "* OK [UIDVALIDITY 7] x\r\n", "* OK [UIDVALIDITY 7] x\r\n"},
        {"in a mail", "* 1 FETCH (BODY[] {12}\r\n[BADCHARSET])\r\n", "* 1 FETCH (BODY[] {12}\r\n[BADCHARSET])\r\n"},
        {"twice", "* NO [BADCHARSET] [BADCHARSET]\r\n", "* NO [BADCHARSEX] [BADCHARSEX]\r\n"},
    };
    for (size_t i = 0; i < sizeof masked / sizeof *masked; i++) {
        size_t len = strlen(masked[i].in);
        for (size_t piece = 1; piece <= len; piece++) {
            struct imap_guard guard = {0};
            char bytes[256];
            snprintf(bytes, sizeof bytes, "%s", masked[i].in);
            for (size_t from = 0; from < len; from += piece)
                if (!imap_guard_pass(&guard, bytes + from, from + piece < len ? piece : len - from, MAX))
                    fail_msg("%s: refused", masked[i].name);
            if (strcmp(bytes, masked[i].out) != 0)
                fail_msg("%s, in pieces of %zu: %s", masked[i].name, piece, bytes);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_breaks_libetpan_is_refused),
        cmocka_unit_test(words_that_it_can_not_read_become_unknown_ones),
    };
    return cmocka_run_group_tests_name("mail.imap_guard", tests, NULL, NULL);
}
