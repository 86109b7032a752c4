/* part_of.h - tests ask one handler about codes written as "CPT 20690-59", on a knowledge base built from a fixture. */
#ifndef TESTS_PART_OF_H
#define TESTS_PART_OF_H

#include "tests/unit/handlers/one_line.h"
#include "tests/unit/kb/importing.h"

#include "handlers/answer.h"
#include "handlers/handler.h"
#include "kb/build.h"

enum { PART_CODES = 8, PART_WANTED = 6 };

static inline struct kb *part_kb(struct importing *on, const char *fixture) {
    struct buf problems;
    struct why why = {""};
    struct kb *ret;
    buf_init(&problems, 1 << 16);
    if (kb_build(on->kb, &fixture, 1, &problems, &why))
        fail_msg("%s\n%s", why.text, buf_span(&problems).ptr);
    buf_free(&problems);
    if (kb_open(on->kb, &ret, &why))
        fail_msg("%s", why.text);
    return ret;
}

static inline struct asked_code part_code(struct importing *on, struct kb *kb, const char *written, struct date date) {
    struct asked_code ret = {.role = ROLE_ASKED};
    struct span rest = span_of(written), word, modifier;
    struct kb_code code;
    struct kb_facts facts;
    int system = SYSTEM_COUNT;
    assert_true(span_cut(&rest, ' ', &word) && name_value(system_names, word, &system));
    ret.system = (enum code_system)system;
    assert_true(span_cut(&rest, '-', &word));
    while (span_cut(&rest, '-', &modifier))
        memcpy(ret.modifiers[ret.modifier_count++], modifier.ptr, 2);
    system_key(ret.system, word, ret.key);
    system_display(ret.system, ret.key, ret.display);
    assert_int_equal(kb_lookup(kb, ret.system, ret.key, date, on->arena, &code, NULL), 0);
    kb_facts(kb, ret.system, ret.key, date, on->arena, &facts, NULL);
    ret.status = code.status;
    ret.has_figures = code.status == STATUS_NO_DATA && facts.count > 0;
    return ret;
}

/* confidence 0: the handler must not claim. */
static inline void part_check(struct importing *on, struct kb *kb, const struct handler *handler, const char *name, struct inquiry inquiry,
                              struct question *question, int confidence, const char *const *want, const char *const *not_want) {
    struct why why = {""};
    struct part part;
    struct page page = page_begin(kb, question, on->arena);
    if (handler->claims(question, &inquiry) != (confidence > 0))
        fail_msg("%s: claimed: %d", name, confidence == 0);
    if (!confidence)
        return;
    if (handler->answer(&page, &inquiry, &part, &why))
        fail_msg("%s: %s", name, why.text);
    const char *text = one_line(answer_render_text(part.commonmark, on->arena), on->arena);
    for (size_t i = 0; i < PART_WANTED && want[i]; i++)
        expect_within(name, text, want[i]);
    for (size_t i = 0; i < PART_WANTED && not_want[i]; i++)
        if (strstr(text, not_want[i]))
            fail_msg("%s: \"%s\" in\n%s", name, not_want[i], text);
    if (part.confidence != confidence)
        fail_msg("%s: confidence %d instead of %d:\n%s", name, part.confidence, confidence, text);
}

#endif
