#include "services/auth/member/asker.h"

enum err asker_read(const struct query *query, struct uuid *ret_member)
{
    if (!query->scope || !query->scope->has_member_id)
        return ERR_NOT_FOUND;
    return uuid_from_pb(query->scope->member_id, ret_member) ? ERR_NOT_FOUND : ERR_OK;
}

bool asker_is_aggregate(const struct loop_message *message)
{
    return message->has_actor && uuid_equal(&message->actor, &message->aggregate);
}
