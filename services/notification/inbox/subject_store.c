#include "services/notification/inbox/subject_store.h"

#include "services/notification/audience/address_store.h"

struct pg_result *subject_store_lock(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *ids, size_t n)
{
    static const struct pg_statement LOCK_SUBJECTS = {
        .name = "lock_subjects",
        .each = true,
        .sql = "SELECT id, version, told_version, title, body, classification, withdrawn_at_us, rang_item,"
               " rang_at_us, rang_for_change, correction, " ADDRESS_COLUMNS
               " FROM subject WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE"};
    struct pg_args *args = pg_args(ctx, &LOCK_SUBJECTS);
    for (size_t i = 0; i < n; i++)
        pg_add_uuid(args, &ids[i]);
    return pg_queue(pg, args);
}

void subject_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct subject *ret_subject)
{
    *ret_subject = (struct subject){.id = pg_get_uuid(rows, row, 0),
                                    .version = (uint64_t)pg_get_int8(rows, row, 1),
                                    .told_version = (uint64_t)pg_get_int8(rows, row, 2),
                                    .title = pg_get_text(ctx, rows, row, 3),
                                    .body = pg_get_text(ctx, rows, row, 4),
                                    .classification = (Pb__Classification)pg_get_int8(rows, row, 5),
                                    .withdrawn_at_us = pg_get_int8(rows, row, 6)};
    ret_subject->rang = (struct subject_ring){.item = pg_get_uuid(rows, row, 7),
                                              .at_us = pg_get_int8(rows, row, 8),
                                              .of_change = pg_get_bool(rows, row, 9),
                                              .correction = pg_get_uuid(rows, row, 10),
                                              .has_correction = !pg_is_null(rows, row, 10)};
    address_store_read(ctx, rows, row, 11, &ret_subject->to);
}

struct pg_args *subject_store_rows(TALLOC_CTX *ctx)
{
    /* A clause a line. */
    /* clang-format off */
    static const struct pg_statement UPSERT_SUBJECTS = {
        .name = "upsert_subjects",
        .each = true,
        .sql = "INSERT INTO subject(id, version, told_version, title, body, classification, withdrawn_at_us,"
               " rang_item, rang_at_us, rang_for_change, correction, "
               ADDRESS_COLUMNS ")"
               " SELECT id, version, told_version, title, body, classification, withdrawn_at_us,"
               " rang_item, rang_at_us, rang_for_change, correction, "
               ADDRESS_COLUMNS_CAST
               " FROM unnest($1::uuid[], $2::int8[], $3::int8[], $4::text[], $5::text[], $6::int4[], $7::int8[],"
               "  $8::uuid[], $9::int8[], $10::bool[], $11::uuid[], $12::text[], $13::bool[], $14::text[], $15::text[],"
               "  $16::uuid[])"
               "  AS u(id, version, told_version, title, body, classification, withdrawn_at_us,"
               " rang_item, rang_at_us, rang_for_change, correction, "
               ADDRESS_COLUMNS ")"
               " ON CONFLICT (id) DO UPDATE SET version = excluded.version, told_version = excluded.told_version,"
               "  title = excluded.title, body = excluded.body, classification = excluded.classification,"
               "  withdrawn_at_us = excluded.withdrawn_at_us, rang_item = excluded.rang_item,"
               "  rang_at_us = excluded.rang_at_us, rang_for_change = excluded.rang_for_change,"
               "  correction = excluded.correction,"
               "  organization_ids = excluded.organization_ids, subtree = excluded.subtree, roles = excluded.roles,"
               "  member_ids = excluded.member_ids, within_id = excluded.within_id"};
    /* clang-format on */
    return pg_args(ctx, &UPSERT_SUBJECTS);
}

void subject_store_add(TALLOC_CTX *ctx, struct pg_args *rows, const struct subject *subject)
{
    pg_add_uuid(rows, &subject->id);
    pg_add_int8(rows, (int64_t)subject->version);
    pg_add_int8(rows, (int64_t)subject->told_version);
    pg_add_text(rows, subject->title);
    pg_add_text(rows, subject->body);
    pg_add_int4(rows, (int32_t)subject->classification);
    pg_add_int8_or_null(rows, subject->withdrawn_at_us != 0, subject->withdrawn_at_us);
    pg_add_uuid(rows, subject->rang.at_us != 0 ? &subject->rang.item : NULL);
    pg_add_int8_or_null(rows, subject->rang.at_us != 0, subject->rang.at_us);
    pg_add_bool(rows, subject->rang.of_change);
    pg_add_uuid(rows, subject->rang.has_correction ? &subject->rang.correction : NULL);
    address_store_add(ctx, rows, &subject->to);
}
