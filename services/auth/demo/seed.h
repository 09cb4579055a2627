/* `auth seed-demo`, in demo builds only: accounts for everybody, devices of the push simulator for those who have a
 * phone, second factors that everybody knows. Main's thread; returns the exit code. */
#ifndef SOTAY_AUTH_SEED_H
#define SOTAY_AUTH_SEED_H

#include "common/service/service.h"

int seed_command(struct service *service, int argc, char **argv);

#endif
