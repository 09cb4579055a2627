/* The query GetDelivery: what became of a push. */
#ifndef SOTAY_NOTIFICATION_DELIVERY_VIEW_H
#define SOTAY_NOTIFICATION_DELIVERY_VIEW_H

#include "common/service/service.h"

/* Seen by the issuing organisation's heads, and by officers of that very organisation. ERR_NOT_FOUND to others. */
MUST_CHECK enum err delivery_view_get(struct query *query);

#endif
