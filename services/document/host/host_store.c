#include "services/document/host/host_store.h"

#include "common/base/mem.h"
#include "contract_numbers.h"
#include "services/directory/rules_store.h"

struct pg_result *host_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct host_wanted *wanted)
{
    /* A UNION, so that the plan goes by the primary key. */
    static const struct pg_statement SELECT_HOSTS = {
        .name = "select_hosts",
        .sql = "SELECT o.id, o.name, o.level, o.path,"
               "  (SELECT count(DISTINCT p.member_id) FROM directory_position p WHERE p.to_us IS NULL"
               "    AND ((p.organization_id = o.id"
               "        AND p.role IN (" SQL_ROLE_DEPUTY_SECRETARY ", " SQL_ROLE_SECRETARY "))"
               "      OR (p.organization_id = ANY(o.path) AND p.role = " SQL_ROLE_OFFICER ")))"
               ", CASE WHEN $3::bool THEN " RULES_OF_PATH(
                   "o.path") " END"
                             " FROM directory_organization o WHERE o.id IN (SELECT unnest($1::uuid[])"
                             "  UNION SELECT organization_id FROM document WHERE id = ANY($2::uuid[])"
                             "  UNION SELECT organization_ids[1] FROM document WHERE id = ANY($2::uuid[]))"};
    struct pg_args *args = pg_args(ctx, &SELECT_HOSTS);
    pg_add_uuids(args, wanted->orgs, wanted->n_orgs);
    pg_add_uuids(args, wanted->documents, wanted->n_documents);
    pg_add_bool(args, wanted->with_rules);
    return pg_queue(pg, args);
}

void host_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, struct uuid_map *hosts)
{
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct host *host = mem_new(ctx, struct host);
        host->org.id = pg_get_uuid(rows, row, 0);
        host->org.name = pg_get_text(ctx, rows, row, 1);
        host->org.level = (Pb__Level)pg_get_int8(rows, row, 2);
        host->org.path = pg_get_uuids(ctx, rows, row, 3, &host->org.n_path);
        host->keepers = pg_get_int8(rows, row, 4);
        host->rules = rules_store_read(ctx, rows, row, 5);
        uuid_map_put(hosts, &host->org.id, host);
    }
}
