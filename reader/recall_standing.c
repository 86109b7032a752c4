#include "reader/recall.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/address.h"
#include "store/senders.h"

enum { HOUR_S = 60 * 60, DAY_S = 24 * HOUR_S };

/* The part of recall.h that counts. */
const char *const breaker_names[BREAKER_COUNT] = {"breaker-domain", "breaker-all"};

/* One look: what all of its questions to the journal have in common. */
struct look {
    struct recall *recall;
    const struct sender_view *view;
    const char *domain;
    time_t own_found_at; /* of the reply that the journal has to this very question already; 0: none */
    enum told own_told;
};

void recall_note_reply(struct recall *recall, const char *asker, const char *question_key, enum told told) {
    if (recall->reply_count < RECALL_REPLIES)
        recall->replies[recall->reply_count++] = (struct recall_reply){asker, question_key, told};
}

void recall_forget_replies(struct recall *recall) { recall->reply_count = 0; }

/* ---- who it is ---- */

/* As the journal cuts it: behind the first @. */
static const char *domain_of(const char *address) {
    const char *at = strchr(address, '@');
    return at ? at + 1 : address;
}

/* The domain itself, or one below it. */
static bool is_below(const char *domain, const char *listed) {
    struct span name = span_of(domain), end = span_of(listed);
    return span_ends_same(name, end) && (name.len == end.len || name.ptr[name.len - end.len - 1] == '.');
}

static bool is_listed(const char *address, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strchr(list[i], '@') ? span_same(span_of(address), span_of(list[i])) : is_below(domain_of(address), list[i]))
            return true;
    return false;
}

static int find_standing(struct recall *recall, const char *address, struct sender_row *ret, struct why *why) {
    const struct config *config = recall->config;
    *ret = (struct sender_row){.address = address, .standing = STANDING_GUEST};
    int failed = recall->journal ? journal_sender(recall->journal, address, ret, why) : 0;
    if (failed)
        return failed;
    if (is_listed(address, config->blocked_senders, config->blocked_sender_count))
        ret->standing = STANDING_BLOCKED;
    else if (ret->standing == STANDING_GUEST && is_listed(address, config->sender_domains, config->sender_domain_count))
        ret->standing = STANDING_LISTED;
    return 0;
}

/* Who writes from a blocked address is blocked wherever the reply shall go. */
static int identify(struct look *look, struct sender_row *ret, struct why *why) {
    const struct sender_view *view = look->view;
    struct sender_row from;
    int failed = find_standing(look->recall, view->address, ret, why);
    if (failed || !view->from)
        return failed;
    failed = find_standing(look->recall, view->from, &from, why);
    if (!failed && from.standing == STANDING_BLOCKED)
        ret->standing = STANDING_BLOCKED;
    return failed;
}

/* ---- how often ---- */

static size_t count_unrecorded(const struct look *look, enum reply_group group) {
    size_t count = 0;
    for (size_t i = 0; i < look->recall->reply_count; i++) {
        const struct recall_reply *reply = &look->recall->replies[i];
        bool to_address = address_same_mailbox(span_of(reply->asker), span_of(look->view->address));
        bool to_domain = span_same(span_of(domain_of(reply->asker)), span_of(look->domain));
        bool belongs = group == REPLIES_TO_ADDRESS ? to_address && reply->told != TOLD_LIMIT : group == REPLIES_TO_ALL || to_domain;
        count += belongs && strcmp(reply->question_key, look->view->question_key) != 0;
    }
    return count;
}

/* *ret: since when there have been that many other replies in the window; 0: there are fewer. */
static int filled_since(const struct look *look, enum reply_group group, long seconds, size_t cap, time_t *ret, struct why *why) {
    const struct window window = {look->recall->now, seconds};
    const char *who = group == REPLIES_TO_ADDRESS ? look->view->address : group == REPLIES_TO_DOMAIN ? look->domain : "";
    size_t unrecorded = count_unrecorded(look, group);
    bool own_counts = look->own_found_at && window_holds(&window, look->own_found_at) &&
                      !(group == REPLIES_TO_ADDRESS && look->own_told == TOLD_LIMIT);
    if (unrecorded >= cap) {
        *ret = window.now;
        return 0;
    }
    return journal_nth_reply(look->recall->journal, group, who, &window, cap - unrecorded + own_counts, ret, why);
}

/* Told so before, since the allowance was filled; the reply to this very question apart. */
static int find_told(const struct look *look, enum told told, time_t since, bool *ret, struct why *why) {
    *ret = false;
    for (size_t i = 0; i < look->recall->reply_count; i++)
        if (look->recall->replies[i].told == told &&
            address_same_mailbox(span_of(look->recall->replies[i].asker), span_of(look->view->address)))
            *ret = true;
    if (*ret || look->own_told == told)
        return 0;
    return journal_told_since(look->recall->journal, look->view->address, told, since, look->recall->now + DAY_S, ret, why);
}

static int check_allowance(const struct look *look, bool registered, struct sender_standing *ret, struct why *why) {
    const struct config *config = look->recall->config;
    const struct {
        const char *limit;
        long seconds;
        int replies;
    } allowances[] = {{"limit-hour", HOUR_S, registered ? config->registered_hour : config->guest_hour},
                      {"limit-day", DAY_S, registered ? config->registered_day : config->guest_day}};
    int failed = 0;
    for (size_t i = 0; i < sizeof allowances / sizeof *allowances && !failed; i++) {
        time_t since = 0;
        failed = filled_since(look, REPLIES_TO_ADDRESS, allowances[i].seconds, (size_t)allowances[i].replies, &since, why);
        if (failed || since == 0 || since + allowances[i].seconds < ret->resets_at)
            continue;
        ret->limit = allowances[i].limit;
        ret->limit_replies = allowances[i].replies;
        ret->resets_at = since + allowances[i].seconds;
        failed = find_told(look, TOLD_LIMIT, since, &ret->limit_told, why);
    }
    return failed;
}

static int check_breakers(const struct look *look, struct sender_standing *ret, struct why *why) {
    struct recall *recall = look->recall;
    const struct {
        enum reply_group group;
        int replies;
    } breakers[BREAKER_COUNT] = {[BREAKER_DOMAIN] = {REPLIES_TO_DOMAIN, recall->config->breaker_domain_hour},
                                 [BREAKER_ALL] = {REPLIES_TO_ALL, recall->config->breaker_all_hour}};
    int failed = 0;
    for (size_t i = 0; i < BREAKER_COUNT && !failed; i++) {
        time_t since = 0;
        failed = filled_since(look, breakers[i].group, BREAKER_WINDOW_S, (size_t)breakers[i].replies, &since, why);
        if (failed || since == 0)
            continue;
        ret->breaker = breaker_names[i];
        recall->breaker_opened[i] = true;
        if (i == BREAKER_DOMAIN)
            snprintf(recall->domain, sizeof recall->domain, "%s", look->domain);
    }
    return failed;
}

/* ---- tokens ---- */

static const struct {
    const char *word;
    enum token_state state;
} purposes[] = {{"register", TOKEN_REGISTERS}, {"leave", TOKEN_LEAVES}};
enum { PURPOSE_COUNT = sizeof purposes / sizeof *purposes };

static const char *lower(const char *text, struct arena *arena) {
    char *ret = arena_copy(arena, span_of(text));
    for (char *c = ret; *c; c++)
        *c = char_lower(*c);
    return ret;
}

enum { SIGNED_PARTS = 3 };
static void sign_for(const struct look *look, const char *end, struct arena *arena, struct span ret[static SIGNED_PARTS]) {
    ret[0] = span_of(look->recall->identity.account);
    ret[1] = span_of(lower(look->view->address, arena));
    ret[2] = span_of(end);
}

static const char *make_token(const struct look *look, size_t purpose, time_t until, struct arena *arena) {
    struct span parts[SIGNED_PARTS];
    const char *end = arena_printf(arena, "%08lx", (unsigned long)until & 0xffffffffUL);
    sign_for(look, end, arena, parts);
    const struct signature signature = sign_parts(look->recall->identity.key, purposes[purpose].word, parts, SIGNED_PARTS);
    return arena_printf(arena, "%s-%s%s", purposes[purpose].word, end, signature.hex);
}

/* What a token says, and until when it holds. */
struct verdict {
    enum token_state state;
    time_t until;
};

static bool holds(enum token_state state) { return state == TOKEN_REGISTERS || state == TOKEN_LEAVES; }

/* Signed for this address, not over, and not from before the last change. */
static struct verdict judge_digits(const struct look *look, size_t purpose, const char *digits, const struct sender_row *sender,
                                   struct arena *arena) {
    const char *end = arena_copy(arena, span_slice(span_of(digits), 0, TOKEN_END_HEX));
    struct verdict verdict = {purposes[purpose].state, (time_t)strtoul(end, NULL, 16)};
    struct span parts[SIGNED_PARTS];
    sign_for(look, end, arena, parts);
    bool settled = sender->standing == (verdict.state == TOKEN_REGISTERS ? STANDING_REGISTERED : STANDING_GUEST);
    if (!sign_holds(look->recall->identity.key, purposes[purpose].word, parts, SIGNED_PARTS, span_of(digits + TOKEN_END_HEX)))
        verdict.state = TOKEN_WRONG;
    else if (verdict.until <= look->recall->now)
        verdict.state = TOKEN_EXPIRED;
    else if (!settled && verdict.until - TOKEN_HOLDS_S < sender->since)
        verdict.state = TOKEN_NONE;
    return verdict;
}

static struct verdict judge_token(const struct look *look, const char *token, const struct sender_row *sender, struct arena *arena) {
    for (size_t i = 0; i < PURPOSE_COUNT; i++) {
        size_t length = strlen(purposes[i].word) + 1;
        if (span_starts_same(span_of(token), span_of(purposes[i].word)) && strlen(token) == length + TOKEN_HEX)
            return judge_digits(look, i, lower(token + length, arena), sender, arena);
    }
    return (struct verdict){TOKEN_NONE, 0};
}

/* A mail may quote several: of those that hold the newest counts, else the first that says anything. */
static enum token_state judge_tokens(const struct look *look, const struct sender_row *sender, struct arena *arena) {
    struct verdict best = {TOKEN_NONE, 0};
    for (size_t i = 0; i < look->view->token_count; i++) {
        struct verdict verdict = judge_token(look, look->view->tokens[i], sender, arena);
        if (holds(verdict.state) ? !holds(best.state) || verdict.until > best.until : best.state == TOKEN_NONE)
            best = verdict;
    }
    return best.state;
}

static int check_tokens(const struct look *look, const struct sender_row *sender, struct arena *arena, struct sender_standing *ret,
                        struct why *why) {
    time_t now = look->recall->now;
    if (!look->recall->identity.key)
        return 0;
    ret->token = judge_tokens(look, sender, arena);
    ret->token_until = now + TOKEN_HOLDS_S;
    ret->register_token = make_token(look, 0, ret->token_until, arena);
    ret->leave_token = make_token(look, 1, ret->token_until, arena);
    return look->view->token_count ? find_told(look, TOLD_TOKEN, now - DAY_S, &ret->token_told, why) : 0;
}

/* ---- all of it ---- */

/* Where senders can be verified, those who are not have the allowance of a guest: their address may be forged. */
static bool has_registered_allowance(const struct look *look, enum standing standing) {
    bool believed = look->view->verified || !look->recall->wants_verified;
    return believed && (standing == STANDING_REGISTERED || standing == STANDING_LISTED);
}

int recall_standing(struct recall *recall, const struct sender_view *view, struct arena *arena, struct sender_standing *ret, struct why *why) {
    if (!recall->config) {
        *ret = (struct sender_standing){.standing = STANDING_GUEST};
        return 0;
    }
    struct look look = {.recall = recall, .view = view, .domain = domain_of(view->address)};
    struct sender_standing standing = {
        .verified = view->verified, .guest_day = recall->config->guest_day, .registered_day = recall->config->registered_day};
    struct sender_row sender;
    int failed = identify(&look, &sender, why);
    if (failed)
        return failed;
    standing.standing = sender.standing;
    if (recall->journal && sender.standing != STANDING_BLOCKED) {
        failed = journal_own_reply(recall->journal, recall->identity.account, view->question_key, &look.own_found_at, &look.own_told, why);
        if (!failed)
            failed = check_breakers(&look, &standing, why);
        if (!failed)
            failed = check_allowance(&look, has_registered_allowance(&look, sender.standing), &standing, why);
        if (!failed)
            failed = check_tokens(&look, &sender, arena, &standing, why);
    }
    if (!failed)
        *ret = standing;
    return failed;
}
