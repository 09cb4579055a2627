#include "services/auth/rules/rules_store.h"

#include "common/base/mem.h"

/* Bytes of versions in a row read as all of them. */
static const struct pg_statement READ = {
    .name = "rules_read",
    .sql = "SELECT o.id, o.name, o.level, (SELECT string_agg(r.rules, ''::bytea) FROM organization_rules r"
           "  WHERE r.organization_id = o.id) FROM organization o WHERE o.id = ANY($1::uuid[])"};
static const struct pg_statement PUT = {
    .name = "rules_put",
    .each = true,
    .sql = "INSERT INTO organization_rules (organization_id, version, message_id, actor_id, at_us, rules)"
           " SELECT * FROM unnest($1::uuid[], $2::int8[], $3::uuid[], $4::uuid[], $5::int8[], $6::bytea[])"};

struct pg_result *rules_store_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid organizations[], size_t n)
{
    return pg_queue_ids(pg, ctx, &READ, organizations, n);
}

enum err rules_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct directory_org *ret_org,
                          Pb__DirectoryRules **ret_said)
{
    *ret_org = (struct directory_org){.id = pg_get_uuid(rows, row, 0),
                                      .name = pg_get_text(ctx, rows, row, 1),
                                      .level = (Pb__Level)pg_get_int8(rows, row, 2)};
    *ret_said = NULL;
    if (pg_is_null(rows, row, 3))
        return ERR_OK;
    ProtobufCBinaryData packed = pg_get_bytes(ctx, rows, row, 3);
    *ret_said = (Pb__DirectoryRules *)mem_unpack(ctx, &pb__directory_rules__descriptor, packed.data, packed.len);
    return *ret_said ? ERR_OK : ERR_INTERNAL;
}

struct pg_args *rules_store_put(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &PUT);
}

void rules_store_put_add(struct pg_args *args, TALLOC_CTX *ctx, const struct loop_message *message,
                         Pb__DirectoryRules__Version *version)
{
    struct uuid organization = uuid_or_zero(version->organization_id);
    Pb__DirectoryRules alone = PB__DIRECTORY_RULES__INIT;
    alone.versions = &version;
    alone.n_versions = 1;
    ProtobufCBinaryData packed = mem_pack(ctx, &alone.base);
    pg_add_uuid(args, &organization);
    pg_add_int8(args, (int64_t)version->version);
    pg_add_uuid(args, &message->id);
    pg_add_uuid(args, &message->actor);
    pg_add_int8(args, message->now_us);
    pg_add_bytes(args, packed.data, packed.len);
}
