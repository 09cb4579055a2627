#include "services/document/readers/readers_store.h"

#define ASKS_NO_ROLE AUDIENCE_ASKS_NO_ROLE("a")
#define ASKS_HIS_ROLE AUDIENCE_ASKS("a", "p.role")
#define COVERS AUDIENCE_COVERS("a", "o.id", "o.path")

/* Who will read: everyone (public), the named (restricted), or whom the audience holds. */
static const struct pg_statement COUNT_READERS = {
    .name = "count_readers",
    .each = true,
    .sql = "SELECT a.message, CASE a.classification"
           "  WHEN " SQL_CLASSIFICATION_PUBLIC " THEN"
           "   (SELECT count(*) FROM directory_member m WHERE m.status <> " SQL_MEMBER_STATUS_LEFT ")"
           "  WHEN " SQL_CLASSIFICATION_RESTRICTED " THEN cardinality(a.member_ids)::int8"
           "  ELSE (SELECT count(*) FROM ("
           "    SELECT m.id FROM directory_member m JOIN directory_organization o ON o.id = m.branch_id"
           "     WHERE m.status <> " SQL_MEMBER_STATUS_LEFT " AND " ASKS_NO_ROLE " AND " COVERS
           "    UNION SELECT p.member_id FROM directory_position p"
           "     JOIN directory_organization o ON o.id = p.organization_id"
           "     WHERE p.to_us IS NULL AND " ASKS_HIS_ROLE " AND " COVERS
           "    UNION SELECT unnest(a.member_ids)) reader) END"
           " FROM (SELECT n.message, coalesce(n.organization_ids::uuid[], d.organization_ids) AS organization_ids,"
           "   coalesce(n.subtree, d.subtree) AS subtree, coalesce(n.roles::int4[], d.roles) AS roles,"
           "   coalesce(n.member_ids::uuid[], d.member_ids) AS member_ids,"
           "   coalesce(n.classification, d.classification) AS classification"
           "  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bool[], $5::text[], $6::text[], $7::int4[])"
           "   n(message, document, organization_ids, subtree, roles, member_ids, classification)"
           "  LEFT JOIN document d ON d.id = n.document) a"};

struct pg_args *readers_store_count(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &COUNT_READERS);
}

void readers_store_add(TALLOC_CTX *ctx, struct pg_args *args, const struct readers_asked *asked)
{
    pg_add_uuid(args, &asked->message);
    pg_add_uuid(args, &asked->document);
    audience_store_add(ctx, args, asked->audience);
    pg_add_int4_or_null(args, asked->has_classification, (int32_t)asked->classification);
}
