/* SQL of fact_reminded and fact_recalled (schema/). Queues on the caller's pipeline, on its thread. */
#ifndef SOTAY_ANALYTICS_REMINDER_STORE_H
#define SOTAY_ANALYTICS_REMINDER_STORE_H

#include "common/pg/pg.h"

/* Those of one notification: one row of each of its branches. What is there stays. */
struct reminded {
    struct uuid notification;
    const struct uuid *branches;
    size_t n_branches;
    int32_t month;
    int64_t at_us;
};
void reminder_store_write(struct pg *pg, TALLOC_CTX *ctx, const struct reminded *reminded);
void reminder_store_recall(struct pg *pg, TALLOC_CTX *ctx, const struct uuid notifications[], size_t n);

/* As a column: when the branch of row `o` was reminded last of the month `month`; NULL: never. */
#define REMINDED_AT(month)                                                                        \
    "(SELECT r.at_us FROM fact_reminded r WHERE r.organization_id = o.id AND r.month = " month    \
    " AND NOT EXISTS (SELECT 1 FROM fact_recalled x WHERE x.notification_id = r.notification_id)" \
    " ORDER BY r.at_us DESC LIMIT 1)"

#endif
