#include "services/auth/transfer/transfer_view_store.h"

#include "common/base/mem.h"

#define SELECT                                                                                                       \
    "SELECT t.id, t.member_id, m.full_name, t.from_branch_id, f.name, t.to_branch_id, r.name, t.kind, t.until_date," \
    "    t.reason, t.state, t.decision_reason, t.created_at_us, t.settled_at_us, t.ended_at_us, t.version"           \
    " FROM transfer t JOIN member m ON m.id = t.member_id JOIN organization f ON f.id = t.from_branch_id"            \
    " JOIN organization r ON r.id = t.to_branch_id"

/* The member himself, heads of either branch, officers and administrators over either. Parameters: $1 the member, $2
 * the organisations of which one is head, $3 those whose subtree one is over. */
#define OWN "(t.member_id = $1::uuid OR t.from_branch_id = ANY($2::uuid[]) OR t.to_branch_id = ANY($2::uuid[]))"
#define VISIBLE "(" OWN " OR f.path && $3::uuid[] OR r.path && $3::uuid[])"

#define FILTER                                                                  \
    " AND ($4::int4 IS NULL OR t.state = $4::int4)"                             \
    " AND ($5::int8 IS NULL OR (t.created_at_us, t.id) < ($5::int8, $6::uuid))" \
    " ORDER BY t.created_at_us DESC, t.id DESC LIMIT $7::int4"

static const struct pg_statement ONE = {.name = "transfer_view", .sql = SELECT " WHERE t.id = $4::uuid AND " VISIBLE};
/* Two statements, so that each has the plan of its index: a few of one's own, or the newest of a subtree. */
static const struct pg_statement LIST_OWN = {
    .name = "transfer_list_own",
    .sql = SELECT " WHERE $3::uuid[] = '{}' AND t.id = ANY(ARRAY("
                  "SELECT id FROM transfer WHERE member_id = $1::uuid"
                  " UNION SELECT id FROM transfer WHERE from_branch_id = ANY($2::uuid[])"
                  " UNION SELECT id FROM transfer WHERE to_branch_id = ANY($2::uuid[])))" FILTER};
static const struct pg_statement LIST_OVER = {.name = "transfer_list_over", .sql = SELECT " WHERE " VISIBLE FILTER};

static void add_both(TALLOC_CTX *ctx, struct pg_args *args, const struct uuid a[], size_t n_a, const struct uuid b[],
                     size_t n_b)
{
    struct uuid *ids = mem_array(ctx, struct uuid, n_a + n_b + 1);
    for (size_t i = 0; i < n_a; i++)
        ids[i] = a[i];
    for (size_t i = 0; i < n_b; i++)
        ids[n_a + i] = b[i];
    pg_add_uuids(args, ids, n_a + n_b);
}

static struct pg_args *with_scope(TALLOC_CTX *ctx, const struct pg_statement *statement,
                                  const struct directory_scope *scope)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_uuid(args, scope->has_member ? &scope->member : NULL);
    pg_add_uuids(args, scope->heads, scope->n_heads);
    add_both(ctx, args, scope->officers, scope->n_officers, scope->admins, scope->n_admins);
    return args;
}

static Pb__BranchRef *read_branch(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, int column)
{
    Pb__BranchRef *ref = mem_new(ctx, Pb__BranchRef);
    pb__branch_ref__init(ref);
    ref->id = pg_get_bytes(ctx, rows, row, column);
    ref->name = pg_get_text(ctx, rows, row, column + 1);
    return ref;
}

static Pb__Person *read_person(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, int column)
{
    Pb__Person *person = mem_new(ctx, Pb__Person);
    pb__person__init(person);
    person->id = pg_get_bytes(ctx, rows, row, column);
    person->full_name = pg_get_text(ctx, rows, row, column + 1);
    return person;
}

static Pb__Transfer *read_transfer(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
{
    Pb__Transfer *transfer = mem_new(ctx, Pb__Transfer);
    pb__transfer__init(transfer);
    transfer->id = pg_get_bytes(ctx, rows, row, 0);
    transfer->member = read_person(ctx, rows, row, 1);
    transfer->from_branch = read_branch(ctx, rows, row, 3);
    transfer->to_branch = read_branch(ctx, rows, row, 5);
    transfer->kind = (Pb__TransferKind)pg_get_int8(rows, row, 7);
    transfer->has_until = !pg_is_null(rows, row, 8);
    transfer->until = (int32_t)pg_get_int8(rows, row, 8);
    transfer->reason = pg_get_text(ctx, rows, row, 9);
    transfer->state = (Pb__TransferState)pg_get_int8(rows, row, 10);
    transfer->decision_reason = pg_get_text(ctx, rows, row, 11);
    transfer->created_at_us = pg_get_int8(rows, row, 12);
    transfer->has_settled_at_us = !pg_is_null(rows, row, 13);
    transfer->settled_at_us = pg_get_int8(rows, row, 13);
    transfer->has_ended_at_us = !pg_is_null(rows, row, 14);
    transfer->ended_at_us = pg_get_int8(rows, row, 14);
    transfer->version = (uint64_t)pg_get_int8(rows, row, 15);
    return transfer;
}

enum err transfer_view_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct directory_scope *scope,
                                  const struct uuid *id, Pb__Transfer **ret_transfer)
{
    struct pg_args *args = with_scope(ctx, &ONE, scope);
    struct pg_result *rows;
    pg_add_uuid(args, id);
    enum err err = pg_run(pg, args, &rows);
    if (!err)
        *ret_transfer = pg_rows(rows) ? read_transfer(ctx, rows, 0) : NULL;
    return err;
}

enum err transfer_view_store_list(struct pg *pg, TALLOC_CTX *ctx, const struct directory_scope *scope,
                                  const struct transfer_filter *filter, Pb__Transfer ***ret_items, size_t *ret_n)
{
    bool is_over = scope->n_officers + scope->n_admins > 0;
    struct pg_args *args = with_scope(ctx, is_over ? &LIST_OVER : &LIST_OWN, scope);
    const struct keyset *after = filter->after;
    struct pg_result *rows;
    pg_add_int4_or_null(args, filter->has_state, (int32_t)filter->state);
    pg_add_int8_or_null(args, after != NULL, after ? after->at_us : 0);
    pg_add_uuid(args, after ? &after->id : NULL);
    pg_add_int4(args, filter->limit);
    enum err err = pg_run(pg, args, &rows);
    if (err)
        return err;
    *ret_n = pg_rows(rows);
    *ret_items = mem_array(ctx, Pb__Transfer *, *ret_n + 1);
    for (size_t i = 0; i < *ret_n; i++)
        (*ret_items)[i] = read_transfer(ctx, rows, i);
    return ERR_OK;
}
