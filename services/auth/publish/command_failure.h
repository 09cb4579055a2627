/* How a command of the command line that changes or publishes the roster ends when it fails. Main's thread. */
#ifndef SOTAY_AUTH_COMMAND_FAILURE_H
#define SOTAY_AUTH_COMMAND_FAILURE_H

#include "common/pg/pg.h"

/* Prints why `command` failed, with PostgreSQL's last message if `pg` is given; returns the exit code. */
int command_failure(const char *command, enum err err, const struct pg *pg);

#endif
