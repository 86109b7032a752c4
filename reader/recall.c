#include "reader/recall.h"

#include "handlers/understand/codes_json.h"

static void split_intents(const char *names, struct arena *arena, struct thread_memory *ret) {
    struct span rest = span_of(names), name;
    enum intent *intents = arena_array(arena, INTENT_COUNT, sizeof *intents);
    size_t count = 0;
    int intent;
    while (count < INTENT_COUNT && span_cut(&rest, ',', &name))
        if (name_value(intent_names, span_trim(name), &intent))
            intents[count++] = (enum intent)intent;
    ret->intents = intents;
    ret->intent_count = count;
}

static bool is_own(const struct identity *identity, const struct sender_view *sender) {
    if (identity_made_id(identity, span_of(sender->message_id)))
        return true;
    for (size_t i = 0; i < sender->loop_mark_count; i++)
        if (identity_made_mark(identity, sender->loop_marks[i]))
            return true;
    return false;
}

static int recall_thread(const struct recall *recall, const struct sender_view *sender, struct arena *arena, struct sender_memory *ret,
                         struct why *why) {
    struct exchange_row row;
    if (!recall->journal || sender->message_id_count == 0 || (recall->wants_verified && !sender->verified))
        return 0;
    int failed = journal_by_reply(recall->journal, sender->message_ids, sender->message_id_count, sender->address, arena, &row, why);
    if (failed)
        return failed == FAIL_EMPTY ? 0 : failed;
    ret->thread_known = true;
    ret->thread.codes = codes_from_json(row.codes, arena, &ret->thread.code_count);
    split_intents(row.intents, arena, &ret->thread);
    return 0;
}

int recall_sender(void *context, const struct sender_view *sender, struct arena *arena, struct sender_memory *ret, struct why *why) {
    struct recall *recall = context;
    struct sender_memory memory = {.is_own = is_own(&recall->identity, sender),
                                   .reply_message_id = identity_message_id(&recall->identity, sender->question_key, arena),
                                   .loop_mark = identity_loop_mark(&recall->identity, sender->question_key, arena)};
    int failed = memory.is_own ? 0 : recall_thread(recall, sender, arena, &memory, why);
    if (!failed && !memory.is_own)
        failed = recall_standing(recall, sender, arena, &memory.standing, why);
    if (!failed)
        *ret = memory;
    return failed;
}
