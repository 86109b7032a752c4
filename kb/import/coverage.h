/* coverage.h - the csv exports of the Medicare Coverage Database: what coverage.c puts aside of each file, and coverage_facts.c joins at
 * the end. For these two alone.
 * The tables are temporary ones of the writer's connection: nothing of them is left in the knowledge base, and they lie on the disk when
 * they are large. Documents and their versions are numbers, as CMS counts them; codes are kb/system.h's; days are 20261001. */
#ifndef KB_IMPORT_COVERAGE_H
#define KB_IMPORT_COVERAGE_H

#include "kb/import/sink.h"

enum coverage_part { COVERAGE_ARTICLE, COVERAGE_LCD, COVERAGE_NCD, COVERAGE_PARTS };

/* What a document lists its codes as. */
enum coverage_list { LIST_PROCEDURES, LIST_COVERED, LIST_NOT_COVERED };

/* The files that were read, a bit each in the order of coverage.c's table: without these a part can not be told. */
enum coverage_file { FILE_ARTICLE, FILE_ARTICLE_PROCEDURES, FILE_ARTICLE_COVERED, FILE_LCD, FILE_NCD };

/* One number out of one row; 0 when there is none. */
int64_t coverage_number(struct import *, const char *sql, int64_t first, int64_t second);

/* coverage_facts.c: an importer's finish. */
int coverage_finish(struct import *, size_t part, struct why *why);

#endif
