/* GiveConsent: the part of a batch that keeps what members agreed to. On the loop's thread. */
#ifndef SOTAY_AUTH_CONSENT_COMMANDS_H
#define SOTAY_AUTH_CONSENT_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part CONSENT_PART;

#endif
