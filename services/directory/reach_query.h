/* The answer to GetReach, which the gateway's streams ask without a scope: a service gives the SQL of its things. */
#ifndef SOTAY_DIRECTORY_REACH_QUERY_H
#define SOTAY_DIRECTORY_REACH_QUERY_H

#include "common/service/service.h"
#include "sotay/v1/envelope.pb-c.h"

struct reach_rows {
    struct pg_result *(*queue)(TALLOC_CTX *ctx, struct pg *pg, const struct uuid ids[], size_t n);
    Pb__Reach *(*read)(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row);
};
/* For a query_handler's `answer`. */
enum err reach_answer(struct query *query, const struct reach_rows *of);

#endif
