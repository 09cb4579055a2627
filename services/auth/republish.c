/* `auth republish`: organisations, members and devices told again, so that a lost or new projection is rebuilt. Records
 * carry their versions; the events of devices get new ids, because a projection that lost its rows may still know the
 * old ones. */
#include "services/auth/publish.h"
#include "services/auth/service.h"
#include "services/auth/store.h"

#include "common/base/log.h"
#include "common/base/mem.h"

enum { AT_ONCE = 5000 };

typedef enum err ids_fn(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *after, int limit, struct store_ids *ret_ids);
typedef enum err records_fn(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *ids, size_t n,
                            struct store_records *ret_records);

static enum err tell_records(struct pg *pg, struct publisher *publisher, enum topic topic, ids_fn *read_ids,
                             records_fn *read_records)
{
    struct uuid after = {0};
    size_t n = 1;
    enum err err = ERR_OK;
    while (!err && n > 0) {
        TALLOC_CTX *ctx = mem_context(NULL, "records");
        struct store_ids ids = {0};
        struct store_records records;
        err = store_telling_begin(pg, ctx);
        if (!err)
            err = read_ids(pg, ctx, &after, AT_ONCE, &ids);
        n = err ? 0 : ids.n;
        if (n > 0) {
            after = ids.items[n - 1];
            err = read_records(pg, ctx, ids.items, n, &records);
        }
        if (!err && n > 0)
            publish_records(publisher, topic, &records);
        mem_free(ctx);
    }
    return err ? err : publish_wait(publisher);
}

static enum err tell_devices(struct pg *pg, struct publisher *publisher)
{
    TALLOC_CTX *ctx = mem_context(NULL, "devices");
    const struct uuid cause = uuid_random();
    struct store_device *devices, after = {0};
    uint64_t number = 0;
    size_t n = 1;
    enum err err = ERR_OK;
    while (!err && n > 0) {
        TALLOC_CTX *page = mem_context(NULL, "page");
        err = store_devices_after(pg, page, &after, AT_ONCE, &devices, &n);
        for (size_t i = 0; !err && i < n; i++)
            publish_device(publisher, &cause, number++, &devices[i]);
        if (!err && n > 0)
            after = devices[n - 1];
        mem_free(ctx); /* the page before: `after` pointed into it until now */
        ctx = page;
    }
    mem_free(ctx);
    return err ? err : publish_wait(publisher);
}

static enum err tell_all(struct service *service, struct pg *pg)
{
    struct publisher *publisher = publisher_new(service_producer(service));
    enum err err = tell_records(pg, publisher, TOPIC_DIRECTORY_ORGANIZATIONS, store_organization_ids,
                                store_organization_records);
    if (!err)
        err = tell_records(pg, publisher, TOPIC_DIRECTORY_MEMBERS, store_member_ids, store_member_records);
    if (!err)
        err = tell_devices(pg, publisher);
    publish_end(publisher);
    return err;
}

enum err auth_republish(struct service *service, struct pg *pg)
{
    TALLOC_CTX *ctx = mem_context(NULL, "telling");
    enum err err = store_telling_begin(pg, ctx);
    if (err == ERR_OWNER_LOST)
        log_warn("roster_busy", "an import or another republication is under way: try again when it is done");
    if (!err)
        err = tell_all(service, pg);
    if (!err)
        store_telling_end(pg, ctx);
    mem_free(ctx);
    return err;
}
