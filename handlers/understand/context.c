#include "handlers/understand/context.h"

#include <string.h>

#include "base/buf.h"
#include "handlers/understand/fold.h"
#include "handlers/understand/names.h"

static const struct token no_token = {.text = {"", 0}, .lower = {"", 0}, .kind = TOKEN_NONE};

const struct token *context_at(const struct context *context, size_t i) { return i < context->count ? &context->tokens[i] : &no_token; }

bool context_is(const struct context *context, size_t i, const char *lower) {
    return span_equal(context_at(context, i)->lower, span_of(lower));
}

char context_mark(const struct context *context, size_t i) {
    const struct token *token = context_at(context, i);
    return token->kind == TOKEN_MARK ? token->text.ptr[0] : 0;
}

bool context_mark_in(const struct context *context, size_t i, const char *marks) {
    char mark = context_mark(context, i);
    return mark && strchr(marks, mark);
}

bool context_glued(const struct context *context, size_t i, size_t count) {
    for (size_t k = 1; k <= count; k++)
        if (!context_at(context, i + k)->glued)
            return false;
    return true;
}

struct span context_written(const struct context *context, size_t first, size_t end) {
    const struct token *from = context_at(context, first), *last = from;
    for (size_t i = first + 1; i < end && context_at(context, i)->line == from->line && context_at(context, i)->kind != TOKEN_NONE; i++)
        last = context_at(context, i);
    return (struct span){from->text.ptr, (size_t)(last->text.ptr + last->text.len - from->text.ptr)};
}

bool context_is_new(const struct token *token) { return token->place == PLACE_SUBJECT || token->place == PLACE_NEW; }

static bool is_word_byte(char c) { return char_is_alnum(c) || (unsigned char)c >= 0x80; }

static enum token_kind kind_of(struct span text) {
    if (!is_word_byte(text.ptr[0]))
        return TOKEN_MARK;
    size_t digits = 0;
    for (size_t i = 0; i < text.len; i++)
        digits += char_is_digit(text.ptr[i]);
    return digits == 0 ? TOKEN_WORD : digits == text.len ? TOKEN_NUMBER : TOKEN_MIXED;
}

bool context_is_times(const struct context *context, size_t i) {
    const struct token *token = context_at(context, i), *next = context_at(context, i + 1);
    bool capital = token->text.len == 2 && token->text.ptr[0] == 'X' && !token->glued; /* longer ones are diagnoses */
    if (token->kind == TOKEN_MIXED)
        return token->text.len <= 4 && (token->text.ptr[0] == 'x' || capital) &&
               kind_of(span_slice(token->text, 1, token->text.len)) == TOKEN_NUMBER;
    return span_equal(token->lower, SPAN("x")) && next->kind == TOKEN_NUMBER && next->text.len <= 3;
}

/* --- cutting into tokens */

struct cutter {
    struct context *context;
    struct arena *arena;
    uint32_t line, paragraph;
};

/* "CPT20693", "DRG482", "mod25": how many letters name a system before the number that hangs on them, or 0. */
static size_t system_name_len(struct span lower) {
    size_t letters = 0, digits = 0;
    while (letters < lower.len && char_is_alpha(lower.ptr[letters]))
        letters++;
    while (letters + digits < lower.len && char_is_digit(lower.ptr[letters + digits]))
        digits++;
    bool named = span_is_among(span_slice(lower, 0, letters), "cpt hcpcs drg msdrg rev rc pos mod modifier code");
    return named && digits >= 2 && letters + digits == lower.len ? letters : 0;
}

static size_t token_end(struct span text, const char *lower, size_t at) {
    size_t end = at + 1;
    if (!is_word_byte(text.ptr[at]))
        return end;
    while (end < text.len && is_word_byte(text.ptr[end]))
        end++;
    size_t name = system_name_len((struct span){lower + at, end - at});
    return name ? at + name : end;
}

static bool is_capitals(struct span line) {
    size_t upper = 0;
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] >= 'a' && line.ptr[i] <= 'z')
            return false;
        upper += line.ptr[i] >= 'A' && line.ptr[i] <= 'Z';
    }
    return upper >= 8;
}

/* A rule of dashes or a row of quote marks: what it says it has said after three. */
static bool is_in_a_row(const struct context *context, struct span text) {
    enum { IN_A_ROW = 3 };
    if (kind_of(text) != TOKEN_MARK || context->count < IN_A_ROW)
        return false;
    for (size_t i = context->count - IN_A_ROW; i < context->count; i++)
        if (!span_equal(context->tokens[i].text, text))
            return false;
    return true;
}

static void cut_line(struct cutter *cutter, struct span line, const char *lower, enum token_place place) {
    bool glued = false, capitals = is_capitals(line);
    for (size_t at = 0; at < line.len;) {
        if (line.ptr[at] == ' ') {
            glued = false;
            at++;
            continue;
        }
        size_t end = token_end(line, lower, at);
        struct span text = span_slice(line, at, end);
        struct context *context = cutter->context;
        at = end;
        if (is_in_a_row(context, text))
            continue;
        context->tokens = arena_grow(cutter->arena, context->tokens, context->count, sizeof *context->tokens);
        context->tokens[context->count++] = (struct token){.text = text,
                                                           .lower = {lower + (text.ptr - line.ptr), text.len},
                                                           .line = cutter->line,
                                                           .paragraph = cutter->paragraph,
                                                           .kind = kind_of(text),
                                                           .place = place,
                                                           .glued = glued,
                                                           .capitals = capitals};
        glued = true;
    }
}

static void cut_text(struct cutter *cutter, struct span text, enum token_place place, size_t max) {
    struct buf folded;
    buf_init(&folded, max + 8);
    fold_text(&folded, text, max);
    const char *written = buf_keep(&folded, cutter->arena);
    char *lower = buf_keep(&folded, cutter->arena);
    struct span rest = buf_span(&folded), line;
    rest.ptr = written;
    buf_free(&folded);
    for (size_t i = 0; i < rest.len; i++)
        lower[i] = char_lower(lower[i]);
    cutter->paragraph++;
    while (span_line(&rest, &line)) {
        cutter->line++;
        if (span_trim(line).len == 0)
            cutter->paragraph++;
        cut_line(cutter, line, lower + (line.ptr - written), place);
    }
    cutter->line++;
}

/* Of a text that is too long its beginning and its last lines are read: what is asked may stand below what was pasted. */
static size_t cut_passage(struct cutter *cutter, struct span text, enum token_place place, size_t room) {
    size_t tail = room / 8;
    if (text.len <= room) {
        cut_text(cutter, text, place, room);
        return text.len;
    }
    cut_text(cutter, span_slice(text, 0, room - tail), place, room - tail);
    cut_text(cutter, span_slice(text, text.len - tail, text.len), place, tail);
    return room;
}

/* --- marking what is no language */

static bool looks_literal(const struct context *context, size_t from, size_t end) {
    static const char files[] =
        "pdf doc docx xls xlsx csv tsv txt rtf jpg jpeg png gif tif tiff bmp heic zip 7z eml msg htm html xml json log dat dcm hl7";
    static const char domains[] = "com org net gov edu mil io us info biz example co";
    if (end - from >= 3 && context_is(context, from, "www") && context_mark(context, from + 1) == '.')
        return true;
    for (size_t i = from + 1; i + 1 < end; i++) {
        bool between_words = context_at(context, i - 1)->kind != TOKEN_MARK && context_at(context, i + 1)->kind != TOKEN_MARK;
        if (context_mark(context, i) == '@' && between_words)
            return true;
        if (context_mark(context, i) == ':' && context_mark(context, i + 1) == '/' && context_mark(context, i + 2) == '/')
            return true;
        if (context_mark(context, i) == '.' && between_words && context_mark(context, i + 2) == '/' &&
            span_is_among(context_at(context, i + 1)->lower, domains))
            return true;
        if (context_mark(context, i) == '.' && span_is_among(context_at(context, i + 1)->lower, files) &&
            context_mark(context, i + 2) != '.')
            return true;
    }
    return false;
}

/* Tokens without a blank between them: a list of a hundred codes is language, a chain that goes on is not. */
enum { LONGEST_RUN = 200 };

static void mark_literals(struct context *context) {
    for (size_t from = 0, end; from < context->count; from = end) {
        for (end = from + 1; context_at(context, end)->glued;)
            end++;
        if (end - from < 3 || (end - from <= LONGEST_RUN && !looks_literal(context, from, end)))
            continue;
        for (size_t i = from; i < end; i++)
            context->tokens[i].literal = true;
    }
}

static bool is_capitalised(const struct token *token) {
    return token->kind == TOKEN_WORD && token->text.ptr[0] >= 'A' && token->text.ptr[0] <= 'Z';
}

static bool is_state(const struct token *token) {
    static const char states[] =
        "al ak az ar ca co ct de dc fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa "
        "ri sc sd tn tx ut vt va wa wv wi wy pr gu vi";
    return token->text.len == 2 && is_capitalised(token) && char_upper(token->text.ptr[1]) == token->text.ptr[1] &&
           span_is_among(token->lower, states);
}

/* Does a field of an address end before token i: the line, or a mark that separates fields? */
static bool field_ends(const struct context *context, size_t i) {
    const struct token *token = context_at(context, i);
    return token->kind == TOKEN_NONE || token->line != context_at(context, i - 1)->line || context_mark_in(context, i, "|,;)");
}

/* A full stop ends a field too, unless the state may as well be a word or a title ("Lee MD 20692."). */
static bool stop_ends(const struct context *context, size_t i, const struct token *state) {
    return context_mark(context, i) == '.' && !context_at(context, i + 1)->glued && !span_is_among(state->lower, "md pa or in me ok hi");
}

/* "albany, ny": in small letters only behind a comma, and no word of English. */
static bool is_small_state(const struct context *context, size_t i) {
    static const char states[] = "al ak az ar ca co ct dc fl ga ia id il ks ky la mi mn mo ms mt nc nd ne nh nj nm nv ny oh ri sc sd tn tx "
                                 "ut va vt wa wi wv wy pr";
    const struct token *state = context_at(context, i);
    return state->kind == TOKEN_WORD && span_is_among(state->lower, states) && context_mark(context, i - 1) == ',' &&
           context_at(context, i - 2)->kind == TOKEN_WORD;
}

/* "Albany, New York", "Austin, Texas" */
static bool is_whole_state(const struct context *context, size_t i) {
    static const char last[] = "alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho "
                               "illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota "
                               "mississippi missouri montana nebraska nevada hampshire jersey mexico york carolina dakota ohio oklahoma "
                               "oregon pennsylvania island tennessee texas utah vermont virginia washington wisconsin wyoming";
    size_t first = span_is_among(context_at(context, i - 1)->lower, "new north south west rhode") ? i - 1 : i;
    return is_capitalised(context_at(context, i)) && span_is_among(context_at(context, i)->lower, last) &&
           context_mark(context, first - 1) == ',' && is_capitalised(context_at(context, first - 2));
}

/* The ZIP code on a line of its own below the one that ends in city and state. */
static bool is_zip_below_state(const struct context *context, size_t i) {
    const struct token *number = context_at(context, i), *state = context_at(context, i - 1);
    bool alone = context_at(context, i + 1)->line != number->line || context_at(context, i + 1)->kind == TOKEN_NONE;
    return state->line + 1 == number->line && alone && is_state(state) && context_mark(context, i - 2) == ',';
}

/* A house number stands before it on its line. */
static bool is_behind_street(const struct context *context, size_t i) {
    for (size_t at = i - 1; at < context->count && i - at <= 12 && context_at(context, at)->line == context_at(context, i)->line; at--)
        if (context_at(context, at)->postal)
            return true;
    return false;
}

/* "City, ST 92014" and "City ST 92014-1234": the state stands behind a name, the number ends its field. */
static bool is_zip_behind_state(const struct context *context, size_t i) {
    const struct token *number = context_at(context, i), *state = context_at(context, i - 1), *city = context_at(context, i - 2);
    if (number->text.len != 5)
        return false;
    if (is_zip_below_state(context, i))
        return true;
    bool by_name = is_small_state(context, i - 1) || is_whole_state(context, i - 1);
    if (state->line != number->line || (!is_state(state) && !by_name))
        return false;
    bool extended = context_mark(context, i + 1) == '-' && context_at(context, i + 2)->text.len == 4 && context_glued(context, i, 2);
    bool comma = context_mark(context, i - 2) == ',';
    return (comma || by_name || is_capitalised(city)) && city->line == state->line &&
           (extended || field_ends(context, i + 1) || (comma && is_behind_street(context, i)) || stop_ends(context, i + 1, comma ? &no_token : state));
}

/* "27610 Raleigh NC" */
static bool is_zip_before_state(const struct context *context, size_t i) {
    if (context_at(context, i)->text.len != 5)
        return false;
    size_t at = i + 1;
    while (at <= i + 3 && is_capitalised(context_at(context, at)) && !is_state(context_at(context, at)))
        at++;
    return at > i + 1 && is_state(context_at(context, at)) && context_at(context, at)->line == context_at(context, i)->line &&
           field_ends(context, at + 1);
}

/* "11721 shore road": all in small letters, one name between number and street. */
static bool is_small_street(const struct context *context, size_t i) {
    const struct token *name = context_at(context, i + 1), *street = context_at(context, i + 2);
    return name->kind == TOKEN_WORD && !name->glued && street->line == context_at(context, i)->line && name->text.len > 2 &&
           span_is_among(street->lower, "street st road rd avenue ave blvd boulevard lane") &&
           !span_is_among(name->lower, "the and for from this that with via per our");
}

/* "11721 Shore Rd", "64615 Rte 9" */
static bool is_house_number(const struct context *context, size_t i) {
    static const char streets[] =
        "st street rd road ave avenue blvd boulevard ln lane dr drive way hwy highway pkwy parkway plaza court ct square sq circle "
        "cir terrace ter place pl trail pike loop broadway turnpike";
    static const char numbered[] = "rte route hwy highway interstate";
    if (is_small_street(context, i))
        return true;
    for (size_t at = i + 1; at <= i + 5; at++) {
        const struct token *token = context_at(context, at);
        bool initial = at > i + 1 && context_mark_in(context, at, ".") && context_at(context, at - 1)->text.len == 1;
        bool ordinal = token->kind == TOKEN_MIXED && char_is_digit(token->text.ptr[0]) && token->text.len <= 5 && at > i + 1;
        if (initial || ordinal)
            continue;
        if (!is_capitalised(token) || token->line != context_at(context, i)->line || context_at(context, i + 1)->glued)
            return false;
        if (span_is_among(token->lower, numbered) && context_at(context, at + 1)->kind == TOKEN_NUMBER)
            return true;
        if (at > i + 1 && span_is_among(token->lower, streets))
            return true;
    }
    return false;
}

static void mark_postal(struct context *context) {
    for (size_t i = 0; i < context->count; i++) {
        struct token *token = &context->tokens[i];
        if (token->kind != TOKEN_NUMBER)
            continue;
        bool numbered_road =
            is_capitalised(context_at(context, i - 1)) && span_is_among(context_at(context, i - 1)->lower, "rte route hwy highway");
        token->postal = numbered_road || is_zip_behind_state(context, i) || is_zip_before_state(context, i) || is_house_number(context, i);
    }
}

/* --- the whole */

/* "Re: " and its like off the subject. False: it begins with none. */
static bool cut_reply_word(struct span *subject) {
    static const char *const starts[] = {"re:", "aw:", "rv:", "sv:", "antw:", "res:", "ref:"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (span_starts_same(*subject, span_of(starts[i]))) {
            *subject = span_trim(span_slice(*subject, span_of(starts[i]).len, subject->len));
            return true;
        }
    return false;
}

static bool quotes_something(const struct question_text *text) {
    for (size_t i = 0; i < text->passage_count; i++)
        if (text->passages[i].kind == PASSAGE_QUOTED)
            return true;
    return false;
}

void context_read(const struct question_text *text, struct arena *arena, struct context *ret) {
    static const enum token_place places[] = {
        [PASSAGE_NEW] = PLACE_NEW, [PASSAGE_QUOTED] = PLACE_QUOTED, [PASSAGE_SIGNATURE] = PLACE_SIGNATURE};
    size_t room[] = {[PLACE_SUBJECT] = CONTEXT_SUBJECT_BYTES,
                     [PLACE_NEW] = CONTEXT_NEW_BYTES,
                     [PLACE_QUOTED] = CONTEXT_QUOTED_BYTES,
                     [PLACE_SIGNATURE] = CONTEXT_SIGNATURE_BYTES};
    struct span subject = span_trim(span_of(text->subject));
    bool answers = false;
    while (cut_reply_word(&subject))
        answers = true;
    *ret = (struct context){.is_reply = answers && (text->thread || quotes_something(text))};
    struct cutter cutter = {.context = ret, .arena = arena};
    cut_text(&cutter, subject, ret->is_reply ? PLACE_QUOTED : PLACE_SUBJECT, room[PLACE_SUBJECT]);
    ret->subject_end = ret->count;
    for (size_t i = 0; i < text->passage_count; i++) {
        enum token_place place = places[text->passages[i].kind];
        bool last = i + 1 == text->passage_count;
        room[place] -= cut_passage(&cutter, text->passages[i].text, place, last ? room[place] : room[place] - room[place] / 8);
    }
    mark_literals(ret);
    mark_postal(ret);
    names_mark(ret);
}
