#include "services/directory/rules_store.h"

#include "common/base/mem.h"

const Pb__DirectoryRules *rules_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, int column)
{
    if (pg_is_null(rows, row, column))
        return NULL;
    ProtobufCBinaryData packed = pg_get_bytes(ctx, rows, row, column);
    return (const Pb__DirectoryRules *)mem_unpack(ctx, &pb__directory_rules__descriptor, packed.data, packed.len);
}
