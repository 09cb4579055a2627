#include "services/meeting/reminder/reminder_ask.h"

#include "common/base/mem.h"

enum err reminder_read_ask(TALLOC_CTX *ctx, const Pb__RemindBranches *body, int64_t now_us,
                           struct reminder_ask *ret_ask)
{
    struct uuid *named = mem_array(ctx, struct uuid, body->n_organization_ids);
    *ret_ask = (struct reminder_ask){.month = body->month,
                                     .kind = body->kind,
                                     .named = named,
                                     .n_named = body->n_organization_ids,
                                     .now_us = now_us};
    for (size_t i = 0; i < body->n_organization_ids; i++)
        if (uuid_from_pb(body->organization_ids[i], &named[i]))
            return ERR_NOT_FOUND;
    return uuid_from_pb(body->organization_id, &ret_ask->organization) ? ERR_NOT_FOUND : ERR_OK;
}

static bool lists(const struct reminder_branch branches[], size_t n, const struct uuid *id)
{
    for (size_t i = 0; i < n; i++)
        if (uuid_equal(&branches[i].id, id))
            return true;
    return false;
}

enum err reminder_judge(TALLOC_CTX *ctx, const struct reminder_ask *ask, const struct reminder_branch branches[],
                        size_t n, struct problems *problems, struct reminder_choice *ret_choice)
{
    if (n > REMINDER_BRANCHES_LIMIT)
        return ERR_LIMIT_REACHED;
    for (size_t i = 0; i < ask->n_named && problems->n < PROBLEMS_LIMIT; i++)
        if (!lists(branches, n, &ask->named[i]))
            problems_add(problems, ERR_FIELD_UNKNOWN_ID, "/organization_ids/%zu", i);
    if (!reminder_is_possible(ask))
        problems_add(problems, ERR_FIELD_PAST, "/month");
    enum err err = problems_verdict(problems);
    if (!err)
        reminder_choose(ctx, branches, n, ask, ret_choice);
    return err;
}
