/* The operator's command `notification --config FILE accounts retire OLD [NEW]`: an account at a provider is renamed,
 * or given up. */
#ifndef SOTAY_NOTIFICATION_ACCOUNTS_H
#define SOTAY_NOTIFICATION_ACCOUNTS_H

#include "common/service/service.h"

#define ACCOUNTS_USAGE "retire OLD [NEW]"
int accounts_command(struct service *service, int argc, char **argv); /* exit code */

#endif
