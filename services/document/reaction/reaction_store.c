#include "services/document/reaction/reaction_store.h"

#include "contract_numbers.h"
#include "services/document/sight/sight_store.h"

/* r is the reaction's row or NULL, c that of its target's counts. */
#define REACTION_COLUMNS "r.document_id, r.value, r.comment, r.at_us"
#define COUNT_COLUMNS \
    "coalesce(c.too_high, 0), coalesce(c.about_right, 0), coalesce(c.too_low, 0), coalesce(c.unclear, 0)"
enum { REACTION_AT = 2, COUNTS_AT = 6, DOCUMENT_AT = COUNTS_AT + REACTION_VALUES };

static void read_counts(const struct pg_result *rows, size_t row, struct reaction_counts *ret_counts)
{
    for (int value = 0; value < REACTION_VALUES; value++)
        ret_counts->n[value] = pg_get_int8(rows, row, COUNTS_AT + value);
}

void reaction_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct reaction *ret_reaction,
                         struct reaction_counts *ret_counts)
{
    *ret_reaction = (struct reaction){
        .target = pg_get_uuid(rows, row, 0),
        .member = pg_get_uuid(rows, row, 1),
        .document = pg_get_uuid(rows, row, REACTION_AT),
        .is_there = !pg_is_null(rows, row, REACTION_AT + 1),
        .value = (Pb__ReactionValue)pg_get_int8(rows, row, REACTION_AT + 1),
        .comment = pg_get_text(ctx, rows, row, REACTION_AT + 2),
        .at_us = pg_get_int8(rows, row, REACTION_AT + 3),
    };
    read_counts(rows, row, ret_counts);
}

/* --- batches ------------------------------------------------------------------------------------------------------ */

struct pg_args *reaction_store_pairs(TALLOC_CTX *ctx)
{
    static const struct pg_statement SELECT_PAIRS = {
        .name = "select_reaction_pairs",
        .each = true,
        .sql = "SELECT n.target_id, n.member_id, " REACTION_COLUMNS ", " COUNT_COLUMNS
               " FROM unnest($1::uuid[], $2::uuid[]) n(target_id, member_id)"
               " LEFT JOIN document_reaction r ON r.target_id = n.target_id AND r.member_id = n.member_id"
               " LEFT JOIN document_reaction_count c ON c.target_id = n.target_id"};
    return pg_args(ctx, &SELECT_PAIRS);
}

void reaction_store_add_pair(struct pg_args *args, const struct uuid *target, const struct uuid *member)
{
    pg_add_uuid(args, target);
    pg_add_uuid(args, member);
}

struct reaction_writes reaction_store_writes(TALLOC_CTX *ctx)
{
    static const struct pg_statement UPSERT_REACTIONS = {
        .name = "upsert_reactions",
        .each = true,
        .sql = "INSERT INTO document_reaction(target_id, member_id, document_id, value, comment, at_us)"
               " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int4[], $5::text[], $6::int8[])"
               " ON CONFLICT (target_id, member_id) DO UPDATE SET"
               "  value = excluded.value, comment = excluded.comment, at_us = excluded.at_us"};
    static const struct pg_statement UPSERT_COUNTS = {
        .name = "upsert_reaction_counts",
        .each = true,
        .sql = "INSERT INTO document_reaction_count(target_id, document_id, too_high, about_right, too_low, unclear)"
               " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int8[], $4::int8[], $5::int8[], $6::int8[])"
               " ON CONFLICT (target_id) DO UPDATE SET too_high = excluded.too_high,"
               "  about_right = excluded.about_right, too_low = excluded.too_low, unclear = excluded.unclear"};
    return (struct reaction_writes){pg_args(ctx, &UPSERT_REACTIONS), pg_args(ctx, &UPSERT_COUNTS)};
}

void reaction_store_add(struct reaction_writes *writes, const struct reaction *reaction)
{
    pg_add_uuid(writes->reactions, &reaction->target);
    pg_add_uuid(writes->reactions, &reaction->member);
    pg_add_uuid(writes->reactions, &reaction->document);
    pg_add_int4(writes->reactions, (int32_t)reaction->value);
    pg_add_text(writes->reactions, reaction->comment);
    pg_add_int8(writes->reactions, reaction->at_us);
}

void reaction_store_add_counts(struct reaction_writes *writes, const struct uuid *document, const struct uuid *target,
                               const struct reaction_counts *counts)
{
    pg_add_uuid(writes->counts, target);
    pg_add_uuid(writes->counts, document);
    for (int value = 0; value < REACTION_VALUES; value++)
        pg_add_int8(writes->counts, counts->n[value]);
}

void reaction_store_queue_writes(struct pg *pg, const struct reaction_writes *writes)
{
    pg_queue(pg, writes->reactions);
    pg_queue(pg, writes->counts);
}

/* --- readers ------------------------------------------------------------------------------------------------------ */

struct pg_result *reaction_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                       const struct uuid *document)
{
    static const struct pg_statement SELECT_REACTIONS = {
        .name = "select_reactions",
        .sql = AUDIENCE_READER
        "SELECT t.id, r.member_id, " REACTION_COLUMNS ", " COUNT_COLUMNS ", d.state = " SQL_DOCUMENT_STATE_WITHDRAWN
        ", d.classification = " SQL_CLASSIFICATION_RESTRICTED " FROM (SELECT d.*" SIGHT_FROM " AND d.id = $7::uuid) d"
        " LEFT JOIN document_target t ON t.document_id = d.id"
        " LEFT JOIN document_reaction r ON r.target_id = t.id AND r.member_id = $4::uuid"
        " LEFT JOIN document_reaction_count c ON c.target_id = t.id ORDER BY t.position"};
    struct pg_args *args = pg_args(ctx, &SELECT_REACTIONS);
    audience_store_add_reader(ctx, args, scope);
    pg_add_uuid(args, document);
    return pg_queue(pg, args);
}

void reaction_store_read_seen(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct seen_reaction *ret_seen)
{
    reaction_store_read(ctx, rows, row, &ret_seen->mine, &ret_seen->counts);
    ret_seen->is_withdrawn = pg_get_bool(rows, row, DOCUMENT_AT);
    ret_seen->is_restricted = pg_get_bool(rows, row, DOCUMENT_AT + 1);
}

struct pg_result *reaction_store_queue_own(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member,
                                           const struct keyset *after, int64_t limit)
{
    static const struct pg_statement SELECT_OWN = {
        .name = "select_own_reactions",
        .sql = "SELECT r.target_id, r.member_id, " REACTION_COLUMNS ", 0, 0, 0, 0"
               " FROM document_reaction r WHERE r.member_id = $1::uuid"
               " AND ($2::int8 IS NULL OR (r.at_us, r.target_id) > ($2::int8, $3::uuid))"
               " ORDER BY r.at_us, r.target_id LIMIT $4::int8"};
    struct pg_args *args = pg_args(ctx, &SELECT_OWN);
    pg_add_uuid(args, member);
    pg_add_int8_or_null(args, after, after ? after->at_us : 0);
    pg_add_uuid(args, after ? &after->id : NULL);
    pg_add_int8(args, limit);
    return pg_queue(pg, args);
}
