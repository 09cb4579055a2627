#include "services/auth/device/device_query.h"

#include "common/base/mem.h"
#include "services/auth/device/device_store.h"
#include "services/auth/member/asker.h"

static enum err list_devices(struct query *query)
{
    struct uuid id;
    struct devices devices;
    Pb__DeviceList *list = mem_new(query->ctx, Pb__DeviceList);
    pb__device_list__init(list);
    enum err err = asker_read(query, &id);
    if (!err)
        err = device_store_of_member(query->pg, query->ctx, &id, &devices);
    if (err)
        return err;
    list->items = mem_array(query->ctx, Pb__Device *, devices.n + 1);
    for (; list->n_items < devices.n; list->n_items++)
        list->items[list->n_items] = device_view(query->ctx, &devices.items[list->n_items]);
    query->reply = &list->base;
    return ERR_OK;
}

static const struct query_handler ROWS[] = {
    {&pb__list_devices__descriptor, list_devices},
};
const struct query_table DEVICE_QUERIES = QUERY_TABLE(ROWS);
