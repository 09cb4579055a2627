/* `auth demo-token CARD…`, in demo builds only: prints an access token for each card, one a line in their order, and
 * stops at the first card that has no member. Main's thread; returns the exit code. */
#ifndef SOTAY_AUTH_DEMO_TOKEN_H
#define SOTAY_AUTH_DEMO_TOKEN_H

#include "common/service/service.h"

int demo_token_command(struct service *service, int argc, char **argv);

#endif
