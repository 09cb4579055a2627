/* How jobs outside the loop that change much, or tell it again, keep pace with the loop that tells it: so that a record
 * that a command changes does not wait behind theirs. One thread for each connection, outside a transaction. */
#ifndef SOTAY_AUTH_PACE_H
#define SOTAY_AUTH_PACE_H

#include "common/pg/pg.h"

/* Before more is changed: blocks while more than some thousand keys wait. Where nobody tells them, *tells becomes
 * false, and that is not waited for again: the keys are kept until auth runs. */
MUST_CHECK enum err pace_keep(struct pg *pg, bool *tells);
/* At the end of `command`, blocks until Kafka has all that it committed, and prints it where nobody tells it now. */
MUST_CHECK enum err pace_end(struct pg *pg, const char *command);

#endif
