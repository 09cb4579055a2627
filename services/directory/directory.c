#include "services/directory/directory.h"
#include "common/base/mem.h"
#include <string.h>

/* --- authority ---------------------------------------------------------------------------------------------------- */

const Pb__DirectoryMember__Interval *directory_interval(const Pb__DirectoryMember *member, int64_t at_us)
{
    for (size_t i = 0; i < member->n_intervals; i++) {
        const Pb__DirectoryMember__Interval *interval = member->intervals[i];
        if (interval->from_us <= at_us && (!interval->has_to_us || at_us < interval->to_us))
            return interval;
    }
    return NULL;
}

bool directory_position_holds(const Pb__DirectoryMember__Position *position, int64_t at_us)
{
    return position->from_us <= at_us && (!position->has_to_us || at_us < position->to_us);
}

static bool is_id(ProtobufCBinaryData data, const struct uuid *id)
{
    return data.len == sizeof id->bytes && memcmp(data.data, id->bytes, sizeof id->bytes) == 0;
}

bool directory_org_is_within(const struct directory_org *org, const struct uuid *id)
{
    for (size_t i = 0; i < org->n_path; i++)
        if (uuid_equal(&org->path[i], id))
            return true;
    return false;
}

/* What one position or grant at `held_at` means for `org`. */
static unsigned standing_of(Pb__Role role, const struct uuid *held_at, const struct directory_org *org)
{
    if (!directory_org_is_within(org, held_at))
        return 0;
    bool here = uuid_equal(held_at, &org->id);
    switch (role) {
    case PB__ROLE__ROLE_DEPUTY_SECRETARY: return here ? STANDING_DEPUTY : STANDING_ABOVE;
    case PB__ROLE__ROLE_SECRETARY: return here ? STANDING_SECRETARY : STANDING_ABOVE;
    case PB__ROLE__ROLE_COMMITTEE_MEMBER: return here ? STANDING_COMMITTEE : STANDING_ABOVE;
    case PB__ROLE__ROLE_OFFICER: return here ? STANDING_OFFICER | STANDING_OFFICER_HERE : STANDING_OFFICER;
    case PB__ROLE__ROLE_ADMIN: return STANDING_ADMIN;
    default: return 0;
    }
}

unsigned directory_standing(const struct directory_person *person, const struct directory_org *org, int64_t at_us)
{
    const Pb__DirectoryMember *record = person->record;
    const Pb__DirectoryMember__Interval *interval = directory_interval(record, at_us);
    unsigned standing = 0;
    if (!interval || interval->status == PB__MEMBER_STATUS__MEMBER_STATUS_LEFT)
        return 0;
    if (is_id(interval->branch_id, &org->id))
        standing |= STANDING_MEMBER;
    for (size_t i = 0; i < record->n_positions; i++) {
        const Pb__DirectoryMember__Position *position = record->positions[i];
        struct uuid held_at;
        if (directory_position_holds(position, at_us) && uuid_from_pb(position->organization_id, &held_at) == ERR_OK)
            standing |= standing_of(position->role, &held_at, org);
    }
    return standing;
}

/* --- scopes ------------------------------------------------------------------------------------------------------- */

static void add_grant(TALLOC_CTX *ctx, struct directory_scope *scope, size_t room, const Pb__Grant *grant)
{
    struct uuid **list = NULL;
    size_t *n = NULL;
    switch (grant->role) {
    case PB__ROLE__ROLE_DEPUTY_SECRETARY:
    case PB__ROLE__ROLE_SECRETARY: list = &scope->heads, n = &scope->n_heads; break;
    case PB__ROLE__ROLE_COMMITTEE_MEMBER: list = &scope->committees, n = &scope->n_committees; break;
    case PB__ROLE__ROLE_OFFICER: list = &scope->officers, n = &scope->n_officers; break;
    case PB__ROLE__ROLE_ADMIN: list = &scope->admins, n = &scope->n_admins; break;
    default: return;
    }
    if (!*list)
        *list = mem_array(ctx, struct uuid, room);
    if (uuid_from_pb(grant->organization_id, &(*list)[*n]) == ERR_OK)
        (*n)++;
}

void directory_scope_read(TALLOC_CTX *ctx, const Pb__Scope *scope, struct directory_scope *ret_scope)
{
    *ret_scope = (struct directory_scope){0};
    if (!scope)
        return;
    ret_scope->has_branch = scope->has_branch_id && uuid_from_pb(scope->branch_id, &ret_scope->branch) == ERR_OK;
    ret_scope->has_member = scope->has_member_id && uuid_from_pb(scope->member_id, &ret_scope->member) == ERR_OK;
    ret_scope->grants = scope->grants;
    ret_scope->n_grants = scope->n_grants;
    for (size_t i = 0; i < scope->n_grants; i++)
        add_grant(ctx, ret_scope, scope->n_grants, scope->grants[i]);
}

unsigned directory_scope_standing(const struct directory_scope *scope, const struct directory_org *org)
{
    unsigned standing = scope->has_branch && uuid_equal(&scope->branch, &org->id) ? STANDING_MEMBER : 0;
    for (size_t i = 0; i < scope->n_grants; i++) {
        struct uuid held_at;
        if (uuid_from_pb(scope->grants[i]->organization_id, &held_at) == ERR_OK)
            standing |= standing_of(scope->grants[i]->role, &held_at, org);
    }
    return standing;
}

/* --- references in answers ---------------------------------------------------------------------------------------- */

Pb__OrganizationRef *directory_org_ref(TALLOC_CTX *ctx, const struct directory_org *org)
{
    Pb__OrganizationRef *ref = mem_new(ctx, Pb__OrganizationRef);
    pb__organization_ref__init(ref);
    ref->id = uuid_to_pb(ctx, &org->id);
    ref->name = (char *)(uintptr_t)org->name;
    ref->level = org->level;
    return ref;
}

Pb__Person *directory_person_ref(TALLOC_CTX *ctx, const struct directory_person *person)
{
    Pb__Person *ref = mem_new(ctx, Pb__Person);
    pb__person__init(ref);
    ref->id = uuid_to_pb(ctx, &person->id);
    ref->full_name = (char *)(uintptr_t)person->full_name;
    return ref;
}
