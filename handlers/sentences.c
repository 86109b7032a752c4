#include "handlers/sentences.h"

/* A line that had room for so many bytes and its follower's first word was ended on purpose. */
enum { LINE_ROOM = 50, CLAUSE_WORDS = 3 };

static bool is_abbreviation(const struct context *context, size_t i) {
    const struct token *word = context_at(context, i), *behind = context_at(context, i + 2);
    if (behind->line != word->line || word->kind == TOKEN_MARK)
        return false;
    return context_one_of(word->lower, "dr mr mrs ms vs eg etc approx pt st jr incl resp cf ca") ||
           (word->kind == TOKEN_WORD && word->text.len == 1) || (context_is(context, i, "no") && behind->kind == TOKEN_NUMBER);
}

/* Does a sentence end behind token i? */
static bool ends_here(const struct context *context, size_t i) {
    const struct token *next = context_at(context, i + 1);
    char mark = context_mark(context, i);
    if (mark == '?' || mark == '!')
        return !context_mark_in(context, i + 1, "?!.)\"'");
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
    bool is_short = token->kind == TOKEN_NUMBER ? token->text.len <= 2 : token->text.len == 1;
    return is_short && next->glued && context_mark_in(context, i + 1, ").") && !context_at(context, i + 2)->glued;
}

static bool begins_a_question(struct span lower) {
    return context_one_of(lower, "how what whats which wich does do is are can may should will would must");
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

static bool begins_sentence(const struct context *context, size_t i, size_t before) {
    const struct token *token = context_at(context, i), *last = context_at(context, before);
    if (last->paragraph != token->paragraph || last->place != token->place || before + 1 != i)
        return true;
    if (last->line != token->line && (begins_item(context, i) || line_was_ended(context, i)))
        return true;
    return ends_here(context, before);
}

/* "..., and does it need a modifier" */
static bool begins_clause(const struct context *context, size_t i, size_t first) {
    return i >= first + CLAUSE_WORDS && context_one_of(context_at(context, i)->lower, "and but also plus then") &&
           begins_a_question(context_at(context, i + 1)->lower);
}

static bool has_question_mark(const struct context *context, const struct sentence *sentence) {
    for (size_t i = sentence->first; i < sentence->end; i++)
        if (context_is_new(context_at(context, i)) &&
            (context_mark(context, i) == '?' || (context_is(context, i, "mark") && context_is(context, i - 1, "question"))))
            return true;
    return false;
}

/* Clauses share the question mark of their sentence. */
static void note_marks(const struct context *context, struct sentence_list *sentences) {
    for (size_t i = 0; i < sentences->count; i++)
        sentences->items[i].has_mark = has_question_mark(context, &sentences->items[i]);
    for (size_t i = sentences->count; i-- > 1;)
        if (sentences->items[i].is_clause && sentences->items[i].has_mark)
            sentences->items[i - 1].has_mark = true;
}

void sentences_cut(const struct context *context, struct arena *arena, struct sentence_list *ret) {
    *ret = (struct sentence_list){arena_array(arena, SENTENCES_READ, sizeof *ret->items), 0};
    size_t before = 0;
    for (size_t i = 0; i < context->count; i++) {
        const struct token *token = context_at(context, i);
        struct sentence *last = ret->count ? &ret->items[ret->count - 1] : NULL;
        if (!context_is_new(token))
            continue;
        bool begins = !last || begins_sentence(context, i, before);
        bool is_clause = !begins && begins_clause(context, i, last->first);
        if ((begins || is_clause) && ret->count < SENTENCES_READ) {
            last = &ret->items[ret->count++];
            *last = (struct sentence){.first = i, .in_subject = token->place == PLACE_SUBJECT, .is_clause = is_clause};
        }
        last->end = i + 1;
        before = i;
    }
    note_marks(context, ret);
}
