#include "services/document/passage/passage_store.h"

#include "contract_numbers.h"
#include "services/document/passage/words.h"
#include "services/document/sight/sight_store.h"

/* --- writing ------------------------------------------------------------------------------------------------------ */

struct passage_writes passage_store_writes(TALLOC_CTX *ctx)
{
    static const struct pg_statement DELETE_PASSAGES = {
        .name = "delete_passages", .each = true, .sql = "DELETE FROM passage WHERE document_id = ANY($1::uuid[])"};
    static const struct pg_statement INSERT_PASSAGES = {
        .name = "insert_passages",
        .each = true,
        .sql = "INSERT INTO passage(document_id, position, address, label, page, text, words)"
               " SELECT document_id, position, address, label, page, text, words::tsvector"
               " FROM unnest($1::uuid[], $2::int4[], $3::text[], $4::text[], $5::int4[], $6::text[], $7::text[])"
               "  n(document_id, position, address, label, page, text, words)"};
    return (struct passage_writes){ctx, pg_args(ctx, &DELETE_PASSAGES), pg_args(ctx, &INSERT_PASSAGES)};
}

void passage_store_add_none(struct passage_writes *writes, const struct uuid *document)
{
    pg_add_uuid(writes->gone, document);
}

void passage_store_add_from(struct passage_writes *writes, const struct uuid *document, const struct passage passages[],
                            size_t first, size_t n)
{
    for (size_t i = first; i < first + n; i++) {
        pg_add_uuid(writes->rows, document);
        pg_add_int4(writes->rows, (int32_t)i);
        pg_add_text(writes->rows, passages[i].address);
        pg_add_text(writes->rows, passages[i].label);
        pg_add_int4_or_null(writes->rows, passages[i].page > 0, passages[i].page);
        pg_add_text(writes->rows, passages[i].text);
        pg_add_text(writes->rows, words_vector(writes->ctx, passages[i].text));
    }
}

void passage_store_add(struct passage_writes *writes, const struct uuid *document, const struct passage passages[],
                       size_t n)
{
    passage_store_add_none(writes, document);
    passage_store_add_from(writes, document, passages, 0, n);
}

void passage_store_queue(struct pg *pg, const struct passage_writes *writes)
{
    pg_queue(pg, writes->gone);
    pg_queue(pg, writes->rows);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

struct pg_result *passage_store_ask(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                    const struct passage_asked *asked)
{
    static const struct pg_statement SELECT_PASSAGES = {
        .name = "select_passages",
        .sql = AUDIENCE_READER
        "SELECT " PASSAGE_COLUMNS " FROM (SELECT d.*, o.name AS issuer" SIGHT_FROM " AND d.id = $7::uuid) d"
        " LEFT JOIN passage p ON p.document_id = d.id AND p.position > $8::int8"
        "  AND ($9::text IS NULL OR p.address = $9::text OR starts_with(p.address, $9::text || '.'))" PASSAGE_REPLACED
        " ORDER BY p.position LIMIT $10::int8"};
    struct pg_args *args = pg_args(ctx, &SELECT_PASSAGES);
    audience_store_add_reader(ctx, args, scope);
    pg_add_uuid(args, &asked->document);
    pg_add_int8(args, asked->after);
    pg_add_text(args, asked->address);
    pg_add_int8(args, asked->limit);
    return pg_queue(pg, args);
}

struct passage_found passage_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
{
    return (struct passage_found){
        .document = pg_get_uuid(rows, row, 0),
        .kind = (int32_t)pg_get_int8(rows, row, 1),
        .number = pg_get_text(ctx, rows, row, 2),
        .title = pg_get_text(ctx, rows, row, 3),
        .issuer = pg_get_text(ctx, rows, row, 4),
        .is_restricted = pg_get_bool(rows, row, 5),
        .has_issued_on = !pg_is_null(rows, row, 6),
        .issued_on = (int32_t)pg_get_int8(rows, row, 6),
        .position = pg_get_int8(rows, row, 7),
        .is = {.address = pg_get_text(ctx, rows, row, 8),
               .label = pg_get_text(ctx, rows, row, 9),
               .page = (int32_t)pg_get_int8(rows, row, 10),
               .text = pg_get_text(ctx, rows, row, 11)},
        .is_withdrawn = pg_get_bool(rows, row, 12),
        .replaced_by = pg_get_uuid(rows, row, 13),
        .replaced_by_address = pg_get_text(ctx, rows, row, 14),
    };
}
