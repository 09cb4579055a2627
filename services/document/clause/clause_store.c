#include "services/document/clause/clause_store.h"

struct pg_args *clause_store_pairs(TALLOC_CTX *ctx)
{
    static const struct pg_statement SELECT_PAIRS = {
        .name = "select_clause_pairs",
        .each = true,
        .sql = "SELECT n.document_id, n.address, p.document_id IS NOT NULL, c.by_document_id, c.by_address"
               " FROM unnest($1::uuid[], $2::text[]) n(document_id, address)"
               " LEFT JOIN passage p ON p.document_id = n.document_id AND p.address = n.address"
               " LEFT JOIN document_clause c ON c.document_id = n.document_id AND c.address = n.address"};
    return pg_args(ctx, &SELECT_PAIRS);
}

void clause_store_add_pair(struct pg_args *args, const struct uuid *document, const char *address)
{
    pg_add_uuid(args, document);
    pg_add_text(args, address);
}

void clause_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct clause *ret_clause)
{
    *ret_clause = (struct clause){
        .document = pg_get_uuid(rows, row, 0),
        .address = pg_get_text(ctx, rows, row, 1),
        .is_there = pg_get_bool(rows, row, 2),
        .by = pg_get_uuid(rows, row, 3),
        .by_address = pg_get_text(ctx, rows, row, 4),
    };
}

struct pg_result *clause_store_heads(TALLOC_CTX *ctx, struct pg *pg, const struct uuid by[], size_t n)
{
    static const struct pg_statement SELECT_HEADS = {
        .name = "select_clause_heads",
        .sql =
            "SELECT DISTINCT by_document_id, document_id FROM document_clause WHERE by_document_id = ANY($1::uuid[])"};
    struct pg_args *args = pg_args(ctx, &SELECT_HEADS);
    pg_add_uuids(args, by, n);
    return pg_queue(pg, args);
}

struct pg_args *clause_store_rows(TALLOC_CTX *ctx)
{
    static const struct pg_statement UPSERT_CLAUSES = {
        .name = "upsert_clauses",
        .each = true,
        .sql = "INSERT INTO document_clause(document_id, address, by_document_id, by_address)"
               " SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[])"
               " ON CONFLICT (document_id, address) DO UPDATE SET"
               "  by_document_id = excluded.by_document_id, by_address = excluded.by_address"};
    return pg_args(ctx, &UPSERT_CLAUSES);
}

void clause_store_add(struct pg_args *args, const struct clause *clause)
{
    pg_add_uuid(args, &clause->document);
    pg_add_text(args, clause->address);
    pg_add_uuid(args, &clause->by);
    pg_add_text(args, clause->by_address);
}
