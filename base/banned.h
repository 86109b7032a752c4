/* banned.h - calls that do not compile here.
 * The build includes this file before every source, so the headers that declare the calls come first.
 * Each has a bounded sibling: buf_* for building text, arena_copy for keeping it, span_to_long for numbers, date_* for days. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BANNED(call) this_call_is_banned_##call

#undef strcpy
#define strcpy(to, from) BANNED(strcpy)
#undef strncpy
#define strncpy(to, from, size) BANNED(strncpy)
#undef strcat
#define strcat(to, from) BANNED(strcat)
#undef strncat
#define strncat(to, from, size) BANNED(strncat)
#undef sprintf
#define sprintf(...) BANNED(sprintf)
#undef vsprintf
#define vsprintf(...) BANNED(vsprintf)
#undef strtok
#define strtok(text, marks) BANNED(strtok)
#undef atoi
#define atoi(text) BANNED(atoi)
#undef atol
#define atol(text) BANNED(atol)
#undef atof
#define atof(text) BANNED(atof)
#undef gmtime
#define gmtime(when) BANNED(gmtime)
#undef localtime
#define localtime(when) BANNED(localtime)
#undef ctime
#define ctime(when) BANNED(ctime)
#undef asctime
#define asctime(when) BANNED(asctime)

#endif
