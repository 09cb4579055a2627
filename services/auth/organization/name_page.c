#include "services/auth/organization/name_page.h"

#include "common/base/mem.h"
#include <string.h>
#include <utf8proc.h>

enum { DEFAULT_LIMIT = 20, ID_BYTES = 16, NAME_BYTES = 1024 };

int name_page_limit(bool has, uint32_t limit, uint32_t most)
{
    return (int)(!has ? DEFAULT_LIMIT : limit < 1 ? 1 : limit > most ? most : limit);
}

/* PostgreSQL takes no other text, and would fail where the client is to be told. */
static bool is_utf8(const uint8_t *text, size_t n)
{
    utf8proc_ssize_t bytes;
    for (size_t at = 0; at < n; at += (size_t)bytes) {
        utf8proc_int32_t c;
        bytes = utf8proc_iterate(text + at, (utf8proc_ssize_t)(n - at), &c);
        if (bytes < 1 || c == 0)
            return false;
    }
    return true;
}

bool name_page_read_cursor(TALLOC_CTX *ctx, bool has, ProtobufCBinaryData cursor, struct name_page *page)
{
    page->has_after = has;
    if (!has)
        return true;
    if (cursor.len < ID_BYTES || cursor.len > ID_BYTES + NAME_BYTES ||
        !is_utf8(cursor.data + ID_BYTES, cursor.len - ID_BYTES))
        return false;
    memcpy(page->after_id.bytes, cursor.data, ID_BYTES);
    page->after_name = mem_textn(ctx, (const char *)cursor.data + ID_BYTES, cursor.len - ID_BYTES);
    return true;
}

ProtobufCBinaryData name_page_make_cursor(TALLOC_CTX *ctx, ProtobufCBinaryData id, const char *name)
{
    size_t n = strlen(name);
    uint8_t *bytes = mem_array(ctx, uint8_t, ID_BYTES + n);
    memcpy(bytes, id.data, ID_BYTES);
    memcpy(bytes + ID_BYTES, name, n);
    return (ProtobufCBinaryData){.data = bytes, .len = ID_BYTES + n};
}

void name_page_add(struct pg_args *args, const struct name_page *page)
{
    pg_add_text(args, page->has_after ? page->after_name : NULL);
    pg_add_uuid(args, &page->after_id);
    pg_add_int4(args, page->limit + 1);
}
