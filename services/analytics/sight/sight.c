#include "services/analytics/sight/sight.h"

#include "common/base/mem.h"

enum err sight_queue(struct query *query, ProtobufCBinaryData id, struct sight *ret_sight)
{
    *ret_sight = (struct sight){.set = directory_set_new(query->ctx)};
    if (uuid_from_pb(id, &ret_sight->id))
        return ERR_NOT_FOUND;
    directory_scope_read(query->ctx, query->scope, &ret_sight->scope);
    directory_set_want_org(ret_sight->set, &ret_sight->id);
    if (ret_sight->scope.has_branch)
        directory_set_want_org(ret_sight->set, &ret_sight->scope.branch);
    directory_set_load(ret_sight->set, query->pg);
    return ERR_OK;
}

/* An organisation on one's own path is visible, and so is that of any position. */
static bool sees(const struct sight *sight, unsigned standing)
{
    const struct directory_org *branch = sight->scope.has_branch ? directory_set_org(sight->set, &sight->scope.branch)
                                                                 : NULL;
    return (standing & ~(unsigned)STANDING_ABOVE) != 0 || (branch && directory_org_is_within(branch, &sight->id));
}

enum err sight_read(struct query *query, struct sight *sight, bool (*may_see)(unsigned standing))
{
    enum err err = pg_flush(query->pg);
    if (!err)
        err = directory_set_loaded(sight->set);
    if (err)
        return err;
    sight->org = directory_set_org(sight->set, &sight->id);
    unsigned standing = sight->org ? directory_scope_standing(&sight->scope, sight->org) : 0;
    if (sight->org && may_see(standing))
        return ERR_OK;
    return sees(sight, standing) ? ERR_NOT_ALLOWED : ERR_NOT_FOUND;
}

static void add_both(TALLOC_CTX *ctx, struct pg_args *args, const struct uuid a[], size_t n_a, const struct uuid b[],
                     size_t n_b)
{
    struct uuid *ids = mem_array(ctx, struct uuid, n_a + n_b + 1);
    for (size_t i = 0; i < n_a + n_b; i++)
        ids[i] = i < n_a ? a[i] : b[i - n_a];
    pg_add_uuids(args, ids, n_a + n_b);
}

void sight_add(TALLOC_CTX *ctx, struct pg_args *args, const struct directory_scope *scope, bool as_admin)
{
    add_both(ctx, args, scope->heads, scope->n_heads, scope->committees, scope->n_committees);
    add_both(ctx, args, scope->officers, scope->n_officers, scope->admins, as_admin ? scope->n_admins : 0);
}
