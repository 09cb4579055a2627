/* A service's own threads that take up work by themselves: what somebody asked for at whatever instance, or what one
 * began who died. Each does one piece after the other; where there was none, or it failed, it rests and looks again.
 *
 *     static struct service_worker workers[] = {{.name = "exports", .turn = turn}};
 *     err = service_workers_start(service, workers, ARRAY_LENGTH(workers));      in service_spec.start
 *     service_workers_stop(workers, ARRAY_LENGTH(workers));                      in service_spec.stop
 *
 * Main's thread starts and stops them; a worker is its thread's own meanwhile. */
#ifndef SOTAY_COMMON_SERVICE_WORKER_H
#define SOTAY_COMMON_SERVICE_WORKER_H

#include "common/service/service.h"
#include <pthread.h>
#include <stdatomic.h>

struct service_worker {
    const char *name;
    /* Takes a piece of work and does it; ctx goes behind it, pg stays. *ret_found false, as it comes: none waits.
     * ERR_OWNER_LOST: it is another's. Other errors: it rests longer. */
    enum err (*turn)(struct service_worker *worker, struct pg *pg, TALLOC_CTX *ctx, bool *ret_found);
    /* as service_workers_start fills it: */
    struct service *service;
    struct uuid holder; /* under whom it leases jobs: another with each start */
    pthread_t thread;
    atomic_bool stopping;
    bool runs;
};

/* ERR_INTERNAL: one has no thread, and none runs. */
MUST_CHECK enum err service_workers_start(struct service *service, struct service_worker workers[], size_t n);
void service_workers_stop(struct service_worker workers[], size_t n); /* behind the turns under way */

/* Of a struct service_worker, for what a turn calls that knows no service. Any thread. */
bool service_worker_stops(void *worker);
int64_t service_worker_now_us(void *worker);

#endif
