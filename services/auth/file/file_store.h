/* SQL of which files rows of this service name: every column that holds the hash of one stands in it. */
#ifndef SOTAY_AUTH_FILE_STORE_H
#define SOTAY_AUTH_FILE_STORE_H

#include "common/pg/pg.h"

extern const struct pg_statement FILE_STORE_NAMED; /* as struct service_spec wants it */

#endif
