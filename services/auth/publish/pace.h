/* How jobs outside the loop that change much, or tell it again, keep pace with the loop that tells it: so that a record
 * that a command changes does not wait behind theirs. One thread for each connection, outside a transaction. */
#ifndef SOTAY_AUTH_PACE_H
#define SOTAY_AUTH_PACE_H

#include "common/pg/pg.h"
#include <stdbool.h>
#include <stdint.h>

struct pace {
    int64_t last, since_us; /* so much was not told at the last look; when it was last seen to become less */
};
struct pace pace_begin(void);
/* Before more is changed. Waits for a second at most while more than some thousand keys are not told; *ret_waits: they
 * still are not. Where nobody tells them for 10 s, it is not waited for until somebody does again: they are kept. */
MUST_CHECK enum err pace_look(struct pg *pg, struct pace *pace, bool *ret_waits);
/* The same, as long as it takes. */
MUST_CHECK enum err pace_keep(struct pg *pg, struct pace *pace);
/* At the end of `command`, blocks until Kafka has all that it committed, and prints it where nobody tells it now. */
MUST_CHECK enum err pace_end(struct pg *pg, const char *command);

#endif
