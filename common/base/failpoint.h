/* Failpoints: between every two steps of accept, commit and announce, in test builds only (SOTAY_FAILPOINTS), nothing
 * otherwise. Armed over HTTP: POST /failpoints?name=loop.commit.before&action=kill|hang|fail&after=N (fires once, on
 * the N-th pass, 1 by default; `hang` ends by POST action=off). GET /failpoints lists names, one a line: each registers
 * at start-up; " armed" follows a name whose pass has not come yet. Any thread.
 *
 *     FAILPOINT("loop.commit.before");           kill (-9 of ourselves) and hang
 *     if (FAILPOINT_FAILS("pg.flush")) return ERR_RETRY; */
#ifndef SOTAY_COMMON_FAILPOINT_H
#define SOTAY_COMMON_FAILPOINT_H

#include "common/base/err.h"
#include <stdbool.h>
#include <talloc.h>

#ifdef SOTAY_FAILPOINTS
bool failpoint_pass(const char *name);                                              /* true: fail here once */
MUST_CHECK enum err failpoint_arm(const char *name, const char *action, int after); /* ERR_NOT_FOUND, ERR_INVALID */
char *failpoint_list(TALLOC_CTX *ctx);
/* The linker gathers the names in a section of their own: that is how they are known before they are first passed. */
#define FAILPOINT_FAILS(name)                                                                          \
    ({                                                                                                 \
        static const char *const failpoint_name __attribute__((section("failpoints"), used)) = (name); \
        failpoint_pass(failpoint_name);                                                                \
    })
#define FAILPOINT(name) ((void)FAILPOINT_FAILS(name))
#else
#define FAILPOINT(name) ((void)0)
#define FAILPOINT_FAILS(name) false
#endif

#endif
