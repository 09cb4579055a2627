/* SQL of compliance: branches of a subtree beside their regular meetings of a month (directory_organization,
 * fact_meeting). Queues on the caller's pipeline, on its thread. */
#ifndef SOTAY_ANALYTICS_COMPLIANCE_STORE_H
#define SOTAY_ANALYTICS_COMPLIANCE_STORE_H

#include "common/pg/pg.h"
#include "services/analytics/compliance/compliance.h"

struct compliance_wanted {
    const struct uuid *organization;     /* the subtree's root */
    const struct directory_scope *scope; /* only branches whose compliance it sees */
    bool is_all;                         /* the root's, and the scope sees all below it */
    int32_t month;
    bool has_state;
    Pb__ComplianceState state;
    const struct uuid *after; /* the last branch of the page before; NULL: the first page */
    int64_t now_us, limit;
};

/* Branches that are, and those that have ended if they met, or were to meet, in that month. In the order of their
 * codes; a branch of which two meetings were heard may come twice in a row, but not on two pages. */
struct pg_result *compliance_store_list(struct pg *pg, TALLOC_CTX *ctx, const struct compliance_wanted *wanted);
void compliance_store_get(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row,
                          struct compliance_branch *ret_branch);

#endif
