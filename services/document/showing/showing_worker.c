#include "services/document/showing/showing_worker.h"

#include "common/service/service_worker.h"
#include "services/document/showing/showing_store.h"
#include "services/document/showing/vocabulary_store.h"

static enum err turn(struct service_worker *worker, struct pg *pg, TALLOC_CTX *ctx, bool *ret_found)
{
    enum err err = showing_store_turn(pg, ctx, service_worker_now_us(worker), ret_found);
    return err || *ret_found ? err : vocabulary_store_turn(pg, ctx, ret_found);
}

static struct service_worker workers[] = {{.name = "showings", .turn = turn}};

enum err showing_worker_start(struct service *service)
{
    return service_workers_start(service, workers, ARRAY_LENGTH(workers));
}

void showing_worker_stop(void)
{
    service_workers_stop(workers, ARRAY_LENGTH(workers));
}
