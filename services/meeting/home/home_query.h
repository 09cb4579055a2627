/* GetHome: the member's next meeting, his contact, and what he has to do, as far as this service knows. Only of his own
 * branch and of where he holds a position: an officer's home is not that of all the branches below him. */
#ifndef SOTAY_MEETING_HOME_QUERY_H
#define SOTAY_MEETING_HOME_QUERY_H

#include "common/service/service.h"

extern const struct query_table HOME_QUERIES;

#endif
