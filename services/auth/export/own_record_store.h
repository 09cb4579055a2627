/* What is kept of a member beside what he sees elsewhere (GetOwnRecord). Blocks for two round trips; results are owned
 * by `ctx`; one thread for each connection. */
#ifndef SOTAY_AUTH_OWN_RECORD_STORE_H
#define SOTAY_AUTH_OWN_RECORD_STORE_H

#include "common/pg/pg.h"
#include "sotay/v1/own_data.pb-c.h"

/* NULL: no such member. States of recoveries are those at `now_us`. */
MUST_CHECK enum err own_record_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, int64_t now_us,
                                          Pb__OwnRecord **ret_record);

#endif
