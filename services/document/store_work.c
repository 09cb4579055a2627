#include "services/document/store.h"

#include "common/base/mem.h"

/* --- naming ------------------------------------------------------------------------------------------------------- */

/* Who will read: everyone (public), the named (restricted), or whom the audience holds. */
static const struct pg_statement COUNT_READERS = {
    .name = "count_readers",
    .each = true,
    .sql = "SELECT a.message, CASE a.classification"
           "  WHEN " SQL_CLASSIFICATION_PUBLIC
           " THEN (SELECT count(*) FROM directory_member m WHERE m.status <> " SQL_MEMBER_STATUS_LEFT ")"
           "  WHEN " SQL_CLASSIFICATION_RESTRICTED " THEN cardinality(a.member_ids)::int8"
           "  ELSE (SELECT count(*) FROM ("
           "   SELECT m.id FROM directory_member m JOIN directory_organization o ON o.id = m.branch_id"
           "    WHERE m.status <> " SQL_MEMBER_STATUS_LEFT " AND " AUDIENCE_ASKS_NO_ROLE("a") " AND " AUDIENCE_COVERS(
               "a", "o.id",
               "o.path") "   UNION SELECT p.member_id FROM directory_position p JOIN directory_organization o ON o.id "
                         "= p.organization_id"
                         "    WHERE p.to_us IS NULL AND " AUDIENCE_ASKS("a", "p.role") " AND " AUDIENCE_COVERS(
                             "a", "o.id", "o.path") "   UNION SELECT unnest(a.member_ids)) reader) END"
                                                    " FROM (SELECT n.message, coalesce(n.organization_ids::uuid[], "
                                                    "d.organization_ids) AS organization_ids,"
                                                    "   coalesce(n.subtree, d.subtree) AS subtree, "
                                                    "coalesce(n.roles::int4[], d.roles) AS roles,"
                                                    "   coalesce(n.member_ids::uuid[], d.member_ids) AS member_ids,"
                                                    "   coalesce(n.classification, d.classification) AS classification"
                                                    "  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bool[], "
                                                    "$5::text[], $6::text[], $7::int4[])"
                                                    "   n(message, document, organization_ids, subtree, roles, "
                                                    "member_ids, classification)"
                                                    "  LEFT JOIN document d ON d.id = n.document) a"};

void *work_new(struct loop_batch *batch)
{
    TALLOC_CTX *ctx = loop_ctx(batch);
    struct work *work = mem_new(ctx, struct work);
    work->ctx = ctx;
    work->people = directory_set_new(ctx);
    work->documents = uuid_map_new(ctx);
    work->hosts = uuid_map_new(ctx);
    work->readers = uuid_map_new(ctx);
    work->orgs = uuid_map_new(ctx);
    work->audiences = pg_args(ctx, &COUNT_READERS);
    return work;
}

void work_name_document(struct work *work, const struct uuid *id)
{
    uuid_map_name(work->documents, id);
}

void work_name_org(struct work *work, const struct uuid *id)
{
    uuid_map_name(work->orgs, id);
}

void work_name_place(struct work *work, const struct uuid *id)
{
    directory_set_want_org(work->people, id);
}

void work_name_person(struct work *work, const struct uuid *id)
{
    directory_set_want_person(work->people, id);
}

void work_name_readers(struct work *work, const struct uuid *message, const struct uuid *document,
                       const struct audience *audience, bool has_classification, Pb__Classification classification)
{
    pg_add_uuid(work->audiences, message);
    pg_add_uuid(work->audiences, document);
    audience_store_add(work->ctx, work->audiences, audience);
    if (has_classification)
        pg_add_int4(work->audiences, (int32_t)classification);
    else
        pg_add_null(work->audiences);
}

/* --- loading ------------------------------------------------------------------------------------------------------ */

static struct pg_result *lock_documents(struct work *work, struct pg *pg)
{
    static const struct pg_statement LOCK_DOCUMENTS = {
        .name = "lock_documents",
        .sql = "SELECT " STORE_DOCUMENT_COLUMNS
               " FROM document d WHERE d.id = ANY($1::uuid[]) ORDER BY d.id FOR UPDATE"};
    struct pg_args *args = pg_args(work->ctx, &LOCK_DOCUMENTS);
    pg_add_uuids(args, uuid_map_ids(work->documents), uuid_map_size(work->documents));
    return pg_queue(pg, args);
}

/* What lies under the locked documents is read after their locks, so it cannot be older than they are. */
void work_load(void *arg, struct pg *pg)
{
    struct work *work = arg;
    struct store_hosts hosts = {uuid_map_ids(work->orgs), uuid_map_ids(work->documents), uuid_map_size(work->orgs),
                                uuid_map_size(work->documents)};
    work->rows.documents = lock_documents(work, pg);
    work->rows.parts = store_queue_parts(work->ctx, pg, uuid_map_ids(work->documents), uuid_map_size(work->documents));
    work->rows.hosts = store_queue_hosts(work->ctx, pg, &hosts);
    work->rows.readers = pg_queue(pg, work->audiences);
    directory_set_load(work->people, pg);
}

static struct document *find_document(void *arg, const struct uuid *id)
{
    struct work *work = arg;
    struct work_document *document = uuid_map_get(work->documents, id);
    return document ? &document->is : NULL;
}

enum err work_loaded(void *arg)
{
    struct work *work = arg;
    for (size_t row = 0; row < pg_rows(work->rows.documents); row++) {
        struct work_document *document = mem_new(work->ctx, struct work_document);
        store_read_document(work->ctx, work->rows.documents, row, &document->is);
        uuid_map_put(work->documents, &document->is.id, document);
    }
    store_read_parts(work->ctx, &work->rows.parts, find_document, work);
    store_read_hosts(work->ctx, work->rows.hosts, work->hosts);
    for (size_t row = 0; row < pg_rows(work->rows.readers); row++) {
        struct uuid message = pg_get_uuid(work->rows.readers, row, 0);
        int64_t n = pg_get_int8(work->rows.readers, row, 1);
        uuid_map_put(work->readers, &message, mem_copy(work->ctx, &n, sizeof n));
    }
    return directory_set_loaded(work->people);
}

/* --- state -------------------------------------------------------------------------------------------------------- */

const struct document *work_document(const struct work *work, const struct uuid *id)
{
    const struct work_document *document = uuid_map_get(work->documents, id);
    return document ? &document->is : NULL;
}

const struct document_host *work_host(const struct work *work, const struct uuid *org)
{
    return uuid_map_get(work->hosts, org);
}

int64_t work_readers(const struct work *work, const struct uuid *message)
{
    const int64_t *n = uuid_map_get(work->readers, message);
    return n ? *n : 0;
}

void work_keep_document(struct work *work, const struct document *next)
{
    struct work_document *place = uuid_map_get(work->documents, &next->id);
    if (!place) {
        place = mem_new(work->ctx, struct work_document);
        uuid_map_put(work->documents, &next->id, place);
    }
    /* parts that stay are shared, so a new pointer is a new part */
    place->content_changed |= next->content.media_type != place->is.content.media_type ||
                              next->content.text != place->is.content.text;
    place->targets_changed |= next->targets != place->is.targets;
    place->figures_changed |= next->figures != place->is.figures;
    place->changed = true;
    place->is = *next;
}
