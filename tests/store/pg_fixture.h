/* What the tests of SQL share: for each program a database of its own, for each case a connection. SOTAY_TEST_PG:
 * conninfo of a role that may create databases. What is in the database is the program's to say (fixture_fill,
 * fixture_reset). */
#ifndef SOTAY_TESTS_STORE_PG_FIXTURE_H
#define SOTAY_TESTS_STORE_PG_FIXTURE_H

#include "common/pg/pg.h"

#include <setjmp.h>
#include <stdarg.h>
/* cmocka.h needs the two above */
#include <cmocka.h>

enum { DEADLINE_MS = 5000 };

extern char *database;   /* name */
extern char *conninfo;   /* of that database */
extern struct pg *admin; /* on the server's own */

struct fixture {
    TALLOC_CTX *ctx;
    struct pg *pg;
};

int start(void **state);
int stop(void **state);
int each_start(void **state); /* *state is a struct fixture */
int each_stop(void **state);
#define CASE(test) cmocka_unit_test_setup_teardown(test, each_start, each_stop)

/* The program's: schema and rows of a new database; what each case begins with. */
void fixture_fill(struct pg *pg);
void fixture_reset(struct pg *pg);

/* These must succeed. */
void must(struct pg *pg, const char *sql);
void must_all(struct pg *pg, const char *statements); /* each ended by a semicolon */
void must_flush(struct pg *pg);
#define MUST_MIGRATE(pg, name) assert_int_equal(pg_migrate(pg, name##_migrations, name##_n_migrations), ERR_OK)

#endif
