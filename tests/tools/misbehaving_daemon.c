/* codingdeskd with a reader that does what mails tell it to. */
#include "tests/tools/misbehave.h"

#define reader_read misbehaving_read
#include "daemon/main.c"
