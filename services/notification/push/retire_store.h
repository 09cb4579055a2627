/* SQL that ends an account of the table `provider_account`, for the operator. */
#ifndef SOTAY_NOTIFICATION_RETIRE_STORE_H
#define SOTAY_NOTIFICATION_RETIRE_STORE_H

#include "common/pg/pg.h"

/* The account is listed no more, in one transaction. What it has still to send and to try again goes on at `heir`,
 * which is listed with its devices; what the heir sends by itself ends here. Without an heir (NULL) all of it ends, and
 * devices that were to be tried again are recorded as expired. Pushes of which nothing is left are settled.
 * ERR_NOT_FOUND: it is not listed. ERR_WRONG_STATE: a sender holds its lease, or the heir is the account itself.
 * Blocks. */
MUST_CHECK enum err retire_store_account(TALLOC_CTX *ctx, struct pg *pg, const char *account, const char *heir,
                                         int64_t at_us);

#endif
