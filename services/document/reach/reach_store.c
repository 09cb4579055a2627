#include "services/document/reach/reach_store.h"

#include "services/document/document/document_store.h"
#include "services/document/reach/reach.h"

/* Whom an audience below its organisations holds is looked up only where somebody reads by it: of the whole city it is
 * 17,000 ids. Indexes: document's key, directory_organization_path. */
#define COVERED                                                                                            \
    "CASE WHEN d.state = " SQL_DOCUMENT_STATE_DRAFT " OR d.classification <> " SQL_CLASSIFICATION_INTERNAL \
    " THEN '{}'::uuid[] ELSE ARRAY" AUDIENCE_ORGANIZATIONS("d") " END"

#define COLUMNS                                                                                                   \
    "d.id, d.version, d.organization_id, d.author_id, d.classification, d.state, d.is_hidden, " DOCUMENT_AUDIENCE \
    ", o.path, " COVERED

struct pg_result *reach_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct uuid ids[], size_t n)
{
    static const struct pg_statement SELECT_REACH = {
        .name = "select_reach",
        .sql = "SELECT " COLUMNS " FROM document d JOIN directory_organization o ON o.id = d.organization_id"
               " WHERE d.id = ANY($1::uuid[])"};
    struct pg_args *args = pg_args(ctx, &SELECT_REACH);
    pg_add_uuids(args, ids, n);
    return pg_queue(pg, args);
}

Pb__Reach *reach_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
{
    size_t n_path, n_covered;
    struct document document = {.id = pg_get_uuid(rows, row, 0),
                                .version = (uint64_t)pg_get_int8(rows, row, 1),
                                .organization = pg_get_uuid(rows, row, 2),
                                .author = pg_get_uuid(rows, row, 3),
                                .classification = (Pb__Classification)pg_get_int8(rows, row, 4),
                                .state = (Pb__DocumentState)pg_get_int8(rows, row, 5),
                                .is_hidden = pg_get_bool(rows, row, 6)};
    audience_store_read(ctx, rows, row, 7, &document.audience);
    const struct uuid *path = pg_get_uuids(ctx, rows, row, 11, &n_path);
    const struct uuid *covered = pg_get_uuids(ctx, rows, row, 12, &n_covered);
    return document_reach(ctx, &document, path, n_path, covered, n_covered);
}
