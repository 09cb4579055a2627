/* `auth import [--dry-run] organizations.csv members.csv`. Main's thread; returns the exit code. */
#ifndef SOTAY_AUTH_IMPORT_COMMAND_H
#define SOTAY_AUTH_IMPORT_COMMAND_H

#include "common/service/service.h"

int import_command(struct service *service, int argc, char **argv);

#endif
