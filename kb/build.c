#include "kb/build.h"

#include <string.h>

#include "kb/derive.h"
#include "kb/schema.h"
#include "kb/seed.h"
#include "kb/write.h"

enum { SEED_BYTES = 1 << 30 };

static void write_sources(struct writer *writer, const struct seed *seed) {
    struct row row = row_open(writer, "INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?, ?, ?, 99991231, 0, 1, 0, 0, 0, 0)");
    for (size_t i = 0; i < seed->source_count; i++) {
        const struct seed_source *source = &seed->sources[i];
        row_put_number(&row, (int64_t)i + 1);
        row_put_text(&row, source->id);
        row_put_text(&row, source->kind);
        row_put_text(&row, source->title);
        row_put_text(&row, source->publisher);
        row_put_text(&row, source->edition);
        row_put_text(&row, source->notice);
        row_put_number(&row, source->valid_from);
        row_end(&row);
    }
    row_close(&row);
}

static void write_editions(struct writer *writer, const struct seed *seed) {
    struct row row = row_open(writer, "INSERT INTO editions VALUES (?, ?, ?, ?, ?, ?, 0, ?)");
    for (size_t i = 0; i < seed->edition_count; i++) {
        const struct seed_edition *edition = &seed->editions[i];
        row_put_number(&row, (int64_t)i + 1);
        row_put_number(&row, edition->system);
        row_put_text(&row, edition->name);
        row_put_number(&row, edition->valid_from);
        row_put_number(&row, edition->valid_to);
        row_put_number(&row, edition->complete);
        row_put_number(&row, (int64_t)edition->source_id);
        row_end(&row);
    }
    row_close(&row);
}

static int64_t id_of(const struct seed_ref *ref) { return ref->set ? system_id(ref->system, ref->key) : 0; }

static void write_statement(struct row *row, const struct seed_code *code) {
    row_put_number(row, id_of(&code->self));
    row_put_number(row, (int64_t)code->source_id);
    row_put_number(row, code->valid_from);
    row_put_number(row, code->valid_to);
    row_put_number(row, code->billable);
    row_put_number(row, code->official);
    row_put_text(row, code->title);
    row_put_id(row, code->successor.set, id_of(&code->successor));
    row_end(row);
}

static void write_claim(struct row *row, const struct seed_code *code) {
    row_put_number(row, id_of(&code->self));
    row_put_number(row, (int64_t)code->source_id);
    row_put_number(row, code->official);
    row_put_text(row, code->title);
    row_end(row);
}

static void write_family(struct row *row, const struct seed_code *code) {
    if (!code->family)
        return;
    row_put_number(row, id_of(&code->self));
    row_put_text(row, code->family);
    row_end(row);
}

/* Words are ours, whoever publishes the code. */
static void write_words(struct row *row, const struct seed_code *code, int64_t house) {
    for (size_t i = 0; i < code->words.count; i++) {
        row_put_number(row, id_of(&code->self));
        row_put_number(row, house ? house : (int64_t)code->source_id);
        row_put_text(row, code->words.items[i]);
        row_end(row);
    }
}

static void write_facts(struct row *row, const struct seed_code *code) {
    for (size_t i = 0; i < code->facts.count; i++) {
        const struct seed_fact *fact = &code->facts.items[i];
        row_put_number(row, id_of(&code->self));
        row_put_number(row, fact->section);
        row_put_number(row, FIGURE_COUNT + (int64_t)i);
        row_put_number(row, (int64_t)fact->source_id);
        row_put_text(row, fact->label);
        row_put_text(row, fact->value);
        row_put_text(row, fact->text);
        row_put_id(row, fact->related.set, id_of(&fact->related));
        row_put_number(row, fact->valid_from);
        row_put_number(row, fact->valid_to);
        row_end(row);
    }
}

/* They stand before what is said of the code by itself. A code and its modifiers tell one conversion factor. */
static void write_figures(struct writer *writer, const struct seed *seed) {
    struct row row = row_open(writer, "INSERT OR REPLACE INTO facts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL, ?8, ?9, ?8, ?9)");
    for (size_t i = 0; i < seed->figure_count; i++) {
        const struct seed_figure *figure = &seed->figures[i];
        row_put_number(&row, figure->code);
        row_put_number(&row, figure->section);
        row_put_number(&row, figure->fact.position);
        row_put_number(&row, (int64_t)figure->source_id);
        row_put_text(&row, figure->fact.label);
        row_put_text(&row, figure->fact.value);
        row_put_text(&row, figure->fact.text);
        row_put_number(&row, figure->valid_from);
        row_put_number(&row, figure->valid_to);
        row_end(&row);
    }
    row_close(&row);
}

static int64_t house_source(const struct seed *seed) {
    for (size_t i = 0; i < seed->source_count; i++)
        if (strcmp(seed->sources[i].kind, "house") == 0)
            return (int64_t)i + 1;
    return 0;
}

static void write_codes(struct writer *writer, const struct seed *seed) {
    int64_t house = house_source(seed);
    struct row statement = row_open(writer, "INSERT INTO statements VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    struct row claim = row_open(writer, "INSERT INTO claims VALUES (?, ?, ?, ?)");
    struct row family = row_open(writer, "INSERT INTO families VALUES (?, ?)");
    struct row words = row_open(writer, "INSERT OR IGNORE INTO words VALUES (?, ?, ?)");
    struct row fact = row_open(writer, "INSERT INTO facts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?9, ?10)");
    for (size_t i = 0; i < seed->code_count; i++) {
        const struct seed_code *code = seed->identities[i].code;
        write_statement(&statement, code);
        write_claim(&claim, code);
        write_family(&family, code);
        write_words(&words, code, house);
        write_facts(&fact, code);
    }
    row_close(&fact);
    row_close(&words);
    row_close(&family);
    row_close(&claim);
    row_close(&statement);
}

static void write_pairs(struct writer *writer, const struct seed *seed) {
    struct row row = row_open(writer, "INSERT INTO pairs VALUES (?, ?, ?, ?, ?, ?)");
    for (size_t i = 0; i < seed->pair_count; i++) {
        const struct seed_pair *pair = &seed->pairs[i];
        row_put_number(&row, id_of(&pair->column1));
        row_put_number(&row, id_of(&pair->column2));
        row_put_number(&row, pair->valid_from);
        row_put_number(&row, pair->valid_to);
        row_put_number(&row, pair->indicator[0] - '0');
        row_put_number(&row, (int64_t)pair->source_id);
        row_end(&row);
    }
    row_close(&row);
}

/* An edition begins with the codes it lists, or else with the first that it says. */
static const char date_sources[] =
    "UPDATE sources SET valid_from = coalesce((SELECT min(valid_from) FROM editions WHERE source = sources.id), "
    "(SELECT min(valid_from) FROM facts WHERE source = sources.id), (SELECT min(valid_from) FROM pairs WHERE source = sources.id), "
    "(SELECT min(valid_from) FROM statements WHERE source = sources.id), 0) WHERE valid_from = 0";

static int write_file(const char *path, const struct seed *seed, struct why *why) {
    struct writer writer;
    int code = writer_open(&writer, path, NULL, why);
    if (code)
        return code;
    write_sources(&writer, seed);
    write_editions(&writer, seed);
    write_codes(&writer, seed);
    write_figures(&writer, seed);
    write_pairs(&writer, seed);
    writer_run(&writer, date_sources);
    for (int system = 0; system < SYSTEM_COUNT; system++)
        derive_versions(&writer, (enum code_system)system);
    return writer_publish(&writer, why);
}

int kb_build(const char *path, const char *const *files, size_t count, struct buf *lines, struct why *why) {
    struct seed seed;
    struct problems problems = {.lines = lines};
    struct arena *arena = arena_new(SEED_BYTES);
    seed_open(&seed, arena);
    for (size_t i = 0; i < count; i++)
        seed_read(&seed, files[i], &problems);
    seed_check(&seed, &problems);
    int code;
    if (problems.count)
        code = why_set(why, FAIL_INPUT, "%zu things in the seed files have to be put right first", problems.count);
    else
        code = write_file(path, &seed, why);
    seed_close(&seed);
    arena_free(arena);
    return code;
}
