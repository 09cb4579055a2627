/* What tests of pure rules share: a context and the problems of one case, and times as people say them. */
#ifndef SOTAY_TESTS_UNIT_RULES_H
#define SOTAY_TESTS_UNIT_RULES_H

#include "test.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/loop/problems.h"

static TALLOC_CTX *ctx;
static struct problems problems;

static int start(void **state)
{
    (void)state;
    ctx = mem_context(NULL, "test");
    problems.n = 0;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    mem_free(ctx);
    return 0;
}

static inline int64_t local(int year, int month, int day, int hour)
{
    return clock_date_start_us(clock_date_join(year, month, day)) + hour * CLOCK_HOUR_US;
}

static inline void assert_problem(const char *field, enum err code)
{
    assert_int_equal(problems.n, 1);
    assert_string_equal(problems.items[0].field, field);
    assert_int_equal(problems.items[0].code, code);
}

#endif
