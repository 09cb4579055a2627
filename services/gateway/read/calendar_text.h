/* Meetings as an iCalendar object (RFC 5545), written by libical. Local time with its zone. Any thread. */
#ifndef SOTAY_GATEWAY_CALENDAR_TEXT_H
#define SOTAY_GATEWAY_CALENDAR_TEXT_H

#include "sotay/v1/meeting.pb-c.h"
#include <stddef.h>
#include <talloc.h>

/* Drafts are left out. Owned by ctx. */
char *calendar_text(TALLOC_CTX *ctx, Pb__Meeting *const meetings[], size_t n);

#endif
