#include "services/analytics/document/document_store.h"

#include "services/directory/audience_store.h"

#define AUDIENCE AUDIENCE_COLUMNS("f")

static const struct pg_statement READ_DOCUMENTS = {
    .name = "analytics_read_documents",
    .sql = "SELECT f.document_id, f.version, f.organization_id, f.month, f.published, " AUDIENCE
           " FROM fact_document f WHERE f.document_id = ANY($1::uuid[])"};
static const struct pg_statement WRITE_DOCUMENT = {
    .name = "analytics_write_document",
    .sql = "INSERT INTO fact_document(document_id, version, organization_id, month, published, organization_ids,"
           "   subtree, whole, roles, member_ids)"
           " VALUES ($1::uuid, $2::int8, $3::uuid, $4::int4, $5::bool, $6::uuid[], $7::bool, $8::bool, $9::int4[],"
           "   $10::uuid[])"
           " ON CONFLICT (document_id) DO UPDATE SET"
           "   version = excluded.version,"
           "   organization_id = excluded.organization_id,"
           "   month = excluded.month,"
           "   published = excluded.published,"
           "   organization_ids = excluded.organization_ids,"
           "   subtree = excluded.subtree,"
           "   whole = excluded.whole,"
           "   roles = excluded.roles,"
           "   member_ids = excluded.member_ids"};

struct pg_result *document_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n)
{
    return pg_queue_ids(pg, ctx, &READ_DOCUMENTS, ids, n);
}

void document_store_get(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct document *ret_document)
{
    *ret_document = (struct document){
        .version = (uint64_t)pg_get_int8(rows, row, 1),
        .organization = pg_get_uuid(rows, row, 2),
        .month = (int32_t)pg_get_int8(rows, row, 3),
        .is_published = pg_get_bool(rows, row, 4),
    };
    audience_store_read(ctx, rows, row, 5, &ret_document->audience);
}

void document_store_write(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id, const struct document *document)
{
    const struct audience *audience = &document->audience;
    struct pg_args *args = pg_args(ctx, &WRITE_DOCUMENT);
    pg_add_uuid(args, id);
    pg_add_int8(args, (int64_t)document->version);
    pg_add_uuid(args, &document->organization);
    pg_add_int4(args, document->month);
    pg_add_bool(args, document->is_published);
    pg_add_uuids(args, audience->organizations, audience->n_organizations);
    pg_add_bool(args, audience->subtree);
    pg_add_bool(args, audience_asks_no_role(audience));
    pg_add_int4s(args, audience->roles, audience->n_roles);
    pg_add_uuids(args, audience->members, audience->n_members);
    pg_queue(pg, args);
}
