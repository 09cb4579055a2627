#include "services/meeting/document/document_store.h"

#include "common/base/mem.h"
#include "contract_numbers.h"

struct pg_result *document_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct uuid_map *ids)
{
    static const struct pg_statement SELECT_DOCUMENTS = {
        .name = "select_documents",
        .sql = "SELECT d.id, d.title, d.classification, d.author_id, d.audience, o.id, o.path"
               " FROM document d LEFT JOIN directory_organization o ON o.id = d.organization_id"
               " WHERE d.id = ANY($1::uuid[]) AND d.state <> " SQL_DOCUMENT_STATE_WITHDRAWN};
    return pg_queue_ids(pg, ctx, &SELECT_DOCUMENTS, uuid_map_ids(ids), uuid_map_size(ids));
}

enum err document_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct document *ret_document)
{
    ProtobufCBinaryData packed = pg_get_bytes(ctx, rows, row, 4);
    const Pb__Audience *said = (const Pb__Audience *)mem_unpack(ctx, &pb__audience__descriptor, packed.data,
                                                                packed.len);
    struct audience audience;
    if (!said || audience_from_pb(ctx, said, &audience))
        return ERR_INTERNAL;
    *ret_document = (struct document){
        .id = pg_get_uuid(rows, row, 0),
        .title = pg_get_text(ctx, rows, row, 1),
        .classification = (Pb__Classification)pg_get_int8(rows, row, 2),
        .author = pg_get_uuid(rows, row, 3),
        .audience = audience,
        .issuer.id = pg_get_uuid(rows, row, 5),
    };
    ret_document->issuer.path = pg_get_uuids(ctx, rows, row, 6, &ret_document->issuer.n_path);
    return ERR_OK;
}

void document_store_write(TALLOC_CTX *ctx, struct pg *pg, const struct uuid_map *documents)
{
    static const struct pg_statement UPSERT_DOCUMENTS = {
        .name = "upsert_documents",
        .each = true,
        .sql = "INSERT INTO document(id, version, organization_id, state, classification, title, audience,"
               " author_id)"
               " SELECT * FROM unnest($1::uuid[], $2::int8[], $3::uuid[], $4::int4[], $5::int4[], $6::text[],"
               " $7::bytea[], $8::uuid[])"
               " ON CONFLICT (id) DO UPDATE SET version = excluded.version,"
               " organization_id = excluded.organization_id,"
               "  state = excluded.state, classification = excluded.classification, title = excluded.title,"
               "  audience = excluded.audience, author_id = excluded.author_id"
               " WHERE document.version < excluded.version"};
    struct pg_args *args = pg_args(ctx, &UPSERT_DOCUMENTS);
    for (size_t i = 0; i < uuid_map_size(documents); i++) {
        const struct document_row *document = uuid_map_value(documents, i);
        if (!document)
            continue;
        pg_add_uuid(args, &document->id);
        pg_add_int8(args, (int64_t)document->version);
        pg_add_uuid(args, &document->organization);
        pg_add_int4(args, document->state);
        pg_add_int4(args, document->classification);
        pg_add_text(args, document->title);
        pg_add_bytes(args, document->audience.data, document->audience.len);
        pg_add_uuid(args, &document->author);
    }
    pg_queue(pg, args);
}
