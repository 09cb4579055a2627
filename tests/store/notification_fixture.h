/* What the tests of services/notification/store.h share: a database of their own, and in it a ward with branch 10B (secretary, member) and
 * branch 4 (a member who was in 10B until time 1000). SOTAY_TEST_PG: conninfo of a role that may create databases. */
#ifndef SOTAY_TESTS_STORE_NOTIFICATION_FIXTURE_H
#define SOTAY_TESTS_STORE_NOTIFICATION_FIXTURE_H

#include "services/notification/store.h"

#include <setjmp.h>
#include <stdarg.h>
/* cmocka.h needs the two above */
#include <cmocka.h>

struct fixture {
    TALLOC_CTX *ctx;
    struct pg *pg;
};

enum { NOW = 5000, BEFORE_MOVE = 500, AFTER_MOVE = 2000 };

extern const struct uuid WARD, BRANCH_10B, SECRETARY, MEMBER, MOVED, OUTSIDER;
extern const struct audience TO_10B, TO_WARD_BELOW, TO_WARD, TO_HEADS, TO_ONE;

int start(void **state);
int stop(void **state);
int each_start(void **state); /* no items; *state is a struct fixture */
int each_stop(void **state);
#define CASE(test) cmocka_unit_test_setup_teardown(test, each_start, each_stop)

void flush(struct fixture *f); /* must succeed */

/* Issued by branch 10B; its subject is {0xd0, id}. */
struct notification item_of(uint8_t id, int64_t created_at_us, const struct audience *audience);
void keep(struct fixture *f, const struct store_item *item);

#endif
