#include "services/auth/letter/letter_store.h"

#include "common/base/mem.h"
#include "contract_numbers.h"

#define NEEDS "(m.status <> " SQL_MEMBER_STATUS_LEFT " AND a.activated_at_us IS NULL)"
static const struct pg_statement LIST = {
    .name = "letter_list",
    .sql = "SELECT m.id, m.full_name, b.name, m.card_number, rank.below, " NEEDS
           " FROM organization b JOIN member m ON m.branch_id = b.id LEFT JOIN account a ON a.member_id = m.id"
           " LEFT JOIN activation_code c ON c.member_id = m.id"
           " CROSS JOIN LATERAL (SELECT NOT EXISTS (SELECT FROM member_position p"
           "    JOIN organization o ON o.id = p.organization_id WHERE p.member_id = m.id AND p.to_us IS NULL"
           "    AND NOT (p.role = ANY($3::int4[]) AND o.path && $4::uuid[])) AS below) rank"
           " WHERE b.path @> ARRAY[$1::uuid] AND ($2::bool OR b.id = $1::uuid)"
           " AND CASE WHEN $5::uuid[] IS NULL"
           "    THEN " NEEDS " AND rank.below AND (c.member_id IS NULL OR c.expires_at_us <= $6::int8)"
           "    ELSE m.id = ANY($5::uuid[]) END"
           " ORDER BY b.code, m.name_key, m.id LIMIT $7::int4"};

static struct letter_row read_row(TALLOC_CTX *ctx, const struct pg_result *r, size_t row)
{
    return (struct letter_row){.member = pg_get_uuid(r, row, 0),
                               .full_name = pg_get_text(ctx, r, row, 1),
                               .branch = pg_get_text(ctx, r, row, 2),
                               .card_number = pg_get_text(ctx, r, row, 3),
                               .below = pg_get_bool(r, row, 4),
                               .needs_it = pg_get_bool(r, row, 5)};
}

enum err letter_store_list(struct pg *pg, TALLOC_CTX *ctx, const struct letter_filter *filter, int limit,
                           struct letter_row **ret_rows, size_t *ret_n)
{
    struct pg_args *args = pg_args(ctx, &LIST);
    struct pg_result *r;
    pg_add_uuid(args, &filter->organization);
    pg_add_bool(args, filter->subtree);
    pg_add_int4s(args, filter->roles, filter->n_roles);
    pg_add_uuids(args, filter->within, filter->n_within);
    if (filter->named)
        pg_add_uuids(args, filter->named, filter->n_named);
    else
        pg_add_null(args);
    pg_add_int8(args, filter->now_us);
    pg_add_int4(args, limit);
    enum err err = pg_run(pg, args, &r);
    if (err)
        return err;
    *ret_n = pg_rows(r);
    *ret_rows = mem_array(ctx, struct letter_row, *ret_n + 1);
    for (size_t i = 0; i < *ret_n; i++)
        (*ret_rows)[i] = read_row(ctx, r, i);
    return ERR_OK;
}
