#include "pg_fixture.h"

#include "common/base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *database;
char *conninfo;
struct pg *admin;

static void must_be_ok(struct pg *pg, enum err err, const char *sql)
{
    if (err)
        print_error("%s: %s\n", sql, pg_message(pg));
    assert_int_equal(err, ERR_OK);
}

void must(struct pg *pg, const char *sql)
{
    pg_queue_sql(pg, sql);
    must_be_ok(pg, pg_flush(pg), sql);
}

void must_all(struct pg *pg, const char *statements)
{
    char *copy = mem_text(NULL, statements), *rest = copy;
    for (char *sql; (sql = strsep(&rest, ";")) && *sql;)
        must(pg, sql);
    mem_free(copy);
}

void must_flush(struct pg *pg)
{
    must_be_ok(pg, pg_flush(pg), "flush");
}

int start(void **state)
{
    (void)state;
    const char *server = getenv("SOTAY_TEST_PG");
    if (!server) {
        print_error("SOTAY_TEST_PG is not set\n");
        return 1;
    }
    admin = pg_new(NULL, server, NULL, 20000);
    database = mem_printf(admin, "%s_%d", program_invocation_short_name, (int)getpid());
    conninfo = mem_printf(admin, "%s dbname=%s", server, database);
    must(admin, mem_printf(admin, "CREATE DATABASE %s", database));
    struct pg *pg = pg_new(admin, conninfo, NULL, DEADLINE_MS);
    fixture_fill(pg);
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
    fixture_reset(f->pg);
    *state = f;
    return 0;
}

int each_stop(void **state)
{
    mem_free(*state);
    return 0;
}
