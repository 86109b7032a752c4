#include "reader/recall.h"

#include "handlers/understand/codes_json.h"
#include "store/journal.h"

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

int recall_sender(void *context, const struct sender_view *sender, struct arena *arena, struct sender_memory *ret, struct why *why) {
    struct exchange_row row;
    *ret = (struct sender_memory){.thread_known = false};
    if (sender->message_id_count == 0)
        return 0;
    int failed = journal_by_reply(context, sender->message_ids, sender->message_id_count, sender->address, arena, &row, why);
    if (failed)
        return failed == FAIL_EMPTY ? 0 : failed;
    ret->thread_known = true;
    ret->thread.codes = codes_from_json(row.codes, arena, &ret->thread.code_count);
    split_intents(row.intents, arena, &ret->thread);
    return 0;
}
