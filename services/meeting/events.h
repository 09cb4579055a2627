/* The projections loop: what this service must know of others. Organisations and members (services/directory) and
 * documents, whose ids an agenda may name and whose titles it shows. */
#ifndef SOTAY_MEETING_EVENTS_H
#define SOTAY_MEETING_EVENTS_H

#include "common/loop/loop.h"

enum { MEETING_N_DOCUMENT_EVENTS = 3 };
extern const struct loop_handler MEETING_DOCUMENT_HANDLERS[MEETING_N_DOCUMENT_EVENTS];
extern const struct loop_ops MEETING_PROJECTION_OPS;

#endif
