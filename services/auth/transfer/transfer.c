#include "services/auth/transfer/transfer.h"

/* --- who may ------------------------------------------------------------------------------------------------------ */

enum { OVER = STANDING_OFFICER | STANDING_ADMIN };

bool transfer_may_read(const struct transfer_actor *actor)
{
    return actor->is_member || ((actor->from | actor->to) & (STANDING_HEAD | OVER));
}

bool transfer_does_at_once(const struct transfer_actor *actor)
{
    return (actor->from & OVER) && (actor->to & OVER);
}

bool transfer_may_request(const struct transfer_actor *actor)
{
    return (actor->from & STANDING_SECRETARY) || transfer_does_at_once(actor);
}

bool transfer_may_settle(const struct transfer_actor *actor)
{
    return (actor->to & STANDING_SECRETARY) || transfer_does_at_once(actor);
}

bool transfer_may_revert(const struct transfer *transfer, const struct transfer_actor *actor)
{
    return transfer->state == PB__TRANSFER_STATE__TRANSFER_STATE_REQUESTED ? transfer_may_request(actor)
                                                                           : transfer_may_settle(actor);
}

/* --- states ------------------------------------------------------------------------------------------------------- */

bool transfer_is_under_way(const struct transfer *transfer)
{
    return transfer->state == PB__TRANSFER_STATE__TRANSFER_STATE_DONE &&
           transfer->kind == PB__TRANSFER_KIND__TRANSFER_KIND_TEMPORARY && transfer->ended_at_us == 0;
}

bool transfer_is_open(const struct transfer *transfer)
{
    return transfer->state == PB__TRANSFER_STATE__TRANSFER_STATE_REQUESTED || transfer_is_under_way(transfer);
}

int64_t transfer_ends_at_us(const struct transfer *transfer)
{
    return clock_date_start_us(transfer->until + 1);
}

static void check_until(const struct transfer_input *input, int64_t now_us, struct problems *problems)
{
    int32_t today = clock_local_date(now_us);
    bool is_temporary = input->kind == PB__TRANSFER_KIND__TRANSFER_KIND_TEMPORARY;
    if (is_temporary != input->has_until)
        problems_add(problems, is_temporary ? ERR_FIELD_REQUIRED : ERR_FIELD_CONFLICT, "/until");
    else if (is_temporary && input->until < today)
        problems_add(problems, ERR_FIELD_PAST, "/until");
    else if (is_temporary && input->until > today + TRANSFER_LONGEST_DAYS)
        problems_add(problems, ERR_FIELD_TOO_LARGE, "/until");
}

static void check_branch(const struct membership *member, const struct directory_org *to, struct problems *problems)
{
    if (!to)
        problems_add(problems, ERR_FIELD_UNKNOWN_ID, "/to_branch_id");
    else if (to->level != PB__LEVEL__LEVEL_BRANCH)
        problems_add(problems, ERR_FIELD_NOT_BRANCH, "/to_branch_id");
    else if (uuid_equal(&to->id, &member->now.branch))
        problems_add(problems, ERR_FIELD_OWN_BRANCH, "/to_branch_id");
}

/* The same transfer, settled. */
static struct transfer settle(const struct transfer *is, Pb__TransferState state, const char *reason, int64_t now_us)
{
    struct transfer next = *is;
    next.state = state;
    next.decision_reason = reason;
    next.settled_at_us = now_us;
    next.version++;
    return next;
}

enum err transfer_request(const struct membership *member, const struct transfer_input *input, int64_t now_us,
                          struct problems *problems, struct transfer *ret_transfer)
{
    check_branch(member, input->to, problems);
    check_until(input, now_us, problems);
    enum err err = problems_verdict(problems);
    if (err)
        return err;
    if (membership_has_left(member))
        return ERR_MEMBER_LEFT;
    *ret_transfer = (struct transfer){
        .id = input->id,
        .member = member->id,
        .from = member->now.branch,
        .to = input->to->id,
        .version = 1,
        .kind = input->kind,
        .until = input->until,
        .reason = input->reason,
        .state = PB__TRANSFER_STATE__TRANSFER_STATE_REQUESTED,
        .created_at_us = now_us,
    };
    if (input->is_at_once) {
        *ret_transfer = settle(ret_transfer, PB__TRANSFER_STATE__TRANSFER_STATE_DONE, NULL, now_us);
        ret_transfer->version = 1;
    }
    return ERR_OK;
}

/* He is still where the transfer says. */
static enum err check_member(const struct membership *member, const struct uuid *branch)
{
    if (membership_has_left(member))
        return ERR_MEMBER_LEFT;
    return uuid_equal(&member->now.branch, branch) ? ERR_OK : ERR_WRONG_STATE;
}

enum err transfer_approve(const struct transfer *is, const struct membership *member, const char *reason,
                          int64_t now_us, struct transfer *ret_next)
{
    bool is_temporary = is->kind == PB__TRANSFER_KIND__TRANSFER_KIND_TEMPORARY;
    if (is->state != PB__TRANSFER_STATE__TRANSFER_STATE_REQUESTED)
        return ERR_WRONG_STATE;
    if (is_temporary && now_us >= transfer_ends_at_us(is))
        return ERR_WRONG_STATE;
    enum err err = check_member(member, &is->from);
    if (!err)
        *ret_next = settle(is, PB__TRANSFER_STATE__TRANSFER_STATE_DONE, reason, now_us);
    return err;
}

enum err transfer_decline(const struct transfer *is, const char *reason, int64_t now_us, struct transfer *ret_next)
{
    if (is->state != PB__TRANSFER_STATE__TRANSFER_STATE_REQUESTED)
        return ERR_WRONG_STATE;
    *ret_next = settle(is, PB__TRANSFER_STATE__TRANSFER_STATE_DECLINED, reason, now_us);
    return ERR_OK;
}

/* What was done is taken back for a while; of a temporary one, while it lasts. */
static enum err check_revert(const struct transfer *is, const struct membership *member, int64_t now_us)
{
    if (is->state != PB__TRANSFER_STATE__TRANSFER_STATE_DONE || is->ended_at_us != 0)
        return ERR_WRONG_STATE;
    if (!transfer_is_under_way(is) && now_us - is->settled_at_us > MEMBERSHIP_UNDO_US)
        return ERR_UNDO_EXPIRED;
    return check_member(member, &is->to);
}

enum err transfer_revert(const struct transfer *is, const struct membership *member, const char *reason, int64_t now_us,
                         struct transfer *ret_next, bool *ret_goes_back)
{
    bool was_asked = is->state == PB__TRANSFER_STATE__TRANSFER_STATE_REQUESTED;
    enum err err = was_asked ? ERR_OK : check_revert(is, member, now_us);
    if (err)
        return err;
    *ret_next = settle(is, PB__TRANSFER_STATE__TRANSFER_STATE_REVERTED, reason, now_us);
    if (transfer_is_under_way(is))
        ret_next->ended_at_us = now_us;
    *ret_goes_back = !was_asked;
    return ERR_OK;
}

void transfer_end(const struct transfer *is, const struct membership *member, int64_t now_us, struct transfer *ret_next,
                  bool *ret_goes_back)
{
    *ret_next = *is;
    ret_next->ended_at_us = now_us;
    ret_next->version++;
    *ret_goes_back = check_member(member, &is->to) == ERR_OK;
}
