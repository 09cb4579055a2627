#include "pg_fixture.h"

#include "common/mem.h"

#include <stdlib.h>
#include <unistd.h>

char *database;
char *conninfo;
struct pg *admin;

void must(struct pg *pg, const char *sql)
{
    pg_queue_sql(pg, sql);
    enum err err = pg_flush(pg);
    if (err)
        print_error("%s: %s\n", sql, pg_message(pg));
    assert_int_equal(err, ERR_OK);
}

static const char TABLES[] =
    "CREATE TABLE note(id uuid CONSTRAINT note_pkey PRIMARY KEY, at_us int8, place int4, open bool, text text, body bytea,"
    " weight float8 CONSTRAINT note_weight_positive CHECK (weight > 0));"
    "CREATE TABLE other(id int4);";

static const struct pg_migration MIGRATIONS[] = {{"common", 1, TABLES}};

int start(void **state)
{
    (void)state;
    const char *server = getenv("SOTAY_TEST_PG");
    if (!server) {
        print_error("SOTAY_TEST_PG is not set\n");
        return 1;
    }
    admin = pg_new(NULL, server, NULL, 20000);
    database = mem_printf(admin, "sotay_test_pg_%d", (int)getpid());
    conninfo = mem_printf(admin, "%s dbname=%s", server, database);
    must(admin, mem_printf(admin, "CREATE DATABASE %s", database));
    struct pg *pg = pg_new(admin, conninfo, NULL, DEADLINE_MS);
    assert_int_equal(pg_migrate(pg, MIGRATIONS, 1), ERR_OK);
    mem_free(pg);
    return 0;
}

int stop(void **state)
{
    (void)state;
    must(admin, mem_printf(admin, "DROP DATABASE %s WITH (FORCE)", database));
    mem_free(admin);
    return 0;
}

int each_start(void **state)
{
    struct fixture *f = mem_new(NULL, struct fixture);
    f->ctx = f;
    f->pg = pg_new(f, conninfo, NULL, DEADLINE_MS);
    must(f->pg, "TRUNCATE note");
    *state = f;
    return 0;
}

int each_stop(void **state)
{
    mem_free(*state);
    return 0;
}
