#include "services/document/acknowledgement/acknowledgement_store.h"

#include "common/base/mem.h"
#include "services/document/sight/sight_store.h"

/* a is the row. */
#define COLUMNS "a.document_id, a.member_id, a.acknowledged_at_us"

void acknowledgement_store_read(const struct pg_result *rows, size_t row, struct acknowledgement *ret)
{
    *ret = (struct acknowledgement){
        .document = pg_get_uuid(rows, row, 0), .member = pg_get_uuid(rows, row, 1), .at_us = pg_get_int8(rows, row, 2)};
}

/* --- batches ------------------------------------------------------------------------------------------------------ */

struct pg_args *acknowledgement_store_pairs(TALLOC_CTX *ctx)
{
    static const struct pg_statement SELECT_PAIRS = {
        .name = "select_acknowledgement_pairs",
        .each = true,
        .sql = "SELECT " COLUMNS " FROM unnest($1::uuid[], $2::uuid[]) n(document_id, member_id)"
               " JOIN document_acknowledgement a ON a.document_id = n.document_id AND a.member_id = n.member_id"};
    return pg_args(ctx, &SELECT_PAIRS);
}

void acknowledgement_store_add_pair(struct pg_args *args, const struct uuid *document, const struct uuid *member)
{
    pg_add_uuid(args, document);
    pg_add_uuid(args, member);
}

struct pg_args *acknowledgement_store_rows(TALLOC_CTX *ctx)
{
    static const struct pg_statement INSERT_ROWS = {
        .name = "insert_acknowledgements",
        .each = true,
        .sql = "INSERT INTO document_acknowledgement(document_id, member_id, acknowledged_at_us)"
               " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int8[])"};
    return pg_args(ctx, &INSERT_ROWS);
}

void acknowledgement_store_add(struct pg_args *args, const struct acknowledgement *acknowledgement)
{
    pg_add_uuid(args, &acknowledgement->document);
    pg_add_uuid(args, &acknowledgement->member);
    pg_add_int8(args, acknowledgement->at_us);
}

/* --- one member's ------------------------------------------------------------------------------------------------- */

struct pg_result *acknowledgement_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member,
                                              const struct uuid documents[], size_t n)
{
    static const struct pg_statement SELECT_OF_DOCUMENTS = {
        .name = "select_acknowledgements",
        .sql = "SELECT " COLUMNS " FROM document_acknowledgement a"
               " WHERE a.document_id = ANY($2::uuid[]) AND a.member_id = $1::uuid"};
    struct pg_args *args = pg_args(ctx, &SELECT_OF_DOCUMENTS);
    pg_add_uuid(args, member);
    pg_add_uuids(args, documents, n);
    return pg_queue(pg, args);
}

struct uuid_map *acknowledgement_store_read_times(TALLOC_CTX *ctx, const struct pg_result *rows)
{
    struct uuid_map *times = uuid_map_new(ctx);
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct acknowledgement acknowledgement;
        acknowledgement_store_read(rows, row, &acknowledgement);
        *UUID_MAP_MAKE(times, &acknowledgement.document, int64_t) = acknowledgement.at_us;
    }
    return times;
}

struct pg_result *acknowledgement_store_queue_of_branch(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *document,
                                                        const struct uuid *branch)
{
    static const struct pg_statement SELECT_OF_BRANCH = {
        .name = "select_acknowledgements_of_branch",
        .sql = "SELECT " COLUMNS " FROM document_acknowledgement a WHERE a.document_id = $1::uuid"
               " AND a.member_id = ANY(ARRAY(SELECT id FROM directory_member WHERE branch_id = $2::uuid))"};
    struct pg_args *args = pg_args(ctx, &SELECT_OF_BRANCH);
    pg_add_uuid(args, document);
    pg_add_uuid(args, branch);
    return pg_queue(pg, args);
}

struct pg_result *acknowledgement_store_queue_own(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member,
                                                  const struct keyset *after, int64_t limit)
{
    static const struct pg_statement SELECT_OWN = {
        .name = "select_own_acknowledgements",
        .sql = "SELECT " COLUMNS " FROM document_acknowledgement a WHERE a.member_id = $1::uuid"
               " AND ($2::int8 IS NULL OR (a.acknowledged_at_us, a.document_id) > ($2::int8, $3::uuid))"
               " ORDER BY a.acknowledged_at_us, a.document_id LIMIT $4::int8"};
    struct pg_args *args = pg_args(ctx, &SELECT_OWN);
    pg_add_uuid(args, member);
    pg_add_int8_or_null(args, after, after ? after->at_us : 0);
    pg_add_uuid(args, after ? &after->id : NULL);
    pg_add_int8(args, limit);
    return pg_queue(pg, args);
}

/* --- what is left to be acknowledged ------------------------------------------------------------------------------ */

/* Word for word as the partial indexes have it. */
#define ASKS(d) d ".requires_acknowledgement AND " d ".state = " SQL_DOCUMENT_STATE_PUBLISHED

struct pg_result *acknowledgement_store_queue_owed(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                                   int64_t limit)
{
    /* Candidates by the two indexes; then what he may read, and what addresses him. */
    static const struct pg_statement SELECT_OWED = {
        .name = "select_owed_acknowledgements",
        .sql = AUDIENCE_READER
        "SELECT d.id, d.title, d.classification = " SQL_CLASSIFICATION_RESTRICTED SIGHT_FROM " AND d.id = ANY(ARRAY("
        "  SELECT c.id FROM document c WHERE " ASKS(
            "c") "   AND c.organization_ids && ARRAY(SELECT unnest(p.path) FROM place p)"
                 "  UNION SELECT c.id FROM document c WHERE " ASKS(
                     "c") " AND c.member_ids @> ARRAY[$4::uuid]))"
                          " AND (" AUDIENCE_ADDRESSED " OR " AUDIENCE_NAMED ") AND d.author_id <> $4::uuid"
                          " AND NOT EXISTS (SELECT 1 FROM document_acknowledgement a"
                          "  WHERE a.document_id = d.id AND a.member_id = $4::uuid)"
                          " ORDER BY d.listed_at_us DESC, d.id DESC LIMIT $7::int8"};
    struct pg_args *args = pg_args(ctx, &SELECT_OWED);
    audience_store_add_reader(ctx, args, scope);
    pg_add_int8(args, limit);
    return pg_queue(pg, args);
}

void acknowledgement_store_read_owed(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row,
                                     struct acknowledgement_owed *ret_owed)
{
    *ret_owed = (struct acknowledgement_owed){.document = pg_get_uuid(rows, row, 0),
                                              .title = pg_get_text(ctx, rows, row, 1),
                                              .is_restricted = pg_get_bool(rows, row, 2)};
}
