/* How far a branch is with its regular meeting of a month. Pure: no I/O, no clock. */
#ifndef SOTAY_ANALYTICS_COMPLIANCE_H
#define SOTAY_ANALYTICS_COMPLIANCE_H

#include "services/directory/rules.h"
#include "sotay/v1/analytics.pb-c.h"

/* Times of 0: not yet, or none. */
struct compliance_branch {
    struct uuid id;
    const char *code, *name;
    const struct uuid *path; /* root first, itself last */
    size_t n_path;
    const Pb__DirectoryRules *rules; /* said on its path; NULL: nothing */
    Pb__Compliance__Secretary *secretary;
    int64_t registered_at_us, starts_at_us, resolution_due_at_us, resolution_published_at_us, reminded_at_us;
    bool is_registered, is_on_time, is_held, is_overdue;
};

/* ACCESS.md, compliance: D, S, K of the organisation itself, O over the subtree. An administrator has counts only. */
bool compliance_may_see(unsigned standing);

/* By the rules that held when it was due, as far as that is known; those of today say when a later month's is due. */
int64_t compliance_due_us(const struct compliance_branch *branch, int32_t month, int64_t now_us);

/* But for the path, whose names are in other rows. Strings are borrowed from the branch. */
Pb__Compliance *compliance_view(TALLOC_CTX *ctx, const struct compliance_branch *branch, int32_t month, int64_t now_us);

#endif
