/* `auth audit-verify`: walks the chain of the audit. Main's thread. */
#ifndef SOTAY_AUTH_AUDIT_COMMAND_H
#define SOTAY_AUTH_AUDIT_COMMAND_H

#include "common/pg/pg.h"
#include "services/auth/audit/audit.h"

struct service;

struct audit_verdict {
    int64_t rows;           /* that follow each other */
    struct audit_link last; /* of them */
    int64_t broken_number;  /* of the first row that does not */
    const char *broken;     /* why; NULL: all do */
};
MUST_CHECK enum err audit_verify(struct pg *pg, struct audit_verdict *ret_verdict);

/* Prints how many rows there are, the last one's hash, and the first break. Exit status 1: there is one. */
int audit_verify_command(struct service *service, int argc, char **argv);

#endif
