/* replies [COUNT] [SEED] - no answer states a code, a figure or a day that stands neither in the question nor in the knowledge base.
 * Each token with a digit of an answer must stand in the question, in our own wording, in what the knowledge base says of a code that the
 * question asks or the answer names, or in a source it cites. A code that is named must exist, or have been asked.
 * Prints every breach with its question; fails when there is one. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handlers/answer.h"
#include "handlers/write/template.h"
#include "kb/payment.h"
#include "tests/property/corpus.h"
#include "tests/property/tokens.h"

enum { ARENA_BYTES = 512 << 20, SMALL_NUMBER = 64, NAMED_MAX = 512, DOSE_MOST = 1000000 };

struct trial {
    struct kb *kb;
    struct arena *arena;
    struct date today;
    struct tokens always; /* of the wording, of sources and editions */
    size_t breaches;
};

static void must(int failed, const struct why *why) {
    if (!failed)
        return;
    fprintf(stderr, "replies: %s\n", why->text);
    exit(EXIT_FAILURE);
}

static void add_source(struct tokens *ret, const struct kb_source *source) {
    tokens_add(ret, span_of(source->title));
    tokens_add(ret, span_of(source->edition));
    tokens_add(ret, span_of(source->notice));
}

static void add_always(struct trial *trial) {
    struct kb_sets sets;
    struct kb_editions editions;
    struct why why;
    trial->always = tokens_new(trial->arena);
    for (size_t i = 0; template_files[i].name; i++)
        tokens_add(&trial->always, template_files[i].text);
    must(kb_sets(trial->kb, trial->arena, &sets, &why), &why);
    for (size_t i = 0; i < sets.count; i++) {
        add_source(&trial->always, sets.items[i].source);
        tokens_add(&trial->always, span_slice(span_of(sets.items[i].valid_from.iso), 0, 4));
    }
    must(kb_editions(trial->kb, trial->arena, &editions, &why), &why);
    for (size_t i = 0; i < editions.count; i++) {
        add_source(&trial->always, editions.items[i].source);
        tokens_add(&trial->always, span_of(editions.items[i].name));
    }
}

static void add_fact(struct tokens *ret, const struct kb_fact *fact) {
    tokens_add(ret, span_of(fact->label));
    tokens_add(ret, span_of(fact->value));
    tokens_add(ret, span_of(fact->text));
    tokens_add(ret, span_of(fact->related_display));
    tokens_add(ret, span_of(fact->related_title));
    tokens_add(ret, span_of(fact->valid_from.iso));
    tokens_add(ret, span_of(fact->valid_to.iso));
    tokens_add(ret, span_slice(span_of(fact->valid_to.iso), 0, 4));
}

static void add_amount(struct tokens *ret, const struct kb_amount *amount) {
    tokens_add(ret, span_of(amount->dollars));
    tokens_add(ret, span_of(amount->formula));
}

static void add_payments(struct trial *trial, const struct kb_code *code, struct date day, struct tokens *ret) {
    static const char *const parts[] = {NULL, "26", "TC", "53"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct kb_payment payment;
        struct why why;
        if (kb_payment(trial->kb, code->system, code->key, parts[i], NULL, day, trial->arena, &payment, &why))
            continue;
        add_amount(ret, &payment.office);
        add_amount(ret, &payment.facility);
    }
}

static void add_title(struct tokens *ret, const struct kb_code *code) {
    tokens_add(ret, span_of(code->display));
    tokens_add(ret, span_of(code->title));
    tokens_add(ret, span_of(code->family));
    tokens_add(ret, span_of(code->successor));
    tokens_add(ret, span_of(code->valid_from.iso));
    tokens_add(ret, span_of(code->valid_to.iso));
}

/* All that is known of one code. */
static void add_code(struct trial *trial, enum code_system system, const char *key, struct date day, struct tokens *ret) {
    struct kb_code code;
    struct kb_facts facts;
    struct why why;
    must(kb_lookup(trial->kb, system, key, day, trial->arena, &code, &why), &why);
    add_title(ret, &code);
    int failed = kb_facts(trial->kb, system, key, day, trial->arena, &facts, &why);
    for (size_t i = 0; !failed && i < facts.count; i++)
        add_fact(ret, &facts.items[i]);
    add_payments(trial, &code, day, ret);
}

/* The edits between the codes asked, which kb_facts may have left out. */
static void add_edits(struct trial *trial, const struct question *question, struct tokens *ret) {
    for (size_t i = 0; i < question->code_count; i++)
        for (size_t j = 0; j < question->code_count; j++) {
            const struct asked_code *a = &question->codes[i], *b = &question->codes[j];
            struct kb_fact edit;
            struct why why;
            if (i != j && !kb_edit(trial->kb, a->system, a->key, b->system, b->key, question_date(question), trial->arena, &edit, &why))
                add_fact(ret, &edit);
        }
}

/* A small count of things ("2 of them", "and 7 more") says nothing of the world. */
static bool is_small_number(struct span token) {
    long number;
    return span_to_long(token, 0, SMALL_NUMBER, &number);
}

/* But a number of units, days or minutes does, however small. behind: the text from there on. */
static bool is_figure(struct span behind) {
    struct span word, rest = span_trim(behind);
    return span_cut(&rest, ' ', &word) && span_is_among(word, "unit units day days minutes rvu rvus percent");
}

/* The codes that the answer names: what the knowledge base says of them may be said. */
static void add_named(struct trial *trial, struct span answer, struct date day, struct tokens *ret) {
    struct tokens seen = tokens_new(trial->arena);
    for (struct span token; seen.count < NAMED_MAX && tokens_next(&answer, &token);) {
        unsigned systems = is_small_number(token) || tokens_hold(&seen, token) ? 0 : kb_systems_of(trial->kb, token, day);
        tokens_add(&seen, token);
        for (int system = 0; system < SYSTEM_COUNT; system++) {
            char key[CODE_BYTES];
            if (!(systems & 1u << system))
                continue;
            system_key((enum code_system)system, token, key);
            add_code(trial, (enum code_system)system, key, day, ret);
        }
    }
}

/* A dose in units is a quotient: the quantity asked through the one that stands in the code's title. */
static void add_doses(struct trial *trial, const char *asked, const char *title, struct tokens *ret) {
    struct span quantities = span_of(asked), quantity;
    while (tokens_next(&quantities, &quantity)) {
        struct span rest = span_of(title), unit;
        while (tokens_next(&rest, &unit)) {
            double of = strtod(arena_copy(trial->arena, quantity), NULL), by = strtod(arena_copy(trial->arena, unit), NULL);
            if (of > 0 && by > 0 && of / by < DOSE_MOST)
                tokens_add(ret, span_of(arena_printf(trial->arena, "%.0f", ceil(of / by - 1e-9))));
        }
    }
}

static const char *title_of(struct trial *trial, const struct asked_code *asked, struct date day) {
    struct kb_code code;
    struct why why;
    must(kb_lookup(trial->kb, asked->system, asked->key, day, trial->arena, &code, &why), &why);
    return code.title ? code.title : "";
}

static void add_asked(struct trial *trial, const struct asked_code *asked, const char *text, struct date day, struct tokens *ret) {
    add_code(trial, asked->system, asked->key, day, ret);
    add_doses(trial, text, title_of(trial, asked, day), ret);
    for (size_t i = 0; i < asked->modifier_count; i++)
        add_code(trial, SYSTEM_MOD, asked->modifiers[i], day, ret);
}

/* The first token of the answer that comes from nowhere; NULL: there is none. */
static const char *stranger(struct trial *trial, const char *asked, const struct question *question, struct span answer) {
    struct tokens allowed = tokens_new(trial->arena);
    struct date day = question_date(question);
    tokens_add(&allowed, span_of(asked));
    tokens_add(&allowed, span_of(day.iso));
    for (size_t i = 0; i < question->code_count; i++)
        add_asked(trial, &question->codes[i], asked, day, &allowed);
    add_edits(trial, question, &allowed);
    struct span rest = answer;
    add_named(trial, answer, day, &allowed);
    for (struct span token; tokens_next(&rest, &token);)
        if ((!is_small_number(token) || is_figure(rest)) && !tokens_hold(&allowed, token) && !tokens_hold(&trial->always, token))
            return arena_copy(trial->arena, token);
    return NULL;
}

/* A test that can not fail shows nothing: the same answer with a figure, a code and a day put in must be caught. */
static void check_planted(struct trial *trial, const char *asked, const struct question *question, const char *answer) {
    static const char *const planted[] = {"98765.43", "S82.999Q", "1987-06-05", "20693X"};
    for (size_t i = 0; i < sizeof planted / sizeof *planted; i++)
        if (!stranger(trial, asked, question, span_of(arena_printf(trial->arena, "%s It is %s.", answer, planted[i])))) {
            printf("%s was not caught\n", planted[i]);
            exit(EXIT_FAILURE);
        }
}

static void check(struct trial *trial, const char *asked, const struct question *question, const char *answer) {
    const char *from_nowhere = stranger(trial, asked, question, span_of(answer));
    if (!from_nowhere)
        return;
    printf("\"%s\" comes from nowhere in the answer to \"%s\":\n%s\n", from_nowhere, asked, answer);
    trial->breaches++;
}

static void try_one(struct trial *trial, struct corpus *corpus) {
    struct question question;
    struct answer answer;
    struct why why;
    const char *asked = corpus_next(corpus, trial->arena);
    const struct passage passage = {PASSAGE_NEW, span_of(asked)};
    const struct question_text text = {.subject = "", .passages = &passage, .passage_count = 1};
    must(question_read(&text, trial->kb, trial->today, trial->arena, &question, &why), &why);
    must(answer_question(&question, trial->kb, ANSWER_LEAST_CONFIDENCE, trial->arena, &answer, &why), &why);
    check(trial, asked, &question, answer.commonmark);
    if (answer.draft)
        check(trial, asked, &question, answer.draft);
    check_planted(trial, asked, &question, answer.commonmark);
}

int main(int argc, char **argv) {
    struct trial trial = {.arena = arena_new(ARENA_BYTES)};
    struct why why;
    long count = 200, seed = 1;
    if ((argc > 1 && !span_to_long(span_of(argv[1]), 1, 1000000, &count)) || (argc > 2 && !span_to_long(span_of(argv[2]), 1, 1000000, &seed)) ||
        !date_parse(SPAN("2026-11-21"), &trial.today)) {
        fprintf(stderr, "usage: replies [COUNT] [SEED]\n");
        return 2;
    }
    must(kb_open(KB_FILE, &trial.kb, &why), &why);
    struct corpus *corpus = corpus_open(KB_FILE, (unsigned)seed);
    for (long i = 0; i < count; i++) {
        arena_clear(trial.arena);
        add_always(&trial);
        try_one(&trial, corpus);
    }
    printf("%ld questions, %zu answers with something that comes from nowhere\n", count, trial.breaches);
    corpus_close(corpus);
    kb_close(trial.kb);
    arena_free(trial.arena);
    return trial.breaches ? EXIT_FAILURE : EXIT_SUCCESS;
}
