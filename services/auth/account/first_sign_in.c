#include "services/auth/account/first_sign_in.h"

#include "services/auth/account/account_facts.h"
#include "services/auth/account/account_store.h"

void first_sign_in_queue(struct query *query, const struct uuid *member, const struct uuid *session)
{
    struct loop_outbox *outbox = loop_outbox_new(query->ctx, session, query->now_us);
    loop_outbox_event(outbox, TOPIC_AUTH_EVENTS, member, &account_activated(query->ctx, member, query->now_us)->base);
    loop_outbox_queue(outbox, query->pg);
    account_store_activate_queue(query->pg, query->ctx, member, query->now_us);
}
