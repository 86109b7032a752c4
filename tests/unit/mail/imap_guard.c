/* What must not reach libetpan is refused, however the bytes are cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

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
    {"a code that libetpan frees wrongly", "3 NO [BADCHARSET (a)] x\r\n", false},
    {"in lower case", "* NO [[badcharset (a)] x\r\n", false},
    {"the same words in a mail", "* 1 FETCH (BODY[] {12}\r\n[BADCHARSET])\r\n", true},
    {"depth ends with the line", "* X ((((((((((((((((((((\r\n* X ((((((((((((((((((((\r\n", true},
};

static void cut_anywhere(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span all = span_of(rows[i].bytes);
        for (size_t piece = 1; piece <= all.len; piece++) {
            struct imap_guard guard = {0};
            bool fits = true;
            for (size_t from = 0; from < all.len && fits; from += piece)
                fits = imap_guard_pass(&guard, span_slice(all, from, from + piece), MAX);
            if (fits != rows[i].fits)
                fail_msg("%s, in pieces of %zu", rows[i].name, piece);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(cut_anywhere)};
    return cmocka_run_group_tests_name("mail.imap_guard", tests, NULL, NULL);
}
