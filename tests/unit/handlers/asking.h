/* asking.h - tests ask the knowledge base of the build a question in a few words. */
#ifndef TESTS_ASKING_H
#define TESTS_ASKING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "handlers/question.h"

enum { ASKING_BYTES = 256 << 20 };

struct asking {
    struct kb *kb;
    struct arena *arena;
    struct question question;
};

static inline int asking_setup(void **state) {
    static struct asking asking;
    struct why why;
    if (kb_open(KB_FILE, &asking.kb, &why)) {
        print_error("%s\n", why.text);
        return -1;
    }
    asking.arena = arena_new(ASKING_BYTES);
    *state = &asking;
    return 0;
}

static inline int asking_teardown(void **state) {
    struct asking *asking = *state;
    kb_close(asking->kb);
    arena_free(asking->arena);
    return 0;
}

/* texts may be NULL. today is 2026-11-01. */
static inline const struct question *ask_all(struct asking *asking, const char *subject, const char *text, const char *quoted,
                                             const char *signature, const struct thread_memory *thread) {
    struct passage passages[3];
    size_t count = 0;
    if (text)
        passages[count++] = (struct passage){PASSAGE_NEW, span_of(text)};
    if (quoted)
        passages[count++] = (struct passage){PASSAGE_QUOTED, span_of(quoted)};
    if (signature)
        passages[count++] = (struct passage){PASSAGE_SIGNATURE, span_of(signature)};
    struct question_text asked = {subject ? subject : "", passages, count, thread};
    struct date today;
    struct why why;
    arena_clear(asking->arena);
    assert_true(date_parse(SPAN("2026-11-01"), &today));
    if (question_read(&asked, asking->kb, today, asking->arena, &asking->question, &why))
        fail_msg("%s: %s", text, why.text);
    return &asking->question;
}

static inline const struct question *ask(struct asking *asking, const char *text) { return ask_all(asking, NULL, text, NULL, NULL, NULL); }

/* "CPT 20690-59-RT, ICD10CM S82.251A | CPT 20692": context codes behind the bar. */
static inline const char *codes_text(const struct question *question, struct arena *arena) {
    struct buf text;
    buf_init(&text, 8192);
    bool context = false;
    for (size_t i = 0; i < question->code_count; i++) {
        const struct asked_code *code = &question->codes[i];
        const char *between = code->role == ROLE_CONTEXT && !context ? (i ? " | " : "| ") : i ? ", " : "";
        context = code->role == ROLE_CONTEXT;
        buf_printf(&text, "%s%s %s", between, name_text(system_names, (int)code->system), code->display);
        for (size_t k = 0; k < code->modifier_count; k++)
            buf_printf(&text, "-%s", code->modifiers[k]);
    }
    const char *ret = text.len ? buf_keep(&text, arena) : "";
    buf_free(&text);
    return ret;
}

struct codes_row {
    const char *name, *text, *codes;
};

/* Every row is tried; the names of those that differ are printed. */
static inline void expect_codes(struct asking *asking, const struct codes_row *rows, size_t count) {
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        const char *codes = codes_text(ask(asking, rows[i].text), asking->arena);
        if (span_equal(span_of(codes), span_of(rows[i].codes)))
            continue;
        print_error("%s: wanted [%s], got [%s]\n", rows[i].name, rows[i].codes, codes);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

#endif
