/* Each command: what it must have loaded, then look up → rule → keep → tell. Answers are asked for where they are shown
 * (transfer_query.c). */
#include "services/auth/transfer/transfer_commands.h"

#include "common/base/array.h"
#include "common/base/uuid_map.h"
#include "services/auth/membership/membership_context.h"
#include "services/auth/membership/membership_set.h"
#include "services/auth/transfer/transfer_store.h"

/* --- the state of a batch ----------------------------------------------------------------------------------------- */

struct transfer_batch {
    TALLOC_CTX *ctx;
    struct uuid_map *transfers; /* struct transfer */
    struct uuid_map *members;   /* whose open transfers are wanted */
    struct uuid_map *changed;   /* ids of those to write */
    struct pg_result *rows;
};

static void *transfer_new(struct loop_batch *batch)
{
    struct transfer_batch *state = mem_new(loop_ctx(batch), struct transfer_batch);
    state->ctx = loop_ctx(batch);
    state->transfers = uuid_map_new(state->ctx);
    state->members = uuid_map_new(state->ctx);
    state->changed = uuid_map_new(state->ctx);
    return state;
}

static struct transfer_batch *state_of(const struct loop_message *message)
{
    return loop_state(message->batch, &TRANSFER_PART);
}

static void transfer_load(void *arg, struct pg *pg)
{
    struct transfer_batch *state = arg;
    size_t n = uuid_map_size(state->transfers), n_members = uuid_map_size(state->members);
    if (n + n_members > 0)
        state->rows = transfer_store_load_queue(pg, state->ctx, uuid_map_ids(state->transfers), n,
                                                uuid_map_ids(state->members), n_members);
}

static enum err transfer_loaded(void *arg)
{
    struct transfer_batch *state = arg;
    for (size_t i = 0; state->rows && i < pg_rows(state->rows); i++) {
        struct transfer *transfer = mem_new(state->ctx, struct transfer);
        transfer_store_read(state->ctx, state->rows, i, transfer);
        uuid_map_put(state->transfers, &transfer->id, transfer);
    }
    return ERR_OK;
}

static void transfer_write(void *arg, struct pg *pg)
{
    struct transfer_batch *state = arg;
    struct pg_args *put = transfer_store_put(state->ctx);
    for (size_t i = 0; i < uuid_map_size(state->changed); i++)
        transfer_store_put_add(put, uuid_map_get(state->transfers, &uuid_map_ids(state->changed)[i]));
    pg_queue(pg, put);
}

static bool has_open(const struct transfer_batch *state, const struct uuid *member)
{
    for (size_t i = 0; i < uuid_map_size(state->transfers); i++) {
        const struct transfer *transfer = uuid_map_value(state->transfers, i);
        if (transfer && uuid_equal(&transfer->member, member) && transfer_is_open(transfer))
            return true;
    }
    return false;
}

/* --- what every command does -------------------------------------------------------------------------------------- */

struct context {
    const struct transfer *transfer;
    const struct membership *member;
    struct transfer_actor actor;
};

static unsigned standing_in(const struct loop_message *message, const struct membership *actor,
                            const struct uuid *branch)
{
    const struct directory_org *org = membership_set_organization(message->batch, branch);
    return org ? membership_actor_standing(message, actor, org) : 0;
}

static enum err want_transfer(const struct loop_message *message)
{
    if (message->has_actor)
        membership_set_want(message->batch, &message->actor);
    membership_set_want_of_transfer(message->batch, &message->aggregate);
    uuid_map_name(state_of(message)->transfers, &message->aggregate);
    return ERR_OK;
}

/* Visible, and the actor may write at all. */
static enum err take_transfer(const struct loop_message *message, struct context *ret_context)
{
    const struct transfer *transfer = uuid_map_get(state_of(message)->transfers, &message->aggregate);
    const struct membership *actor = membership_set_find(message->batch, &message->actor);
    if (!transfer || !actor)
        return ERR_NOT_FOUND;
    ret_context->transfer = transfer;
    ret_context->member = membership_set_find(message->batch, &transfer->member);
    ret_context->actor = (struct transfer_actor){
        .from = standing_in(message, actor, &transfer->from),
        .to = standing_in(message, actor, &transfer->to),
        .is_member = uuid_equal(&actor->id, &transfer->member),
    };
    if (!ret_context->member || !transfer_may_read(&ret_context->actor))
        return ERR_NOT_FOUND;
    return membership_is_suspended(actor) ? ERR_NOT_ALLOWED : ERR_OK;
}

static void keep(const struct loop_message *message, const struct transfer *next)
{
    struct transfer_batch *state = state_of(message);
    uuid_map_put(state->transfers, &next->id, mem_copy(state->ctx, next, sizeof *next));
    uuid_map_name(state->changed, &next->id);
    loop_answer(message, &next->id, next->version, NULL);
}

static void move(const struct loop_message *message, const struct membership *member, const struct uuid *branch,
                 const char *reason)
{
    const struct membership_note note = {.action = PB__HISTORY_ACTION__HISTORY_ACTION_TRANSFERRED, .reason = reason};
    struct membership next;
    membership_move(message->ctx, member, branch, message->now_us, &next);
    membership_set_keep(message, &next, &note);
}

/* He goes; from a temporary one he comes back when a timer says so. */
static void go(const struct loop_message *message, const struct membership *member, const struct transfer *transfer)
{
    move(message, member, &transfer->to, transfer->reason);
    if (!transfer_is_under_way(transfer))
        return;
    Pb__EndTransfer end = PB__END_TRANSFER__INIT;
    end.transfer_id = uuid_to_pb(message->ctx, &transfer->id);
    loop_timer(message, &transfer->id, transfer_ends_at_us(transfer), &end.base);
}

/* --- RequestTransfer ---------------------------------------------------------------------------------------------- */

static enum err want_request(const struct loop_message *message)
{
    const Pb__RequestTransfer *body = (const Pb__RequestTransfer *)message->body;
    struct uuid member = uuid_or_zero(body->member_id), to = uuid_or_zero(body->to_branch_id);
    membership_context_want(message, &member);
    membership_set_want_organization(message->batch, &to);
    uuid_map_name(state_of(message)->members, &member);
    uuid_map_name(state_of(message)->transfers, &message->aggregate);
    return ERR_OK;
}

/* A secretary may name any branch; an officer does not know of one that he is not over. */
static void read_request(const struct loop_message *message, const struct membership_context *context,
                         struct transfer_input *ret_input)
{
    const Pb__RequestTransfer *body = (const Pb__RequestTransfer *)message->body;
    struct uuid to = uuid_or_zero(body->to_branch_id);
    struct transfer_actor actor = {.from = context->standing, .to = standing_in(message, context->actor, &to)};
    *ret_input = (struct transfer_input){
        .id = message->aggregate,
        .to = transfer_may_request(&actor) ? membership_set_organization(message->batch, &to) : NULL,
        .kind = body->kind,
        .has_until = body->has_until,
        .is_at_once = transfer_does_at_once(&actor),
        .until = body->until,
        .reason = body->reason,
    };
}

static enum err check_request(const struct loop_message *message, struct membership_context *context)
{
    enum { MAY = STANDING_SECRETARY | STANDING_OFFICER | STANDING_ADMIN };
    struct uuid member = uuid_or_zero(((const Pb__RequestTransfer *)message->body)->member_id);
    enum err err = membership_context_take(message, &member, context);
    if (!err && !(context->standing & MAY))
        return ERR_NOT_ALLOWED;
    if (!err && uuid_map_get(state_of(message)->transfers, &message->aggregate))
        return ERR_ALREADY_EXISTS; /* the same key again, long after its outcome was forgotten */
    return err;
}

static enum err apply_request(const struct loop_message *message)
{
    struct membership_context context;
    struct transfer_input input;
    struct problems problems = {.n = 0};
    struct transfer transfer;
    enum err err = check_request(message, &context);
    if (err)
        return err;
    read_request(message, &context, &input);
    err = transfer_request(context.member, &input, message->now_us, &problems, &transfer);
    if (err)
        return problems_refuse(&problems, message, err);
    if (has_open(state_of(message), &transfer.member))
        return ERR_TRANSFER_OPEN;
    keep(message, &transfer);
    if (input.is_at_once)
        go(message, context.member, &transfer);
    return ERR_OK;
}

/* --- ApproveTransfer, DeclineTransfer, RevertTransfer ------------------------------------------------------------- */

static enum err apply_approve(const struct loop_message *message)
{
    const Pb__ApproveTransfer *body = (const Pb__ApproveTransfer *)message->body;
    struct context context;
    struct transfer next;
    enum err err = take_transfer(message, &context);
    if (!err && !transfer_may_settle(&context.actor))
        err = ERR_NOT_ALLOWED;
    if (!err)
        err = transfer_approve(context.transfer, context.member, body->reason, message->now_us, &next);
    if (err)
        return err;
    keep(message, &next);
    go(message, context.member, &next);
    return ERR_OK;
}

static enum err apply_decline(const struct loop_message *message)
{
    const Pb__DeclineTransfer *body = (const Pb__DeclineTransfer *)message->body;
    struct context context;
    struct transfer next;
    enum err err = take_transfer(message, &context);
    if (!err && !transfer_may_settle(&context.actor))
        err = ERR_NOT_ALLOWED;
    if (!err)
        err = transfer_decline(context.transfer, body->reason, message->now_us, &next);
    if (!err)
        keep(message, &next);
    return err;
}

static enum err apply_revert(const struct loop_message *message)
{
    const Pb__RevertTransfer *body = (const Pb__RevertTransfer *)message->body;
    struct context context;
    struct transfer next;
    bool goes_back;
    enum err err = take_transfer(message, &context);
    if (!err && !transfer_may_revert(context.transfer, &context.actor))
        err = ERR_NOT_ALLOWED;
    if (!err)
        err = transfer_revert(context.transfer, context.member, body->reason, message->now_us, &next, &goes_back);
    if (err)
        return err;
    keep(message, &next);
    if (goes_back)
        move(message, context.member, &next.from, body->reason);
    return ERR_OK;
}

/* --- EndTransfer -------------------------------------------------------------------------------------------------- */

/* One that has been closed or merged meanwhile takes nobody back: he stays where he is. */
static bool is_active(const struct loop_message *message, const struct uuid *branch)
{
    const struct directory_org *org = membership_set_organization(message->batch, branch);
    return org && org->state == PB__ORGANIZATION_STATE__ORGANIZATION_STATE_ACTIVE;
}

static enum err apply_end(const struct loop_message *message)
{
    const struct transfer *transfer = uuid_map_get(state_of(message)->transfers, &message->aggregate);
    const struct membership *member = transfer ? membership_set_find(message->batch, &transfer->member) : NULL;
    struct transfer next;
    bool goes_back;
    if (message->has_actor || !member)
        return ERR_NOT_FOUND;
    if (!transfer_is_under_way(transfer))
        return ERR_WRONG_STATE; /* it was ended before its last day */
    transfer_end(transfer, member, message->now_us, &next, &goes_back);
    keep(message, &next);
    if (goes_back && is_active(message, &next.from))
        move(message, member, &next.from, next.reason);
    return ERR_OK;
}

/* --- the table ---------------------------------------------------------------------------------------------------- */

static const struct loop_handler ROWS[] = {
    {&pb__request_transfer__descriptor, want_request, apply_request},
    {&pb__approve_transfer__descriptor, want_transfer, apply_approve},
    {&pb__decline_transfer__descriptor, want_transfer, apply_decline},
    {&pb__revert_transfer__descriptor, want_transfer, apply_revert},
    {&pb__end_transfer__descriptor, want_transfer, apply_end},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_AUTH_COMMANDS, ROWS)};
static const struct loop_constraint CONSTRAINTS[] = {{"transfer_open", ERR_TRANSFER_OPEN, NULL}};

const struct loop_part TRANSFER_PART = {
    .name = "transfer",
    .handlers = HANDLERS,
    .n_handlers = ARRAY_LENGTH(HANDLERS),
    .new = transfer_new,
    .load = transfer_load,
    .loaded = transfer_loaded,
    .write = transfer_write,
    .constraints = CONSTRAINTS,
    .n_constraints = ARRAY_LENGTH(CONSTRAINTS),
};
