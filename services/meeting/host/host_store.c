#include "services/meeting/host/host_store.h"

#include "common/base/mem.h"
#include "contract_numbers.h"
#include "services/directory/rules_store.h"

struct pg_result *host_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *orgs, size_t n)
{
    static const struct pg_statement SELECT_HOSTS = {
        .name = "select_hosts",
        .sql = "SELECT " HOST_COLUMNS " FROM directory_organization o WHERE o.id = ANY($1::uuid[])"};
    return pg_queue_ids(pg, ctx, &SELECT_HOSTS, orgs, n);
}

void host_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, int column, struct uuid_map *hosts)
{
    struct uuid id = pg_get_uuid(rows, row, column);
    if (pg_is_null(rows, row, column) || uuid_map_get(hosts, &id))
        return;
    struct meeting_host *host = UUID_MAP_MAKE(hosts, &id, struct meeting_host);
    host->org.id = id;
    host->org.name = pg_get_text(ctx, rows, row, column + 1);
    host->org.level = (Pb__Level)pg_get_int8(rows, row, column + 2);
    host->org.path = pg_get_uuids(ctx, rows, row, column + 3, &host->org.n_path);
    host->org.state = (Pb__OrganizationState)pg_get_int8(rows, row, column + 4);
    host->org.meeting_day = (int32_t)pg_get_int8(rows, row, column + 5);
}

void host_store_read_all(TALLOC_CTX *ctx, const struct pg_result *rows, struct uuid_map *hosts)
{
    for (size_t row = 0; row < pg_rows(rows); row++)
        host_store_read(ctx, rows, row, 0, hosts);
}

/* p is a position that is held now, with one of these roles. */
#define HELD_POSITIONS(roles) \
    "FROM directory_position p WHERE p.organization_id = o.id AND p.role IN (" roles ") AND p.to_us IS NULL"
#define HEADS SQL_ROLE_DEPUTY_SECRETARY ", " SQL_ROLE_SECRETARY

/* A UNION, so that the plan goes by the primary key. A clause a line. */
/* clang-format off */
static const struct pg_statement SELECT_AUDIENCES = {
    .name = "select_audiences",
    .sql = "SELECT o.id, c.full_name, c.phone,"
           " (SELECT count(*) FROM directory_member m WHERE m.branch_id = o.id"
           "   AND m.status <> " SQL_MEMBER_STATUS_LEFT "),"
           " (SELECT count(DISTINCT p.member_id) " HELD_POSITIONS(HEADS) "),"
           " (SELECT count(DISTINCT p.member_id) " HELD_POSITIONS(HEADS ", " SQL_ROLE_COMMITTEE_MEMBER) "),"
           " " RULES_OF_PATH("o.path")
           " FROM directory_organization o LEFT JOIN LATERAL ("
           "   SELECT m.full_name, (SELECT max(p.phone) FROM directory_position p"
           "     WHERE p.member_id = m.id AND p.to_us IS NULL) AS phone"
           "   FROM directory_member m WHERE m.id = coalesce(o.contact_member_id,"
           "     (SELECT p.member_id " HELD_POSITIONS(SQL_ROLE_SECRETARY)
           "      ORDER BY p.from_us, p.member_id LIMIT 1))) c ON true"
           " WHERE o.id IN (SELECT unnest($1::uuid[])"
           "   UNION SELECT organization_id FROM meeting WHERE id = ANY($2::uuid[]))"};
/* clang-format on */

struct pg_result *host_store_queue_audiences(TALLOC_CTX *ctx, struct pg *pg, const struct host_audiences *named)
{
    if (uuid_map_size(named->orgs) + uuid_map_size(named->meetings) == 0)
        return NULL;
    struct pg_args *args = pg_args(ctx, &SELECT_AUDIENCES);
    pg_add_uuids(args, uuid_map_ids(named->orgs), uuid_map_size(named->orgs));
    pg_add_uuids(args, uuid_map_ids(named->meetings), uuid_map_size(named->meetings));
    return pg_queue(pg, args);
}

void host_store_read_audiences(TALLOC_CTX *ctx, const struct pg_result *rows, struct uuid_map *hosts)
{
    for (size_t row = 0; rows && row < pg_rows(rows); row++) {
        struct uuid id = pg_get_uuid(rows, row, 0);
        struct meeting_host *host = uuid_map_get(hosts, &id);
        if (!host)
            continue; /* it became known between the two statements; the next batch has it */
        host->contact_name = pg_get_text(ctx, rows, row, 1);
        host->contact_phone = pg_get_text(ctx, rows, row, 2);
        host->members = pg_get_int8(rows, row, 3);
        host->heads = pg_get_int8(rows, row, 4);
        host->committee = pg_get_int8(rows, row, 5);
        host->rules = rules_store_read(ctx, rows, row, 6);
    }
}
