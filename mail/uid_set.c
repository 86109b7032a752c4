#include "mail/uid_set.h"

#include <string.h>

/* How many ranges end before uid: the next one, if any, holds it or lies behind it. */
static size_t ranges_before(const struct uid_set *set, uint32_t uid) {
    size_t low = 0, high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (set->ranges[middle].last < uid)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void drop_range(struct uid_set *set, size_t at) {
    set->count--;
    memmove(set->ranges + at, set->ranges + at + 1, (set->count - at) * sizeof *set->ranges);
}

static void join_lowest(struct uid_set *set) {
    set->ranges[1].first = set->ranges[0].first;
    drop_range(set, 0);
}

static void insert_range(struct uid_set *set, size_t at, uint32_t uid) {
    memmove(set->ranges + at + 1, set->ranges + at, (set->count - at) * sizeof *set->ranges);
    set->ranges[at] = (struct uid_range){uid, uid};
    set->count++;
}

bool uid_set_has(const struct uid_set *set, uint32_t uid) {
    size_t at = ranges_before(set, uid);
    return at < set->count && set->ranges[at].first <= uid;
}

void uid_set_add(struct uid_set *set, uint32_t uid) {
    if (uid_set_has(set, uid))
        return;
    size_t at = ranges_before(set, uid);
    bool prolongs = at > 0 && set->ranges[at - 1].last + 1 == uid;
    bool precedes = at < set->count && set->ranges[at].first - 1 == uid;
    if (prolongs && precedes) {
        set->ranges[at - 1].last = set->ranges[at].last;
        drop_range(set, at);
    } else if (prolongs) {
        set->ranges[at - 1].last = uid;
    } else if (precedes) {
        set->ranges[at].first = uid;
    } else if (set->count < UID_SET_RANGES) {
        insert_range(set, at, uid);
    } else {
        join_lowest(set);
        uid_set_add(set, uid);
    }
}
