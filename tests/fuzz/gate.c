/* Any header may ask for a reply. The gate names a rule of its table, or one usable recipient who is not ourselves; who says that he is a program
 * is not answered, whatever else his header says; and nobody is believed whom our own server does not name. The last byte chooses what is put on top. */
#include <string.h>

#include "base/buf.h"
#include "mail/gate.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/holds.h"

enum { ARENA_BYTES = 64 << 20, MAIL_BYTES = 16 << 20 };

static const char *const addresses[] = {"desk@desk.example", "codes@desk.example"};
static const struct gate_desk desk = {.addresses = addresses, .address_count = 2, .max_hops = 25, .authserv_id = "mx.desk.example"};

/* Fields that nobody writes but programs. */
static const char *const marks[] = {
    "Auto-Submitted: auto-replied",
    "Auto-Submitted: auto-generated (rejected)",
    "Precedence: bulk",
    "List-Id: <frames.lists.example>",
    "X-Auto-Response-Suppress: All",
    "X-Autoreply: yes",
    "X-Failed-Recipients: roe@practice.example",
    "Return-Path: <>",
};

static bool is_rule(const char *name) {
    for (const struct gate_rule_text *rule = gate_rules(); rule->name; rule++)
        if (strcmp(rule->name, name) == 0)
            return true;
    return false;
}

static bool is_ours(const char *recipient) {
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        if (span_same(span_of(recipient), span_of(addresses[i])))
            return true;
    return false;
}

static bool is_named(const struct message *message, const char *recipient) {
    const struct addresses *lists[] = {&message->from, &message->reply_to, &message->sender};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (size_t k = 0; k < lists[i]->count; k++)
            if (strcmp(lists[i]->items[k].mailbox, recipient) == 0)
                return true;
    return false;
}

static bool judge(struct span raw, struct arena *arena, struct gate_verdict *ret) {
    struct message message;
    if (message_read(raw, true, &message_default_limits, arena, &message, NULL))
        return false;
    gate_judge(&message, &desk, arena, ret);
    must(!ret->rule != !ret->recipient && !ret->rule == !ret->meaning, "either a rule with its meaning or a recipient");
    must(!ret->rule || is_rule(ret->rule), "a rule stands in the table");
    must(!ret->verified || ret->trust == SENDER_VERIFIED, "only who is verified is");
    if (ret->recipient)
        must(address_usable(span_of(ret->recipient)) && !is_ours(ret->recipient) && is_named(&message, ret->recipient),
             "the recipient is usable, named in the mail, and not ourselves");
    return true;
}

/* Does a mail begin with it? A line that goes on from the field before is of that field, and mail servers put a field of theirs before all that
 * came from outside. */
static bool may_stand_below(struct span raw) { return raw.len == 0 || !char_is_space(raw.ptr[0]); }

static bool judge_below(const char *top, struct span raw, struct arena *arena, struct gate_verdict *ret) {
    struct buf mail;
    buf_init(&mail, MAIL_BYTES);
    buf_printf(&mail, "%s\r\n", top);
    buf_add(&mail, raw);
    bool read = judge((struct span){buf_keep(&mail, arena), mail.len}, arena, ret);
    buf_free(&mail);
    return read;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct span raw = span_of_bytes(bytes, size);
    const char *mark = marks[take_byte(&raw) % (sizeof marks / sizeof *marks)];
    struct arena *arena = arena_new(ARENA_BYTES);
    struct gate_verdict bare, below;
    if (may_stand_below(raw) && judge(raw, arena, &bare)) {
        must(!judge_below(mark, raw, arena, &below) || below.rule, "who says that he is a program is not answered");
        must(!judge_below("Authentication-Results: mx.desk.example; none", raw, arena, &below) || below.trust != SENDER_VERIFIED,
             "what stands below our server's word makes nobody believed");
        must(!judge_below("Authentication-Results: target.example; dmarc=pass header.from=clinic.example", raw, arena, &below) ||
                 below.trust == bare.trust,
             "another server's word changes nothing");
    }
    arena_free(arena);
    return 0;
}
