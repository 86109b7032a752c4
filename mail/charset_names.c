#include "mail/charset_names.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"

enum { LABEL_BYTES = 40 };

struct charset {
    const char *name;
    const char *labels; /* in lower case, without punctuation */
};

/* Labels are those of the WHATWG Encoding Standard and of the IANA registry, and what uchardet says. Some charsets stand for more than
 * they say: mail programs call windows-1252 iso-8859-1 or us-ascii, and GB18030 gb2312. */
static const struct charset charsets[] = {
    {"", "utf8 unicode11utf8 unicode20utf8 xunicode20utf8"},
    {"CP1252", "usascii ascii ansix341968 ansix341986 iso646us iso646irv1991 isoir6 us cp367 ibm367 csascii iso88591 iso885911987 isoir100 latin1 "
               "l1 ibm819 cp819 csisolatin1 windows1252 cp1252 xcp1252 ansi"},
    {"ISO-8859-2", "iso88592 iso885921987 isoir101 latin2 l2 csisolatin2"},
    {"ISO-8859-3", "iso88593 iso885931988 isoir109 latin3 l3 csisolatin3"},
    {"ISO-8859-4", "iso88594 iso885941988 isoir110 latin4 l4 csisolatin4"},
    {"ISO-8859-5", "iso88595 iso885951988 isoir144 cyrillic csisolatincyrillic"},
    {"ISO-8859-6", "iso88596 iso885961987 iso88596e iso88596i isoir127 arabic ecma114 asmo708 csisolatinarabic"},
    {"ISO-8859-7", "iso88597 iso885971987 isoir126 greek greek8 ecma118 elot928 suneugreek csisolatingreek"},
    {"ISO-8859-8", "iso88598 iso885981988 iso88598e iso88598i isoir138 hebrew visual logical csisolatinhebrew"},
    {"CP1254", "iso88599 iso885991989 isoir148 latin5 l5 csisolatin5 windows1254 cp1254 xcp1254"},
    {"ISO-8859-10", "iso885910 isoir157 latin6 l6 csisolatin6"},
    {"CP874", "iso885911 tis620 dos874 windows874 cp874"},
    {"ISO-8859-13", "iso885913 latin7 l7"},
    {"ISO-8859-14", "iso885914 latin8 l8"},
    {"ISO-8859-15", "iso885915 latin9 l9 csisolatin9"},
    {"ISO-8859-16", "iso885916 latin10 l10"},
    {"CP1250", "windows1250 cp1250 xcp1250"},
    {"CP1251", "windows1251 cp1251 xcp1251"},
    {"CP1253", "windows1253 cp1253 xcp1253"},
    {"CP1255", "windows1255 cp1255 xcp1255"},
    {"CP1256", "windows1256 cp1256 xcp1256"},
    {"CP1257", "windows1257 cp1257 xcp1257"},
    {"CP1258", "windows1258 cp1258 xcp1258"},
    {"IBM437", "ibm437 cp437 437"},
    {"IBM850", "ibm850 cp850 850"},
    {"IBM852", "ibm852 cp852 852"},
    {"IBM855", "ibm855 cp855 855"},
    {"IBM862", "ibm862 cp862 862"},
    {"IBM865", "ibm865 cp865 865"},
    {"IBM866", "ibm866 cp866 866 csibm866"},
    {"KOI8-R", "koi8r koi8 koi cskoi8r"},
    {"KOI8-U", "koi8u koi8ru"},
    {"MACINTOSH", "macintosh mac xmacroman csmacintosh"},
    {"MAC-CYRILLIC", "maccyrillic xmaccyrillic xmacukrainian"},
    {"MAC-CENTRALEUROPE", "maccentraleurope"},
    {"TCVN", "tcvn"},
    {"VISCII", "viscii csviscii"},
    {"GEORGIAN-ACADEMY", "georgianacademy"},
    {"GEORGIAN-PS", "georgianps"},
    {"GB18030", "gb18030 gb2312 gbk xgbk gb231280 chinese csgb2312 isoir58 euccn cp936 windows936"},
    {"BIG5-HKSCS", "big5 big5hkscs xxbig5 cnbig5 csbig5 cp950 windows950"},
    {"EUC-TW", "euctw"},
    {"ISO-2022-CN", "iso2022cn"},
    {"EUC-JP", "eucjp xeucjp cseucpkdfmtjapanese"},
    {"ISO-2022-JP", "iso2022jp csiso2022jp"},
    {"ISO-2022-JP-2", "iso2022jp1 iso2022jp2"},
    {"CP932", "shiftjis sjis xsjis mskanji windows31j csshiftjis ms932 cp932 windows932"},
    {"CP949", "euckr cp949 uhc ksc56011987 ksc56011989 ksc5601 korean isoir149 windows949 cseuckr csksc56011987"},
    {"ISO-2022-KR", "iso2022kr csiso2022kr"},
    {"JOHAB", "johab cp1361"},
    {"UTF-7", "utf7 unicode11utf7 csutf7"},
    {"UTF-16", "utf16 unicode ucs2 iso10646ucs2 csunicode"},
    {"UTF-16LE", "utf16le ucs2le"},
    {"UTF-16BE", "utf16be ucs2be unicodefffe"},
    {"UTF-32", "utf32 ucs4 iso10646ucs4"},
    {"UTF-32LE", "utf32le ucs4le"},
    {"UTF-32BE", "utf32be ucs4be"},
};
enum { CHARSET_COUNT = sizeof charsets / sizeof *charsets };

/* 0: not asked for yet. */
static iconv_t converters[CHARSET_COUNT];

static struct span bare_label(struct span label, char room[LABEL_BYTES]) {
    size_t len = 0;
    for (size_t i = 0; i < label.len; i++) {
        if (label.ptr[i] && strchr("-_.: ", label.ptr[i]))
            continue;
        if (len == LABEL_BYTES || !char_is_alnum(label.ptr[i]))
            return SPAN("");
        room[len++] = char_lower(label.ptr[i]);
    }
    return (struct span){room, len};
}

const struct charset *charset_by_label(struct span label) {
    char room[LABEL_BYTES];
    struct span bare = bare_label(span_trim(label), room);
    for (size_t i = 0; bare.len && i < CHARSET_COUNT; i++)
        if (span_is_among(bare, charsets[i].labels))
            return &charsets[i];
    return NULL;
}

const char *charset_name(const struct charset *charset) { return charset->name; }

iconv_t charset_converter(const struct charset *charset) {
    iconv_t *converter = &converters[charset - charsets];
    if (!*converter)
        *converter = *charset->name ? iconv_open("UTF-8", charset->name) : (iconv_t)-1;
    if (*converter != (iconv_t)-1)
        iconv(*converter, NULL, NULL, NULL, NULL);
    return *converter;
}

void charset_warm(void) {
    for (size_t i = 0; i < CHARSET_COUNT; i++)
        charset_converter(&charsets[i]);
}
