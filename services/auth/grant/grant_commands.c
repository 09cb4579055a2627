/* Each command: what it must have loaded, then look up → rule → keep → tell. What belongs to an organisation (its
 * drafts, comments that wait for an answer, its contact where nobody is named) passes on to who leads it by itself. */
#include "services/auth/grant/grant_commands.h"

#include "common/base/array.h"
#include "services/auth/membership/membership_context.h"
#include "services/auth/membership/membership_set.h"
#include "services/auth/position/position.h"

/* Who grants what to whom. */
struct context {
    const struct directory_org *organization;
    const struct membership *member;
    Pb__Role held; /* by the member, there; ROLE_MEMBER: none */
};

static Pb__Role role_held(const struct membership *member, const struct uuid *organization)
{
    const struct membership_position *held = membership_held(member, organization);
    return held ? held->role : PB__ROLE__ROLE_MEMBER;
}

/* Who holds or held a role in an organisation is known to whoever administers that, wherever he lives by now. */
static bool is_known_by_role(const struct membership *member, const struct uuid *organization)
{
    for (size_t i = 0; member && i < member->n_positions; i++)
        if (uuid_equal(&member->positions[i].organization, organization))
            return true;
    return false;
}

/* Visible → role. An administrator over the organisation, and never about himself. `ends`: a role is only taken. */
static enum err take(const struct loop_message *message, ProtobufCBinaryData member_id, bool ends,
                     struct context *ret_context)
{
    struct uuid member = uuid_or_zero(member_id);
    const struct directory_org *organization = membership_set_organization(message->batch, &message->aggregate);
    const struct membership *actor = membership_set_find(message->batch, &message->actor);
    struct membership_context person;
    if (!organization || !actor || !membership_actor_knows(message, actor, organization))
        return ERR_NOT_FOUND;
    if (membership_is_suspended(actor) || !(membership_actor_standing(message, actor, organization) & STANDING_ADMIN))
        return ERR_NOT_ALLOWED;
    enum err err = membership_context_take(message, &member, &person);
    if (err == ERR_NOT_FOUND && ends && is_known_by_role(person.member, &organization->id))
        err = ERR_OK;
    if (err)
        return err;
    *ret_context = (struct context){organization, person.member, role_held(person.member, &organization->id)};
    return person.is_self || !position_may_grant(PB__ROLE__ROLE_ADMIN, ret_context->held) ? ERR_NOT_ALLOWED : ERR_OK;
}

static void keep_role(const struct loop_message *message, const struct membership *member,
                      const struct uuid *organization, Pb__Role role, const struct membership_note *note)
{
    struct membership next;
    membership_grant(message->ctx, member, organization, role, message->now_us, &next);
    membership_set_keep(message, &next, note);
}

/* --- PutPosition -------------------------------------------------------------------------------------------------- */

static enum err want_put(const struct loop_message *message)
{
    const Pb__PutPosition *body = (const Pb__PutPosition *)message->body;
    struct uuid member = uuid_or_zero(body->member_id), replaced = uuid_or_zero(body->replaces_member_id);
    membership_context_want(message, &member);
    membership_set_want_secretary(message->batch, &message->aggregate);
    if (body->has_replaces_member_id)
        membership_set_want(message->batch, &replaced);
    return ERR_OK;
}

static enum err check_body(const struct loop_message *message, const struct context *context)
{
    const Pb__PutPosition *body = (const Pb__PutPosition *)message->body;
    struct problems problems = {.n = 0};
    if (!position_fits(body->role, context->organization->level))
        problems_add(&problems, ERR_FIELD_CONFLICT, "/role");
    if (body->has_effective_on)
        membership_check_day(body->effective_on, message->now_us, &problems);
    enum err err = problems_verdict(&problems);
    if (err)
        return problems_refuse(&problems, message, err);
    if (context->organization->state != PB__ORGANIZATION_STATE__ORGANIZATION_STATE_ACTIVE)
        return ERR_ORGANIZATION_CLOSED;
    if (membership_has_left(context->member))
        return ERR_MEMBER_LEFT;
    return membership_is_suspended(context->member) ? ERR_WRONG_STATE : ERR_OK;
}

/* *ret_replaced: who gives the role up; NULL: nobody does. */
static enum err find_replaced(const struct loop_message *message, const struct context *context,
                              const struct membership **ret_replaced)
{
    const Pb__PutPosition *body = (const Pb__PutPosition *)message->body;
    const struct uuid *organization = &context->organization->id, *member = &context->member->id;
    struct uuid named = uuid_or_zero(body->replaces_member_id);
    *ret_replaced = body->has_replaces_member_id ? membership_set_find(message->batch, &named) : NULL;
    if (body->has_replaces_member_id &&
        (!*ret_replaced || uuid_equal(&named, member) || role_held(*ret_replaced, organization) != body->role))
        return loop_field(message, "/replaces_member_id", ERR_FIELD_UNKNOWN_ID);
    if (*ret_replaced && uuid_equal(&named, &message->actor))
        return ERR_NOT_ALLOWED;
    if (body->role != PB__ROLE__ROLE_SECRETARY)
        return ERR_OK;
    const struct membership *present = membership_set_secretary(message->batch, organization, member);
    return present && present != *ret_replaced ? ERR_POSITION_TAKEN : ERR_OK;
}

static enum err apply_put(const struct loop_message *message)
{
    const Pb__PutPosition *body = (const Pb__PutPosition *)message->body;
    const struct membership_note note = {
        .action = PB__HISTORY_ACTION__HISTORY_ACTION_POSITION,
        .has_effective_on = body->has_effective_on && body->effective_on != clock_local_date(message->now_us),
        .effective_on = body->effective_on,
    };
    const struct membership *replaced;
    struct context context;
    enum err err = take(message, body->member_id, false, &context);
    if (!err && !position_may_grant(PB__ROLE__ROLE_ADMIN, body->role))
        err = ERR_NOT_ALLOWED;
    if (!err)
        err = check_body(message, &context);
    if (!err)
        err = find_replaced(message, &context, &replaced);
    if (err)
        return err;
    struct uuid member = context.member->id;
    if (replaced)
        keep_role(message, replaced, &message->aggregate, PB__ROLE__ROLE_MEMBER, &note);
    keep_role(message, context.member, &message->aggregate, body->role, &note);
    loop_answer(message, &member, 0, NULL);
    return ERR_OK;
}

/* --- EndPosition -------------------------------------------------------------------------------------------------- */

static enum err want_end(const struct loop_message *message)
{
    struct uuid member = uuid_or_zero(((const Pb__EndPosition *)message->body)->member_id);
    membership_context_want(message, &member);
    membership_set_want_organization(message->batch, &message->aggregate);
    return ERR_OK;
}

static enum err apply_end(const struct loop_message *message)
{
    const struct membership_note note = {.action = PB__HISTORY_ACTION__HISTORY_ACTION_POSITION};
    struct context context;
    enum err err = take(message, ((const Pb__EndPosition *)message->body)->member_id, true, &context);
    if (err)
        return err;
    keep_role(message, context.member, &message->aggregate, PB__ROLE__ROLE_MEMBER, &note);
    loop_answer(message, &message->aggregate, 0, NULL);
    return ERR_OK;
}

/* --- the table ---------------------------------------------------------------------------------------------------- */

static const struct loop_handler ROWS[] = {
    {&pb__put_position__descriptor, want_put, apply_put},
    {&pb__end_position__descriptor, want_end, apply_end},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_AUTH_COMMANDS, ROWS)};

const struct loop_part GRANT_PART = {.name = "grant", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
