/* The query ListInbox: a member's inbox, a page. */
#ifndef SOTAY_NOTIFICATION_INBOX_VIEW_H
#define SOTAY_NOTIFICATION_INBOX_VIEW_H

#include "common/service/service.h"

extern const struct query_table INBOX_QUERIES;

#endif
