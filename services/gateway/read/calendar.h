/* GET /v1/calendars/{feed_token}: a member's meetings for calendar programs (RFC 5545). Whoever has the address is not
 * signed in, so it says hours and a generic title, and nothing else of a meeting. */
#ifndef SOTAY_GATEWAY_CALENDAR_H
#define SOTAY_GATEWAY_CALENDAR_H

struct call;
/* Asks auth whose the address is, then meeting, page by page. Replies, later. */
void calendar_get(struct call *call);

#endif
