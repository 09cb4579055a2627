/* Migrations: rare, whole files, blocking and without a statement timeout, outside pipeline mode. */
#include "common/pg/pg_internal.h"

#include "common/base/clock.h"
#include "common/base/mem.h"

/* Any constant: one migration at a time in a database. */
#define LOCK "SELECT pg_advisory_lock(7363827102)"
#define UNLOCK "SELECT pg_advisory_unlock(7363827102)"

#define CREATE_TABLE                               \
    "CREATE TABLE IF NOT EXISTS schema_migration(" \
    "module text, number int, applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (module, number))"

static enum err execute(struct pg *pg, const char *sql)
{
    PGresult *result = PQexec(pg->conn, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        pg_error_result(pg, result);
    PQclear(result);
    return pg->err;
}

static enum err execute_for(struct pg *pg, const struct pg_migration *migration, const char *sql, bool *ret_found)
{
    TALLOC_CTX *ctx = mem_context(NULL, "pg_migrate");
    const char *values[] = {migration->module, mem_printf(ctx, "%d", migration->number)};
    PGresult *result = PQexecParams(pg->conn, sql, 2, NULL, values, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        pg_error_result(pg, result);
    *ret_found = PQntuples(result) > 0;
    PQclear(result);
    mem_free(ctx);
    return pg->err;
}

static enum err apply_in_transaction(struct pg *pg, const struct pg_migration *migration)
{
    bool unused;
    enum err err = execute(pg, "BEGIN");
    if (!err)
        err = execute(pg, migration->sql);
    if (!err)
        err = execute_for(pg, migration, "INSERT INTO schema_migration(module, number) VALUES ($1::text, $2::int)",
                          &unused);
    return err ? err : execute(pg, "COMMIT");
}

static enum err apply(struct pg *pg, const struct pg_migration *migration)
{
    bool found;
    enum err err = execute_for(pg, migration,
                               "SELECT 1 FROM schema_migration WHERE module = $1::text AND number = $2::int", &found);
    if (err || found)
        return err;
    return apply_in_transaction(pg, migration);
}

static enum err apply_all(struct pg *pg, const struct pg_migration migrations[], size_t n)
{
    enum err err = execute(pg, CREATE_TABLE);
    for (size_t i = 0; i < n && !err; i++)
        err = apply(pg, &migrations[i]);
    return err;
}

static enum err migrate_locked(struct pg *pg, const struct pg_migration migrations[], size_t n)
{
    enum err err = execute(pg, LOCK); /* waits no longer than the statement timeout; the migrations may */
    if (!err)
        err = execute(pg, "SET statement_timeout = 0");
    if (!err)
        err = apply_all(pg, migrations, n);
    if (err)
        return err;
    err = execute(pg, UNLOCK);
    return err ? err : execute(pg, "RESET statement_timeout");
}

enum err pg_migrate(struct pg *pg, const struct pg_migration migrations[], size_t n)
{
    enum err err = pg_flush(pg);
    if (err)
        return err;
    pg_error_clear(pg);
    err = pg_connect(pg, clock_monotonic_us() + pg->deadline_ms * INT64_C(1000));
    if (!err)
        err = pg_pipeline_leave(pg);
    if (!err)
        err = migrate_locked(pg, migrations, n);
    if (!err)
        return pg_pipeline_enter(pg);
    pg_disconnect(pg); /* and with it the open transaction and the lock */
    return err;
}
