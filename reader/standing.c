#include "reader/standing.h"

#include <string.h>

static const struct {
    struct span word;
    enum token_state state;
} purposes[] = {{SPAN("register-"), TOKEN_REGISTERS}, {SPAN("leave-"), TOKEN_LEAVES}};

enum standing_rule standing_judge(const struct sender_standing *sender, const char **ret_reason) {
    *ret_reason = NULL;
    if (sender->standing == STANDING_BLOCKED) {
        *ret_reason = "blocked-sender";
        return STANDING_SILENCE;
    }
    *ret_reason = sender->breaker ? sender->breaker : sender->limit;
    if (sender->breaker || (sender->limit && sender->limit_told))
        return STANDING_HOLD;
    return sender->limit ? STANDING_TELL : STANDING_ANSWER;
}

/* ---- tokens ---- */

static bool is_hex(char c) { return char_is_digit(c) || (char_lower(c) >= 'a' && char_lower(c) <= 'f'); }

static size_t hex_digits(struct span text) {
    size_t count = 0;
    while (count < text.len && is_hex(text.ptr[count]))
        count++;
    return count < text.len && char_is_alnum(text.ptr[count]) ? 0 : count;
}

static bool is_in(struct span token, const char *const *tokens, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (span_same(token, span_of(tokens[i])))
            return true;
    return false;
}

/* The token whose word ends before digits; empty: none. */
static struct span token_before(struct span text, size_t digits) {
    for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++) {
        size_t begin = digits - purposes[i].word.len;
        if (purposes[i].word.len <= digits && span_same(span_slice(text, begin, digits), purposes[i].word) &&
            hex_digits(span_slice(text, digits, text.len)) == TOKEN_HEX)
            return span_slice(text, begin, digits + TOKEN_HEX);
    }
    return span_of("");
}

void standing_find_tokens(struct span text, struct arena *arena, const char **tokens, size_t *count) {
    size_t from = 0, hyphen;
    while (*count < TOKENS_MOST && (hyphen = span_find_char(span_slice(text, from, text.len), '-')) != SPAN_NONE) {
        from += hyphen + 1;
        struct span token = token_before(text, from);
        if (token.len && !is_in(token, tokens, *count))
            tokens[(*count)++] = arena_copy(arena, token);
    }
}

bool standing_confirms(const struct sender_standing *sender, enum service_reply *ret, enum sender_change *ret_change) {
    static const struct {
        enum service_reply reply;
        enum sender_change change;
    } follows[] = {
        [TOKEN_REGISTERS] = {SERVICE_REGISTERED, SENDER_REGISTERS},
        [TOKEN_LEAVES] = {SERVICE_LEFT, SENDER_LEAVES},
        [TOKEN_EXPIRED] = {SERVICE_EXPIRED, SENDER_STAYS},
        [TOKEN_WRONG] = {SERVICE_WRONG, SENDER_STAYS},
    };
    bool holds = sender->token == TOKEN_REGISTERS || sender->token == TOKEN_LEAVES;
    if (sender->token == TOKEN_NONE || (!holds && sender->token_told))
        return false;
    *ret = follows[sender->token].reply;
    *ret_change = follows[sender->token].change;
    return true;
}

bool standing_leaves(const struct sender_standing *sender) { return sender->standing == STANDING_REGISTERED && sender->verified; }

/* ---- words ---- */

static const char *minute_of(time_t when, struct arena *arena) {
    struct tm parts;
    char text[40];
    if (when == 0 || !gmtime_r(&when, &parts) || strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &parts) == 0)
        return NULL;
    return arena_copy(arena, span_of(text));
}

static const char *number(int value, struct arena *arena) { return value ? arena_printf(arena, "%d", value) : NULL; }

struct service_facts standing_facts(const struct sender_standing *sender, struct arena *arena) {
    return (struct service_facts){
        .registered = sender->standing == STANDING_REGISTERED,
        .listed = sender->standing == STANDING_LISTED,
        .leaves = standing_leaves(sender),
        .register_token = sender->register_token,
        .leave_token = sender->leave_token,
        .token_until = minute_of(sender->token_until, arena),
        .guest_day = number(sender->guest_day, arena),
        .registered_day = number(sender->registered_day, arena),
        .limit_replies = number(sender->limit_replies, arena),
        .limit_is_hourly = sender->limit && strcmp(sender->limit, "limit-hour") == 0,
        .resets_at = minute_of((sender->resets_at + 59) / 60 * 60, arena),
    };
}
