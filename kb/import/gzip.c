#include "kb/import/gzip.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

enum { PACKED_BYTES = 64 << 10, PLAIN_BYTES = 256 << 10, FIRST_BYTE = 0x1f, SECOND_BYTE = 0x8b, GZIP_ALONE = 16 + MAX_WBITS };

struct gzip {
    FILE *file;
    z_stream stream;
    uint64_t read;
    bool inside; /* a member has begun */
    unsigned char packed[PACKED_BYTES], plain[PLAIN_BYTES];
};

bool gzip_is(const char *path) {
    FILE *file = fopen(path, "re");
    bool ret = file && getc(file) == FIRST_BYTE && getc(file) == SECOND_BYTE;
    if (file)
        fclose(file);
    return ret;
}

struct gzip *gzip_open(const char *path) {
    struct gzip *gzip = calloc(1, sizeof *gzip);
    if (!gzip)
        return NULL;
    gzip->file = fopen(path, "re");
    gzip->inside = true;
    if (gzip->file && inflateInit2(&gzip->stream, GZIP_ALONE) == Z_OK)
        return gzip;
    gzip_close(gzip);
    return NULL;
}

void gzip_close(struct gzip *gzip) {
    if (!gzip)
        return;
    inflateEnd(&gzip->stream);
    if (gzip->file)
        fclose(gzip->file);
    free(gzip);
}

/* Something to unpack; none is left at the end of the file. */
static void refill(struct gzip *gzip) {
    if (gzip->stream.avail_in)
        return;
    gzip->stream.next_in = gzip->packed;
    gzip->stream.avail_in = (uInt)fread(gzip->packed, 1, PACKED_BYTES, gzip->file);
    gzip->read += gzip->stream.avail_in;
}

/* Behind a member: the end, or another one. */
static const char *next_member(struct gzip *gzip) {
    refill(gzip);
    gzip->inside = gzip->stream.avail_in > 0;
    if (!gzip->inside)
        return ferror(gzip->file) ? "it can not be read" : NULL;
    if (*gzip->stream.next_in != FIRST_BYTE)
        return "something follows that is not gzip";
    return inflateReset(&gzip->stream) == Z_OK ? NULL : "it can not be unpacked";
}

static const char *unpack(struct gzip *gzip) {
    refill(gzip);
    if (!gzip->stream.avail_in)
        return ferror(gzip->file) ? "it can not be read" : "its end is missing";
    int status = inflate(&gzip->stream, Z_NO_FLUSH);
    if (status == Z_STREAM_END)
        return next_member(gzip);
    if (status == Z_OK)
        return NULL;
    return gzip->stream.msg ? gzip->stream.msg : "it can not be unpacked";
}

const char *gzip_read(struct gzip *gzip, struct span *ret) {
    const char *wrong = NULL;
    gzip->stream.next_out = gzip->plain;
    gzip->stream.avail_out = PLAIN_BYTES;
    while (!wrong && gzip->inside && gzip->stream.avail_out)
        wrong = unpack(gzip);
    *ret = (struct span){(const char *)gzip->plain, PLAIN_BYTES - gzip->stream.avail_out};
    return wrong;
}

uint64_t gzip_bytes_read(const struct gzip *gzip) { return gzip->read - gzip->stream.avail_in; }
