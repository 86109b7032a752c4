-- The knowledge base. One file, written once by the builder and never changed: kb/build.h.
-- Days are integers, 20260301; the last day of what lasts is 99991231. Every fact names its source and the days on which it holds.
-- A code's id is (system << 20) + its place in code order, so an id tells its system and a range of ids is a range of codes.
PRAGMA application_id = 0x436f4b42;
PRAGMA user_version = 1;

CREATE TABLE systems (
    id    INTEGER PRIMARY KEY,           -- enum code_system
    name  TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL
) STRICT;

CREATE TABLE sources (
    id        INTEGER PRIMARY KEY,
    name      TEXT NOT NULL UNIQUE,      -- "cms-pprrvu-2026-jul"
    title     TEXT NOT NULL,
    publisher TEXT NOT NULL,
    edition   TEXT NOT NULL,
    notice    TEXT                       -- copyright line to show with the fact
) STRICT;

CREATE TABLE editions (
    id         INTEGER PRIMARY KEY,
    system     INTEGER NOT NULL REFERENCES systems,
    name       TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER NOT NULL,
    complete   INTEGER NOT NULL,         -- 1: what it does not hold does not exist
    codes      INTEGER NOT NULL,         -- how many it holds
    source     INTEGER NOT NULL REFERENCES sources,
    UNIQUE (system, name)
) STRICT;

CREATE TABLE families (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- A code that is only named (by an edit, as a related code) has a row here and no version.
CREATE TABLE codes (
    id     INTEGER PRIMARY KEY,
    system INTEGER NOT NULL REFERENCES systems,
    key    TEXT NOT NULL,                -- upper case, no dot
    family INTEGER REFERENCES families,
    UNIQUE (system, key)
) STRICT;

-- What a code meant from one day to another. Editions that agree share a row.
CREATE TABLE versions (
    code       INTEGER NOT NULL REFERENCES codes,
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER NOT NULL,
    billable   INTEGER NOT NULL,         -- 0: a header
    official   INTEGER NOT NULL,         -- 1: the title is the publisher's
    title      TEXT,
    successor  INTEGER REFERENCES codes,
    edition    INTEGER NOT NULL REFERENCES editions,
    source     INTEGER NOT NULL REFERENCES sources,
    PRIMARY KEY (code, valid_from)
) STRICT, WITHOUT ROWID;

-- Facts and relations: a relation is a fact that names a related code.
CREATE TABLE facts (
    code       INTEGER NOT NULL REFERENCES codes,
    section    INTEGER NOT NULL,         -- enum kb_section
    position   INTEGER NOT NULL,         -- order of the source
    label      TEXT,
    value      TEXT,
    text       TEXT,
    related    INTEGER REFERENCES codes,
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER NOT NULL,
    source     INTEGER NOT NULL REFERENCES sources,
    PRIMARY KEY (code, section, position)
) STRICT, WITHOUT ROWID;

-- NCCI procedure-to-procedure edits. A pair may come back, hence the day in the key.
CREATE TABLE pairs (
    column1    INTEGER NOT NULL REFERENCES codes,
    column2    INTEGER NOT NULL REFERENCES codes,
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER NOT NULL,
    indicator  INTEGER NOT NULL,         -- 0, 1 or 9
    source     INTEGER NOT NULL REFERENCES sources,
    PRIMARY KEY (column1, column2, valid_from)
) STRICT, WITHOUT ROWID;
CREATE INDEX pairs_by_column2 ON pairs (column2);

-- Only the index is kept, not the text: rowid is the code's id.
CREATE VIRTUAL TABLE search USING fts5 (
    code, title, words, plain,
    content = '', tokenize = "porter unicode61 remove_diacritics 2"
);

-- The stems of the search index that may become keywords, a line each: kb_knows_word.
CREATE TABLE vocabulary (stems TEXT NOT NULL) STRICT;
