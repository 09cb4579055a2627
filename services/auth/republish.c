#include "services/auth/republish.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "services/auth/device/device_store.h"
#include "services/auth/member/member_store.h"
#include "services/auth/organization/organization_store.h"
#include "services/auth/publish/publisher.h"
#include "services/auth/publish/turn_store.h"

enum { PAGE_ROWS = 5000 };

/* --- records of compacted topics --- */

struct republished {
    enum topic topic;
    enum err (*ids_after)(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *after, int limit, struct ids *ret_ids);
    enum err (*records)(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *ids, size_t n, struct records *ret_records);
};
static const struct republished REPUBLISHED[] = {
    {TOPIC_DIRECTORY_ORGANIZATIONS, organization_store_ids_after, organization_store_records},
    {TOPIC_DIRECTORY_MEMBERS, member_store_ids_after, member_store_records},
};

/* One page; *ret_n is 0 at the end. `after` moves behind it. */
static enum err send_page(struct pg *pg, struct publisher *publisher, const struct republished *what,
                          struct uuid *after, size_t *ret_n)
{
    TALLOC_CTX *ctx = mem_context(NULL, "page");
    struct ids ids = {0};
    struct records records = {0};
    enum err err = turn_store_take(pg, ctx);
    if (!err)
        err = what->ids_after(pg, ctx, after, PAGE_ROWS, &ids);
    if (!err && ids.n > 0)
        err = what->records(pg, ctx, ids.items, ids.n, &records);
    if (!err && ids.n > 0) {
        publisher_send_records(publisher, what->topic, &records);
        *after = ids.items[ids.n - 1];
    }
    *ret_n = ids.n;
    mem_free(ctx);
    return err;
}

static enum err send_records(struct pg *pg, struct publisher *publisher, const struct republished *what)
{
    struct uuid after = {0};
    size_t n = 1;
    enum err err = ERR_OK;
    while (!err && n > 0)
        err = send_page(pg, publisher, what, &after, &n);
    return err ? err : publisher_wait(publisher);
}

/* --- events of devices --- */

/* They get new ids, because a projection that lost its rows may still know the old ones. */
static enum err send_devices(struct pg *pg, struct publisher *publisher)
{
    TALLOC_CTX *ctx = mem_context(NULL, "devices");
    const struct uuid cause = uuid_random_at(clock_now_us());
    struct devices devices = {.n = 1};
    struct device after = {0};
    uint64_t number = 0;
    enum err err = ERR_OK;
    while (!err && devices.n > 0) {
        TALLOC_CTX *page = mem_context(NULL, "page");
        err = device_store_after(pg, page, &after, PAGE_ROWS, &devices);
        for (size_t i = 0; !err && i < devices.n; i++)
            publisher_send_event(publisher, &cause, number++, &devices.items[i].member,
                                 &device_registered(page, &devices.items[i])->base);
        if (!err && devices.n > 0)
            after = devices.items[devices.n - 1];
        mem_free(ctx); /* the page before: `after` pointed into it until now */
        ctx = page;
    }
    mem_free(ctx);
    return err ? err : publisher_wait(publisher);
}

/* --- all --- */

static enum err send_all(struct service *service, struct pg *pg)
{
    struct publisher *publisher = publisher_new(service_producer(service));
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < ARRAY_LENGTH(REPUBLISHED); i++)
        err = send_records(pg, publisher, &REPUBLISHED[i]);
    if (!err)
        err = send_devices(pg, publisher);
    publisher_end(publisher);
    return err;
}

enum err republish_all(struct service *service, struct pg *pg)
{
    TALLOC_CTX *ctx = mem_context(NULL, "republish");
    enum err err = turn_store_take(pg, ctx);
    if (err == ERR_OWNER_LOST)
        log_warn("roster_busy",
                 "detail=\"an import or another republication is under way: try again when it is done\"");
    if (!err)
        err = send_all(service, pg);
    if (!err)
        turn_store_give_back(pg, ctx);
    mem_free(ctx);
    return err;
}
