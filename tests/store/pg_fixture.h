/* What the tests of common/pg.h share: a database of their own with the tables `note` and `other`. SOTAY_TEST_PG: conninfo of a role
 * that may create databases; each run makes its own. */
#ifndef SOTAY_TESTS_STORE_PG_FIXTURE_H
#define SOTAY_TESTS_STORE_PG_FIXTURE_H

#include "common/pg.h"

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
int each_start(void **state); /* no notes; *state is a struct fixture */
int each_stop(void **state);
#define CASE(test) cmocka_unit_test_setup_teardown(test, each_start, each_stop)

void must(struct pg *pg, const char *sql);

#endif
