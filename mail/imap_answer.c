#include "mail/imap_answer.h"

#include <libetpan/libetpan.h>

static void read_item(const struct mailimap_msg_att_item *item, struct imap_message *message) {
    if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC)
        return;
    const struct mailimap_msg_att_static *part = item->att_data.att_static;
    if (part->att_type == MAILIMAP_MSG_ATT_UID)
        message->uid = part->att_data.att_uid;
    if (part->att_type == MAILIMAP_MSG_ATT_RFC822_SIZE) {
        message->has_size = true;
        message->size = part->att_data.att_rfc822_size;
    }
    if (part->att_type == MAILIMAP_MSG_ATT_BODY_SECTION) {
        const struct mailimap_msg_att_body_section *section = part->att_data.att_body_section;
        message->has_body = section->sec_body_part != NULL;
        message->absent = !message->has_body;
        message->body = (struct span){section->sec_body_part, section->sec_length};
    }
}

struct imap_message imap_message_of(const struct mailimap_msg_att *answer) {
    struct imap_message message = {0};
    for (clistiter *at = clist_begin(answer->att_list); at; at = clist_next(at))
        read_item(clist_content(at), &message);
    return message;
}
