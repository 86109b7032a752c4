/* "97161-97163", "99441 thru 99443": who names both ends asks for what lies between, too. */
#include "handlers/understand/codes.h"

#include <string.h>

/* Codes farther apart are no family: it is another hyphen. With blanks around the hyphen it may be a dash. */
enum { FARTHEST = 99, FARTHEST_DASH = 12, RANGE_MEMBERS = 12 };

/* How far apart the ends of a range may be, by what stands between the mentions; 0: they are none. */
static long range_reach(const struct context *context, const struct mention *from, const struct mention *to) {
    if (to->first != from->after + 1 || from->modifier_count ||
        context_at(context, to->first)->line != context_at(context, from->first)->line)
        return 0;
    if (span_is_among(context_at(context, from->after)->lower, "thru through"))
        return FARTHEST;
    static const char plural[] = "codes code range series family drgs drg";
    size_t before = context_is(context, from->first - 1, "from") ? from->first - 2 : from->first - 1;
    if (context_is(context, from->after, "to"))
        return span_is_among(context_at(context, before)->lower, plural) ? FARTHEST : 0;
    if (context_mark(context, from->after) != '-')
        return 0;
    return context_glued(context, from->after - 1, 2) ? FARTHEST : FARTHEST_DASH;
}

/* Where the number of the key starts: behind the letter of HCPCS. */
static size_t number_start(const char *key) { return char_is_alpha(key[0]) ? 1 : 0; }

static bool is_range(const struct context *context, const struct mention *from, const struct mention *to, long *first, long *last) {
    size_t start = number_start(from->key), len = strlen(from->key);
    bool system = from->system == SYSTEM_CPT || from->system == SYSTEM_HCPCS || from->system == SYSTEM_DRG;
    if (!system || !from->accepted || !to->accepted || from->system != to->system || strlen(to->key) != len ||
        memcmp(from->key, to->key, start) != 0)
        return false;
    return span_to_long(span_slice(span_of(from->key), start, len), 0, 99999, first) &&
           span_to_long(span_slice(span_of(to->key), start, len), 0, 99999, last) && *last - *first <= range_reach(context, from, to);
}

/* In force on the day as the range's first end is, or like that one no longer. */
static bool exists(struct kb *kb, const struct mention *member, struct date date, struct arena *arena) {
    struct kb_code code;
    struct why why;
    if (member->evidence & EVIDENCE(KNOWN) || member->system == SYSTEM_DRG)
        return kb_systems_of(kb, span_of(member->key), date) >> member->system & 1;
    return !kb_lookup(kb, member->system, member->key, date, arena, &code, &why) && code.status == STATUS_RETIRED;
}

/* The codes between that exist, at the place of the range's first end; how many, or 0 when there are more than can be shown. */
static size_t members_of(const struct mention *from, long first, long last, struct kb *kb, struct date date, struct arena *arena,
                         struct mention *ret) {
    size_t start = number_start(from->key), count = 0, len = strlen(from->key);
    for (long number = first + 1; number < last; number++) {
        struct mention member = *from;
        for (size_t i = len, rest = (size_t)number; i-- > start; rest /= 10)
            member.key[i] = (char)('0' + rest % 10);
        if (!exists(kb, &member, date, arena))
            continue;
        if (count == RANGE_MEMBERS)
            return 0;
        member.evidence |= EVIDENCE(IN_RANGE);
        ret[count++] = member;
    }
    return count;
}

void codes_fill_ranges(const struct context *context, struct kb *kb, struct date date, struct arena *arena, struct mentions *mentions) {
    struct mention members[RANGE_MEMBERS];
    size_t named = mentions->count, from = named;
    for (size_t i = 0; i < named; i++) {
        long first, last;
        if (!mentions->items[i].accepted)
            continue;
        size_t count = 0;
        if (from < named && is_range(context, &mentions->items[from], &mentions->items[i], &first, &last))
            count = members_of(&mentions->items[from], first, last, kb, date, arena, members);
        for (size_t k = 0; k < count; k++)
            extract_add(mentions, arena, &members[k]);
        from = i;
    }
}
