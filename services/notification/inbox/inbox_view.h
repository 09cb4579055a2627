/* The query ListInbox: a member's inbox, a page. */
#ifndef SOTAY_NOTIFICATION_INBOX_VIEW_H
#define SOTAY_NOTIFICATION_INBOX_VIEW_H

#include "common/service/service.h"

/* Of the member in the query's scope; ERR_NOT_FOUND without one. */
MUST_CHECK enum err inbox_view_list(struct query *query);

#endif
