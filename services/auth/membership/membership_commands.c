/* Each command: what it must have loaded, then look up → rule → keep → tell. Answers are asked for where they are shown
 * (member/member_query.c): what each may see of a member is decided in one place. */
#include "services/auth/membership/membership_commands.h"

#include "common/base/array.h"
#include "contract_numbers.h"
#include "services/auth/member/member.h"
#include "services/auth/membership/membership_access.h"
#include "services/auth/membership/membership_context.h"
#include "services/auth/membership/membership_set.h"
#include "services/auth/session/session_commands.h"

/* --- CreateMember ------------------------------------------------------------------------------------------------- */

static enum err want_create(const struct loop_message *message)
{
    const Pb__CreateMember *body = (const Pb__CreateMember *)message->body;
    struct uuid branch = uuid_or_zero(body->branch_id), id = member_id_of(body->card_number);
    membership_context_want(message, &id);
    membership_set_want_organization(message->batch, &branch);
    return ERR_OK;
}

static struct membership_number number(bool is_known, int32_t value)
{
    return (struct membership_number){is_known, value};
}

static struct membership new_member(const Pb__CreateMember *body, int64_t now_us)
{
    return (struct membership){
        .id = member_id_of(body->card_number),
        .card_number = body->card_number,
        .full_name = body->full_name,
        .phone = body->phone,
        .born_on = number(body->has_date_of_birth, body->date_of_birth),
        .gender = number(body->has_gender, (int32_t)body->gender),
        .joined_on = number(body->has_joined_on, body->joined_on),
        .occupation = number(body->has_occupation, (int32_t)body->occupation),
        .now = {.branch = uuid_or_zero(body->branch_id),
                .status = body->status,
                .exempt = body->exempt,
                .from_us = now_us},
    };
}

/* Who creates, in a branch that he knows. */
static enum err check_create(const struct loop_message *message, const struct directory_org *branch)
{
    const struct membership *actor = membership_set_find(message->batch, &message->actor);
    if (!actor || !branch || !membership_actor_knows(message, actor, branch))
        return ERR_NOT_FOUND;
    unsigned standing = membership_actor_standing(message, actor, branch);
    return membership_may_create(actor, standing) ? ERR_OK : ERR_NOT_ALLOWED;
}

static enum err apply_create(const struct loop_message *message)
{
    const Pb__CreateMember *body = (const Pb__CreateMember *)message->body;
    const struct membership member = new_member(body, message->now_us);
    const struct directory_org *branch = membership_set_organization(message->batch, &member.now.branch);
    enum err err = check_create(message, branch);
    if (err)
        return err;
    if (branch->level != PB__LEVEL__LEVEL_BRANCH)
        return loop_field(message, "/branch_id", ERR_FIELD_NOT_BRANCH);
    if (membership_has_left(&member))
        return loop_field(message, "/status", ERR_FIELD_CHOICE);
    if (!member_is_code(member.card_number))
        return loop_field(message, "/card_number", ERR_FIELD_CHARACTERS);
    if (membership_set_find(message->batch, &member.id)) {
        (void)loop_field(message, "/card_number", ERR_CARD_TAKEN); /* returns ERR_INVALID: it is a refusal by state */
        return ERR_CARD_TAKEN;
    }
    const struct membership_note note = {.action = PB__HISTORY_ACTION__HISTORY_ACTION_CREATED, .reason = body->reason};
    membership_set_keep(message, &member, &note);
    loop_answer(message, &member.id, 1, NULL);
    return ERR_OK;
}

/* --- EditMember --------------------------------------------------------------------------------------------------- */

/* Of fields that may be emptied only the mask tells whether the body named them. */
static bool names(const Pb__EditMember *body, uint32_t field)
{
    for (size_t i = 0; i < body->n_named_fields; i++)
        if (body->named_fields[i] == field)
            return true;
    return false;
}

static struct membership_edit read_edit(const Pb__EditMember *body)
{
    return (struct membership_edit){
        .sets_phone = names(body, FIELD_EDIT_MEMBER_PHONE),
        .sets_occupation = names(body, FIELD_EDIT_MEMBER_OCCUPATION),
        .sets_status = body->has_status,
        .sets_exempt = body->has_exempt,
        .has_effective_on = body->has_effective_on,
        .full_name = body->full_name,
        .phone = body->phone,
        .reason = body->reason,
        .occupation = number(body->has_occupation, (int32_t)body->occupation),
        .left_reason = number(body->has_left_reason, (int32_t)body->left_reason),
        .status = body->status,
        .exempt = body->exempt,
        .effective_on = body->effective_on,
    };
}

static enum err want_edit(const struct loop_message *message)
{
    const Pb__EditMember *body = (const Pb__EditMember *)message->body;
    membership_context_want(message, &message->aggregate);
    if (body->has_status && body->status == PB__MEMBER_STATUS__MEMBER_STATUS_LEFT)
        session_want_of_member(message, &message->aggregate);
    return ERR_OK;
}

static enum err take_edit(const struct loop_message *message, const struct membership_edit *edit,
                          struct membership_context *ret_context)
{
    enum err err = membership_context_take(message, &message->aggregate, ret_context);
    if (!err && !membership_may_edit(ret_context, edit))
        err = ERR_NOT_ALLOWED;
    if (!err && message->has_if_version && message->if_version != ret_context->member->version)
        err = ERR_VERSION_CONFLICT;
    return err;
}

static struct membership_note note_of_edit(const struct membership_edit *edit, int64_t now_us)
{
    return (struct membership_note){
        .action = PB__HISTORY_ACTION__HISTORY_ACTION_EDITED,
        .reason = edit->reason,
        .has_effective_on = edit->has_effective_on && edit->effective_on != clock_local_date(now_us),
        .effective_on = edit->effective_on,
    };
}

static enum err apply_edit(const struct loop_message *message)
{
    const struct membership_edit edit = read_edit((const Pb__EditMember *)message->body);
    struct membership_context context;
    struct problems problems = {.n = 0};
    struct membership next;
    enum err err = take_edit(message, &edit, &context);
    if (err)
        return err;
    err = membership_edit(message->ctx, context.member, &edit, message->now_us, &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    const struct membership_note note = note_of_edit(&edit, message->now_us);
    if (membership_has_left(&next) && !membership_has_left(context.member))
        session_end_of_member(message, &next.id);
    membership_set_keep(message, &next, &note);
    loop_answer(message, &next.id, 0, NULL);
    return ERR_OK;
}

/* --- MergeMembers ------------------------------------------------------------------------------------------------- */

static enum err want_merge(const struct loop_message *message)
{
    struct uuid duplicate = uuid_or_zero(((const Pb__MergeMembers *)message->body)->duplicate_id);
    membership_context_want(message, &message->aggregate);
    membership_set_want(message->batch, &duplicate);
    session_want_of_member(message, &duplicate);
    return ERR_OK;
}

static enum err take_merge(const struct loop_message *message, struct membership_context *ret_member,
                           struct membership_context *ret_duplicate)
{
    struct uuid duplicate = uuid_or_zero(((const Pb__MergeMembers *)message->body)->duplicate_id);
    enum err err = membership_context_take(message, &message->aggregate, ret_member);
    if (!err && !(ret_member->standing & STANDING_ADMIN))
        err = ERR_NOT_ALLOWED;
    if (err)
        return err;
    if (uuid_equal(&duplicate, &message->aggregate))
        return loop_field(message, "/duplicate_id", ERR_FIELD_DUPLICATE);
    if (membership_context_take(message, &duplicate, ret_duplicate))
        return loop_field(message, "/duplicate_id", ERR_FIELD_UNKNOWN_ID);
    return membership_may_merge(ret_member, ret_duplicate) ? ERR_OK : ERR_NOT_ALLOWED;
}

static enum err apply_merge(const struct loop_message *message)
{
    const Pb__MergeMembers *body = (const Pb__MergeMembers *)message->body;
    const struct membership_note note = {.action = PB__HISTORY_ACTION__HISTORY_ACTION_MERGED, .reason = body->reason};
    struct membership_context member, duplicate;
    struct membership next, left;
    enum err err = take_merge(message, &member, &duplicate);
    if (!err)
        err = membership_merge(message->ctx, member.member, duplicate.member, message->now_us, &next, &left);
    if (err)
        return err;
    session_end_of_member(message, &left.id);
    membership_set_keep(message, &left, &note);
    membership_set_keep(message, &next, &note);
    loop_answer(message, &next.id, 0, NULL);
    return ERR_OK;
}

/* --- the table ---------------------------------------------------------------------------------------------------- */

static const struct loop_handler ROWS[] = {
    {&pb__create_member__descriptor, want_create, apply_create},
    {&pb__edit_member__descriptor, want_edit, apply_edit},
    {&pb__merge_members__descriptor, want_merge, apply_merge},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_AUTH_COMMANDS, ROWS)};

const struct loop_part MEMBERSHIP_COMMANDS_PART = {
    .name = "membership_commands", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
