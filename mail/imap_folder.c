/* Folders by name and by special use (RFC 6154); names on the wire are modified UTF-7 (RFC 3501 section 5.1.3). */
#include <iconv.h>
#include <libetpan/libetpan.h>

#include "mail/imap.h"

enum { NAME_BYTES = 1024 };

static bool is_plain(const char *name) {
    for (; *name; name++)
        if ((unsigned char)*name < 0x20 || (unsigned char)*name > 0x7e || *name == '&')
            return false;
    return true;
}

static int encode(const char *name, char *ret, size_t room, struct why *why) {
    char *from = (char *)(uintptr_t)name, *to = ret;
    size_t left = strlen(name), to_left = room - 1;
    iconv_t converter = is_plain(name) ? (iconv_t)-1 : iconv_open("UTF-7-IMAP", "UTF-8");
    if (is_plain(name) && left < room) {
        memcpy(ret, name, left + 1);
        return 0;
    }
    bool done = converter != (iconv_t)-1 && iconv(converter, &from, &left, &to, &to_left) != (size_t)-1 &&
                iconv(converter, NULL, NULL, &to, &to_left) != (size_t)-1;
    *to = '\0';
    if (converter != (iconv_t)-1)
        iconv_close(converter);
    return done ? 0 : why_set(why, FAIL_CONFIG, "the folder name \"%.100s\" is too long or not UTF-8", name);
}

static bool has_use(const struct mailimap_mailbox_list *folder, struct span use) {
    clist *flags = folder->mb_flag ? folder->mb_flag->mbf_oflags : NULL;
    for (clistiter *at = flags ? clist_begin(flags) : NULL; at; at = clist_next(at)) {
        const struct mailimap_mbx_list_oflag *flag = clist_content(at);
        if (flag->of_type == MAILIMAP_MBX_LIST_OFLAG_FLAG_EXT && span_same(span_of(flag->of_flag_ext), use))
            return true;
    }
    return false;
}

static bool may_be_selected(const struct mailimap_mailbox_list *folder) {
    const struct mailimap_mbx_list_flags *flags = folder->mb_flag;
    bool refused = flags && flags->mbf_type == MAILIMAP_MBX_LIST_FLAGS_SFLAG && flags->mbf_sflag == MAILIMAP_MBX_LIST_SFLAG_NOSELECT;
    return !refused && !has_use(folder, SPAN("NonExistent"));
}

static int not_listed(const struct imap *imap, int failed, struct why *why) {
    return failed == FAIL_INPUT ? why_prefix(why, imap_refusal(imap, FAIL_AGAIN), "the folders can not be listed: ") : failed;
}

static int by_use(struct imap *imap, const char *name, struct buf *ret, struct why *why) {
    const char *more = imap_can(imap, "SPECIAL-USE") && imap_can(imap, "LIST-EXTENDED") ? " RETURN (SPECIAL-USE)" : "";
    int failed = imap_command(imap, why, "LIST \"\" \"*\"%s", more);
    if (failed)
        return not_listed(imap, failed, why);
    for (clistiter *at = clist_begin(imap_brought(imap)->rsp_mailbox_list); at; at = clist_next(at)) {
        const struct mailimap_mailbox_list *folder = clist_content(at);
        if (may_be_selected(folder) && has_use(folder, span_of(name + 1)))
            return imap_quote(ret, folder->mb_name, why);
    }
    return why_set(why, FAIL_CONFIG, "no folder of this mailbox has the special use %.60s: name a folder instead", name);
}

bool imap_any_listed(struct imap *imap) {
    for (clistiter *at = clist_begin(imap_brought(imap)->rsp_mailbox_list); at; at = clist_next(at))
        if (may_be_selected(clist_content(at)))
            return true;
    return false;
}

static int create(struct imap *imap, const char *name, const struct buf *quoted, struct why *why) {
    int failed = imap_command(imap, why, "CREATE %.*s", SPAN_ARG(buf_span(quoted)));
    if (failed == FAIL_INPUT && !imap_said(imap, "ALREADYEXISTS"))
        return why_prefix(why, imap_refusal(imap, FAIL_AGAIN), "the folder \"%.100s\" can not be created: ", name);
    if (failed && failed != FAIL_INPUT)
        return failed;
    /* So that a person's mail program shows it. That it does not is no reason to stop. */
    failed = imap_command(imap, why, "SUBSCRIBE %.*s", SPAN_ARG(buf_span(quoted)));
    return failed == FAIL_INPUT ? 0 : failed;
}

int imap_folder_name(struct imap *imap, const char *name, struct buf *ret, struct why *why) {
    char encoded[NAME_BYTES];
    if (name[0] == '\\')
        return by_use(imap, name, ret, why);
    int failed = encode(name, encoded, sizeof encoded, why);
    return failed ? failed : imap_quote(ret, encoded, why);
}

int imap_folder(struct imap *imap, const char *name, struct buf *ret, struct why *why) {
    int failed = imap_folder_name(imap, name, ret, why);
    if (failed || name[0] == '\\')
        return failed;
    failed = imap_command(imap, why, "LIST \"\" %.*s", SPAN_ARG(buf_span(ret)));
    if (failed)
        return not_listed(imap, failed, why);
    return imap_any_listed(imap) ? 0 : create(imap, name, ret, why);
}
