/* `urgent` rings phones at any hour, so its use is audited: whoever publishes says it on audit.events, from where auth
 * adds it to the audit. On the loop's thread. */
#ifndef SOTAY_DIRECTORY_URGENCY_H
#define SOTAY_DIRECTORY_URGENCY_H

#include "common/loop/loop.h"
#include "sotay/v1/audit.pb-c.h"

/* The message's actor sent `subject`, of `organization`, as urgent. What a timer publishes later was said when a person
 * asked for it, and nothing is said again. */
void urgency_tell(const struct loop_message *message, Pb__AuditSubject__Type type, const struct uuid *subject,
                  const struct uuid *organization);

#endif
