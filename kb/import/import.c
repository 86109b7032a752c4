#include "kb/import/import.h"

#include <string.h>

#include "kb/import/registry.h"
#include "kb/import/sink.h"

enum { NAME_BYTES = 256 };

const struct import_kind *import_kinds(void) {
    enum { KINDS_MAX = 64 };
    static struct import_kind kinds[KINDS_MAX];
    for (size_t i = 0; importers[i] && i < KINDS_MAX - 1; i++)
        kinds[i] = (struct import_kind){importers[i]->kind, importers[i]->title};
    return kinds;
}

static const struct importer *by_kind(const char *kind) {
    for (size_t i = 0; importers[i]; i++)
        if (strcmp(importers[i]->kind, kind) == 0)
            return importers[i];
    return NULL;
}

static int unknown_kind(const char *kind, struct why *why) {
    const char *names[NAME_BYTES];
    size_t count = 0;
    for (; importers[count] && count < NAME_BYTES; count++)
        names[count] = importers[count]->kind;
    const char *near = name_nearest(names, count, span_of(kind));
    return why_set(why, FAIL_INPUT, "there is no kind of file \"%.40s\"%s%s; \"codingdesk kb import --kinds\" lists them", kind,
                   near ? ": the nearest is " : "", near ? near : "");
}

/* The name as recognisers see it: lower case, without the ending of a packed file. */
static void plain_name(const char *name, char ret[static NAME_BYTES]) {
    static const char *const endings[] = {".gz", ".bz2", ".xz"};
    size_t len = strlen(name) < NAME_BYTES ? strlen(name) : NAME_BYTES - 1;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (span_ends_same((struct span){name, len}, span_of(endings[i])))
            len -= strlen(endings[i]);
    for (size_t i = 0; i < len; i++)
        ret[i] = char_lower(name[i]);
    ret[len] = '\0';
}

static const struct importer *recognise(const char *name, struct span head) {
    char plain[NAME_BYTES];
    plain_name(name, plain);
    for (size_t i = 0; importers[i]; i++)
        if (importers[i]->recognises(plain, head))
            return importers[i];
    return NULL;
}

struct session {
    const struct import_order *order;
    struct writer *writer;
    struct arena *arena;
    struct import_results *results;
};

static struct import_result *add_result(struct session *on, const char *file) {
    struct import_results *results = on->results;
    results->items = arena_grow(on->arena, results->items, results->count, sizeof *results->items);
    struct import_result *ret = &results->items[results->count++];
    *ret = (struct import_result){.file = file};
    return ret;
}

/* The set whose files this one reads, or NULL. */
static const struct importer_set *set_of(const struct importer *importer) {
    const struct importer_set *ret = importer_sets;
    while (ret->importer && ret->importer != importer)
        ret++;
    return ret->importer ? ret : NULL;
}

static int import_one(struct session *on, const struct importer *importer, struct input *input, const char *file, const char *name,
                      struct why *why) {
    char plain[NAME_BYTES];
    struct import import;
    plain_name(name, plain);
    sink_open(&import, on->writer, importer, on->order, on->arena, plain, add_result(on, file));
    int code = importer->read(&import, input, why);
    if (!code)
        code = writer_failed(on->writer, why);
    if (!code)
        code = set_of(importer) ? sink_aside(&import, why) : sink_finish(&import, why);
    sink_close(&import);
    return code;
}

/* FAIL_EMPTY when nothing of the part was there. */
static int finish_part(struct session *on, const struct importer_set *set, size_t part, struct why *why) {
    struct import import;
    sink_open(&import, on->writer, set->importer, on->order, on->arena, "", add_result(on, "the files together"));
    int code = set->finish(&import, part, why);
    if (!code)
        code = writer_failed(on->writer, why);
    if (!code)
        code = sink_finish(&import, why);
    sink_close(&import);
    if (code == FAIL_EMPTY)
        on->results->count--;
    return code;
}

static int finish_set(struct session *on, const struct importer_set *set, struct why *why) {
    size_t taken = 0;
    for (size_t part = 0; part < set->parts; part++) {
        int code = finish_part(on, set, part, why);
        if (code && code != FAIL_EMPTY)
            return code;
        taken += !code;
    }
    if (taken)
        return 0;
    return why_set(why, FAIL_INPUT, "what was named of the %s says nothing without the other files of its set: name them all",
                   set->importer->title);
}

/* Sets of several files, when all files have been read. */
static int finish_sets(struct session *on, struct why *why) {
    size_t read = on->results->count;
    for (const struct importer_set *set = importer_sets; set->importer; set++) {
        bool waits = false;
        for (size_t at = 0; at < read; at++)
            waits = waits || (on->results->items[at].aside && on->results->items[at].kind == set->importer->kind);
        int code = waits ? finish_set(on, set, why) : 0;
        if (code)
            return code;
    }
    return 0;
}

/* One file of those inside. A kind that was named is believed, unless the file is one of several. */
static int import_inside(struct session *on, struct input *input, const char *path, const char *name, size_t *taken, struct why *why) {
    struct span head;
    int code = input_head(input, &head, why);
    if (code)
        return code;
    bool inside = strcmp(name, strrchr(path, '/') ? strrchr(path, '/') + 1 : path) != 0;
    const struct importer *importer = on->order->kind ? by_kind(on->order->kind) : recognise(name, head);
    if (!importer && !on->order->kind && (span_starts(head, SPAN("\xff\xfe")) || span_starts(head, SPAN("\xfe\xff"))))
        return why_set(why, FAIL_INPUT, "%s is UTF-16: save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\") and import that", path);
    if (!importer || !head.len || (inside && on->order->kind && recognise(name, head) != importer))
        return 0;
    ++*taken;
    const char *file = inside ? arena_printf(on->arena, "%s (%s)", path, name) : arena_copy(on->arena, span_of(path));
    return import_one(on, importer, input, file, name, why);
}

static int import_file(struct session *on, const char *path, struct why *why) {
    struct input *input;
    const char *name;
    size_t taken = 0;
    int code = input_open(path, &input, why);
    if (code)
        return code;
    while (!(code = input_next(input, &name, why)) && !(code = import_inside(on, input, path, name, &taken, why)))
        ;
    input_close(input);
    if (code != FAIL_EMPTY)
        return code;
    if (taken)
        return 0;
    return why_set(why, FAIL_INPUT, "%s is none of the files that are known here; name its kind, \"codingdesk kb import --kinds\" lists them",
                   path);
}

int kb_import(const struct import_order *order, struct arena *arena, struct import_results *ret, struct why *why) {
    struct writer writer;
    struct session on = {order, &writer, arena, ret};
    *ret = (struct import_results){0};
    if (order->kind && !by_kind(order->kind))
        return unknown_kind(order->kind, why);
    int code = writer_open(&writer, order->path, order->from, why);
    if (code)
        return code;
    for (size_t i = 0; !code && i < order->file_count; i++)
        code = import_file(&on, order->files[i], why);
    if (!code)
        code = finish_sets(&on, why);
    if (!code)
        return writer_publish(&writer, why);
    writer_abandon(&writer);
    return code;
}
