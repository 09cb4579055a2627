/* What other services have to say to the audit (audit.events). On the loop's thread. */
#ifndef SOTAY_AUTH_AUDIT_EVENTS_H
#define SOTAY_AUTH_AUDIT_EVENTS_H

#include "common/loop/loop.h"

/* A batch that has it needs AUDIT_PART as well. */
extern const struct loop_part AUDIT_EVENTS_PART;

#endif
