/* build.h - seed files become a knowledge base file.
 * The file is written beside its place, checked, and renamed over what was there, so that a reader has the old or the new one. */
#ifndef KB_BUILD_H
#define KB_BUILD_H

#include <stddef.h>

#include "base/buf.h"
#include "base/fail.h"

/* 0; FAIL_INPUT when the seed files are not right: problems then holds a line each, "FILE: where: what", and path is as it was;
 * FAIL_SYSTEM when the file can not be written. */
int kb_build(const char *path, const char *const *files, size_t count, struct buf *problems, struct why *why);

#endif
