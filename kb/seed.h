/* seed.h - seed files (data/README.md) as they are read, before they become a knowledge base.
 * Order: seed_open, seed_read a file each, seed_check, seed_close. Whatever is wrong becomes a line in the problems: the seed may be
 * written to a file only when there is none. Everything lies in the arena or in the files' JSON, until seed_close. */
#ifndef KB_SEED_H
#define KB_SEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "kb/figures.h"
#include "kb/kb.h"

struct problems {
    struct buf *lines; /* "FILE: where: what" */
    size_t count;
};

__attribute__((format(printf, 3, 4))) void problem(struct problems *, const char *at, const char *format, ...);

struct seed_source {
    const char *id, *kind, *publisher, *title, *edition, *notice;
    int64_t valid_from; /* 0: the first day of what it is the source of */
    const char *at; /* "FILE: where", as all at below */
};

struct seed_edition {
    enum code_system system;
    const char *name, *source;
    int64_t valid_from, valid_to;
    bool complete;
    const char *at;
    size_t source_id;
};

struct seed_ref {
    bool set;
    enum code_system system;
    char key[CODE_BYTES];
};

struct seed_fact {
    enum kb_section section;
    const char *label, *value, *text, *source;
    struct seed_ref related;
    int64_t valid_from, valid_to;
    const char *at;
    size_t source_id;
};

struct seed_facts {
    struct seed_fact *items;
    size_t count;
};

struct seed_words {
    const char **items;
    size_t count;
};

struct seed_code {
    enum code_system system;
    const char *code, *title, *family, *source, *successor_text;
    bool official, billable;
    int64_t valid_from, valid_to;
    struct seed_words words;
    struct seed_facts facts;
    const char *at;
    struct seed_ref self, successor;
    size_t source_id;
};

/* What holds for every code of a family; seed_check hands it on to them. */
struct seed_family {
    const char *name;
    struct seed_facts facts;
    const char *at;
};

/* One pair of a group that has column 1 in common. */
struct seed_pair {
    const char *column1_text, *column2_text, *indicator, *source;
    int64_t valid_from, valid_to;
    const char *at;
    struct seed_ref column1, column2;
    size_t source_id;
};

/* A row of the fee schedule. */
struct seed_fee {
    const char *code, *source, *group;
    struct fee fee;
    int64_t valid_from, valid_to;
    const char *at;
    struct seed_ref self;
    size_t source_id;
};

/* How many units a day pass. */
struct seed_limit {
    const char *code, *source;
    struct limit limit;
    int64_t valid_from, valid_to;
    const char *at;
    struct seed_ref self;
    size_t source_id;
};

/* What the hospital is paid. */
struct seed_hospital {
    const char *code, *source, *status, *rate;
    int64_t valid_from, valid_to;
    const char *at;
    struct seed_ref self;
    size_t source_id;
};

/* A fact made of one of these (kb/figures.h). */
struct seed_figure {
    int64_t code;
    enum kb_section section;
    struct figure_fact fact;
    int64_t valid_from, valid_to;
    size_t source_id;
};

/* A described code, by its number. */
struct seed_identity {
    int64_t id;
    const struct seed_code *code;
};

/* Ids of sources and editions are their place in these arrays, from 1. */
struct seed {
    struct arena *arena;
    struct seed_source *sources;
    struct seed_edition *editions;
    struct seed_code *codes;
    struct seed_pair *pairs;
    struct seed_family *families;
    struct seed_fee *fees;
    struct seed_limit *limits;
    struct seed_hospital *hospitals;
    struct seed_figure *figures;        /* since seed_check */
    struct seed_identity *identities; /* of the codes, in the order of their numbers; since seed_check */
    size_t source_count, edition_count, code_count, pair_count, family_count, fee_count, limit_count, hospital_count, figure_count;
    void **documents; /* json_t */
    size_t document_count;
};

void seed_open(struct seed *, struct arena *);
void seed_close(struct seed *);

void seed_read(struct seed *, const char *file, struct problems *);

/* Everything that takes all files to know: sources, related codes, doubles. Fills the ids and hands the families' facts on. */
void seed_check(struct seed *, struct problems *);

/* seed_figures.c: the part of it that is about fees and limits, when all else is checked. Makes the figures of them. */
void seed_check_figures(struct seed *, struct problems *);

/* What the parts of the check share. A source's id, or 0; the CPT or HCPCS code that a text is; whether a file describes a code. */
size_t seed_source_id(const struct seed *, const char *name, const char *at, struct problems *);
void seed_read_procedure(const char *text, struct seed_ref *ret, const char *at, struct problems *);
bool seed_describes(const struct seed *, const struct seed_ref *);
void seed_check_days(int64_t from, int64_t to, const char *at, struct problems *);

#endif
