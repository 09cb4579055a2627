#include "services/auth/account/first_sign_in.h"

#include "services/auth/account/account_facts.h"
#include "services/auth/account/account_store.h"

enum err first_sign_in(struct query *query, const struct uuid *member, const struct uuid *session)
{
    bool first = false;
    enum err err = account_store_activate(query->pg, query->ctx, member, query->now_us, &first);
    if (err || !first)
        return err;
    struct loop_outbox *outbox = loop_outbox_new(query->ctx, session, query->now_us);
    loop_outbox_event(outbox, TOPIC_AUTH_EVENTS, member, &account_activated(query->ctx, member, query->now_us)->base);
    loop_outbox_queue(outbox, query->pg);
    return ERR_OK;
}
