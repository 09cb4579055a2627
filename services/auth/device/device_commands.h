/* A member's devices in a batch of auth.commands, and RemoveDevice. The aggregate is the member, and the actor must be
 * that member. Whether a device may be registered is its session's to say (session/session_commands.c), which also ends
 * it. On the loop's thread. */
#ifndef SOTAY_AUTH_DEVICE_COMMANDS_H
#define SOTAY_AUTH_DEVICE_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part DEVICE_PART;

/* For those who decide, in their `want`: all devices of a member; those of the message's aggregate, and who has the
 * token of a RegisterDevice. */
void device_want_of(const struct loop_message *message, const struct uuid *member);
void device_want_register(const struct loop_message *message);

/* And in their `apply`. Registers the device that the message, a RegisterDevice, names, for its session; answers. */
void device_register(const struct loop_message *message);
/* Removes the devices that this session registered. */
void device_end_with_session(const struct loop_message *message, const struct uuid *session);
/* Removes all that the member has. */
void device_end_of_member(const struct loop_message *message, const struct uuid *member);

#endif
