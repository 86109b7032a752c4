#include "handlers/understand/sentences.h"

/* A line that had room for so many bytes and its follower's first word was ended on purpose. */
enum { LINE_ROOM = 50, CLAUSE_WORDS = 3 };

static bool is_abbreviation(const struct context *context, size_t i) {
    const struct token *word = context_at(context, i), *behind = context_at(context, i + 2);
    if (behind->line != word->line || word->kind == TOKEN_MARK)
        return false;
    return span_is_among(word->lower, "dr mr mrs ms vs eg etc approx pt st jr incl resp cf ca") ||
           (word->kind == TOKEN_WORD && word->text.len == 1) || (context_is(context, i, "no") && behind->kind == TOKEN_NUMBER);
}

static bool begins_a_question(struct span lower) {
    return span_is_among(lower, "how what whats which wich does do is are can may should will would must who when where why");
}

/* "2)", "b." */
static bool is_counter(const struct context *context, size_t i) {
    const struct token *token = context_at(context, i), *next = context_at(context, i + 1);
    bool is_short = token->kind == TOKEN_NUMBER ? token->text.len <= 2 : token->kind == TOKEN_WORD && token->text.len == 1;
    return is_short && next->glued && context_mark_in(context, i + 1, ").") && !context_at(context, i + 2)->glued;
}

/* Does a sentence end behind token i? Its counter does not end it. */
static bool ends_here(const struct context *context, size_t i, size_t first) {
    const struct token *next = context_at(context, i + 1);
    char mark = context_mark(context, i);
    if (mark == '?' || mark == '!')
        return !context_mark_in(context, i + 1, "?!.)\"'");
    if (i == first + 1 && is_counter(context, first))
        return false;
    if (mark == '.')
        return !next->glued && !is_abbreviation(context, i - 1);
    if (next->glued && mark && context_mark_in(context, i, ")\"'") && context_mark_in(context, i - 1, "?!."))
        return false;
    if (mark && context_mark_in(context, i, ")\"'"))
        return context_mark_in(context, i - 1, "?!.");
    return context_is(context, i, "mark") && context_is(context, i - 1, "question"); /* dictated */
}

static bool begins_item(const struct context *context, size_t i) {
    const struct token *token = context_at(context, i), *next = context_at(context, i + 1);
    if (token->kind == TOKEN_MARK)
        return context_mark_in(context, i, "-*") && next->kind != TOKEN_MARK && next->line == token->line;
    return is_counter(context, i);
}

/* Within a line: the number behind that of the item before, or the first one. Before a full stop it has to begin a question. */
static bool counts_on(const struct context *context, size_t i, long items) {
    long number;
    if (!is_counter(context, i) || context_at(context, i)->glued ||
        !span_to_long(context_at(context, i)->text, items + 1, items + 1, &number))
        return false;
    return context_mark(context, i + 1) == ')' || begins_a_question(context_at(context, i + 2)->lower);
}

/* The line of token i ended before it was full, and this one begins anew. */
static bool line_was_ended(const struct context *context, size_t i) {
    const struct token *token = context_at(context, i), *last = context_at(context, i - 1), *first = last;
    for (size_t k = i - 1; context_at(context, k)->line == last->line && context_at(context, k)->kind != TOKEN_NONE; k--)
        first = context_at(context, k);
    size_t room = (size_t)(last->text.ptr + last->text.len - first->text.ptr) + token->text.len;
    char start = token->text.ptr[0];
    bool anew = (start >= 'A' && start <= 'Z') || token->kind == TOKEN_NUMBER || begins_a_question(token->lower);
    return anew && room < LINE_ROOM && !context_mark_in(context, i - 1, ",:;(");
}

static bool begins_sentence(const struct context *context, size_t i, size_t before, size_t first) {
    const struct token *token = context_at(context, i), *last = context_at(context, before);
    if (last->paragraph != token->paragraph || last->place != token->place || before + 1 != i)
        return true;
    if (last->line != token->line && (begins_item(context, i) || line_was_ended(context, i)))
        return true;
    return ends_here(context, before, first);
}

static bool is_ordinal(struct span lower) {
    return span_is_among(lower, "first second third fourth fifth firstly secondly thirdly lastly finally 1st 2nd 3rd 4th");
}

/* "second, is it ...", "third which ...": the word that begins the question, 0: it is none. */
static size_t behind_ordinal(const struct context *context, size_t i) {
    i += (size_t)context_is(context, i, "and");
    if (!is_ordinal(context_at(context, i)->lower))
        return 0;
    i += 1 + (size_t)context_mark_in(context, i + 1, ",:;)");
    return begins_a_question(context_at(context, i)->lower) ? i : 0;
}

/* The word behind the counter or the ordinal of an item; 0: none begins here. */
static size_t behind_counter(const struct context *context, size_t i) {
    return is_counter(context, i) && context_at(context, i)->kind == TOKEN_NUMBER ? i + 2 : behind_ordinal(context, i);
}

/* "..., and does it need a modifier", "..., second, does it ..." */
static bool begins_clause(const struct context *context, size_t i, size_t first) {
    if (i < first + CLAUSE_WORDS)
        return false;
    if ((context_is(context, i, "and") || context_mark_in(context, i - 1, ",;")) && behind_ordinal(context, i))
        return true;
    return span_is_among(context_at(context, i)->lower, "and but also plus then") && begins_a_question(context_at(context, i + 1)->lower);
}

static bool has_question_mark(const struct context *context, const struct sentence *sentence) {
    for (size_t i = sentence->first; i < sentence->end; i++)
        if (context_is_new(context_at(context, i)) &&
            (context_mark(context, i) == '?' || (context_is(context, i, "mark") && context_is(context, i - 1, "question"))))
            return true;
    return false;
}

enum { TERSE = 9, RUN_OF_QUESTIONS = 3 };

/* "What is it? Which dx? Global days?": three and more in a row are a list without counters. */
static void note_runs(const struct context *context, struct sentence_list *sentences) {
    for (size_t i = 0, run = 0; i < sentences->count; i++) {
        const struct sentence *sentence = &sentences->items[i];
        bool is_terse = sentence->end - sentence->first <= TERSE && context_mark(context, sentence->end - 1) == '?';
        run = is_terse && !sentence->in_subject ? run + 1 : 0;
        for (size_t k = 0; run >= RUN_OF_QUESTIONS && k < run; k++)
            sentences->items[i - k].is_item = true;
    }
}

/* Does this item go on with the questions of a list: "1) what is it? 2) rvu 3) ..." */
static bool lists_a_question(const struct sentence_list *sentences, size_t i) {
    const struct sentence *item = &sentences->items[i];
    return i > 0 && item->is_item && sentences->items[i - 1].is_item && sentences->items[i - 1].has_mark &&
           item->end - item->first <= TERSE;
}

/* Clauses share the question mark of their sentence. */
static void note_marks(const struct context *context, struct sentence_list *sentences) {
    for (size_t i = 0; i < sentences->count; i++)
        sentences->items[i].has_mark =
            sentences->items[i].has_mark || has_question_mark(context, &sentences->items[i]) || lists_a_question(sentences, i);
    for (size_t i = sentences->count; i-- > 1;)
        if (sentences->items[i].is_clause && sentences->items[i].has_mark)
            sentences->items[i - 1].has_mark = true;
}

void sentences_cut(const struct context *context, struct arena *arena, struct sentence_list *ret) {
    *ret = (struct sentence_list){.items = arena_array(arena, SENTENCES_READ, sizeof *ret->items)};
    size_t before = 0;
    long items = 0;
    bool was_full = false;
    for (size_t i = 0; i < context->count; i++) {
        const struct token *token = context_at(context, i);
        struct sentence *last = ret->count ? &ret->items[ret->count - 1] : NULL;
        if (!context_is_new(token))
            continue;
        bool begins = !last || begins_sentence(context, i, before, last->first) || counts_on(context, i, items);
        bool is_clause = !begins && begins_clause(context, i, last->first);
        bool is_full = ret->count == SENTENCES_READ;
        was_full = was_full || (is_full && (begins || is_clause));
        ret->more_asked = ret->more_asked || (was_full && context_mark(context, i) == '?');
        if ((begins || is_clause) && !is_full) {
            last = &ret->items[ret->count++];
            size_t behind = behind_counter(context, i);
            *last = (struct sentence){.first = i,
                                      .in_subject = token->place == PLACE_SUBJECT,
                                      .is_clause = is_clause,
                                      .is_item = behind,
                                      .has_mark = behind && begins_a_question(context_at(context, behind)->lower)};
            if (behind && token->kind == TOKEN_NUMBER)
                span_to_long(token->text, 0, 99, &items);
        }
        last->end = i + 1;
        before = i;
    }
    note_marks(context, ret);
    note_runs(context, ret);
}
