/* seeded.h - tests write a small seed, ask it in words, and look at the text part of the answer as one line. */
#ifndef TESTS_HANDLERS_SEEDED_H
#define TESTS_HANDLERS_SEEDED_H

#include "tests/unit/handlers/one_line.h"
#include "tests/unit/kb/from_seed.h"

#include "handlers/answer.h"

#define SEED_EDITION(system, from, to)                                                                                                     \
    "{\"system\": \"" system "\", \"name\": \"N26\", \"valid_from\": \"" from "\", \"valid_to\": \"" to "\", \"complete\": true, \"source\": \"s\"}"
#define SEED_SOURCE "{\"id\": \"s\", \"publisher\": \"p\", \"title\": \"t\", \"edition\": \"e\", \"kind\": \"house\"}"
#define SEED_CODE(system, code, title, facts)                                                                                              \
    "{\"system\": \"" system "\", \"code\": \"" code "\", \"title\": \"" title "\", \"source\": \"s\", \"facts\": [" facts "]}"
#define SEED_HEADER(code, title) "{\"system\": \"ICD10CM\", \"code\": \"" code "\", \"title\": \"" title "\", \"billable\": false, \"source\": \"s\"}"
#define SEED_FACT(section, label, text)                                                                                                    \
    "{\"section\": \"" section "\", \"label\": \"" label "\", \"text\": \"" text "\", \"source\": \"s\"}"
#define SEED_TEXT(section, text) "{\"section\": \"" section "\", \"text\": \"" text "\", \"source\": \"s\"}"
#define SEED_RELATED(section, label, related) "{\"section\": \"" section "\", \"label\": \"" label "\", \"related\": \"" related "\", \"source\": \"s\"}"
#define SEED_NAMES(section, related, text) "{\"section\": \"" section "\", \"related\": \"" related "\", \"text\": \"" text "\", \"source\": \"s\"}"

enum { SEEDED_WANTED = 6, SEEDED_UNWANTED = 4 };

struct seeded_row {
    const char *name, *text;
    enum intent intent; /* what is asked; how it is read out of the text is another test's */
    const char *handler;
    enum answer_action action;
    const char *want[SEEDED_WANTED], *not_want[SEEDED_UNWANTED]; /* in the text part, or in the draft for a person */
};

static inline void seeded_open(struct importing *on, const char *seed, struct kb **ret) {
    struct why why = {""};
    build_from_seed(on, seed);
    if (kb_open(on->kb, ret, &why))
        fail_msg("%s", why.text);
}

/* today is 2026-08-01. */
static inline void seeded_check(struct importing *on, struct kb *kb, const struct seeded_row *row) {
    struct passage passage = {PASSAGE_NEW, span_of(row->text)};
    struct question_text text = {.subject = "", .passages = &passage, .passage_count = 1};
    struct question question;
    struct answer answer;
    struct why why = {""};
    struct date today;
    assert_true(date_parse(SPAN("2026-08-01"), &today));
    if (question_read(&text, kb, today, on->arena, &question, &why))
        fail_msg("%s: %s", row->name, why.text);
    question.inquiries[0].intent = row->intent;
    question.inquiry_count = 1;
    if (answer_question(&question, kb, ANSWER_LEAST_CONFIDENCE, on->arena, &answer, &why))
        fail_msg("%s: %s", row->name, why.text);
    const char *line = one_line(answer.draft ? answer_render_text(answer.draft, on->arena) : answer.text, on->arena);
    if (strcmp(answer.handler, row->handler) != 0 || answer.action != row->action)
        fail_msg("%s: %s by %s:\n%s", row->name, name_text(action_names, (int)answer.action), answer.handler, line);
    for (size_t i = 0; i < SEEDED_WANTED && row->want[i]; i++)
        if (!strstr(line, row->want[i]))
            fail_msg("%s: no \"%s\" in:\n%s", row->name, row->want[i], line);
    for (size_t i = 0; i < SEEDED_UNWANTED && row->not_want[i]; i++)
        if (strstr(line, row->not_want[i]))
            fail_msg("%s: \"%s\" in:\n%s", row->name, row->not_want[i], line);
}

static inline void seeded_rows(struct importing *on, const char *seed, const struct seeded_row *rows, size_t count) {
    struct kb *kb;
    seeded_open(on, seed, &kb);
    for (size_t i = 0; i < count; i++)
        seeded_check(on, kb, &rows[i]);
    kb_close(kb);
}

#endif
