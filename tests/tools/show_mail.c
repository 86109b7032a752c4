/* show-mail FILE... - what a person sees of a mail: subject, sender, when it is a reply to what, and its text. For the demo and the sweeps.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "mail/message.h"

enum { FILE_BYTES = 16 << 20, ARENA_BYTES = 256 << 20 };

static int show(const char *path, struct arena *arena) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return 1;
    }
    char *bytes = arena_alloc(arena, FILE_BYTES);
    struct span raw = {bytes, fread(bytes, 1, FILE_BYTES, file)};
    struct message message;
    struct why why = {""};
    fclose(file);
    if (message_read(raw, true, &message_default_limits, arena, &message, &why)) {
        fprintf(stderr, "%s: %s\n", path, why.text);
        return 1;
    }
    printf("From: %s\n", message.from.count ? message.from.items[0].mailbox : "");
    printf("To: %s\n", message.to.count ? message.to.items[0].mailbox : "");
    printf("Subject: %s\n", message.subject);
    printf("Message-ID: %s\n", message.message_id ? message.message_id : "");
    printf("In-Reply-To: %s\n", message.in_reply_to_count ? message.in_reply_to[0] : "");
    printf("Auto-Submitted: %.*s\n\n", SPAN_ARG(message_field(&message, "Auto-Submitted")));
    printf("%.*s\n", SPAN_ARG(message.text));
    return 0;
}

int main(int argc, char **argv) {
    int status = 0;
    for (int i = 1; i < argc; i++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        status |= show(argv[i], arena);
        arena_free(arena);
    }
    return status;
}
