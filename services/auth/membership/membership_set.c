#include "services/auth/membership/membership_set.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/auth/audit/audit_set.h"
#include "services/auth/membership/membership_changes.h"
#include "services/auth/membership/membership_store.h"

/* What a message changed. */
struct place {
    struct membership is;
    int64_t changed_at_us;
};

struct set {
    TALLOC_CTX *ctx;
    struct membership_wanted wanted; /* loaded: struct membership, struct directory_org; as the database has them */
    struct uuid_map *places;         /* of members that changed */
    struct membership_rows rows;
    struct membership_writes *writes;
    bool is_wanted;
};

static struct set *set_of(const struct loop_batch *batch)
{
    return loop_state(batch, &MEMBERSHIP_PART);
}

/* --- loading ------------------------------------------------------------------------------------------------------ */

static void *set_new(struct loop_batch *batch)
{
    struct set *set = mem_new(loop_ctx(batch), struct set);
    set->ctx = loop_ctx(batch);
    set->wanted = (struct membership_wanted){.members = uuid_map_new(set->ctx),
                                             .transfers = uuid_map_new(set->ctx),
                                             .led = uuid_map_new(set->ctx),
                                             .whole = uuid_map_new(set->ctx),
                                             .organizations = uuid_map_new(set->ctx)};
    set->places = uuid_map_new(set->ctx);
    set->writes = membership_write_store_new(set->ctx);
    return set;
}

void membership_set_want(const struct loop_batch *batch, const struct uuid *member)
{
    struct set *set = set_of(batch);
    set->is_wanted = true;
    uuid_map_name(set->wanted.members, member);
}

void membership_set_want_of_transfer(const struct loop_batch *batch, const struct uuid *transfer)
{
    struct set *set = set_of(batch);
    set->is_wanted = true;
    uuid_map_name(set->wanted.transfers, transfer);
}

void membership_set_want_organization(const struct loop_batch *batch, const struct uuid *organization)
{
    struct set *set = set_of(batch);
    set->is_wanted = true;
    uuid_map_name(set->wanted.organizations, organization);
}

void membership_set_want_secretary(const struct loop_batch *batch, const struct uuid *organization)
{
    membership_set_want_organization(batch, organization);
    uuid_map_name(set_of(batch)->wanted.led, organization);
}

void membership_set_want_all_of(const struct loop_batch *batch, const struct uuid *organization)
{
    membership_set_want_organization(batch, organization);
    uuid_map_name(set_of(batch)->wanted.whole, organization);
}

void membership_set_add_organization(const struct loop_batch *batch, const struct directory_org *organization)
{
    struct set *set = set_of(batch);
    uuid_map_put(set->wanted.organizations, &organization->id, mem_copy(set->ctx, organization, sizeof *organization));
}

static void set_load(void *state, struct pg *pg)
{
    struct set *set = state;
    if (set->is_wanted)
        membership_store_load(pg, set->ctx, &set->wanted, &set->rows);
}

static enum err set_loaded(void *state)
{
    struct set *set = state;
    if (set->is_wanted)
        membership_store_loaded(set->ctx, &set->rows, set->wanted.members, set->wanted.organizations);
    return ERR_OK;
}

/* --- state -------------------------------------------------------------------------------------------------------- */

const struct membership *membership_set_find(const struct loop_batch *batch, const struct uuid *member)
{
    const struct set *set = set_of(batch);
    const struct place *place = uuid_map_get(set->places, member);
    return place ? &place->is : uuid_map_get(set->wanted.members, member);
}

const struct membership *membership_set_secretary(const struct loop_batch *batch, const struct uuid *organization,
                                                  const struct uuid *except)
{
    const struct uuid_map *loaded = set_of(batch)->wanted.members;
    for (size_t i = 0; i < uuid_map_size(loaded); i++) {
        const struct membership *member = membership_set_find(batch, &uuid_map_ids(loaded)[i]);
        const struct membership_position *held = member ? membership_held(member, organization) : NULL;
        if (held && held->role == PB__ROLE__ROLE_SECRETARY && !uuid_equal(&member->id, except))
            return member;
    }
    return NULL;
}

const struct membership **membership_set_all_of(const struct loop_batch *batch, const struct uuid *organization,
                                                size_t *ret_n)
{
    const struct uuid_map *loaded = set_of(batch)->wanted.members;
    const struct membership **all = mem_array(set_of(batch)->ctx, const struct membership *, uuid_map_size(loaded) + 1);
    size_t n = 0;
    for (size_t i = 0; i < uuid_map_size(loaded); i++) {
        const struct membership *member = membership_set_find(batch, &uuid_map_ids(loaded)[i]);
        if (member && (membership_lives_in(member, organization) || membership_held(member, organization)))
            all[n++] = member;
    }
    *ret_n = n;
    return all;
}

const struct directory_org *membership_set_organization(const struct loop_batch *batch, const struct uuid *organization)
{
    return uuid_map_get(set_of(batch)->wanted.organizations, organization);
}

const char *membership_set_name_of(void *batch, const struct uuid *organization)
{
    const struct directory_org *org = membership_set_organization(batch, organization);
    return org ? org->name : NULL;
}

void membership_set_add_history(const struct loop_message *message, const struct uuid *member,
                                const Pb__History *changes, const struct membership_note *note)
{
    const struct membership_history history = {
        .member = *member,
        .message = message->id,
        .actor = message->actor,
        .at_us = message->now_us,
        .action = note->action,
        .changes = changes,
        .reason = note->reason,
    };
    membership_write_store_add_history(set_of(message->batch)->writes, &history);
}

struct audited {
    const struct loop_message *message;
    const struct uuid *member;
};

static void audit_position(void *arg, const struct membership_position *position, bool is_given)
{
    const struct audited *audited = arg;
    audit_member(audited->message,
                 is_given ? PB__AUDIT_ACTION__AUDIT_ACTION_POSITION_GIVEN
                          : PB__AUDIT_ACTION__AUDIT_ACTION_POSITION_ENDED,
                 audited->member, &position->organization);
}

/* Positions are told one by one, what else changed as one. */
static void tell_audit(const struct loop_message *message, const struct membership *is, const struct membership *next,
                       Pb__HistoryAction action)
{
    static const Pb__AuditAction AUDITED[] = {
        [PB__HISTORY_ACTION__HISTORY_ACTION_CREATED] = PB__AUDIT_ACTION__AUDIT_ACTION_MEMBER_CREATED,
        [PB__HISTORY_ACTION__HISTORY_ACTION_EDITED] = PB__AUDIT_ACTION__AUDIT_ACTION_MEMBER_EDITED,
        [PB__HISTORY_ACTION__HISTORY_ACTION_TRANSFERRED] = PB__AUDIT_ACTION__AUDIT_ACTION_MEMBER_TRANSFERRED,
        [PB__HISTORY_ACTION__HISTORY_ACTION_MERGED] = PB__AUDIT_ACTION__AUDIT_ACTION_MEMBER_MERGED,
    };
    if (action != PB__HISTORY_ACTION__HISTORY_ACTION_POSITION)
        audit_member(message, AUDITED[action], &next->id, &next->now.branch);
    struct audited audited = {message, &next->id};
    membership_changes_positions(is, next, audit_position, &audited);
}

void membership_set_keep(const struct loop_message *message, const struct membership *next,
                         const struct membership_note *note)
{
    struct set *set = set_of(message->batch);
    const struct membership *is = membership_set_find(message->batch, &next->id);
    Pb__History *changes = membership_changes(message->ctx, is, next, membership_set_name_of, message->batch);
    if (changes->n_changes == 0)
        return;
    if (note->has_effective_on)
        membership_changes_add_date(message->ctx, changes, "effective_on", note->effective_on);
    tell_audit(message, is, next, note->action);
    struct place *place = UUID_MAP_MAKE(set->places, &next->id, struct place);
    uint64_t version = is ? is->version : 0;
    place->is = *next;
    place->is.version = version + 1;
    place->changed_at_us = message->now_us;
    membership_set_add_history(message, &next->id, changes, note);
    loop_tag(message->batch, TAG_DIRECTORY, NULL);
    loop_answer_after_events(message);
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

static void set_write(void *state, struct pg *pg)
{
    static const struct membership NOTHING;
    struct set *set = state;
    for (size_t i = 0; i < uuid_map_size(set->places); i++) {
        const struct place *place = uuid_map_value(set->places, i);
        const struct membership *was = uuid_map_get(set->wanted.members, &place->is.id);
        membership_write_store_add(set->writes, was ? was : &NOTHING, &place->is, place->changed_at_us);
    }
    membership_write_store_queue(pg, set->writes);
}

static const struct loop_constraint CONSTRAINTS[] = {
    {"member_card", ERR_CARD_TAKEN, "/card_number"},
    {"member_pkey", ERR_CARD_TAKEN, "/card_number"},
};

const struct loop_part MEMBERSHIP_PART = {
    .name = "membership",
    .new = set_new,
    .load = set_load,
    .loaded = set_loaded,
    .write = set_write,
    .constraints = CONSTRAINTS,
    .n_constraints = ARRAY_LENGTH(CONSTRAINTS),
};
