#include "services/auth/account/own_account.h"

enum err own_account_read(struct query *query, struct own_account *ret_own)
{
    struct uuid member, session;
    const Pb__Actor *actor = query->actor;
    bool found = false;
    if (!actor || uuid_from_pb(actor->member_id, &member) || uuid_from_pb(actor->session_id, &session))
        return ERR_TOKEN_INVALID;
    enum err err = account_store_own(query->pg, query->ctx, &member, &session, &found, ret_own);
    if (err)
        return err;
    return found ? ERR_OK : ERR_SESSION_ENDED;
}

enum err own_account_attempt(struct query *query, const struct own_account *own, struct attempt *ret_attempt)
{
    return attempt_begin(query,
                         &(struct attempt_by){.kind = ATTEMPT_ACCOUNT,
                                              .card_number = own->card_number,
                                              .device_id = own->device_id,
                                              .known_device = true},
                         ret_attempt);
}
