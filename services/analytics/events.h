/* The projections loop: everything that is counted, as events and activity tell it. */
#ifndef SOTAY_ANALYTICS_EVENTS_H
#define SOTAY_ANALYTICS_EVENTS_H

#include "common/loop/loop.h"

enum {
    ANALYTICS_N_MEETING_EVENTS = 6,
    ANALYTICS_N_DOCUMENT_EVENTS = 3,
    ANALYTICS_N_AUTH_EVENTS = 3,
    ANALYTICS_N_ACTIVITY = 1
};
extern const struct loop_handler ANALYTICS_ORGANIZATION_HANDLERS[1];
extern const struct loop_handler ANALYTICS_MEMBER_HANDLERS[1];
extern const struct loop_handler ANALYTICS_MEETING_HANDLERS[ANALYTICS_N_MEETING_EVENTS];
extern const struct loop_handler ANALYTICS_DOCUMENT_HANDLERS[ANALYTICS_N_DOCUMENT_EVENTS];
extern const struct loop_handler ANALYTICS_AUTH_HANDLERS[ANALYTICS_N_AUTH_EVENTS];
extern const struct loop_handler ANALYTICS_ACTIVITY_HANDLERS[ANALYTICS_N_ACTIVITY];

#endif
