#include "services/document/history/history_store.h"

#include "common/base/mem.h"
#include "services/document/sight/sight_store.h"

struct pg_args *history_store_rows(TALLOC_CTX *ctx)
{
    static const struct pg_statement INSERT_HISTORY = {
        .name = "insert_history",
        .each = true,
        .sql = "INSERT INTO document_history(document_id, version, at_us, actor_id, action, changes, reason)"
               " SELECT * FROM unnest($1::uuid[], $2::int8[], $3::int8[], $4::uuid[], $5::int4[], $6::bytea[],"
               "  $7::text[])"};
    return pg_args(ctx, &INSERT_HISTORY);
}

void history_store_add(TALLOC_CTX *ctx, struct pg_args *args, const struct history_entry *entry)
{
    pg_add_uuid(args, &entry->document);
    pg_add_int8(args, (int64_t)entry->version);
    pg_add_int8(args, entry->is->at_us);
    pg_add_uuid_or_null(args, &entry->actor);
    pg_add_int4(args, (int32_t)entry->is->action);
    ProtobufCBinaryData changes = mem_pack(ctx, &entry->is->base);
    pg_add_bytes(args, changes.data, changes.len);
    pg_add_text(args, entry->is->reason);
}

struct pg_result *history_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                      const struct uuid *document, const struct keyset *before, int64_t limit)
{
    static const struct pg_statement SELECT_HISTORY = {
        .name = "select_history",
        .sql = AUDIENCE_READER
        "SELECT h.version, h.at_us, h.actor_id, (SELECT m.full_name FROM directory_member m WHERE m.id = h.actor_id),"
        " h.action, CASE WHEN d.is_kept OR d.state <> " SQL_DOCUMENT_STATE_WITHDRAWN " THEN h.changes END, h.reason,"
        " d.classification = " SQL_CLASSIFICATION_RESTRICTED ", d.id"
        " FROM (SELECT d.id, d.state, d.classification, d.published_at_us, " AUDIENCE_KEEPS " AS is_kept" SIGHT_FROM
        "  AND d.id = $7::uuid) d LEFT JOIN LATERAL ("
        "  SELECT h.* FROM document_history h WHERE h.document_id = d.id"
        "   AND (d.is_kept OR h.at_us >= d.published_at_us) AND ($8::int8 IS NULL OR h.version < $8::int8)"
        "   ORDER BY h.version DESC LIMIT $9::int8) h ON true"
        " ORDER BY h.version DESC"};
    struct pg_args *args = pg_args(ctx, &SELECT_HISTORY);
    audience_store_add_reader(ctx, args, scope);
    pg_add_uuid(args, document);
    pg_add_int8_or_null(args, before, before ? before->at_us : 0);
    pg_add_int8(args, limit);
    return pg_queue(pg, args);
}

static Pb__Person *read_actor(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
{
    const struct directory_person actor = {.id = pg_get_uuid(rows, row, 2),
                                           .full_name = pg_get_text(ctx, rows, row, 3)};
    return actor.full_name ? directory_person_ref(ctx, &actor) : NULL;
}

/* What was withdrawn keeps who did what, and says no more what it was called before. */
static enum err read_changes(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, Pb__DocumentHistory *item)
{
    if (pg_is_null(rows, row, 5))
        return ERR_OK;
    ProtobufCBinaryData bytes = pg_get_bytes(ctx, rows, row, 5);
    const Pb__DocumentHistory *kept = (Pb__DocumentHistory *)mem_unpack(ctx, &pb__document_history__descriptor,
                                                                        bytes.data, bytes.len);
    if (!kept)
        return ERR_MALFORMED;
    item->changes = kept->changes;
    item->n_changes = kept->n_changes;
    return ERR_OK;
}

enum err history_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct seen_history *ret_seen)
{
    *ret_seen = (struct seen_history){.is_restricted = pg_get_bool(rows, row, 7)};
    if (pg_is_null(rows, row, 0))
        return ERR_OK;
    Pb__DocumentHistory *item = ret_seen->is = mem_new(ctx, Pb__DocumentHistory);
    pb__document_history__init(item);
    ret_seen->place = (struct keyset){pg_get_int8(rows, row, 0), pg_get_uuid(rows, row, 8)};
    item->at_us = pg_get_int8(rows, row, 1);
    item->actor = read_actor(ctx, rows, row);
    item->action = (Pb__DocumentAction)pg_get_int8(rows, row, 4);
    item->reason = pg_get_text(ctx, rows, row, 6);
    return read_changes(ctx, rows, row, item);
}
