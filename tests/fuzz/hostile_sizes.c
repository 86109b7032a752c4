/* Mails that are too big, too deep or too broken to be made by chance: the whole way, of the whole mail and of its first bytes. Prints what every one cost in
 * time and memory, beside the mail's own bytes. What a child process may take (2 s) is enough for the worst of them; the sanitizers get ten times of it. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/sanitized.h"
#include "tests/fuzz/hostile.h"

enum { CPU_MOST_MS = SANITIZED ? 20000 : 2000 };

enum { MAIL_BYTES = 256 << 20, HEAD_BYTES = 64 * KIB };

#define PLAIN WHO "Subject: frame\r\n\r\n"
#define HTML WHO "Subject: frame\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
#define MIXED WHO "Subject: frame\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"

/* ---- what a mail costs ---- */

/* From here on the most memory that the process ever had is counted anew, without what the allocator keeps of earlier mails. */
static void forget_peak(void) {
    malloc_trim(0);
    FILE *file = fopen("/proc/self/clear_refs", "we");
    if (file) {
        fputs("5", file);
        fclose(file);
    }
}

/* A line of /proc/self/status, in KiB; 0: there is none. */
static long memory_kib(const char *name) {
    FILE *file = fopen("/proc/self/status", "re");
    char line[256];
    long ret = 0;
    while (file && !ret && fgets(line, sizeof line, file)) {
        struct span rest = span_of(line), word;
        if (span_cut(&rest, ':', &word) && span_equal(word, span_of(name)))
            ret = strtol(rest.ptr, NULL, 10);
    }
    if (file)
        fclose(file);
    return ret;
}

static struct outcome measure(const char *name, struct span raw, bool whole, struct arena *arena) {
    struct why why = {""};
    struct timespec from, to;
    forget_peak();
    long before = memory_kib("VmRSS");
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    struct outcome ret = read_mail(name, raw, whole, arena, &why);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    long long ms = (to.tv_sec - from.tv_sec) * 1000LL + (to.tv_nsec - from.tv_nsec) / 1000000;
    printf("%-44s %9zu KiB %6lld ms %7ld KiB more: %s\n", name, raw.len / KIB, ms, memory_kib("VmHWM") - before,
           ret.failed ? why.text : name_text(action_names, (int)ret.reading.action));
    fflush(stdout);
    if (ms > CPU_MOST_MS)
        fail_msg("%s: took %lld ms", name, ms);
    return ret;
}

/* ---- too big, too deep, too broken ---- */

static void repeat(struct buf *mail, const char *text, size_t times) {
    struct span piece = span_of(text);
    for (size_t i = 0; i < times; i++)
        buf_add(mail, piece);
}

static void deep_multiparts(struct buf *mail) {
    buf_text(mail, WHO);
    for (size_t i = 0; i < 30000; i++)
        buf_printf(mail, "Content-Type: multipart/mixed; boundary=b%zu.\r\n\r\n--b%zu.\r\n", i, i);
    buf_text(mail, "\r\n" ASKS);
}

static void deep_messages(struct buf *mail) {
    buf_text(mail, WHO);
    repeat(mail, "Content-Type: message/rfc822\r\n\r\nFrom: a@b.example\r\n", 30000);
    buf_text(mail, "\r\n" ASKS);
}

/* Every line could end any of fifty multiparts. */
static void lines_like_boundaries(struct buf *mail) {
    buf_text(mail, WHO);
    for (size_t i = 0; i < 49; i++)
        buf_printf(mail, "Content-Type: multipart/mixed; boundary=\"%.*d%zu\"\r\n\r\n--%.*d%zu\r\n", 60, 0, i, 60, 0, i);
    buf_text(mail, "\r\n" ASKS);
    repeat(mail, "--00000000000000000000000000000000000000000000000000000000000x\r\n", 20 * MIB / 64);
}

static void text_of_100_mb(struct buf *mail) {
    buf_text(mail, PLAIN ASKS);
    repeat(mail, "And so it goes on, with words of no use and 12 numbers.\r\n", 100 * MIB / 57);
}

static void attachment_of_100_mb(struct buf *mail) {
    buf_text(mail, MIXED "--b\r\n\r\n" ASKS "\r\n--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n");
    repeat(mail, "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\r\n", 100 * MIB / 78);
    buf_text(mail, "--b--\r\n");
}

static void line_of_100_mb(struct buf *mail) {
    buf_text(mail, PLAIN ASKS);
    repeat(mail, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", 100 * MIB / 64);
}

static void base64_of_100_mb(struct buf *mail) {
    buf_text(mail, WHO "Subject: frame\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n");
    repeat(mail, "PGRpdj4yMDY5MzxiPjxpPjx0YWJsZT48dHI+PHRkPjIwNjkwPGZvbnQ+PGEgaHJlZj14Pnk8L2E+\r\n", 100 * MIB / 80);
}

static void newlines_of_100_mb(struct buf *mail) {
    buf_text(mail, PLAIN ASKS);
    repeat(mail, "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n", 100 * MIB / 64);
}

static void fields_100000(struct buf *mail) {
    buf_text(mail, WHO);
    repeat(mail, "X-Field: value\r\n", 100000);
    buf_text(mail, "\r\n" ASKS);
}

static void field_of_10_mb(struct buf *mail) {
    buf_text(mail, WHO "Subject: ");
    repeat(mail, "=?utf-8?Q?frame_?=\r\n ", 10 * MIB / 21);
    buf_text(mail, "\r\n\r\n" ASKS);
}

static void field_of_words_never_closed(struct buf *mail) {
    buf_text(mail, WHO "Subject: ");
    repeat(mail, "=?a?q?", MIB / 6);
    buf_text(mail, "\r\n\r\n" ASKS);
}

static void folds_10_mb(struct buf *mail) {
    buf_text(mail, WHO "Subject: frame");
    repeat(mail, "\r\n ", 10 * MIB / 3);
    buf_text(mail, "\r\n\r\n" ASKS);
}

static void addresses_10000(struct buf *mail) {
    buf_text(mail, "From: asker@clinic.example\r\nMessage-ID: <q@clinic.example>\r\nSubject: frame\r\nTo: desk@desk.example");
    for (size_t i = 0; i < 10000; i++)
        buf_printf(mail, ",\r\n victim%zu@target.example", i);
    buf_text(mail, "\r\n\r\n" ASKS);
}

static void comments_deep(struct buf *mail) {
    buf_text(mail, "Message-ID: <q@clinic.example>\r\nTo: desk@desk.example\r\nFrom: asker@clinic.example ");
    repeat(mail, "(", 30000);
    buf_text(mail, "\r\n\r\n" ASKS);
}

static void references_10000(struct buf *mail) {
    buf_text(mail, WHO "Subject: frame\r\nReferences:");
    for (size_t i = 0; i < 10000; i++)
        buf_printf(mail, "\r\n <%zu@clinic.example>", i);
    buf_text(mail, "\r\nIn-Reply-To: <");
    repeat(mail, "a", 980);
    buf_text(mail, "@clinic.example>\r\n\r\n" ASKS);
}

static void parameters_10000(struct buf *mail) {
    buf_text(mail, WHO "Subject: frame\r\nContent-Type: multipart/mixed");
    for (size_t i = 0; i < 5000; i++)
        buf_printf(mail, ";\r\n boundary*%zu*=%%62", i);
    buf_text(mail, "\r\n\r\n--b\r\n\r\n" ASKS);
}

static void codes_10000(struct buf *mail) {
    buf_text(mail, PLAIN "What are");
    for (size_t i = 0; i < 10000; i++)
        buf_printf(mail, " %05zu%s", 10000 + 7 * i, i % 8 == 7 ? ",\r\n" : ",");
    buf_text(mail, "and 20693?\r\n");
}

static void many_of(struct buf *mail, const char *sentence) {
    buf_text(mail, PLAIN);
    repeat(mail, sentence, 500 * KIB / strlen(sentence));
    buf_text(mail, "\r\n");
}

static void sentences(struct buf *mail) { many_of(mail, "What is CPT 20693? "); }
static void lines_that_ask(struct buf *mail) { many_of(mail, "Which code is for a broken collar bone?\r\n"); }
static void ranges(struct buf *mail) { many_of(mail, "00100-99999, A00-Z99.9, S82.251A-S82.259Z, 20936/37/38 "); }
static void modifiers(struct buf *mail) { many_of(mail, "99213-25-59-LT-RT-76-77-78-79-80 "); }
static void dates(struct buf *mail) { many_of(mail, "DOS 3/1/2026 and 2026-02-30, March 1st, 01.02.26 "); }
static void amounts(struct buf *mail) { many_of(mail, "J0585 x155, 40,5 mg at 10 mg/mL, 08:10 - 09:58, 2 units of 96372 wasted 45 "); }
static void words_of_the_lexicon(struct buf *mail) { many_of(mail, "displaced spiral fracture shaft right tibia collar bone OSA COPD without ulcer "); }
static void unknown_words(struct buf *mail) { many_of(mail, "fracturre tibbia displased spirral qxzvbn "); }
static void one_word(struct buf *mail) { many_of(mail, "abcdefghijklmnopqrstuvwxyz"); }
static void digits(struct buf *mail) { many_of(mail, "0123456789"); }
static void brackets(struct buf *mail) { many_of(mail, "(["); }
static void backslashes(struct buf *mail) { many_of(mail, "\\`*_{}[]()#+-.!|<>&"); }
static void asking_marks(struct buf *mail) { many_of(mail, "?"); }
static void quotes(struct buf *mail) { many_of(mail, "> > > > > > > > "); }
static void quote_marks(struct buf *mail) { many_of(mail, "> On Monday Jane wrote:\r\n"); }
static void attributions(struct buf *mail) { many_of(mail, "On Mon, 3 Mar 2026, Jane\r\n"); }
static void header_blocks(struct buf *mail) { many_of(mail, "From: Jane\r\nSent: Monday\r\nTo: desk\r\n"); }
static void signatures(struct buf *mail) { many_of(mail, "-- \r\nJane\r\n"); }
static void not_without(struct buf *mail) { many_of(mail, "not without no and or not "); }
static void wide(struct buf *mail) { many_of(mail, "\xEF\xBC\x92\xEF\xBC\x90\xEF\xBC\x96\xEF\xBC\x99\xEF\xBC\x93 "); }
static void persons(struct buf *mail) { many_of(mail, "Jane Roe DOB 01/02/1960 MRN 12345678 SSN 900-12-3456 (555) 010-0199 "); }

static void lines_1_mb(struct buf *mail) {
    buf_text(mail, PLAIN ASKS);
    repeat(mail, "word ", MIB / 5);
    buf_text(mail, "\r\n");
}

static void soft_breaks(struct buf *mail) {
    buf_text(mail, WHO "Subject: frame\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nWhat is 2=\r\n");
    repeat(mail, "=\r\n", MIB);
    buf_text(mail, "0693?\r\n");
}

static void nuls(struct buf *mail) {
    static const struct span text = SPAN("From: Asa\0 <asker@clinic.example>\r\nTo: desk@desk.example\r\nSubject: \0frame\0\r\nX\0Y: z\r\n\r\nWhat\0 is CPT 20693?\0\r\n");
    buf_add(mail, text);
}

/* ---- HTML ---- */

static void elements_deep(struct buf *mail) {
    buf_text(mail, HTML);
    repeat(mail, "<div>", 100000);
    buf_text(mail, ASKS);
}

static void tables_deep(struct buf *mail) {
    buf_text(mail, HTML ASKS);
    repeat(mail, "<table><tr><td>", 30000);
}

/* A parser opens all of the formatting anew in every paragraph. */
static void formatting(struct buf *mail) {
    buf_text(mail, HTML ASKS);
    for (size_t i = 0; i < 5000; i++)
        buf_printf(mail, "<b id=%zu>", i);
    repeat(mail, "<p>x", 20000);
}

static void misnested(struct buf *mail) {
    buf_text(mail, HTML ASKS);
    repeat(mail, "<a><b><p></a></b><i><table><a></table></i>", 10000);
}

static void attributes(struct buf *mail) {
    buf_text(mail, HTML ASKS "<p");
    for (size_t i = 0; i < 50000; i++)
        buf_printf(mail, " a%zu=b", i);
    buf_text(mail, ">x");
}

static void entities(struct buf *mail) {
    buf_text(mail, HTML ASKS);
    repeat(mail, "&amp;&#0;&#x1F600;&notit;", MIB / 25);
}

static void comments_open(struct buf *mail) {
    buf_text(mail, HTML ASKS);
    repeat(mail, "<!-- <style> <script> ", MIB / 22);
}

/* ---- charsets ---- */

static void in_charset(struct buf *mail, const char *charset, const char *text) {
    buf_printf(mail, WHO "Subject: =?%s?Q?=1B$B=FF=FE=00?=\r\nContent-Type: text/plain; charset=\"%s\"\r\n\r\n", charset, charset);
    buf_text(mail, text);
    repeat(mail, "\x1B$B\xFF\xFE\x1B(J~{\xD8\x00+AGE-\x80\xC3(\xE2\x82", 10000);
}

static void utf_16(struct buf *mail) { in_charset(mail, "utf-16", "W"); }
static void utf_7(struct buf *mail) { in_charset(mail, "utf-7", "+ADw-script+AD4-"); }
static void iso_2022_jp(struct buf *mail) { in_charset(mail, "iso-2022-jp", ASKS); }
static void iso_2022_cn(struct buf *mail) { in_charset(mail, "iso-2022-cn-ext", ASKS); }
static void hz(struct buf *mail) { in_charset(mail, "hz", ASKS); }
static void big5(struct buf *mail) { in_charset(mail, "big5-hkscs", ASKS); }
static void ebcdic(struct buf *mail) { in_charset(mail, "ebcdic-us", ASKS); }
static void translit(struct buf *mail) { in_charset(mail, "ascii//TRANSLIT//IGNORE", ASKS); }
static void no_charset(struct buf *mail) { in_charset(mail, "../../etc/passwd", ASKS); }
static void utf_8(struct buf *mail) { in_charset(mail, "utf-8", ASKS); }

/* ---- the tables ---- */

/* What must come of it; -1: an action of any kind, as long as all else holds. */
struct row {
    const char *name;
    void (*write)(struct buf *mail);
    int failed, action;
};

static const struct row too_much[] = {
    {"30,000 multiparts deep", deep_multiparts, FAIL_LIMIT, -1},
    {"30,000 messages deep", deep_messages, 0, -1},
    {"20 MB of lines like boundaries", lines_like_boundaries, 0, -1},
    {"100 MB of text", text_of_100_mb, 0, -1},
    {"100 MB attached", attachment_of_100_mb, 0, ACTION_ANSWER},
    {"a line of 100 MB", line_of_100_mb, 0, -1},
    {"100 MB of HTML in base64", base64_of_100_mb, 0, -1},
    {"100 MB of empty lines", newlines_of_100_mb, 0, ACTION_ANSWER},
    {"100,000 header fields", fields_100000, FAIL_LIMIT, -1},
    {"a subject of 10 MB", field_of_10_mb, 0, -1},
    {"encoded words that never close", field_of_words_never_closed, 0, -1},
    {"10 MB of folds", folds_10_mb, 0, ACTION_ANSWER},
    {"10,000 recipients", addresses_10000, 0, -1},
    {"30,000 comments deep", comments_deep, 0, -1},
    {"10,000 references", references_10000, 0, ACTION_ANSWER},
    {"5,000 pieces of a parameter", parameters_10000, 0, -1},
    {"10,000 codes", codes_10000, 0, -1},
    {"sentences", sentences, 0, -1},
    {"lines that ask", lines_that_ask, 0, -1},
    {"ranges", ranges, 0, -1},
    {"modifiers", modifiers, 0, -1},
    {"dates", dates, 0, -1},
    {"amounts", amounts, 0, -1},
    {"words of the lexicon", words_of_the_lexicon, 0, -1},
    {"words that nobody knows", unknown_words, 0, -1},
    {"one word", one_word, 0, -1},
    {"digits", digits, 0, -1},
    {"brackets", brackets, 0, -1},
    {"marks of CommonMark", backslashes, 0, -1},
    {"question marks", asking_marks, 0, -1},
    {"quotes in quotes", quotes, 0, -1},
    {"quoted attributions", quote_marks, 0, -1},
    {"attributions that never end", attributions, 0, -1},
    {"header blocks", header_blocks, 0, -1},
    {"signatures", signatures, 0, -1},
    {"not without", not_without, 0, -1},
    {"wide digits", wide, 0, -1},
    {"persons and their numbers", persons, 0, -1},
    {"a line of 1 MB", lines_1_mb, 0, -1},
    {"1 Mi soft line breaks", soft_breaks, 0, -1},
    {"NULs", nuls, 0, ACTION_ANSWER},
    {"100,000 elements deep", elements_deep, 0, -1},
    {"30,000 tables deep", tables_deep, 0, -1},
    {"formatting opened anew", formatting, 0, -1},
    {"elements closed in the wrong order", misnested, 0, -1},
    {"50,000 attributes", attributes, 0, -1},
    {"entities", entities, 0, -1},
    {"comments that never close", comments_open, 0, -1},
    {"broken utf-16", utf_16, 0, -1},
    {"broken utf-7", utf_7, 0, -1},
    {"broken iso-2022-jp", iso_2022_jp, 0, -1},
    {"broken iso-2022-cn-ext", iso_2022_cn, 0, -1},
    {"broken hz", hz, 0, -1},
    {"broken big5", big5, 0, -1},
    {"ebcdic", ebcdic, 0, -1},
    {"a charset with options for iconv", translit, 0, -1},
    {"a charset that is a path", no_charset, 0, -1},
    {"broken utf-8", utf_8, 0, -1},
};

static void is_survived(const struct row *row, struct arena *arena) {
    struct buf mail;
    buf_init(&mail, MAIL_BYTES);
    row->write(&mail);
    assert_false(buf_full(&mail));
    struct outcome outcome = measure(row->name, buf_span(&mail), true, arena);
    if (outcome.failed != row->failed)
        fail_msg("%s: %d", row->name, outcome.failed);
    if (row->action >= 0 && (int)outcome.reading.action != row->action)
        fail_msg("%s: %s", row->name, name_text(action_names, (int)outcome.reading.action));
    arena_clear(arena);
    struct span head = span_slice(buf_span(&mail), 0, HEAD_BYTES);
    if (head.len < mail.len) {
        outcome = measure("  its first bytes", head, false, arena);
        if (outcome.failed && outcome.failed != FAIL_AGAIN && outcome.failed != row->failed)
            fail_msg("%s: its first bytes: %d", row->name, outcome.failed);
    }
    buf_free(&mail);
}

static void what_is_too_much_is_survived(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof too_much / sizeof *too_much; i++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        is_survived(&too_much[i], arena);
        arena_free(arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_too_much_is_survived)};
    return cmocka_run_group_tests_name("hostile sizes", tests, open_kb, close_kb);
}
