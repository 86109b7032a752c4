/* charset.h - bytes in some charset -> UTF-8 without NUL. The label is believed as long as the bytes agree with it:
 * iso-8859-1 and us-ascii are read as windows-1252, an unknown label or bytes invalid under it are guessed by uchardet,
 * and what then remains invalid becomes U+FFFD. Plain ASCII is given back as it is. Conversion is iconv's, without transliteration. */
#ifndef MAIL_CHARSET_H
#define MAIL_CHARSET_H

#include "base/arena.h"
#include "base/span.h"

struct span charset_decode(struct span bytes, struct span label, struct arena *);

/* RFC 2047: encoded words decoded, neighbours of one charset joined before conversion; one line, trimmed. */
const char *charset_words(struct span value, struct arena *);

#endif
