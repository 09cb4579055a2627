#include "services/auth/look/look_store.h"

#include "common/base/clock.h"
#include "common/base/mem.h"

static const struct pg_statement PUT = {
    .name = "look_put",
    .each = true,
    .sql = "INSERT INTO look (subject_id, actor_id, organization_id, role, what, reason, at_us, hour, id)"
           " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int4[], $5::int4[], $6::text[], $7::int8[],"
           "    $8::int8[], $9::uuid[]) u(subject) ORDER BY subject ON CONFLICT DO NOTHING"};
static const struct pg_statement PAGE = {
    .name = "look_page",
    .sql = "SELECT l.at_us, m.full_name, l.role, o.id, o.name, l.what, l.reason, l.id FROM look l"
           " JOIN member m ON m.id = l.actor_id JOIN organization o ON o.id = l.organization_id"
           " WHERE l.subject_id = $1::uuid AND (l.at_us, l.id) < ($2::int8, $3::uuid)"
           " ORDER BY l.at_us DESC, l.id DESC LIMIT $4::int8"};

struct pg_args *look_store_put(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &PUT);
}

void look_store_put_add(struct pg_args *args, const struct look_row *row)
{
    struct uuid id = uuid_random_at(row->at_us);
    pg_add_uuid(args, &row->subject);
    pg_add_uuid(args, &row->actor);
    pg_add_uuid(args, &row->organization);
    pg_add_int4(args, (int32_t)row->role);
    pg_add_int4(args, (int32_t)row->what);
    pg_add_text(args, row->reason);
    pg_add_int8(args, row->at_us);
    pg_add_int8(args, row->at_us / CLOCK_HOUR_US);
    pg_add_uuid(args, &id);
}

static Pb__BranchRef *read_organization(TALLOC_CTX *ctx, const struct pg_result *r, size_t row)
{
    Pb__BranchRef *ref = mem_new(ctx, Pb__BranchRef);
    pb__branch_ref__init(ref);
    ref->id = pg_get_bytes(ctx, r, row, 3);
    ref->name = pg_get_text(ctx, r, row, 4);
    return ref;
}

static Pb__Look *read_look(TALLOC_CTX *ctx, const struct pg_result *r, size_t row)
{
    Pb__Look *look = mem_new(ctx, Pb__Look);
    pb__look__init(look);
    look->at_us = pg_get_int8(r, row, 0);
    look->actor = mem_new(ctx, Pb__Look__By);
    pb__look__by__init(look->actor);
    look->actor->full_name = pg_get_text(ctx, r, row, 1);
    look->actor->role = (Pb__Role)pg_get_int8(r, row, 2);
    look->actor->organization = read_organization(ctx, r, row);
    look->what = (Pb__LookWhat)pg_get_int8(r, row, 5);
    look->reason = pg_get_text(ctx, r, row, 6);
    return look;
}

/* One more than the page tells whether there is another. */
enum err look_store_page(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *subject, const struct keyset *before,
                         uint32_t limit, Pb__LookList *ret_list)
{
    struct pg_args *args = pg_args(ctx, &PAGE);
    struct pg_result *r;
    pg_add_uuid(args, subject);
    pg_add_int8(args, before->at_us);
    pg_add_uuid(args, &before->id);
    pg_add_int8(args, (int64_t)limit + 1);
    enum err err = pg_run(pg, args, &r);
    if (err)
        return err;
    ret_list->items = mem_array(ctx, Pb__Look *, pg_rows(r) + 1);
    for (; ret_list->n_items < pg_rows(r) && ret_list->n_items < limit; ret_list->n_items++)
        ret_list->items[ret_list->n_items] = read_look(ctx, r, ret_list->n_items);
    ret_list->has_next_cursor = pg_rows(r) > limit;
    if (ret_list->has_next_cursor) {
        const struct keyset last = {pg_get_int8(r, limit - 1, 0), pg_get_uuid(r, limit - 1, 7)};
        ret_list->next_cursor = keyset_encode(ctx, &last);
    }
    return ERR_OK;
}
