#include "services/directory/audience_store.h"

#include "common/base/mem.h"

static void add_places(TALLOC_CTX *ctx, struct pg_args *args, const struct directory_scope *scope)
{
    int32_t *roles = mem_array(ctx, int32_t, scope->n_grants + 1);
    struct uuid *organizations = mem_array(ctx, struct uuid, scope->n_grants + 1);
    size_t n = 0;
    if (scope->has_branch) {
        roles[n] = PB__ROLE__ROLE_MEMBER;
        organizations[n++] = scope->branch;
    }
    for (size_t i = 0; i < scope->n_grants; i++)
        if (uuid_from_pb(scope->grants[i]->organization_id, &organizations[n]) == ERR_OK)
            roles[n++] = (int32_t)scope->grants[i]->role;
    pg_add_int4s(args, roles, n);
    pg_add_uuids(args, organizations, n);
}

void audience_store_add_reader(TALLOC_CTX *ctx, struct pg_args *args, const struct directory_scope *scope)
{
    pg_add_bool(args, scope->has_branch || scope->has_member || scope->n_grants > 0);
    pg_add_uuids(args, scope->heads, scope->n_heads);
    pg_add_uuids(args, scope->officers, scope->n_officers);
    pg_add_uuid(args, scope->has_member ? &scope->member : NULL);
    add_places(ctx, args, scope);
}

void audience_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, int column,
                         struct audience *ret_audience)
{
    *ret_audience = (struct audience){.subtree = pg_get_bool(rows, row, column + 1)};
    ret_audience->organizations = pg_get_uuids(ctx, rows, row, column, &ret_audience->n_organizations);
    ret_audience->roles = pg_get_int4s(ctx, rows, row, column + 2, &ret_audience->n_roles);
    ret_audience->members = pg_get_uuids(ctx, rows, row, column + 3, &ret_audience->n_members);
}

void audience_store_add(TALLOC_CTX *ctx, struct pg_args *args, const struct audience *audience)
{
    if (!audience) {
        for (int i = 0; i < AUDIENCE_N_COLUMNS; i++)
            pg_add_null(args);
        return;
    }
    pg_add_text(args, pg_uuids_text(ctx, audience->organizations, audience->n_organizations));
    pg_add_bool(args, audience->subtree);
    pg_add_text(args, pg_int4s_text(ctx, audience->roles, audience->n_roles));
    pg_add_text(args, pg_uuids_text(ctx, audience->members, audience->n_members));
}
