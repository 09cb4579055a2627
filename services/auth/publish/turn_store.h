/* The turn to publish the roster. Whoever publishes records of organisations and members (an import, a republication,
 * bootstrap) does so alone: so the newest version of a record is the last one on its topic. The turn is an advisory
 * lock of PostgreSQL, held by the connection. One thread for each connection. */
#ifndef SOTAY_AUTH_TURN_STORE_H
#define SOTAY_AUTH_TURN_STORE_H

#include "common/pg/pg.h"

/* To be called before each page that is published, not once: a connection that was lost and made again has lost the
 * turn, and takes it again with the next page. ERR_OWNER_LOST: another process has it. Blocks for one round trip. */
MUST_CHECK enum err turn_store_take(struct pg *pg, TALLOC_CTX *ctx);
/* Gives the turn back. After a failure the caller closes the connection instead. */
void turn_store_give_back(struct pg *pg, TALLOC_CTX *ctx);

#endif
