/* A list of patients: a line that names its columns ("Name  DOB  MRN  CPT") and has no digit says what the lines below it hold. HTML tables
 * come as lines with blanks, so a column is told by what it holds and not by its place. */
#include "handlers/understand/redact_find.h"

#include "handlers/understand/names.h"

enum { COLUMNS_LEAST = 2, COLUMN_DIGITS = 4, ROWS_MOST = 200 };

struct columns {
    bool name, birth;
    enum mask number; /* MASK_NONE: no column of numbers */
};

static size_t line_end(const struct context *context, size_t i) {
    size_t end = i + 1;
    while (context_at(context, end)->kind != TOKEN_NONE && context_at(context, end)->line == context_at(context, i)->line)
        end++;
    return end;
}

static enum mask number_of(struct span lower) {
    return span_is_among(lower, "mrn chart record")     ? MASK_MRN
           : span_is_among(lower, "acct account")       ? MASK_ACCOUNT
           : span_is_among(lower, "member policy mbi subscriber") ? MASK_MEMBER
           : span_is_among(lower, "claim icn")          ? MASK_CLAIM
           : span_is_among(lower, "ssn")                ? MASK_SSN
                                                        : MASK_NONE;
}

/* Does the line name columns, at least one of them a patient's? */
static bool read_header(const struct context *context, size_t first, size_t end, struct columns *ret) {
    size_t labels = 0;
    *ret = (struct columns){.number = MASK_NONE};
    for (size_t i = first; i < end; i++) {
        const struct token *token = context_at(context, i);
        if (context_mark_in(context, i, "?.!:") || redact_digits(context, i, i + 1) > 0 || token->kind == TOKEN_NUMBER)
            return false;
        bool name = span_is_among(token->lower, "name patient pt"), birth = span_is_among(token->lower, "dob birthdate birth");
        enum mask number = number_of(token->lower);
        ret->name = ret->name || name;
        ret->birth = ret->birth || birth;
        ret->number = ret->number == MASK_NONE ? number : ret->number;
        labels += name || birth || number != MASK_NONE ||
                  span_is_among(token->lower, "phone cpt code dx icd procedure dos date sex age payer insurance modifier mod units provider");
    }
    return labels >= COLUMNS_LEAST && labels * 2 >= end - first - (end > first ? 0 : 0) && (ret->name || ret->birth || ret->number != MASK_NONE);
}

/* The capitalised words at the beginning of a row, and the first free number behind them. */
static void read_row(struct redaction *redaction, size_t first, size_t end, const struct columns *columns) {
    const struct context *context = redaction->context;
    struct date date;
    size_t at = first, number;
    while (at < end && context_at(context, at)->kind == TOKEN_WORD && context_at(context, at)->text.ptr[0] >= 'A' &&
           context_at(context, at)->text.ptr[0] <= 'Z' && !names_is_of_field(context_at(context, at)->lower))
        at += context_mark(context, at + 1) == ',' && at == first ? 2 : 1;
    if (columns->name && at > first)
        redact_piece(redaction, (struct piece){first, at, MASK_NAME});
    for (size_t i = at; columns->birth && i < end; i++)
        if ((number = redact_day_end(redaction, i, &date)) != 0) {
            redact_piece(redaction, (struct piece){i, number, MASK_DOB});
            break;
        }
    for (size_t i = at; columns->number != MASK_NONE && i < end; i++) {
        number = redact_day_end(redaction, i, &date) ? 0 : redact_number_end(redaction, i);
        if (number && redact_digits(context, i, number) >= COLUMN_DIGITS && !context_mark_in(context, i - 1, "$")) {
            redact_piece(redaction, (struct piece){i, number, columns->number});
            break;
        }
    }
}

void redact_columns(struct redaction *redaction) {
    const struct context *context = redaction->context;
    struct columns columns;
    for (size_t i = 0, end; i < context->count; i = end) {
        end = line_end(context, i);
        if (!read_header(context, i, end, &columns))
            continue;
        size_t rows = 0, header = i;
        while (end < context->count && rows++ < ROWS_MOST && context_at(context, end)->paragraph == context_at(context, header)->paragraph &&
               redact_digits(context, end, line_end(context, end)) > 0) {
            size_t row = end;
            end = line_end(context, row);
            read_row(redaction, row, end, &columns);
        }
    }
}
