#include "services/auth/republish.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/auth/device/device_store.h"
#include "services/auth/member/member_store.h"
#include "services/auth/organization/organization_store.h"
#include "services/auth/publish/pace.h"

enum { KEYS_AT_ONCE = 5000, DEVICES_AT_ONCE = 200 };

struct republication {
    struct pg *pg;
    struct pace pace;
};

/* --- records of compacted topics --- */

struct republished {
    enum topic topic;
    enum err (*ids_after)(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *after, int limit, struct ids *ret_ids);
};
static const struct republished REPUBLISHED[] = {
    {TOPIC_DIRECTORY_ORGANIZATIONS, organization_store_ids_after},
    {TOPIC_DIRECTORY_MEMBERS, member_store_ids_after},
};

/* One page; *ret_n is 0 at the end. `after` moves behind it. */
static enum err mark_page(struct republication *r, const struct republished *what, struct uuid *after, size_t *ret_n)
{
    TALLOC_CTX *ctx = mem_context(NULL, "page");
    struct ids ids = {0};
    enum err err = pace_keep(r->pg, &r->pace);
    if (!err)
        err = what->ids_after(r->pg, ctx, after, KEYS_AT_ONCE, &ids);
    if (!err && ids.n > 0) {
        loop_mark(r->pg, ctx, what->topic, ids.items, ids.n);
        err = pg_flush(r->pg);
        *after = ids.items[ids.n - 1];
    }
    *ret_n = ids.n;
    mem_free(ctx);
    return err;
}

static enum err mark_all(struct republication *r, const struct republished *what)
{
    struct uuid after = {0};
    size_t n = 1;
    enum err err = ERR_OK;
    while (!err && n > 0)
        err = mark_page(r, what, &after, &n);
    return err;
}

/* --- events of devices --- */

/* They get new ids, because a projection that lost its rows may still know the old ones. */
static enum err say_devices(struct republication *r, TALLOC_CTX *ctx, const struct devices *devices)
{
    int64_t now_us = clock_now_us();
    const struct uuid cause = uuid_random_at(now_us);
    struct loop_outbox *outbox = loop_outbox_new(ctx, &cause, now_us);
    for (size_t i = 0; i < devices->n; i++)
        loop_outbox_event(outbox, TOPIC_AUTH_EVENTS, &devices->items[i].member,
                          &device_registered(ctx, &devices->items[i])->base);
    loop_outbox_queue(outbox, r->pg);
    return pg_flush(r->pg);
}

static enum err say_all_devices(struct republication *r)
{
    TALLOC_CTX *ctx = mem_context(NULL, "devices");
    struct devices devices = {.n = 1};
    struct device after = {0};
    enum err err = ERR_OK;
    while (!err && devices.n > 0) {
        TALLOC_CTX *page = mem_context(NULL, "page");
        err = pace_keep(r->pg, &r->pace);
        if (!err)
            err = device_store_after(r->pg, page, &after, DEVICES_AT_ONCE, &devices);
        if (!err && devices.n > 0) {
            err = say_devices(r, page, &devices);
            after = devices.items[devices.n - 1];
        }
        mem_free(ctx); /* the page before: `after` pointed into it until now */
        ctx = page;
    }
    mem_free(ctx);
    return err;
}

/* --- all --- */

enum err republish_all(struct service *service, struct pg *pg)
{
    (void)service;
    struct republication r = {.pg = pg, .pace = pace_begin()};
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < ARRAY_LENGTH(REPUBLISHED); i++)
        err = mark_all(&r, &REPUBLISHED[i]);
    if (!err)
        err = say_all_devices(&r);
    return err ? err : pace_end(pg, "republish");
}
