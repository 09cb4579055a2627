/* The query GetDelivery: what became of a push. */
#ifndef SOTAY_NOTIFICATION_DELIVERY_VIEW_H
#define SOTAY_NOTIFICATION_DELIVERY_VIEW_H

#include "common/service/service.h"

/* GetDelivery is answered to the issuing organisation's heads, and to officers of that very organisation. To others
 * there is none. */
extern const struct query_table DELIVERY_QUERIES;

#endif
