/* Who has read what: a reading counts once, at its earliest time, in the branch where its reader was then. Pure: no
 * I/O, no clock. */
#ifndef SOTAY_ANALYTICS_READING_H
#define SOTAY_ANALYTICS_READING_H

#include "common/base/uuid.h"
#include "services/analytics/counts/counted.h"
#include "sotay/v1/directory.pb-c.h"
#include "sotay/v1/shapes.pb-c.h"
#include <stdbool.h>

struct reading {
    bool is_known;
    Pb__SubjectType type;
    int64_t at_us;   /* the earliest that was told */
    bool has_branch; /* false: its reader's branch at that time is not known yet */
    struct uuid branch;
};

/* A reading that lies in the future counts as now, one of long ago as that: phones' clocks are wrong. */
int64_t reading_at(int64_t claimed_at_us, int64_t now_us);
/* The branch that the member was in; before his first, that one: phones' clocks are wrong. False: none, or not known
 * (NULL). */
bool reading_branch_at(const Pb__DirectoryMember *record, int64_t at_us, struct uuid *ret_branch);
/* Of a reading in a branch, in the month of its time. */
struct month_counts reading_count(const struct reading *reading);
bool reading_same(const struct reading *a, const struct reading *b);

#endif
