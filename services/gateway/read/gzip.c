#include "services/gateway/read/gzip.h"

#include "common/base/mem.h"
#include <zlib.h>

uint8_t *gzip_pack(TALLOC_CTX *ctx, const void *bytes, size_t n, int level, size_t *ret_n)
{
    z_stream stream = {0};
    if (deflateInit2(&stream, level, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return NULL;
    uLong room = deflateBound(&stream, n);
    uint8_t *packed = mem_array(ctx, uint8_t, room);
    stream.next_in = (Bytef *)(uintptr_t)bytes;
    stream.avail_in = (uInt)n;
    stream.next_out = packed;
    stream.avail_out = (uInt)room;
    int end = deflate(&stream, Z_FINISH);
    *ret_n = stream.total_out;
    deflateEnd(&stream);
    if (end == Z_STREAM_END)
        return packed;
    mem_free(packed);
    return NULL;
}
