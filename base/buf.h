/* buf.h - text under construction, with a cap.
 * Order: buf_init, (buf_add ...)*, then ask buf_full once; buf_free. An addition that does not fit is dropped whole and the
 * buffer stays full from then on, so the one check at the end is enough. Memory is the buffer's own. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"

struct buf {
    char *ptr; /* NUL-terminated once something was added */
    size_t len, room, cap;
    bool full;
};

void buf_init(struct buf *, size_t cap_bytes);
void buf_free(struct buf *);
void buf_clear(struct buf *); /* empty and no longer full; keeps the memory */

void buf_add(struct buf *, struct span);
void buf_text(struct buf *, const char *);
void buf_char(struct buf *, char);
__attribute__((format(printf, 2, 3))) void buf_printf(struct buf *, const char *format, ...);

bool buf_full(const struct buf *);
struct span buf_span(const struct buf *);           /* valid until the next call that changes the buffer */
char *buf_keep(const struct buf *, struct arena *); /* a copy in the arena */

#endif
