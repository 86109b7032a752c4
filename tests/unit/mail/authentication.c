/* Whose Authentication-Results are believed, and what follows from them. Rows are fields from the top of the header down. */
#include "tests/unit/mail/fixture.h"

#include <string.h>

#include "mail/gate.h"

#define MINE "Authentication-Results: mx.desk.example"
#define FROM "From: Jane <jane@practice.example>\n"

struct row {
    const char *name, *header;
    enum sender_trust trust;
};

static const struct row what_one_field_says[] = {
    {"nothing", FROM, SENDER_UNVERIFIED},
    {"none", MINE "; none\n" FROM, SENDER_UNVERIFIED},
    {"id alone", MINE "\n" FROM, SENDER_UNVERIFIED},
    {"dmarc=pass", MINE "; dmarc=pass header.from=practice.example\n" FROM, SENDER_VERIFIED},
    {"dmarc=pass without its domain", MINE "; dmarc=pass\n" FROM, SENDER_VERIFIED},
    {"dmarc=pass for another domain", MINE "; dmarc=pass header.from=evil.example\n" FROM, SENDER_UNVERIFIED},
    {"dmarc=fail", MINE "; dmarc=fail (p=NONE) header.from=practice.example\n" FROM, SENDER_REFUTED},
    {"dmarc=fail beside an aligned pass", MINE "; spf=pass smtp.mailfrom=jane@practice.example; dmarc=fail\n" FROM, SENDER_REFUTED},
    {"dmarc=none, nothing else", MINE "; dmarc=none\n" FROM, SENDER_UNVERIFIED},
    {"dmarc=temperror", MINE "; dmarc=temperror\n" FROM, SENDER_UNVERIFIED},
    {"dkim aligned", MINE "; dkim=pass header.d=practice.example header.s=a\n" FROM, SENDER_VERIFIED},
    {"dkim of the parent", MINE "; dkim=pass header.d=Practice.Example\nFrom: j@dept.practice.example\n", SENDER_VERIFIED},
    {"dkim of a subdomain", MINE "; dkim=pass header.d=x.practice.example\n" FROM, SENDER_UNVERIFIED},
    {"dkim of a top-level domain", MINE "; dkim=pass header.d=example\n" FROM, SENDER_UNVERIFIED},
    {"dkim of a name that only ends so", MINE "; dkim=pass header.d=ractice.example\n" FROM, SENDER_UNVERIFIED},
    {"dkim by its identity", MINE "; dkim=pass header.i=@practice.example\n" FROM, SENDER_VERIFIED},
    {"dkim of another", MINE "; dkim=pass header.d=evil.example\n" FROM, SENDER_UNVERIFIED},
    {"dkim=fail", MINE "; dkim=fail header.d=practice.example\n" FROM, SENDER_UNVERIFIED},
    {"two signatures", MINE "; dkim=pass header.d=list.example; dkim=pass header.d=practice.example\n" FROM, SENDER_VERIFIED},
    {"spf aligned", MINE "; spf=pass smtp.mailfrom=jane@practice.example\n" FROM, SENDER_VERIFIED},
    {"spf, a domain alone", MINE "; spf=pass smtp.mailfrom=practice.example\n" FROM, SENDER_VERIFIED},
    {"spf of another", MINE "; spf=pass smtp.mailfrom=jane@evil.example\n" FROM, SENDER_UNVERIFIED},
    {"spf of the greeting", MINE "; spf=pass smtp.helo=practice.example\n" FROM, SENDER_UNVERIFIED},
    {"arc is not believed", MINE "; arc=pass header.d=practice.example\n" FROM, SENDER_UNVERIFIED},
    {"iprev is no sender", MINE "; iprev=pass policy.iprev=192.0.2.1\n" FROM, SENDER_UNVERIFIED},
};

static const struct row how_a_field_is_written[] = {
    {"version", MINE " 1; dmarc=pass\n" FROM, SENDER_VERIFIED},
    {"version of the method", MINE "; dmarc/1=pass\n" FROM, SENDER_VERIFIED},
    {"version to come", MINE " 2; dmarc=pass\n" FROM, SENDER_UNVERIFIED},
    {"capitals", "AUTHENTICATION-RESULTS: MX.Desk.Example; DMARC=PASS\n" FROM, SENDER_VERIFIED},
    {"folded", "Authentication-Results:\n\tmx.desk.example;\n\tdkim=pass\n\t header.d=practice.example;\n\tspf=none\n" FROM,
     SENDER_VERIFIED},
    {"comments everywhere", "Authentication-Results: (a) mx.desk.example (b (c) \\) d) 1 ; (e) dmarc (f) = (g) pass\n" FROM,
     SENDER_VERIFIED},
    {"blanks about the sign", MINE " ; spf = pass smtp.mailfrom = jane@practice.example\n" FROM, SENDER_VERIFIED},
    {"id in quotes", "Authentication-Results: \"mx.desk.example\"; dmarc=pass\n" FROM, SENDER_VERIFIED},
    {"local part in quotes", MINE "; spf=pass smtp.mailfrom=\"a; b\"@practice.example\n" FROM, SENDER_VERIFIED},
    {"reason between", MINE "; dkim=pass reason=\"good; dmarc=fail\" header.d=practice.example\n" FROM, SENDER_VERIFIED},
    {"a pass in a comment", MINE " (; dmarc=pass); spf=none\n" FROM, SENDER_UNVERIFIED},
    {"a pass in quotes", MINE "; spf=none reason=\"; dmarc=pass\"\n" FROM, SENDER_UNVERIFIED},
    {"a pass in a comment that never ends", MINE "; spf=none (; dmarc=pass\n" FROM, SENDER_UNVERIFIED},
    {"a pass among properties", MINE "; spf=none smtp.mailfrom=x dmarc=pass\n" FROM, SENDER_UNVERIFIED},
    {"signs doubled", MINE "; spf==none dmarc=pass\n" FROM, SENDER_UNVERIFIED},
    {"what can not be read is passed over", MINE "; ===; x; dmarc=pass\n" FROM, SENDER_VERIFIED},
    {"nothing behind the sign", MINE "; dmarc=\n" FROM, SENDER_UNVERIFIED},
    {"a quote that never ends", MINE "; spf=\"\n" FROM, SENDER_UNVERIFIED},
    {"no id", "Authentication-Results: ; dmarc=pass\n" FROM, SENDER_UNVERIFIED},
    {"empty", "Authentication-Results:\n" FROM, SENDER_UNVERIFIED},
};

static const struct row whose_field_counts[] = {
    {"another server", "Authentication-Results: mx.evil.example; dmarc=pass\n" FROM, SENDER_UNVERIFIED},
    {"another server's fail", "Authentication-Results: mx.evil.example; dmarc=fail\n" MINE "; dmarc=pass\n" FROM, SENDER_VERIFIED},
    {"a longer id", "Authentication-Results: mx.desk.example.evil.example; dmarc=pass\n" FROM, SENDER_UNVERIFIED},
    {"the id as a comment", "Authentication-Results: (mx.desk.example) evil.example; dmarc=pass\n" FROM, SENDER_UNVERIFIED},
    {"the id behind another", "Authentication-Results: evil.example mx.desk.example; dmarc=pass\n" FROM, SENDER_UNVERIFIED},
    {"no semicolon behind the id", MINE " x; dmarc=pass\n" FROM, SENDER_UNVERIFIED},
    {"forged below ours", MINE "; dmarc=none\nReceived: from evil.example\n" MINE "; dmarc=pass\n" FROM, SENDER_UNVERIFIED},
    {"forged right below ours", MINE "; spf=fail\n" MINE "; dmarc=pass\n" FROM, SENDER_UNVERIFIED},
    {"forged pass below our fail", MINE "; dmarc=fail\n" MINE "; dmarc=pass\n" FROM, SENDER_REFUTED},
    {"fail in the second of our fields", MINE "; dkim=pass header.d=practice.example\n" MINE "; dmarc=fail\n" FROM, SENDER_REFUTED},
    {"others above ours", "Authentication-Results: inner.desk.example; none\n" MINE "; dmarc=pass\n" FROM, SENDER_VERIFIED},
    {"ARC", "ARC-Authentication-Results: i=1; mx.desk.example; dmarc=pass\n" FROM, SENDER_UNVERIFIED},
    {"the old name", "X-Authentication-Results: mx.desk.example; dmarc=pass\n" FROM, SENDER_UNVERIFIED},
    {"Received-SPF", "Received-SPF: pass (mx.desk.example: domain of jane@practice.example)\n" FROM, SENDER_UNVERIFIED},
    {"two From fields", MINE "; dmarc=pass\n" FROM "From: eve@practice.example\n", SENDER_UNVERIFIED},
    {"two authors", MINE "; dmarc=pass header.from=practice.example\nFrom: jane@practice.example, eve@evil.example\n", SENDER_UNVERIFIED},
    {"no From", MINE "; dmarc=pass\nSender: jane@practice.example\n", SENDER_UNVERIFIED},
};

static const char *const ours[] = {"ask@desk.example"}, *const forms[] = {"forms.example"};

static struct gate_verdict judged(const char *header, const char *authserv_id, struct arena *arena) {
    const struct gate_desk desk = {.addresses = ours,
                                   .address_count = 1,
                                   .max_hops = 25,
                                   .authserv_id = authserv_id,
                                   .reply_to_allowed = forms,
                                   .reply_to_allowed_count = 1};
    const char *raw = arena_printf(arena, "%sTo: ask@desk.example\nSubject: 20693\n\nWhat is it?\n", header);
    struct message message;
    struct gate_verdict verdict;
    assert_int_equal(message_read(span_of(raw), true, &message_default_limits, arena, &message, NULL), 0);
    gate_judge(&message, &desk, arena, &verdict);
    return verdict;
}

static void judge_all(const struct row *rows, size_t count) {
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < count; i++) {
        enum sender_trust trust = judged(rows[i].header, "mx.desk.example", arena).trust;
        if (trust != rows[i].trust)
            fail_msg("%s: %s, not %s", rows[i].name, sender_trust_texts[trust], sender_trust_texts[rows[i].trust]);
        if (judged(rows[i].header, NULL, arena).trust != SENDER_UNVERIFIED)
            fail_msg("%s: believed though nobody is to be", rows[i].name);
    }
    arena_free(arena);
}

#define JUDGE(table, name)                                                                                                                 \
    static void name(void **state) {                                                                                                       \
        (void)state;                                                                                                                       \
        judge_all(table, sizeof table / sizeof *table);                                                                                    \
    }

JUDGE(what_one_field_says, a_result_is_believed_where_it_is_about_from)
JUDGE(how_a_field_is_written, a_field_is_read_as_the_grammar_has_it)
JUDGE(whose_field_counts, only_our_servers_topmost_field_counts)

/* "verified" is about the one who gets the answer. */
static void a_reply_to_is_followed_where_it_may_be(void **state) {
    (void)state;
    static const struct {
        const char *name, *fields, *recipient;
        bool verified;
    } rows[] = {
        {"none", "", "jane@practice.example", true},
        {"the same", "Reply-To: JANE@practice.example\n", "JANE@practice.example", true},
        {"a colleague", "Reply-To: ann@practice.example\n", "ann@practice.example", false},
        {"the department", "Reply-To: ann@dept.practice.example\n", "ann@dept.practice.example", false},
        {"elsewhere", "Reply-To: eve@evil.example\n", "jane@practice.example", true},
        {"allowed", "Reply-To: ann@forms.example\n", "ann@forms.example", false},
        {"below what is allowed", "Reply-To: ann@eu.forms.example\n", "ann@eu.forms.example", false},
        {"a name that ends like it", "Reply-To: ann@myforms.example\n", "jane@practice.example", true},
        {"one allowed, one not", "Reply-To: ann@forms.example, eve@evil.example\n", "jane@practice.example", true},
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *header = arena_printf(arena, MINE "; dmarc=pass\n%s" FROM, rows[i].fields);
        struct gate_verdict verdict = judged(header, "mx.desk.example", arena);
        if (!verdict.recipient || strcmp(verdict.recipient, rows[i].recipient) != 0 || verdict.verified != rows[i].verified)
            fail_msg("%s: %s, %s", rows[i].name, verdict.recipient, verdict.verified ? "verified" : "unverified");
    }
    arena_free(arena);
}

static void our_own_mail_is_refused_by_name(void **state) {
    (void)state;
    struct arena *arena = arena_new(ARENA_BYTES);
    struct gate_verdict verdict = judged(MINE "; dmarc=pass\n" FROM, "mx.desk.example", arena);
    assert_null(verdict.rule);
    gate_refuse_own(&verdict);
    assert_string_equal(verdict.rule, "own-message");
    assert_non_null(verdict.meaning);
    assert_null(verdict.recipient);
    assert_false(verdict.verified);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_result_is_believed_where_it_is_about_from),
        cmocka_unit_test(a_field_is_read_as_the_grammar_has_it),
        cmocka_unit_test(only_our_servers_topmost_field_counts),
        cmocka_unit_test(a_reply_to_is_followed_where_it_may_be),
        cmocka_unit_test(our_own_mail_is_refused_by_name),
    };
    return cmocka_run_group_tests_name("mail.authentication", tests, NULL, NULL);
}
