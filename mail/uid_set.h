/* uid_set.h - which messages of a folder were handed out: UIDs as sorted ranges, in bounded room. Zeroed, it is empty. Pure.
 * Where it would need more ranges than it has, the gap between its two lowest is counted in: what lay there is then never handed
 * out twice, at the price that it may never be handed out. */
#ifndef MAIL_UID_SET_H
#define MAIL_UID_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UID_SET_RANGES = 4096 };

struct uid_set {
    size_t count;
    struct uid_range {
        uint32_t first, last;
    } ranges[UID_SET_RANGES];
};

void uid_set_add(struct uid_set *, uint32_t uid);
bool uid_set_has(const struct uid_set *, uint32_t uid);

#endif
