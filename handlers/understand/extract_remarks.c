/* Remark codes of a remittance advice, which have the form of diagnoses: N130, M15. (MA130 and CO-97 have no form of ours.) */
#include "handlers/understand/extract.h"

#include <string.h>

/* The list of remark codes (Washington Publishing Company, for CMS) goes from M1 to M144 and from N1 on to three digits. */
enum { LAST_M = 144, REMARK_DIGITS = 3 };

static bool has_remark_form(const struct context *context, const struct mention *mention) {
    struct span text = context_at(context, mention->first)->text;
    long number;
    if (mention->end != mention->first + 1 || text.len < 2 || text.len > 1 + REMARK_DIGITS || text.ptr[1] == '0' ||
        !span_to_long(span_slice(text, 1, text.len), 1, 999, &number))
        return false;
    return text.ptr[0] == 'N' || (text.ptr[0] == 'M' && number <= LAST_M);
}

/* "CO-45", "PR 1", "OA-23": the group and the reason of an adjustment. */
static bool is_adjustment(const struct context *context, size_t i) {
    const struct token *group = context_at(context, i);
    size_t at = context_mark_in(context, i + 1, "-") ? i + 2 : i + 1;
    const struct token *reason = context_at(context, at);
    bool upper = group->text.len == 2 && group->text.ptr[0] != group->lower.ptr[0] && group->text.ptr[1] != group->lower.ptr[1];
    return upper && span_is_among(group->lower, "co pr oa pi cr") && reason->kind == TOKEN_NUMBER && reason->text.len <= 3;
}

bool extract_is_remark(const struct context *context, const struct mention *mention) {
    static const char advice[] = "eob eobs era eras era's remit remits remittance rarc rarcs carc carcs remark remarks 835 ra";
    uint32_t paragraph = context_at(context, mention->first)->paragraph;
    if (!has_remark_form(context, mention))
        return false;
    if (span_is_among(context_at(context, mention->first - 1)->lower, "denial denials"))
        return true;
    for (size_t i = 0; i < context->count; i++)
        if (context_at(context, i)->paragraph == paragraph &&
            (span_is_among(context_at(context, i)->lower, advice) || is_adjustment(context, i)))
            return true;
    return false;
}
