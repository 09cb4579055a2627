/* Audiences: who a published document is addressed to now. Two parts, so that neither a document nor a member costs a
 * count of the city: whole branches, a number of documents for each branch (times its members); and the readers whom a
 * document reaches otherwise, by a position or by name, a row each. */
#include "services/analytics/document/audience_store.h"

#include "common/base/array.h"
#include "contract_numbers.h"
#include "services/directory/audience_store.h"

/* Ends a statement that begins with `delta`: documents addressed to the whole branch and readers named, more or
 * fewer. */
#define ADD_AUDIENCE                                                                                   \
    ", own AS ("                                                                                       \
    "  INSERT INTO own_month AS o(organization_id, month, documents_addressed, documents_named)"       \
    "  SELECT organization_id, month, documents_addressed, documents_named FROM delta"                 \
    "  ORDER BY organization_id, month"                                                                \
    "  ON CONFLICT (organization_id, month) DO UPDATE SET"                                             \
    "    documents_addressed = o.documents_addressed + excluded.documents_addressed,"                  \
    "    documents_named = o.documents_named + excluded.documents_named)"                              \
    " INSERT INTO org_month AS s(organization_id, month, documents_audience)"                          \
    " SELECT a.id, d.month, sum(d.documents_addressed * coalesce(t.members, 0) + d.documents_named)"   \
    " FROM delta d LEFT JOIN own_total t USING (organization_id)"                                      \
    " CROSS JOIN unnest(coalesce(t.path, ARRAY[d.organization_id])) AS a(id)"                          \
    " GROUP BY a.id, d.month"                                                                          \
    " ORDER BY a.id, d.month"                                                                          \
    " ON CONFLICT (organization_id, month) DO UPDATE SET documents_audience = s.documents_audience + " \
    "excluded.documents_audience"

/* The organisations that document `f` is addressed to. */
#define ADDRESSED AUDIENCE_ORGANIZATIONS("f")

/* The published documents that are addressed to organisation `o`, and those that name member `t`. OFFSET 0: looked up
 * in the index one by one; arrays have no statistics that would keep the planner from comparing all with all. */
#define COVERS AUDIENCE_COVERS("f", "o.id", "o.path")
#define ADDRESSING " (SELECT f.* FROM fact_document f WHERE f.published AND " COVERS " OFFSET 0)"
#define COVERS_HIS AUDIENCE_COVERS_HIS("f", "b.id", "b.path")
#define NAMING " (SELECT f.* FROM fact_document f WHERE f.published AND f.member_ids @> ARRAY[t.member_id] OFFSET 0)"

/* --- whole branches ---------------------------------------------------------------------------------------------- */

/* $2: 1 adds what these documents count as, -1 takes it away. */
static const struct pg_statement ADD_DOCUMENTS = {
    .name = "analytics_add_documents",
    .sql = "WITH delta AS MATERIALIZED ("
           "  SELECT o.id AS organization_id, f.month, $2::int4 * count(*)::int4 AS documents_addressed,"
           " 0 AS documents_named"
           "  FROM fact_document f CROSS JOIN LATERAL" ADDRESSED " o"
           "  WHERE f.document_id = ANY($1::uuid[]) AND f.published AND f.whole"
           "  GROUP BY o.id, f.month)" ADD_AUDIENCE};

void audience_store_add_documents(struct pg *pg, TALLOC_CTX *ctx, const struct uuid documents[], size_t n, int32_t sign)
{
    if (n == 0)
        return;
    struct pg_args *args = pg_args(ctx, &ADD_DOCUMENTS);
    pg_add_uuids(args, documents, n);
    pg_add_int4(args, sign);
    pg_queue(pg, args);
}

/* Documents that reach these organisations where they are now, less those that were counted. */
static const struct pg_statement READDRESS = {
    .name = "analytics_readdress",
    .sql = "WITH now AS ("
           "  SELECT o.id AS organization_id, f.month, count(*)::int4 AS n"
           "  FROM directory_organization o CROSS JOIN LATERAL" ADDRESSING " f"
           "  WHERE o.id = ANY($1::uuid[]) AND f.whole"
           "  GROUP BY o.id, f.month),"
           " was AS (SELECT organization_id, month, documents_addressed AS n FROM own_month"
           " WHERE organization_id = ANY($1::uuid[])),"
           " delta AS MATERIALIZED ("
           "  SELECT organization_id, month, coalesce(now.n, 0) - coalesce(was.n, 0) AS documents_addressed,"
           " 0 AS documents_named"
           "  FROM now FULL JOIN was USING (organization_id, month)"
           "  WHERE now.n IS DISTINCT FROM was.n)" ADD_AUDIENCE};

void audience_store_readdress(struct pg *pg, TALLOC_CTX *ctx, const struct uuid orgs[], size_t n)
{
    pg_queue_ids(pg, ctx, &READDRESS, orgs, n);
}

/* --- readers by position or name --------------------------------------------------------------------------------- */

/* $1 documents, $2 members, $3 organisations: these documents' readers, and these people as readers: the members, and
 * whoever belongs to one of the organisations or has a position there. */
#define TOUCHED                                                                 \
    "WITH touched AS MATERIALIZED ("                                            \
    "  SELECT unnest($2::uuid[]) AS member_id"                                  \
    "  UNION SELECT id FROM directory_member WHERE branch_id = ANY($3::uuid[])" \
    "  UNION SELECT member_id FROM directory_position WHERE organization_id = ANY($3::uuid[]))"

static const struct pg_statement DROP_ADDRESSEES = {
    .name = "analytics_drop_addressees",
    .sql = TOUCHED
    ", gone AS ("
    "  DELETE FROM fact_addressee a USING ("
    "    SELECT member_id, document_id FROM fact_addressee WHERE document_id = ANY($1::uuid[])"
    "    UNION SELECT r.member_id, r.document_id FROM touched t JOIN fact_addressee r USING (member_id)) k"
    "  WHERE a.member_id = k.member_id AND a.document_id = k.document_id"
    "  RETURNING a.organization_id, a.month),"
    " delta AS MATERIALIZED ("
    "  SELECT organization_id, month, 0 AS documents_addressed, -count(*)::int4 AS documents_named FROM gone"
    "  GROUP BY organization_id, month)" ADD_AUDIENCE};

/* A position counts while no end of it is known; with a role that the document asks for, or any where it asks for
 * none. */
static const struct pg_statement FIND_ADDRESSEES = {
    .name = "analytics_find_addressees",
    .sql = TOUCHED
    ", held AS MATERIALIZED ("
    "  SELECT p.member_id, p.role, o.id, o.path"
    "  FROM touched t JOIN directory_position p ON p.member_id = t.member_id AND p.to_us IS NULL"
    "  JOIN directory_organization o ON o.id = p.organization_id),"
    " reached AS ("
    /* the documents' */
    "  SELECT f.document_id, p.member_id"
    "  FROM fact_document f CROSS JOIN LATERAL" ADDRESSED " o"
    "  JOIN directory_position p ON p.organization_id = o.id AND p.to_us IS NULL"
    " AND (f.whole OR p.role = ANY(f.roles))"
    "  WHERE f.document_id = ANY($1::uuid[]) AND f.published"
    "  UNION"
    "  SELECT f.document_id, unnest(f.member_ids) FROM fact_document f"
    " WHERE f.document_id = ANY($1::uuid[]) AND f.published"
    "  UNION"
    /* the people's */
    "  SELECT f.document_id, o.member_id"
    "  FROM held o CROSS JOIN LATERAL" ADDRESSING " f"
    "  WHERE f.whole OR o.role = ANY(f.roles)"
    "  UNION"
    "  SELECT f.document_id, t.member_id FROM touched t CROSS JOIN LATERAL" NAMING " f),"
    " came AS ("
    "  INSERT INTO fact_addressee(member_id, document_id, organization_id, month)"
    "  SELECT m.id, f.document_id, m.branch_id, f.month"
    "  FROM reached r JOIN fact_document f USING (document_id)"
    "  JOIN directory_member m ON m.id = r.member_id AND m.branch_id IS NOT NULL"
    "   AND m.status <> " SQL_MEMBER_STATUS_LEFT "  LEFT JOIN directory_organization b ON b.id = m.branch_id"
    /* whom it reaches with his branch is counted there */
    "  WHERE NOT (f.whole AND coalesce(" COVERS_HIS ", false))"
    "  ORDER BY m.id, f.document_id"
    "  RETURNING organization_id, month),"
    " delta AS MATERIALIZED ("
    "  SELECT organization_id, month, 0 AS documents_addressed, count(*)::int4 AS documents_named FROM came"
    "  GROUP BY organization_id, month)" ADD_AUDIENCE};

void audience_store_find_readers(struct pg *pg, TALLOC_CTX *ctx, const struct audience_touched *touched)
{
    const struct pg_statement *statements[] = {&DROP_ADDRESSEES, &FIND_ADDRESSEES};
    if (touched->n_documents + touched->n_members + touched->n_organizations == 0)
        return;
    for (size_t i = 0; i < ARRAY_LENGTH(statements); i++) {
        struct pg_args *args = pg_args(ctx, statements[i]);
        pg_add_uuids(args, touched->documents, touched->n_documents);
        pg_add_uuids(args, touched->members, touched->n_members);
        pg_add_uuids(args, touched->organizations, touched->n_organizations);
        pg_queue(pg, args);
    }
}
