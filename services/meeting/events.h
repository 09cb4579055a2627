/* The projections loop: what this service must know of others. Organisations and members (services/directory) and
 * documents, whose ids an agenda may name and whose titles it shows. */
#ifndef SOTAY_MEETING_EVENTS_H
#define SOTAY_MEETING_EVENTS_H

#include "common/loop/loop.h"

extern const struct loop_part MEETING_PROJECTION_PART; /* beside DIRECTORY_PART */

#endif
