#include "services/notification/push/account_store.h"

struct pg_result *account_store_lease(TALLOC_CTX *ctx, struct pg *pg, const struct push_account *account)
{
    static const struct pg_statement LEASE_ACCOUNT = {
        .name = "lease_account",
        .sql = "INSERT INTO provider_account(name, lease_owner, lease_until, devices)"
               " VALUES ($1::text, $2::text, now() + $4::int8 * interval '1 s', $3::int4[])"
               " ON CONFLICT (name) DO UPDATE"
               " SET lease_owner = excluded.lease_owner, lease_until = excluded.lease_until, devices = excluded.devices"
               " WHERE provider_account.lease_owner IS NULL OR provider_account.lease_owner = excluded.lease_owner"
               "  OR provider_account.lease_until < now() RETURNING name"};
    struct pg_args *args = pg_args(ctx, &LEASE_ACCOUNT);
    pg_add_text(args, account->name);
    pg_add_text(args, account->owner);
    pg_add_int4s(args, account->devices, account->n_devices);
    pg_add_int8(args, ACCOUNT_LEASE_S);
    return pg_queue(pg, args);
}

void account_store_release(TALLOC_CTX *ctx, struct pg *pg, const struct push_account *account)
{
    static const struct pg_statement RELEASE_ACCOUNT = {
        .name = "release_account",
        .sql = "UPDATE provider_account SET lease_owner = NULL, lease_until = NULL"
               " WHERE name = $1::text AND lease_owner = $2::text"};
    struct pg_args *args = pg_args(ctx, &RELEASE_ACCOUNT);
    pg_add_text(args, account->name);
    pg_add_text(args, account->owner);
    (void)pg_queue(pg, args);
}
