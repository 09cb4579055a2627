/* The projections loop: what others' events make of inboxes, devices and pushes. */
#ifndef SOTAY_NOTIFICATION_EVENTS_H
#define SOTAY_NOTIFICATION_EVENTS_H

#include "common/loop/loop.h"

enum { NOTIFICATION_N_DEVICE_EVENTS = 2, NOTIFICATION_N_MEETING_EVENTS = 5, NOTIFICATION_N_DOCUMENT_EVENTS = 3 };
extern const struct loop_handler NOTIFICATION_MEMBER_HANDLERS[1]; /* the directory's, and a member's intervals */
extern const struct loop_handler NOTIFICATION_DEVICE_HANDLERS[NOTIFICATION_N_DEVICE_EVENTS];
extern const struct loop_handler NOTIFICATION_MEETING_HANDLERS[NOTIFICATION_N_MEETING_EVENTS];
extern const struct loop_handler NOTIFICATION_DOCUMENT_HANDLERS[NOTIFICATION_N_DOCUMENT_EVENTS];
extern const struct loop_ops NOTIFICATION_PROJECTION_OPS;

#endif
