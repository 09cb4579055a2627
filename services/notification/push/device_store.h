/* SQL of the table `device`: the projection of auth.events, which phones a member has. Queues on the pipeline of the
 * caller's thread. */
#ifndef SOTAY_NOTIFICATION_DEVICE_STORE_H
#define SOTAY_NOTIFICATION_DEVICE_STORE_H

#include "common/base/uuid.h"
#include "common/pg/pg.h"

/* What was said of a device, borrowed from the event. Of every provider, whether an account sends to it or not. */
struct device {
    struct uuid member;
    const char *device_id, *token; /* token: NULL: removed */
    int32_t provider;              /* Pb__Provider */
    int64_t at_us;                 /* registered or removed; the newest wins */
};

/* A token belongs to the device that registered it last. */
void device_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct device *const devices[], size_t n);

#endif
