-- The knowledge base. One file, written aside and renamed: kb/write.h writes it, everybody else only reads.
-- Days are integers, 20260301; the last day of what lasts is 99991231. Every row names its source and the days on which it holds.
-- A code is a number that tells its system and its characters (kb/system.h); of one system they stand in code order.
PRAGMA application_id = 0x436f4b42;
PRAGMA user_version = 2;

CREATE TABLE systems (
    id    INTEGER PRIMARY KEY,           -- enum code_system
    name  TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL
) STRICT;

-- One edition of one set, as it was imported; or a source that the seed data names.
CREATE TABLE sources (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,     -- "cms-pprrvu-2026-jul"
    kind       TEXT NOT NULL,            -- the kind of import that brings the same facts: "rvu", "icd10cm-index/drug"; "house" for our own words
    title      TEXT NOT NULL,
    publisher  TEXT NOT NULL,
    edition    TEXT NOT NULL,
    notice     TEXT,                     -- copyright line to show with the fact
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER NOT NULL,         -- its own last day, where the publisher names one
    released   INTEGER NOT NULL,         -- of several with the same first day the one released last counts; 0 where they are not told apart
    ends       INTEGER NOT NULL,         -- 0: it does not tell when a code ended, so it takes no end back
    complete_to INTEGER NOT NULL,        -- the last day for which it can hold every code; 0: its last day
    whole      INTEGER NOT NULL,         -- 0: an extract, which says nothing of what it does not hold
    rows       INTEGER NOT NULL,
    imported   INTEGER NOT NULL          -- day of the import; 0 for seed data
) STRICT;

-- Which codes of a system there are, from one day to another.
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

-- What each edition says of a code. Never changed by another edition, so it does not matter which was imported first.
CREATE TABLE statements (
    code       INTEGER NOT NULL,
    source     INTEGER NOT NULL REFERENCES sources,
    valid_from INTEGER NOT NULL,         -- the code's own days, where the edition tells them; 0: no more than that it is in the edition
    valid_to   INTEGER NOT NULL,
    billable   INTEGER NOT NULL,
    official   INTEGER NOT NULL,
    title      TEXT,
    successor  INTEGER,
    PRIMARY KEY (code, source)
) STRICT, WITHOUT ROWID;

-- What follows from the statements (kb/derive.h): what a code meant from one day to another. Editions that agree share a row; the source
-- is the newest of them.
CREATE TABLE versions (
    code       INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER NOT NULL,
    billable   INTEGER NOT NULL,         -- 0: a header
    official   INTEGER NOT NULL,         -- 1: the title is the publisher's
    title      TEXT,
    successor  INTEGER,                  -- a code
    source     INTEGER NOT NULL REFERENCES sources,
    PRIMARY KEY (code, valid_from)
) STRICT, WITHOUT ROWID;

-- The family that a code belongs to ("external fixation").
CREATE TABLE families (
    code INTEGER PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;

-- Facts and relations: a relation is a fact that names a related code.
CREATE TABLE facts (
    code       INTEGER NOT NULL,
    section    INTEGER NOT NULL,         -- enum kb_section
    position   INTEGER NOT NULL,         -- order within the section
    source     INTEGER NOT NULL REFERENCES sources,
    label      TEXT,
    value      TEXT,
    text       TEXT,
    related    INTEGER,                  -- a code
    says_from  INTEGER NOT NULL,         -- the days that the source says
    says_to    INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,         -- and those that other editions of its set leave it (kb/derive.h): none when the last lies before the first
    valid_to   INTEGER NOT NULL,
    PRIMARY KEY (code, section, position, source)
) STRICT, WITHOUT ROWID;
-- Who names a code? Asked of diagnoses and related codes alone (sections 5 and 6), so the others are left out.
CREATE INDEX facts_by_related ON facts (related) WHERE section IN (5, 6);

-- NCCI procedure-to-procedure edits. A pair may come back, hence the day in the key.
CREATE TABLE pairs (
    column1    INTEGER NOT NULL,
    column2    INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER NOT NULL,
    indicator  INTEGER NOT NULL,         -- 0, 1 or 9
    source     INTEGER NOT NULL REFERENCES sources,
    PRIMARY KEY (column1, column2, valid_from)
) STRICT, WITHOUT ROWID;
CREATE INDEX pairs_by_column2 ON pairs (column2);

-- Geographic practice cost indices of the Medicare localities, exactly as the source writes them.
CREATE TABLE localities (
    contractor TEXT NOT NULL,            -- "01112"
    number     TEXT NOT NULL,            -- "05"
    source     INTEGER NOT NULL REFERENCES sources,
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER NOT NULL,
    state      TEXT NOT NULL,
    name       TEXT NOT NULL,
    work       TEXT NOT NULL,
    practice   TEXT NOT NULL,
    malpractice TEXT NOT NULL,
    PRIMARY KEY (contractor, number, source)
) STRICT, WITHOUT ROWID;

-- How people and indexes call a code: found by the search, never shown.
CREATE TABLE words (
    code   INTEGER NOT NULL,
    source INTEGER NOT NULL REFERENCES sources,
    text   TEXT NOT NULL,
    PRIMARY KEY (code, source, text)
) STRICT, WITHOUT ROWID;

-- What a source calls a code that another one publishes: never shown, but kb/verify.h looks whether both mean the same.
CREATE TABLE claims (
    code     INTEGER NOT NULL,
    source   INTEGER NOT NULL REFERENCES sources,
    official INTEGER NOT NULL,           -- 1: said to be the publisher's own words
    title    TEXT NOT NULL,
    PRIMARY KEY (code, source)
) STRICT, WITHOUT ROWID;
