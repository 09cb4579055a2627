#include "services/auth/history/history_store.h"

#include "common/base/mem.h"

static const struct pg_statement LIST = {
    .name = "history_list",
    .sql = "SELECT h.at_us, h.message_id, h.actor_id, a.full_name, h.action, h.changes, h.reason"
           " FROM member_history h LEFT JOIN member a ON a.id = h.actor_id WHERE h.member_id = $1::uuid"
           " AND ($2::int8 IS NULL OR (h.at_us, h.message_id) < ($2::int8, $3::uuid))"
           " ORDER BY h.at_us DESC, h.message_id DESC LIMIT $4::int4"};

static Pb__Person *read_actor(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
{
    if (pg_is_null(rows, row, 2) || pg_is_null(rows, row, 3))
        return NULL;
    Pb__Person *actor = mem_new(ctx, Pb__Person);
    pb__person__init(actor);
    actor->id = pg_get_bytes(ctx, rows, row, 2);
    actor->full_name = pg_get_text(ctx, rows, row, 3);
    return actor;
}

/* NULL: the bytes are no history. */
static Pb__History *read_item(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
{
    ProtobufCBinaryData changes = pg_get_bytes(ctx, rows, row, 5);
    Pb__History *item = (Pb__History *)mem_unpack(ctx, &pb__history__descriptor, changes.data, changes.len);
    if (!item)
        return NULL;
    item->at_us = pg_get_int8(rows, row, 0);
    item->actor = read_actor(ctx, rows, row);
    item->action = (Pb__HistoryAction)pg_get_int8(rows, row, 4);
    item->reason = pg_get_text(ctx, rows, row, 6);
    return item;
}

static struct pg_args *list_args(TALLOC_CTX *ctx, const struct uuid *member, const struct keyset *after, int limit)
{
    struct pg_args *args = pg_args(ctx, &LIST);
    pg_add_uuid(args, member);
    pg_add_int8_or_null(args, after != NULL, after ? after->at_us : 0);
    pg_add_uuid(args, after ? &after->id : NULL);
    pg_add_int4(args, limit);
    return args;
}

enum err history_store_list(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, const struct keyset *after,
                            int limit, struct history_entry **ret_entries, size_t *ret_n)
{
    struct pg_result *rows;
    enum err err = pg_run(pg, list_args(ctx, member, after, limit), &rows);
    if (err)
        return err;
    struct history_entry *entries = mem_array(ctx, struct history_entry, pg_rows(rows) + 1);
    for (size_t i = 0; i < pg_rows(rows); i++) {
        entries[i].item = read_item(ctx, rows, i);
        entries[i].place = (struct keyset){pg_get_int8(rows, i, 0), pg_get_uuid(rows, i, 1)};
        if (!entries[i].item)
            return ERR_INTERNAL; /* our own bytes */
    }
    *ret_entries = entries;
    *ret_n = pg_rows(rows);
    return ERR_OK;
}
