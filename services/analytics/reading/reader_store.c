#include "services/analytics/reading/reader_store.h"

#include "contract_numbers.h"

/* m is a member of the audience, r what he read of the subject $1. A UNION, so that the plan goes by the keys. */
#define READERS                                                                                                 \
    " FROM directory_member m LEFT JOIN fact_read r ON r.member_id = m.id AND r.subject_id = $1::uuid"          \
    " WHERE m.status <> " SQL_MEMBER_STATUS_LEFT " AND m.id IN ("                                               \
    "   SELECT b.id FROM directory_member b WHERE b.branch_id = $2::uuid"                                       \
    "   UNION SELECT p.member_id FROM directory_position p WHERE p.organization_id = $3::uuid"                  \
    "     AND p.role IN (" SQL_ROLE_DEPUTY_SECRETARY ", " SQL_ROLE_SECRETARY ", " SQL_ROLE_COMMITTEE_MEMBER ")" \
    "     AND p.to_us IS NULL"                                                                                  \
    "   UNION SELECT unnest($4::uuid[]))"

/* Of a name: what people are called by, and all of it. */
#define ORDER(name) "regexp_replace(" name ", '^.* ', '') COLLATE \"vi-x-icu\", " name " COLLATE \"vi-x-icu\""

static void add_audience(struct pg_args *args, const struct uuid *subject, const struct reader_audience *audience)
{
    pg_add_uuid(args, subject);
    pg_add_uuid(args, audience->branch);
    pg_add_uuid(args, audience->committee);
    pg_add_uuids(args, audience->members, audience->n_members);
}

struct pg_result *reader_store_count(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *subject,
                                     const struct reader_audience *audience)
{
    static const struct pg_statement COUNT_READERS = {.name = "analytics_count_readers",
                                                      .sql = "SELECT count(*), count(r.read_at_us)" READERS};
    struct pg_args *args = pg_args(ctx, &COUNT_READERS);
    add_audience(args, subject, audience);
    return pg_queue(pg, args);
}

struct pg_result *reader_store_page(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *subject,
                                    const struct reader_audience *audience, const struct reader_page *page)
{
    static const struct pg_statement PAGE_READERS = {
        .name = "analytics_page_readers",
        .sql = "SELECT m.id, m.full_name, r.read_at_us" READERS
               " AND ($5::bool IS NULL OR (r.read_at_us IS NOT NULL) = $5::bool)"
               " AND ($6::uuid IS NULL OR (" ORDER(
                   "m.full_name") ", m.id) >"
                                  "   (SELECT " ORDER(
                                      "a.full_name") ", a.id FROM directory_member a WHERE a.id = $6::uuid))"
                                                     " ORDER BY " ORDER("m.full_name") ", m.id LIMIT $7::int8"};
    struct pg_args *args = pg_args(ctx, &PAGE_READERS);
    add_audience(args, subject, audience);
    if (page->has_read)
        pg_add_bool(args, page->read);
    else
        pg_add_null(args);
    pg_add_uuid(args, page->after);
    pg_add_int8(args, page->limit);
    return pg_queue(pg, args);
}
