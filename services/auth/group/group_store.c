#include "services/auth/group/group_store.h"

#include "common/base/mem.h"
#include "contract_numbers.h"

static const struct pg_statement GROUPS = {
    .name = "group_list",
    .sql = "SELECT organization_id, id, name, head_id FROM party_group WHERE organization_id = ANY($1::uuid[])"
           " ORDER BY organization_id, place"};
static const struct pg_statement MEMBERS = {
    .name = "group_members",
    .sql = "SELECT g.organization_id, m.member_id, m.group_id FROM party_group g"
           " JOIN party_group_member m ON m.group_id = g.id JOIN member p ON p.id = m.member_id"
           " WHERE g.organization_id = ANY($1::uuid[]) ORDER BY p.name_key, p.id"};

void group_store_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid organizations[], size_t n,
                       struct group_rows *ret_rows)
{
    ret_rows->groups = pg_queue_ids(pg, ctx, &GROUPS, organizations, n);
    ret_rows->members = pg_queue_ids(pg, ctx, &MEMBERS, organizations, n);
}

static bool is_of(const struct pg_result *rows, size_t row, const struct uuid *organization)
{
    struct uuid id = pg_get_uuid(rows, row, 0);
    return uuid_equal(&id, organization);
}

struct groups *group_store_read(TALLOC_CTX *ctx, const struct group_rows *rows, const struct uuid *organization)
{
    struct groups *groups = mem_new(ctx, struct groups);
    groups->items = mem_array(ctx, struct group, pg_rows(rows->groups));
    groups->members = uuid_map_new(ctx);
    for (size_t row = 0; row < pg_rows(rows->groups); row++)
        if (is_of(rows->groups, row, organization))
            groups->items[groups->n++] = (struct group){.id = pg_get_uuid(rows->groups, row, 1),
                                                        .name = pg_get_text(ctx, rows->groups, row, 2),
                                                        .head = pg_get_uuid(rows->groups, row, 3)};
    for (size_t row = 0; row < pg_rows(rows->members); row++) {
        struct uuid member = pg_get_uuid(rows->members, row, 1), group = pg_get_uuid(rows->members, row, 2);
        if (is_of(rows->members, row, organization))
            uuid_map_put(groups->members, &member, mem_copy(ctx, &group, sizeof group));
    }
    return groups;
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

struct group_writes {
    struct pg_args *left, *ended, *added, *joined;
};

static const struct pg_statement LEAVE = {.name = "group_leave",
                                          .each = true,
                                          .sql = "DELETE FROM party_group_member m USING party_group g"
                                                 " WHERE m.group_id = g.id AND g.organization_id = ANY($1::uuid[])"};
static const struct pg_statement END = {
    .name = "group_end", .each = true, .sql = "DELETE FROM party_group WHERE organization_id = ANY($1::uuid[])"};
static const struct pg_statement ADD = {
    .name = "group_add",
    .each = true,
    .sql = "INSERT INTO party_group (id, organization_id, place, name, head_id)"
           " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int4[], $4::text[], $5::uuid[])"};
static const struct pg_statement JOIN = {
    .name = "group_join",
    .each = true,
    .sql = "INSERT INTO party_group_member (member_id, group_id) SELECT u.member_id, u.group_id"
           " FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) u(member_id, group_id, organization_id)"
           " JOIN member m ON m.id = u.member_id AND m.branch_id = u.organization_id"
           " AND m.status <> " SQL_MEMBER_STATUS_LEFT};

struct group_writes *group_writes_new(TALLOC_CTX *ctx)
{
    struct group_writes *writes = mem_new(ctx, struct group_writes);
    *writes = (struct group_writes){.left = pg_args(ctx, &LEAVE),
                                    .ended = pg_args(ctx, &END),
                                    .added = pg_args(ctx, &ADD),
                                    .joined = pg_args(ctx, &JOIN)};
    return writes;
}

void group_writes_add(struct group_writes *writes, const struct uuid *organization, const struct groups *groups)
{
    pg_add_uuid(writes->left, organization);
    pg_add_uuid(writes->ended, organization);
    for (size_t i = 0; i < groups->n; i++) {
        pg_add_uuid(writes->added, &groups->items[i].id);
        pg_add_uuid(writes->added, organization);
        pg_add_int4(writes->added, (int32_t)i);
        pg_add_text(writes->added, groups->items[i].name);
        pg_add_uuid(writes->added, &groups->items[i].head);
    }
    for (size_t i = 0; i < uuid_map_size(groups->members); i++) {
        pg_add_uuid(writes->joined, &uuid_map_ids(groups->members)[i]);
        pg_add_uuid(writes->joined, uuid_map_value(groups->members, i));
        pg_add_uuid(writes->joined, organization);
    }
}

void group_writes_queue(struct pg *pg, const struct group_writes *writes)
{
    pg_queue(pg, writes->left);
    pg_queue(pg, writes->ended);
    pg_queue(pg, writes->added);
    pg_queue(pg, writes->joined);
}
