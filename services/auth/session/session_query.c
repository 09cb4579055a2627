#include "services/auth/session/session_query.h"

#include "common/base/mem.h"
#include "services/auth/member/asker.h"
#include "services/auth/session/logout.h"
#include "services/auth/session/refresh.h"
#include "services/auth/session/session.h"
#include "services/auth/session/session_store.h"
#include <string.h>

static enum err list_sessions(struct query *query)
{
    struct uuid id;
    Pb__LoginSessionList *list = mem_new(query->ctx, Pb__LoginSessionList);
    pb__login_session_list__init(list);
    enum err err = asker_read(query, &id);
    if (!err)
        err = session_store_of_member(query->pg, query->ctx, &id, clock_now_us() - SESSION_IDLE_US, list);
    if (err)
        return err;
    const ProtobufCBinaryData *mine = &query->scope->session_id;
    for (size_t i = 0; i < list->n_items; i++)
        list->items[i]->current = query->scope->has_session_id && mine->len == list->items[i]->id.len &&
                                  memcmp(mine->data, list->items[i]->id.data, mine->len) == 0;
    query->reply = &list->base;
    return ERR_OK;
}

static const struct query_handler ROWS[] = {
    {&pb__refresh__descriptor, refresh_call},
    {&pb__logout__descriptor, logout_call},
    {&pb__list_sessions__descriptor, list_sessions},
};
const struct query_table SESSION_QUERIES = QUERY_TABLE(ROWS);
