/* SQL of hosts, over the directory's tables. Everything queues on the pipeline; results are read after the caller's
 * flush. One thread: the owner of the pg. */
#ifndef SOTAY_MEETING_HOST_STORE_H
#define SOTAY_MEETING_HOST_STORE_H

#include "common/base/uuid_map.h"
#include "common/pg/pg.h"
#include "services/meeting/host/host.h"

/* o is the organisation's row. */
#define HOST_COLUMNS "o.id, o.name, o.level, o.path, o.state, o.meeting_day"
/* Puts it into a map of struct meeting_host, from the given column on; does nothing where o is NULL. */
void host_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, int column, struct uuid_map *hosts);

/* No ids queue nothing. */
struct pg_result *host_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *orgs, size_t n);
void host_store_read_all(TALLOC_CTX *ctx, const struct pg_result *rows, struct uuid_map *hosts);

/* Adds contacts, counts and rules to hosts that are known, named by themselves or by their meetings. Nothing named
 * queues nothing. */
struct host_audiences {
    const struct uuid_map *orgs, *meetings;
};
struct pg_result *host_store_queue_audiences(TALLOC_CTX *ctx, struct pg *pg, const struct host_audiences *named);
void host_store_read_audiences(TALLOC_CTX *ctx, const struct pg_result *rows, struct uuid_map *hosts);

#endif
