/* `auth activation-code CARD [--new]`: prints a code for a member's first sign-in, which the operator hands over. While
 * a code lives, only --new makes another, which ends it. Main's thread; returns the exit code. */
#ifndef SOTAY_AUTH_ACTIVATION_COMMAND_H
#define SOTAY_AUTH_ACTIVATION_COMMAND_H

#include "common/service/service.h"

int activation_command(struct service *service, int argc, char **argv);

#endif
