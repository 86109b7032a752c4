/* codingdesk search: codes for words, alone or by the file. */
#include <errno.h>
#include <string.h>

#include "desk/account.h"
#include "desk/command.h"

enum { LIMIT_DEFAULT = 10, LIMIT_MOST = 1000, LINE_ARENA_BYTES = 64 << 20, QUERY_BYTES = 4096 };

struct search {
    struct desk *desk;
    struct date date;
    unsigned systems; /* a bit each */
    long limit;
    bool json;
};

static json_t *hits_json(struct desk *desk, const struct kb_hits *hits) {
    json_t *ret = json_array();
    for (size_t i = 0; i < hits->count; i++) {
        const struct kb_hit *hit = &hits->items[i];
        json_t *item = json_object();
        json_object_set_new(item, "system", json_string(name_text(system_names, (int)hit->code.system)));
        json_object_set_new(item, "code", desk_json(desk, hit->code.display));
        json_object_set_new(item, "title", desk_json(desk, hit->code.title));
        json_object_set_new(item, "score", json_real(hit->score));
        json_object_set_new(item, "because", desk_json(desk, hit->because));
        json_array_append_new(ret, item);
    }
    return ret;
}

static int find(const struct search *search, struct span words, struct arena *arena, struct kb_hits *ret) {
    struct why why;
    *ret = (struct kb_hits){0};
    int failed = kb_search(search->desk->kb, words, search->systems, search->date, (size_t)search->limit, arena, ret, &why);
    return failed && failed != FAIL_EMPTY ? desk_complain(failed, "%s", why.text) : 0;
}

static void print_hits(struct desk *desk, const struct kb_hits *hits) {
    for (size_t i = 0; i < hits->count; i++) {
        const struct kb_hit *hit = &hits->items[i];
        account_line(desk, hit->code.display,
                     arena_printf(desk->arena, "%s: %s (%s)", name_text(system_titles, (int)hit->code.system),
                                  hit->code.title ? hit->code.title : "no description", hit->because));
    }
}

static int search_words(const struct search *search, const struct invocation *invocation) {
    struct buf words;
    struct kb_hits hits;
    buf_init(&words, QUERY_BYTES);
    for (size_t i = 0; i < invocation->operand_count; i++)
        buf_printf(&words, "%s%s", i ? " " : "", invocation->operands[i]);
    int failed = buf_full(&words) ? desk_complain(FAIL_INPUT, "too many words; %d bytes are the limit", QUERY_BYTES)
                                  : find(search, buf_span(&words), search->desk->arena, &hits);
    if (!failed && search->json) {
        json_t *object = json_object();
        json_object_set_new(object, "query", desk_json(search->desk, words.ptr));
        json_object_set_new(object, "results", hits_json(search->desk, &hits));
        desk_print_json(object);
    } else if (!failed)
        print_hits(search->desk, &hits);
    buf_free(&words);
    if (!failed && hits.count == 0)
        return search->json ? FAIL_EMPTY : desk_complain(FAIL_EMPTY, "no code has these words");
    return failed;
}

/* One {id, query} a line. */
static int search_line(const struct search *search, const char *path, size_t number, const char *line) {
    json_error_t error;
    json_t *query = json_loads(line, 0, &error);
    const char *words = json_string_value(json_object_get(query, "query"));
    int failed = 0;
    if (!words)
        failed =
            desk_complain(FAIL_INPUT, "%s:%zu: not an object with \"query\"%s%s", path, number, query ? "" : ": ", query ? "" : error.text);
    struct desk desk = *search->desk;
    desk.arena = arena_new(LINE_ARENA_BYTES);
    struct kb_hits hits;
    if (!failed)
        failed = find(search, span_of(words), desk.arena, &hits);
    if (!failed) {
        json_t *id = json_object_get(query, "id"), *object = json_object();
        json_object_set(object, "id", id ? id : json_null());
        json_object_set_new(object, "results", hits_json(&desk, &hits));
        desk_print_json(object);
    }
    arena_free(desk.arena);
    json_decref(query);
    return failed;
}

static int search_batch(const struct search *search, const char *path) {
    bool standard = strcmp(path, "-") == 0;
    FILE *file = standard ? stdin : fopen(path, "re");
    char *line = NULL;
    size_t room = 0, number = 0;
    int ret = 0;
    if (!file)
        return desk_complain(FAIL_SYSTEM, "%s: %s", path, strerror(errno));
    while (!ret && getline(&line, &room, file) > 0) {
        number++;
        if (span_trim(span_of(line)).len > 0)
            ret = search_line(search, path, number, line);
    }
    if (!ret && ferror(file))
        ret = desk_complain(FAIL_SYSTEM, "%s can not be read", path);
    free(line);
    if (!standard)
        fclose(file);
    return ret;
}

/* "CPT,HCPCS"; all of them when text is NULL. */
static int read_systems(const char *text, unsigned *ret) {
    struct span rest = span_of(text), name;
    unsigned systems = text ? 0 : KB_ALL_SYSTEMS;
    int system;
    while (text && span_cut(&rest, ',', &name)) {
        if (!name_value(system_names, span_trim(name), &system))
            return desk_complain(FAIL_INPUT, "--system %s: CPT, HCPCS, ICD10CM, ICD10PCS, MOD, DRG, REV, POS or NUCC", text);
        systems |= 1u << system;
    }
    *ret = systems;
    return 0;
}

int search_run(struct desk *desk, const struct invocation *invocation) {
    struct search search = {.desk = desk, .limit = LIMIT_DEFAULT, .json = option_given(invocation, "--json")};
    const char *batch = option_value(invocation, "--batch");
    if (!batch && invocation->operand_count == 0)
        return desk_complain(FAIL_INPUT, "search for what? give words, or --batch FILE");
    int failed = read_systems(option_value(invocation, "--system"), &search.systems);
    if (!failed)
        failed = option_number(invocation, "--limit", LIMIT_MOST, &search.limit);
    if (!failed)
        failed = desk_date(desk, option_value(invocation, "--date"), &search.date);
    if (!failed)
        failed = desk_open_kb(desk);
    if (failed)
        return failed;
    return batch ? search_batch(&search, batch) : search_words(&search, invocation);
}
