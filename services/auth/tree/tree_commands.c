/* Each command: what it must have loaded, then look up → rule → keep → tell. Answers are asked for where they are shown
 * (organization/organization_query.c). */
#include "services/auth/tree/tree_commands.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "contract_numbers.h"
#include "services/auth/audit/audit_set.h"
#include "services/auth/membership/membership_set.h"
#include "services/auth/organization/organization.h"
#include "services/auth/tree/tree_context.h"
#include "services/auth/tree/tree_set.h"
#include "sotay/v1/auth.pb-c.h"

/* --- EditOrganization --------------------------------------------------------------------------------------------- */

/* Of fields that may be emptied only the mask tells whether the body named them. */
static bool names(const Pb__EditOrganization *body, uint32_t field)
{
    for (size_t i = 0; i < body->n_named_fields; i++)
        if (body->named_fields[i] == field)
            return true;
    return false;
}

static enum err want_edit(const struct loop_message *message)
{
    const Pb__EditOrganization *body = (const Pb__EditOrganization *)message->body;
    struct uuid parent = uuid_or_zero(body->parent_id), contact = uuid_or_zero(body->contact_member_id);
    tree_context_want(message, &message->aggregate);
    if (body->has_parent_id)
        tree_set_want(message->batch, &parent);
    if (body->has_contact_member_id)
        membership_set_want(message->batch, &contact);
    if (body->name || body->has_parent_id)
        tree_set_want_name(message->batch, &message->aggregate, &parent,
                           body->name ? tree_trim(message->ctx, body->name) : NULL);
    return ERR_OK;
}

/* A member who lives in the organisation, or holds a position there. */
static enum tree_contact judge_contact(const struct tree_context *context, const struct uuid *member)
{
    const struct membership *person = membership_set_find(context->message->batch, member);
    const struct uuid *organization = &context->organization->org.id;
    if (uuid_is_zero(member))
        return TREE_CONTACT_NONE;
    if (!person)
        return TREE_CONTACT_UNKNOWN;
    bool is_active = !membership_has_left(person) && !membership_is_suspended(person);
    bool is_theirs = uuid_equal(&person->now.branch, organization) || membership_held(person, organization);
    return is_active && is_theirs ? TREE_CONTACT_FITS : TREE_CONTACT_STRANGER;
}

static struct tree_edit read_edit(const struct tree_context *context, const Pb__EditOrganization *body)
{
    struct uuid contact = uuid_or_zero(body->contact_member_id);
    return (struct tree_edit){
        .name = body->name ? tree_trim(context->message->ctx, body->name) : NULL,
        .sets_parent = body->has_parent_id,
        .sets_day = names(body, FIELD_EDIT_ORGANIZATION_MEETING_DAY),
        .sets_minute = names(body, FIELD_EDIT_ORGANIZATION_MEETING_TIME),
        .sets_place = names(body, FIELD_EDIT_ORGANIZATION_MEETING_PLACE),
        .sets_contact = names(body, FIELD_EDIT_ORGANIZATION_CONTACT_MEMBER_ID),
        .day = body->has_meeting_day ? body->meeting_day : 0,
        .minute = body->has_meeting_time ? body->meeting_time : -1,
        .place = body->meeting_place,
        .contact_is = judge_contact(context, &contact),
        .contact = contact,
    };
}

/* Visible → role → state → version. */
static enum err check_edit(const struct tree_context *context, const struct tree_edit *edit)
{
    const struct loop_message *message = context->message;
    if (!tree_may_edit(context->standing, edit))
        return ERR_NOT_ALLOWED;
    if (!tree_is_active(context->organization))
        return ERR_ORGANIZATION_CLOSED;
    bool is_old = message->has_if_version && message->if_version != context->organization->version;
    return is_old ? ERR_VERSION_CONFLICT : ERR_OK;
}

/* Whoever moves an organisation administers both ends. Under the parent that it has it may stay. */
static enum err find_parents(const struct tree_context *context, struct tree_edit *edit)
{
    const Pb__EditOrganization *body = (const Pb__EditOrganization *)context->message->body;
    struct uuid parent = uuid_or_zero(body->parent_id), present = tree_parent_of(context->organization);
    const struct tree_organization *left;
    edit->sets_parent = body->has_parent_id && !uuid_equal(&parent, &present);
    if (!edit->sets_parent)
        return ERR_OK;
    enum err err = tree_context_take_other(context, &parent, &edit->parent);
    if (!err)
        err = tree_context_take_other(context, &present, &left);
    return !err && !left ? ERR_NOT_ALLOWED : err;
}

/* An organisation that a rule has made: its name is its own among its siblings. */
static enum err keep(const struct loop_message *message, const struct tree_organization *next)
{
    if (tree_set_name_is_taken(message->batch, next))
        return loop_field(message, "/name", ERR_FIELD_NAME_TAKEN);
    tree_set_keep(message, next);
    loop_answer(message, &next->org.id, 0, NULL);
    return ERR_OK;
}

static enum err apply_edit(const struct loop_message *message)
{
    struct tree_context context;
    struct problems problems = {.n = 0};
    struct tree_organization next;
    enum err err = tree_context_take(message, &message->aggregate, &context);
    if (err)
        return err;
    struct tree_edit edit = read_edit(&context, (const Pb__EditOrganization *)message->body);
    err = check_edit(&context, &edit);
    if (!err)
        err = find_parents(&context, &edit);
    if (err)
        return err;
    err = tree_edit(message->ctx, context.organization, &edit, &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    return keep(message, &next);
}

/* --- CreateOrganization ------------------------------------------------------------------------------------------- */

static enum err want_create(const struct loop_message *message)
{
    const Pb__CreateOrganization *body = (const Pb__CreateOrganization *)message->body;
    static const struct uuid NEW;
    struct uuid parent = uuid_or_zero(body->parent_id);
    struct uuid id = organization_id_of(tree_trim(message->ctx, body->code));
    tree_context_want(message, &parent);
    tree_set_want(message->batch, &id);
    tree_set_want_name(message->batch, &NEW, &parent, tree_trim(message->ctx, body->name));
    return ERR_OK;
}

/* Who makes it, below a parent that he knows. */
static enum err take_parent(const struct loop_message *message, struct tree_context *ret_context)
{
    struct uuid parent = uuid_or_zero(((const Pb__CreateOrganization *)message->body)->parent_id);
    enum err err = tree_context_take(message, &parent, ret_context);
    if (err == ERR_NOT_FOUND)
        return loop_field(message, "/parent_id", ERR_FIELD_UNKNOWN_ID);
    return !err && !(ret_context->standing & STANDING_ADMIN) ? ERR_NOT_ALLOWED : err;
}

static struct tree_organization new_organization(const char *code, Pb__Level level)
{
    return (struct tree_organization){
        .org = {.id = organization_id_of(code), .code = code, .level = level, .meeting_minute = -1}};
}

static enum err apply_create(const struct loop_message *message)
{
    const Pb__CreateOrganization *body = (const Pb__CreateOrganization *)message->body;
    struct tree_context context;
    struct problems problems = {.n = 0};
    struct tree_organization next;
    enum err err = take_parent(message, &context);
    if (err)
        return err;
    const struct tree_organization given = new_organization(tree_trim(message->ctx, body->code), body->level);
    const struct tree_edit edit = {
        .name = tree_trim(message->ctx, body->name),
        .sets_parent = true,
        .sets_day = body->has_meeting_day,
        .sets_minute = body->has_meeting_time,
        .sets_place = body->meeting_place != NULL,
        .parent = context.organization,
        .day = body->meeting_day,
        .minute = body->meeting_time,
        .place = body->meeting_place,
    };
    err = tree_create(message->ctx, &given, &edit, &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    return tree_set_find(message->batch, &next.org.id) ? ERR_CODE_TAKEN : keep(message, &next);
}

/* --- CloseOrganization -------------------------------------------------------------------------------------------- */

static enum err want_close(const struct loop_message *message)
{
    const Pb__CloseOrganization *body = (const Pb__CloseOrganization *)message->body;
    struct uuid into = uuid_or_zero(body->into_id);
    tree_context_want(message, &message->aggregate);
    membership_set_want_all_of(message->batch, &message->aggregate);
    if (body->has_into_id) {
        tree_set_want(message->batch, &into);
        membership_set_want_organization(message->batch, &into);
    }
    return ERR_OK;
}

/* Visible → role → state. */
static enum err take_active(const struct loop_message *message, struct tree_context *ret_context)
{
    enum err err = tree_context_take(message, &message->aggregate, ret_context);
    if (!err && !(ret_context->standing & STANDING_ADMIN))
        err = ERR_NOT_ALLOWED;
    return !err && !tree_is_active(ret_context->organization) ? ERR_ORGANIZATION_CLOSED : err;
}

/* *ret_into NULL: nobody takes over. */
static enum err find_successor(const struct tree_context *context, const struct tree_organization **ret_into)
{
    const Pb__CloseOrganization *body = (const Pb__CloseOrganization *)context->message->body;
    struct uuid into = uuid_or_zero(body->into_id);
    struct problems problems = {.n = 0};
    *ret_into = NULL;
    if (!body->has_into_id)
        return ERR_OK;
    enum err err = tree_context_take_other(context, &into, ret_into);
    if (err)
        return err;
    if (!*ret_into)
        return loop_field(context->message, "/into_id", ERR_FIELD_UNKNOWN_ID);
    err = tree_check_close(context->organization, *ret_into, &problems);
    return err ? problems_refuse(&problems, context->message, err) : ERR_OK;
}

/* Who lives there moves; positions there end. */
static void move_out(const struct tree_context *context, const struct membership *member,
                     const struct tree_organization *into)
{
    const struct loop_message *message = context->message;
    const struct uuid *organization = &context->organization->org.id;
    const struct membership_note note = {
        .action = into ? PB__HISTORY_ACTION__HISTORY_ACTION_TRANSFERRED : PB__HISTORY_ACTION__HISTORY_ACTION_POSITION,
        .reason = ((const Pb__CloseOrganization *)message->body)->reason,
    };
    struct membership next;
    if (into && membership_lives_in(member, organization))
        membership_move(message->ctx, member, &into->org.id, message->now_us, &next);
    else
        membership_grant(message->ctx, member, organization, PB__ROLE__ROLE_MEMBER, message->now_us, &next);
    membership_set_keep(message, &next, &note);
}

static enum err apply_close(const struct loop_message *message)
{
    const struct tree_organization *into;
    struct tree_context context;
    size_t n;
    enum err err = take_active(message, &context);
    if (!err)
        err = find_successor(&context, &into);
    if (err)
        return err;
    if (tree_set_has_children(message->batch, &message->aggregate))
        return ERR_ORGANIZATION_HAS_CHILDREN;
    const struct membership **all = membership_set_all_of(message->batch, &message->aggregate, &n);
    for (size_t i = 0; !into && i < n; i++)
        if (membership_lives_in(all[i], &message->aggregate))
            return ERR_ORGANIZATION_HAS_MEMBERS;
    for (size_t i = 0; i < n; i++)
        move_out(&context, all[i], into);
    tree_set_end(message, context.organization, into ? &into->org.id : NULL,
                 ((const Pb__CloseOrganization *)message->body)->reason);
    loop_answer(message, &message->aggregate, 0, NULL);
    return ERR_OK;
}

/* --- SplitOrganization -------------------------------------------------------------------------------------------- */

/* That of the old one, and a part of the message's id, which nobody else has. */
static const char *code_of_split(const struct loop_message *message, const char *code)
{
    const Pb__SplitOrganization *body = (const Pb__SplitOrganization *)message->body;
    const uint8_t *id = message->id.bytes;
    if (body->code)
        return tree_trim(message->ctx, body->code);
    return mem_printf(message->ctx, "%s-%02X%02X%02X", code, id[0], id[1], id[2]);
}

static enum err want_split(const struct loop_message *message)
{
    const Pb__SplitOrganization *body = (const Pb__SplitOrganization *)message->body;
    static const struct uuid OLD_PARENT;
    struct uuid secretary = uuid_or_zero(body->secretary_id);
    tree_context_want(message, &message->aggregate);
    membership_set_want_all_of(message->batch, &message->aggregate);
    membership_set_want(message->batch, &secretary);
    tree_set_want_name(message->batch, &message->aggregate, &OLD_PARENT, tree_trim(message->ctx, body->name));
    if (body->code) {
        struct uuid id = organization_id_of(tree_trim(message->ctx, body->code));
        tree_set_want(message->batch, &id);
    }
    return ERR_OK;
}

static size_t count_living(const struct loop_message *message)
{
    size_t n, living = 0;
    const struct membership **all = membership_set_all_of(message->batch, &message->aggregate, &n);
    for (size_t i = 0; i < n; i++)
        living += membership_lives_in(all[i], &message->aggregate);
    return living;
}

/* *ret_members: those who move, without doubles; strangers are named. */
static struct uuid_map *read_members(const struct loop_message *message, struct problems *problems)
{
    const Pb__SplitOrganization *body = (const Pb__SplitOrganization *)message->body;
    struct uuid_map *members = uuid_map_new(message->ctx);
    for (size_t i = 0; i < body->n_member_ids; i++) {
        struct uuid id = uuid_or_zero(body->member_ids[i]);
        const struct membership *member = membership_set_find(message->batch, &id);
        if (!member || !membership_lives_in(member, &message->aggregate))
            problems_add(problems, ERR_FIELD_ELSEWHERE, "/member_ids/%zu", i);
        else if (uuid_map_has(members, &id))
            problems_add(problems, ERR_FIELD_DUPLICATE, "/member_ids/%zu", i);
        else
            uuid_map_name(members, &id);
    }
    return members;
}

static enum err check_split(const struct tree_context *context, struct problems *problems,
                            struct uuid_map **ret_members)
{
    const struct loop_message *message = context->message;
    struct uuid secretary = uuid_or_zero(((const Pb__SplitOrganization *)message->body)->secretary_id);
    if (context->organization->org.level != PB__LEVEL__LEVEL_BRANCH)
        problems_add(problems, ERR_FIELD_NOT_BRANCH, "/organization_id");
    struct uuid_map *members = read_members(message, problems);
    const struct membership *leader = membership_set_find(message->batch, &secretary);
    if (!leader || !uuid_map_has(members, &secretary) || membership_is_suspended(leader))
        problems_add(problems, ERR_FIELD_STRANGER, "/secretary_id");
    if (uuid_map_size(members) >= count_living(message))
        problems_add(problems, ERR_FIELD_WHOLE, "/member_ids");
    *ret_members = members;
    enum err err = problems_verdict(problems);
    return !err && uuid_equal(&secretary, &message->actor) ? ERR_NOT_ALLOWED : err;
}

static enum err make_beside(const struct tree_context *context, struct problems *problems,
                            struct tree_organization *ret_next)
{
    const struct loop_message *message = context->message;
    const struct directory_org *old = &context->organization->org;
    struct uuid parent = tree_parent_of(context->organization);
    const struct tree_organization given = new_organization(code_of_split(message, old->code), old->level);
    const struct tree_edit edit = {
        .name = tree_trim(message->ctx, ((const Pb__SplitOrganization *)message->body)->name),
        .sets_parent = true,
        .parent = tree_set_find(message->batch, &parent),
    };
    enum err err = tree_create(message->ctx, &given, &edit, problems, ret_next);
    return !err && tree_set_find(message->batch, &given.org.id) ? ERR_CODE_TAKEN : err;
}

static void move_in(const struct loop_message *message, const struct uuid *member, const struct uuid *branch,
                    bool leads)
{
    const struct membership_note note = {.action = PB__HISTORY_ACTION__HISTORY_ACTION_TRANSFERRED};
    struct membership next;
    membership_move(message->ctx, membership_set_find(message->batch, member), branch, message->now_us, &next);
    if (leads) {
        const struct membership moved = next;
        membership_grant(message->ctx, &moved, branch, PB__ROLE__ROLE_SECRETARY, message->now_us, &next);
    }
    membership_set_keep(message, &next, &note);
}

static enum err apply_split(const struct loop_message *message)
{
    struct uuid secretary = uuid_or_zero(((const Pb__SplitOrganization *)message->body)->secretary_id);
    struct problems problems = {.n = 0};
    struct tree_organization next;
    struct tree_context context;
    struct uuid_map *members;
    enum err err = take_active(message, &context);
    if (err)
        return err;
    err = check_split(&context, &problems, &members);
    if (!err)
        err = make_beside(&context, &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    err = keep(message, &next);
    if (err)
        return err;
    audit_organization(message, PB__AUDIT_ACTION__AUDIT_ACTION_ORGANIZATION_SPLIT, &message->aggregate);
    membership_set_add_organization(message->batch, &next.org);
    for (size_t i = 0; i < uuid_map_size(members); i++) {
        const struct uuid *member = &uuid_map_ids(members)[i];
        move_in(message, member, &next.org.id, uuid_equal(member, &secretary));
    }
    return ERR_OK;
}

/* --- the table ---------------------------------------------------------------------------------------------------- */

static const struct loop_handler ROWS[] = {
    {&pb__edit_organization__descriptor, want_edit, apply_edit},
    {&pb__create_organization__descriptor, want_create, apply_create},
    {&pb__close_organization__descriptor, want_close, apply_close},
    {&pb__split_organization__descriptor, want_split, apply_split},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_AUTH_COMMANDS, ROWS)};

const struct loop_part TREE_COMMANDS_PART = {
    .name = "tree_commands", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
