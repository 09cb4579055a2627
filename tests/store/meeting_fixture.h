/* What the tests of services/meeting/store.h share: a database of their own, and in it a city with one ward, branch 10B (secretary,
 * member, one exempt, one who left) and branch 4. SOTAY_TEST_PG: conninfo of a role that may create databases. */
#ifndef SOTAY_TESTS_STORE_MEETING_FIXTURE_H
#define SOTAY_TESTS_STORE_MEETING_FIXTURE_H

#include "services/meeting/store.h"

#include <setjmp.h>
#include <stdarg.h>
/* cmocka.h needs the two above */
#include <cmocka.h>

struct fixture {
    TALLOC_CTX *ctx;
    struct pg *pg;
};

extern const struct uuid CITY, WARD, BRANCH_10B, BRANCH_4, SECRETARY, MEMBER;

int start(void **state);
int stop(void **state);
int each_start(void **state); /* no meetings; *state is a struct fixture */
int each_stop(void **state);
#define CASE(test) cmocka_unit_test_setup_teardown(test, each_start, each_stop)

void must(struct pg *pg, const char *sql);

/* A batch: BEGIN and load what was named; write and COMMIT. `write_whole` must succeed. */
struct work *load_named(struct fixture *f, struct work *work);
struct work *load(struct fixture *f, const struct uuid *meeting);
enum err write_batch(struct fixture *f, struct work *work);
void write_whole(struct fixture *f, struct work *work);

int64_t december(int day); /* 2026, 19:00 local */
/* Published and regular; the one with id 1 has an agenda of two items, the first with document d1. */
struct meeting meeting_of(uint8_t id, const struct uuid *org, int64_t starts_at_us);
void keep(struct fixture *f, const struct meeting *meeting);

struct store_comment comment_of(uint8_t id, const struct uuid *author, int visibility);
/* Meeting 1 with 0x11 of the member, 0x12 of the member for the secretary alone, 0x13 of the secretary. */
void comment_thrice(struct fixture *f);

#endif
