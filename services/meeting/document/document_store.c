#include "services/meeting/document/document_store.h"

#include "common/base/clock.h"
#include "common/base/mem.h"

#define KEPT_US (45 * CLOCK_DAY_US) /* commands are on their topic for 30 days; the rest is for late backups */

struct pg_result *document_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct uuid_map *ids)
{
    static const struct pg_statement SELECT_VERSIONS = {
        .name = "select_document_versions",
        .sql = "SELECT v.document_id, v.begins_at_us, v.state, v.title, v.classification, v.author_id, v.audience,"
               " o.id, o.path, v.kind, v.published_at_us"
               " FROM document_version v LEFT JOIN directory_organization o ON o.id = v.organization_id"
               " WHERE v.document_id = ANY($1::uuid[]) ORDER BY v.document_id, v.version"};
    return pg_queue_ids(pg, ctx, &SELECT_VERSIONS, uuid_map_ids(ids), uuid_map_size(ids));
}

enum err document_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct document *ret_document)
{
    ProtobufCBinaryData packed = pg_get_bytes(ctx, rows, row, 6);
    const Pb__Audience *said = (const Pb__Audience *)mem_unpack(ctx, &pb__audience__descriptor, packed.data,
                                                                packed.len);
    struct audience audience;
    if (!said || audience_from_pb(ctx, said, &audience))
        return ERR_INTERNAL;
    *ret_document = (struct document){
        .id = pg_get_uuid(rows, row, 0),
        .begins_at_us = pg_get_int8(rows, row, 1),
        .state = (Pb__DocumentState)pg_get_int8(rows, row, 2),
        .title = pg_get_text(ctx, rows, row, 3),
        .classification = (Pb__Classification)pg_get_int8(rows, row, 4),
        .author = pg_get_uuid(rows, row, 5),
        .audience = audience,
        .issuer.id = pg_get_uuid(rows, row, 7),
        .has_kind = !pg_is_null(rows, row, 9),
        .kind = (Pb__DocumentKind)pg_get_int8(rows, row, 9),
        .published_at_us = pg_get_int8(rows, row, 10),
    };
    ret_document->issuer.path = pg_get_uuids(ctx, rows, row, 8, &ret_document->issuer.n_path);
    return ERR_OK;
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

static const struct pg_statement UPSERT_TITLES = {
    .name = "upsert_document_titles",
    .each = true,
    .sql = "INSERT INTO document(id, version, title, published_at_us, organization_ids, subtree)"
           " SELECT DISTINCT ON (id) id, version, title, max(published_at_us) OVER (PARTITION BY id),"
           "  organization_ids::uuid[], subtree"
           " FROM unnest($1::uuid[], $2::int8[], $3::text[], $4::int8[], $5::text[], $6::bool[])"
           "  AS u(id, version, title, published_at_us, organization_ids, subtree) ORDER BY id, version DESC"
           " ON CONFLICT (id) DO UPDATE SET version = excluded.version, title = excluded.title,"
           "  published_at_us = coalesce(excluded.published_at_us, document.published_at_us),"
           "  organization_ids = excluded.organization_ids, subtree = excluded.subtree"
           " WHERE document.version < excluded.version"
           "  OR (document.version = excluded.version AND document.published_at_us IS NULL)"};
static const struct pg_statement INSERT_VERSIONS = {
    .name = "insert_document_versions",
    .each = true,
    .sql = "INSERT INTO document_version(document_id, version, begins_at_us, organization_id, state, classification,"
           " title, audience, author_id, kind, published_at_us)"
           " SELECT DISTINCT ON (document_id, version) document_id, version, begins_at_us, organization_id, state,"
           "  classification, title, audience, author_id, kind, published_at_us"
           " FROM unnest($1::uuid[], $2::int8[], $3::int8[], $4::uuid[], $5::int4[], $6::int4[], $7::text[],"
           "  $8::bytea[], $9::uuid[], $10::int4[], $11::int8[]) WITH ORDINALITY AS u(document_id, version,"
           "  begins_at_us, organization_id, state, classification, title, audience, author_id, kind,"
           "  published_at_us, n) ORDER BY document_id, version, n"
           " ON CONFLICT (document_id, version) DO UPDATE SET kind = excluded.kind,"
           "  published_at_us = excluded.published_at_us"
           " WHERE document_version.published_at_us IS NULL AND excluded.published_at_us IS NOT NULL"};
static const struct pg_statement FORGET_VERSIONS = {
    .name = "forget_document_versions",
    .each = true,
    .sql = "DELETE FROM document_version v USING unnest($1::uuid[], $2::int8[]) AS u(document_id, before_us)"
           " WHERE v.document_id = u.document_id AND EXISTS (SELECT FROM document_version n"
           "  WHERE n.document_id = v.document_id AND n.version > v.version AND n.begins_at_us < u.before_us)"};

static void add_title(TALLOC_CTX *ctx, struct pg_args *args, const struct document_row *document)
{
    pg_add_uuid(args, &document->id);
    pg_add_int8(args, (int64_t)document->version);
    pg_add_text(args, document->title);
    pg_add_time_or_null(args, document->published_at_us);
    pg_add_text(args,
                document->n_addressed > 0 ? pg_uuids_text(ctx, document->addressed, document->n_addressed) : NULL);
    pg_add_bool(args, document->subtree);
}

static void add_version(struct pg_args *args, const struct document_row *document)
{
    pg_add_uuid(args, &document->id);
    pg_add_int8(args, (int64_t)document->version);
    pg_add_int8(args, document->begins_at_us);
    pg_add_uuid(args, &document->organization);
    pg_add_int4(args, document->state);
    pg_add_int4(args, document->classification);
    pg_add_text(args, document->title);
    pg_add_bytes(args, document->audience.data, document->audience.len);
    pg_add_uuid(args, &document->author);
    pg_add_int4_or_null(args, document->has_kind, document->kind);
    pg_add_time_or_null(args, document->published_at_us);
}

void document_store_write(TALLOC_CTX *ctx, struct pg *pg, const struct document_row documents[], size_t n)
{
    struct pg_args *titles = pg_args(ctx, &UPSERT_TITLES);
    struct pg_args *versions = pg_args(ctx, &INSERT_VERSIONS);
    struct pg_args *old = pg_args(ctx, &FORGET_VERSIONS);
    for (size_t i = 0; i < n; i++) {
        const struct document_row *document = &documents[i];
        add_title(ctx, titles, document);
        add_version(versions, document);
        pg_add_uuid(old, &document->id);
        pg_add_int8(old, document->begins_at_us - KEPT_US);
    }
    pg_queue(pg, titles);
    pg_queue(pg, versions);
    pg_queue(pg, old);
}
