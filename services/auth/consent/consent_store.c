#include "services/auth/consent/consent_store.h"

static const struct pg_statement NEWEST = {
    .name = "consent_newest",
    .sql = "SELECT DISTINCT ON (member_id, purpose) member_id, purpose, granted, text_version, at_us FROM consent"
           " WHERE member_id = ANY($1::uuid[]) ORDER BY member_id, purpose, at_us DESC, message_id DESC"};
static const struct pg_statement ALL = {
    .name = "consent_all",
    .sql = "SELECT member_id, purpose, granted, text_version, at_us FROM consent WHERE member_id = ANY($1::uuid[])"
           " ORDER BY at_us, message_id"};
static const struct pg_statement PUT = {
    .name = "consent_put",
    .each = true,
    .sql = "INSERT INTO consent (member_id, message_id, purpose, granted, text_version, at_us)"
           " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bool[], $5::text[], $6::int8[])"};

struct pg_result *consent_store_newest_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid members[], size_t n)
{
    return pg_queue_ids(pg, ctx, &NEWEST, members, n);
}

struct pg_result *consent_store_all_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member)
{
    return pg_queue_ids(pg, ctx, &ALL, member, 1);
}

struct uuid consent_store_read(TALLOC_CTX *ctx, const struct pg_result *r, size_t row, struct consent *ret_consent)
{
    *ret_consent = (struct consent){.purpose = pg_get_text(ctx, r, row, 1),
                                    .granted = pg_get_bool(r, row, 2),
                                    .text_version = pg_get_text(ctx, r, row, 3),
                                    .at_us = pg_get_int8(r, row, 4)};
    return pg_get_uuid(r, row, 0);
}

struct pg_args *consent_store_put(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &PUT);
}

void consent_store_put_add(struct pg_args *args, const struct uuid *member, const struct uuid *message,
                           const struct consent *consent)
{
    pg_add_uuid(args, member);
    pg_add_uuid(args, message);
    pg_add_text(args, consent->purpose);
    pg_add_bool(args, consent->granted);
    pg_add_text(args, consent->text_version);
    pg_add_int8(args, consent->at_us);
}
