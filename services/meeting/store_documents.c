#include "services/meeting/store.h"

void store_queue_documents(TALLOC_CTX *ctx, struct pg *pg, const struct uuid_map *documents)
{
    static const struct pg_statement UPSERT_DOCUMENTS = {
        .name = "upsert_documents",
        .each = true,
        .sql = "INSERT INTO document(id, version, organization_id, state, classification, title, audience, author_id)"
               " SELECT * FROM unnest($1::uuid[], $2::int8[], $3::uuid[], $4::int4[], $5::int4[], $6::text[], "
               "$7::bytea[], $8::uuid[])"
               " ON CONFLICT (id) DO UPDATE SET version = excluded.version, organization_id = excluded.organization_id,"
               "  state = excluded.state, classification = excluded.classification, title = excluded.title,"
               "  audience = excluded.audience, author_id = excluded.author_id"
               " WHERE document.version < excluded.version"};
    struct pg_args *args = pg_args(ctx, &UPSERT_DOCUMENTS);
    for (size_t i = 0; i < uuid_map_size(documents); i++) {
        const struct store_document *document = uuid_map_value(documents, i);
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

struct pg_result *store_queue_naming(TALLOC_CTX *ctx, struct pg *pg, const struct uuid_map *documents)
{
    static const struct pg_statement SELECT_NAMING = {
        .name = "select_naming",
        .sql =
            "SELECT DISTINCT n.document_id, i.meeting_id FROM agenda_document n JOIN agenda_item i ON i.id = n.item_id"
            " WHERE n.document_id = ANY($1::uuid[])"};
    struct pg_args *args = pg_args(ctx, &SELECT_NAMING);
    pg_add_uuids(args, uuid_map_ids(documents), uuid_map_size(documents));
    return pg_queue(pg, args);
}
