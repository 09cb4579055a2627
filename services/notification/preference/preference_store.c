#include "services/notification/preference/preference_store.h"

static const struct pg_statement OF_MEMBERS = {
    .name = "preference_of_members",
    .sql = "SELECT member_id, version, digest, locale, coalesce(quiet_from, -1), coalesce(quiet_to, -1),"
           "    meetings, documents, surveys, reminders FROM preference WHERE member_id = ANY($1::uuid[])"};
static const struct pg_statement PUT = {
    .name = "preference_put",
    .each = true,
    .sql =
        "INSERT INTO preference (member_id, version, digest, locale, quiet_from, quiet_to, meetings, documents,"
        "    surveys, reminders, changed_at_us)"
        " SELECT member, version, digest, locale, nullif(quiet_from, -1), nullif(quiet_to, -1), meetings, documents,"
        "    surveys, reminders, at"
        " FROM unnest($1::uuid[], $2::int8[], $3::int4[], $4::int4[], $5::int4[], $6::int4[], $7::bool[], $8::bool[],"
        "    $9::bool[], $10::bool[], $11::int8[]) u(member, version, digest, locale, quiet_from, quiet_to, meetings,"
        "    documents, surveys, reminders, at)"
        " ON CONFLICT (member_id) DO UPDATE SET version = excluded.version, digest = excluded.digest,"
        "    locale = excluded.locale, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to,"
        "    meetings = excluded.meetings, documents = excluded.documents, surveys = excluded.surveys,"
        "    reminders = excluded.reminders, changed_at_us = excluded.changed_at_us"};

struct pg_result *preference_store_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid members[], size_t n)
{
    return pg_queue_ids(pg, ctx, &OF_MEMBERS, members, n);
}

struct preference preference_store_read(const struct pg_result *r, size_t row)
{
    return (struct preference){.member = pg_get_uuid(r, row, 0),
                               .version = (uint64_t)pg_get_int8(r, row, 1),
                               .digest = (Pb__DigestChoice)pg_get_int8(r, row, 2),
                               .locale = (Pb__Locale)pg_get_int8(r, row, 3),
                               .quiet_from = (int32_t)pg_get_int8(r, row, 4),
                               .quiet_to = (int32_t)pg_get_int8(r, row, 5),
                               .meetings = pg_get_bool(r, row, 6),
                               .documents = pg_get_bool(r, row, 7),
                               .surveys = pg_get_bool(r, row, 8),
                               .reminders = pg_get_bool(r, row, 9)};
}

struct pg_args *preference_store_put(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &PUT);
}

void preference_store_put_add(struct pg_args *args, const struct preference *preference, int64_t now_us)
{
    pg_add_uuid(args, &preference->member);
    pg_add_int8(args, (int64_t)preference->version);
    pg_add_int4(args, (int32_t)preference->digest);
    pg_add_int4(args, (int32_t)preference->locale);
    pg_add_int4(args, preference->quiet_from);
    pg_add_int4(args, preference->quiet_to);
    pg_add_bool(args, preference->meetings);
    pg_add_bool(args, preference->documents);
    pg_add_bool(args, preference->surveys);
    pg_add_bool(args, preference->reminders);
    pg_add_int8(args, now_us);
}
