#include "services/auth/position/position_store.h"

#include "common/base/mem.h"

/* --- held now --- */

static const struct pg_statement HELD = {
    .name = "position_held",
    .sql = "SELECT p.member_id, p.role, o.id, o.name FROM member_position p"
           " JOIN organization o ON o.id = p.organization_id WHERE p.member_id = ANY($1::uuid[])"
           " AND p.to_us IS NULL ORDER BY p.member_id, p.role DESC, o.id"};

struct pg_result *position_store_held_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *members, size_t n)
{
    return ids_queue(pg, ctx, &HELD, members, n);
}

static Pb__BranchRef *organization_ref(TALLOC_CTX *ctx, const struct pg_result *r, size_t row)
{
    Pb__BranchRef *ref = mem_new(ctx, Pb__BranchRef);
    pb__branch_ref__init(ref);
    ref->id = pg_get_bytes(ctx, r, row, 2);
    ref->name = pg_get_text(ctx, r, row, 3);
    return ref;
}

Pb__Member__RoleHeld **position_store_held_by(TALLOC_CTX *ctx, const struct pg_result *r, const struct uuid *member,
                                              size_t *ret_n)
{
    Pb__Member__RoleHeld **roles = mem_array(ctx, Pb__Member__RoleHeld *, pg_rows(r) + 1);
    *ret_n = 0;
    for (size_t i = 0; i < pg_rows(r); i++) {
        struct uuid holder = pg_get_uuid(r, i, 0);
        if (!uuid_equal(&holder, member))
            continue;
        Pb__Member__RoleHeld *role = mem_new(ctx, Pb__Member__RoleHeld);
        pb__member__role_held__init(role);
        role->role = (Pb__Role)pg_get_int8(r, i, 1);
        role->organization = organization_ref(ctx, r, i);
        roles[(*ret_n)++] = role;
    }
    return roles;
}

/* --- granting --- */

static const struct pg_statement GRANT = {
    .name = "position_grant",
    .sql = "WITH granted AS (INSERT INTO member_position (member_id, organization_id, role, from_us)"
           "  VALUES ($1::uuid, $2::uuid, $3::int4, $4::int8) ON CONFLICT DO NOTHING RETURNING member_id)"
           " UPDATE member SET version = version + 1 WHERE id IN (SELECT member_id FROM granted)"};

void position_store_grant_queue(struct pg *pg, TALLOC_CTX *ctx, const struct position *position)
{
    struct pg_args *args = pg_args(ctx, &GRANT);
    pg_add_uuid(args, &position->member);
    pg_add_uuid(args, &position->organization);
    pg_add_int4(args, (int32_t)position->role);
    pg_add_int8(args, position->from_us);
    pg_queue(pg, args);
}
